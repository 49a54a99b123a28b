import random

import chess
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pettingzoo.classic import chess_v6

from arena.errors import GameError
from arena.games.chess_actions import ACTIONS, action_to_move, legal_actions, move_to_action

POSITIONS = {
    "castling both ways": "r3k2r/pppppppp/8/8/8/8/PPPPPPPP/R3K2R w KQkq - 0 1",
    "castling, black": "r3k2r/pppppppp/8/8/8/8/PPPPPPPP/R3K2R b KQkq - 0 1",
    "promotions, white": "1n1r4/P1P1P2k/8/8/8/8/K7/8 w - - 0 1",
    "promotions, black": "8/k7/8/8/8/8/p1p1p2K/1N1R4 b - - 0 1",
    "en passant, white": "4k3/8/8/3pP3/8/8/8/4K3 w - d6 0 1",
    "en passant, black": "4k3/8/8/8/3pP3/8/8/4K3 b - e3 0 1",
    "queen and rook on the seventh": "k7/Q6R/8/8/8/8/8/7K w - - 0 1",
}


@pytest.mark.parametrize("fen", POSITIONS.values(), ids=POSITIONS)
def test_special_moves_round_trip(fen: str) -> None:
    board = chess.Board(fen)
    actions = legal_actions(board)
    assert len(actions) == board.legal_moves.count()
    for action, move in actions.items():
        assert action_to_move(board, action) == move


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), plies=st.integers(0, 160))
def test_every_legal_move_round_trips_and_moves_share_no_action(seed: int, plies: int) -> None:
    rng, board = random.Random(seed), chess.Board()
    for _ in range(plies):
        moves = list(board.legal_moves)
        if not moves:
            break
        actions = [move_to_action(board, move) for move in moves]
        assert len(set(actions)) == len(moves)
        assert [action_to_move(board, action) for action in actions] == moves
        board.push(rng.choice(moves))


@pytest.mark.parametrize("seed", range(4))
def test_equals_the_environments_mask_and_plays_its_moves(seed: int) -> None:
    rng, env = random.Random(seed), chess_v6.env()
    env.reset(seed=seed)
    for _ in range(90):
        if not env.agents or any(env.terminations.values()):
            break
        board = env.unwrapped.board
        mask = env.observe(env.agent_selection)["action_mask"]
        assert sorted(legal_actions(board)) == list(mask.nonzero()[0])
        action, move = rng.choice(list(legal_actions(board).items()))
        env.step(action)
        assert env.unwrapped.board.peek() == move


@pytest.mark.parametrize("action", [-1, ACTIONS, 0, 72])
def test_an_action_that_leaves_the_board_is_refused(action: int) -> None:
    with pytest.raises(GameError, match=str(action)):
        action_to_move(chess.Board(), action)


def test_a_null_move_has_no_action() -> None:
    with pytest.raises(GameError, match="0000"):
        move_to_action(chess.Board(), chess.Move.null())
