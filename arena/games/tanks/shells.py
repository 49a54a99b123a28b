"""Shells: rows of the world without a shape, which fly here, exactly, and let the world carry them along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pymunk
from numpy.typing import NDArray

from arena.games.physics.world import ANGLE, VX, VY, World, X, Y
from arena.games.tanks.numbers import IN_FLIGHT, MUZZLE, RADIUS, SHELL_RADIUS, SHELL_SPEED
from arena.games.tanks.walls import Array, Walls

_PARKED = 3000.0


@dataclass(slots=True)
class Flight:
    """What the shells in flight do within one tick: straight on, or to a wall and back from it."""

    shells: NDArray[np.intp]
    start: Array
    """Shape ``(2, shells)``, as the two below."""
    turn: Array
    """Where a wall is met; the end for those that meet none."""
    end: Array
    when: Array
    """When ``turn`` is reached, in ticks: shape ``(shells,)``."""
    met: NDArray[np.bool_]
    """Which ones meet a wall."""
    ends: NDArray[np.bool_]
    """Which ones burst at a wall, at ``end``."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A shell has hit a tank."""

    when: float
    """Within the tick: 0 to 1."""
    shell: int
    tank: int
    x: float
    y: float


class Shells:
    """All shells of a game: tank ``i`` owns numbers ``3 * i`` to ``3 * i + 2``."""

    def __init__(self, world: World, tanks: int) -> None:
        """Adds its bodies to ``world``, which must not be closed yet."""
        self.count = tanks * IN_FLIGHT
        self.owner = np.arange(self.count) // IN_FLIGHT
        self.flying = np.zeros(self.count, np.bool_)
        self.spent = np.zeros(self.count, np.bool_)
        """Which ones have ricocheted."""
        self._world = world
        self.rows = [world.add(pymunk.Body(1.0, float("inf"))) for _ in range(self.count)]
        self._first = self.rows[0]

    @property
    def state(self) -> Array:
        """Their rows of the world's table."""
        return self._world.state[self._first : self._first + self.count]

    def clear(self) -> None:
        """None flies."""
        self.flying[:] = self.spent[:] = False
        self.state[:] = 0.0
        self.state[:, X] = _PARKED + 50.0 * np.arange(self.count)

    def free(self, tank: int) -> int:
        """Number of a shell that ``tank`` can fire, or -1."""
        for shell in range(tank * IN_FLIGHT, (tank + 1) * IN_FLIGHT):
            if not self.flying[shell]:
                return shell
        return -1

    def fire(self, shell: int, x: float, y: float, angle: float) -> None:
        """Put ``shell`` into the middle of its tank; its first tick takes it out of the barrel."""
        self.flying[shell], self.spent[shell] = True, False
        step = SHELL_SPEED * np.array([np.cos(angle), np.sin(angle)])
        self.state[shell, [X, Y, ANGLE, VX, VY]] = x, y, angle, *step

    def fly(self, walls: Walls, new: list[int]) -> Flight | None:
        """Work out the tick and write where it ends into the world. ``new``: those just fired."""
        shells = np.flatnonzero(self.flying)
        if not shells.size:
            return None
        state, tick_s = self.state, self._world.tick_s
        start, ways = state[shells, :2].T, state[shells, 3:5].T * tick_s
        if new:
            ways[:, np.isin(shells, new)] *= MUZZLE / (SHELL_SPEED * tick_s)
        when, axis = walls.sweep(start, ways)
        met = when < np.inf
        flight = Flight(
            shells, start, start + ways, start + ways, np.ones(len(shells)), met, ends=np.zeros_like(met)
        )
        if met.any():
            self._meet(flight, walls, ways, when, axis)
        # The world moves a shell by its speed: it starts where that leads to the end.
        state[shells, :2] = flight.end.T - state[shells, 3:5] * tick_s
        for shell in new:
            self._world.jumped(self.rows[shell])
        return flight

    def _meet(self, flight: Flight, walls: Walls, ways: Array, when: Array, axis: NDArray[np.intp]) -> None:
        """Those that meet a wall come back from it, or burst if they have done so before."""
        hit = np.flatnonzero(flight.met)
        shells, axis, when = flight.shells[hit], axis[hit], when[hit]
        turn = flight.start[:, hit] + when * ways[:, hit]
        flight.when[hit], flight.turn[:, hit], flight.end[:, hit] = when, turn, turn
        back = ways[:, hit] * (1.0 - when)
        back[axis, np.arange(len(hit))] *= -1.0
        again, _ = walls.sweep(turn, back)
        burst = self.spent[shells]
        flight.end[:, hit] = np.where(burst, turn, turn + np.minimum(again, 1.0) * back)
        flight.ends[hit] = burst | (again < np.inf)
        state = self.state
        state[shells, 3 + axis] *= np.where(burst, 1.0, -1.0)
        state[shells, ANGLE] = np.arctan2(state[shells, VY], state[shells, VX])

    def hits(
        self, flight: Flight, before: Array, after: Array, first: NDArray[np.bool_], later: NDArray[np.bool_]
    ) -> list[Hit]:
        """Which shells meet which tanks, earliest first.

        ``before`` and ``after``: where the tanks are, shape ``(2, tanks)``; ``first``, ``later``: which
        shells in flight can hit which tanks until the wall, and after it; shape ``(shells, tanks)``.
        """
        when = flight.when[:, None]
        tanks = before[:, None, :] + (after - before)[:, None, :] * when
        time = _meeting(flight.start[:, :, None] - before[:, None, :], flight.turn[:, :, None] - tanks)
        time = np.where(first & (time <= 1.0), np.minimum(time, 1.0) * when, np.inf)
        if flight.met.any():
            back = _meeting(flight.turn[:, :, None] - tanks, flight.end[:, :, None] - after[:, None, :])
            hurts = later & flight.met[:, None] & (back <= 1.0)
            back = np.where(hurts, when + np.minimum(back, 1.0) * (1.0 - when), np.inf)
            time = np.minimum(time, back)
        victims = time.argmin(axis=1)
        found = []
        for index in np.flatnonzero(time.min(axis=1) < np.inf).tolist():
            moment, tank = float(time[index, victims[index]]), int(victims[index])
            shell = _between(flight, index, moment)
            middle = before[:, tank] + (after[:, tank] - before[:, tank]) * moment
            away = shell - middle
            x, y = middle + away * (RADIUS / max(1e-9, float(np.hypot(*away))))
            found.append(Hit(moment, int(flight.shells[index]), tank, float(x), float(y)))
        return sorted(found, key=lambda hit: (hit.when, hit.shell))

    def stop(self, shell: int) -> None:
        """It has burst."""
        self.flying[shell] = False
        self.state[shell] = 0.0
        self.state[shell, X] = _PARKED + 50.0 * shell


def _between(flight: Flight, index: int, moment: float) -> Array:
    """Where a shell in flight is at ``moment`` of the tick, shape ``(2,)``."""
    when, turn = float(flight.when[index]), flight.turn[:, index]
    if moment < when:
        start: Array = flight.start[:, index]
        return start + (turn - start) * (moment / when)
    way: Array = flight.end[:, index] - turn
    return turn + way * ((moment - when) / max(1e-9, 1.0 - when))


def _meeting(start: Array, end: Array) -> Array:
    """When a shell at ``start`` of a tank's middle that goes straight to ``end`` touches the tank: 0 to 1, or
    infinite. Both of shape ``(2, ...)``.
    """
    way, reach = end - start, (RADIUS + SHELL_RADIUS) ** 2
    square = np.maximum((way * way).sum(axis=0), 1e-18)
    along, apart = (start * way).sum(axis=0), (start * start).sum(axis=0) - reach
    root = along * along - square * apart
    time = (-along - np.sqrt(np.maximum(root, 0.0))) / square
    touches = (root >= 0.0) & (time >= 0.0) & (time <= 1.0)
    meeting: Array = np.where(apart <= 0.0, 0.0, np.where(touches, time, np.inf))
    return meeting
