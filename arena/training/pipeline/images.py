"""Steps for pictures: an array of shape (height, width), or with channels behind that, as games give it."""

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
    numbers,
    pair,
    whole,
)

FLOAT = np.dtype(np.float32)
SIDE_MAX = 4096
REC_601 = (0.299, 0.587, 0.114)


def rounded(x: Array, dtype: np.dtype[Any]) -> Array:
    """``x`` in the type of a picture: the nearest whole number within its range, or just a float."""
    if dtype.kind not in "iu":
        return x.astype(dtype, copy=False)
    limits = np.iinfo(dtype)
    return np.clip(np.rint(x), limits.min, limits.max).astype(dtype)


class Grey(Step):
    """The sum of the three channels times ``weights``, rounded ``down`` or to the ``nearest``."""

    name = "grey"
    keys = ("weights", "round", "keep", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        weights = numbers({"weights": list(REC_601), **given}, "weights", setting.tensors)
        if weights.size != 3:
            raise ValueError(f"weights are {weights.size} numbers, three are needed: red, green, blue")
        self._weights = weights.astype(FLOAT).ravel()
        self._down = choice(given, "round", "down", ("down", "nearest")) == "down"
        self._keep = bool(given.get("keep", False))
        self._on = set(chosen(given, parts))
        self.parts = tuple(
            self._grey(part) if index in self._on else part for index, part in enumerate(parts)
        )

    def _grey(self, part: Part) -> Part:
        if len(part.shape) != 3 or part.shape[2] != 3:
            raise ValueError(f"it needs a picture of shape (height, width, 3), this is {part}")
        return replace(part, shape=(*part.shape[:2], 1) if self._keep else part.shape[:2], leaf=None)

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """Computed in float32."""
        changed = list(arrays)
        for index in self._on:
            dtype = arrays[index].dtype
            grey = arrays[index].astype(FLOAT) @ self._weights
            grey = grey.astype(dtype) if self._down else rounded(grey, dtype)
            changed[index] = grey[..., None] if self._keep else grey
        return changed


class Crop(Step):
    """A rectangle of the picture."""

    name = "crop"
    keys = ("top", "left", "size", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self._top = whole(given, "top", 0, low=0, high=SIDE_MAX)
        self._left = whole(given, "left", 0, low=0, high=SIDE_MAX)
        self._height, self._width = pair(given, "size", low=1, high=SIDE_MAX)
        self._on = set(chosen(given, parts))
        self.parts = tuple(
            self._cropped(part) if index in self._on else part for index, part in enumerate(parts)
        )

    def _cropped(self, part: Part) -> Part:
        height, width = _sides(part)
        if self._top + self._height > height or self._left + self._width > width:
            raise ValueError(f"the rectangle reaches beyond {part}")
        return replace(part, shape=(self._height, self._width, *part.shape[2:]), leaf=None)

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """Views of what came."""
        down, across = (
            slice(self._top, self._top + self._height),
            slice(self._left, self._left + self._width),
        )
        return [array[:, down, across] if index in self._on else array for index, array in enumerate(arrays)]


class Resize(Step):
    """Another size, by one of the methods of ``_WEIGHTS``."""

    name = "resize"
    keys = ("size", "method", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self._size = pair(given, "size", low=1, high=SIDE_MAX)
        self._method = choice(given, "method", "area", tuple(_WEIGHTS))
        self._matrices: dict[int, tuple[Array, Array]] = {}
        for index in chosen(given, parts):
            height, width = _sides(parts[index])
            down, across = (
                _WEIGHTS[self._method](new, old) for new, old in zip(self._size, (height, width), strict=True)
            )
            self._matrices[index] = down, across
        self.parts = tuple(
            replace(part, shape=(*self._size, *part.shape[2:]), leaf=None)
            if index in self._matrices
            else part
            for index, part in enumerate(parts)
        )

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """First down, then across; each channel for itself."""
        changed = list(arrays)
        for index, (down, across) in self._matrices.items():
            x = arrays[index]
            if self._method.endswith("nearest"):
                changed[index] = x[:, down.argmax(axis=1)][:, :, across.argmax(axis=1)]
                continue
            planes = np.moveaxis(x, -1, 1) if x.ndim == 4 else x
            y = down @ planes.astype(FLOAT) @ across.T
            changed[index] = rounded(np.moveaxis(y, 1, -1) if x.ndim == 4 else y, x.dtype)
        return changed


def _sides(part: Part) -> tuple[int, int]:
    if len(part.shape) not in {2, 3} or not part.shape[0] or not part.shape[1]:
        raise ValueError(f"it needs a picture, (height, width) with or without channels, this is {part}")
    return part.shape[0], part.shape[1]


def _area(new: int, old: int) -> Array:
    """Each new pixel is the mean of the old ones under it, by how much of each it covers."""
    edges = np.arange(new + 1) * (old / new)
    pixels = np.arange(old)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    weights = np.maximum(covered, 0)
    shares: Array = weights / weights.sum(axis=1, keepdims=True)
    return shares.astype(FLOAT)


def _bilinear(new: int, old: int) -> Array:
    """Between the old pixels whose centres lie on either side of the new one's."""
    return _between((np.arange(new) + 0.5) * (old / new) - 0.5, old)


def _supersuit_bilinear(new: int, old: int) -> Array:
    """As above, but places count between the outermost centres, so that even the same size is smoothed."""
    return _between((np.arange(new) + 0.5) * ((old - 1) / new), old)


def _between(places: Array, old: int) -> Array:
    places = np.clip(places, 0, old - 1)
    low = np.floor(places).astype(int)
    weights = np.zeros((len(places), old), FLOAT)
    np.add.at(weights, (np.arange(len(places)), low), 1 - (places - low))
    np.add.at(weights, (np.arange(len(places)), np.minimum(low + 1, old - 1)), places - low)
    return weights


def _nearest(new: int, old: int) -> Array:
    """The old pixel in which the new one's upper left corner lies."""
    return np.eye(old, dtype=FLOAT)[np.arange(new) * old // new]


def _supersuit_nearest(new: int, old: int) -> Array:
    """The old pixel in which the new one's centre lies."""
    return np.eye(old, dtype=FLOAT)[(2 * np.arange(new) + 1) * old // (2 * new)]


_WEIGHTS = {
    "area": _area,
    "bilinear": _bilinear,
    "nearest": _nearest,
    "supersuit_bilinear": _supersuit_bilinear,
    "supersuit_nearest": _supersuit_nearest,
}
"""Method -> matrix of shape (new, old) that says how much of each old pixel makes up each new one."""
