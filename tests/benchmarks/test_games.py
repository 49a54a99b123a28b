"""Our own games through PettingZoo's parallel API, against games of PettingZoo.

All play random actions that were drawn, and checked against the action space, before the clock starts; resets
count. Every figure is of processor time of one thread, every side runs in turn, and the best round counts.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest

from tests.benchmarks.budget import hold

ROUNDS = 7
OURS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "sumo": ("sumo", {}),
    "sumo, 8 wrestlers": ("sumo", {"players": 8}),
    "air hockey": ("air_hockey", {}),
    "soccer": ("soccer", {}),
    "soccer, 4 a side": ("soccer", {"players_per_team": 4}),
    "tanks": ("tanks", {}),
    "tanks, 6 tanks": ("tanks", {"players": 6}),
}
THEIRS = {  # name -> module and how many ticks a round
    "pistonball": ("pettingzoo.butterfly.pistonball_v6", 15),
    "KAZ": ("pettingzoo.butterfly.knights_archers_zombies_v11", 150),
    "multiwalker": ("pettingzoo.sisl.multiwalker_v9", 200),
}
TICKS = 1200
"""A round of ours."""

Actions = list[dict[str, Any]]


def make(name: str) -> Any:
    """One of our games or one of PettingZoo's."""
    if name in OURS:
        game, options = OURS[name]
        return import_module(f"arena.games.{game}").parallel_env(**options)
    return import_module(THEIRS[name][0]).parallel_env()


def actions_of(env: Any, ticks: int) -> Actions:
    """Random actions, each one valid."""
    for number, agent in enumerate(env.possible_agents):
        env.action_space(agent).seed(number)
    drawn = [{agent: env.action_space(agent).sample() for agent in env.possible_agents} for _ in range(ticks)]
    assert all(env.action_space(agent).contains(action) for row in drawn for agent, action in row.items())
    return drawn


def agent_steps(env: Any, actions: Actions) -> float:
    """Agent-steps a CPU second: each tick counts once for every agent that acted in it."""
    seed, steps = 0, 0
    began = time.thread_time()
    env.reset(seed=seed)
    for row in actions:
        if not env.agents:
            seed += 1
            env.reset(seed=seed)
        steps += len(env.agents)
        env.step({agent: row[agent] for agent in env.agents})
    return steps / (time.thread_time() - began)


@pytest.fixture(scope="module")
def rates() -> dict[str, float]:
    """The best rate of each of our games and of each of PettingZoo's, all measured in turn."""
    ticks = dict.fromkeys(OURS, TICKS) | {name: count for name, (_, count) in THEIRS.items()}
    envs = {name: make(name) for name in ticks}
    actions = {name: actions_of(env, ticks[name]) for name, env in envs.items()}
    best = dict.fromkeys(envs, 0.0)
    for _ in range(ROUNDS):
        for name, env in envs.items():
            best[name] = max(best[name], agent_steps(env, actions[name]))
    for env in envs.values():
        env.close()
    return best


@pytest.mark.bench
@pytest.mark.parametrize("other", THEIRS)
@pytest.mark.parametrize("game", OURS)
def test_steps_against_games_of_pettingzoo(rates: dict[str, float], game: str, other: str) -> None:
    note = f"{rates[game]:,.0f} against {rates[other]:,.0f} agent-steps a CPU second"
    hold(f"{game} / {other}", rates[game] / rates[other], at_least=5, note=note)
