"""The adapter to parallel environments, Gymnasium's among them: everybody alive moves at each tick."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from gymnasium import spaces

from arena.errors import GameError
from arena.games import quirks
from arena.games.cast import Cast, lent, owned
from arena.games.contract import Paradigm, StepResult
from arena.games.cycle import stepper
from arena.games.entry import CatalogEntry

PLAYER = "player_0"
"""The one agent of a Gymnasium game."""


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
        self._step = stepper(env)
        # Only without wrappers around it: they would not hear of the tick.
        self._skip: Callable[[Mapping[str, Any]], None] | None = (
            getattr(env, "arena_skip", None) if env is self.raw else None
        )
        self._alive: tuple[str, ...] = ()
        self.observation_space = self._cast.observation_space
        self.action_space = self._cast.action_space

    def reset(self, seed: int) -> StepResult:
        """Start an episode."""
        for preparation in (self._before_reset, self._before_call):
            if preparation is not None:
                preparation()
        observations, infos = self.env.reset(seed=seed)
        self._alive = self._cast.admit(self.env.agents)
        return self._result((), observations, {}, {}, {}, infos)

    def step(self, actions: Mapping[str, Any]) -> StepResult:
        """Step everybody who is alive."""
        if self._before_call is not None:
            self._before_call()
        acted = self._alive
        observations, rewards, terminations, truncations, infos = self._step(
            {agent: lent(actions[agent]) for agent in acted}
        )
        terminated: dict[str, bool] = {}
        truncated: dict[str, bool] = {}
        if any(terminations.values()) or any(truncations.values()):
            for agent in acted:
                ends, breaks = bool(terminations.get(agent, False)), bool(truncations.get(agent, False))
                if ends or breaks:
                    terminated[agent], truncated[agent] = ends, breaks
        self._alive = self._staying(terminated)
        given = {agent: float(rewards.get(agent, 0.0)) for agent in acted}
        return self._result(acted, observations, given, terminated, truncated, infos)

    def skip(self, actions: Mapping[str, Any]) -> StepResult:
        """See :meth:`arena.games.adapter.Adapter.skip`.

        Our own games have ``arena_skip(actions)``: a step that tells nothing. They have no masks.
        """
        if self._skip is None:
            return self.step(actions)
        acted = self._alive
        self._skip({agent: lent(actions[agent]) for agent in acted})
        alive = self._alive = self._cast.admit(self.env.agents)
        return StepResult(acted, {}, {}, {}, {}, {}, alive, alive, dict.fromkeys(alive))

    def close(self) -> None:
        """Close the environment."""
        self.env.close()

    def _staying(self, ended: Collection[str]) -> tuple[str, ...]:
        """Who is alive after a step in which ``ended`` ended; raises :class:`GameError` if one of the others
        is gone.
        """
        agents = tuple(self.env.agents)
        if not ended and agents == self._alive:
            return agents
        alive = self._cast.admit(agent for agent in agents if agent not in ended)
        for agent in self._alive:
            if agent not in ended and agent not in alive:
                raise GameError(f"{self._cast.game_id}: {agent} left without being terminated or truncated")
        return alive

    def _result(
        self,
        acted: tuple[str, ...],
        observations: Mapping[str, Any],
        rewards: dict[str, float],
        terminated: dict[str, bool],
        truncated: dict[str, bool],
        infos: Mapping[str, Mapping[str, Any]],
    ) -> StepResult:
        seen: dict[str, Any] = {}
        told: dict[str, dict[str, Any]] = {}
        for agent in (*self._alive, *terminated):
            if agent in observations:
                seen[agent] = owned(observations[agent])
            told[agent] = dict(infos.get(agent, ()))
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
