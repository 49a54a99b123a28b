"""Chess records as PGN, the format every chess program reads.

Tags after the standard (S. J. Edwards, "Portable Game Notation Specification and Implementation Guide", 1994,
8.1 and 9); clock times as ``[%clk h:mm:ss]`` comments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import chess
import chess.pgn

from arena.errors import GameError, RecordError
from arena.games.chess_actions import action_to_move
from arena.ids import ulid_time_s
from arena.match.outcome import EpisodeOutcome, Reason
from arena.match.rules import ClockRule
from arena.records.record import Record, outcome_of

WHITE, BLACK = "player_0", "player_1"

_TERMINATIONS = {
    Reason.FLAG: "time forfeit",
    Reason.ILLEGAL: "rules infraction",
    Reason.LATE: "time forfeit",
    Reason.CRASH: "abandoned",
    Reason.DISCONNECT: "abandoned",
    Reason.REFUSED: "abandoned",
    Reason.ENVIRONMENT: "emergency",
    Reason.ABORTED: "unterminated",
    Reason.UNFINISHED: "unterminated",
}


@dataclass(slots=True)
class _Game:
    """One episode while it is read."""

    episode: int
    holders: Mapping[str, str]
    moves: list[chess.Move] = field(default_factory=list)
    clocks: list[float | None] = field(default_factory=list)
    board: chess.Board = field(default_factory=chess.Board)

    def push(self, event: Mapping[str, Any]) -> None:
        ((agent, action),) = event["actions"].items()
        move = action_to_move(self.board, int(action))
        if not self.board.is_legal(move):
            raise RecordError(f"event {event.get('seq')}: {move.uci()} is not legal in {self.board.fen()}")
        self.board.push(move)
        self.moves.append(move)
        left = event.get("clocks", {}).get(agent)
        self.clocks.append(None if left is None else float(left))

    def undo(self, steps: int) -> None:
        for _ in range(steps):
            self.board.pop()
        del self.moves[-steps:], self.clocks[-steps:]


def pgn_of(record: Record) -> str:
    """All games of a chess match, unfinished ones too; raises :class:`RecordError` for another game."""
    return "\n\n".join(str(game) for game in games_of(record)) + "\n"


def games_of(record: Record) -> Iterator[chess.pgn.Game]:
    """The games of a chess match, in order."""
    if "chess" not in str(record.header.get("game", "")):
        raise RecordError(f"{record.path} is a match of {record.header.get('game')}; PGN is for chess")
    table = _Table(record)
    for event in record.events():
        try:
            outcome = table.take(event)
        except (KeyError, TypeError, ValueError, IndexError, GameError) as error:
            raise RecordError(f"{record.path}: event {event.get('seq')} is no chess: {error}") from error
        if outcome is not None and table.game is not None:
            yield _exported(record, table.game, outcome)
            table.game = None
    if table.game is not None:
        yield _exported(record, table.game, None)


class _Table:
    """Who sits at the board, and the game on it."""

    def __init__(self, record: Record) -> None:
        players = record.header.get("players", {})
        self.names = {agent: _name(descriptor) for agent, descriptor in players.items()}
        self.game: _Game | None = None

    def take(self, event: Mapping[str, Any]) -> EpisodeOutcome | None:
        """Follow one event; the outcome, if it is one."""
        match event["kind"]:
            case "reset":
                self.game = _Game(int(event["episode"]), self.names)
            case "swap":
                self.names[event["agent"]] = _name(event["descriptor"])
            case "step" if self.game is not None:
                self.game.push(event)
            case "undo" if self.game is not None:
                self.game.undo(int(event["steps"]))
            case "outcome":
                return outcome_of(event)
        return None


def _name(descriptor: Mapping[str, Any]) -> str:
    return str(descriptor.get("name") or descriptor.get("id") or "?")


def _exported(record: Record, game: _Game, outcome: EpisodeOutcome | None) -> chess.pgn.Game:
    exported = chess.pgn.Game()
    node: chess.pgn.GameNode = exported
    for move, left_s in zip(game.moves, game.clocks, strict=True):
        node = node.add_variation(move)
        if left_s is not None:
            node.set_clock(left_s)
    headers = exported.headers
    started = dt.datetime.fromtimestamp(ulid_time_s(record.match_id), dt.UTC)
    headers["Event"] = str(record.header.get("tags", {}).get("event", "Arena match"))
    headers["Site"] = str(record.header.get("tags", {}).get("site", "?"))
    headers["Date"] = headers["UTCDate"] = started.strftime("%Y.%m.%d")
    headers["UTCTime"] = started.strftime("%H:%M:%S")
    headers["Round"] = str(game.episode + 1)
    headers["White"], headers["Black"] = game.holders.get(WHITE, "?"), game.holders.get(BLACK, "?")
    headers["Result"] = _result(outcome)
    headers["TimeControl"] = _time_control(record.header.get("rules", {}))
    headers["Termination"] = _termination(outcome)
    headers["PlyCount"] = str(len(game.moves))
    if outcome is not None and outcome.detail:
        node.comment = f"{node.comment} {outcome.detail}".strip()
    headers["ArenaMatch"] = record.match_id
    return exported


def _result(outcome: EpisodeOutcome | None) -> str:
    if outcome is None or outcome.void:
        return "*"
    ranks = {seat.agent: seat.rank for seat in outcome.seats}
    white, black = ranks.get(WHITE, 0), ranks.get(BLACK, 0)
    if white == black:
        return "1/2-1/2" if white else "*"
    return "1-0" if white < black else "0-1"


def _termination(outcome: EpisodeOutcome | None) -> str:
    if outcome is None:
        return "unterminated"
    return _TERMINATIONS.get(outcome.reason, "normal")


def _time_control(rules: Mapping[str, Any]) -> str:
    """``300+3``: seconds for the game and for each move; ``-`` where there is no clock."""
    clock = ClockRule.parse(str(rules.get("clock") or ""))
    if clock is None:
        return "-"
    base = f"{clock.base_s:g}"
    return f"{base}+{clock.increment_s:g}" if clock.increment_s else base
