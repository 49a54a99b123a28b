"""From PettingZoo's two interfaces, and Gymnasium's, to one: a :class:`StepResult` a tick.

A tick is one ``step`` of a parallel environment, or one ``step`` of an AEC environment by a live agent; the
``step(None)`` of dead agents happens in here. Every container is copied, since environments go on writing in
theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from gymnasium import spaces

from arena.errors import GameError
from arena.games.adapter_aec import AecAdapter
from arena.games.adapter_parallel import ParallelAdapter, SoloEnv
from arena.games.contract import Paradigm, StepResult
from arena.games.entry import CatalogEntry


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

    def skip(self, actions: Mapping[str, Any]) -> StepResult:
        """Make the same tick as :meth:`step`, of which nobody has to be told: of the result only ``acted``,
        ``alive``, ``due`` and ``legal`` count.
        """

    def close(self) -> None:
        """Close the environment."""


def adapt(env: Any, entry: CatalogEntry) -> Adapter:
    """The adapter for ``env``; raises :class:`GameError` if it is of no kind we know."""
    import gymnasium
    from pettingzoo import AECEnv, ParallelEnv

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
