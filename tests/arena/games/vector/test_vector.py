"""Many copies at once play what one alone plays, in one process and in several."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from arena.errors import ArenaError, GameError, OptionError
from arena.games.physics.env import GameEnv
from arena.games.registration import GAMES
from arena.games.vector import make_vector
from arena.games.vector.copies import VectorGame, make_env

TICKS = {"sumo": 400, "air_hockey": 400, "tanks": 640, "soccer": 2420}
"""Enough for every copy to begin anew; soccer that is level goes on for half a minute."""
SHORT: dict[str, dict[str, Any]] = {
    "sumo": {"players": 4, "max_seconds": 5.0},
    "air_hockey": {"max_seconds": 5.0},
    "tanks": {"players": 3, "max_seconds": 10.0},
    "soccer": {"max_seconds": 10.0},
}
"""Options under which every game begins anew within the test."""


def actions_of(games: VectorGame, rng: np.random.Generator) -> NDArray[Any]:
    space = games.single_action_space
    shape = (games.copies, len(games.agents), *(space.shape or ()))
    if not space.shape:
        return rng.integers(0, space.n, shape)  # type: ignore[attr-defined]  # Discrete
    return rng.uniform(-1, 1, shape).astype(np.float32)


class Alone:
    """One PettingZoo environment that begins anew by itself, as each copy does."""

    def __init__(self, env: GameEnv, seed: int) -> None:
        self.env = env
        self.seen, _ = env.reset(seed=seed)

    def step(self, actions: NDArray[Any]) -> dict[str, Any]:
        env, everyone = self.env, self.env.possible_agents
        acting = {agent: actions[place] for place, agent in enumerate(everyone) if agent in env.agents}
        seen, rewards, terminated, truncated, _ = env.step(acting)
        told = {
            "rewards": [rewards.get(agent, 0.0) for agent in everyone],
            "terminated": [terminated.get(agent, False) for agent in everyone],
            "truncated": [truncated.get(agent, False) for agent in everyone],
            "over": not env.agents,
            "scores": [env.game.scores()[agent] for agent in everyone],
        }
        if not env.agents:
            seen, _ = env.reset()
        told["seen"] = [seen[agent] if agent in env.agents else np.zeros_like(next(iter(seen.values())))
                        for agent in everyone]  # fmt: skip
        return told


@pytest.mark.parametrize("actions", ["continuous", "discrete"])
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name == "soccer")) for name in GAMES]
)
def test_each_copy_plays_what_one_alone_plays(name: str, actions: str) -> None:
    options = {**SHORT[name], "actions": actions, "shaping": 0.5}
    games = make_vector(name, 3, **options)
    alone = [Alone(make_env(name, options), 11 + copy) for copy in range(3)]
    seen, _ = games.reset(seed=11)
    assert games.observation_space.contains(seen)
    rng, ends = np.random.default_rng(5), 0
    for _ in range(TICKS[name]):
        acts = actions_of(games, rng)
        seen, rewards, terminated, truncated, infos = games.step(acts)
        for copy, one in enumerate(alone):
            told = one.step(acts[copy])
            assert np.array_equal(seen[copy], told["seen"])
            assert np.array_equal(rewards[copy], np.float32(told["rewards"]))
            assert terminated[copy].tolist() == told["terminated"]
            assert truncated[copy].tolist() == told["truncated"]
            assert bool(infos["over"][copy]) == told["over"]
            if told["over"]:
                ends += 1
                assert infos["scores"][copy].tolist() == told["scores"]
    assert ends >= 3, "no copy began anew, so beginning anew was not tried"


@pytest.mark.parametrize("name", GAMES)
def test_several_processes_change_nothing(name: str) -> None:
    options = SHORT[name]
    with (
        closing(make_vector(name, 5, **options)) as here,
        closing(make_vector(name, 5, processes=2, **options)) as spread,
    ):
        first, second = here.reset(seed=3), spread.reset(seed=3)
        assert np.array_equal(first[0], second[0])
        rng = np.random.default_rng(1)
        for _ in range(320):
            acts = actions_of(here, rng)
            ours, theirs = here.step(acts), spread.step(acts)
            for a, b in zip(ours[:4], theirs[:4], strict=True):
                assert np.array_equal(a, b)
            assert all(np.array_equal(ours[4][key], theirs[4][key]) for key in ours[4])


def test_pixels_are_seen_by_copies_too() -> None:
    games = make_vector("sumo", 2, observations="pixels")
    seen, _ = games.reset(seed=1)
    assert seen.shape == (2, 2, 96, 96, 3)
    env = make_env("sumo", {"observations": "pixels"})
    alone, _ = env.reset(seed=2)
    assert np.array_equal(seen[1, 0], alone["wrestler_0"])


def test_seeds_may_be_listed_and_without_seeds_chance_goes_on() -> None:
    games = make_vector("sumo", 2)
    listed, _ = games.reset(seed=[9, 4])
    assert np.array_equal(listed[0], games.reset(seed=9)[0][0])
    assert not np.array_equal(games.reset()[0], games.reset()[0])


@pytest.mark.parametrize("processes", [1, 2])
def test_copies_play_on_after_an_action_that_is_none(processes: int) -> None:
    games = make_vector("sumo", 2, processes=processes)
    try:
        games.reset(seed=0)
        with pytest.raises(ValueError, match="finite"):
            games.step(np.full((2, 2, 3), np.inf))
        _, _, _, _, infos = games.step(np.zeros((2, 2, 3)))
        assert infos["alive"].all()
    finally:
        games.close()


def test_wrong_words_are_told() -> None:
    with pytest.raises(OptionError, match="air_hockey"):
        make_vector("chess", 2)
    with pytest.raises(OptionError, match="processes=3"):
        make_vector("sumo", 2, processes=3)
    with pytest.raises(OptionError, match="colour"):
        make_vector("sumo", 2, colour="red")
    games = make_vector("sumo", 2)
    with pytest.raises(ArenaError, match="reset"):
        games.step(np.zeros((2, 2, 3)))
    games.reset(seed=0)
    with pytest.raises(ValueError, match=r"\(2, 2, 3\)"):
        games.step(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="finite"):
        games.step(np.full((2, 2, 3), np.nan))
    with pytest.raises(OptionError, match="seeds"):
        games.reset(seed=[1, 2, 3])
    for negative in (-1, [4, -1]):
        with pytest.raises(OptionError, match="not -1"):
            games.reset(seed=negative)
    listed = make_vector("sumo", 2, actions="discrete")
    listed.reset(seed=0)
    with pytest.raises(ValueError, match="float64; listed actions are whole numbers"):
        listed.step(np.full((2, 2), 1.7))
    with pytest.raises(ValueError, match="from 0 to 17"):
        listed.step(np.full((2, 2), 18))


def test_a_process_that_dies_is_told_and_takes_the_others_with_it() -> None:
    games = make_vector("sumo", 4, processes=3)
    games.reset(seed=0)
    pids = games.pids  # type: ignore[attr-defined]  # of copies that are spread
    os.kill(pids[0], signal.SIGKILL)
    with pytest.raises(GameError, match="process 0"):
        games.step(np.zeros((4, 2, 3)))
    with pytest.raises(GameError, match="closed"):
        games.step(np.zeros((4, 2, 3)))
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_what_a_game_raises_in_its_process_is_told() -> None:
    games = make_vector("sumo", 2, processes=2)
    games.reset(seed=0)
    with pytest.raises(GameError, match="KeyError: 'dance'"):
        games.run("dance")
