"""Steps that choose, join and count: no pictures, no memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from arena.training.pipeline.step import (
    Array,
    Part,
    Rows,
    Setting,
    Step,
    chosen,
    number,
    numbers,
    position,
)

FLOAT = np.dtype(np.float32)


class Select(Step):
    """Keeps the leaves that are listed, in this order."""

    name = "select"
    keys = ("leaves",)

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        if not isinstance(given["leaves"], list | tuple) or not given["leaves"]:
            raise ValueError(f"leaves is {given['leaves']!r}, it must list paths")
        self._positions = [position(entry, parts) for entry in given["leaves"]]
        self.parts = tuple(parts[index] for index in self._positions)

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """Those arrays."""
        return [arrays[index] for index in self._positions]


class Flatten(Step):
    """Makes one vector of everything: each part in C order, one after the other."""

    name = "flatten"

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self._alone = len(parts) == 1 and len(parts[0].shape) == 1
        dtype = np.result_type(*(part.dtype for part in parts))
        self._dtype = FLOAT if len({part.dtype for part in parts}) > 1 and dtype.kind != "f" else dtype
        width = sum(int(np.prod(part.shape)) for part in parts)
        leaf = parts[0].leaf if len(parts) == 1 else None
        self.parts = (Part(parts[0].path, (width,), self._dtype, leaf),)

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """The vector of each row."""
        if self._alone:
            return arrays
        count = len(arrays[0])
        if len(arrays) == 1:
            return [arrays[0].reshape(count, -1)]
        flat = [array.reshape(count, -1) for array in arrays]
        return [np.concatenate(flat, axis=1, dtype=self._dtype)]


class Normalise(Step):
    """``(x - mean) / std``, or ``(x - mean) / sqrt(var + epsilon)``, cut at ``-clip`` and ``clip``."""

    name = "normalise"
    keys = ("mean", "std", "var", "epsilon", "clip", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        if ("std" in given) == ("var" in given):
            raise ValueError("it needs either std or var")
        if "epsilon" in given and "std" in given:
            raise ValueError("epsilon goes with var, not with std")
        mean = numbers(given, "mean", setting.tensors)
        if "std" in given:
            std = numbers(given, "std", setting.tensors)
        else:
            var = numbers(given, "var", setting.tensors)
            std = np.sqrt(var + number(given, "epsilon", 1e-8))
        self._clip = number(given, "clip") if given.get("clip") is not None else None
        self._on = [
            (index, _fitted(mean, std, parts[index], "mean"), _fitted(std, mean, parts[index], "std"))
            for index in chosen(given, parts)
        ]
        if not (std > 0).all():
            raise ValueError("std (or var + epsilon) must be above 0 everywhere")
        changed = {index for index, _, _ in self._on}
        self.parts = tuple(
            replace(part, dtype=FLOAT, leaf=None) if index in changed else part
            for index, part in enumerate(parts)
        )

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """In the wider of the types of what comes and of the statistics, then as float32."""
        changed = list(arrays)
        for index, mean, std in self._on:
            x = (arrays[index] - mean) / std
            if self._clip is not None:
                x = np.minimum(np.maximum(x, -self._clip), self._clip)
            changed[index] = x.astype(FLOAT, copy=False)
        return changed


def _fitted(values: Array, other: Array, part: Part, name: str) -> Array:
    """``values`` in the part's shape: one number for all, the shape itself, or as many in a row."""
    size = int(np.prod(part.shape))
    if values.size == 1:
        return values.reshape(())
    if values.size == size:
        return values.reshape(part.shape)
    try:
        return np.broadcast_to(values, part.shape)
    except ValueError:
        raise ValueError(
            f"normalise has {values.size} and {other.size} numbers, the input has {size}"
        ) from None
