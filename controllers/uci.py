"""Chess engines in seats: one UCI process a seat, asked without waiting, restarted once an episode.

An engine that dies or answers what is not legal gets a fresh process and the same position again. The second
time in an episode its seat fails with the reason and what was answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import chess

from arena.errors import ControllerError
from arena.games.chess_actions import move_to_action
from arena.games.contract import Paradigm
from arena.match.controller import (
    BaseController,
    ClockView,
    Decision,
    Descriptor,
    EpisodeStart,
    Notice,
    Request,
)
from arena.match.outcome import Reason
from controllers.uci_engine import BestMove, Died, Event, Search, Setting, UciEngine
from controllers.uci_protocol import Info, Limits, go_command, parse_info

DRAW_CENTIPAWNS = 20
DRAW_FROM_MOVE = 20
"""Before move 20 nearly every sound game is within a fifth of a pawn, which says nothing; from then on an
engine that sees no more than that for itself gives nothing away by a draw.
"""

_PV_MOVES = 4


@dataclass(frozen=True, slots=True)
class UciConfig:
    """What to run and how."""

    command: tuple[str, ...]
    settings: tuple[Setting, ...] = ()
    limits: Limits = field(default_factory=Limits)
    draws: Literal["score", "always", "never"] = "score"


@dataclass(slots=True)
class _Question:
    """One request, in words that outlive it: its state may be read inside ``request`` only."""

    request_id: int
    board: chess.Board
    """The position without its moves."""
    position: str
    asked_at: float
    deadline: float | None
    clocks: tuple[ClockView, ClockView] | None


class _Seat:
    """One agent's engine."""

    def __init__(self, agent: str, config: UciConfig, start: EpisodeStart) -> None:
        self.agent = agent
        self.engine: UciEngine | None = None
        self.question: _Question | None = None
        self.board = chess.Board()
        self.out: list[Decision | Notice] = []
        self.last = Info()
        self._config = config
        self._wake, self._clock = start.wake, start.clock
        self._restarts_left = 1
        self._told: tuple[bytes, dict[str, Any]] = (b"", {})

    def reset(self, start: EpisodeStart) -> None:
        self._wake, self._clock = start.wake, start.clock
        self.question, self.last, self.out = None, Info(), []
        self._restarts_left = 1
        if self.engine is None:
            self._start()
        else:
            self.engine.new_game()

    def waiting_for(self) -> str | None:
        return None if self.engine is None else self.engine.waiting_for

    def ask(self, row: Request) -> None:
        board = row.state
        if not isinstance(board, chess.Board):
            raise ControllerError(
                f"a UCI engine needs a chess.Board to think about, got {type(board).__name__}"
            )
        clocks = _clocks(row.clocks, row.agent, board.turn)
        self.board = board.copy(stack=False)
        self.question = _Question(
            row.request_id, self.board, position_command(board), self._clock(), row.deadline, clocks
        )
        if self.engine is not None:
            self._think(self.engine, self.question)

    def cancel(self, request_ids: Sequence[int]) -> None:
        if self.question is not None and self.question.request_id in request_ids:
            self.question = None
            if self.engine is not None:
                self.engine.stop()

    def hear(self) -> None:
        if self.engine is not None:
            for event in self.engine.advance():
                self._take(event)

    def poll(self) -> list[Decision | Notice]:
        self.hear()
        out, self.out = self.out, []
        return out

    def status(self) -> Mapping[str, Any]:
        """Of the search under way, in SAN; read again only when the engine has said something new."""
        news = self.engine.news if self.engine is not None else b""
        if news is not self._told[0]:
            info = parse_info(news.decode(errors="replace"))
            figures = {"score": info.score, "depth": info.depth, "nps": info.nps, "pv": self._san(info.pv)}
            self._told = (news, {key: value for key, value in figures.items() if value})
        return self._told[1]

    def close(self) -> None:
        if self.engine is not None:
            self.engine.close()
            self.engine = None
        self.question = None

    def _ring(self) -> None:
        """Wake the driver of the episode under way, not of the one that the engine was started in."""
        self._wake()

    def _now(self) -> float:
        return self._clock()

    def _start(self) -> UciEngine | None:
        command, settings = self._config.command, self._config.settings
        try:
            self.engine = UciEngine(command, settings, wake=self._ring, clock=self._now)
        except OSError as error:
            self._fail(f"{command[0]} cannot be started: {error.strerror or error}", Reason.CRASH)
        return self.engine

    def _think(self, engine: UciEngine, question: _Question) -> None:
        engine.think(Search(question.position, lambda: self._go(question)))

    def _go(self, question: _Question) -> str:
        """Built when the engine is ready to begin: what a restart took has gone from its clock."""
        now = self._clock()
        clocks = question.clocks
        if clocks is not None:
            own = 0 if question.board.turn == chess.WHITE else 1
            spent_s = now - question.asked_at
            left = replace(clocks[own], remaining_s=clocks[own].remaining_s - spent_s)
            clocks = (left, clocks[1]) if own == 0 else (clocks[0], left)
        left_s = None if question.deadline is None else question.deadline - now
        return go_command(self._config.limits, clocks, left_s)

    def _take(self, event: Event) -> None:
        if isinstance(event, BestMove):
            self._answer(event)
        elif isinstance(event, Died):
            self._setback(event.how, Reason.CRASH)
        else:
            self._fail(str(event.error), Reason.CRASH)

    def _answer(self, event: BestMove) -> None:
        question = self.question
        if question is None:
            return
        try:
            move = question.board.parse_uci(event.move)
            if move == chess.Move.null():
                raise chess.IllegalMoveError("null move")
        except ValueError:
            self._setback(
                f"answered {event.move!r}, which is not legal in {question.board.fen()}", Reason.ILLEGAL
            )
            return
        self.question, self.last = None, event.info
        action = move_to_action(question.board, move)
        self.out.append(Decision(self.agent, question.request_id, action, event.at))

    def _setback(self, what: str, reason: Reason) -> None:
        """Died or answered illegally: one more chance, then none."""
        assert self.engine is not None
        text = f"{self.engine.name or self._config.command[0]} {what}"
        self.engine.close()
        self.engine = None
        if not self._restarts_left:
            self._fail(text, reason)
            return
        self._restarts_left -= 1
        engine = self._start()
        if engine is not None:
            self.out.append(Notice(self.agent, "restarted", f"{text}; started again"))
            if self.question is not None:
                self._think(engine, self.question)

    def _fail(self, text: str, reason: Reason) -> None:
        self.close()
        self.out.append(Notice(self.agent, "failed", text, reason))

    def _san(self, pv: Sequence[str]) -> str:
        board, words = self.board.copy(), []
        for text in pv[:_PV_MOVES]:
            try:
                words.append(board.san_and_push(board.parse_uci(text)))
            except ValueError:
                break
        return " ".join(words)


