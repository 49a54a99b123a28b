"""The adapter to AEC environments: one live agent moves a tick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.errors import GameError
from arena.games import quirks
from arena.games.books import behind_checks, books_of
from arena.games.cast import Cast, lent, owned
from arena.games.contract import Paradigm, StepResult
from arena.games.entry import CatalogEntry


class AecAdapter:
    """A PettingZoo ``AECEnv``.

    The rewards of a tick are ``env.rewards`` of all agents right after the live step, before the steps of
    dead agents clear them. An agent that ended is observed once more then, and reported once, however late
    the environment lets it take its last step.
    """

    paradigm: Paradigm = "sequential"

    def __init__(self, env: Any, entry: CatalogEntry) -> None:
        self.env = env
        self.raw = env.unwrapped
        self.possible_agents = tuple(env.possible_agents)
        self._cast = Cast(env, entry, self.possible_agents)
        self._before_call = quirks.before_call(entry.id, self.raw)
        self._before_reset = quirks.before_reset(entry.id, self.raw)
        self._stage = behind_checks(env)
        self._books: Any = None
        self._ended: set[str] = set()
        self._alive: tuple[str, ...] = ()
        self._due: tuple[str, ...] = ()
        self.observation_space = self._cast.observation_space
        self.action_space = self._cast.action_space

    def reset(self, seed: int) -> StepResult:
        """Start an episode."""
        for preparation in (self._before_reset, self._before_call):
            if preparation is not None:
                preparation()
        self.env.reset(seed=seed)
        if self._books is None:  # there are none before the first reset
            self._books = books_of(self.env)
        self._ended.clear()
        return self._result((), {}, self._cast.admit(self._books.agents))

    def step(self, actions: Mapping[str, Any]) -> StepResult:
        """Step the agent whose turn it is, then every dead agent that the environment selects next."""
        if self._before_call is not None:
            self._before_call()
        (agent,) = self._due
        before = self._alive
        self._stage.step(lent(actions[agent]))
        rewards = {name: float(reward) for name, reward in self._books.rewards.items() if name in before}
        return self._result((agent,), rewards, before)

    def skip(self, actions: Mapping[str, Any]) -> StepResult:
        """See :meth:`arena.games.adapter.Adapter.skip`: masks stand in observations, so all is told."""
        return self.step(actions)

    def close(self) -> None:
        """Close the environment."""
        self.env.close()

    def _result(
        self, acted: tuple[str, ...], rewards: dict[str, float], before: tuple[str, ...]
    ) -> StepResult:
        terminated, truncated = self._ends(before)
        seen: dict[str, Any] = {}
        infos: dict[str, dict[str, Any]] = {}
        for agent in terminated:  # looked at before they are buried: a dead step takes them out of the books
            self._see(agent, seen, infos)
        self._ended.update(terminated)
        self._bury()
        self._turn()
        legal = {}
        for agent in self._due:
            self._see(agent, seen, infos)
            legal[agent] = self._cast.mask(seen[agent], infos[agent])
        return StepResult(acted, seen, rewards, terminated, truncated, infos, self._alive, self._due, legal)

    def _see(self, agent: str, seen: dict[str, Any], infos: dict[str, dict[str, Any]]) -> None:
        seen[agent] = owned(self._stage.observe(agent))
        infos[agent] = dict(self._books.infos.get(agent, ()))

    def _ends(self, before: tuple[str, ...]) -> tuple[dict[str, bool], dict[str, bool]]:
        """Which of the agents alive before the step it ended, and how."""
        terminated: dict[str, bool] = {}
        truncated: dict[str, bool] = {}
        terminations, truncations = self._books.terminations, self._books.truncations
        for agent in before:
            if agent not in terminations:
                raise GameError(f"{self._cast.game_id}: {agent} left without being terminated or truncated")
            if terminations[agent] or truncations[agent]:
                terminated[agent], truncated[agent] = bool(terminations[agent]), bool(truncations[agent])
        return terminated, truncated

    def _turn(self) -> None:
        """Find who is alive and whose turn it is."""
        books = self._books
        agents = books.agents
        self._alive = self._cast.admit(
            agents if not self._ended else [agent for agent in agents if agent not in self._ended]
        )
        self._due = (books.agent_selection,) if self._alive else ()

    def _bury(self) -> None:
        """Take the steps of the dead agents whose turn it is."""
        books = self._books
        for _ in range(len(books.agents) + 1):
            if not books.agents:
                return
            agent = books.agent_selection
            if not (books.terminations.get(agent) or books.truncations.get(agent)):
                return
            self._stage.step(None)
        raise GameError(
            f"{self._cast.game_id}: dead agents do not leave; selected again: {books.agent_selection}"
        )
