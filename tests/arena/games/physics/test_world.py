"""The world of bodies: it collides, it stays within its walls, and a table put back has the same future."""

from __future__ import annotations

import numpy as np
import pymunk
import pytest
from numpy.typing import NDArray

from arena.games.physics.world import ANGLE, PAST, SPIN, VX, VY, World, X, Y

TICKS = 600


def crowd(seed: int = 0, bodies: int = 8) -> World:
    """Discs that spin, in a closed box, thrown about."""
    world = World(cell_m=1.2)
    world.add_walls([(0, 0), (20, 0), (20, 12), (0, 12)], closed=True, thickness=2)
    for _ in range(bodies):
        world.add_disc(0.6, 1.0, elasticity=0.8, friction=0.3, turns=True)
    world.close()
    rng = np.random.default_rng(seed)
    world.state[:, X], world.state[:, Y] = rng.uniform(3, 17, bodies), rng.uniform(3, 9, bodies)
    world.state[:, VX : VY + 1] = rng.uniform(-9, 9, (bodies, 2))
    world.begin()
    return world


def push(world: World, pushes: NDArray[np.float64]) -> None:
    world.state[:, VX : VY + 1] *= 0.96
    world.state[:, VX : VY + 1] += pushes[world.ticks]
    world.step()


def pushes_of(seed: int, bodies: int = 8) -> NDArray[np.float64]:
    return np.random.default_rng(seed).uniform(-1.5, 1.5, (TICKS, bodies, 2))


def test_bodies_bounce_off_each_other_and_off_walls() -> None:
    """Where contacts may not last at all, Chipmunk solves none, and all pass through each other."""
    world = World(cell_m=1.0)
    world.add_walls([(0, 0), (0, 10)], thickness=2, elasticity=1.0)
    left, right = world.add_disc(0.5, 1.0, elasticity=1.0), world.add_disc(0.5, 1.0, elasticity=1.0)
    world.close()
    world.state[left], world.state[right] = (3, 5, 0, -4, 0, 0), (6, 5, 0, 0, 0, 0)
    world.begin()
    for _ in range(90):
        world.step()
    assert world.state[left, VX] == pytest.approx(0.0, abs=0.01), "it came off the wall and met the other"
    assert world.state[right, VX] == pytest.approx(4.0, abs=0.01)


def test_nobody_leaves_the_box() -> None:
    world, pushes = crowd(), pushes_of(3)
    for _ in range(TICKS):
        push(world, pushes)
        assert (world.state[:, X] > 1.3).all()
        assert (world.state[:, X] < 18.7).all()
        assert (world.state[:, Y] > 1.3).all()
        assert (world.state[:, Y] < 10.7).all()
    assert np.abs(world.state[:, SPIN]).max() > 0.1, "friction spins them"


def test_every_state_put_back_has_the_same_future() -> None:
    """Into the same world, and into one that has another past."""
    world, pushes = crowd(), pushes_of(3)
    states = []
    for tick in range(TICKS):
        if tick % 15 == 0:
            states.append(world.save())
        push(world, pushes)
    end = world.state.tobytes()
    assert len(states) == 40
    for number, state in enumerate(states):
        other = world
        if number % 2:
            other = crowd(seed=number)
            for _ in range(7):
                push(other, pushes)
        other.restore(state)
        while other.ticks < TICKS:
            push(other, pushes)
        assert other.state.tobytes() == end


def test_the_trail_is_where_it_was_and_a_jump_leaves_none() -> None:
    world = crowd(bodies=1)
    world.state[0] = (5, 5, 0.5, 6, 0, 0)
    world.begin()
    places = [world.state[0, X]]
    for _ in range(30):
        world.step()
        places.append(world.state[0, X])
    trail = world.trail(0, 3)
    assert [x for x, _, _ in trail] == places[-4:]
    assert trail[-1][2] == world.state[0, ANGLE]
    assert len(world.trail(0, 99)) == PAST
    world.state[0, X] = 9.0
    world.jumped(0)
    assert {x for x, _, _ in world.trail(0, 5)} == {9.0}


def test_a_young_world_has_a_short_trail() -> None:
    world = crowd()
    assert len(world.trail(0, 5)) == 1
    world.step()
    assert len(world.trail(0, 5)) == 2


def test_only_what_moves_has_a_row() -> None:
    world = World(cell_m=1.0)
    with pytest.raises(ValueError, match="dynamic"):
        world.add(pymunk.Body(body_type=pymunk.Body.KINEMATIC))
