"""The seats of a running match: who holds each, what it was asked and answered, and how that counts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import RuleError
from arena.games.actions import ActionChecker
from arena.games.entry import CatalogEntry
from arena.match.controller import BaseController, Controller, Seat

LATENCIES_KEPT = 4096


@dataclass(frozen=True, slots=True)
class SeatedController:
    """One controller and the agents it decides for, as it comes from seating."""

    controller: Controller
    agents: tuple[str, ...]
    spec: str


@dataclass(slots=True)
class Holder:
    """A controller in a running match, with what need not be looked up at every step."""

    controller: Controller
    agents: tuple[str, ...]
    spec: str
    wants_results: bool
    wants_applied: bool
    needs_state: bool
    needs_position: bool
    sampled: bool
    human: bool
    pauses_when_lost: bool
    failed: bool = False
    watched: tuple[str, ...] = ()
    """Agents it decided for until somebody else took them over, and whose doings it is still told."""

    @classmethod
    def of(cls, seated: SeatedController) -> Holder:
        """Wrap a seated controller."""
        controller = seated.controller
        kind = type(controller)
        return cls(
            controller=controller,
            agents=seated.agents,
            spec=seated.spec,
            wants_results=getattr(kind, "on_step_result", None) is not BaseController.on_step_result,
            wants_applied=getattr(kind, "on_applied", None) is not BaseController.on_applied,
            needs_state=controller.needs_state,
            needs_position=controller.needs_position,
            sampled=controller.sampled,
            human=controller.descriptor.human,
            pauses_when_lost=controller.pauses_when_lost,
        )


@dataclass(slots=True)
class Answer:
    """A decision that waits for its slot."""

    action: Any
    asked_tick: int
    decided_at: float


@dataclass(slots=True)
class Counts:
    """What happened to a seat in one episode."""

    decisions: int = 0
    late: int = 0
    clipped: int = 0
    illegal: int = 0
    stale: int = 0
    abstained: int = 0
    latencies_s: deque[float] = field(default_factory=lambda: deque(maxlen=LATENCIES_KEPT))

    def latency_ms(self, quantile: float) -> float | None:
        """A quantile (0 to 1) of the newest answer times in milliseconds, ``None`` before the first."""
        if not self.latencies_s:
            return None
        ordered = sorted(self.latencies_s)
        return 1000 * ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]


@dataclass(slots=True)
class SeatState:
    """One agent's seat while an episode runs."""

    agent: str
    holder: Holder
    observation_space: spaces.Space[Any]
    action_space: spaces.Space[Any]
    checker: ActionChecker
    noop: Any
    """A valid action that does nothing, or ``None`` where the game has none."""
    edges: frozenset[int]
    """Discrete actions, or flat Box components, that act once a press."""
    let_go: Mapping[int, int] = field(default_factory=dict)
    """Discrete action of :attr:`edges` -> what is left of it once that is released; else the no-op is."""
    delay: int = 0
    observation: Any = None
    legal: NDArray[np.int8] | None = None
    info: Mapping[str, Any] = field(default_factory=dict)
    seen_tick: int = -1
    """Tick of the newest observation."""
    outstanding: int | None = None
    """Id of the request in flight, if any."""
    asked_tick: int = -1
    asked_at: float = 0.0
    deadline: float | None = None
    answer: Answer | None = None
    delayed: deque[tuple[int, Answer | None]] = field(default_factory=deque)
    applied: Any = None
    repeats: int = 0
    misses_in_row: int = 0
    illegal_in_row: int = 0
    lost_since: float | None = None
    status: str = "ok"
    """``ok``, ``late``, ``lost``, ``forfeited``: for the badge on screen."""
    status_text: str = ""
    forfeit: tuple[str, str] | None = None
    """``(reason, message)`` once forfeited in this episode."""
    ended: bool = False
    counts: Counts = field(default_factory=Counts)
    faults: dict[str, str] = field(default_factory=dict)
    """``late`` or ``illegal`` -> what was told of the first time in this match."""

    def begin_episode(self) -> None:
        """Forget the episode before."""
        self.observation, self.legal, self.info, self.seen_tick = None, None, {}, -1
        self.outstanding, self.asked_tick, self.answer, self.deadline = None, -1, None, None
        self.delayed.clear()
        self.applied, self.repeats, self.misses_in_row, self.illegal_in_row = None, 0, 0, 0
        self.forfeit, self.ended = None, False
        if self.status == "forfeited":
            self.status, self.status_text = "ok", ""
        self.counts = Counts()

    def seat(self) -> Seat:
        """What its controller is told about it."""
        return Seat(self.agent, self.observation_space, self.action_space)

    def released(self) -> Any:
        """The last applied action with its edges let go: what ``repeat`` may keep."""
        if self.applied is None or not self.edges:
            return self.applied
        if isinstance(self.action_space, spaces.Discrete):
            number = int(self.applied)
            return self.let_go.get(number, self.noop) if number in self.edges else self.applied
        if isinstance(self.action_space, spaces.Box) and self.noop is not None:
            kept = np.array(self.applied, copy=True)
            flat, still = kept.reshape(-1), np.asarray(self.noop).reshape(-1)
            for component in self.edges:
                flat[component] = still[component]
            return kept
        return self.applied


def seat_states(
    entry: CatalogEntry,
    seated: Sequence[SeatedController],
    space_of: Callable[[str], tuple[spaces.Space[Any], spaces.Space[Any]]],
    delays: Mapping[str, int],
) -> dict[str, SeatState]:
    """One state per agent; ``space_of`` gives its own copies of the observation and action space."""
    states: dict[str, SeatState] = {}
    for one in seated:
        holder = Holder.of(one)
        for agent in one.agents:
            observation_space, action_space = space_of(agent)
            noop, edges = noop_and_edges(entry, agent, action_space)
            states[agent] = SeatState(
                agent,
                holder,
                observation_space,
                action_space,
                ActionChecker(action_space, tell_legal=entry.information != "hidden"),
                noop,
                edges,
                _let_go(entry, agent, edges) if isinstance(action_space, spaces.Discrete) else {},
                delays.get(agent, 0),
            )
    return states


def noop_and_edges(entry: CatalogEntry, agent: str, space: spaces.Space[Any]) -> tuple[Any, frozenset[int]]:
    """The catalog's no-op as an action of ``space``, and its edge actions or components."""
    scheme = entry.scheme(agent)
    if scheme is None:
        return None, frozenset()
    noop: Any = scheme.noop
    if noop is not None and isinstance(space, spaces.Box):
        noop = np.asarray(noop, dtype=space.dtype).reshape(space.shape)
    elif noop is not None and isinstance(space, spaces.Discrete):
        noop = scheme.resting
    elif noop is not None:
        noop = np.asarray(noop, dtype=space.dtype).reshape(space.shape) if space.shape else noop
    if noop is not None and not space.contains(np.int64(noop) if isinstance(noop, int) else noop):
        raise RuleError(f"the catalog's no-op {noop!r} of {entry.id} is not an action of {agent}: {space}")
    if isinstance(space, spaces.Discrete) and scheme.listed:
        return noop, frozenset(n for n in range(len(scheme.listed)) if scheme.let_go(n) != n)
    edges = frozenset(
        number
        for control in scheme.controls
        if control.edge and (number := control.action if control.axis is None else control.axis) is not None
    )
    return noop, edges


def _let_go(entry: CatalogEntry, agent: str, edges: frozenset[int]) -> dict[int, int]:
    scheme = entry.scheme(agent)
    return {n: scheme.let_go(n) for n in edges} if scheme is not None and scheme.listed else {}
