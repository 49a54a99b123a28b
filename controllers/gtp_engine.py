"""One engine that speaks the Go Text Protocol: commands with ids out, ``=`` and ``?`` answers in.

Source: GTP version 2, draft 2 (Gunnar Farnebäck, 2002). The engine's board is kept equal to the match's: what
is new is played, and where the game went another way (undo, takeover, a fresh process) it is set up from the
start.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from arena.errors import ArenaError, OptionError, UnknownNameError
from controllers.engine_process import EngineProcess, Line
from controllers.engine_seat import Died, Refused

Moves = tuple[tuple[str, str], ...]
"""``("B", "D4")``, ``("W", "pass")``, ... from the start of the game."""

_ANSWER = re.compile(r"([=?])(\d*)\s*(.*)")
_ANSWER_LINES_MAX = 2000


class Position(NamedTuple):
    """What to think about."""

    size: int
    komi: float
    moves: Moves
    colour: str
    """``"B"`` or ``"W"``, the side to move."""
    time_left_s: float | None = None
    opening: tuple[str, ...] = ()
    """Commands that belong to setting up an empty board, such as a seed."""


class Vertex(NamedTuple):
    """The answer to a question that is still wanted: ``"D4"``, ``"pass"`` or ``"resign"``."""

    at: float
    """When it came, on the driver's clock."""
    text: str


Event = Vertex | Died | Refused


class _Sent(NamedTuple):
    number: int
    command: str


