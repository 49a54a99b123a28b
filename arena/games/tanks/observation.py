"""What a tank is told: itself, the walls round it, and the tanks and shells that it sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from struct import Struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.features import Feature
from arena.games.tanks.feelers import RAYS
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
from arena.games.tanks.sight import Eye

ENEMIES, MATES, SHELLS = 3, 2, 3
"""At most so many are told of, the nearest first."""
FAST = 8.0
"""Metres a second that stand for 1 in a tank's speed."""
_TANK, _SHELL = 8, 6
_OTHERS = 13 + len(LAYOUTS) + RAYS
"""Where the entries of other tanks and shells begin."""
_FIELDS = [tuple(float(one is layout) for one in LAYOUTS) for layout in LAYOUTS]
_PER_X, _PER_Y, _PER_SIGHT = 2.0 / WIDTH, 2.0 / HEIGHT, 1.0 / SIGHT
_PER_SPEED, _PER_SPIN, _PER_SHELL_SPEED, _PER_HIT = 1.0 / FAST, 1.0 / TURN, 1.0 / SHELL_SPEED, 1.0 / HEALTH
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


class Seen(NamedTuple):
    """One moment: all tanks and shells, and who sees which."""

    standing: Sequence[int]
    """The tanks that look."""
    eyes: Sequence[Eye]
    tanks: Sequence[Sequence[float]]
    """Their rows of the world's table."""
    health: Sequence[int]
    tanks_of: Sequence[Sequence[int]]
    """Of each tank: the others that it sees."""
    shells: Mapping[int, Sequence[float]]
    """Number of a shell in flight -> place, speed, whether it has ricocheted."""
    shells_of: Sequence[Sequence[int]]
    """Of each tank: the shells that it sees."""


class Report:
    """Lays out the entries of all tanks; each by numbers of Python, which for so few are quicker."""

    def __init__(self, sides: Sequence[str], turned: Sequence[bool]) -> None:
        """``sides``: of each tank; ``turned``: whether it sees the field turned by 180 degrees."""
        count = len(sides)
        self.mates = [[sides[a] == sides[b] and a != b for b in range(count)] for a in range(count)]
        self.enemies = [[side != other for other in sides] for side in sides]
        self._enemies = min(ENEMIES, max(sum(row) for row in self.enemies))
        self._mates = min(MATES, max(sum(row) for row in self.mates))
        self.features = features(self._enemies, self._mates)
        self._facing = [-1.0 if turns else 1.0 for turns in turned]
        # Of the table's own shape: to stretch a row over it takes NumPy longer than the clipping itself.
        self._low = np.array([[feature.low for feature in self.features]] * count, np.float32)
        self._high = np.ones_like(self._low)
        self._row, self._alone = Struct(f"{len(self.features)}f"), Struct(f"{_OTHERS}f")
        self._nobody = _block((), self._enemies + self._mates, _TANK)

    def table(
        self, seen: Seen, mine: Sequence[Sequence[float]], layout: int, walls: Sequence[Sequence[float]]
    ) -> NDArray[np.float32]:
        """The observations, float32 of shape ``(tanks, entries)``; zeros for those who do not look.

        ``mine``: of each that does its entries from its health on to the flare; ``walls``: its feelers.
        """
        table = np.zeros((len(seen.eyes), len(self.features)), np.float32)
        field, memory, width = _FIELDS[layout], table.data, self._row.size
        for tank, own, free in zip(seen.standing, mine, walls, strict=True):
            if seen.tanks_of[tank] or seen.shells_of[tank]:
                row, others = self._row, self._others(tank, seen)
            else:
                row, others = self._alone, ()
            # Packed, a row takes a quarter of the time that a list takes to become an array.
            row.pack_into(memory, tank * width, *self._own(tank, seen), *own, *field, *free, *others)
        np.maximum(table, self._low, out=table)
        return np.minimum(table, self._high, out=table)

    def _own(self, tank: int, seen: Seen) -> tuple[float, ...]:
        x, y, _, c, s = seen.eyes[tank]
        _, _, _, vx, vy, spin = seen.tanks[tank]
        facing = self._facing[tank]
        return (
            x * facing * _PER_X,
            y * facing * _PER_Y,
            c * facing,
            s * facing,
            (vx * c + vy * s) * _PER_SPEED,
            (vy * c - vx * s) * _PER_SPEED,
            spin * _PER_SPIN,
        )

    def _others(self, tank: int, seen: Seen) -> tuple[float, ...]:
        """The entries of the tanks and shells that a tank sees."""
        one, tanks, shells = seen.eyes[tank], seen.tanks_of[tank], seen.shells_of[tank]
        enemies, told = self.enemies[tank], self._nobody
        if tanks:
            others = [_tank(one, seen, other) for other in tanks if enemies[other]]
            told = _block(others, self._enemies, _TANK)
            if self._mates:
                others = [_tank(one, seen, other) for other in tanks if not enemies[other]]
                told += _block(others, self._mates, _TANK)
        if not shells:
            return told + _NO_SHELLS
        return told + _block([_shell(one, seen.shells[shell]) for shell in shells], SHELLS, _SHELL)


def _tank(one: Eye, seen: Seen, other: int) -> tuple[float, tuple[float, ...]]:
    """How far away another tank is, squared, and its entries."""
    its = seen.eyes[other]
    _, _, _, vx, vy, _ = seen.tanks[other]
    ahead, right = _turned(one, its.x - one.x, its.y - one.y)
    fast_ahead, fast_right = _turned(one, vx, vy)
    entries = (
        1.0,
        ahead * _PER_SIGHT,
        right * _PER_SIGHT,
        one.cos * its.cos + one.sin * its.sin,
        one.cos * its.sin - one.sin * its.cos,
        fast_ahead * _PER_SPEED,
        fast_right * _PER_SPEED,
        seen.health[other] * _PER_HIT,
    )
    return ahead * ahead + right * right, entries


def _shell(one: Eye, shell: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    x, y, vx, vy, spent = shell
    ahead, right = _turned(one, x - one.x, y - one.y)
    fast_ahead, fast_right = _turned(one, vx, vy)
    entries = (
        1.0,
        ahead * _PER_SIGHT,
        right * _PER_SIGHT,
        fast_ahead * _PER_SHELL_SPEED,
        fast_right * _PER_SHELL_SPEED,
        spent,
    )
    return ahead * ahead + right * right, entries


def _turned(one: Eye, x: float, y: float) -> tuple[float, float]:
    """Ahead of an eye and to its right."""
    return x * one.cos + y * one.sin, y * one.cos - x * one.sin


def _block(found: Sequence[tuple[float, tuple[float, ...]]], count: int, width: int) -> tuple[float, ...]:
    """The entries of the ``count`` nearest, one after the other, and zeros for those that are not there."""
    if len(found) > 1:
        found = sorted(found, key=itemgetter(0))
    entries: tuple[float, ...] = ()
    for _, one in found[:count]:
        entries += one
    return entries + _ZEROS[: count * width - len(entries)]


_ZEROS = (0.0,) * (max(ENEMIES + MATES, SHELLS) * max(_TANK, _SHELL))
_NO_SHELLS = _block((), SHELLS, _SHELL)
