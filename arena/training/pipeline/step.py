"""What a step of a pipeline is, and how it reads what it was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.wire.arrays import Leaf, Path
from arena.wire.spaces import show

Array = NDArray[Any]
SeatMemory = dict[int, Any]
"""What the steps keep for one seat and episode, by the number of the step."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the arrays between two steps, without its rows."""

    path: Path
    """Of the leaf it began as; of several that were joined, the first's."""
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    leaf: Leaf | None = None
    """The observation's leaf while its values are still the game's own."""

    def __str__(self) -> str:
        return f"{show(self.path)} {self.dtype.name}{list(self.shape)}"


class Rows(NamedTuple):
    """Whose observations these are."""

    agents: Sequence[str]
    memories: Sequence[SeatMemory]


@dataclass(frozen=True, slots=True)
class Setting:
    """What steps may need to know when they are made."""

    number: int
    """Of the step in its pipeline, from 0."""
    tensors: Mapping[str, Array]
    """Of the policy's file, by name."""
    plain: Mapping[str, Any]
    """The observation space."""


class Step:
    """Base of steps. ``ValueError``, ``TypeError`` and ``KeyError`` of its constructor become one error that
    names the step.
    """

    name: ClassVar[str] = ""
    keys: ClassVar[tuple[str, ...]] = ()
    """Of its JSON object, beside ``step``."""
    is_stateful: ClassVar[bool] = False

    parts: tuple[Part, ...]
    """What it gives, set by the constructor."""

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        raise NotImplementedError

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """New arrays (or the same) for arrays of shape ``(rows, *part)``; what came is not changed."""
        raise NotImplementedError


def whole(given: Mapping[str, Any], key: str, default: int | None = None, *, low: int, high: int) -> int:
    """A whole number of a step from ``low`` to ``high``."""
    value = given.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{key} is {value!r}, it must be a whole number from {low} to {high}")
    return value


def number(given: Mapping[str, Any], key: str, default: float | None = None) -> float:
    """A finite number of a step."""
    value = given.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not np.isfinite(value):
        raise ValueError(f"{key} is {value!r}, it must be a number")
    return float(value)


def choice(given: Mapping[str, Any], key: str, default: str | None, allowed: Sequence[str]) -> str:
    """One of some words."""
    value = given.get(key, default)
    if value not in allowed:
        raise ValueError(f"{key} is {value!r}, it must be one of {', '.join(allowed)}")
    return str(value)


def pair(given: Mapping[str, Any], key: str, *, low: int, high: int) -> tuple[int, int]:
    """Two whole numbers, such as a height and a width."""
    value = given.get(key)
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"{key} is {value!r}, it must list two whole numbers")
    first, second = (whole({key: item}, key, low=low, high=high) for item in value)
    return first, second


def numbers(given: Mapping[str, Any], key: str, tensors: Mapping[str, Array]) -> Array:
    """A tensor by its name, or numbers that are written out (as float64)."""
    value = given.get(key)
    if isinstance(value, str):
        if value not in tensors:
            known = ", ".join(sorted(tensors)[:20]) or "none"
            raise ValueError(f"{key} names the tensor {value!r}, which is not in the file; it has {known}")
        found = np.asarray(tensors[value])
    else:
        found = np.asarray(value, np.float64) if value is not None else np.zeros(0)
    if not found.size or not np.isfinite(found).all():
        raise ValueError(f"{key} must name a tensor or hold finite numbers, it is {str(value)[:80]}")
    return found


def chosen(given: Mapping[str, Any], parts: Sequence[Part]) -> list[int]:
    """The parts a step works on: those that ``on`` lists, else all."""
    if "on" not in given:
        return list(range(len(parts)))
    return [position(entry, parts) for entry in given["on"]]


def position(entry: Any, parts: Sequence[Part]) -> int:
    """Where the part of a path stands; a path of one key may be written as that key."""
    path = (entry,) if isinstance(entry, str | int) else tuple(entry)
    for index, part in enumerate(parts):
        if part.path == path:
            return index
    known = ", ".join(show(part.path) for part in parts)
    raise ValueError(f"there is no {show(path)} at this step; there is {known}")
