"""What a tick of eight bodies costs through PettingZoo, against the bare physics of the same motion.

The bare side is a pymunk space as one would write it down, put at the start of each tick where our world was.
Putting it there is not counted: the same is done again without steps, and taken off.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pymunk
import pytest
from numpy.typing import NDArray
from pymunk import batch

from arena.games.physics.env import GameEnv
from arena.games.physics.world import World
from arena.games.sumo import parallel_env
from arena.games.sumo.game import BOUNCE, MASS_KG, RADIUS_M
from tests.benchmarks.budget import Measured, hold, interleaved, tell

PLAYERS, TICKS, ROUNDS, SEED = 8, 600, 15, 1
TICK_US = 1e6 / 60
_FIELDS = (
    batch.BodyFields.POSITION
    | batch.BodyFields.ANGLE
    | batch.BodyFields.VELOCITY
    | batch.BodyFields.ANGULAR_VELOCITY
)


@dataclass(frozen=True, slots=True)
class Tick:
    """Microseconds of CPU a tick, the number of ticks, and how many pairs touch in the mean."""

    took: Measured
    ticks: int
    contacts: float


Actions = list[dict[str, NDArray[np.float32]]]


def scrum(env: GameEnv) -> tuple[Actions, list[NDArray[np.float64]]]:
    """Eight who push towards the middle, each in its own way, until somebody is out: their actions, and the
    table of bodies that each tick of physics began with.
    """
    tables: list[NDArray[np.float64]] = []
    world, step = env.game.world, env.game.world.step

    def noted() -> None:
        tables.append(world.state.copy())
        step()

    world.step = noted  # type: ignore[method-assign]
    rng = np.random.default_rng(SEED)
    actions: Actions = []
    env.reset(seed=SEED)
    while len(env.agents) == PLAYERS and len(actions) < TICKS:
        pushes = rng.uniform(-0.6, 0.6, (PLAYERS, 3)).astype(np.float32)
        pushes[:, :2] -= np.tanh(world.state[:, :2])
        pushes[:, 2] = 0.0
        actions.append(dict(zip(env.agents, pushes.clip(-1, 1), strict=True)))
        env.step(actions[-1])
    world.step = step  # type: ignore[method-assign]
    return actions, tables


def played(env: GameEnv, actions: Actions) -> float:
    """Microseconds of CPU a tick, observations included."""
    env.reset(seed=SEED)
    began = time.thread_time()
    for row in actions:
        env.step(row)
    return (time.thread_time() - began) / len(actions) * 1e6


def bare_space() -> pymunk.Space:
    """Eight such discs, with the settings that pymunk comes with."""
    space = pymunk.Space()
    for _ in range(PLAYERS):
        body = pymunk.Body(MASS_KG, float("inf"))
        disc = pymunk.Circle(body, RADIUS_M)
        disc.elasticity, disc.friction = BOUNCE, 0.0
        space.add(body, disc)
    return space


def put(space: pymunk.Space, tables: Sequence[batch.Buffer], substeps: int, hz: float) -> float:
    """Microseconds of CPU a tick to put the bodies in each of the places in turn and to make so many steps
    from there.
    """
    step, length_s = space.step, 1.0 / (hz * max(substeps, 1))
    began = time.thread_time()
    for table in tables:
        batch.set_space_bodies(space, _FIELDS, table)
        for _ in range(substeps):
            step(length_s)
    return (time.thread_time() - began) / len(tables) * 1e6


def bare(space: pymunk.Space, tables: Sequence[batch.Buffer], world: World) -> float:
    """Microseconds of CPU a tick that the steps alone take."""
    with_steps = min(put(space, tables, world.substeps, 60.0) for _ in range(2))
    return with_steps - min(put(space, tables, 0, 60.0) for _ in range(2))


def buffers(tables: Sequence[NDArray[np.float64]]) -> list[batch.Buffer]:
    """Tables as pymunk takes them."""
    made = []
    for table in tables:
        buffer = batch.Buffer()
        buffer.set_float_buf(table)
        made.append(buffer)
    return made


def contacts(tables: Sequence[NDArray[np.float64]]) -> float:
    """Pairs that touch, in the mean of all ticks."""
    near = [
        np.count_nonzero(np.linalg.norm(table[:, None, :2] - table[:, :2], axis=2) < 2 * RADIUS_M + 0.02)
        for table in tables
    ]
    return float((np.mean(near) - PLAYERS) / 2)


@pytest.fixture(scope="module")
def tick() -> Tick:
    """A tick of ours against the same motion in a bare space."""
    env = parallel_env(players=PLAYERS)
    actions, tables = scrum(env)
    assert len(actions) > TICKS // 4, "somebody left the ring too soon to measure anything"
    starts, space = buffers(tables), bare_space()
    measured = interleaved(
        lambda: played(env, actions), lambda: bare(space, starts, env.game.world), rounds=ROUNDS, best=min
    )
    return Tick(measured, len(actions), contacts(tables))


@pytest.mark.bench
def test_eight_bodies_in_a_tick(tick: Tick) -> None:
    took = tick.took.ours
    note = f"{took:.1f} us of CPU: sumo, observations included"
    hold("physics, 8 bodies / tick at 60 Hz", took / TICK_US * 100, at_most=1, unit="%", note=note)


@pytest.mark.bench
def test_eight_bodies_against_bare_steps(tick: Tick) -> None:
    note = (
        f"{tick.took.ours:.1f} against {tick.took.reference:.1f} us; {tick.ticks} ticks with "
        f"{tick.contacts:.1f} pairs touching"
    )
    hold("physics, 8 bodies / bare Space.step", tick.took.ratio, at_most=2, note=note)


@pytest.mark.bench
def test_where_a_tick_goes() -> None:
    """The parts of the same tick: each run does one thing more than the one before."""
    env = parallel_env(players=PLAYERS)
    actions, tables = scrum(env)
    game, world = env.game, env.game.world
    pushes = [np.array(list(row.values()), np.float64) for row in actions]

    def physics(tick: int) -> None:
        world.state[:] = tables[tick]
        world.step()

    def rules(tick: int) -> None:
        game.tick(pushes[tick])

    def observations(tick: int) -> None:
        game.tick(pushes[tick])
        game.observe()

    def everything(tick: int) -> None:
        env.step(actions[tick])

    costs = dict.fromkeys((physics, rules, observations, everything), float("inf"))
    for _ in range(ROUNDS):
        for part, best in costs.items():
            env.reset(seed=SEED)
            began = time.thread_time()
            for tick in range(len(actions)):
                part(tick)
            costs[part] = min(best, (time.thread_time() - began) / len(actions) * 1e6)
    steps = [0.0, *costs.values()]
    for part, before, until in zip(costs, steps, steps[1:], strict=False):
        what = "actions in, results out" if part is everything else part.__name__
        tell(f"physics, 8 bodies: {what}", f"{until - before:.1f} us")
