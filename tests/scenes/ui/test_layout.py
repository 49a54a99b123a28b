"""Cutting rectangles."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygame import Rect

from scenes.ui import layout

RECT = Rect(10, 20, 301, 200)


def test_ints_are_pixels_and_floats_share_the_rest():
    cells = layout.columns(RECT, [50, 1.0, 3.0], 10)
    assert [cell.width for cell in cells] == [50, 58, 173]
    assert [cell.x for cell in cells] == [10, 70, 138]
    assert cells[-1].right == RECT.right


@given(
    total=st.integers(0, 3000),
    weights=st.lists(st.floats(0.1, 10), min_size=1, max_size=12),
    gap=st.integers(0, 20),
)
def test_shares_fill_the_length_exactly(total, weights, gap):
    parts = layout.lengths(total, weights, gap)
    assert sum(parts) == max(0, total - gap * (len(weights) - 1))
    assert all(part >= 0 for part in parts)


def test_rows_do_not_overlap():
    cells = layout.rows(RECT, [1.0, 1.0, 1.0], 7)
    for above, below in pairwise(cells):
        assert below.y - above.bottom == 7
    assert cells[-1].bottom == RECT.bottom


def test_a_grid_goes_row_by_row():
    cells = layout.grid(RECT, 5, 2, 40, 10)
    assert [cell.y for cell in cells] == [20, 20, 70, 70, 120]
    assert cells[0].x == cells[2].x == 10
    assert cells[1].right == cells[3].right == RECT.right
    assert {cell.height for cell in cells} == {40}


def test_a_stack_may_run_past_the_bottom():
    assert layout.stack(RECT, 90, 3, 10)[-1] == Rect(10, 220, 301, 90)


@pytest.mark.parametrize(("size", "expected"), [((100, 50), (100, 50)), ((999, 999), (301, 200))])
def test_centered_is_never_larger_than_its_ground(size, expected):
    cell = layout.centered(RECT, *size)
    assert cell.size == expected
    assert cell.center == RECT.center or cell == RECT


def test_inset_takes_from_each_side():
    assert layout.inset(RECT, 10, 5) == Rect(20, 25, 281, 190)
    assert layout.inset(RECT, 10) == Rect(20, 30, 281, 180)
