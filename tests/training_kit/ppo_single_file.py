"""PPO with masks in one file, in the manner of CleanRL.

``python -m tests.training_kit.ppo_single_file MODEL``: both seats of tic-tac-toe are played by one network,
which learns from both. After some seconds the weights are saved as CleanRL saves them, with
``torch.save(agent.state_dict(), MODEL)``, and what the network itself would play in some positions is written
beside them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pettingzoo.classic import tictactoe_v3
from torch import nn

GAMES_A_BATCH, BATCHES, EPOCHS, CLIP, POSITIONS = 64, 10, 4, 0.2, 500


class Agent(nn.Module):  # type: ignore[misc]
    """CleanRL's names and activations."""

    def __init__(self) -> None:
        super().__init__()
        self.critic = self._perceptron(1)
        self.actor = self._perceptron(9)

    @staticmethod
    def _perceptron(outputs: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Linear(18, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, outputs)
        )

    def logits(self, seen: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        masked: torch.Tensor = self.actor(seen).masked_fill(mask == 0, -1e8)
        return masked


def play(agent: Agent, env: Any) -> list[tuple[Any, ...]]:
    """One game: observation, mask, action, log-probability and final reward of each move."""
    env.reset()
    moves: list[tuple[str, Any, Any, int, float]] = []
    while not any(env.terminations.values()):
        name = env.agent_selection
        given = env.observe(name)
        seen = torch.from_numpy(given["observation"].reshape(-1).astype(np.float32))
        mask = torch.from_numpy(given["action_mask"])
        with torch.no_grad():
            choice = torch.distributions.Categorical(logits=agent.logits(seen, mask))
            action = choice.sample()
        moves.append((name, seen, mask, int(action), float(choice.log_prob(action))))
        env.step(int(action))
    rewards = dict(env.rewards)
    return [(seen, mask, action, logp, rewards[name]) for name, seen, mask, action, logp in moves]


def learn(agent: Agent, optimiser: torch.optim.Optimizer, moves: list[tuple[Any, ...]]) -> None:
    seen, masks = torch.stack([move[0] for move in moves]), torch.stack([move[1] for move in moves])
    actions = torch.tensor([move[2] for move in moves])
    before, returns = (torch.tensor([float(move[index]) for move in moves]) for index in (3, 4))
    with torch.no_grad():
        advantages = returns - agent.critic(seen).squeeze(-1)
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    for _ in range(EPOCHS):
        choice = torch.distributions.Categorical(logits=agent.logits(seen, masks))
        ratio = (choice.log_prob(actions) - before).exp()
        gain = torch.min(ratio * advantages, ratio.clamp(1 - CLIP, 1 + CLIP) * advantages).mean()
        value_loss = (agent.critic(seen).squeeze(-1) - returns).square().mean()
        loss = value_loss - gain - 0.01 * choice.entropy().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def main(path: Path) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(1)
    agent, env = Agent(), tictactoe_v3.raw_env()
    optimiser = torch.optim.Adam(agent.parameters(), lr=2.5e-3)
    moves: list[tuple[Any, ...]] = []
    for _ in range(BATCHES):
        moves = [move for _ in range(GAMES_A_BATCH) for move in play(agent, env)]
        learn(agent, optimiser, moves)
    torch.save(agent.state_dict(), path)
    while len(moves) < POSITIONS:
        moves += play(agent, env)
    seen, masks = (torch.stack([move[index] for move in moves[:POSITIONS]]) for index in (0, 1))
    with torch.no_grad():
        actions = [int(agent.logits(one, mask).argmax()) for one, mask in zip(seen, masks, strict=True)]
    np.savez(
        path.with_suffix(".npz"),
        seen_observation=seen.numpy().reshape(-1, 3, 3, 2).astype(np.int8),
        seen_action_mask=masks.numpy(),
        actions=np.array(actions),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
