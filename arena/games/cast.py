"""What both adapters need to know of agents and observations."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import GameError
from arena.games.entry import CatalogEntry


class Cast:
    """The agents of a game: who may take part, their spaces, their masks."""

    def __init__(self, env: Any, entry: CatalogEntry, possible: tuple[str, ...]) -> None:
        self.game_id = entry.id
        self._env = env
        self._patterns = entry.agent_patterns
        self._known = set(possible)
        self._mask_in_info = entry.mask_in_info

    def admit(self, agents: Iterable[str]) -> tuple[str, ...]:
        """``agents`` as a tuple of our own; raises :class:`GameError` if one of them may not take part."""
        admitted = tuple(agents)
        if not self._known.issuperset(admitted):
            for agent in admitted:
                if agent not in self._known and not any(fnmatchcase(agent, glob) for glob in self._patterns):
                    raise GameError(
                        f"{self.game_id}: agent {agent!r} joined, for whom there is no seat; "
                        f"its catalog entry allows {', '.join(self._patterns) or 'nobody'} to join"
                    )
            self._known.update(admitted)
        return admitted

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """A copy: environments share one space object, and its random generator, among agents."""
        space: spaces.Space[Any] = copy.deepcopy(self._env.observation_space(agent))
        return space

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """A copy, see :meth:`observation_space`."""
        space: spaces.Space[Any] = copy.deepcopy(self._env.action_space(agent))
        return space

    def mask(self, observation: Any, info: Mapping[str, Any]) -> NDArray[np.int8] | None:
        """The legal-action mask in an observation, or in ``info`` where the catalog says that it is about
        legality. A copy: a bot may scribble on what it sees, and actions are checked against this.
        """
        if type(observation) is dict and "action_mask" in observation:
            mask = observation["action_mask"]
        elif self._mask_in_info and "action_mask" in info:
            mask = info["action_mask"]
        else:
            return None
        if type(mask) is np.ndarray and mask.dtype == np.int8:
            return mask.copy()
        return np.asarray(mask).astype(np.int8)


def lent(action: Any) -> Any:
    """``action`` for an environment that may write into it: what is recorded and repeated is another."""
    return action if type(action) is int else owned(action)


def owned(observation: Any) -> Any:
    """A copy of an observation down to its arrays, which come out C-contiguous."""
    if type(observation) is np.ndarray:
        return observation.copy(order="C")
    if type(observation) is dict or isinstance(observation, Mapping):
        return {key: owned(part) for key, part in observation.items()}
    if isinstance(observation, tuple | list):
        return tuple(owned(part) for part in observation)
    if isinstance(observation, np.ndarray):
        return np.array(observation)
    return observation
