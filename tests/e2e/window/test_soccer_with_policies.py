"""A person and three policies share a soccer match, in a real window and in real time.

The policies are networks that learned from the script: a straight line through what it saw and did, found by
least squares within a second, and saved as any trained network is.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from arena.games.vector.copies import make_env
from arena.training.policy_file import save
from controllers.scripts.registry import find
from controllers.simple import make
from tests.e2e.window.person import sitting_down
from tests.e2e.window.test_own_games_window import doing, pushed, pushes, under_way

MATES = ("red_1", "blue_0", "blue_1")


def taught(path: Path) -> Path:
    """A linear policy that imitates ``script:soccer/club``."""
    env = make_env("soccer", {})
    script = find("soccer/club", "arena/soccer-v0")
    assert script is not None
    players = {agent: make(script.target, script.arguments) for agent in env.possible_agents}
    for agent, player in players.items():
        player.reset([agent], 1)
    seen: list[object] = []
    did: list[object] = []
    observations, _ = env.reset(seed=4)
    while env.agents and len(seen) < 8000:
        actions = {
            agent: players[agent].select_action(agent, observations[agent], {}) for agent in env.agents
        }
        seen += list(observations.values())
        did += list(actions.values())
        observations, *_ = env.step(actions)
    inputs = np.column_stack([np.array(seen), np.ones(len(seen))])
    answer, *_ = np.linalg.lstsq(inputs, np.array(did), rcond=None)
    agent = env.possible_agents[0]
    save(
        path,
        {"net.weight": np.float32(answer[:-1].T), "net.bias": np.float32(answer[-1])},
        name="Pupil",
        observation=env.observation_space(agent),
        action=env.action_space(agent),
        network=[{"layer": "linear", "of": "net"}],
    )
    return path


def test_a_person_and_three_policies(xvfb: str, tmp_path: Path) -> None:
    pupil = taught(tmp_path / "pupil.safetensors")
    seats = ("red_0=human:keyboard,name=Ada", *(f"{agent}=policy:{pupil}" for agent in MATES))
    with sitting_down(xvfb, tmp_path / "home", "soccer", *seats) as person:
        under_way(person)
        ahead = pushed("soccer", "red_0", "right")
        person.x("keydown", "Right")
        seen = person.until(doing("red_0", *ahead))
        tick = seen["tick"]
        seen = person.until(lambda seen: seen["tick"] > tick + 120)
        assert all(any(abs(push) > 0.01 for push in pushes(seen, agent)) for agent in MATES), "they play"
        assert all("Pupil" in seen["panels"][agent]["name"] for agent in MATES)
        assert not any(seen["panels"][agent]["badge"] == "lost" for agent in MATES)
        person.x("keyup", "Right")
        person.until(doing("red_0", ahead[0], 0.0))