class GtpEngine:
    """Errors: ``OSError`` if the program cannot be started.

    ``setup`` are commands to send once, before the first game; one the engine refuses or does not know is
    reported as :class:`~controllers.engine_seat.Refused`.
    """

    def __init__(
        self,
        command: Sequence[str],
        setup: Sequence[str],
        *,
        wake: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self.name = ""
        """As it calls itself."""
        self.commands: frozenset[str] = frozenset()
        self._setup = setup
        self._sent: deque[_Sent] = deque()
        self._numbers = 0
        self._answer: list[str] = []
        self._answer_at = 0.0
        self._inside = False
        self._ready = False
        self._ended = False
        self._timed = False
        self._wanted: Position | None = None
        self._asked: Position | None = None
        self._discard = False
        self._board: tuple[int, float, list[tuple[str, str]]] | None = None
        self._process = EngineProcess(command, sift=self._sift, wake=wake, clock=clock)
        self._tell("name")
        self._tell("list_commands")

    def _sift(self, line: bytes) -> bool:
        """In the reading thread: an answer lasts from its sign to an empty line; all else is chatter."""
        if line[:1] in {b"=", b"?"}:
            self._inside = True
            return True
        inside, self._inside = self._inside, self._inside and bool(line.strip())
        return inside

    @property
    def waiting_for(self) -> str | None:
        """``list_commands`` until it has answered; ``None`` when ready."""
        return None if self._ready or self._ended else "list_commands"

    def new_game(self) -> None:
        """Set the next position up from an empty board."""
        self.stop()
        self._board = None
        self._timed = False

    def think(self, position: Position) -> None:
        """Ask for a move as soon as it is ready; a newer position replaces one not yet asked."""
        self._wanted = position
        self._begin()

    def stop(self) -> None:
        """The move under way is not wanted any more; GTP has no way to interrupt it."""
        self._wanted = None
        self._discard = self._asked is not None

    def advance(self) -> Iterable[Event]:
        """Take in what it said since the last call."""
        for line in self._process.take():
            event = self._hear(line)
            if event is not None:
                yield event

    def close(self) -> None:
        """Let it go; never blocks."""
        self._ended = True
        self._wanted = None
        self._process.close()

    def _tell(self, command: str) -> None:
        self._numbers += 1
        self._sent.append(_Sent(self._numbers, command))
        self._process.send(f"{self._numbers} {command}")

    def _hear(self, line: Line) -> Event | None:
        if self._ended:
            return None
        if line.text is None:
            self._ended = True
            return Died(self._process.ending)
        text = line.text.strip()
        if line.text[:1] in {"=", "?"}:
            self._answer, self._answer_at = [line.text], line.at
        elif text and len(self._answer) < _ANSWER_LINES_MAX:
            self._answer.append(text)
        elif not text and self._answer:
            answer, self._answer = self._answer, []
            return self._complete(answer)
        return None

    def _complete(self, answer: Sequence[str]) -> Event | None:
        match = _ANSWER.match(answer[0])
        if match is None or not self._sent:
            return None
        if match[2] and int(match[2][:9]) != self._sent[0].number:
            return None  # an answer to nothing we wait for
        command = self._sent.popleft().command
        body = [match[3].strip(), *answer[1:]]
        if match[1] == "?":
            return self._refusal(command, body[0])
        return self._act(command, body)

    def _refusal(self, command: str, text: str) -> Event | None:
        word = command.partition(" ")[0]
        if word in {"boardsize", "komi"} or command in self._setup:
            return Refused(
                OptionError(f"{self.name or 'the engine'} refuses `{command}`: {text or 'no reason'}")
            )
        if word in {"genmove", "play", "clear_board", "list_commands"}:
            return Died(f"refused `{command}`: {text or 'no reason given'}")
        return None  # name and times are not vital

    def _act(self, command: str, body: Sequence[str]) -> Event | None:
        word = command.partition(" ")[0]
        if word == "name":
            self.name = body[0][:80]
        elif word == "version" and body[0]:
            self.name = f"{self.name} {body[0]}"[:80]
        elif word == "list_commands":
            return self._greeted(body)
        elif word == "genmove":
            return self._moved(body[0])
        return None

    def _greeted(self, body: Sequence[str]) -> Event | None:
        self.commands = frozenset(filter(None, (line.strip() for line in body)))
        for command in self._setup:
            if command.partition(" ")[0] not in self.commands:
                error: ArenaError = UnknownNameError(
                    "engine command", command.partition(" ")[0], self.commands
                )
                return Refused(error)
            self._tell(command)
        self._tell("version")
        self._ready = True
        self._begin()
        return None

    def _begin(self) -> None:
        if self._wanted is None or not self._ready or self._asked is not None:
            return
        position, self._wanted = self._wanted, None
        self._asked, self._discard = position, False
        self._set_up(position)
        self._tell_time(position)
        self._tell(f"genmove {position.colour}")

    def _set_up(self, position: Position) -> None:
        size, komi, known = self._board or (0, 0.0, [])
        if (size, komi) != (position.size, position.komi) or tuple(known) != position.moves[: len(known)]:
            self._tell(f"boardsize {position.size}")
            self._tell("clear_board")
            self._tell(f"komi {position.komi:g}")
            for command in position.opening:
                self._tell(command)
            known = []
        for colour, vertex in position.moves[len(known) :]:
            self._tell(f"play {colour} {vertex}")
        self._board = (position.size, position.komi, list(position.moves))

    def _tell_time(self, position: Position) -> None:
        """Absolute time: GTP knows no increments, so what is left is told before each move."""
        if position.time_left_s is None or not {"time_settings", "time_left"} <= self.commands:
            return
        left_s = max(1, int(position.time_left_s))
        if not self._timed:
            self._tell(f"time_settings {left_s} 0 0")
            self._timed = True
        self._tell(f"time_left {position.colour} {left_s} 0")

    def _moved(self, vertex: str) -> Event | None:
        position, self._asked = self._asked, None
        assert position is not None
        if self._board is not None and vertex.lower() != "resign":
            self._board[2].append((position.colour, _canonical(vertex)))
        if self._discard:
            self._begin()
            return None
        return Vertex(self._answer_at, vertex)


def _canonical(vertex: str) -> str:
    return "pass" if vertex.lower() == "pass" else vertex.upper()
