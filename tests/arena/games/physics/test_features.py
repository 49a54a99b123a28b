"""Observations as one product, and pushes in both ways to act."""

from __future__ import annotations

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import OptionError
from arena.games.physics.controls import DIRECTIONS, Axis, Controls
from arena.games.physics.features import Feature, LinearMap, box, table

FEATURES = (Feature("ahead", "way to the other", "10 m", -2.0, 2.0), Feature("ready", "it may dash", low=0.0))
CONTROLS = Controls(
    (Axis("x", "right"), Axis("y", "down"), Axis("dash", "pressed above 0.5", 0.0)),
    [(*way, dash) for dash in (0.0, 1.0) for way in DIRECTIONS],
)


def two() -> LinearMap:
    """Two agents on a line: entries 0 and 1 of the vector are their places, 2 is whether they may dash."""
    made = LinearMap(2, 3)
    made.add(FEATURES[0], lambda agent: ({1 - agent: 0.1, agent: -0.1}, 0.0))
    made.add(FEATURES[1], lambda _agent: ({2: 1.0}, 0.0))
    made.close()
    return made


def test_each_agent_sees_from_where_it_is() -> None:
    seen = two()(np.array([3.0, 8.0, 1.0]))
    assert seen.dtype == np.float32
    assert seen.tolist() == [[0.5, 1.0], [-0.5, 1.0]]


def test_nothing_leaves_its_range() -> None:
    seen = two()(np.array([0.0, 99.0, 7.0]))
    assert seen.tolist() == [[2.0, 1.0], [-2.0, 1.0]]
    space = box(FEATURES)
    assert all(space.contains(row) for row in seen)


def test_many_rows_are_bit_by_bit_what_each_is_alone() -> None:
    rng = np.random.default_rng(1)
    made = LinearMap(4, 37)
    for factors in rng.normal(size=(29, 4, 37)):
        terms = [(dict(enumerate(row)), 0.3) for row in factors.tolist()]
        made.add(Feature("any", "a sum", low=-99, high=99), terms.__getitem__)
    made.close()
    rows = rng.normal(size=(50, 37))
    together = made(rows)
    assert together.shape == (50, 4, 29)
    assert all(np.array_equal(together[number], made(row)) for number, row in enumerate(rows))


def test_the_table_of_the_docs_names_unit_and_range() -> None:
    assert "| 0 | `ahead` | way to the other | 10 m | -2 to 2 |" in table(FEATURES)


def test_both_spaces() -> None:
    continuous = CONTROLS.space("continuous")
    assert isinstance(continuous, spaces.Box)
    assert continuous.low.tolist() == [-1.0, -1.0, 0.0]
    assert CONTROLS.space("discrete") == spaces.Discrete(18)
    with pytest.raises(OptionError, match="continuous, discrete"):
        CONTROLS.space("both")  # type: ignore[arg-type]


def test_pushes_are_kept_within_their_limits() -> None:
    read = CONTROLS.read(
        "continuous", ("a", "b"), {"a": [5, -0.25, -3], "b": np.array([0, 0, 0.5], np.float32)}
    )
    assert read.tolist() == [[1.0, -0.25, 0.0], [0.0, 0.0, 0.5]]


def test_listed_actions_stand_for_pushes() -> None:
    read = CONTROLS.read("discrete", ("a", "b"), {"a": 0, "b": np.int64(10)})
    assert read.tolist() == [[0.0, 0.0, 0.0], [1.0, 0.0, 1.0]]
    assert CONTROLS.numbers(np.array([[0, 17]])).tolist() == [[0, 17]]
    with pytest.raises(ValueError, match="0 to 17"):
        CONTROLS.numbers(np.array([18]))


@pytest.mark.parametrize("wrong", [[1.0], "left", [0.0, 0.0, float("nan")], None])
def test_what_is_no_push_is_named(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"finite"):
        CONTROLS.read("continuous", ("a",), {"a": wrong})
