from typing import Any

import chess
import msgpack
import pytest
from pettingzoo.classic import chess_v6

from arena.games.chess_actions import move_to_action
from arena.games.inspectors.chess import ChessInspector
from tests.arena.games.inspectors.playing import bury


def play(*sans: str, fen: str = chess.STARTING_FEN) -> tuple[Any, ChessInspector]:
    env = chess_v6.env()
    env.reset(seed=0)
    env.unwrapped.board.set_fen(fen)
    if not env.unwrapped.board.turn:
        env.unwrapped.agent_selection = env.unwrapped._agent_selector.next()
    inspector = ChessInspector(env.unwrapped)
    for san in sans:
        board = inspector.state()
        action = move_to_action(board, board.parse_san(san))
        env.observe(env.agent_selection)  # the environment learns its actions from the masks it makes
        assert inspector.label(env.agent_selection, action) == san
        env.unwrapped.step(action)
        inspector.snapshot("all")
    return env, inspector


def test_position_and_snapshot_follow_the_game() -> None:
    _, inspector = play("e4", "d5", "exd5", "Qxd5")
    assert inspector.position() == {
        "fen": inspector.state().fen(),
        "moves": ["e2e4", "d7d5", "e4d5", "d8d5"],
        "start_fen": chess.STARTING_FEN,
    }
    snapshot = inspector.snapshot("all")
    assert msgpack.unpackb(msgpack.packb(snapshot)) == snapshot
    assert snapshot["to_move"] == "player_0"
    assert snapshot["turn"] == "white"
    assert snapshot["moves"] == ["e4", "d5", "exd5", "Qxd5"]
    assert snapshot["captured"] == {"white": "P", "black": "p"}
    assert snapshot["last"]["captured"] == "P"
    assert snapshot["last"]["captured_on"] == "d5"
    assert snapshot["board"][chess.D5] == "q"
    assert snapshot == inspector.snapshot(["player_1"])


def test_moves_are_named_again_after_an_undo() -> None:
    _, inspector = play("e4", "e5", "Nf3")
    inspector.state().pop()
    inspector.state().pop()
    assert inspector.snapshot("all")["moves"] == ["e4"]
    inspector.state().push_san("c5")
    assert inspector.snapshot("all")["moves"] == ["e4", "c5"]


def test_castling_and_en_passant_say_what_else_moves() -> None:
    _, inspector = play("e4", "e5", "Nf3", "Nc6", "Bc4", "Bc5", "O-O")
    assert inspector.snapshot("all")["last"]["rook"] == ["h1", "f1"]
    _, inspector = play("e4", "a6", "e5", "d5", "exd6")
    last = inspector.snapshot("all")["last"]
    assert (last["captured"], last["captured_on"], last["to"]) == ("p", "d5", "d6")


def test_check_is_marked_on_the_king() -> None:
    _, inspector = play("e4", "f6", "Qh5+")
    assert inspector.snapshot("all")["check"] == "e8"


ENDINGS = {
    "checkmate": (("f3", "e5", "g4", "Qh4#"), chess.STARTING_FEN, "Black mates", -1),
    "stalemate": (("Qf7",), "7k/8/6K1/8/8/8/8/5Q2 w - - 0 1", "Black has no move", 0),
    "insufficient_material": (("Kxb2",), "7k/8/8/8/8/8/1n6/K7 w - - 0 1", "neither side can mate", 0),
}


@pytest.mark.parametrize("reason", ENDINGS)
def test_verdict(reason: str) -> None:
    sans, fen, detail, reward = ENDINGS[reason]
    env, inspector = play(*sans, fen=fen)
    assert inspector.verdict() == (reason, detail)
    assert env.unwrapped.rewards["player_0"] == reward
    snapshot = inspector.snapshot("all")
    assert snapshot["over"]
    assert snapshot["to_move"] is None
    assert snapshot["mate"] == (reason == "checkmate")
    bury(env.unwrapped)
    assert inspector.verdict() == (reason, detail)
    assert inspector.snapshot("all") == snapshot


def test_no_verdict_before_the_end() -> None:
    assert play("e4")[1].verdict() is None


def test_claimable_draws_name_the_rule() -> None:
    shuffle = ("Nf3", "Nf6", "Ng1", "Ng8") * 2
    _, inspector = play(*shuffle[:-1])  # one legal move short of the third repetition is already claimable
    assert inspector.verdict() == ("claimable_draw", "threefold repetition")
    _, inspector = play("Kb1", fen="6k1/8/8/8/8/8/8/K6R w - - 99 80")
    assert inspector.verdict() == ("claimable_draw", "fifty-move rule")


def test_promoted_pieces_are_not_counted_as_captured_pawns() -> None:
    _, inspector = play("a8=Q+", fen="4k3/P7/8/8/8/8/PPPPPPP1/RNBQKBNR w KQ - 0 1")
    assert inspector.snapshot("all")["captured"]["white"] == ""
