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

_STEP = 2 * pi / RAYS
_TINY = 1e-20
"""For a sine of exactly 0, by which nothing can be divided."""


def feel(walls: Sequence[Rectangle], one: Eye) -> list[float]:
    """The free way along each of the :data:`RAYS` feelers, in units of :data:`SIGHT`.

    ``walls``: those inside the field; the eye stands in the field and outside them. What is more than 1 away
    may be missed.
    """
    x, y, angle, _, _ = one
    turns, least = divmod(angle, _STEP)
    over_x, over_y, free = _to_edge(x, y, least)
    for left, top, right, bottom in walls:
        near_x = left - x if x < left else right - x if x > right else 0.0
        if not -SIGHT < near_x < SIGHT:
            continue
        near_y = top - y if y < top else bottom - y if y > bottom else 0.0
        if not near_x:
            first, last = atan2(near_y, left - x), atan2(near_y, right - x)
        elif not near_y:
            first, last = atan2(top - y, near_x), atan2(bottom - y, near_x)
        else:
            first = atan2(bottom - y if near_y > 0.0 else top - y, near_x)
            last = atan2(near_y, right - x if near_x > 0.0 else left - x)
        begin, width = (first - least) / _STEP, (last - first) / _STEP % RAYS
        if width > RAYS / 2:
            begin, width = (last - least) / _STEP, RAYS - width
        for turned in range(ceil(begin), floor(begin + width) + 1):
            ray = turned % RAYS
            free[ray] = min(free[ray], max(near_x * over_x[ray], near_y * over_y[ray]))
    ahead = int(turns) % RAYS
    return free[ahead:] + free[:ahead]


def _to_edge(x: float, y: float, least: float) -> tuple[list[float], list[float], list[float]]:
    """Of each line: 1 over its way along x, 1 over that along y, and how far the edge of the field is.

    They are counted from the x axis on; ``least`` is the angle of the first one, from 0 to a step. The lines
    of the other quarters are those of the first, turned.
    """
    east, west, south, north = WIDTH / 2 - x, WIDTH / 2 + x, HEIGHT / 2 - y, HEIGHT / 2 + y
    us, vs, first, second, third, fourth = [], [], [], [], [], []
    for ray in range(RAYS // 4):
        turn = least + ray * _STEP
        u, v = 1.0 / (SIGHT * cos(turn)), 1.0 / (SIGHT * sin(turn) or _TINY)
        us.append(u)
        vs.append(v)
        first.append(min(east * u, south * v))
        second.append(min(west * v, south * u))
        third.append(min(west * u, north * v))
        fourth.append(min(east * v, north * u))
    less_u, less_v = [-u for u in us], [-v for v in vs]
    return us + less_v + less_u + vs, vs + us + less_v + less_u, first + second + third + fourth
