"""What tests of backends share: batches as the desk makes them, and random policy files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.training.policy_file import save
from arena.wire.arrays import Layout
from arena.wire.messages import Act, Group, Hello
from arena.wire.spaces import describe
from workers.backends.contract import Batch, Seat, Session

VECTOR = spaces.Box(-5, 5, (6,), np.float32)
PICTURE = spaces.Box(0, 255, (12, 10, 3), np.uint8)
FIVE: spaces.Discrete[Any] = spaces.Discrete(5, start=2)


def hello_for(
    observation: spaces.Space[Any], action: spaces.Space[Any], *agents: str, **options: str
) -> Hello:
    group = Group(agents or ("a",), describe(observation), describe(action))
    return Hello("M", "g", "s", (group,), options=options)


def seats_for(
    observation: spaces.Space[Any], action: spaces.Space[Any], *agents: str, seed: int = 0
) -> list[Seat]:
    """Seats of one session, as after a reset."""
    hello = hello_for(observation, action, *agents)
    layouts = (Layout(describe(observation)),), (Layout(describe(action)),)
    session = Session(hello, *layouts, ("k",))
    return [
        Seat(agent, session, seed + number, np.random.default_rng(seed + number))
        for number, agent in enumerate(agents)
    ]


def batch_of(
    seats: Sequence[Seat], observations: Sequence[Any], legal: Any = None, ticks: Sequence[int] = ()
) -> Batch:
    """One request each of some seats."""
    session = seats[0].session
    masks = None if legal is None else np.array(legal, np.int8)
    acts = [Act("M", 0, tick, ()) for tick in ticks or [0] * len(seats)]
    arrays = session.observations[0].stack(observations)
    return Batch(session.observations[0], session.actions[0], arrays, masks, seats, acts)


def random_tensors(seed: int = 0, **shapes: tuple[int, ...]) -> dict[str, Any]:
    """Small random weights; double underscores in names become dots."""
    rng = np.random.default_rng(seed)
    return {
        name.replace("__", "."): (rng.normal(size=shape) / np.sqrt(shape[-1])).astype(np.float32)
        for name, shape in shapes.items()
    }


def vector_policy(
    path: Path, action: spaces.Space[Any] = FIVE, outputs: int = 5, **more: Any
) -> dict[str, Any]:
    """Write a perceptron for :data:`VECTOR`; gives its tensors."""
    tensors = random_tensors(
        a__weight=(8, 6),
        a__bias=(8,),
        b__weight=(8, 8),
        b__bias=(8,),
        c__weight=(outputs, 8),
        c__bias=(outputs,),
    )
    layers: list[dict[str, Any]] = [
        {"layer": "linear", "of": "a"},
        {"layer": "tanh"},
        {"layer": "residual", "layers": [{"layer": "linear", "of": "b"}, {"layer": "relu"}]},
        {"layer": "linear", "of": "c"},
    ]
    save(path, tensors, observation=VECTOR, action=action, network=layers, **more)
    return tensors


def vectors(count: int, seed: int = 0) -> list[Any]:
    return list(np.random.default_rng(seed).uniform(-5, 5, (count, 6)).astype(np.float32))
