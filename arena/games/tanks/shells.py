"""Shells: rows of the world without a shape. The world carries them along; walls and hits are found here,
exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import atan2, cos, hypot, inf, sin, sqrt
from typing import NamedTuple

import pymunk

from arena.games.physics.world import ANGLE, VX, VY, World, X, Y
from arena.games.tanks.numbers import IN_FLIGHT, MUZZLE, RADIUS, SHELL_RADIUS, SHELL_SPEED
from arena.games.tanks.walls import Array, Bounces, meet

_PARKED = 3000.0
_REACH = (RADIUS + SHELL_RADIUS) ** 2

_NEAR = 3.0**2
"""Nothing from farther away comes near within one tick."""

Place = tuple[float, float]
Way = tuple[int, Place, Place]
"""Of a tank within one tick: its number, where it begins and where it ends."""


class Path(NamedTuple):
    """What a shell does within one tick: straight on, or to a wall and back from it."""

    shell: int
    start: Place
    turn: Place
    """Where it meets a wall; the end if it meets none."""
    end: Place
    when: float
    """When ``turn`` is reached: 0 to 1 of the tick."""
    met: bool
    """Whether it meets a wall."""
    bursts: bool
    """Whether it bursts there, at ``end``."""

    def at(self, moment: float) -> Place:
        """Where it is at that part of the tick."""
        if moment < self.when:
            return _between(self.start, self.turn, moment / self.when)
        return _between(self.turn, self.end, (moment - self.when) / max(1e-9, 1.0 - self.when))


class Hit(NamedTuple):
    """A shell has hit a tank."""

    when: float
    """Within the tick: 0 to 1."""
    shell: int
    tank: int
    x: float
    y: float


class Shells:
    """All shells of a game: tank ``i`` owns numbers ``2 * i`` and ``2 * i + 1``."""

    def __init__(self, world: World, tanks: int) -> None:
        """Adds its bodies to ``world``, which must not be closed yet."""
        self.count = tanks * IN_FLIGHT
        self.flying: list[int] = []
        """Numbers of those in flight, in order."""
        self.spent = [False] * self.count
        """Which ones have ricocheted."""
        self._world = world
        self.rows = [world.add(pymunk.Body(1.0, inf)) for _ in range(self.count)]

    @cached_property
    def state(self) -> Array:
        """Their rows of the world's table, which must be closed by now."""
        return self._world.state[self.rows[0] : self.rows[0] + self.count]

    def clear(self) -> None:
        """None flies."""
        self.flying.clear()
        for shell in range(self.count):
            self._park(shell)

    def fire(self, tank: int, x: float, y: float, angle: float) -> int:
        """Put a shell into the middle of ``tank``; the next tick takes it out of the barrel. Its number, or
        -1 while all of this tank are in flight.
        """
        for shell in range(tank * IN_FLIGHT, (tank + 1) * IN_FLIGHT):
            if shell not in self.flying:
                self.spent[shell] = False
                self.flying = sorted([*self.flying, shell])
                speed = (SHELL_SPEED * cos(angle), SHELL_SPEED * sin(angle))
                self.state[shell] = x, y, angle, *speed, 0.0
                return shell
        return -1

    def fly(self, walls: Bounces, new: Sequence[int]) -> list[Path]:
        """What all do in the coming tick, written into the world. ``new``: those just fired."""
        if not self.flying:
            return []
        rows, tick_s, paths = self.state.tolist(), self._world.tick_s, []
        for shell in self.flying:
            x, y, _, vx, vy, _ = rows[shell]
            fresh = shell in new
            length = MUZZLE / SHELL_SPEED if fresh else tick_s
            path = self._path(walls, shell, (x, y), (vx * length, vy * length), fresh=fresh)
            paths.append(path)
            if fresh or path.met:
                self._turn(path, vx, vy)
            if fresh:
                self._world.jumped(self.rows[shell])
        return paths

    def _path(self, walls: Bounces, shell: int, start: Place, way: Place, *, fresh: bool) -> Path:
        end = (start[0] + way[0], start[1] + way[1])
        nearby = walls.walls if fresh else walls.near(*start)
        when, upright = meet(nearby, *start, *way) if nearby else (inf, False)
        if when > 1.0:
            return Path(shell, start, end, end, 1.0, met=False, bursts=False)
        when = max(0.0, when)
        turn = _between(start, end, when)
        if self.spent[shell]:
            return Path(shell, start, turn, turn, when, met=True, bursts=True)
        back_x, back_y = (-way[0], way[1]) if upright else (way[0], -way[1])
        back = (back_x * (1.0 - when), back_y * (1.0 - when))
        again, _ = meet(walls.walls, *turn, *back)
        end = _between(turn, (turn[0] + back[0], turn[1] + back[1]), min(1.0, max(0.0, again)))
        return Path(shell, start, turn, end, when, met=True, bursts=again <= 1.0)

    def _turn(self, path: Path, vx: float, vy: float) -> None:
        """Give a shell the speed that it has at the end, and the place from which that leads there."""
        if path.met and not path.bursts:
            way_x, way_y = path.end[0] - path.turn[0], path.end[1] - path.turn[1]
            vx = vx if way_x * vx >= 0.0 else -vx
            vy = vy if way_y * vy >= 0.0 else -vy
        row, tick_s = self.state[path.shell], self._world.tick_s
        row[X], row[Y] = path.end[0] - vx * tick_s, path.end[1] - vy * tick_s
        row[ANGLE], row[VX], row[VY] = atan2(vy, vx), vx, vy

    def stop(self, shell: int) -> None:
        """It has burst."""
        self.flying.remove(shell)
        self._park(shell)

    def _park(self, shell: int) -> None:
        self.state[shell] = 0.0
        self.state[shell, X] = _PARKED + 50.0 * shell


