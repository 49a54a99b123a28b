"""Four games of chess against Stockfish by a real mouse: mate, flag, resignation, agreed draw."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import chess
import chess.pgn
import pytest

from arena.processes import module_command
from tests.e2e.chess_line import NODES, line_for
from tests.e2e.window.person import Seen, sitting_down

HUMAN = "human:pointer,name=Ada"
ENGINE = f"stockfish:nodes={NODES}"


def game_of(seen: Seen, home: Path) -> chess.pgn.Game:
    """The PGN of the match on the result screen, which must show the same moves and clocks."""
    command = module_command("arena", "--home", str(home), "record", "pgn", seen["record"])
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    game = chess.pgn.read_game(io.StringIO(text))
    assert game is not None
    assert not game.errors
    assert chess.pgn.read_game(io.StringIO(text[len(str(game)) :])) is None
    board = game.board()
    shown = []
    for move in game.mainline_moves():
        shown.append(board.san(move))
        board.push(move)
    assert shown == seen["moves"]
    return game


def last_clocks(game: chess.pgn.Game) -> dict[str, float]:
    """Agent -> its clock after its last move, by the PGN."""
    clocks = {}
    for node in game.mainline():
        left = node.clock()
        if left is not None:
            clocks["player_1" if node.turn() else "player_0"] = left
    return clocks


@pytest.mark.slow
def test_mate_with_castling_en_passant_and_under_promotion(xvfb: str, stockfish: str, tmp_path: Path) -> None:
    line = line_for(stockfish)
    with sitting_down(
        xvfb, tmp_path, "chess", f"player_0={HUMAN}", f"player_1={ENGINE}", "--clock", "30+0"
    ) as person:
        for number, move in enumerate(line):
            person.chess_move(move, 2 * number, "player_0", by_drag=number % 10 == 3)
        seen = person.over()
    assert seen["headline"] == "You win"
    assert seen["reason"].startswith("Checkmate")
    assert seen["verified"].startswith("Record verified")
    game = game_of(seen, tmp_path)
    assert [move.uci() for move in game.mainline_moves()][::2] == line
    assert (game.headers["White"], game.headers["Result"]) == ("Ada", "1-0")
    assert game.headers["Black"].startswith("Stockfish")
    assert game.headers["TimeControl"] == "1800"
    assert game.headers.get("Termination", "normal") == "normal"
    board, kinds = game.board(), set()
    for made in game.mainline_moves():
        if board.turn == chess.WHITE:
            kinds |= {"castling"} if board.is_castling(made) else set()
            kinds |= {"en passant"} if board.is_en_passant(made) else set()
            kinds |= {"under-promotion"} if made.promotion not in {None, chess.QUEEN} else set()
        board.push(made)
    assert board.is_checkmate()
    assert kinds == {"castling", "en passant", "under-promotion"}
    for agent, left in last_clocks(game).items():
        assert left == pytest.approx(seen["clocks"][agent], abs=0.06)


def test_the_flag_falls_as_black_with_the_board_turned(xvfb: str, stockfish: str, tmp_path: Path) -> None:
    with sitting_down(
        xvfb, tmp_path, "chess", f"player_0={ENGINE}", f"player_1={HUMAN}", "--clock", "4s+0"
    ) as person:
        seen = person.turn("player_1", 1)
        assert seen["bottom"] == "player_1"
        person.chess_move("a7a6", 1, "player_1")
        seen = person.over()
    assert (seen["headline"], seen["reason"].partition(" · ")[0]) == ("You lose", "Time ran out")
    assert seen["clocks"]["player_1"] <= 0
    game = game_of(seen, tmp_path)
    assert (game.headers["Result"], game.headers["Termination"]) == ("1-0", "time forfeit")
    assert game.headers["Black"] == "Ada"


def test_resignation_as_black_after_turning_the_board_by_hand(
    xvfb: str, stockfish: str, tmp_path: Path
) -> None:
    with sitting_down(xvfb, tmp_path, "chess", f"player_0={ENGINE}", f"player_1={HUMAN}") as person:
        person.chess_move("g8f6", 1, "player_1")
        person.press("rotate-cw")
        person.until(lambda seen: seen["bottom"] == "player_0")
        person.chess_move("f6g8", 3, "player_1", by_drag=True)
        person.turn("player_1", 5)
        person.press("flag")
        person.press("Resign")
        seen = person.over()
    assert (seen["headline"], seen["reason"]) == ("You lose", "Resignation · Ada resigned")
    game = game_of(seen, tmp_path)
    assert game.headers["Result"] == "1-0"
    assert [move.uci() for move in game.mainline_moves()][1::2] == ["g8f6", "f6g8"]


def test_an_agreed_draw_as_white(xvfb: str, stockfish: str, tmp_path: Path) -> None:
    with sitting_down(
        xvfb, tmp_path, "chess", f"player_0={HUMAN}", f"player_1={ENGINE},draws=always"
    ) as person:
        person.chess_move("e2e4", 0, "player_0")
        person.turn("player_0", 2)
        person.press("handshake")
        seen = person.over()
    assert (seen["headline"], seen["reason"].partition(" · ")[0]) == ("Draw", "Draw agreed")
    game = game_of(seen, tmp_path)
    assert game.headers["Result"] == "1/2-1/2"
    show = module_command("arena", "--home", str(tmp_path), "record", "show", seen["record"], "--json")
    told = json.loads(subprocess.run(show, capture_output=True, text=True, check=True).stdout)
    assert "agreed_draw" in json.dumps(told)
