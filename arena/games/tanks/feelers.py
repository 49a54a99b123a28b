"""Feelers: the free way round a tank, along lines that are spread evenly all round it.

A wall is met by the lines between its two outermost corners as the tank sees them, and each of these enters
it at the later of its two near sides. Of most walls that is a line or two, so to go by walls is quicker than
to follow all lines past all walls in arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, ceil, cos, floor, pi, sin

from arena.games.tanks.layouts import Rectangle
from arena.games.tanks.numbers import HEIGHT, SIGHT, WIDTH
from arena.games.tanks.sight import Eye

RAYS = 16
"""Feelers of a tank, the first one straight ahead, then clockwise on the screen."""

_RAYS_A_RADIAN = RAYS / (2 * pi)
_TURNS = [ray / _RAYS_A_RADIAN for ray in range(RAYS // 2)]
_HALF = [(SIGHT * cos(turn), SIGHT * sin(turn)) for turn in _TURNS]
"""The ways of the first half, before they are turned with the tank; the others go the opposite ways."""
_TINY = 1e-20
"""For a component of exactly 0, by which nothing can be divided."""


def feel(walls: Sequence[Rectangle], one: Eye) -> list[float]:
    """The free way along each of the :data:`RAYS` feelers, in units of :data:`SIGHT`.

    ``walls``: those inside the field; the eye stands in the field and outside them.
    """
    x, y, angle, _, _ = one
    over_x, over_y, free = _to_edge(one)
    for left, top, right, bottom in walls:
        near_x = left - x if x < left else right - x if x > right else 0.0
        near_y = top - y if y < top else bottom - y if y > bottom else 0.0
        if not near_x:
            first, last = atan2(near_y, left - x), atan2(near_y, right - x)
        elif not near_y:
            first, last = atan2(top - y, near_x), atan2(bottom - y, near_x)
        else:
            first = atan2(bottom - y if near_y > 0.0 else top - y, near_x)
            last = atan2(near_y, right - x if near_x > 0.0 else left - x)
        begin, width = (first - angle) * _RAYS_A_RADIAN, (last - first) * _RAYS_A_RADIAN % RAYS
        if width > RAYS / 2:
            begin, width = (last - angle) * _RAYS_A_RADIAN, RAYS - width
        for turned in range(ceil(begin), floor(begin + width) + 1):
            ray = turned % RAYS
            free[ray] = min(free[ray], max(near_x * over_x[ray], near_y * over_y[ray]))
    return free


def _to_edge(one: Eye) -> tuple[list[float], list[float], list[float]]:
    """Of each feeler: 1 over its way along x, 1 over that along y, and how far the edge of the field is."""
    x, y, _, c, s = one
    west, east, north, south = -WIDTH / 2 - x, WIDTH / 2 - x, -HEIGHT / 2 - y, HEIGHT / 2 - y
    all_x, all_y, ahead, behind = [], [], [], []
    for along, across in _HALF:
        over_x, over_y = 1.0 / (c * along - s * across or _TINY), 1.0 / (s * along + c * across or _TINY)
        back_x, on_x = (west * over_x, east * over_x) if over_x > 0.0 else (east * over_x, west * over_x)
        back_y, on_y = (north * over_y, south * over_y) if over_y > 0.0 else (south * over_y, north * over_y)
        all_x.append(over_x)
        all_y.append(over_y)
        ahead.append(min(on_x, on_y))
        behind.append(-max(back_x, back_y))
    all_x += [-over for over in all_x]
    all_y += [-over for over in all_y]
    return all_x, all_y, ahead + behind
