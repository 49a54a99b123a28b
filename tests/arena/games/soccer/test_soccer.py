"""Soccer as an environment: PettingZoo's own tests, the same future from the same state, everywhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import Literal

import numpy as np
import pettingzoo
import pytest
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test

from arena.games.physics.env import GameEnv
from arena.games.soccer import env, parallel_env

Variant = Literal["continuous", "discrete"]
VARIANTS: tuple[Variant, ...] = ("continuous", "discrete")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.filterwarnings("ignore")
def test_pettingzoos_own_tests(variant: Variant, capsys: pytest.CaptureFixture[str]) -> None:
    parallel_api_test(parallel_env(actions=variant, max_seconds=10.0), num_cycles=1000)
    parallel_seed_test(lambda: parallel_env(actions=variant, max_seconds=10.0), num_cycles=200)
    api_test(env(actions=variant, max_seconds=10.0), num_cycles=200)
    assert "Passed" in capsys.readouterr().out


def test_pettingzoo_makes_it_by_name() -> None:
    made = pettingzoo.make("parallel", "arena/soccer-v0", players_per_team=3)
    assert made.possible_agents == ["red_0", "red_1", "red_2", "blue_0", "blue_1", "blue_2"]
    assert made.action_space("red_0").shape == (3,)
    assert parallel_env(actions="discrete").action_space("red_0").n == 18  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("variant", "action"), [("discrete", 18), ("continuous", [0.0, 1.0]), ("continuous", [0.0, 0.0, np.nan])]
)
def test_what_is_no_action_is_refused(variant: Variant, action: object) -> None:
    game = parallel_env(actions=variant)
    game.reset(seed=0)
    good = {agent: game.action_space(agent).sample() for agent in game.agents}
    with pytest.raises(ValueError, match="blue_0"):
        game.step({**good, "blue_0": action})
    with pytest.raises(ValueError, match="no action for red_1"):
        game.step({agent: push for agent, push in good.items() if agent != "red_1"})


def actions_of(game: GameEnv, rng: np.random.Generator) -> dict[str, object]:
    """All run for the ball, more or less, so that much happens."""
    ways = game.game.observe()[:, 5:7]
    ways /= np.maximum(1e-6, np.hypot(ways[:, :1], ways[:, 1:]))
    pushes = rng.uniform([-0.7, -0.7, 0.0], [0.7, 0.7, 1.0], (len(ways), 3)).astype(np.float32)
    pushes[:, :2] += ways
    return dict(zip(game.agents, np.minimum(pushes, 1.0), strict=True))


def run(game: GameEnv, rng: np.random.Generator, ticks: int) -> str:
    """Digest of all that came out of ``ticks`` ticks, over as many episodes as that takes."""
    digest = hashlib.blake2b(digest_size=16)
    for _ in range(ticks):
        if not game.agents:
            game.reset()
        seen, rewards, terminated, truncated, _ = game.step(actions_of(game, rng))
        for agent in seen:
            digest.update(seen[agent].tobytes())
        digest.update(repr((rewards, terminated, truncated)).encode())
    return digest.hexdigest()


def long_run(ticks: int) -> str:
    """So many ticks of three against three."""
    game = parallel_env(players_per_team=3, max_seconds=10.0, shaping=0.5)
    game.reset(seed=7)
    return run(game, np.random.default_rng(8), ticks)


@pytest.mark.parametrize("ticks", [1000, pytest.param(5000, marks=pytest.mark.slow)])
def test_other_processes_play_exactly_the_same(ticks: int) -> None:
    code = f"from {__name__} import long_run; print(long_run({ticks}))"
    told = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for hash_seed in ("1", "2")
    ]
    own = long_run(ticks)
    for process in told:
        output, _ = process.communicate(timeout=120)
        assert output.split()[-1] == own


def test_forty_restored_states_run_on_to_the_same_future() -> None:
    game, other = parallel_env(players_per_team=4), parallel_env(players_per_team=4)
    game.reset(seed=3)
    rng = np.random.default_rng(4)
    for number in range(40):
        run(game, rng, 15)
        state = game.save_state()
        future = run(game, np.random.default_rng(number), 25)
        fresh = parallel_env(players_per_team=4) if number % 10 == 0 else other
        fresh.restore_state(state)
        assert run(fresh, np.random.default_rng(number), 25) == future


def test_a_state_of_another_game_is_refused() -> None:
    small, large = parallel_env(), parallel_env(players_per_team=3)
    small.reset(seed=0)
    with pytest.raises(ValueError, match="soccer of 4 does not fit soccer of 6"):
        large.restore_state(small.save_state())


def test_shirts_bear_the_numbers_of_the_agents() -> None:
    game = parallel_env(players_per_team=3)
    game.reset(seed=1)
    shirts = {body["agent"]: body["number"] for body in game.snapshot()["bodies"] if body["agent"]}
    assert shirts == {f"{team}_{number}": number for team in ("red", "blue") for number in range(3)}
