"""A frame-stacked, normalised policy for KAZ plays at seats exactly as it plays in its own framework.

Its own framework is PettingZoo with SuperSuit's wrappers and plain PyTorch. Both play whole episodes from the
same seeds by themselves, so one action that differs would lead to another game.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.match.choices import RuleChoices
from arena.match.seeds import env_seed
from arena.session import MatchSetup
from arena.training.from_torch import layers_of
from arena.training.policy_file import save
from tests.e2e.headless.driving import play
from tests.stacks import requires_stack

pytestmark = [requires_stack("torch", "supersuit"), pytest.mark.slow]

SEED, EPISODES, TICKS = 20_261_121, 7, 400
AGENTS = ["archer_0", "archer_1", "knight_0", "knight_1"]
EPSILON = 1e-8
PIPELINE = [
    {"step": "normalise", "mean": "obs.mean", "var": "obs.var", "epsilon": EPSILON},
    {"step": "stack", "n": 4, "axis": -1, "join": "stack", "start": "zero"},
    {"step": "agent_indicator", "agents": AGENTS},
    {"step": "flatten"},
]


def make() -> Any:
    from pettingzoo.butterfly import knights_archers_zombies_v11

    return knights_archers_zombies_v11.parallel_env(render_mode="rgb_array")


def statistics() -> tuple[Any, Any]:
    """Mean and variance of what random play sees."""
    env, rng = make(), np.random.default_rng(0)
    observations, _ = env.reset(seed=0)
    seen = []
    for _ in range(150):
        seen += list(observations.values())
        observations, *_ = env.step({agent: int(rng.integers(6)) for agent in env.agents})
    env.close()
    return np.mean(seen, axis=0), np.var(seen, axis=0) + 1e-4


def network() -> Any:
    """Untrained, but its actions depend on all of what it sees."""
    import torch
    from torch import nn

    torch.manual_seed(1)
    layers = nn.Sequential(
        nn.Linear(27 * 5 * 8, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 6)
    )
    for layer in layers[::2]:
        nn.init.orthogonal_(layer.weight, 1.4)
    return layers


def played_by_itself(layers: Any, mean: Any, var: Any, seed: int) -> list[dict[str, int]]:
    """The actions of every tick of an episode, with SuperSuit and PyTorch alone."""
    import supersuit
    import torch

    env = supersuit.observation_lambda_v0(
        make(),
        lambda seen, _space, _agent: ((seen - mean) / np.sqrt(var + EPSILON)).astype(np.float32),
        lambda space: spaces.Box(-np.inf, np.inf, space.shape, np.float32),
    )
    env = supersuit.agent_indicator_v0(supersuit.frame_stack_v1(env, 4))
    observations, _ = env.reset(seed=seed)
    ticks: list[dict[str, int]] = []
    while env.agents and len(ticks) < TICKS:
        with torch.inference_mode():
            actions = {
                agent: int(layers(torch.from_numpy(observations[agent].copy()).flatten()[None]).argmax())
                for agent in env.agents
            }
        ticks.append(actions)
        observations, *_ = env.step(actions)
    env.close()
    return ticks


def test_its_actions_at_seats_are_those_of_its_own_framework(tmp_path: Path) -> None:
    (mean, var), layers = statistics(), network()
    path = tmp_path / "guard.safetensors"
    env = make()
    save(
        path,
        layers.state_dict() | {"obs.mean": mean, "obs.var": var},
        observation=env.observation_space("archer_0"),
        action=env.action_space("archer_0"),
        network=layers_of(layers),
        pipeline=PIPELINE,
        name="Guard",
    )
    env.close()
    setup = MatchSetup(
        "knights_archers_zombies",
        (f"archer_*=policy:{path}", f"knight_*=policy:torch:{path}"),
        rules=RuleChoices(pace="fast", max_ticks=TICKS),
        episodes=EPISODES,
        seed=SEED,
    )
    sink = play(setup)
    steps = sink.of("step")
    assert {source for step in steps for source in step["sources"].values()} == {"decided"}
    expected = [played_by_itself(layers, mean, var, env_seed(SEED, episode)) for episode in range(EPISODES)]
    at_seats: list[list[dict[str, int]]] = []
    for event in sink.events:
        if event["kind"] == "reset":
            at_seats.append([])
        elif event["kind"] == "step":
            at_seats[-1].append(event["actions"])
    assert [len(ticks) for ticks in at_seats] == [len(ticks) for ticks in expected]
    assert at_seats == expected
    assert sum(map(len, expected)) >= 1000
    assert len({action for ticks in expected for tick in ticks for action in tick.values()}) >= 4
