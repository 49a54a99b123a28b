"""Feelers: the free way round a tank, along lines that are spread evenly all round it.

Counted from the x axis on, each line keeps to a sector of its own, however the tank is turned. So a plan,
made once for a field, lists for every cell of it which walls the lines out of that cell can meet at all;
of most lines that is none or one. What is listed needlessly costs time and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from arena.games.tanks.layouts import Rectangle
from arena.games.tanks.numbers import HEIGHT, SIGHT, WIDTH
from arena.games.tanks.sight import Eye

RAYS = 16
"""Feelers of a tank, the first one straight ahead, then clockwise on the screen."""

_STEP = 2 * pi / RAYS
_QUARTER = RAYS // 4
_CROSSES = tuple((ray * _STEP, *range(ray, RAYS, _QUARTER)) for ray in range(_QUARTER))
"""Of each line of the first quarter: its angle from the first one, and its number and those of the three that
it becomes when it is turned by a quarter, a half and three quarters.
"""
_TINY = 1e-20
"""For a sine of exactly 0, by which nothing can be divided."""
_COLUMNS, _ROWS = int(WIDTH), int(HEIGHT)
"""Cells of the plan, each a metre wide and high."""
_SLACK = 1e-6
"""Metres, and radians, by which the plan lists too much rather than too little."""

_Side = tuple[int, float, float, float, float]
"""A line, and where it would enter and leave a wall: its near sides in x and in y, and its far ones."""


class Feelers:
    """The feelers of all tanks among certain walls."""

    def __init__(self, walls: Sequence[Rectangle]) -> None:
        """``walls``: those inside the field."""
        sides = [[_side(wall, ray) for ray in range(RAYS)] for wall in walls]
        self._plan: list[tuple[_Side, ...]] = [
            tuple(sides[wall][ray] for wall, ray in np.argwhere(listed).tolist())
            for listed in _within_reach(np.array(walls).reshape(-1, 4))
        ]

    def free(self, one: Eye) -> list[float]:
        """The free way along each of the :data:`RAYS` feelers, in units of :data:`SIGHT`.

        The eye stands in the field and outside the walls. What is more than 1 away may be missed.
        """
        x, y, angle = one.x, one.y, one.angle
        turns, least = divmod(angle, _STEP)
        over, free = _to_edge(x, y, least)
        cell = int(x + WIDTH / 2) + _COLUMNS * int(y + HEIGHT / 2)
        for ray, near_x, near_y, far_x, far_y in self._plan[cell]:
            # No `min` or `max` here and below: their calls would take longer than all the rest.
            u, v = over[ray], over[ray - _QUARTER]
            enter = along if (along := (near_x - x) * u) > (across := (near_y - y) * v) else across
            if 0.0 < enter < free[ray] and enter < (far_x - x) * u and enter < (far_y - y) * v:
                free[ray] = enter
        ahead = int(turns) % RAYS
        return free[ahead:] + free[:ahead]


def _to_edge(x: float, y: float, least: float) -> tuple[list[float], list[float]]:
    """Of each line: 1 over its way along x, and how far the edge of the field is.

    They are counted from the x axis on; ``least`` is the angle of the first one, from 0 to a step. The lines
    of the other quarters are those of the first, turned: what a line goes along y, the one a quarter before
    it goes along x.
    """
    east, west, south, north = WIDTH / 2 - x, WIDTH / 2 + x, HEIGHT / 2 - y, HEIGHT / 2 + y
    over, free = [0.0] * RAYS, [0.0] * RAYS
    for turn, first, second, third, fourth in _CROSSES:
        u, v = 1.0 / (SIGHT * cos(least + turn)), 1.0 / (SIGHT * sin(least + turn) or _TINY)
        over[first], over[second], over[third], over[fourth] = u, -v, -u, v
        free[first] = along if (along := east * u) < (across := south * v) else across
        free[second] = along if (along := west * v) < (across := south * u) else across
        free[third] = along if (along := west * u) < (across := north * v) else across
        free[fourth] = along if (along := east * v) < (across := north * u) else across
    return over, free


def _side(wall: Rectangle, ray: int) -> _Side:
    """A wall as that line meets it, which goes right in the outer quarters and down in the first two."""
    left, top, right, bottom = wall
    near_x, far_x = (left, right) if ray // _QUARTER in (0, 3) else (right, left)
    near_y, far_y = (top, bottom) if ray < RAYS // 2 else (bottom, top)
    return ray, near_x, near_y, far_x, far_y


def _within_reach(walls: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which lines out of which cells can meet which walls within :data:`SIGHT`.

    Shape ``(cells, walls, rays)``; ``walls``: ``(walls, 4)``. All ways from a cell to a wall make a rectangle
    too, and it is in the sectors from its first corner to its last, as the cell sees them.
    """
    x = np.tile(np.arange(_COLUMNS) - WIDTH / 2, _ROWS)[:, None]
    y = np.repeat(np.arange(_ROWS) - HEIGHT / 2, _COLUMNS)[:, None]
    left, right = walls[:, 0] - x - 1.0 - _SLACK, walls[:, 2] - x + _SLACK
    top, bottom = walls[:, 1] - y - 1.0 - _SLACK, walls[:, 3] - y + _SLACK
    aside = np.hypot(np.maximum(np.maximum(left, -right), 0.0), np.maximum(np.maximum(top, -bottom), 0.0))
    middle = np.arctan2(top + bottom, left + right)
    corners = np.stack([np.arctan2(end, side) for side in (left, right) for end in (top, bottom)])
    turned = (corners - middle + pi) % (2 * pi) - pi
    first = np.floor((middle + turned.min(axis=0) - _SLACK) / _STEP)[..., None]
    last = np.floor((middle + turned.max(axis=0) + _SLACK) / _STEP)[..., None]
    met: NDArray[np.bool_] = (np.arange(RAYS) - first) % RAYS <= last - first
    met |= (aside == 0.0)[..., None]  # a cell that a wall lies in sees it all round
    met &= (aside < SIGHT)[..., None]
    return met
