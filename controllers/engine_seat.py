"""What all engines in seats share: one process a seat, asked without waiting, restarted once an episode.

An engine that dies or answers what is not legal gets a fresh process and the same position again. The second
time in an episode its seat fails with the reason and what was answered.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from arena.errors import ArenaError
from arena.games.contract import Paradigm
from arena.match.controller import BaseController, Decision, Descriptor, EpisodeStart, Notice, Request
from arena.match.outcome import Reason


class Died(NamedTuple):
    """The engine will not answer any more."""

    how: str


class Refused(NamedTuple):
    """The engine does not offer what the seating asks of it; a restart would not help."""

    error: ArenaError


class Engine(Protocol):
    """A running engine, whatever it speaks."""

    name: str
    """As it calls itself; empty until it has said."""

    @property
    def waiting_for(self) -> str | None:
        """What it still has to answer before it can think; ``None`` when ready."""

    def new_game(self) -> None:
        """Forget earlier games."""

    def stop(self) -> None:
        """The answer to the search under way is not wanted any more."""

    def advance(self) -> Iterable[Any]:
        """Events since the last call: :class:`Died`, :class:`Refused`, or an answer of its own type."""

    def close(self) -> None:
        """Let it go; never blocks."""


EngineT = TypeVar("EngineT", bound=Engine)


class EngineSeat(ABC, Generic[EngineT]):
    """One agent's engine and the request it is thinking about."""

    def __init__(self, agent: str, program: str) -> None:
        self.agent = agent
        self.engine: EngineT | None = None
        self.request_id: int | None = None
        self.seed = 0
        """The seat's own seed of the episode under way."""
        self._program = program
        self._out: list[Decision | Notice] = []
        self._restarts_left = 1
        self._wake: Callable[[], None] = _nobody
        self._clock: Callable[[], float] = float

    @abstractmethod
    def launch(self) -> EngineT:
        """Start a process. Errors: ``OSError``."""

    @abstractmethod
    def prepare(self, row: Request) -> None:
        """Take down what a request asks, in words that outlive it, for :meth:`put`."""

    @abstractmethod
    def put(self, engine: EngineT) -> None:
        """Ask ``engine`` what was taken down last."""

    @abstractmethod
    def take(self, event: Any) -> None:
        """An answer: call :meth:`decide`, :meth:`setback` or :meth:`fail`."""

    def status(self) -> Mapping[str, Any]:
        """Live figures for the seat panel."""
        return {}

    def reset(self, start: EpisodeStart) -> None:
        """A new episode: start the engine, or tell the running one."""
        self._wake, self._clock = start.wake, start.clock
        self.seed = start.seeds[self.agent]
        self.request_id, self._out, self._restarts_left = None, [], 1
        if self.engine is None:
            self._start()
        else:
            self.engine.new_game()

    def ask(self, row: Request) -> None:
        """Put a request to the engine; a seat that has failed keeps quiet."""
        self.prepare(row)
        self.request_id = row.request_id
        if self.engine is not None:
            self.put(self.engine)

    def cancel(self, request_ids: Sequence[int]) -> None:
        """Drop the request under way if it is one of these."""
        if self.request_id in request_ids:
            self.request_id = None
            if self.engine is not None:
                self.engine.stop()

    def hear(self) -> None:
        """Take in what the engine said."""
        if self.engine is None:
            return
        for event in self.engine.advance():
            if isinstance(event, Died):
                self.setback(event.how, Reason.CRASH)
            elif isinstance(event, Refused):
                self.fail(str(event.error), Reason.CRASH)
            elif self.request_id is not None:
                self.take(event)

    def poll(self) -> list[Decision | Notice]:
        """Decisions and notices since the last call."""
        self.hear()
        out, self._out = self._out, []
        return out

    def decide(self, action: int, at: float) -> None:
        """The engine has answered."""
        assert self.request_id is not None
        self._out.append(Decision(self.agent, self.request_id, action, at))
        self.request_id = None

    def setback(self, what: str, reason: Reason) -> None:
        """The engine died or answered illegally: one more chance, then none."""
        assert self.engine is not None
        text = f"{self.engine.name or self._program} {what}"
        self.engine.close()
        self.engine = None
        if not self._restarts_left:
            self.fail(text, reason)
            return
        self._restarts_left -= 1
        engine = self._start()
        if engine is not None:
            self._out.append(Notice(self.agent, "restarted", f"{text}; started again"))
            if self.request_id is not None:
                self.put(engine)

    def fail(self, text: str, reason: Reason) -> None:
        """It will not decide again."""
        self.close()
        self._out.append(Notice(self.agent, "failed", text, reason))

    def close(self) -> None:
        """Let the engine go."""
        if self.engine is not None:
            self.engine.close()
            self.engine = None
        self.request_id = None

    def wake(self) -> None:
        """Wake the driver of the episode under way, not of the one that the engine was started in."""
        self._wake()

    def now(self) -> float:
        """The driver's clock in seconds."""
        return self._clock()

    def _start(self) -> EngineT | None:
        try:
            self.engine = self.launch()
        except OSError as error:
            self.fail(f"{self._program} cannot be started: {error.strerror or error}", Reason.CRASH)
        return self.engine


SeatT = TypeVar("SeatT", bound=EngineSeat[Any])


class EngineController(BaseController, Generic[SeatT]):
    """Decides with one engine process for each of its seats."""

    paradigms: frozenset[Paradigm] = frozenset({"sequential"})

    def __init__(self, make_seat: Callable[[str], SeatT], descriptor: Descriptor) -> None:
        self.descriptor = descriptor
        self.seats: dict[str, SeatT] = {}
        self._make_seat = make_seat

    def reset(self, start: EpisodeStart) -> None:
        """Start the engines, or tell running ones that a new game begins."""
        for seat in start.seats:
            if seat.agent not in self.seats:
                self.seats[seat.agent] = self._make_seat(seat.agent)
            self.seats[seat.agent].reset(start)

    def readiness(self) -> str | None:
        """The greeting an engine still owes; when all have given it, the descriptor knows the engine's
        name.
        """
        for seat in self.seats.values():
            seat.hear()
            if seat.engine is None:
                continue
            if seat.engine.waiting_for is not None:
                return f"waiting for {self.descriptor.name} to answer {seat.engine.waiting_for}"
            if seat.engine.name:
                self.descriptor = replace(self.descriptor, policy=seat.engine.name)
        return None

    def request(self, batch: Sequence[Request]) -> None:
        """Hand the positions over; answers come to :meth:`poll`."""
        for row in batch:
            self.seats[row.agent].ask(row)

    def poll(self) -> Sequence[Decision | Notice]:
        """Moves that have come, restarts and failures."""
        return [item for seat in self.seats.values() for item in seat.poll()]

    def cancel(self, request_ids: Sequence[int]) -> None:
        """Stop thinking about these; what is still answered is dropped."""
        for seat in self.seats.values():
            seat.cancel(request_ids)

    def on_leave(self, agent: str) -> None:
        """Somebody else plays on: let this seat's engine go."""
        seat = self.seats.pop(agent, None)
        if seat is not None:
            seat.close()

    def status(self, agent: str) -> Mapping[str, Any]:
        """Live figures of one seat's engine."""
        return self.seats[agent].status() if agent in self.seats else {}

    def close(self) -> None:
        """Let all engines go; they are killed if they do not."""
        for seat in self.seats.values():
            seat.close()
        self.seats.clear()


def _nobody() -> None:
    """Wakes nobody: there is no episode yet."""
