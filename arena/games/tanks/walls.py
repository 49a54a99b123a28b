"""Straight lines against walls: what stands in the way, and where first.

A wall is a rectangle along the axes, so a line is inside it while it is between its left and right and
between its top and bottom: from the later of two entries to the earlier of two exits (the slabs of Kay and
Kajiya). The many lines of a picture are followed at once, in arrays; the few shells, and the few lines that
only ask whether something is seen, one by one, which is quicker.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from arena.games.tanks.layouts import Rectangle
from arena.games.tanks.numbers import HEIGHT, WIDTH

Array = NDArray[np.float64]

_FIELD = (-WIDTH / 2, -HEIGHT / 2, WIDTH / 2, HEIGHT / 2)
_TINY = 1e-20
"""Added to a component of exactly 0, by which nothing can be divided; too small to change any other."""
_TOUCH = -1e-9
"""What touches a wall has not entered it, whatever the last bit of its place says."""


class Sightlines:
    """Walls that lines of sight end at, and the edge of the field."""

    def __init__(self, rectangles: Sequence[Rectangle]) -> None:
        """``rectangles``: the walls inside the field."""
        self.walls = tuple(rectangles)
        corners = np.array((_FIELD, *rectangles)).T.reshape(2, 2, -1)
        self._middles = (corners[0] + corners[1])[:, :, None] / 2
        self._halves = (corners[1] - corners[0])[:, :, None, None] / 2
        """Of the field and then of each wall: where it is and half its size, along x and then along y."""

    def free(self, places: Array, ways: Array) -> Array:
        """The share of its way that each line goes before it enters a wall or leaves the field, at most 1.

        ``places``, in the field and outside all walls: shape ``(2, eyes)``; ``ways``: shape
        ``(2, eyes, lines)``, used up; the result: ``(eyes, lines)``.
        """
        ways += _TINY
        over = np.divide(1.0, ways, out=ways)[:, None]
        far = (self._middles - places[:, None])[..., None] * over
        half = self._halves * np.abs(over)
        near = far - half
        far += half
        enter, leave = np.maximum(near[0], near[1]), np.minimum(far[0], far[1])
        met = enter < leave
        met &= enter >= 0.0
        # What is not met is the field itself too, in which all lines begin: they end where they leave it.
        free: Array = np.minimum.reduce(np.where(met, enter, leave[0]), initial=1.0)
        return free


def blocked(walls: Sequence[Rectangle], x: float, y: float, way_x: float, way_y: float) -> bool:
    """Whether the straight line from ``(x, y)`` enters one of ``walls`` before the end of its way.

    It does so where it shares some x and some y with the wall, and the wall does not lie all to one side.
    """
    end_x, end_y = x + way_x, y + way_y
    low_x, high_x = (x, end_x) if way_x > 0.0 else (end_x, x)
    low_y, high_y = (y, end_y) if way_y > 0.0 else (end_y, y)
    for left, top, right, bottom in walls:
        if high_x <= left or low_x >= right or high_y <= top or low_y >= bottom:
            continue
        aside = way_x * (top + bottom - 2.0 * y) - way_y * (left + right - 2.0 * x)
        if abs(aside) < abs(way_x) * (bottom - top) + abs(way_y) * (right - left):
            return True
    return False


class Bounces:
    """Walls that discs come back from, each thicker by the disc's radius; its corners stay square."""

    def __init__(self, rectangles: Sequence[Rectangle], radius: float, reach: float) -> None:
        """``reach``: metres within which :meth:`near` lists all walls."""
        self.walls = tuple(
            (left - radius, top - radius, right + radius, bottom + radius)
            for left, top, right, bottom in rectangles
        )
        self._columns, self._rows = int(WIDTH), int(HEIGHT)
        self._near = [
            self._around(cell % self._columns, cell // self._columns, reach)
            for cell in range(self._columns * self._rows)
        ]

    def _around(self, column: int, row: int, reach: float) -> tuple[Rectangle, ...]:
        x, y = column - WIDTH / 2, row - HEIGHT / 2
        return tuple(
            wall
            for wall in self.walls
            if wall[0] - reach <= x + 1
            and x <= wall[2] + reach
            and wall[1] - reach <= y + 1
            and y <= wall[3] + reach
        )

    def near(self, x: float, y: float) -> tuple[Rectangle, ...]:
        """The walls that something at that place of the field can be within ``reach`` of."""
        column = min(self._columns - 1, max(0, int(x + WIDTH / 2)))
        row = min(self._rows - 1, max(0, int(y + HEIGHT / 2)))
        return self._near[column + self._columns * row]


def meet(walls: Sequence[Rectangle], x: float, y: float, way_x: float, way_y: float) -> tuple[float, bool]:
    """When a movement from ``(x, y)`` first enters one of ``walls``: 0 to 1 of its way, or infinite; and
    whether across an upright side.
    """
    over_x, over_y = 1.0 / (way_x or _TINY), 1.0 / (way_y or _TINY)
    first, upright = inf, False
    for left, top, right, bottom in walls:
        near_x, far_x = (left - x) * over_x, (right - x) * over_x
        if near_x > far_x:
            near_x, far_x = far_x, near_x
        near_y, far_y = (top - y) * over_y, (bottom - y) * over_y
        if near_y > far_y:
            near_y, far_y = far_y, near_y
        enter = max(near_x, near_y)
        if _TOUCH <= enter <= 1.0 and enter < first and enter < min(far_x, far_y):
            first, upright = enter, near_x > near_y
    return first, upright
