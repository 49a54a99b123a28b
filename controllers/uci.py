"""Chess engines in seats: what a UCI engine is asked, and how its answers become decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

import chess

from arena.errors import ControllerError
from arena.games.chess_actions import move_to_action
from arena.match.controller import ClockView, Descriptor, EpisodeStart, Request
from arena.match.outcome import Reason
from controllers.engine_seat import EngineController, EngineSeat
from controllers.uci_engine import BestMove, Search, Setting, UciEngine
from controllers.uci_protocol import Info, Limits, go_command, parse_info

DRAW_CENTIPAWNS = 20
DRAW_FROM_MOVE = 20
"""Before move 20 nearly every sound game is within a fifth of a pawn, which says nothing; from then on an
engine that sees no more than that for itself gives nothing away by a draw."""

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

    position: str
    asked_at: float
    deadline: float | None
    clocks: tuple[ClockView, ClockView] | None


class UciSeat(EngineSeat[UciEngine]):
    """One agent's UCI engine."""

    def __init__(self, config: UciConfig, agent: str) -> None:
        super().__init__(agent, config.command[0])
        self.board = chess.Board()
        """The position last asked about, without its moves."""
        self.last = Info()
        """What the engine said of the move it played last."""
        self._config = config
        self._question: _Question
        self._told: tuple[bytes, dict[str, Any]] = (b"", {})

    def reset(self, start: EpisodeStart) -> None:
        """A new game: what was said in the last one says nothing about a draw in this one."""
        self.last = Info()
        super().reset(start)

    def launch(self) -> UciEngine:
        """Start the engine."""
        return UciEngine(self._config.command, self._config.settings, wake=self.wake, clock=self.now)

    def prepare(self, row: Request) -> None:
        """Take down position, clocks and deadline."""
        board = row.state
        if not isinstance(board, chess.Board):
            raise ControllerError(
                f"a UCI engine needs a chess.Board to think about, got {type(board).__name__}"
            )
        self.board = board.copy(stack=False)
        clocks = colour_clocks(row.clocks, row.agent, board.turn)
        self._question = _Question(position_command(board), self.now(), row.deadline, clocks)

    def put(self, engine: UciEngine) -> None:
        """Ask for a move."""
        engine.think(Search(self._question.position, partial(self._go, self._question)))

    def take(self, event: BestMove) -> None:
        """A move, legal or not."""
        try:
            move = self.board.parse_uci(event.move)
            if move == chess.Move.null():
                raise chess.IllegalMoveError("null move")
        except ValueError:
            self.setback(f"answered {event.move!r}, which is not legal in {self.board.fen()}", Reason.ILLEGAL)
            return
        self.last = event.info
        self.decide(move_to_action(self.board, move), event.at)

    def accepts_draw(self) -> bool:
        """By the option ``draws``; ``score``: when its own last score allows (see the constants)."""
        if self._config.draws != "score":
            return self._config.draws == "always"
        if self.last.mate is not None:
            return self.last.mate <= 0
        score = self.last.centipawns
        return self.board.fullmove_number >= DRAW_FROM_MOVE and score is not None and score <= DRAW_CENTIPAWNS

    def status(self) -> Mapping[str, Any]:
        """``score`` (own point of view), ``depth``, ``nps`` and ``pv`` (SAN) of the newest search."""
        news = self.engine.news if self.engine is not None else b""
        if news is not self._told[0]:
            info = parse_info(news.decode(errors="replace"))
            figures = {"score": info.score, "depth": info.depth, "nps": info.nps, "pv": self._san(info.pv)}
            self._told = (news, {key: value for key, value in figures.items() if value})
        return self._told[1]

    def _go(self, question: _Question) -> str:
        """Built when the engine is ready to begin: what a restart took has gone from its clock."""
        now = self.now()
        clocks = question.clocks
        if clocks is not None:
            own = 0 if self.board.turn == chess.WHITE else 1
            spent_s = now - question.asked_at
            left = replace(clocks[own], remaining_s=clocks[own].remaining_s - spent_s)
            clocks = (left, clocks[1]) if own == 0 else (clocks[0], left)
        left_s = None if question.deadline is None else question.deadline - now
        return go_command(self._config.limits, clocks, left_s)

    def _san(self, pv: Sequence[str]) -> str:
        board, words = self.board.copy(), []
        for text in pv[:_PV_MOVES]:
            try:
                words.append(board.san_and_push(board.parse_uci(text)))
            except ValueError:
                break
        return " ".join(words)


class UciController(EngineController[UciSeat]):
    """Plays chess with one UCI process for each of its seats."""

    needs_state = True

    def __init__(self, config: UciConfig, descriptor: Descriptor) -> None:
        super().__init__(partial(UciSeat, config), descriptor)

    def answer_draw(self, agent: str) -> bool:
        """See :meth:`UciSeat.accepts_draw`."""
        return self.seats[agent].accepts_draw()


def position_command(board: chess.Board) -> str:
    """``position`` with every move of the game, so that the engine sees repetitions and the fifty moves."""
    start = board.root().fen()
    words = ["position", "startpos"] if start == chess.STARTING_FEN else ["position", "fen", start]
    if board.move_stack:
        words.append("moves")
        words += [move.uci() for move in board.move_stack]
    return " ".join(words)


def colour_clocks(
    views: Mapping[str, ClockView] | None, agent: str, turn: chess.Color
) -> tuple[ClockView, ClockView] | None:
    """White's and Black's clocks, when ``agent`` is to move; an opponent without one counts as its own."""
    if not views or agent not in views:
        return None
    own = views[agent]
    other = next((view for name, view in views.items() if name != agent), own)
    return (own, other) if turn == chess.WHITE else (other, own)
