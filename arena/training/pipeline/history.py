"""Steps that remember what a seat saw before; a new episode begins with nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from arena.training.pipeline.step import Array, Part, Rows, SeatMemory, Setting, Step, choice, chosen, whole

FRAMES_MAX = 64
Frames = deque[Array]


class _Remembering(Step):
    """Keeps the last ``n`` of every part it works on, for each seat."""

    is_stateful = True
    _n: int
    _on: list[int]
    _number: int
    _zeros: list[Array] | None = None

    def _remember(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self._n = whole(given, "n", low=1, high=FRAMES_MAX)
        self._on = chosen(given, parts)
        self._number = setting.number

    def _frames(self, memory: SeatMemory, row: int, arrays: Sequence[Array]) -> list[Frames]:
        """The last ``n``, oldest first, of each part, what came now included."""
        newest = [arrays[index][row].copy() for index in self._on]  # the batch's memory is not ours
        kept: list[Frames] | None = memory.get(self._number)
        if kept is None:
            before = self._zeros or newest
            kept = [deque([frame] * self._n, self._n) for frame in before]
            memory[self._number] = kept
        for frames, frame in zip(kept, newest, strict=True):
            frames.append(frame)
        return kept


class Stack(_Remembering):
    """The last ``n`` observations together, oldest first."""

    name = "stack"
    keys = ("n", "axis", "join", "start", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self._remember(given, parts, setting)
        self._axis = whole(given, "axis", -1, low=-4, high=3)
        self._new_axis = choice(given, "join", "concat", ("concat", "stack")) == "stack"
        self._axes: dict[int, int] = {}
        changed = list(parts)
        for index in self._on:
            changed[index], self._axes[index] = self._stacked(parts[index])
        self.parts = tuple(changed)
        if choice(given, "start", "zero", ("zero", "repeat")) == "zero":
            self._zeros = [np.zeros(parts[index].shape, parts[index].dtype) for index in self._on]

    def _stacked(self, part: Part) -> tuple[Part, int]:
        axes = len(part.shape) + self._new_axis
        if not -axes <= self._axis < axes:
            wish = "join it with `stack`, which makes a new one" if not axes else f"it has {axes}"
            raise ValueError(f"{part} has no axis {self._axis}; {wish}")
        axis = self._axis % axes
        shape = list(part.shape)
        if self._new_axis:
            shape.insert(axis, self._n)
        else:
            shape[axis] *= self._n
        return replace(part, shape=tuple(shape), leaf=None), axis

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """Whatever a seat was asked about before, with what it is asked about now."""
        join = np.stack if self._new_axis else np.concatenate
        changed = list(arrays)
        for index in self._on:
            changed[index] = np.empty((len(arrays[index]), *self.parts[index].shape), arrays[index].dtype)
        for row, memory in enumerate(rows.memories):
            for index, frames in zip(self._on, self._frames(memory, row, arrays), strict=True):
                join(tuple(frames), axis=self._axes[index], out=changed[index][row])
        return changed


class Max(_Remembering):
    """The largest of the last ``n`` values, number by number: sprites that flicker stay in sight."""

    name = "max"
    keys = ("n", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self._remember(given, parts, setting)
        self.parts = tuple(
            replace(part, leaf=None) if index in self._on else part for index, part in enumerate(parts)
        )

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """Of what a seat saw lately."""
        changed = list(arrays)
        for index in self._on:
            changed[index] = np.empty_like(arrays[index])
        for row, memory in enumerate(rows.memories):
            for index, frames in zip(self._on, self._frames(memory, row, arrays), strict=True):
                changed[index][row] = np.maximum.reduce(list(frames))
        return changed