def position_command(board: chess.Board) -> str:
    """``position`` with every move of the game, so that the engine sees repetitions and the fifty moves."""
    start = board.root().fen()
    words = ["position", "startpos"] if start == chess.STARTING_FEN else ["position", "fen", start]
    if board.move_stack:
        words.append("moves")
        words += [move.uci() for move in board.move_stack]
    return " ".join(words)


def _clocks(
    views: Mapping[str, ClockView] | None, agent: str, turn: chess.Color
) -> tuple[ClockView, ClockView] | None:
    """White's and Black's clocks, when ``agent`` is to move; an opponent without a clock counts as its
    own.
    """
    if not views or agent not in views:
        return None
    own = views[agent]
    other = next((view for name, view in views.items() if name != agent), own)
    return (own, other) if turn == chess.WHITE else (other, own)


class UciController(BaseController):
    """Decides with one engine process for each of its seats."""

    paradigms: frozenset[Paradigm] = frozenset({"sequential"})

    def __init__(self, config: UciConfig, descriptor: Descriptor) -> None:
        self.descriptor = descriptor
        self._config = config
        self._seats: dict[str, _Seat] = {}

    def reset(self, start: EpisodeStart) -> None:
        """Start the engines, or tell running ones that a new game begins."""
        for seat in start.seats:
            if seat.agent not in self._seats:
                self._seats[seat.agent] = _Seat(seat.agent, self._config, start)
            self._seats[seat.agent].reset(start)

    def readiness(self) -> str | None:
        """The greeting an engine still owes."""
        for item in self._seats.values():
            item.hear()
            missing = item.waiting_for()
            if missing is not None:
                return f"waiting for {self.descriptor.name} to answer {missing}"
            if item.engine is not None and item.engine.name:
                self.descriptor = replace(self.descriptor, policy=item.engine.name)
        return None

    def request(self, batch: Sequence[Request]) -> None:
        """Hand the positions over; answers come to :meth:`poll`."""
        for row in batch:
            self._seats[row.agent].ask(row)

    def poll(self) -> Sequence[Decision | Notice]:
        """Moves that have come, restarts and failures."""
        out: list[Decision | Notice] = []
        for item in self._seats.values():
            out += item.poll()
        return out

    def cancel(self, request_ids: Sequence[int]) -> None:
        """Stop searching for these; what they still answer is dropped."""
        for item in self._seats.values():
            item.cancel(request_ids)

    def answer_draw(self, agent: str) -> bool:
        """By the option ``draws``; ``score`` accepts when its own last score allows (see the constants)."""
        if self._config.draws != "score":
            return self._config.draws == "always"
        item = self._seats[agent]
        if item.last.mate is not None:
            return item.last.mate <= 0
        score = item.last.centipawns
        return item.board.fullmove_number >= DRAW_FROM_MOVE and score is not None and score <= DRAW_CENTIPAWNS

    def on_leave(self, agent: str) -> None:
        """Somebody else plays on: let this seat's engine go."""
        item = self._seats.pop(agent, None)
        if item is not None:
            item.close()

    def status(self, agent: str) -> Mapping[str, Any]:
        """``score`` (own point of view), ``depth``, ``nps`` and ``pv`` of the newest search."""
        item = self._seats.get(agent)
        return {} if item is None else item.status()

    def close(self) -> None:
        """Let all engines go; they are killed if they do not."""
        for item in self._seats.values():
            item.close()
        self._seats.clear()
