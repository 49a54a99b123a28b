"""What all of our own games have in common: PettingZoo knows them, they are drawn, people can play them."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pettingzoo
import pygame
import pytest
from gymnasium import spaces
from pettingzoo.test import performance_benchmark, render_test
from pettingzoo.test.state_test import state_test
from pettingzoo.utils.conversions import parallel_to_aec

from arena.cli.main import main
from arena.errors import OptionError
from arena.games import catalog, derived
from arena.games.hosts import make_host
from arena.games.physics.env import GameEnv
from arena.games.physics.features import table
from arena.games.registration import GAMES
from arena.games.vector.copies import make_env
from tests.stacks import requires_stack


@pytest.mark.parametrize(
    "order", ["arena.games, pettingzoo", "pettingzoo, arena.games", "arena.games.catalog, pettingzoo"]
)
def test_importing_the_package_makes_them_known_whoever_comes_first(order: str) -> None:
    program = f"""
import {order}
for name in {GAMES}:
    for kind in ("parallel", "aec"):
        env = pettingzoo.make(kind, f"arena/{{name}}-v0", actions="discrete")
        env.reset(seed=1)
        print(kind, env.possible_agents)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2 * len(GAMES)


def test_the_catalog_wakes_neither_pettingzoo_nor_pygame() -> None:
    """PettingZoo changes SDL's variables on import, which would take a window's sound away."""
    program = """
import os, sys
from arena.games import catalog
before = dict(os.environ)
assert len(catalog.entries()) > 30
woken = [name for name in ("pettingzoo", "pygame", "pymunk") if name in sys.modules]
print(woken, dict(os.environ) == before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


@pytest.mark.parametrize("name", GAMES)
def test_pictures_pass_pettingzoos_test(name: str) -> None:
    render_test(lambda render_mode: parallel_to_aec(make_env(name, {"render_mode": render_mode})))


@pytest.mark.parametrize("observations", ["vector", "pixels"])
@pytest.mark.parametrize("name", GAMES)
def test_the_whole_state_passes_pettingzoos_test(name: str, observations: str) -> None:
    env = make_env(name, {"observations": observations})
    state_test(parallel_to_aec(make_env(name, {"observations": observations})), env)
    assert env.state_space.contains(env.state())


def test_a_window_shows_it_for_people() -> None:
    env = make_env("sumo", {"render_mode": "human"})
    env.reset(seed=1)
    env.step({agent: np.zeros(3, np.float32) for agent in env.agents})
    assert env.render() is None
    screen = pygame.display.get_surface()
    assert screen is not None
    assert screen.get_size() == (960, 540)
    assert len(set(map(tuple, pygame.surfarray.array3d(screen).reshape(-1, 3)[::997].tolist()))) > 3
    env.close()
    env.close()
    assert not pygame.display.get_init()


@pytest.mark.parametrize("name", GAMES)
def test_a_picture_shows_what_changes(name: str) -> None:
    env = make_env(name, {"render_mode": "rgb_array"})
    env.reset(seed=3)
    first = env.render()
    for _ in range(20):
        env.step({agent: np.ones(env.action_space(agent).shape, np.float32) for agent in env.agents})
    second = env.render()
    assert first is not None
    assert second is not None
    assert first.shape == (540, 960, 3)
    assert first.dtype == np.uint8
    assert (first != second).any()
    plain = make_env(name, {})
    plain.reset(seed=3)
    assert plain.render() is None


@pytest.mark.slow
@pytest.mark.parametrize("actions", ["continuous", "discrete"])
@pytest.mark.parametrize("name", GAMES)
def test_the_performance_benchmark_runs(name: str, actions: str, capsys: pytest.CaptureFixture[str]) -> None:
    performance_benchmark(parallel_to_aec(make_env(name, {"actions": actions})))
    assert "turns per second" in capsys.readouterr().out


@pytest.mark.parametrize("name", GAMES)
def test_people_have_controls_for_both_ways_to_act(name: str) -> None:
    entry = catalog.get(name)
    for actions, kind in (("continuous", spaces.Box), ("discrete", spaces.Discrete)):
        options = catalog.resolve_options(entry, {"actions": actions})
        with closing(make_host(entry, options, frames=False)) as host:
            assert derived.fitted(entry, host) is entry
            for agent in host.possible_agents:
                assert isinstance(host.action_space(agent), kind)
                scheme = entry.scheme(agent)
                assert scheme is not None
                assert scheme.listed == tuple(map(tuple, make_env(name, {}).game.controls.listed.tolist()))
                assert isinstance(scheme.noop, tuple)
                assert scheme.number(scheme.noop) == 0, "the first action does nothing"


@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize(
    ("option", "value"),
    [("actions", "jump"), ("observations", "sound"), ("render_mode", "ansi"), ("shaping", "nan")],
)
def test_what_is_no_choice_is_told_with_the_choices(name: str, option: str, value: str) -> None:
    with pytest.raises(OptionError, match=value):
        make_env(name, {option: value})


@pytest.mark.parametrize("name", GAMES)
def test_actions_that_are_none_are_told(name: str) -> None:
    env = make_env(name, {})
    env.reset(seed=1)
    good = {agent: env.action_space(agent).sample() for agent in env.agents}
    first, *others = env.agents
    with pytest.raises(ValueError, match=f"no action for {first}"):
        env.step({agent: good[agent] for agent in others})
    with pytest.raises(ValueError, match=first):
        env.step({**good, first: "left"})
    with pytest.raises(ValueError, match="finite"):
        env.step({**good, first: good[first] * np.nan})
    listed = make_env(name, {"actions": "discrete"})
    listed.reset(seed=1)
    for wrong in (-1, 99, 1.5):
        with pytest.raises(ValueError, match="whole number"):
            listed.step({**dict.fromkeys(listed.agents, 0), first: wrong})


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("sumo", {}),
        ("air_hockey", {"players_per_team": 2}),
        ("tanks", {"players": 4, "teams": True}),
        ("soccer", {}),
    ],
)
def test_its_page_shows_the_observation_as_it_is(name: str, options: dict[str, object]) -> None:
    page = Path(__file__).parents[3] / "docs" / "games" / f"{name}.md"
    assert table(make_env(name, options).game.features) in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GAMES)
def test_a_state_of_another_game_is_refused(name: str) -> None:
    other = make_env(GAMES[GAMES.index(name) - 1], {})
    other.reset(seed=1)
    env = make_env(name, {})
    env.reset(seed=1)
    with pytest.raises(ValueError, match="does not fit"):
        env.restore_state(other.save_state())


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
@pytest.mark.parametrize("name", GAMES)
def test_a_copy_plays_on_as_its_original(name: str, copied: Callable[[GameEnv], GameEnv]) -> None:
    env = make_env(name, {"actions": "discrete", "observations": "vector"})
    chance = np.random.default_rng(5)
    fresh = copied(env)
    for each in (env, fresh):
        each.reset(seed=3)
    twin: GameEnv | None = None
    for tick in range(120):
        if tick == 60:
            twin = copied(env)
        actions = {agent: int(chance.integers(18 if name != "air_hockey" else 9)) for agent in env.agents}
        told = [each.step(actions) for each in (env, fresh, twin) if each is not None]
        assert all(repr(other) == repr(told[0]) for other in told[1:])
    assert twin is not None
    assert env.save_state() == fresh.save_state() == twin.save_state()
    for each in (env, fresh, twin):
        each.reset()  # chance goes on where it was
    assert env.save_state() == fresh.save_state() == twin.save_state()


@requires_stack("supersuit")
@pytest.mark.parametrize("name", GAMES)
def test_supersuit_wraps_them(name: str) -> None:
    import supersuit

    skipping = supersuit.frame_skip_v0(make_env(name, {"actions": "discrete"}), 2)
    games = supersuit.concat_vec_envs_v1(
        supersuit.pettingzoo_env_to_vec_env_v1(supersuit.black_death_v3(skipping)), 2, base_class="gymnasium"
    )
    observations, _ = games.reset(seed=1)
    again, *_ = games.step(np.zeros(games.num_envs, np.int64))
    assert observations.shape == again.shape
    assert games.num_envs == 2 * len(skipping.possible_agents)


def test_pettingzoo_is_the_one_that_knows_them() -> None:
    env = pettingzoo.make("parallel", "arena/sumo-v0", players=3)
    assert list(env.possible_agents) == ["wrestler_0", "wrestler_1", "wrestler_2"]


@pytest.mark.parametrize("name", GAMES)
def test_scripts_refuse_pictures(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["match", name, "*=script:club", "--env", "observations=pixels"]) == 2
    assert "leave out observations=pixels" in capsys.readouterr().err


@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize("value", [2.0, "2", True, None])
def test_a_number_of_players_that_is_none_is_told(name: str, value: object) -> None:
    option = "players" if name in {"sumo", "tanks"} else "players_per_team"
    with pytest.raises(OptionError, match=f"{option}={value!r}: choose a whole number from"):
        make_env(name, {option: value})
