"""Dead zones of sticks and triggers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controllers.gamepad import DEAD_ZONE, shape_stick, shape_trigger

axis = st.floats(-1, 1)


@given(axis, axis)
def test_a_stick_keeps_its_direction_and_never_exceeds_one(x: float, y: float) -> None:
    shaped = shape_stick(x, y)
    assert math.hypot(*shaped) <= 1 + 1e-9
    if math.hypot(x, y) <= DEAD_ZONE:
        assert shaped == (0, 0)
    elif math.hypot(*shaped) > 1e-9:
        assert math.atan2(shaped[1], shaped[0]) == pytest.approx(math.atan2(y, x), abs=1e-6)


def test_a_worn_stick_reaches_the_rim_and_the_dead_zone_has_no_step() -> None:
    assert shape_stick(0.96, 0.0) == (1.0, 0.0)
    assert shape_stick(0.0, -DEAD_ZONE - 0.01)[1] == pytest.approx(-0.0133, abs=1e-3)


def test_triggers_rest_at_zero() -> None:
    assert [shape_trigger(value) for value in (0.0, 0.05, 1.0)] == [0.0, 0.0, 1.0]
