"""Functions that decide for a batch, right and wrong ones."""

from __future__ import annotations

from typing import Any

import numpy as np

NOT_A_FUNCTION = 3


def first_legal(batch: Any) -> Any:
    """Takes the first legal action."""
    return batch.masks.argmax(axis=1)


def threshold(batch: Any, limit: float = 0.0, low: int = 2) -> Any:
    return [low + int(row.sum() > limit) for row in batch.observations]


def nested(batch: Any) -> Any:
    board, extra = batch.observations["board"], batch.observations["extra"]
    assert board.shape == (len(batch), 2, 2)
    assert isinstance(extra, tuple)
    return extra[0] + board.sum(axis=(1, 2))


def too_many(batch: Any) -> Any:
    return [0] * (len(batch) + 1)


def broken(batch: Any) -> Any:
    batch.observations[:] = 0
    raise RuntimeError("out of paper")


def draws(batch: Any) -> Any:
    return np.array([rng.integers(2, 7) for rng in batch.generators])


class Counter:
    """Counts what each seat was asked."""

    name = "Conny"
    deterministic = True

    def __init__(self, start: int = 2) -> None:
        self.start = start

    def __call__(self, batch: Any) -> Any:
        for memory in batch.memories:
            memory["asked"] = memory.get("asked", self.start - 1) + 1
        return [memory["asked"] for memory in batch.memories]


class Mute:
    """Has no call."""


class Moody:
    def __init__(self) -> None:
        raise RuntimeError("not today")
