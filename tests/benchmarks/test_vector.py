"""Many copies of our games at once against one alone, and two processes against one.

Copies against one alone is in CPU time; two processes against one in real time, since it is the time that
they save: how much depends on what else the cores are doing.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from arena.games.vector import make_vector
from arena.games.vector.copies import VectorGame, make_env
from tests.benchmarks.budget import interleaved, tell

GAMES = ("sumo", "air_hockey", "tanks", "soccer")
COPIES, TICKS, ROUNDS, SEED = 64, 60, 3, 2
ALONE_TICKS = 600


def drawn(games: VectorGame, ticks: int) -> list[NDArray[np.float32]]:
    """Random actions of all copies."""
    rng = np.random.default_rng(SEED)
    space: Any = games.single_action_space
    shape = (games.copies, len(games.agents), *space.shape)
    return [rng.uniform(space.low, space.high, shape).astype(np.float32) for _ in range(ticks)]


def together(games: VectorGame, actions: list[NDArray[np.float32]], clock: Any) -> float:
    """Agent-steps a second of ``clock``; agents that are out do not count."""
    _, infos = games.reset(seed=SEED)
    steps, alive = 0, infos["alive"]
    began = clock()
    for row in actions:
        steps += int(np.count_nonzero(alive))
        alive = games.step(row)[-1]["alive"]
    return float(steps / (clock() - began))


def alone(env: Any, actions: list[NDArray[np.float32]]) -> float:
    """Agent-steps a CPU second of one environment."""
    env.reset(seed=SEED)
    steps, everyone = 0, env.possible_agents
    began = time.thread_time()
    for row in actions:
        if not env.agents:
            env.reset()
        steps += len(env.agents)
        env.step(dict(zip(everyone, row[0], strict=True)))
    return float(steps / (time.thread_time() - began))


@pytest.mark.bench
@pytest.mark.parametrize("game", GAMES)
def test_copies_against_one_alone(game: str) -> None:
    env = make_env(game, {})
    with closing(make_vector(game, COPIES)) as games, closing(make_vector(game, 1)) as one:
        many, few = drawn(games, TICKS), drawn(one, ALONE_TICKS)
        measured = interleaved(
            lambda: together(games, many, time.thread_time), lambda: alone(env, few), rounds=ROUNDS, best=max
        )
    note = f"{measured.ours:,.0f} against {measured.reference:,.0f} agent-steps a CPU second"
    tell(f"vector, {game}: {COPIES} copies / one alone", f"{measured.ratio:.2f} x", note)


@pytest.mark.bench
@pytest.mark.parametrize("game", GAMES)
def test_two_processes_against_one(game: str) -> None:
    with ExitStack() as stack:
        two, one = (
            stack.enter_context(closing(make_vector(game, COPIES, processes=count))) for count in (2, 1)
        )
        actions = drawn(one, TICKS)
        measured = interleaved(
            lambda: together(two, actions, time.perf_counter),
            lambda: together(one, actions, time.perf_counter),
            rounds=ROUNDS,
            best=max,
        )
    note = f"{measured.ours:,.0f} against {measured.reference:,.0f} agent-steps a second of real time"
    tell(f"vector, {game}: 2 processes / 1", f"{measured.ratio:.2f} x", note)
