"""Straight lines against walls: what stands in the way, and where first.

A wall is a rectangle along the axes, so a line is inside it while it is between its left and right and
between its top and bottom: from the later of two entries to the earlier of two exits (the slabs of Kay and
Kajiya).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from arena.games.tanks.layouts import Rectangle

Array = NDArray[np.float64]

_TINY = 1e-14
"""Stands for a component of exactly 0, by which nothing can be divided."""
_TOUCH = -1e-9
"""What touches a wall has not entered it, whatever the last bit of its place says."""


class Walls:
    """The walls of one field, as arrays."""

    def __init__(self, rectangles: Sequence[Rectangle], margin: float = 0.0) -> None:
        """``margin``: metres by which every wall is thicker, for what is no point."""
        corners = np.array(rectangles).T
        self._middle = ((corners[:2] + corners[2:]) / 2)[:, None, None, :]
        self._half = ((corners[2:] - corners[:2]) / 2 + margin)[:, None, None, :]

    def free(self, eyes: Array, ways: Array) -> Array:
        """How many times its way each line goes before it enters a wall; infinite where there is none.

        ``eyes``: shape ``(2, n)``, outside all walls; ``ways``: shape ``(2, n, k)``, from each eye. The
        result has shape ``(n, k)``.
        """
        enter, leave, _ = self._spans(eyes, ways)
        free: Array = np.where((enter < leave) & (enter >= 0.0), enter, np.inf).min(axis=-1)
        return free

    def sweep(self, places: Array, ways: Array) -> tuple[Array, NDArray[np.intp]]:
        """Where each of ``n`` movements ``places + t * ways`` first meets a wall.

        Both of shape ``(2, n)``. Returns ``t``, infinite where that is after the way's end, and the axis
        across which the wall is met, both of shape ``(n,)``.
        """
        enter, leave, near = self._spans(places, ways[:, :, None])
        times = np.where((enter < leave) & (enter >= _TOUCH) & (enter <= 1.0), enter, np.inf)[:, 0]
        first = times.argmin(axis=-1)
        rows = np.arange(len(first))
        axis = (near[1, rows, 0, first] > near[0, rows, 0, first]).astype(np.intp)
        return times[rows, first], axis

    def _spans(self, places: Array, ways: Array) -> tuple[Array, Array, Array]:
        """When each line enters and leaves each wall, shape ``(n, k, walls)``; and the entries by axis."""
        over = 1.0 / np.where(ways == 0.0, _TINY, ways)[..., None]
        middle = (self._middle - places[:, :, None, None]) * over
        half = self._half * np.abs(over)
        near, far = middle - half, middle + half
        return np.maximum(near[0], near[1]), np.minimum(far[0], far[1]), near
