"""The short way through Chipmunk does what pymunk's own functions do."""

from __future__ import annotations

import numpy as np
import pymunk
import pytest
from numpy.typing import NDArray
from pymunk import batch

from arena.games.physics.chipmunk import COLUMNS, FIELDS, Ticker

SUBSTEPS, SUBSTEP_S = 4, 1 / 240


def crowd(*, walls: bool) -> pymunk.Space:
    """Sixteen discs that overlap their neighbours a little and drive at each other."""
    space, rng = pymunk.Space(), np.random.default_rng(4)
    space.use_spatial_hash(1.0, 64)
    for number in range(16):
        body = pymunk.Body(1.0, 0.2)
        body.position, body.velocity = (number % 4, number // 4), tuple(rng.normal(0.0, 6.0, 2))
        disc = pymunk.Circle(body, 0.51)
        disc.elasticity, disc.friction = 0.8, 0.5
        space.add(body, disc)
    if walls:
        for ends in (((-2, -2), (6, -2)), ((6, -2), (6, 6)), ((6, 6), (-2, 6)), ((-2, 6), (-2, -2))):
            wall = pymunk.Segment(space.static_body, *ends, 0.5)
            wall.elasticity = 0.9
            space.add(wall)
    return space


def read(space: pymunk.Space) -> NDArray[np.float64]:
    numbers = batch.Buffer()
    batch.get_space_bodies(space, FIELDS, numbers)
    return np.frombuffer(numbers.float_buf()).reshape(-1, COLUMNS).copy()


def tick_by_pymunk(space: pymunk.Space, table: NDArray[np.float64]) -> NDArray[np.float64]:
    space.collision_persistence = 0
    space.step(1e-290)
    space.collision_persistence = 1
    numbers = batch.Buffer()
    numbers.set_float_buf(table)
    batch.set_space_bodies(space, FIELDS, numbers)
    for _ in range(SUBSTEPS):
        space.step(SUBSTEP_S)
    return read(space)


@pytest.mark.parametrize("walls", [True, False])
def test_it_is_pymunks_own_tick_to_the_last_bit(walls: bool) -> None:
    mine, theirs = crowd(walls=walls), crowd(walls=walls)
    ticker, table = Ticker(mine, SUBSTEPS, SUBSTEP_S), read(theirs)
    assert ticker.table.tobytes() == table.tobytes()
    pushes = np.random.default_rng(5)
    for _ in range(300):
        push = pushes.normal(0.0, 1.0, (16, 2))
        for one in (ticker.table, table):
            one[:16, 3:5] += push
        ticker.tick()
        table = tick_by_pymunk(theirs, table)
        assert ticker.table.tobytes() == table.tobytes()


def test_bodies_did_meet() -> None:
    space = crowd(walls=True)
    ticker = Ticker(space, SUBSTEPS, SUBSTEP_S)
    straight = ticker.table[:16, :2] + ticker.table[:16, 3:5]
    for _ in range(60):
        ticker.tick()
    assert (np.abs(ticker.table[:16, :2] - straight).max(axis=1) > 0.5).all()
    assert (np.abs(ticker.table[:16, :2] - 2.0) < 4.0).all()  # within the walls


@pytest.mark.parametrize("bodies", range(1, 12))
def test_chipmunk_never_moves_the_table_to_other_memory(bodies: int) -> None:
    space = pymunk.Space()
    for number in range(bodies):
        body = pymunk.Body(1.0, 1.0)
        body.position, body.velocity = (5 * number, 0), (1.0, 0.0)
        space.add(body, pymunk.Circle(body, 0.5))
    ticker = Ticker(space, SUBSTEPS, SUBSTEP_S)
    for _ in range(60):
        ticker.tick()
    np.testing.assert_allclose(ticker.table[:, 0], 5 * np.arange(bodies) + 1.0)
