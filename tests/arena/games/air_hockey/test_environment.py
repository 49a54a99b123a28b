"""Air hockey as an environment: PettingZoo's own tests, both variants, digests, saved states, bad words."""

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
from arena.games.air_hockey import env, parallel_env
from arena.games.options import resolve_options
from arena.games.physics.env import GameEnv
from tests.arena.games.air_hockey.rinks import begun, chase

VARIANTS = ("continuous", "discrete")


@pytest.mark.parametrize("per_team", [1, 2])
@pytest.mark.parametrize("variant", VARIANTS)
def test_pettingzoo_finds_nothing_wrong(variant: Any, per_team: int) -> None:
    cast: dict[str, Any] = {"players_per_team": per_team, "max_seconds": 3.0, "actions": variant}
    parallel_api_test(parallel_env(**cast), num_cycles=200)
    parallel_seed_test(lambda: parallel_env(**cast), num_cycles=40)
    api_test(env(**cast), num_cycles=200)


def test_it_is_registered() -> None:
    for kind in ("parallel", "aec"):
        made = pettingzoo.make(kind, "arena/air_hockey-v0", players_per_team=2)
        assert made.possible_agents == ["red_0", "red_1", "blue_0", "blue_1"]


def test_spaces() -> None:
    made = parallel_env(players_per_team=2)
    assert made.action_space("red_1") == gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32)
    assert made.observation_space("blue_0").shape == (28,)
    assert parallel_env().observation_space("red_0").shape == (20,)
    assert parallel_env(actions="discrete").action_space("blue_0") == gymnasium.spaces.Discrete(9)


def test_both_variants_are_the_same_game() -> None:
    pushed, chosen = parallel_env(max_seconds=10.0), parallel_env(max_seconds=10.0, actions="discrete")
    pushed.reset(seed=4)
    chosen.reset(seed=4)
    rng = np.random.default_rng(0)
    while pushed.agents:
        picks = {agent: int(rng.integers(9)) for agent in pushed.agents}
        ours = pushed.step({agent: pushed.game.controls.listed[pick] for agent, pick in picks.items()})
        theirs = chosen.step(picks)
        for agent in picks:
            np.testing.assert_array_equal(ours[0][agent], theirs[0][agent])
        assert ours[1:] == theirs[1:]
    assert not chosen.agents


DIGEST = """
import hashlib, sys, numpy as np
from arena.games.air_hockey import parallel_env
from tests.arena.games.air_hockey.rinks import chase
digest, rng, env = hashlib.blake2b(), np.random.default_rng(5), parallel_env(players_per_team=2)
env.reset(seed=9)
for tick in range(int(sys.argv[1])):
    pushes = np.clip(chase(env.game) + rng.normal(0.0, 0.7, (4, 2)), -1.0, 1.0)
    seen, rewards, *_ = env.step(dict(zip(env.agents, pushes)))
    for agent in seen:
        digest.update(seen[agent].tobytes() + np.float64(rewards[agent]).tobytes())
    if not env.agents:
        env.reset()
print(digest.hexdigest())
"""


