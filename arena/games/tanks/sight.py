"""What each tank sees: all within a cone ahead and a circle round it, unless a wall stands between."""

from __future__ import annotations

from math import cos, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from arena.games.tanks.numbers import CONE, NEAR, RADIUS, SIGHT
from arena.games.tanks.walls import Sightlines, blocked

_EDGE = cos(CONE / 2)
_NEAR_SQUARE, _SIGHT_SQUARE = NEAR * NEAR, SIGHT * SIGHT
_RIM = 0.9 * RADIUS
"""A tank is seen if its middle or either side is: this far from the middle."""
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


class Watch:
    """What can be seen at one moment: walls hide, a flare shows."""

    def __init__(self, walls: Sightlines, flare_m: float) -> None:
        """``flare_m``: how far round it each tank sees, walls or not."""
        self._walls, self._flare = walls.walls, flare_m * flare_m

    def point(self, one: Eye, x: float, y: float) -> bool:
        """Whether an eye sees a place."""
        eye_x, eye_y, _, _, _ = one
        way_x, way_y = x - eye_x, y - eye_y
        return way_x * way_x + way_y * way_y <= self._flare or self._clear(one, way_x, way_y)

    def tank(self, one: Eye, x: float, y: float) -> bool:
        """Whether an eye sees any of a tank in that place: its middle, or either side."""
        eye_x, eye_y, _, c, s = one
        way_x, way_y = x - eye_x, y - eye_y
        square = way_x * way_x + way_y * way_y
        if square <= self._flare:
            return True
        far = sqrt(square)
        if far > SIGHT + RADIUS or (far > NEAR and way_x * c + way_y * s + _RIM < _EDGE * far):
            return False  # most are so far aside that neither side can be in the cone
        if self._clear(one, way_x, way_y):
            return True
        share = _RIM / (far + 1e-9)
        side_x, side_y = -way_y * share, way_x * share
        return self._clear(one, x + side_x - eye_x, y + side_y - eye_y) or self._clear(
            one, x - side_x - eye_x, y - side_y - eye_y
        )

    def _clear(self, one: Eye, way_x: float, way_y: float) -> bool:
        """Whether the end of that way from an eye lies in its cone or its circle, and behind no wall."""
        eye_x, eye_y, _, c, s = one
        square = way_x * way_x + way_y * way_y
        if square > _NEAR_SQUARE and (square > _SIGHT_SQUARE or way_x * c + way_y * s < _EDGE * sqrt(square)):
            return False
        return not blocked(self._walls, eye_x, eye_y, way_x, way_y)


def fan(walls: Sightlines, one: Eye, flare_m: float) -> list[list[float]]:
    """The outline of what a tank sees, ``[x, y]`` in metres, for pictures."""
    ahead = np.linspace(-CONE / 2, CONE / 2, _FAN)
    behind = np.linspace(CONE / 2, 2 * pi - CONE / 2, _FAN)
    reach = np.repeat([max(SIGHT, flare_m), max(NEAR, flare_m)], _FAN)
    turned = one.angle + np.concatenate((ahead, behind))
    ways = np.stack((np.cos(turned), np.sin(turned))) * reach
    place = np.array([[one.x], [one.y]])
    far = np.maximum(walls.free(place, ways[:, None, :].copy())[0], flare_m / reach)
    outline: list[list[float]] = (place + ways * far).T.round(3).tolist()
    return outline
