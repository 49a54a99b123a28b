"""Steps that count: every number for itself, whatever the shape."""

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
    choice,
    chosen,
    number,
    numbers,
)

FLOAT = np.dtype(np.float32)


class OneHot(Step):
    """Codes a Discrete leaf as one 1 among zeros, a MultiDiscrete one as such codes after each other."""

    name = "one_hot"
    keys = ("on",)

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self._codes: dict[int, tuple[Array, Array, int]] = {}
        changed = list(parts)
        for index in chosen(given, parts):
            space = _space_of(parts[index], setting.plain)
            if space is None or space["type"] not in {"discrete", "multi_discrete"}:
                if "on" in given:
                    raise ValueError(f"{parts[index]} is no Discrete or MultiDiscrete leaf of the game")
                continue
            sizes, starts = np.atleast_1d(space.get("nvec", space.get("n"))), np.atleast_1d(space["start"])
            self._codes[index] = np.cumsum(sizes) - sizes - starts, sizes, int(sizes.sum())
            changed[index] = Part(parts[index].path, (int(sizes.sum()),), FLOAT)
        if not self._codes:
            raise ValueError("there is no Discrete or MultiDiscrete leaf to code")
        self.parts = tuple(changed)

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """Raises ``ValueError`` for a value that its space does not hold."""
        changed = list(arrays)
        for index, (offsets, sizes, width) in self._codes.items():
            places = arrays[index].reshape(len(arrays[index]), -1) + offsets
            first = np.cumsum(sizes) - sizes
            if (places < first).any() or (places >= first + sizes).any():
                raise ValueError(f"an observation holds a number outside its space at {self.parts[index]}")
            codes = np.zeros((len(places), width), FLOAT)
            np.put_along_axis(codes, places, 1, axis=1)
            changed[index] = codes
        return changed


def _space_of(part: Part, plain: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The space of an observation's leaf that no step has changed yet."""
    if part.leaf is None:
        return None
    for key in part.path:
        plain = plain["spaces"][key]
    return plain


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
            (index, _fitted(mean, parts[index], "mean"), _fitted(std, parts[index], "std"))
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


class Scale(Step):
    """``x / divide * times + plus``, as far as these are given."""

    name = "scale"
    keys = ("divide", "times", "plus", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self._work: list[tuple[int, list[tuple[np.ufunc, Array]]]] = []
        changed = list(parts)
        for index in chosen(given, parts):
            part = parts[index]
            wide = part.dtype if part.dtype == np.float64 else FLOAT
            operations: list[tuple[np.ufunc, Array]] = []
            for key, operation in (("divide", np.divide), ("times", np.multiply), ("plus", np.add)):
                if key in given:
                    values = numbers(given, key, setting.tensors)
                    operations.append((operation, _fitted(values, part, key).astype(wide)))
            if not operations or ("divide" in given and not operations[0][1].all()):
                raise ValueError("it needs divide, times or plus, and cannot divide by 0")
            self._work.append((index, operations))
            changed[index] = replace(part, dtype=FLOAT, leaf=None)
        self.parts = tuple(changed)

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """In float64 for what is float64, then as float32."""
        changed = list(arrays)
        for index, operations in self._work:
            x = arrays[index]
            x = x if x.dtype == np.float64 else x.astype(FLOAT)
            for operation, values in operations:
                x = operation(x, values)
            changed[index] = x.astype(FLOAT, copy=False)
        return changed


class Cast(Step):
    """Another type. Floats become whole numbers by cutting off what is behind the point."""

    name = "cast"
    keys = ("dtype", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self._dtype = np.dtype(choice(given, "dtype", None, ("float32", "float64", "uint8")))
        self._on = set(chosen(given, parts))
        self.parts = tuple(
            replace(part, dtype=self._dtype, leaf=None) if index in self._on else part
            for index, part in enumerate(parts)
        )

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """As NumPy casts."""
        return [
            array.astype(self._dtype) if index in self._on else array for index, array in enumerate(arrays)
        ]


def _fitted(values: Array, part: Part, name: str) -> Array:
    """``values`` in the part's shape: one number for all, the shape itself, or as many in a row."""
    size = int(np.prod(part.shape))
    if values.size == 1:
        return values.reshape(())
    if values.size == size:
        return values.reshape(part.shape)
    try:
        return np.broadcast_to(values, part.shape)
    except ValueError:
        raise ValueError(f"{name} has {values.size} numbers, the input has {size}") from None