@pytest.mark.parametrize("ticks", [1000, pytest.param(5000, marks=pytest.mark.slow)])
def test_other_processes_play_the_very_same_game(ticks: int) -> None:
    """With other hash seeds."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", DIGEST, str(ticks)],
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
    """What `ticks` of wild play round the puck look like: each step, and the picture after the last one."""
    seen: list[bytes] = []
    for _ in range(ticks):
        pushes = np.clip(chase(made.game) + rng.normal(0.0, 0.7, (len(made.possible_agents), 2)), -1.0, 1.0)
        if not made.agents:
            break
        step = made.step(dict(zip(made.agents, pushes, strict=True)))
        seen += [row.tobytes() for row in step[0].values()]
        seen.append(repr(step[1:]).encode())
    return [*seen, repr(made.snapshot()).encode()]


@pytest.mark.parametrize("per_team", [1, 2])
def test_restored_states_run_on_to_the_same_future(per_team: int) -> None:
    """20 of 20 for two and for four, in the same environment and in a fresh one."""
    cast: dict[str, Any] = {"players_per_team": per_team, "max_seconds": 20.0}
    made = parallel_env(**cast)
    for seed in range(20):
        made.reset(seed=seed)
        played(made, np.random.default_rng(seed), 50 + 11 * seed)
        saved = made.save_state()
        future = played(made, np.random.default_rng(99), 60)
        assert future
        for other in (made, parallel_env(**cast)):
            other.restore_state(saved)
            assert played(other, np.random.default_rng(99), 60) == future


def test_a_state_of_another_cast_is_refused() -> None:
    with pytest.raises(ValueError, match="air_hockey of 2 does not fit air_hockey of 4"):
        begun(players_per_team=2).restore(begun().save())


def test_goals_are_paid_apart_from_shaping() -> None:
    plain, shaped = parallel_env(), parallel_env(shaping=2.0)
    for made in (plain, shaped):
        made.reset(seed=2)
    paid = 0.0
    rng = np.random.default_rng(1)
    for _ in range(900):
        wild = np.clip(chase(plain.game) + rng.normal(0.0, 0.7, (2, 2)), -1.0, 1.0)
        pushes = dict(zip(plain.agents, wild, strict=True))
        rewards, worth = plain.step(pushes)[1], shaped.step(pushes)[1]
        assert set(rewards.values()) <= {-1.0, 0.0, 1.0}
        for agent, extra in zip(plain.possible_agents, shaped.game.shaping.tolist(), strict=True):
            assert worth[agent] == pytest.approx(rewards[agent] + 2.0 * extra)
            paid += abs(extra)
    assert paid > 0.0


def test_the_score_is_told_at_the_end() -> None:
    made = parallel_env(max_seconds=1.0)
    made.reset(seed=1)
    for _ in range(59):
        made.step(dict.fromkeys(made.agents, (0.0, 0.0)))
    *_, terminated, truncated, infos = made.step(dict.fromkeys(made.agents, (0.0, 0.0)))
    assert infos == {"red_0": {"score": 0.0}, "blue_0": {"score": 0.0}}
    assert truncated == {"red_0": True, "blue_0": True}
    assert terminated == {"red_0": False, "blue_0": False}
    assert made.agents == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"players_per_team": 3}, "choose a whole number from 1 to 2"),
        ({"goals": 0}, "from 1 to 99"),
        ({"goals": 2.5}, "goals=2.5: choose a whole number"),
        ({"max_seconds": 0.0}, "a number from 1 to 3600"),
        ({"max_seconds": float("nan")}, "a number from 1 to 3600"),
        ({"actions": "keys"}, "continuous, discrete"),
        ({"observations": "sound"}, "vector, pixels"),
        ({"render_mode": "ansi"}, "rgb_array"),
    ],
)
def test_bad_options_are_explained(options: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        parallel_env(**options)


@pytest.mark.parametrize(
    ("variant", "action", "words"),
    [
        ("continuous", (0.0, 0.0, 0.0), "2 finite numbers"),
        ("continuous", (float("nan"), 0.0), "2 finite numbers"),
        ("discrete", 9, "a whole number from 0 to 8"),
    ],
)
def test_bad_actions_are_explained(variant: Any, action: Any, words: str) -> None:
    made = parallel_env(actions=variant)
    made.reset(seed=1)
    with pytest.raises(ValueError, match=words):
        made.step({"red_0": action, "blue_0": made.action_space("blue_0").sample()})


def test_the_catalog_knows_its_options() -> None:
    entry = catalog.get("arena/air_hockey-v0")
    resolved = resolve_options(entry, {"players_per_team": "2", "goals": "3"})
    assert parallel_env(**resolved).snapshot()["target"] == 3
    with pytest.raises(OptionError, match="from 1 to 2"):
        resolve_options(entry, {"players_per_team": "3"})


def test_the_screens_directions_are_turned_for_blue() -> None:
    entry = catalog.get("arena/air_hockey-v0")
    game = begun()
    before = game.world.state[:2, :2].copy()
    pushes = np.zeros((2, 2))
    for row, agent in enumerate(game.agents):
        scheme = entry.scheme(agent)
        assert scheme is not None
        for control in scheme.controls:
            if control.slot in {"up", "right"} and control.axis is not None:
                pushes[row, control.axis] = control.value
    for _ in range(5):
        game.tick(pushes)
    moved = game.world.state[:2, :2] - before
    assert (moved[:, 0] > 0.1).all()
    assert (moved[:, 1] < -0.1).all()
