"""What each tank sees: all within a cone ahead and a circle round it, unless a wall stands between."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from arena.games.tanks.numbers import CONE, NEAR, RADIUS, SIGHT
from arena.games.tanks.walls import Array, Sightlines

RAYS = 16
"""Feelers for walls, evenly all round, the first one straight ahead, then clockwise on the screen."""

_EDGE = cos(CONE / 2)
_RIM = 0.9 * RADIUS
"""A tank is seen if its middle or either side is: this far from the middle."""
_FEELERS = 2 * pi / RAYS * np.arange(RAYS)
_FAN = 48
"""Corners of the picture of a cone, and of the circle behind it."""


class Eye(NamedTuple):
    """One tank that looks."""

    x: float
    y: float
    angle: float
    cos: float
    sin: float


def eye(x: float, y: float, angle: float) -> Eye:
    """The eye of a tank at that place with that heading."""
    return Eye(x, y, angle, cos(angle), sin(angle))


def looks_at(one: Eye, x: float, y: float) -> bool:
    """Whether that place lies in the cone or the circle, walls aside."""
    way_x, way_y = x - one.x, y - one.y
    square = way_x * way_x + way_y * way_y
    if square <= NEAR * NEAR:
        return True
    return square <= SIGHT * SIGHT and way_x * one.cos + way_y * one.sin >= _EDGE * sqrt(square)


Point = tuple[float, float]


class Look:
    """Everything that is looked for at one moment, followed in one go.

    Give all :meth:`point` and :meth:`tank` first; then :meth:`run`.
    """

    def __init__(self, walls: Sightlines, eyes: Sequence[Eye], flare_m: float) -> None:
        """``flare_m``: how far round it each tank sees, walls or not."""
        self._walls, self._eyes, self._flare = walls, eyes, flare_m * flare_m
        self._lines: list[tuple[float, float, float, float]] = []
        self._asked: list[tuple[int, int]] = []

    def point(self, viewer: int, x: float, y: float) -> int:
        """Ask whether a viewer sees a place; the number of the answer."""
        return self._ask(viewer, x, y, ((x, y),))

    def tank(self, viewer: int, x: float, y: float) -> int:
        """Ask whether a viewer sees any of a tank in that place; the number of the answer."""
        one = self._eyes[viewer]
        way_x, way_y = x - one.x, y - one.y
        share = _RIM / (sqrt(way_x * way_x + way_y * way_y) + 1e-9)
        side_x, side_y = -way_y * share, way_x * share
        return self._ask(viewer, x, y, ((x, y), (x + side_x, y + side_y), (x - side_x, y - side_y)))

    def _ask(self, viewer: int, x: float, y: float, points: tuple[Point, ...]) -> int:
        one = self._eyes[viewer]
        number = len(self._asked)
        if (x - one.x) ** 2 + (y - one.y) ** 2 <= self._flare:
            self._asked.append((-1, 0))
            return number
        first = len(self._lines)
        for point_x, point_y in points:
            if looks_at(one, point_x, point_y):
                self._lines.append((one.x, one.y, point_x - one.x, point_y - one.y))
        self._asked.append((first, len(self._lines)))
        return number

    def run(self, *, feel: bool = True) -> tuple[Array, list[bool]]:
        """The free way along each feeler in metres, at most :data:`SIGHT`, shape ``(eyes, RAYS)`` (none
        without ``feel``); and the answers.
        """
        parts, count = [], 0
        if feel:
            table = np.array(self._eyes)
            turned = (table[:, 2:3] + _FEELERS).ravel()
            count = len(turned)
            lines = np.empty((4, count))
            lines[:2] = np.repeat(table[:, :2].T, RAYS, axis=1)
            np.cos(turned, out=lines[2])
            np.sin(turned, out=lines[3])
            parts.append(lines)
        if self._lines:
            parts.append(np.array(self._lines).T)
        if not parts:
            return np.zeros((0, RAYS)), [first < 0 for first, _ in self._asked]
        lines = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        free = self._walls.free(lines[:2], lines[2:])
        clear = (free[count:] >= 1.0).tolist()
        walls = np.minimum(free[:count], SIGHT).reshape(-1, RAYS)
        return walls, [first < 0 or any(clear[first:last]) for first, last in self._asked]


def fan(walls: Sightlines, one: Eye, flare_m: float) -> list[list[float]]:
    """The outline of what a tank sees, ``[x, y]`` in metres, for pictures."""
    ahead = np.linspace(-CONE / 2, CONE / 2, _FAN)
    behind = np.linspace(CONE / 2, 2 * pi - CONE / 2, _FAN)
    reach = np.repeat([max(SIGHT, flare_m), max(NEAR, flare_m)], _FAN)
    turned = one.angle + np.concatenate((ahead, behind))
    ways = np.stack((np.cos(turned), np.sin(turned)))
    place = np.array([[one.x], [one.y]])
    far = np.maximum(np.minimum(walls.free(np.repeat(place, 2 * _FAN, axis=1), ways), reach), flare_m)
    outline: list[list[float]] = (place + ways * far).T.round(3).tolist()
    return outline
