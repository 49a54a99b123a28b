"""What one decision of the weakest and of the strongest script of each of our games takes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest

from controllers.scripts.registry import Script, scripts_for
from tests.benchmarks.budget import tell

GAMES = ("sumo", "air_hockey", "tanks", "soccer")
TICKS, ROUNDS, SEED = 300, 5, 6


def player(script: Script) -> Any:
    """The script, as a match makes it."""
    module, _, name = script.target.partition(":")
    return getattr(import_module(module), name)(**script.arguments)


def watched(game: str, script: Script) -> list[Mapping[str, Any]]:
    """What everybody saw in a match of the script against itself."""
    env = import_module(f"arena.games.{game}").parallel_env()
    seat = player(script)
    seat.reset(env.possible_agents, SEED)
    seen, infos = env.reset(seed=SEED)
    rows: list[Mapping[str, Any]] = []
    while env.agents and len(rows) < TICKS:
        rows.append({agent: seen[agent] for agent in env.agents})
        seen, _, _, _, infos = env.step(
            {agent: seat.select_action(agent, seen[agent], infos.get(agent, {})) for agent in env.agents}
        )
    return rows


@pytest.mark.bench
@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("level", ["weakest", "strongest"])
def test_a_decision(game: str, level: str) -> None:
    script = scripts_for(f"arena/{game}-v0")[0 if level == "weakest" else -1]
    rows = watched(game, script)
    decisions = sum(map(len, rows))

    def once() -> float:
        seat = player(script)
        seat.reset(list(rows[0]), SEED)
        began = time.thread_time()
        for row in rows:
            for agent, seen in row.items():
                seat.select_action(agent, seen, {})
        return (time.thread_time() - began) / decisions * 1e6

    took = min(once() for _ in range(ROUNDS))
    tell(f"script, {script.id}: one decision", f"{took:.1f} us", f"of CPU, {decisions} decisions")
