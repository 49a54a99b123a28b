"""Steps that choose and rearrange numbers and change none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from arena.training.pipeline.step import Array, Part, Rows, Setting, Step, chosen, position

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


class Transpose(Step):
    """The axes in another order, such as ``[2, 0, 1]`` for the channels first."""

    name = "transpose"
    keys = ("axes", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        axes = given["axes"]
        self._on = set(chosen(given, parts))
        for index in self._on:
            if sorted(axes) != list(range(len(parts[index].shape))):
                raise ValueError(f"axes {axes} are not those of {parts[index]}, each once, from 0")
        self._order = (0, *(axis + 1 for axis in axes))
        self.parts = tuple(
            replace(part, shape=tuple(part.shape[axis] for axis in axes), leaf=None)
            if index in self._on
            else part
            for index, part in enumerate(parts)
        )

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """In C order."""
        return [
            np.ascontiguousarray(array.transpose(self._order)) if index in self._on else array
            for index, array in enumerate(arrays)
        ]


class Pad(Step):
    """Zeros behind every axis up to ``shape``: agents with short observations share a network with others."""

    name = "pad"
    keys = ("shape", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        wanted = given["shape"]
        if not isinstance(wanted, list | tuple) or not all(type(length) is int for length in wanted):
            raise ValueError(f"shape is {wanted!r}, it must list whole numbers")
        self._on = set(chosen(given, parts))
        for index in self._on:
            shape = parts[index].shape
            if len(shape) != len(wanted) or any(np.greater(shape, wanted)):
                raise ValueError(f"{parts[index]} cannot be padded to {list(wanted)}")
        self.parts = tuple(
            replace(part, shape=tuple(wanted), leaf=None) if index in self._on else part
            for index, part in enumerate(parts)
        )

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """New arrays, but where nothing is missing."""
        changed = list(arrays)
        for index in self._on:
            array, shape = arrays[index], self.parts[index].shape
            if array.shape[1:] != shape:
                wide = np.zeros((len(array), *shape), array.dtype)
                wide[tuple(slice(length) for length in array.shape)] = array
                changed[index] = wide
        return changed