def first_hit(path: Path, ways: Iterable[Way], until: Sequence[bool], since: Sequence[bool]) -> Hit | None:
    """The first tank that a shell meets, if any.

    ``ways``: of the tanks there are; ``until`` and ``since``: of each number of a tank, whether the shell can
    hit it before it meets a wall, and after.
    """
    first: Hit | None = None
    x, y = path.start
    for tank, before, after in ways:
        way_x, way_y = x - before[0], y - before[1]
        if way_x * way_x + way_y * way_y > _NEAR:
            continue
        moment = _moment(path, before, after, until=until[tank], since=since[tank])
        if moment <= 1.0 and (first is None or moment < first.when):
            shell, middle = path.at(moment), _between(before, after, moment)
            away = (shell[0] - middle[0], shell[1] - middle[1])
            share = RADIUS / max(1e-9, hypot(*away))
            first = Hit(moment, path.shell, tank, middle[0] + away[0] * share, middle[1] + away[1] * share)
    return first


def _moment(path: Path, before: Place, after: Place, *, until: bool, since: bool) -> float:
    """When a shell meets a tank, before or since it meets the wall: 0 to 1, or infinite."""
    at_wall = _between(before, after, path.when)
    moment = _touch(_less(path.start, before), _less(path.turn, at_wall)) if until else inf
    if moment <= 1.0:
        return moment * path.when
    if path.met and since:
        moment = _touch(_less(path.turn, at_wall), _less(path.end, after))
        return path.when + moment * (1.0 - path.when) if moment <= 1.0 else inf
    return inf


def _touch(start: Place, end: Place) -> float:
    """When a shell that goes straight from ``start`` to ``end``, seen from the middle of a tank, touches it:
    0 to 1 of its way, or infinite.
    """
    way_x, way_y = _less(end, start)
    apart = start[0] * start[0] + start[1] * start[1] - _REACH
    if apart <= 0.0:
        return 0.0
    square, along = way_x * way_x + way_y * way_y, start[0] * way_x + start[1] * way_y
    root = along * along - square * apart
    if along >= 0.0 or root < 0.0:
        return inf
    moment = (-along - sqrt(root)) / square
    return moment if moment <= 1.0 else inf


def _between(start: Place, end: Place, share: float) -> Place:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _less(one: Place, other: Place) -> Place:
    return one[0] - other[0], one[1] - other[1]
