from typing import Any

import msgpack
import numpy as np
import pytest
from pettingzoo.classic import connect_four_v3, tictactoe_v3

from arena.errors import GameError
from arena.games.inspectors.grids import ConnectFourInspector, TicTacToeInspector
from tests.arena.games.inspectors.playing import bury, random_play

GAMES = {
    "tictactoe": (tictactoe_v3, TicTacToeInspector),
    "connect_four": (connect_four_v3, ConnectFourInspector),
}


def play(game: str, *actions: int) -> tuple[Any, Any]:
    module, make = GAMES[game]
    env = module.env()
    env.reset(seed=0)
    inspector = make(env)
    for action in actions:
        env.step(action)
    return env, inspector


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("seed", range(12))
def test_marks_agree_with_observations_and_verdicts_with_rewards(game: str, seed: int) -> None:
    module, make = GAMES[game]
    env = module.env()
    for inspector in random_play(env, seed, make):
        state, snapshot = inspector.state(), inspector.snapshot("all")
        assert msgpack.unpackb(msgpack.packb(snapshot)) == snapshot
        planes = env.unwrapped.observe(env.possible_agents[0])["observation"]
        rows = np.array(state.rows)
        if game == "tictactoe":
            rows = rows.T  # its observation is transposed against what it draws
        assert np.array_equal(planes[..., 0], rows == 1)
        assert np.array_equal(planes[..., 1], rows == 2)
        assert len(state.moves) == np.count_nonzero(rows)
        assert inspector.position()["rows"] == [list(row) for row in state.rows]
    won = any(reward > 0 for reward in env.unwrapped.rewards.values())
    assert inspector.verdict()[0] == ("win" if won else "draw")
    assert bool(snapshot["line"]) == won
    assert snapshot["to_move"] is None
    verdict = inspector.verdict()
    bury(env)
    assert inspector.verdict() == verdict
    assert inspector.snapshot("all") == snapshot


def test_moves_keep_their_order() -> None:
    _, inspector = play("connect_four", 3, 3, 0, 6)
    assert inspector.state().moves == (3, 3, 0, 6)
    assert inspector.snapshot("all")["last"] == [5, 6]
    assert inspector.state().rows[4][3] == 2
    assert inspector.state().to_move == "player_0"


def test_tictactoe_counts_down_the_columns_as_it_is_drawn() -> None:
    _, inspector = play("tictactoe", 1)
    assert inspector.snapshot("all")["last"] == [1, 0]
    names = [inspector.label("player_1", action) for action in range(9)]
    assert names[:4] == ["top left", "middle left", "bottom left", "top centre"]
    assert names[4] == "centre"
    assert names[8] == "bottom right"


def test_winning_lines() -> None:
    _, inspector = play("connect_four", 0, 1, 0, 1, 0, 1, 0)
    assert inspector.verdict() == ("win", "4 in a column")
    assert inspector.snapshot("all")["line"] == [[2, 0], [3, 0], [4, 0], [5, 0]]
    _, inspector = play("tictactoe", 0, 1, 4, 2, 8)
    assert inspector.verdict() == ("win", "3 on a diagonal")


def test_a_full_board_without_a_line_is_a_draw() -> None:
    _, inspector = play("tictactoe", 0, 4, 8, 1, 7, 6, 2, 5, 3)
    assert inspector.verdict() == ("draw", "the board is full")


def test_a_reset_starts_a_new_list() -> None:
    env, inspector = play("tictactoe", 0, 4)
    env.reset(seed=1)
    assert inspector.state().moves == ()
    env.step(8)
    assert inspector.state().moves == (8,)


def test_an_inspector_made_too_late_says_so() -> None:
    env, _ = play("connect_four", 3)
    with pytest.raises(GameError, match="right after reset"):
        ConnectFourInspector(env)
