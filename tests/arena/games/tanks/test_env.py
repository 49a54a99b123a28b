"""Tanks as a PettingZoo environment: its tests, equal digests, and states that are put back."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import Any

import msgpack
import numpy as np
import pettingzoo
import pytest
from gymnasium import spaces
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test

import arena.games  # noqa: F401 - registers our games
from arena.errors import OptionError
from arena.games import tanks
from arena.games.physics.env import GameEnv
from arena.games.tanks.game import Tanks

VARIANTS = ("continuous", "discrete")


@pytest.mark.parametrize("actions", VARIANTS)
@pytest.mark.filterwarnings("ignore:Observation numpy array is all zeros")
def test_pettingzoo_accepts_it(actions: Any) -> None:
    parallel_api_test(tanks.parallel_env(max_seconds=10.0, actions=actions), 200)
    parallel_api_test(tanks.parallel_env(4, teams=True, max_seconds=10.0, actions=actions), 100)
    parallel_seed_test(lambda: tanks.parallel_env(3, actions=actions), 200)
    api_test(tanks.env(players=3, actions=actions), 150)


def test_pettingzoo_makes_it_by_name() -> None:
    env = pettingzoo.make("parallel", "arena/tanks-v0", players=4)
    assert env.possible_agents == ["tank_0", "tank_1", "tank_2", "tank_3"]


def crowded(env: GameEnv, seed: int, ticks: int) -> str:
    """The digest of a game of random driving and shooting, begun anew whenever it ends."""
    rng, digest = np.random.default_rng(seed), hashlib.blake2b(digest_size=16)
    env.reset(seed=seed)
    for _ in range(ticks):
        seen, rewards, *_ = step(env, rng)
        for agent in seen:
            digest.update(agent.encode() + seen[agent].tobytes() + repr(rewards[agent]).encode())
        if not env.agents:
            env.reset()
    return digest.hexdigest()


def step(env: GameEnv, rng: np.random.Generator) -> Any:
    """One tick in which all drive on and shoot at random."""
    pushes = rng.uniform((0.0, -1.0, 0.0), 1.0, (len(env.possible_agents), 3)).astype(np.float32)
    return env.step({agent: pushes[env.possible_agents.index(agent)] for agent in env.agents})


_ELSEWHERE = """
import sys
from arena.games import tanks
from tests.arena.games.tanks.test_env import crowded
print(crowded(tanks.parallel_env(layout="cross"), 11, int(sys.argv[1])))
"""


@pytest.mark.parametrize("ticks", [1000, pytest.param(5000, marks=pytest.mark.slow)])
def test_processes_agree(ticks: int) -> None:
    here = crowded(tanks.parallel_env(layout="cross"), 11, ticks)
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "77",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    there = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE, str(ticks)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env=environment,
    )
    assert there.stdout.split()[-1] == here


def futures(env: GameEnv, rng_state: Any, ticks: int) -> list[bytes]:
    rng = np.random.default_rng()
    rng.bit_generator.state = rng_state
    told = []
    for _ in range(ticks):
        seen, rewards, *_ = step(env, rng)
        told += [row.tobytes() for row in seen.values()] + [repr(rewards).encode()]
        if len(told) % 7 == 0:
            told.append(repr(env.snapshot()).encode())
        if not env.agents:
            env.reset()
    return told


@pytest.mark.parametrize("states", [12, pytest.param(40, marks=pytest.mark.slow)])
def test_all_states_run_on_to_the_same_future(states: int) -> None:
    env, rng = tanks.parallel_env(3), np.random.default_rng(4)
    env.reset(seed=9)
    flying = 0
    for number in range(states):
        for _ in range(23):
            step(env, rng)
            if not env.agents:
                env.reset()
        saved = msgpack.unpackb(msgpack.packb(_without_big_numbers(env.save_state())))
        flying += len(env.game.counters()["flying"])
        first = futures(env, rng.bit_generator.state, 40)
        other = tanks.parallel_env(3) if number % 2 else env
        other.restore_state(_with_big_numbers(saved))
        assert futures(other, rng.bit_generator.state, 40) == first
    assert flying > states / 2


def _without_big_numbers(state: dict[str, Any]) -> dict[str, Any]:
    """A generator's state has integers that MessagePack has no place for."""
    state["game"]["rng"]["state"] = {
        name: str(value) for name, value in state["game"]["rng"]["state"].items()
    }
    return state


def _with_big_numbers(state: dict[str, Any]) -> dict[str, Any]:
    state["game"]["rng"]["state"] = {
        name: int(value) for name, value in state["game"]["rng"]["state"].items()
    }
    return state


def test_a_state_of_other_tanks_is_refused() -> None:
    env, other = tanks.parallel_env(3), tanks.parallel_env(2)
    env.reset(seed=1)
    other.reset(seed=1)
    with pytest.raises(ValueError, match=r"tanks of 3 does not fit tanks of 2"):
        other.restore_state(env.save_state())


def test_snapshots_are_plain_data() -> None:
    env, rng = tanks.parallel_env(4, teams=True), np.random.default_rng(2)
    env.reset(seed=3)
    for _ in range(200):
        step(env, rng)
    for viewer in ("all", ["red_0"], ["red_0", "blue_1"]):
        assert msgpack.unpackb(msgpack.packb(env.snapshot(viewer)))["game"] == "tanks"


def test_discrete_actions_are_the_pushes_they_stand_for() -> None:
    env = tanks.parallel_env(actions="discrete")
    assert env.action_space("tank_0") == spaces.Discrete(18)
    assert env.game.controls.listed[0].tolist() == [0.0, 0.0, 0.0]
    assert len({tuple(row) for row in env.game.controls.listed.tolist()}) == 18
    env.reset(seed=5)
    other = tanks.parallel_env()
    other.reset(seed=5)
    for action in range(18):
        pushes = env.game.controls.listed[action].astype(np.float32)
        seen, *_ = env.step({"tank_0": action, "tank_1": 0})
        same, *_ = other.step({"tank_0": pushes, "tank_1": np.zeros(3, np.float32)})
        assert np.array_equal(seen["tank_0"], same["tank_0"])


def test_shaping_is_added_only_where_it_is_wanted() -> None:
    plain, shaped = tanks.parallel_env(), tanks.parallel_env(shaping=2.0)
    for env in (plain, shaped):
        env.reset(seed=1)
        assert isinstance(env.game, Tanks)
        env.game.tanks[:, :3] = ((-4.0, -6.5, 0.0), (4.0, -6.5, 0.0))
    gained = np.zeros((2, 2))
    for count in range(60):
        for row, env in enumerate((plain, shaped)):
            fire = np.array([0.0, 0.0, float(count == 0)], np.float32)
            gained[row] += list(env.step({"tank_0": fire, "tank_1": np.zeros(3, np.float32)})[1].values())
    assert gained.tolist() == [[0.0, 0.0], [1.0, -1.0]]


def test_wrong_options_and_actions_say_what_is_allowed() -> None:
    for options in ({"actions": "loud"}, {"observations": "sound"}, {"render_mode": "film"}, {"players": 9}):
        with pytest.raises(OptionError, match="choose"):
            tanks.parallel_env(**options)
    env = tanks.parallel_env()
    env.reset(seed=0)
    with pytest.raises(ValueError, match="throttle, turn, fire"):
        env.step({"tank_0": [1.0, 2.0], "tank_1": [0.0, 0.0, 0.0]})
    with pytest.raises(ValueError, match="no action for tank_1"):
        env.step({"tank_0": [1.0, 0.0, 0.0]})
