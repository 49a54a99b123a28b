"""Networks with the names, shapes and forward passes of CleanRL's: what each would play for ``x``."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn


class Net(nn.Module):  # type: ignore[misc]  # what torch says of its types is not looked at
    """Base: made so that different inputs give different actions, with biases too."""

    def settle(self) -> None:
        for parameter in self.parameters():
            if parameter.ndim == 1:
                nn.init.normal_(parameter, std=0.05)
            else:
                nn.init.orthogonal_(parameter, 2.0)


def perceptron(activation: type[nn.Module], *widths: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), activation()]
    return nn.Sequential(*layers[:-1])


def convolutions(channels: int, *, last: bool = True) -> list[nn.Module]:
    layers = [nn.Conv2d(channels, 32, 8, stride=4), nn.ReLU(), nn.Conv2d(32, 64, 4, stride=2), nn.ReLU()]
    return [*layers, nn.Conv2d(64, 64, 3, stride=1), *([nn.ReLU()] if last else []), nn.Flatten()]


class Ppo(Net):
    def __init__(self) -> None:
        super().__init__()
        self.critic = perceptron(nn.Tanh, 6, 64, 64, 1)
        self.actor = perceptron(nn.Tanh, 6, 64, 64, 5)

    def native(self, x: Tensor) -> Any:
        return self.actor(x).argmax(1)


class PpoContinuous(Net):
    def __init__(self) -> None:
        super().__init__()
        self.critic = perceptron(nn.Tanh, 6, 64, 64, 1)
        self.actor_mean = perceptron(nn.Tanh, 6, 64, 64, 2)
        self.actor_logstd = nn.Parameter(torch.full((1, 2), -0.7))

    def native(self, x: Tensor) -> Any:
        return self.actor_mean(x).clamp(-1, 1)


class PpoAtari(Net):
    def __init__(self, channels: int = 4) -> None:
        super().__init__()
        self.network = nn.Sequential(*convolutions(channels), nn.Linear(64 * 7 * 7, 512), nn.ReLU())
        self.actor, self.critic = nn.Linear(512, 5), nn.Linear(512, 1)

    def native(self, x: Tensor) -> Any:
        return self.actor(self.network(x / 255.0)).argmax(1)


class PpoPettingzoo(PpoAtari):
    def __init__(self) -> None:
        super().__init__(6)

    def native(self, x: Tensor) -> Any:
        x = x.clone()
        x[:, :, :, [0, 1, 2, 3]] /= 255.0
        return self.actor(self.network(x.permute(0, 3, 1, 2))).argmax(1)


class PpoAtariLstm(Net):
    def __init__(self) -> None:
        super().__init__()
        self.network = nn.Sequential(*convolutions(1), nn.Linear(64 * 7 * 7, 512), nn.ReLU())
        self.lstm = nn.LSTM(512, 128)
        self.actor, self.critic = nn.Linear(128, 5), nn.Linear(128, 1)

    def native(self, x: Tensor) -> Any:
        """One seat that sees all of it in turn."""
        hidden, _ = self.lstm(self.network(x / 255.0)[:, None])
        return self.actor(hidden[:, 0]).argmax(1)


class Dqn(Net):
    def __init__(self) -> None:
        super().__init__()
        self.network = perceptron(nn.ReLU, 6, 120, 84, 5)

    def native(self, x: Tensor) -> Any:
        return self.network(x).argmax(1)


class DqnAtari(Net):
    def __init__(self, outputs: int = 5) -> None:
        super().__init__()
        head = nn.Linear(64 * 7 * 7, 512), nn.ReLU(), nn.Linear(512, outputs)
        self.network = nn.Sequential(*convolutions(4), *head)

    def native(self, x: Tensor) -> Any:
        return self.network(x / 255.0).argmax(1)


def expected(logits: Tensor, atoms: Tensor) -> Tensor:
    return (logits.view(len(logits), -1, len(atoms)).softmax(2) * atoms).sum(2)


class C51(Net):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("atoms", torch.linspace(-10, 10, steps=11))
        self.network = perceptron(nn.ReLU, 6, 120, 84, 5 * 11)

    def native(self, x: Tensor) -> Any:
        return expected(self.network(x), self.atoms).argmax(1)


class C51Atari(DqnAtari):
    def __init__(self) -> None:
        super().__init__(5 * 11)
        self.register_buffer("atoms", torch.linspace(-10, 10, steps=11))

    def native(self, x: Tensor) -> Any:
        return expected(self.network(x / 255.0), self.atoms).argmax(1)


class SacAtari(Net):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Sequential(*convolutions(4, last=False))
        self.fc1, self.fc_logits = nn.Linear(64 * 7 * 7, 512), nn.Linear(512, 5)

    def native(self, x: Tensor) -> Any:
        hidden = self.fc1(self.conv(x / 255.0).relu()).relu()
        return self.fc_logits(hidden).argmax(1)


class Stretching(Net):
    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(6, 256), nn.Linear(256, 256)
        self.register_buffer("action_scale", torch.tensor([1.0, 1.0]))
        self.register_buffer("action_bias", torch.tensor([0.0, 0.0]))

    def hidden(self, x: Tensor) -> Tensor:
        given: Tensor = self.fc2(self.fc1(x).relu()).relu()
        return given


class Td3(Stretching):
    def __init__(self) -> None:
        super().__init__()
        self.fc_mu = nn.Linear(256, 2)

    def native(self, x: Tensor) -> Any:
        return torch.tanh(self.fc_mu(self.hidden(x))) * self.action_scale + self.action_bias


class Sac(Stretching):
    def __init__(self) -> None:
        super().__init__()
        self.fc_mean, self.fc_logstd = nn.Linear(256, 2), nn.Linear(256, 2)

    def native(self, x: Tensor) -> Any:
        return torch.tanh(self.fc_mean(self.hidden(x))) * self.action_scale + self.action_bias

    def drawn(self, x: Tensor, noise: Tensor) -> Tensor:
        hidden = self.hidden(x)
        log_std = -5 + 0.5 * (2 + 5) * (torch.tanh(self.fc_logstd(hidden)) + 1)
        squashed = torch.tanh(self.fc_mean(hidden) + log_std.exp() * noise)
        return squashed * self.action_scale + self.action_bias


class Own(Net):
    """Of nobody's layout; made with spaces, as CleanRL's are."""

    def __init__(self, envs: Any) -> None:
        super().__init__()
        (width,), outputs = envs.single_observation_space.shape, int(envs.single_action_space.n)
        self.first, self.second = nn.Linear(width, 16), nn.Linear(16, outputs)

    def forward(self, x: Tensor) -> Tensor:
        given: Tensor = self.second(torch.sigmoid(self.first(x)))
        return given

    def native(self, x: Tensor) -> Any:
        return self(x).argmax(1)


class OwnPair(Net):
    """Gives a mean and a logarithm of the deviation."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(6, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean = self.first(x)
        return mean, torch.full_like(mean, -1.0)

    def native(self, x: Tensor) -> Any:
        return self.first(x).clamp(-1, 1)


class Headless(Net):
    """Has no forward pass, like CleanRL's agents."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(6, 5)
