"""python selfplay.py sumo 15 pia.safetensors: train a policy against itself for 15 minutes, then seat it.

Proximal policy optimisation (Schulman and others, 2017) with generalised advantage estimation, on copies of
one of Arena's own games. One network plays all seats; it is saved every minute. It needs torch.
"""

import sys
import time

import numpy as np
import torch
from torch import nn

from arena.games.vector import make_vector
from arena.training.from_torch import layers_of
from arena.training.policy_file import save

COPIES, STEPS, HOLD = 32, 128, 4  # a decision holds for 4 ticks: 15 a second
GAMMA, LAMBDA, CLIP, ENTROPY, RATE = 0.997, 0.95, 0.2, 0.01, 3e-4
EPOCHS, BATCH, WIDTH = 4, 1024, 128


def perceptron(inputs, outputs, gain):
    first, second, last = nn.Linear(inputs, WIDTH), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, outputs)
    for layer in (first, second, last):
        nn.init.orthogonal_(layer.weight, gain if layer is last else 2**0.5)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(first, nn.Tanh(), second, nn.Tanh(), last)


class Play:
    """The copies, and where they stand. A row is one seat of one copy."""

    def __init__(self, game):
        self.games = make_vector(game, COPIES, actions="discrete", shaping=1.0)
        self.agents = len(self.games.agents)
        self.rows = COPIES * self.agents
        self.seen, infos = self.games.reset(seed=0)
        self.alive = infos["alive"]

    def see(self):
        return torch.from_numpy(self.seen.reshape(self.rows, -1))

    def hold(self, actions, worth):
        """Play an action for some ticks: rewards and ends of all rows. ``worth`` values observations: where
        the clock cut a game short, what was still to come counts.
        """
        rewards, ended = np.zeros((COPIES, self.agents), np.float32), np.zeros((COPIES, self.agents), bool)
        actions = actions.reshape(COPIES, self.agents)
        over = np.zeros(COPIES, bool)  # a game that begins in these ticks counts from the next decision on
        for _ in range(HOLD):
            self.seen, reward, terminated, truncated, infos = self.games.step(actions)
            if truncated.any():
                final = torch.from_numpy(infos["final_observations"])
                reward = reward + GAMMA * worth(final).numpy()[..., 0] * truncated
            rewards += reward * ~over[:, None]
            ended |= (terminated | truncated) & ~over[:, None]
            over |= infos["over"]
        self.alive = infos["alive"]
        return rewards.reshape(-1), ended.reshape(-1)


@torch.no_grad()
def collect(play, actor, critic):
    """Have all rows decide ``STEPS`` times; of those that still played: observations, actions, their log
    probabilities, advantages, returns.
    """
    moments = []
    for _ in range(STEPS):
        seen, alive = play.see(), torch.from_numpy(play.alive.reshape(-1).copy())
        choice = torch.distributions.Categorical(logits=actor(seen))
        action = choice.sample()
        rewards, ended = map(torch.from_numpy, play.hold(action.numpy(), critic))
        moments.append((alive, seen, action, choice.log_prob(action), critic(seen)[:, 0], rewards, ended))
    alive, seen, actions, logs, values, rewards, ended = map(torch.stack, zip(*moments, strict=True))
    advantages, ahead, later = torch.zeros_like(values), critic(play.see())[:, 0], 0.0
    for step in reversed(range(STEPS)):
        goes_on = (~ended[step]).float()
        surprise = rewards[step] + GAMMA * goes_on * ahead - values[step]
        later = advantages[step] = surprise + GAMMA * LAMBDA * goes_on * later
        ahead = values[step]
    return [column[alive] for column in (seen, actions, logs, advantages, advantages + values)]


def improve(actor, critic, optimiser, seen, acted, logs, advantages, returns):
    parameters = [*actor.parameters(), *critic.parameters()]
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(seen)).split(BATCH):
            choice = torch.distributions.Categorical(logits=actor(seen[rows]))
            ratio = (choice.log_prob(acted[rows]) - logs[rows]).exp()
            gain = advantages[rows]
            gain = (gain - gain.mean()) / (gain.std() + 1e-8)
            surrogate = torch.min(ratio * gain, ratio.clamp(1 - CLIP, 1 + CLIP) * gain).mean()
            error = (critic(seen[rows])[:, 0] - returns[rows]).square().mean()
            optimiser.zero_grad()
            (0.5 * error - surrogate - ENTROPY * choice.entropy().mean()).backward()
            nn.utils.clip_grad_norm_(parameters, 0.5)
            optimiser.step()


def train(game, minutes, path):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    play = Play(game)
    space, actions = play.games.single_observation_space, play.games.single_action_space
    actor, critic = perceptron(space.shape[0], int(actions.n), 0.01), perceptron(space.shape[0], 1, 1.0)
    optimiser = torch.optim.Adam([*actor.parameters(), *critic.parameters()], RATE, eps=1e-5)
    began = saved = time.monotonic()
    ticks = 0
    while time.monotonic() < began + 60 * minutes:
        improve(actor, critic, optimiser, *collect(play, actor, critic))
        ticks += STEPS * HOLD * play.rows
        if time.monotonic() >= saved + 60:
            saved = time.monotonic()
            store(path, actor, space, actions, game)
            print(f"{(saved - began) / 60:.0f} min, {ticks / 1e6:.1f} million agent-steps", flush=True)
    store(path, actor, space, actions, game)
    play.games.close()


def store(path, actor, space, actions, game):
    save(
        path, actor.state_dict(), observation=space, action=actions, network=layers_of(actor),
        pipeline=[{"step": "flatten"}], name="Pia", label="PPO against itself", game=f"arena/{game}-v0",
    )


if __name__ == "__main__":
    train(sys.argv[1], float(sys.argv[2]), sys.argv[3])
