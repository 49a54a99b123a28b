"""Chess records as PGN: read back by python-chess they are the games that were played."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import chess
import chess.pgn
import pytest

from arena.bus.journal import Journal
from arena.cli.main import main
from arena.errors import RecordError
from arena.games.chess_actions import move_to_action
from arena.ids import new_ulid
from arena.match.outcome import EpisodeOutcome, Reason, SeatResult
from arena.records.pgn import pgn_of
from arena.records.record import Record
from tests.arena.records.sample import descriptor

GAME = "classic/chess-v6"
# Castling both ways, en passant, and an under-promotion with check.
LINE = """
    e2e4 d7d5 e4d5 c7c5 d5c6 g8f6 g1f3 g7g6 f1c4 f8g7 e1g1 b8c6 d2d3 c8g4 b1c3 d8a5 c1f4 e8c8 h2h3 g4f3
    d1f3 h7h5 a2a3 h5h4 b2b4 a5f5 g2g4 h4g3 f1e1 g3f2 g1g2 f2e1n
"""
MOVES = LINE.split()


def write(
    folder: Path,
    moves: Iterable[str | int],
    *,
    reason: Reason | None = Reason.RESIGN,
    ranks: tuple[int, int] = (1, 2),
    void: bool = False,
    clock: str | None = None,
    swap_at: int = -1,
) -> Path:
    """A chess record of ``moves``; a number takes back so many."""
    match_id = new_ulid()
    board = chess.Board()
    left = {"player_0": 300.0, "player_1": 300.0}
    with Journal.open(folder, match_id, live=False, publish=False) as journal:
        players = {"player_0": descriptor("anna", human=True), "player_1": descriptor("stockfish")}
        rules = {"clock": clock}
        journal.emit(
            "open", 0.0, {"game": GAME, "players": players, "rules": rules, "tags": {"event": "Club night"}}
        )
        journal.emit("reset", 0.0, {"episode": 0, "agents": list(left)})
        for index, word in enumerate(moves):
            if index == swap_at:
                swap = {
                    "agent": "player_1",
                    "controller": "human",
                    "descriptor": descriptor("carl"),
                    "tick": 1,
                }
                journal.emit("swap", 1.0, swap)
            if isinstance(word, int):
                journal.emit("undo", 1.0, {"tick": len(board.move_stack), "steps": word})
                for _ in range(word):
                    board.pop()
                continue
            move = board.parse_uci(word)
            agent = "player_0" if board.turn == chess.WHITE else "player_1"
            fields: dict[str, Any] = {"tick": index, "actions": {agent: move_to_action(board, move)}}
            if clock:
                left[agent] -= 1.5
                fields["clocks"] = dict(left)
            board.push(move)
            journal.emit("step", 1.0, fields)
        if reason is not None:
            seats = tuple(
                SeatResult(agent, player, rank, 0.0, 0.0)
                for agent, player, rank in zip(left, ("anna", "stockfish"), ranks, strict=True)
            )
            outcome = EpisodeOutcome(match_id, 0, GAME, reason, "well played", 3, 1.0, seats, void=void)
            journal.emit("outcome", 2.0, outcome.to_dict())
            journal.emit("close", 2.0, {"reason": str(reason), "last": True})
    return journal.path


def games(path: Path) -> list[chess.pgn.Game]:
    with Record(path) as record:
        text = io.StringIO(pgn_of(record))
    found = []
    while (game := chess.pgn.read_game(text)) is not None:
        assert not game.errors
        found.append(game)
    return found


def test_every_kind_of_move_comes_back(tmp_path: Path) -> None:
    (game,) = games(write(tmp_path, MOVES))
    assert [move.uci() for move in game.mainline_moves()] == MOVES
    text = str(game)
    for san in ("O-O ", "O-O-O", "dxc6", "hxg3", "fxe1=N+"):
        assert san in text
    headers = dict(game.headers)
    assert (headers["White"], headers["Black"]) == ("Anna", "Stockfish")
    assert (headers["Event"], headers["Round"], headers["PlyCount"]) == ("Club night", "1", str(len(MOVES)))
    assert headers["Date"].count(".") == 2


@pytest.mark.parametrize(
    ("reason", "ranks", "void", "result", "termination"),
    [
        (Reason.RESIGN, (1, 2), False, "1-0", "normal"),
        (Reason.CHECKMATE, (2, 1), False, "0-1", "normal"),
        (Reason.AGREED_DRAW, (1, 1), False, "1/2-1/2", "normal"),
        (Reason.FLAG, (2, 1), False, "0-1", "time forfeit"),
        (Reason.ILLEGAL, (1, 2), False, "1-0", "rules infraction"),
        (Reason.CRASH, (1, 2), False, "1-0", "abandoned"),
        (Reason.ABORTED, (0, 0), True, "*", "unterminated"),
        (None, (0, 0), False, "*", "unterminated"),
    ],
)
def test_results_and_why(
    tmp_path: Path, reason: Reason | None, ranks: tuple[int, int], void: bool, result: str, termination: str
) -> None:
    (game,) = games(write(tmp_path, MOVES[:4], reason=reason, ranks=ranks, void=void))
    assert (game.headers["Result"], game.headers["Termination"]) == (result, termination)
    assert len(list(game.mainline_moves())) == 4


@pytest.mark.parametrize(
    ("clock", "told"), [("5+3", "300+3"), ("30s+0.5", "30+0.5"), ("10+0", "600"), (None, "-")]
)
def test_the_time_control_is_in_seconds(tmp_path: Path, clock: str | None, told: str) -> None:
    (game,) = games(write(tmp_path, MOVES[:2], clock=clock))
    assert game.headers["TimeControl"] == told


def test_clocks_stand_behind_the_moves(tmp_path: Path) -> None:
    (game,) = games(write(tmp_path, MOVES[:5], clock="5+0"))
    assert [node.clock() for node in game.mainline()] == [298.5, 298.5, 297.0, 297.0, 295.5]
    assert "well played" in list(game.mainline())[-1].comment


def test_moves_taken_back_are_not_in_it(tmp_path: Path) -> None:
    (game,) = games(write(tmp_path, ["e2e4", "e7e5", "g1f3", 2, "c7c5", "b1c3"]))
    assert [move.uci() for move in game.mainline_moves()] == ["e2e4", "c7c5", "b1c3"]


def test_who_took_over_is_named(tmp_path: Path) -> None:
    (game,) = games(write(tmp_path, MOVES[:6], swap_at=3))
    assert game.headers["Black"] == "Carl"


def test_what_is_no_chess_is_said(tmp_path: Path) -> None:
    match_id = new_ulid()
    with Journal.open(tmp_path, match_id, live=False, publish=False) as journal:
        journal.emit("open", 0.0, {"game": "classic/go-v5"})
    with Record(journal.path) as record, pytest.raises(RecordError, match="PGN is for chess"):
        pgn_of(record)
    match_id = new_ulid()
    with Journal.open(tmp_path, match_id, live=False, publish=False) as journal:
        journal.emit("open", 0.0, {"game": GAME})
        journal.emit("reset", 0.0, {"episode": 0})
        journal.emit("step", 0.0, {"tick": 1, "actions": {"player_0": 0}})
    with Record(journal.path) as record, pytest.raises(RecordError, match="event 2"):
        pgn_of(record)


def test_a_real_match_agrees_with_its_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["match", "chess", "*=random", "--seed", "4", "--episodes", "2", "--max-ticks", "60", "--json"])
        == 0
    )
    report = json.loads(capsys.readouterr().out)
    found = games(Path(report["record"]))
    assert len(found) == len(report["episodes"]) == 2
    for game, outcome in zip(found, report["episodes"], strict=True):
        board = game.end().board()
        assert board.ply() == outcome["ticks"] == int(game.headers["PlyCount"])
        if board.is_checkmate():
            assert game.headers["Result"] == board.result()
    assert main(["record", "pgn", report["match"][-8:].lower()]) == 0
    assert '[White "Random"]' in capsys.readouterr().out
