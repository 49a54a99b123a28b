"""Checkpoints of two frameworks at one board: stock RLlib against a CleanRL file, each served by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pettingzoo.classic import tictactoe_v3

from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.records.record import Record
from arena.session import MatchSetup
from tests.e2e.headless.driving import play
from tests.e2e.headless.shell import records, verified
from tests.leaks import children, command_of
from tests.stacks import requires_stack
from tests.training_kit.fixtures import MASKED, cleanrl_model, rllib_checkpoints  # noqa: F401 - fixtures

pytestmark = [requires_stack("rllib", "torch"), pytest.mark.timeout(300)]

Choose = Callable[[dict[str, Any]], int]
GAMES = 180
"""Enough for 500 positions of a seat."""


@pytest.fixture
def rllib_word(rllib_checkpoints: Path) -> str:  # noqa: F811
    return f"policy:rllib:{rllib_checkpoints / 'masked'}#player_1,allow={MASKED}"


@pytest.fixture
def rllib_itself(rllib_checkpoints: Path) -> Choose:  # noqa: F811
    """The module as RLlib loads and asks it."""
    import torch
    from ray.rllib.core.rl_module.rl_module import RLModule

    folder = rllib_checkpoints / "masked/learner_group/learner/rl_module/player_1"
    module = RLModule.from_checkpoint(str(folder))

    def choose(seen: dict[str, Any]) -> int:
        batch = {"obs": {key: torch.from_numpy(array[None].copy()) for key, array in seen.items()}}
        with torch.no_grad():
            inputs = module.forward_inference(batch)["action_dist_inputs"]
        distribution = module.get_inference_action_dist_cls().from_logits(inputs)
        return int(distribution.to_deterministic().sample())

    return choose


@pytest.fixture
def cleanrl_itself(cleanrl_model: Path) -> Choose:  # noqa: F811
    """The script's own class with the saved weights."""
    import torch

    from tests.training_kit.ppo_single_file import Agent

    agent = Agent()
    agent.load_state_dict(torch.load(cleanrl_model, weights_only=True))

    def choose(seen: dict[str, Any]) -> int:
        flat = torch.from_numpy(seen["observation"].reshape(-1).astype(np.float32))
        with torch.no_grad():
            return int(agent.logits(flat, torch.from_numpy(seen["action_mask"].copy())).argmax())

    return choose


def match(*seats: str, episodes: int, look: Any = lambda _match: None) -> Path:
    """Play, and give the record."""
    setup = MatchSetup("tictactoe", seats, rules=RuleChoices(pace="fast"), episodes=episodes, seed=5)
    play(setup, home=arena_home(), look=look)
    return records()[-1]


def moves(path: Path) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Who moved, what they saw (from PettingZoo itself) and what was applied."""
    env = tictactoe_v3.raw_env()
    with Record(path) as record:
        for event in record.events():
            if event["kind"] == "reset":
                env.reset()
            elif event["kind"] == "step":
                ((agent, action),) = event["actions"].items()
                assert event["sources"][agent] == "decided"
                yield agent, dict(env.observe(agent)), int(action)
                env.step(int(action))


def test_both_play_one_recorded_match_each_from_a_server_of_its_own(
    rllib_word: str,
    cleanrl_model: Path,  # noqa: F811
    rllib_itself: Choose,
    cleanrl_itself: Choose,
) -> None:
    before, servers = children(), set[int]()

    def look(_match: Any) -> None:
        servers.update(pid for pid in children() - before if "workers.policy_server" in command_of(pid))

    path = match(f"player_1={rllib_word}", f"player_2=policy:{cleanrl_model}", episodes=2, look=look)
    assert len(servers) == 2
    native = {"player_1": rllib_itself, "player_2": cleanrl_itself}
    played = list(moves(path))
    assert len(played) >= 10
    assert [action for _, _, action in played] == [native[agent](seen) for agent, seen, _ in played]
    (report,) = verified([path])
    assert report["ok"], report
    with Record(path) as record:
        assert [outcome.seated for outcome in record.outcomes()] == ["as_planned"] * 2


@pytest.mark.parametrize("stack", ["rllib", "cleanrl"])
def test_over_500_positions_a_seat_plays_as_its_framework(stack: str, request: pytest.FixtureRequest) -> None:
    native: Choose = request.getfixturevalue(f"{stack}_itself")
    if stack == "rllib":
        word = request.getfixturevalue("rllib_word")
    else:
        word = f"policy:{request.getfixturevalue('cleanrl_model')}"
    path = match(f"player_1={word}", "player_2=random", episodes=GAMES)
    played = [(seen, action) for agent, seen, action in moves(path) if agent == "player_1"]
    assert len(played) >= 500
    assert [action for _, action in played] == [native(seen) for seen, _ in played]
    assert len({action for _, action in played}) >= 4
