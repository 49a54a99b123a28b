"""What a batch of games reads and writes: named arrays, of this process's own or in memory that two share."""

from __future__ import annotations

import mmap
import os
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.games.shared_memory import reserve

_ALIGNED = 64


class Field(NamedTuple):
    """One array: a row a copy, each of ``shape``."""

    shape: tuple[int, ...]
    dtype: str


def fields(agents: int, observation: tuple[int, ...], seen: str, action: tuple[int, ...]) -> dict[str, Field]:
    """The arrays of a game with ``agents``, for the shapes of one agent's observation (of the dtype ``seen``)
    and action; an empty action shape means numbers of listed actions.
    """
    return {
        "actions": Field((agents, *action), "float32" if action else "int64"),
        "observations": Field((agents, *observation), seen),
        "final_observations": Field((agents, *observation), seen),
        "rewards": Field((agents,), "float32"),
        "terminated": Field((agents,), "bool"),
        "truncated": Field((agents,), "bool"),
        "alive": Field((agents,), "bool"),
        "scores": Field((agents,), "float64"),
        "over": Field((), "bool"),
        "seeds": Field((), "int64"),
    }


class Board(dict[str, NDArray[Any]]):
    """Name -> array of shape ``(copies, *shape)``."""

    def part(self, first: int, last: int) -> Board:
        """The rows of copies ``first`` up to ``last``, sharing their memory."""
        return Board({name: array[first:last] for name, array in self.items()})


def own(layout: Mapping[str, Field], copies: int) -> Board:
    """A board in memory of this process."""
    return Board({name: np.zeros((copies, *field.shape), field.dtype) for name, field in layout.items()})


class SharedBoard:
    """A board in a mapped file. The first to open it makes the file; unlink it once the others have it."""

    def __init__(self, layout: Mapping[str, Field], copies: int, path: Path | None = None) -> None:
        sizes = {
            name: _padded(copies * prod(one.shape) * np.dtype(one.dtype).itemsize)
            for name, one in layout.items()
        }
        if path is None:
            descriptor, self.path = reserve(sum(sizes.values()))
        else:
            descriptor, self.path = os.open(path, os.O_RDWR), path
        try:
            memory = mmap.mmap(descriptor, sum(sizes.values()))
        finally:
            os.close(descriptor)
        self.board, at = Board(), 0
        for name, one in layout.items():
            count = copies * prod(one.shape)
            array = np.frombuffer(memory, one.dtype, count, at)
            self.board[name] = array.reshape((copies, *one.shape))
            at += sizes[name]


def _padded(size: int) -> int:
    return max(_ALIGNED, (size + _ALIGNED - 1) // _ALIGNED * _ALIGNED)
