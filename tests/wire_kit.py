"""What tests of seats in other processes share: seats, policy files, and a driver of one controller."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.games.entry import CatalogEntry
from arena.match.controller import Controller, Decision, EpisodeStart, Notice, Request, Seat
from arena.match.kinds import BuildContext
from arena.training.policy_file import MLP_KEY
from arena.waker import Waker
from arena.wire.arrays import Layout
from arena.wire.spaces import describe

TICTACTOE = CatalogEntry(
    "classic/tictactoe-v3", "Tic-tac-toe", "", "sequential", "wait", information="perfect"
)
PAIR = CatalogEntry("test/pair", "Pair", "", "simultaneous", "realtime", hz=60)
BOARD = spaces.Dict(
    {
        "observation": spaces.Box(0, 1, (3, 3, 2), np.int8),
        "action_mask": spaces.Box(0, 1, (9,), np.int8),
    }
)
VECTOR, PUSH = spaces.Box(-1, 1, (4,), np.float32), spaces.Box(-1, 1, (2,), np.float32)
PATIENCE_S = 20.0
"""Only ever waited for in full by a test that fails."""


def board_seats(*agents: str) -> tuple[Seat, ...]:
    return tuple(Seat(agent, BOARD, spaces.Discrete(9)) for agent in agents or ("player_1", "player_2"))


def vector_seats(*agents: str) -> tuple[Seat, ...]:
    return tuple(Seat(agent, VECTOR, PUSH) for agent in agents)


def context(seats: tuple[Seat, ...], entry: CatalogEntry = TICTACTOE) -> BuildContext:
    return BuildContext(entry, seats, "wait")


def board(first_legal: int = 0) -> dict[str, Any]:
    mask = np.zeros(9, np.int8)
    mask[first_legal:] = 1
    return {"observation": np.zeros((3, 3, 2), np.int8), "action_mask": mask}


def save_policy(
    path: Path, observation: spaces.Space[Any], action: spaces.Space[Any], /, **more: Any
) -> dict[str, Any]:
    """Write a policy file with random weights, two layers of eight; gives its tensors."""
    from safetensors.numpy import save_file

    leaves = Layout(describe(observation)).leaves
    inputs = [list(leaf.path) for leaf in leaves if leaf.path != ("action_mask",)]
    width = sum(int(np.prod(leaf.shape)) for leaf in leaves if leaf.path != ("action_mask",))
    outputs = int(action.n) if isinstance(action, spaces.Discrete) else int(np.prod(action.shape or ()))
    rng, sizes = np.random.default_rng(4), (width, 8, 8, outputs)
    tensors: dict[str, Any] = {"log_std": np.full(outputs, -1)}
    tensors |= {"mean": rng.normal(size=width), "std": rng.uniform(1, 2, width)}
    for number in range(3):
        tensors[f"{number}.weight"] = rng.normal(size=(sizes[number + 1], sizes[number]))
        tensors[f"{number}.bias"] = rng.normal(size=sizes[number + 1])
    tensors = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
    spec = {
        "format": 1,
        "name": "Pia",
        "observation": describe(observation),
        "action": describe(action),
        "inputs": inputs,
        "normalise": {"mean": "mean", "std": "std", "clip": 3.0},
        "layers": [
            {"weight": f"{number}.weight", "bias": f"{number}.bias", "activation": activation}
            for number, activation in enumerate(("tanh", "relu", "none"))
        ],
        "log_std": "log_std",
        **more,
    }
    save_file(tensors, path, metadata={MLP_KEY: json.dumps(spec)})
    return tensors


def forward(tensors: dict[str, Any], flat: Any) -> Any:
    """The same network, written out plainly."""
    x = np.clip((flat - tensors["mean"]) / tensors["std"], -3, 3)
    x = np.tanh(tensors["0.weight"] @ x + tensors["0.bias"])
    x = np.maximum(tensors["1.weight"] @ x + tensors["1.bias"], 0)
    return tensors["2.weight"] @ x + tensors["2.bias"]


class Driver:
    """Stands in for a match: resets, asks and waits for one controller, sleeping in a real waker."""

    def __init__(
        self, controller: Controller, seats: tuple[Seat, ...], entry: CatalogEntry = TICTACTOE
    ) -> None:
        self.controller, self.seats, self.entry = controller, seats, entry
        self.waker = Waker()
        self.notices: list[Notice] = []
        self.decisions: list[Decision] = []
        self._next_id = 0

    def reset(self, episode: int = 0, seed: int = 11, match_id: str = "M1", **more: Any) -> None:
        self.start = EpisodeStart(
            match_id=match_id,
            episode=episode,
            game=self.entry,
            seats=self.seats,
            seeds={seat.agent: seed + number for number, seat in enumerate(self.seats)},
            mid_episode=False,
            wake=self.waker.wake,
            clock=time.monotonic,
            **more,
        )
        self.controller.reset(self.start)

    def ready(self) -> None:
        self.until(lambda: self.controller.readiness() is None)

    def poll(self) -> None:
        for item in self.controller.poll():
            (self.notices if isinstance(item, Notice) else self.decisions).append(item)  # type: ignore[arg-type]

    def until(self, condition: Any, patience_s: float = PATIENCE_S) -> None:
        """Poll at every wake-up (and now and then) until ``condition()``."""
        give_up = time.monotonic() + patience_s
        while True:
            self.poll()
            if condition():
                return
            assert time.monotonic() < give_up, (
                f"{self.controller.readiness()}; {self.notices}; {self.decisions}"
            )
            self.waker.wait(0.05)

    def ask(self, observations: dict[str, Any], **more: Any) -> list[int]:
        rows = []
        for agent, observation in observations.items():
            self._next_id += 1
            legal = observation["action_mask"] if isinstance(observation, dict) else None
            rows.append(Request(agent, self._next_id, observation, legal, more.pop("tick", 0), **more))
        self.controller.request(rows)
        return [row.request_id for row in rows]

    def answers(self, observations: dict[str, Any], **more: Any) -> list[Any]:
        """Ask, wait for all answers, and give the actions in the order of the observations."""
        ids = self.ask(observations, **more)
        self.until(lambda: {decision.request_id for decision in self.decisions} >= set(ids))
        found = {decision.request_id: decision.action for decision in self.decisions}
        return [found[number] for number in ids]

    def kinds(self) -> list[str]:
        return [notice.kind for notice in self.notices]

    def close(self) -> None:
        self.controller.close()
        self.waker.close()
