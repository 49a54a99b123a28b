"""What a tank is told: itself, the walls round it, and the tanks and shells that it sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.features import Feature
from arena.games.physics.world import VX, VY
from arena.games.tanks.layouts import LAYOUTS
from arena.games.tanks.numbers import (
    AMMUNITION,
    HEALTH,
    HEIGHT,
    RELOAD_S,
    SHELL_SPEED,
    SIGHT,
    TURN,
    WIDTH,
)
from arena.games.tanks.sight import RAYS, Eyes
from arena.games.tanks.walls import Array

ENEMIES, MATES, SHELLS = 3, 2, 3
"""At most so many are told of, the nearest first."""
FAST = 8.0
"""Metres a second that stand for 1 in a tank's speed."""
_TANK, _SHELL = 8, 6
_OTHER = (
    ("seen", "1 if there is one in sight; else all its entries are 0", "1", 0.0),
    ("ahead", "how far ahead of me it is", f"{SIGHT:g} m", -1.0),
    ("right", "how far to my right", f"{SIGHT:g} m", -1.0),
    ("cos", "cosine of its heading less mine", "1", -1.0),
    ("sin", "sine of the same; positive: turned to my right", "1", -1.0),
    ("speed_ahead", "its speed along my heading", f"{FAST:g} m/s", -1.0),
    ("speed_right", "its speed to my right", f"{FAST:g} m/s", -1.0),
    ("health", "hits it can still take, of all", f"{HEALTH} hits", 0.0),
)
_IN_FLIGHT = (
    ("seen", "1 if there is a shell in sight that can hurt me; else all its entries are 0", "1", 0.0),
    ("ahead", "how far ahead of me it is", f"{SIGHT:g} m", -1.0),
    ("right", "how far to my right", f"{SIGHT:g} m", -1.0),
    ("speed_ahead", "its speed along my heading", f"{SHELL_SPEED:g} m/s", -1.0),
    ("speed_right", "its speed to my right", f"{SHELL_SPEED:g} m/s", -1.0),
    ("spent", "1 if it has ricocheted: at the next wall it bursts", "1", 0.0),
)


def features(enemies: int, mates: int) -> tuple[Feature, ...]:
    """The entries for a tank that has so many enemies and mates."""
    listed = [
        Feature("x", "my place; the middle is 0; teams attack to the right", f"{WIDTH / 2:g} m"),
        Feature("y", "my place, down the screen", f"{HEIGHT / 2:g} m"),
        Feature("cos", "cosine of my heading; 0 radians is to the right"),
        Feature("sin", "sine of my heading; positive is down"),
        Feature("speed_ahead", "my speed along my heading", f"{FAST:g} m/s"),
        Feature("speed_right", "my slide to the right", f"{FAST:g} m/s"),
        Feature("spin", "how fast I turn to the right", f"{TURN:g} rad/s"),
        Feature("health", "hits I can still take, of all", f"{HEALTH} hits", 0.0),
        Feature("ammunition", "shells I have", f"{AMMUNITION} shells", 0.0),
        Feature("reload", "time until I can fire again", f"{RELOAD_S:g} s", 0.0),
        Feature("armed", "1 once the trigger was let go since the last shot", low=0.0),
        Feature("left", "share of the time that is left", low=0.0),
        Feature("flare", "how far the flare shows everybody, through walls", f"{WIDTH:g} m", 0.0),
    ]
    listed += [Feature(f"layout_{one.name}", f'1 on the field "{one.name}"', low=0.0) for one in LAYOUTS]
    listed += [
        Feature(f"wall_{ray}", f"free way {360 * ray / RAYS:g}° to the right of ahead", f"{SIGHT:g} m", 0.0)
        for ray in range(RAYS)
    ]
    for who, count, rows in (
        ("enemy", min(enemies, ENEMIES), _OTHER),
        ("mate", min(mates, MATES), _OTHER),
        ("shell", SHELLS, _IN_FLIGHT),
    ):
        listed += [
            Feature(f"{who}_{number}_{name}", meaning, unit, low)
            for number in range(count)
            for name, meaning, unit, low in rows
        ]
    return tuple(listed)


