"""What a far person holds: each change acts, what acts once acts once, a stall is not played back."""

from __future__ import annotations

import numpy as np
from gymnasium import spaces
from hypothesis import given
from hypothesis import strategies as st

from controllers.held_inputs import QUEUE_MAX, WAITING_MAX, HeldInputs, releasing

FIRE = 5
STILL = 0


def inputs() -> HeldInputs:
    return HeldInputs(STILL, releasing(spaces.Discrete(6), STILL, {FIRE}))


def test_nothing_pressed_is_at_rest() -> None:
    assert inputs().take() == STILL


def test_a_held_action_acts_until_it_is_let_go() -> None:
    held = inputs()
    held.put(1)
    assert [held.take() for _ in range(3)] == [1, 1, 1]
    held.put(STILL)
    assert [held.take(), held.take()] == [STILL, STILL]


def test_a_tap_within_one_slot_acts_for_one() -> None:
    held = inputs()
    held.put(2)
    held.put(STILL)
    assert [held.take() for _ in range(3)] == [2, STILL, STILL]


def test_a_shot_acts_once_a_press() -> None:
    held = inputs()
    held.put(FIRE)
    assert [held.take() for _ in range(3)] == [FIRE, STILL, STILL]
    held.put(FIRE)
    held.put(FIRE)
    assert [held.take() for _ in range(3)] == [FIRE, FIRE, STILL]


def test_after_a_stall_the_newest_counts_and_no_shot_is_lost() -> None:
    held = inputs()
    for action in [1, 2, FIRE, 1, 2, 1, 2, 1, 2, 3]:
        held.put(action)
    played = [held.take() for _ in range(WAITING_MAX)]
    assert FIRE in played
    assert played[-1] == 3
    assert held.take() == 3
    assert held.skipped == 10 - WAITING_MAX


def test_a_storm_of_shots_is_bounded() -> None:
    held = inputs()
    for _ in range(1000):
        held.put(FIRE)
    played = [held.take() for _ in range(QUEUE_MAX + 1)]
    assert played.count(FIRE) == QUEUE_MAX


def test_cleared_means_let_go() -> None:
    held = inputs()
    held.put(1)
    held.put(2)
    held.take()
    held.clear()
    assert held.take() == STILL


def test_edges_of_a_box_are_let_go_by_component() -> None:
    space = spaces.Box(-1, 1, (3,), np.float32)
    held = HeldInputs(np.zeros(3, np.float32), releasing(space, np.zeros(3, np.float32), {2}))
    held.put(np.array([1, 0, 1], np.float32))
    assert held.take().tolist() == [1, 0, 1]
    assert held.take().tolist() == [1, 0, 0]


@given(st.lists(st.integers(0, 5), max_size=200))
def test_whatever_comes_the_newest_is_reached_and_nothing_is_made_up(actions: list[int]) -> None:
    held = inputs()
    for action in actions:
        held.put(action)
    played = [held.take() for _ in range(QUEUE_MAX + 2)]
    assert set(played) <= {*actions, STILL}
    assert len([action for action in played if action == FIRE]) <= actions.count(FIRE)
    last = actions[-1] if actions else STILL
    assert played[-1] == (STILL if last == FIRE else last)
