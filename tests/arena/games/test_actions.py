"""Actions: what is refused, what is clipped, and that writing them down loses nothing."""

import math
from typing import Any

import msgpack
import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import GameError
from arena.games.actions import ActionChecker, from_plain, to_plain

BOX = spaces.Box(np.array([-1.0, 0.0], np.float32), np.array([1.0, np.inf], np.float32))
NESTED = spaces.Dict({
    "move": spaces.Discrete(3),
    "aim": spaces.Tuple((spaces.Box(-1, 1, (2,)), spaces.MultiBinary(2))),
    "keys": spaces.MultiDiscrete([2, 3]),
})  # fmt: skip


@pytest.mark.parametrize("action", [0, 3, np.int64(2), np.int8(1), np.array(3), np.uint8(0)])
def test_discrete_takes_whole_numbers_of_any_kind(action: Any) -> None:
    checked = ActionChecker(spaces.Discrete(4)).check(action)
    assert checked.problem is None
    assert type(checked.action) is int
    assert checked.action == int(action)


@pytest.mark.parametrize(
    "action",
    [-1, 4, 1.0, np.float32(1), True, np.bool_(True), None, "1", [1], np.array([1]), math.nan, 2**70, {}],
)
def test_discrete_refuses_everything_else(action: Any) -> None:
    checked = ActionChecker(spaces.Discrete(4)).check(action)
    assert checked.problem is not None
    assert "0 to 3" in checked.problem
    assert checked.action is None


def test_discrete_counts_from_its_start() -> None:
    checker = ActionChecker(spaces.Discrete(3, start=5))
    mask = np.array([1, 0, 1], np.int8)
    assert checker.check(7, mask).problem is None
    assert checker.check(4).problem is not None
    assert checker.check(6, mask).problem == "6 is not a legal action now; legal: 5, 7"


def test_a_long_list_of_legal_actions_is_cut() -> None:
    mask = np.ones(100, np.int8)
    mask[3] = 0
    problem = ActionChecker(spaces.Discrete(100)).check(3, mask).problem
    assert problem is not None
    assert problem.endswith("and 87 more")


def test_box_clips_what_is_finite() -> None:
    checked = ActionChecker(BOX).check([7.0, -0.5])
    assert checked.clipped
    assert checked.action.tolist() == [1.0, 0.0]
    assert checked.action.dtype == np.float32
    inside = ActionChecker(BOX).check(np.array([0.5, 1e30]))
    assert not inside.clipped
    assert inside.problem is None


@pytest.mark.parametrize(
    "action",
    [
        [math.nan, 0.0],
        [math.inf, 0.0],
        [0.0, math.inf],
        [0.0, 1e300],  # infinite as a float32
        [0.0],
        0.0,
        [[0.0, 0.0]],
        ["a", "b"],
        None,
        [True, False],
        [[0], [0, 1]],
    ],
)
def test_box_refuses_what_no_clipping_can_mend(action: Any) -> None:
    assert ActionChecker(BOX).check(action).problem is not None


def test_box_of_whole_numbers() -> None:
    checker = ActionChecker(spaces.Box(0, 255, (2,), np.uint8))
    assert checker.check([1.5, 2.0]).problem is not None
    wrapped = checker.check(np.array([256, -1]))  # as uint8 these would be 0 and 255
    assert wrapped.clipped
    assert wrapped.action.tolist() == [255, 0]


def test_a_checked_action_is_nobody_elses() -> None:
    mine = np.zeros(2, np.float32)
    kept = ActionChecker(BOX).check(mine).action
    mine[0] = 9
    assert kept[0] == 0


def test_multi_discrete_with_the_mask_of_all_its_parts() -> None:
    checker = ActionChecker(spaces.MultiDiscrete([2, 3]))
    assert checker.check([1, 2]).problem is None
    assert checker.check([2, 0]).problem is not None
    assert checker.check([1.0, 2.0]).problem is not None
    mask = np.array([0, 1, 1, 1, 0], np.int8)
    assert checker.check([1, 1], mask).problem is None
    assert checker.check([0, 1], mask).problem is not None
    assert checker.check([1, 2], mask).problem is not None


def test_multi_binary() -> None:
    checker = ActionChecker(spaces.MultiBinary(3))
    assert checker.check([1, 0, 1]).action.tolist() == [1, 0, 1]
    assert checker.check([True, False, True]).problem is None
    assert checker.check([2, 0, 1]).problem is not None


def test_parts_of_a_nested_action_are_named() -> None:
    checker = ActionChecker(NESTED)
    good = {"move": 1, "aim": ([0.0, 5.0], [1, 0]), "keys": [1, 2]}
    checked = checker.check(good)
    assert checked.clipped
    assert checked.action["aim"][0].tolist() == [0.0, 1.0]
    problem = checker.check(good | {"aim": ([0.0, math.nan], [1, 0])}).problem
    assert problem is not None
    assert problem.startswith("aim: part 0:")
    assert checker.check({"move": 1}).problem is not None
    assert checker.check(good | {"aim": [0.0]}).problem is not None


def test_other_spaces_are_asked_themselves() -> None:
    checker = ActionChecker(spaces.Text(3))
    assert checker.check("abc").problem is None
    assert checker.check("abcd").problem is not None


@given(st.integers(0, 2**31 - 1))
def test_whatever_a_space_samples_is_legal_and_comes_back_from_plain(seed: int) -> None:
    space: spaces.Space[Any] = spaces.Dict(
        {"nested": NESTED, "box": spaces.Box(-np.inf, np.inf, (3,)), "odd": spaces.Discrete(2, start=-1)}
    )
    space.seed(seed)
    action = space.sample()
    checked = ActionChecker(space).check(action)
    assert checked.problem is None
    assert not checked.clipped
    back = from_plain(space, msgpack.unpackb(msgpack.packb(to_plain(checked.action))))
    assert space.contains(
        back
        | {
            "odd": np.int64(back["odd"]),
            "nested": back["nested"] | {"move": np.int64(back["nested"]["move"])},
        }
    )
    assert to_plain(back) == to_plain(checked.action)


@given(st.integers() | st.floats() | st.text() | st.none() | st.lists(st.floats(), max_size=3) | st.binary())
def test_nothing_makes_a_checker_raise(action: Any) -> None:
    kinds: list[spaces.Space[Any]] = [
        spaces.Discrete(3),
        BOX,
        spaces.MultiDiscrete([2, 2]),
        spaces.MultiBinary(2),
        NESTED,
    ]
    for space in kinds:
        checked = ActionChecker(space).check(action)
        assert (checked.problem is None) == (checked.action is not None)


def test_what_cannot_be_written_down_is_refused() -> None:
    with pytest.raises(GameError, match="object"):
        to_plain(object())
