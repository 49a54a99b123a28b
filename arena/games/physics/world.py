"""A pymunk space whose bodies are one table of numbers.

A saved table must run on to exactly the same future, and three things in Chipmunk remember the past:

- contacts keep their impulses from step to step, so they are dropped before each tick, and with them the
  speeds at which overlapping bodies are still being moved apart;
- the default broad phase is a tree whose shape, and with it the order of contacts, depends on how bodies got
  where they are; the spatial hash used here is filled anew in each step;
- so do the lists of bodies; none is added or removed once the world is closed.

What remains is written into the space at the start of every tick, so putting a state back is what happens
each tick anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pymunk
from numpy.typing import NDArray

from arena.games.physics.chipmunk import Ticker

X, Y, ANGLE, VX, VY, SPIN = range(6)
"""Columns of :attr:`World.state`: metres, radians, metres a second, radians a second."""

PAST = 24
"""Ticks of which the poses are kept, for trails and for drawing between two ticks."""

_CELLS = 128


class World:
    """Add bodies and walls, :meth:`close` it, then change :attr:`state` and :meth:`step`."""

    state: NDArray[np.float64]
    """All bodies in the order in which they were added, shape ``(bodies, 6)``; see :data:`X`. What is written
    here counts from the next step on.
    """

    def __init__(self, *, cell_m: float, hz: float = 60.0, substeps: int = 4, iterations: int = 10) -> None:
        """``hz`` ticks a second, each cut into ``substeps`` of equal length. ``cell_m``: width of a typical
        body, for the broad phase.
        """
        self.space = pymunk.Space()
        self.space.use_spatial_hash(cell_m, _CELLS)
        self.space.iterations = iterations
        self.tick_s = 1.0 / hz
        self.substeps, self._substep_s = substeps, 1.0 / (hz * substeps)
        self.bodies: list[pymunk.Body] = []
        self.ticks = 0
        """Steps since the last :meth:`begin`."""

    # ---- building -----------------------------------------------------------------------------------------

    def add(self, body: pymunk.Body, *shapes: pymunk.Shape) -> int:
        """Add a dynamic body with its shapes; its row in :attr:`state`."""
        if body.body_type != pymunk.Body.DYNAMIC:
            raise ValueError("only dynamic bodies have a row; give static shapes to add_walls")
        self.space.add(body, *shapes)
        self.bodies.append(body)
        return len(self.bodies) - 1

    def add_disc(
        self,
        radius: float,
        mass: float,
        *,
        elasticity: float = 0.5,
        friction: float = 0.0,
        turns: bool = False,
        filter: pymunk.ShapeFilter | None = None,  # noqa: A002 - pymunk's own name of it
        kind: int = 0,
    ) -> int:
        """Add a round body of ``radius`` metres and ``mass`` kilograms; its row.

        Without ``turns`` contacts never spin it. ``kind`` is the collision type.
        """
        moment = pymunk.moment_for_circle(mass, 0.0, radius) if turns else float("inf")
        body = pymunk.Body(mass, moment)
        shape = pymunk.Circle(body, radius)
        shape.elasticity, shape.friction, shape.collision_type = elasticity, friction, kind
        if filter is not None:
            shape.filter = filter
        return self.add(body, shape)

    def add_walls(
        self,
        points: Sequence[tuple[float, float]],
        *,
        thickness: float = 1.0,
        closed: bool = False,
        elasticity: float = 0.8,
        friction: float = 0.0,
        filter: pymunk.ShapeFilter | None = None,  # noqa: A002
        kind: int = 0,
    ) -> None:
        """Add a chain of fixed straight walls through ``points``, ``thickness`` metres thick about that line.

        Walls must be thicker than what moves in one sub-step, or it comes out behind them.
        """
        ends = list(points) + ([points[0]] if closed else [])
        for start, end in pairwise(ends):
            wall = pymunk.Segment(self.space.static_body, start, end, thickness / 2)
            wall.elasticity, wall.friction, wall.collision_type = elasticity, friction, kind
            if filter is not None:
                wall.filter = filter
            self.space.add(wall)

    def close(self) -> None:
        """Everything is there: make the table."""
        self._ticker = Ticker(self.space, self.substeps, self._substep_s)
        self.state = self._ticker.table[: len(self.bodies)]
        self._past = np.zeros((PAST, len(self.bodies), 3))

    # ---- running ------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The table holds the first state of an episode; what was before is forgotten."""
        self.ticks = 0
        self._past[:] = self.state[:, :3]

    def step(self) -> None:
        """One tick: write the table into the space, run the sub-steps, read the table back."""
        self._ticker.tick()
        self.ticks += 1
        self._past[self.ticks % PAST] = self.state[:, :3]

    # ---- telling ------------------------------------------------------------------------------------------

    def trail(self, body: int, ticks: int) -> list[tuple[float, float, float]]:
        """The last poses ``(x, y, angle)`` of a body, oldest first, the newest last; ``ticks`` + 1 of them,
        or fewer early in an episode.
        """
        count = min(ticks, self.ticks, PAST - 1)
        rows = [self._past[(self.ticks - back) % PAST, body] for back in range(count, -1, -1)]
        return [(float(x), float(y), float(angle)) for x, y, angle in rows]

    def jumped(self, body: int) -> None:
        """A body was put elsewhere: it leaves no trail there, and is not drawn on the way."""
        self._past[:, body] = self.state[body, :3]

    def save(self) -> dict[str, Any]:
        """The whole state, as plain data."""
        return {"ticks": self.ticks, "bodies": self.state.tobytes(), "past": self._past.tobytes()}

    def restore(self, saved: dict[str, Any]) -> None:
        """Put back what :meth:`save` gave, here or in another world built alike."""
        self.ticks = int(saved["ticks"])
        self.state[:] = np.frombuffer(saved["bodies"]).reshape(self.state.shape)
        self._past[:] = np.frombuffer(saved["past"]).reshape(self._past.shape)