class Report:
    """Writes observations, for all tanks at once."""

    def __init__(self, sides: Sequence[str], turned: Sequence[bool]) -> None:
        """``sides``: of each tank; ``turned``: whether it sees the field turned by 180 degrees."""
        side = np.array(sides)
        mates = (side[:, None] == side[None, :]) & ~np.eye(len(side), dtype=bool)
        self.enemies, self.mates = side[:, None] != side[None, :], mates
        self._enemies, self._mates = int(self.enemies.sum(axis=1).max()), int(mates.sum(axis=1).max())
        self.features = features(self._enemies, self._mates)
        self._low = np.array([feature.low for feature in self.features])
        self._facing = np.where(turned, -1.0, 1.0)[:, None]

    def write(
        self,
        own: Array,
        layout: int,
        walls: Array,
        others: tuple[Array, Array, NDArray[np.bool_]],
        shells: tuple[Array, Array, NDArray[np.bool_]],
    ) -> NDArray[np.float32]:
        """The observations, float32 of shape ``(tanks, entries)``.

        ``own``: the first entries, shape ``(tanks, 13)``; ``walls``: metres, shape ``(tanks, RAYS)``.
        ``others`` and ``shells``: what :func:`relative_tanks` and :func:`relative_shells` give, and which
        ones each sees.
        """
        count = len(own)
        own[:, :4] *= self._facing
        fields = np.zeros((count, len(LAYOUTS)))
        fields[:, layout] = 1.0
        parts = [own, fields, walls * (1.0 / SIGHT)]
        table, far, seen = others
        parts.append(_nearest(table, far, seen & self.enemies, min(self._enemies, ENEMIES)))
        if self._mates:
            parts.append(_nearest(table, far, seen & self.mates, min(self._mates, MATES)))
        parts.append(_nearest(*shells, SHELLS))
        row = np.concatenate(parts, axis=1)
        np.maximum(row, self._low, out=row)
        np.minimum(row, 1.0, out=row)
        return row.astype(np.float32)


def relative_tanks(eyes: Eyes, tanks: Array, health: Array) -> tuple[Array, Array]:
    """The entries of every tank as each would see it, shape ``(tanks, tanks, 8)``; the distances squared."""
    c, s = eyes.cos[:, None], eyes.sin[:, None]
    table = np.empty((len(tanks), len(tanks), _TANK))
    far = _turned(table[:, :, 1:3], eyes, tanks[:, :2].T, SIGHT)
    table[:, :, 0] = 1.0
    table[:, :, 3] = c * eyes.cos + s * eyes.sin
    table[:, :, 4] = c * eyes.sin - s * eyes.cos
    vx, vy = tanks[:, VX] * (1.0 / FAST), tanks[:, VY] * (1.0 / FAST)
    table[:, :, 5] = c * vx + s * vy
    table[:, :, 6] = c * vy - s * vx
    table[:, :, 7] = health
    return table, far


def relative_shells(eyes: Eyes, shells: Array, spent: NDArray[np.bool_]) -> tuple[Array, Array]:
    """The entries of the shells in flight as each tank would see them, shape ``(tanks, shells, 6)``; the
    distances squared.
    """
    table = np.empty((len(eyes.cos), len(shells), _SHELL))
    if not len(shells):
        return table, table[:, :, 0]
    c, s = eyes.cos[:, None], eyes.sin[:, None]
    far = _turned(table[:, :, 1:3], eyes, shells[:, :2].T, SIGHT)
    vx, vy = shells[:, VX] * (1.0 / SHELL_SPEED), shells[:, VY] * (1.0 / SHELL_SPEED)
    table[:, :, 0] = 1.0
    table[:, :, 3] = c * vx + s * vy
    table[:, :, 4] = c * vy - s * vx
    table[:, :, 5] = spent
    return table, far


def _turned(into: Array, eyes: Eyes, points: Array, unit: float) -> Array:
    """Write where ``points`` are in each tank's own frame; the distances squared."""
    ways = points[:, None, :] - eyes.places[:, :, None]
    c, s = eyes.cos[:, None] / unit, eyes.sin[:, None] / unit
    into[:, :, 0] = ways[0] * c + ways[1] * s
    into[:, :, 1] = ways[1] * c - ways[0] * s
    far: Array = (ways * ways).sum(axis=0)
    return far


def _nearest(table: Array, far: Array, seen: NDArray[np.bool_], count: int) -> Array:
    """The entries of the ``count`` nearest of those seen, one after the other; zeros for those missing."""
    viewers, _, entries = table.shape
    told = np.zeros((viewers, count, entries))
    if seen.any():
        far = np.where(seen, far, np.inf)
        order = far.argsort(axis=1, kind="stable")[:, :count]
        rows = np.arange(viewers)[:, None]
        found = order.shape[1]
        told[:, :found] = table[rows, order]
        told[:, :found] *= (far[rows, order] < np.inf)[:, :, None]
    return told.reshape(viewers, -1)
