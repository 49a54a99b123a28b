"""What each tank sees: all within a cone ahead and a circle round it, unless a wall stands between."""

from __future__ import annotations

from math import cos, pi

import numpy as np
from numpy.typing import NDArray

from arena.games.tanks.numbers import CONE, NEAR, RADIUS, SIGHT
from arena.games.tanks.walls import Array, Walls

RAYS = 16
"""Feelers for walls, evenly all round, the first one straight ahead, then clockwise on the screen."""

_EDGE = cos(CONE / 2)
_RIM = 0.9 * RADIUS
"""A tank is seen if its middle or either side is: this far from the middle."""
_FEELERS = 2 * pi / RAYS * np.arange(RAYS)
_FAN = 48
"""Corners of the picture of a cone, and of the circle behind it."""


class Eyes:
    """The tanks of one moment: where they are, where they look, and how far the flare lights them up."""

    def __init__(self, walls: Walls, places: Array, angles: Array, flare_m: float) -> None:
        """``places``: shape ``(2, n)``; ``angles``: shape ``(n,)``, radians."""
        self.places, self.walls, self.flare_m = places, walls, flare_m
        self.angles = angles
        self.cos, self.sin = np.cos(angles), np.sin(angles)

    def look(self, shells: Array) -> tuple[Array, NDArray[np.bool_], NDArray[np.bool_]]:
        """Feel for walls and look for all tanks and for ``shells``, of shape ``(2, shells)``.

        Returns the free way along each feeler in metres, at most :data:`SIGHT`, shape ``(n, RAYS)``; which
        tanks each sees, shape ``(n, n)``; which shells, shape ``(n, shells)``.
        """
        count = len(self.cos)
        turned = self.angles[:, None] + _FEELERS
        ways, seen = self._to(self._with_rims(), shells)
        feelers = np.stack((np.cos(turned), np.sin(turned)))
        free = self.walls.free(self.places, np.concatenate((feelers, ways), axis=2))
        seen &= free[:, RAYS:] >= 1.0
        if self.flare_m > 0.0:
            seen |= self._lit(ways)
        tanks = np.logical_or.reduce(seen[:, : 3 * count].reshape(count, 3, count), axis=1)
        return np.minimum(free[:, :RAYS], SIGHT), tanks, seen[:, 3 * count :]

    def see(self, points: Array) -> NDArray[np.bool_]:
        """Which of ``points``, shape ``(2, m)``, each tank sees: shape ``(n, m)``."""
        ways = points[:, None, :] - self.places[:, :, None]
        seen = self._turned_to(ways) & (self.walls.free(self.places, ways) >= 1.0)
        if self.flare_m > 0.0:
            seen |= self._lit(ways)
        return seen

    def fan(self, tank: int) -> list[list[float]]:
        """The outline of what a tank sees, ``[x, y]`` in metres, for pictures."""
        ahead = np.linspace(-CONE / 2, CONE / 2, _FAN)
        behind = np.linspace(CONE / 2, 2 * pi - CONE / 2, _FAN)
        reach = np.repeat([max(SIGHT, self.flare_m), max(NEAR, self.flare_m)], _FAN)
        turned = self.angles[tank] + np.concatenate((ahead, behind))
        ways = np.stack((np.cos(turned), np.sin(turned)))
        free = self.walls.free(self.places[:, tank : tank + 1], ways[:, None, :])[0]
        far = np.maximum(np.minimum(free, reach), self.flare_m)
        outline: list[list[float]] = (self.places[:, tank] + (ways * far).T).round(3).tolist()
        return outline

    def _with_rims(self) -> Array:
        """For each eye three points of each tank, shape ``(2, n, 3, n)``: its middle and its two sides."""
        ways = self.places[:, None, :] - self.places[:, :, None]
        far = np.sqrt((ways * ways).sum(axis=0)) + 1e-9
        side = ways[::-1] * (_RIM / far)
        side[0] *= -1.0
        return np.stack((ways, ways + side, ways - side), axis=2)

    def _to(self, tanks: Array, shells: Array) -> tuple[Array, NDArray[np.bool_]]:
        """The ways from each eye to all points, shape ``(2, n, 3 * n + shells)``; which it is turned to."""
        count = len(self.cos)
        ways = tanks.reshape(2, count, -1)
        if shells.shape[1]:
            ways = np.concatenate((ways, shells[:, None, :] - self.places[:, :, None]), axis=2)
        return ways, self._turned_to(ways)

    def _lit(self, ways: Array) -> NDArray[np.bool_]:
        """Where ``ways``, of shape ``(2, n, k)``, end in the light of the flare: shape ``(n, k)``."""
        lit: NDArray[np.bool_] = (ways * ways).sum(axis=0) <= self.flare_m**2
        return lit

    def _turned_to(self, ways: Array) -> NDArray[np.bool_]:
        """Where ``ways``, of shape ``(2, n, k)``, end in the cone or the circle: shape ``(n, k)``."""
        square = (ways * ways).sum(axis=0)
        ahead = ways[0] * self.cos[:, None] + ways[1] * self.sin[:, None]
        cone = (square <= SIGHT**2) & (ahead >= _EDGE * np.sqrt(square))
        turned: NDArray[np.bool_] = cone | (square <= NEAR**2)
        return turned
