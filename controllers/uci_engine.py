"""One UCI engine: greeting, options, positions, searches, and what it does wrong.

A small state machine over :class:`~controllers.engine_process.EngineProcess`. Everything it waits for is an
answer of the engine's; deadlines are the match's business.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto
from typing import NamedTuple

from arena.errors import ArenaError, ControllerError
from controllers.engine_process import EngineProcess, Line
from controllers.engine_seat import Died, Refused
from controllers.uci_protocol import (
    EngineOption,
    Info,
    find_option,
    parse_info,
    parse_option,
    set_option,
    squash,
)

_HEARD = (b"bestmove", b"readyok", b"uciok", b"id ", b"option ")


class BestMove(NamedTuple):
    """The answer to a search that is still wanted."""

    at: float
    """When it came, on the driver's clock."""
    move: str
    info: Info


Event = BestMove | Died | Refused


class Search(NamedTuple):
    """What to think about; ``go`` is made when the engine is ready to begin."""

    position: str
    go: Callable[[], str]


class Setting(NamedTuple):
    """An option to set before the first game."""

    name: str
    value: str
    optional: bool = False
    """Skipped where the engine does not have it."""


class _State(Enum):
    GREETING = auto()
    PREPARING = auto()
    IDLE = auto()
    THINKING = auto()
    ENDED = auto()


class UciEngine:
    """Errors: ``OSError`` if the program cannot be started."""

    def __init__(
        self,
        command: Sequence[str],
        settings: Sequence[Setting],
        *,
        wake: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self.name = ""
        """As it calls itself."""
        self.options: dict[str, EngineOption] = {}
        self._settings = settings
        self._state = _State.GREETING
        self._wanted: Search | None = None
        self._discard = False
        self._game_due = False
        self._news = b""
        self._process = EngineProcess(command, sift=self._sift, wake=wake, clock=clock)
        self._process.send("uci")

    def _sift(self, line: bytes) -> bool:
        """In the reading thread: keep the newest score aside, hand over what moves the state on."""
        if line.startswith(b"info "):
            if b" score " in line and (b" multipv " not in line or b" multipv 1 " in line):
                self._news = line
            return False
        return line.startswith(_HEARD)

    @property
    def waiting_for(self) -> str | None:
        """What it still has to answer before it can think; ``None`` when ready."""
        return {_State.GREETING: "uciok", _State.PREPARING: "readyok"}.get(self._state)

    @property
    def thinking(self) -> bool:
        """Whether a wanted search is running or about to."""
        return self._wanted is not None or (self._state is _State.THINKING and not self._discard)

    @property
    def news(self) -> bytes:
        """The newest ``info`` line with a score, raw; see :func:`~controllers.uci_protocol.parse_info`."""
        return self._news

    def new_game(self) -> None:
        """Forget earlier games; the search under way, if any, is stopped."""
        if self._state in {_State.GREETING, _State.ENDED}:
            return  # the greeting ends with this anyway
        self.stop()
        if self._state is _State.THINKING:
            self._game_due = (
                True  # after the answer to the stopped search: engines may not be told while they think
            )
        else:
            self._prepare()

    def think(self, search: Search) -> None:
        """Search as soon as it is ready; one search at a time, a newer one replaces one that has not
        begun.
        """
        self._wanted = search
        self._begin()

    def stop(self) -> None:
        """Its answer is not wanted any more."""
        self._wanted = None
        if self._state is _State.THINKING and not self._discard:
            self._discard = True
            self._process.send("stop")

    def advance(self) -> Iterable[Event]:
        """Take in what it said since the last call."""
        for line in self._process.take():
            event = self._hear(line)
            if event is not None:
                yield event

    def close(self) -> None:
        """Let it go; never blocks."""
        self._state = _State.ENDED
        self._wanted = None
        self._process.close()

    def _hear(self, line: Line) -> Event | None:
        if self._state is _State.ENDED:
            return None
        if line.text is None:
            self._state = _State.ENDED
            return Died(self._process.ending)
        word, _, rest = line.text.strip().partition(" ")
        if word == "bestmove" and self._state is _State.THINKING:
            return self._answer(line.at, rest)
        if word == "readyok" and self._state is _State.PREPARING:
            self._state = _State.IDLE
            self._begin()
        elif self._state is _State.GREETING:
            return self._greet(word, rest, line.text)
        return None

    def _greet(self, word: str, rest: str, text: str) -> Event | None:
        if word == "id" and rest.startswith("name "):
            self.name = rest[5:].strip()[:80]
        elif word == "option":
            option = parse_option(text)
            if option is not None:
                self.options[option.name] = option
        elif word == "uciok":
            try:
                self._set_options()
            except ArenaError as error:
                return Refused(error)
            self._prepare()
        return None

    def _set_options(self) -> None:
        offered = {squash(name) for name in self.options}
        for setting in self._settings:
            if setting.optional and squash(setting.name) not in offered:
                continue
            self._process.send(set_option(find_option(self.options, setting.name), setting.value))

    def _prepare(self) -> None:
        self._process.send("ucinewgame")
        if "Clear Hash" in self.options:
            self._process.send("setoption name Clear Hash")
        self._process.send("isready")
        self._state = _State.PREPARING

    def _begin(self) -> None:
        if self._wanted is None or self._state is not _State.IDLE:
            return
        search, self._wanted = self._wanted, None
        self._news = b""
        self._discard = False
        self._state = _State.THINKING
        self._process.send(search.position)
        self._process.send(search.go())

    def _answer(self, at: float, rest: str) -> Event | None:
        self._state = _State.IDLE
        if self._discard:
            if self._game_due:
                self._game_due = False
                self._prepare()
            self._begin()
            return None
        words = rest.split()
        return BestMove(at, words[0] if words else "", parse_info(self._news.decode(errors="replace")))


def probe(command: Sequence[str], timeout_s: float = 5.0) -> dict[str, EngineOption]:
    """Start an engine, hear which options it has, and let it go.

    Errors: :class:`ControllerError` if it cannot be started, ends, or does not greet within ``timeout_s``.
    """
    heard = threading.Event()
    try:
        engine = UciEngine(command, (), wake=heard.set, clock=time.monotonic)
    except OSError as error:
        raise ControllerError(
            f"engine {command[0]!r} cannot be started: {error.strerror or error}"
        ) from error
    try:
        deadline = time.monotonic() + timeout_s
        while engine.waiting_for == "uciok":
            heard.clear()
            died = [event.how for event in engine.advance() if isinstance(event, Died)]
            if died:
                raise ControllerError(f"engine {command[0]!r} {died[0]}; is it a UCI engine?")
            if engine.waiting_for == "uciok" and not heard.wait(deadline - time.monotonic()):
                raise ControllerError(
                    f"engine {command[0]!r} did not answer `uci` within {timeout_s:g} s; is it a UCI engine?"
                )
        return engine.options
    finally:
        engine.close()
