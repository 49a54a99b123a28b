import pytest
from hypothesis import given
from hypothesis import strategies as st
from pettingzoo.classic import go_v5
from pettingzoo.classic.go import coords

from arena.errors import GameError
from arena.games.go_actions import action_to_vertex, vertex_to_action


@given(size=st.integers(2, 25), data=st.data())
def test_round_trip(size: int, data: st.DataObject) -> None:
    action = data.draw(st.integers(0, size * size))
    assert vertex_to_action(action_to_vertex(action, size), size) == action


@pytest.mark.parametrize("size", [9, 19])
def test_orientation_is_the_environments(size: int) -> None:
    go_v5.raw_env(board_size=size)  # sets the module's global board size, which its coordinates read
    for action in range(size * size + 1):
        assert action_to_vertex(action, size) == coords.to_gtp(coords.from_flat(action))


@pytest.mark.parametrize("vertex", ["", "I5", "A0", "A10", "K1", "D", "D٣", "resign"])
def test_what_is_no_vertex_is_refused(vertex: str) -> None:
    with pytest.raises(GameError, match="allowed: A1 to J9"):
        vertex_to_action(vertex, 9)


def test_case_does_not_matter() -> None:
    assert vertex_to_action(" d4 ", 9) == vertex_to_action("D4", 9) == 5 * 9 + 3
    assert vertex_to_action("PASS", 9) == 81


@pytest.mark.parametrize("action", [-1, 82])
def test_an_action_off_the_board_is_refused(action: int) -> None:
    with pytest.raises(GameError, match="0 to 81"):
        action_to_vertex(action, 9)
