"""What agents may push: read within the limits, whichever way it comes, and refused in words."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from arena.games.physics.controls import Axis, Controls

CONTROLS = Controls(
    [Axis("x", "to the right"), Axis("y", "downwards"), Axis("press", "above 0.5", 0.0)],
    [(0, 0, 0), (1, 0, 0), (0, 1, 1)],
)
AGENTS = ["ann", "bob"]


def read(*actions: Any, variant: Any = "continuous") -> list[list[float]]:
    pushes = CONTROLS.read(variant, AGENTS, dict(zip(AGENTS, actions, strict=False)))
    assert pushes.dtype == np.float64
    assert pushes.shape == (2, 3)
    return pushes.tolist()


@pytest.mark.parametrize("kind", [np.float32, np.float64, list])
def test_pushes_are_kept_where_they_are_within_the_limits_and_clipped_else(kind: Any) -> None:
    def pushed(*values: float) -> Any:
        return list(values) if kind is list else np.array(values, kind)

    assert read(pushed(-1, 1, 0), pushed(0.5, -0.25, 1)) == [[-1, 1, 0], [0.5, -0.25, 1]]
    assert read(pushed(-1, 1, 0), pushed(0.5, -7, -0.5)) == [[-1, 1, 0], [0.5, -1, 0]]
    assert read(pushed(1.5, 0, 2), pushed(0, 0, 0)) == [[1, 0, 1], [0, 0, 0]]


def test_what_is_read_is_nobody_elses() -> None:
    given = np.zeros((2, 3))
    pushes = CONTROLS.read("continuous", AGENTS, dict(zip(AGENTS, given, strict=True)))
    pushes[:] = 1.0
    assert not given.any()


@pytest.mark.parametrize(
    "odd",
    [[math.nan, 0, 0], [0, math.inf, 0], [0, 0, -math.inf], [0, 0], [0, 0, 0, 0], "abc", None, ["a", 0, 0]],
)
def test_what_is_no_push_is_refused_with_its_agent(odd: Any) -> None:
    with pytest.raises(ValueError, match=r"of bob is not 3 finite numbers \(x, y, press\)"):
        read([0, 0, 0], odd)


def test_numbers_stand_for_pushes() -> None:
    assert read(2, np.int64(1), variant="discrete") == [[0, 1, 1], [1, 0, 0]]


@pytest.mark.parametrize("odd", [3, -1, 0.5, math.nan, math.inf, None, "left", "1", [0, 1]])
def test_what_is_no_number_of_the_list_is_refused_with_its_agent(odd: Any) -> None:
    with pytest.raises(ValueError, match=f"{re.escape(repr(odd))} of bob is not a whole number from 0 to 2"):
        read(0, odd, variant="discrete")


def test_each_agent_needs_an_action() -> None:
    with pytest.raises(ValueError, match="no action for bob; each step needs one for ann, bob"):
        read([0, 0, 0])
