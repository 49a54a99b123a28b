from typing import Any

import msgpack
import numpy as np
import pytest
from pettingzoo.classic import go_v5

from arena.games.go_actions import vertex_to_action
from arena.games.inspectors.go import GoInspector, area_of, result_of
from tests.arena.games.inspectors.playing import bury, random_play


def play(size: int, komi: float, *vertices: str) -> tuple[Any, GoInspector]:
    env = go_v5.env(board_size=size, komi=komi)
    env.reset(seed=0)
    inspector = GoInspector(env)
    for vertex in vertices:
        assert inspector.label(env.agent_selection, vertex_to_action(vertex, size)) == vertex
        env.step(vertex_to_action(vertex, size))
    return env, inspector


@pytest.mark.parametrize("seed", range(3))
def test_stones_agree_with_observations_and_score_with_the_environment(seed: int) -> None:
    env = go_v5.env(board_size=5, komi=2.5)
    for inspector in random_play(env, seed, GoInspector, limit=80):
        state = inspector.state()
        planes = env.unwrapped._encode_board_planes("black_0")
        board = np.array(list(state.board)).reshape(5, 5)
        assert np.array_equal(board == "b", planes[0])
        assert np.array_equal(board == "w", planes[1])
        area = area_of(state.board, 5)
        assert area.count("b") - area.count("w") - 2.5 == env.unwrapped._go.score()


def test_moves_prisoners_and_what_was_taken() -> None:
    env, inspector = play(9, 7.5, "D4", "D5", "A1", "E4", "A2", "C4", "A3", "D3")
    assert inspector.position() == {
        "size": 9,
        "komi": 7.5,
        "moves": [
            *(["B", "D4"], ["W", "D5"], ["B", "A1"], ["W", "E4"]),
            *(["B", "A2"], ["W", "C4"], ["B", "A3"], ["W", "D3"]),
        ],
    }
    snapshot = inspector.snapshot("all")
    assert msgpack.unpackb(msgpack.packb(snapshot)) == snapshot
    assert snapshot["taken"] == [vertex_to_action("D4", 9)]
    assert snapshot["last"] == vertex_to_action("D3", 9)
    assert snapshot["prisoners"] == [0, 1]
    assert snapshot["to_move"] == "black_0" == env.agent_selection
    env.step(81)
    assert inspector.snapshot("all")["taken"] == []
    assert inspector.snapshot("all")["last"] is None
    assert inspector.snapshot("all")["last_vertex"] == "pass"


def test_ko_is_named() -> None:
    _, inspector = play(9, 7.5, "D5", "E5", "C4", "F4", "D3", "E3", "E4", "D4")
    assert inspector.state().ko == "E4"


def test_verdict_is_the_margin() -> None:
    env, inspector = play(5, 2.5, "C3")
    assert inspector.verdict() is None
    env.step(25)
    env.step(25)
    assert inspector.verdict() == ("win", "B+22.5")
    assert inspector.snapshot("all")["territory"] == "b" * 25
    assert env.unwrapped.rewards["black_0"] == 1
    bury(env)
    assert inspector.verdict() == ("win", "B+22.5")
    assert inspector.snapshot("all")["over"]


def test_an_even_score_is_whites_as_the_environment_rewards_it() -> None:
    env, inspector = play(5, 0.0, "pass", "pass")
    assert inspector.verdict() == ("win", "W+0")
    assert env.unwrapped.rewards["white_0"] == 1


def test_another_boards_size_does_not_disturb_the_reading() -> None:
    _, inspector = play(9, 7.5, "D4", "J9")
    go_v5.raw_env(board_size=5)
    assert inspector.position()["moves"] == [["B", "D4"], ["W", "J9"]]


def test_points_between_both_colours_are_nobodys() -> None:
    assert area_of(".b.w" * 4, 4) == "bb.w" * 4
    assert result_of("bb.w" * 4, 4.5) == "W+0.5"
    assert result_of("bb.w" * 4, 0.5) == "B+3.5"
