"""A small environment and controllers whose timing the tests decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.games.contract import Paradigm, StepResult
from arena.games.entry import CatalogEntry, Control, ControlScheme
from arena.match.controller import BaseController, Decision, Descriptor, EpisodeStart, Notice, Request

NOOP, LEFT, FIRE = 0, 1, 2
SCHEME = ControlScheme(
    (Control("left", "Left", "left", LEFT), Control("fire", "Fire", "primary", FIRE, edge=True)), noop=NOOP
)


def entry(**changes: Any) -> CatalogEntry:
    """A game for ``a`` and ``b`` with three actions and a no-op."""
    fields: dict[str, Any] = {
        "id": "test/line-v0",
        "title": "Line",
        "summary": "Walk a line.",
        "paradigm": "simultaneous",
        "pace": "realtime",
        "hz": 10.0,
        "schemes": {"*": SCHEME},
        "seats": ("a", "b"),
    }
    return CatalogEntry(**{**fields, **changes})


class LineHost:
    """Each agent's reward is its action; an episode has ``length`` steps. ``busy`` holds results back."""

    def __init__(
        self,
        agents: Sequence[str] = ("a", "b"),
        length: int = 10,
        paradigm: Paradigm = "simultaneous",
        deaths: Mapping[str, int] | None = None,
    ) -> None:
        self.game_id, self.paradigm, self.possible_agents = "test/line-v0", paradigm, tuple(agents)
        self.length, self.deaths = length, dict(deaths or {})
        self.steps: list[dict[str, int]] = []
        self.seeds: list[int] = []
        self.busy = False
        self.closed = False
        self.mask: dict[str, Any] = {}
        self._alive: tuple[str, ...] = ()
        self._result: StepResult | None = None

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        return spaces.Box(0, 1000, (1,), np.float32)

    def action_space(self, agent: str) -> spaces.Space[Any]:
        return spaces.Discrete(3)

    def set_waker(self, wake: Callable[[], None] | None) -> None:
        pass

    def submit_reset(self, seed: int) -> None:
        self.seeds.append(seed)
        self.steps = []
        self._alive = self.possible_agents
        self._result = self._make((), {})

    def submit_step(self, actions: Mapping[str, Any]) -> None:
        self.steps.append({agent: int(action) for agent, action in actions.items()})
        self._result = self._make(tuple(actions), {agent: float(action) for agent, action in actions.items()})

    def submit_undo(self, steps: int) -> None:
        del self.steps[-steps:]
        number = len(self.steps)
        self._alive = tuple(agent for agent in self.possible_agents if self.deaths.get(agent, 10**9) > number)
        self._result = self._make((), {})

    def _make(self, acted: tuple[str, ...], rewards: dict[str, float]) -> StepResult:
        number = len(self.steps)
        before = self._alive
        over = number >= self.length
        ended = {agent: over or self.deaths.get(agent, 10**9) <= number for agent in before} if acted else {}
        alive = tuple(agent for agent in before if not ended.get(agent))
        self._alive = alive
        due = (
            alive
            if self.paradigm == "simultaneous"
            else alive[number % len(alive) : number % len(alive) + 1]
            if alive
            else ()
        )
        seen = (
            before
            if self.paradigm == "simultaneous"
            else (*due, *(agent for agent in before if ended.get(agent)))
        )
        return StepResult(
            acted,
            {agent: np.array([number], np.float32) for agent in seen},
            {agent: rewards.get(agent, 0.0) for agent in before} if acted else {},
            {agent: flag for agent, flag in ended.items() if flag},
            {},
            {},
            alive,
            due,
            {agent: self.mask.get(agent) for agent in due},
        )

    def poll(self) -> StepResult | None:
        if self.busy:
            return None
        result, self._result = self._result, None
        return result

    def state(self) -> Any:
        return None

    def position(self) -> dict[str, Any] | None:
        return None

    def snapshot(self, viewer: Any) -> dict[str, Any] | None:
        return None

    def frame(self) -> None:
        return None

    def verdict(self) -> tuple[str, str] | None:
        return None

    def label(self, agent: str, action: Any) -> str:
        return str(action)

    def close(self) -> None:
        self.closed = True


class Puppet(BaseController):
    """Decides exactly what and when the test says."""

    def __init__(
        self, clock: Callable[[], float], auto: Any = None, *, name: str = "puppet", human: bool = False
    ) -> None:
        self.descriptor = Descriptor(name, name, human=human)
        self.pauses_when_lost = human
        self.clock, self.auto = clock, auto
        self.asked: list[Request] = []
        self.waiting: dict[str, Request] = {}
        self.out: list[Decision | Notice] = []
        self.results: list[tuple[Any, ...]] = []
        self.ends: list[tuple[str, Any]] = []
        self.cancelled: list[int] = []
        self.left: list[str] = []
        self.starts: list[EpisodeStart] = []
        self.not_ready: str | None = None
        self.draws = False
        self.closed = False
        self.boom = ""

    def reset(self, start: EpisodeStart) -> None:
        self._maybe("reset")
        self.starts.append(start)

    def readiness(self) -> str | None:
        return self.not_ready

    def request(self, batch: Sequence[Request]) -> None:
        self._maybe("request")
        for row in batch:
            self.asked.append(row)
            self.waiting[row.agent] = row
            if self.auto is not None:
                self.decide(self.auto, row.agent)

    def decide(self, action: Any, agent: str | None = None, at: float | None = None) -> None:
        """Answer the newest request of ``agent``."""
        row = self.waiting.pop(agent or next(iter(self.waiting)))
        self.out.append(Decision(row.agent, row.request_id, action, self.clock() if at is None else at))

    def poll(self) -> Sequence[Decision | Notice]:
        self._maybe("poll")
        out, self.out = self.out, []
        return out

    def cancel(self, request_ids: Sequence[int]) -> None:
        self.cancelled.extend(request_ids)

    def on_step_result(self, agent: str, *rest: Any) -> None:
        self._maybe("on_step_result")
        self.results.append((agent, *rest))

    def answer_draw(self, agent: str) -> bool:
        return self.draws

    def on_episode_end(self, agent: str, summary: Any) -> None:
        self.ends.append((agent, summary))

    def on_leave(self, agent: str) -> None:
        self.left.append(agent)

    def close(self) -> None:
        self.closed = True

    def _maybe(self, hook: str) -> None:
        if self.boom == hook:
            raise RuntimeError(f"boom in {hook}")


class ListSink:
    """Keeps every event for the test to read."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def emit(self, kind: str, t: float, fields: Mapping[str, Any], *, private: bool = False) -> None:
        self.events.append({"kind": kind, "t": t, "private": private, **fields})

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The events of one kind."""
        return [event for event in self.events if event["kind"] == kind]


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now
