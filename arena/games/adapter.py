"""From PettingZoo's two interfaces, and Gymnasium's, to one: a :class:`StepResult` a tick.

A tick is one ``step`` of a parallel environment, or one ``step`` of an AEC environment by a live agent; the
``step(None)`` of dead agents happens in here. Every container is copied, since environments go on writing in
theirs.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Protocol

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import GameError
from arena.games import quirks
from arena.games.contract import Paradigm, StepResult
from arena.games.entry import CatalogEntry

PLAYER = "player_0"
"""The one agent of a Gymnasium game."""


class Adapter(Protocol):
    """One environment, stepped synchronously; errors of the environment come through as they are."""

    env: Any
    """The environment as made, wrappers included."""
    raw: Any
    """The environment without its wrappers, for inspectors."""
    paradigm: Paradigm
    possible_agents: tuple[str, ...]

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The observation space of ``agent`` (a copy)."""

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """The action space of ``agent`` (a copy)."""

    def reset(self, seed: int) -> StepResult:
        """Start an episode."""

    def step(self, actions: Mapping[str, Any]) -> StepResult:
        """Make one tick with one valid action for each agent that was due."""

    def close(self) -> None:
        """Close the environment."""


def adapt(env: Any, entry: CatalogEntry) -> Adapter:
    """The adapter for ``env``; raises :class:`GameError` if it is of no kind we know."""
    import gymnasium
    from pettingzoo import AECEnv, ParallelEnv

    from arena.games.adapter_aec import AecAdapter

    if isinstance(env, gymnasium.Env):
        env = SoloEnv(env)
    if isinstance(env, ParallelEnv | SoloEnv):
        return ParallelAdapter(env, entry)
    if isinstance(env, AECEnv):
        return AecAdapter(env, entry)
    raise GameError(
        f"{entry.id} makes a {type(env).__module__}.{type(env).__name__}; "
        "a game is a PettingZoo AECEnv or ParallelEnv, or a gymnasium.Env"
    )


class ParallelAdapter:
    """A PettingZoo ``ParallelEnv`` (or a :class:`SoloEnv`): everybody alive acts at each tick."""

    paradigm: Paradigm = "simultaneous"

    def __init__(self, env: Any, entry: CatalogEntry) -> None:
        self.env = env
        self.raw = env.unwrapped
        self.possible_agents = tuple(env.possible_agents)
        self._cast = Cast(env, entry, self.possible_agents)
        self._before_call = quirks.before_call(entry.id, self.raw)
        self._before_reset = quirks.before_reset(entry.id, self.raw)
        self._alive: tuple[str, ...] = ()
        self.observation_space = self._cast.observation_space
        self.action_space = self._cast.action_space

    def reset(self, seed: int) -> StepResult:
        """Start an episode."""
        _run(self._before_reset)
        _run(self._before_call)
        observations, infos = self.env.reset(seed=seed)
        self._alive = self._cast.admit(self.env.agents)
        return self._result((), observations, {}, {}, {}, infos)

    def step(self, actions: Mapping[str, Any]) -> StepResult:
        """Step everybody who is alive."""
        _run(self._before_call)
        acted = self._alive
        observations, rewards, terminations, truncations, infos = self.env.step(
            {agent: actions[agent] for agent in acted}
        )
        terminated: dict[str, bool] = {}
        truncated: dict[str, bool] = {}
        for agent in acted:
            ends, breaks = bool(terminations.get(agent, False)), bool(truncations.get(agent, False))
            if ends or breaks:
                terminated[agent], truncated[agent] = ends, breaks
        self._alive = self._cast.admit(agent for agent in self.env.agents if agent not in terminated)
        for agent in acted:
            if agent not in terminated and agent not in self._alive:
                raise GameError(f"{self._cast.game_id}: {agent} left without being terminated or truncated")
        given = {agent: float(rewards.get(agent, 0.0)) for agent in acted}
        return self._result(acted, observations, given, terminated, truncated, infos)

    def close(self) -> None:
        """Close the environment."""
        self.env.close()

    def _result(
        self,
        acted: tuple[str, ...],
        observations: Mapping[str, Any],
        rewards: dict[str, float],
        terminated: dict[str, bool],
        truncated: dict[str, bool],
        infos: Mapping[str, Mapping[str, Any]],
    ) -> StepResult:
        seen = {
            agent: owned(observations[agent])
            for agent in (*self._alive, *terminated)
            if agent in observations
        }
        told = {agent: dict(infos.get(agent, {})) for agent in (*self._alive, *terminated)}
        legal = {agent: self._cast.mask(seen.get(agent), told[agent]) for agent in self._alive}
        return StepResult(acted, seen, rewards, terminated, truncated, told, self._alive, self._alive, legal)


class SoloEnv:
    """A Gymnasium environment dressed as a parallel one with a single agent."""

    def __init__(self, env: Any) -> None:
        self.env = env
        self.unwrapped = env.unwrapped
        self.possible_agents = [PLAYER]
        self.agents: list[str] = []
        self.render_mode = env.render_mode
        self.render = env.render
        self.close = env.close

    def observation_space(self, _agent: str) -> spaces.Space[Any]:
        """The environment's observation space."""
        space: spaces.Space[Any] = self.env.observation_space
        return space

    def action_space(self, _agent: str) -> spaces.Space[Any]:
        """The environment's action space."""
        space: spaces.Space[Any] = self.env.action_space
        return space

    def reset(self, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """As ``ParallelEnv.reset``."""
        observation, info = self.env.reset(seed=seed)
        self.agents = [PLAYER]
        return {PLAYER: observation}, {PLAYER: info}

    def step(self, actions: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
        """As ``ParallelEnv.step``."""
        observation, reward, terminated, truncated, info = self.env.step(actions[PLAYER])
        if terminated or truncated:
            self.agents = []
        return (
            {PLAYER: observation},
            {PLAYER: reward},
            {PLAYER: terminated},
            {PLAYER: truncated},
            {PLAYER: info},
        )


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
        legality.
        """
        if type(observation) is dict and "action_mask" in observation:
            mask = observation["action_mask"]
        elif self._mask_in_info and "action_mask" in info:
            mask = info["action_mask"]
        else:
            return None
        if type(mask) is np.ndarray and mask.dtype == np.int8:
            return mask
        return np.asarray(mask).astype(np.int8)


def owned(observation: Any) -> Any:
    """A copy of an observation down to its arrays, which come out C-contiguous."""
    if type(observation) is np.ndarray:
        return observation.copy(order="C")
    if isinstance(observation, Mapping):
        return {key: owned(part) for key, part in observation.items()}
    if isinstance(observation, tuple | list):
        return tuple(owned(part) for part in observation)
    if isinstance(observation, np.ndarray):
        return np.array(observation)
    return observation


def _run(preparation: Callable[[], None] | None) -> None:
    if preparation is not None:
        preparation()
