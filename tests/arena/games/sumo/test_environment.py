"""Sumo as an environment: PettingZoo's own tests, both variants, digests, restored states, bad words."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import gymnasium
import numpy as np
import pettingzoo
import pytest
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test

import arena.games  # noqa: F401 - registers our games
from arena.errors import OptionError
from arena.games import catalog
from arena.games.options import describe_options, resolve_options
from arena.games.physics.env import GameEnv
from arena.games.sumo import env, parallel_env
from tests.arena.games.sumo.playing import begun, wild

VARIANTS = ("continuous", "discrete")
CASTS: tuple[dict[str, Any], ...] = ({}, {"players": 5}, {"players": 6, "teams": True})


@pytest.mark.parametrize("cast", CASTS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_pettingzoo_finds_nothing_wrong(variant: Any, cast: dict[str, Any]) -> None:
    parallel_api_test(parallel_env(actions=variant, **cast), num_cycles=400)
    parallel_seed_test(lambda: parallel_env(actions=variant, **cast), num_cycles=60)
    api_test(env(actions=variant, **cast), num_cycles=300)


def test_it_is_registered() -> None:
    for kind in ("parallel", "aec"):
        made = pettingzoo.make(kind, "arena/sumo-v0", players=4)
        assert made.possible_agents == [f"wrestler_{index}" for index in range(4)]


def test_spaces() -> None:
    made = parallel_env(players=3)
    assert made.action_space("wrestler_0") == gymnasium.spaces.Box(
        np.array([-1, -1, 0], np.float32), np.array([1, 1, 1], np.float32), dtype=np.float32
    )
    assert made.observation_space("wrestler_2").shape == (9 + 2 * 6,)
    assert parallel_env(actions="discrete").action_space("wrestler_1") == gymnasium.spaces.Discrete(18)
    assert parallel_env(players=4, teams=True).possible_agents == ["red_0", "red_1", "blue_0", "blue_1"]


def test_all_discrete_actions_differ_and_the_first_does_nothing() -> None:
    listed = begun().controls.listed
    assert len({tuple(row) for row in listed.tolist()}) == 18
    assert not listed[0].any()
    assert (np.hypot(listed[:, 0], listed[:, 1]) <= 1 + 1e-12).all()


def test_both_variants_are_the_same_game() -> None:
    pushed, chosen = parallel_env(), parallel_env(actions="discrete")
    pushed.reset(seed=4)
    chosen.reset(seed=4)
    rng = np.random.default_rng(0)
    while pushed.agents:
        picks = {agent: int(rng.integers(18)) for agent in pushed.agents}
        listed = pushed.game.controls.listed
        ours = pushed.step({agent: listed[pick] for agent, pick in picks.items()})
        theirs = chosen.step(picks)
        for agent in picks:
            np.testing.assert_array_equal(ours[0][agent], theirs[0][agent])
        assert ours[1:] == theirs[1:]


DIGEST = """
import hashlib, numpy as np
from arena.games.sumo import parallel_env
digest, rng, env = hashlib.blake2b(), np.random.default_rng(5), parallel_env(players=4)
pushes = {}
env.reset(seed=9)
for tick in range(5000):
    for agent in env.agents:
        if tick % 7 == 0 or agent not in pushes:
            pushes[agent] = rng.uniform(-1, 1, 3)
    seen, rewards, *_ = env.step({agent: pushes[agent] for agent in env.agents})
    for agent in seen:
        digest.update(seen[agent].tobytes() + np.float64(rewards[agent]).tobytes())
    if not env.agents:
        env.reset()
print(digest.hexdigest())
"""


def test_other_processes_play_the_very_same_game() -> None:
    """Over 5,000 ticks, with other hash seeds."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", DIGEST],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for seed in ("1", "2")
    ]
    told = [process.communicate(timeout=120)[0] for process in started]
    assert all(process.returncode == 0 for process in started)
    assert told[0] == told[1]
    assert len(told[0].strip()) == 128


def played(made: GameEnv, rng: np.random.Generator, ticks: int) -> list[bytes]:
    """What `ticks` of wild play look like."""
    seen, pushes = [], np.zeros((len(made.possible_agents), 3))
    for _ in range(ticks):
        if not made.agents:
            break
        pushes = wild(rng, len(made.possible_agents), pushes)
        rows = dict(zip(made.possible_agents, pushes, strict=True))
        observations, rewards, ended, *_ = made.step({agent: rows[agent] for agent in made.agents})
        for agent, row in observations.items():
            told = np.array([rewards[agent], ended[agent]], np.float64)
            seen.append(row.tobytes() + told.tobytes())
        seen.append(repr(made.snapshot()).encode())
    return seen


@pytest.mark.parametrize("cast", [{}, {"players": 8, "teams": True}])
def test_restored_states_run_on_to_the_same_future(cast: dict[str, Any]) -> None:
    """20 of 20 for two and for eight, in the same environment and in a fresh one."""
    made = parallel_env(max_seconds=10.0, **cast)
    for seed in range(20):
        made.reset(seed=seed)
        played(made, np.random.default_rng(seed), 10 + 4 * seed)
        if not made.agents:
            made.reset()
        saved = made.save_state()
        future = played(made, np.random.default_rng(99), 25)
        for other in (made, parallel_env(max_seconds=10.0, **cast)):
            other.restore_state(saved)
            assert played(other, np.random.default_rng(99), 25) == future


def test_a_state_of_another_cast_is_refused() -> None:
    made = parallel_env(players=3)
    made.reset(seed=1)
    with pytest.raises(ValueError, match="a state of sumo of 3 does not fit sumo of 2"):
        parallel_env().restore_state(made.save_state())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"players": 1}, "players=1: choose a whole number from 2 to 8"),
        ({"players": 9}, "from 2 to 8"),
        ({"players": 2.0}, "whole number"),
        ({"players": 3, "teams": True}, "players=3 with teams: choose an even number"),
        ({"teams": "yes"}, "teams='yes': choose True or False"),
        ({"max_seconds": 1}, "max_seconds=1: choose a number from 5 to 600"),
        ({"max_seconds": float("nan")}, "from 5 to 600"),
        ({"actions": "mouse"}, "choose one of continuous, discrete"),
        ({"observations": "sound"}, "choose one of vector, pixels"),
        ({"render_mode": "film"}, "choose human, rgb_array"),
    ],
)
def test_bad_options_are_explained(options: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        parallel_env(**options)


@pytest.mark.parametrize(
    ("variant", "action", "words"),
    [
        ("continuous", [0.0, float("nan"), 0.0], "finite numbers"),
        ("continuous", [0.0, 1.0], "is not 3 finite numbers"),
        ("discrete", 18, "is not a whole number from 0 to 17"),
    ],
)
def test_bad_actions_are_explained(variant: Any, action: Any, words: str) -> None:
    made = parallel_env(actions=variant)
    made.reset(seed=1)
    with pytest.raises(ValueError, match=words):
        made.step({"wrestler_0": action, "wrestler_1": action})
    with pytest.raises(ValueError, match="no action for wrestler_1"):
        made.step({"wrestler_0": 0})


def test_the_catalog_knows_its_options() -> None:
    entry = catalog.get("sumo")
    assert [option.name for option in describe_options(entry)] == [
        "players", "teams", "max_seconds", "actions", "observations", "shaping",
    ]  # fmt: skip
    chosen = resolve_options(entry, {"players": "4", "teams": "yes", "max_seconds": "20"})
    made = parallel_env(**chosen)
    assert [entry.team_of(agent) for agent in made.possible_agents] == ["Red", "Red", "Blue", "Blue"]
