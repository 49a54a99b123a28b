"""Values of spaces as raw frames: flattened to leaves, the seats of a group stacked on axis 0.

A space is a tree; its leaves are arrays of fixed type and shape. A leaf's path lists Dict keys (in sorted
order) and Tuple indices from the root, ``[]`` for a space that is one leaf. Box keeps its type; Discrete is
int64 of shape ``()`` and holds the value itself (``start`` not subtracted); MultiDiscrete is int64,
MultiBinary int8. One frame holds one leaf of all seats: C order, little-endian, shape ``(seats, *leaf)``.
Nothing is ever sent as a list of numbers, nothing pickled.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.errors import WireError
from arena.wire import limits
from arena.wire.spaces import DTYPE_NAMES, DTYPES, Plain, check, shape_of, show

_COPIED_BYTES = 65_536
"""Frames from this size on are views: to copy them would cost more than to keep track of them."""

Path = tuple[str | int, ...]
Frame = bytes | memoryview


class NamedArray(NamedTuple):
    """One leaf of all seats: ``data`` has the shape ``(seats, *leaf)``."""

    path: Path
    data: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One array that a space flattens to."""

    path: Path
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    scalar: bool
    """Discrete: a value is an ``int``, not an array."""


class Layout:
    """How values of one space become arrays and come back.

    Raises :class:`WireError` for a space that cannot cross the wire.
    """

    def __init__(self, plain: Plain) -> None:
        check(plain)
        self.plain = plain
        self.leaves = tuple(_leaves(plain, ()))
        self._is_number = plain["type"] == "discrete"
        self.row_bytes = sum(math.prod(leaf.shape) * leaf.dtype.itemsize for leaf in self.leaves)
        """Bytes of one seat's value."""

    def stack(self, values: Sequence[Any], *, strict: bool = False) -> tuple[NamedArray, ...]:
        """One array a leaf from one value a seat.

        Values are cast to the declared types, as the space promises them; ``strict`` casts nothing that would
        change. Raises :class:`WireError` where a value lacks a leaf or has another shape than declared.
        """
        return tuple(
            [NamedArray(leaf.path, _stack_leaf(leaf, values, strict=strict)) for leaf in self.leaves]
        )

    def unstack(self, arrays: Sequence[NamedArray]) -> list[Any]:
        """One value a seat, with memory of its own, from arrays that :meth:`fit` or :meth:`stack` made."""
        if self._is_number:
            return list(arrays[0].data.tolist())
        rows = len(arrays[0].data) if arrays else 0
        columns: dict[Path, list[Any]] = {}
        for leaf, array in zip(self.leaves, arrays, strict=True):
            own = array.data.copy()
            columns[leaf.path] = own.tolist() if leaf.scalar else [own[row, ...] for row in range(rows)]
        if len(self.leaves) == 1 and not self.leaves[0].path:
            return columns[()]
        return [_assemble(self.plain, (), columns, row) for row in range(rows)]

    def fit(self, arrays: Sequence[NamedArray]) -> tuple[NamedArray, ...]:
        """The arrays in the order of :attr:`leaves`, in their types.

        Raises :class:`WireError` where a leaf is missing or unknown, a shape is another, or a type cannot
        become the leaf's without losing its kind or its value (an integer may become a float, a float never
        an integer).
        """
        if len(arrays) == len(self.leaves) and all(map(_fits, self.leaves, arrays)):
            return tuple(arrays)
        found = {array.path: array.data for array in arrays}
        for path in found:
            if all(path != leaf.path for leaf in self.leaves):
                known = ", ".join(show(leaf.path) for leaf in self.leaves)
                raise WireError(f"there is no {show(path)} in this space; its arrays are {known}")
        return tuple(NamedArray(leaf.path, _fit_leaf(leaf, found.get(leaf.path))) for leaf in self.leaves)


def _leaves(plain: Plain, path: Path) -> Iterator[Leaf]:
    match plain["type"]:
        case "dict":
            for key in sorted(plain["spaces"]):
                yield from _leaves(plain["spaces"][key], (*path, key))
        case "tuple":
            for index, inner in enumerate(plain["spaces"]):
                yield from _leaves(inner, (*path, index))
        case "discrete":
            yield Leaf(path, DTYPES["int64"], (), scalar=True)
        case "box":
            yield Leaf(path, DTYPES[plain["dtype"]], shape_of(plain, path), scalar=False)
        case "multi_discrete":
            yield Leaf(path, DTYPES["int64"], shape_of(plain, path), scalar=False)
        case _:
            yield Leaf(path, DTYPES["int8"], shape_of(plain, path), scalar=False)


def _stack_leaf(leaf: Leaf, values: Sequence[Any], *, strict: bool) -> NDArray[Any]:
    stacked = np.empty((len(values), *leaf.shape), leaf.dtype)
    for row, value in enumerate(values):
        inner = value
        try:
            for step in leaf.path:
                inner = inner[step]
            array = np.asarray(inner)
        except (KeyError, IndexError, TypeError, ValueError):
            raise WireError(f"a value has no {show(leaf.path)}, but its space has") from None
        if array.shape != leaf.shape or array.dtype.kind not in "biuf":
            raise WireError(
                f"{show(leaf.path)} of a value has shape {array.shape} and type {array.dtype}, "
                f"its space says {leaf.shape} and {leaf.dtype.name}"
            )
        if strict and array.dtype != leaf.dtype:
            array = _fit_leaf(leaf, array[None])[0]
        stacked[row] = array
    return stacked


def _fits(leaf: Leaf, array: NamedArray) -> bool:
    """Whether an array is as its leaf says already."""
    data = array.data
    return array.path == leaf.path and data.dtype == leaf.dtype and data.shape[1:] == leaf.shape


def _fit_leaf(leaf: Leaf, data: NDArray[Any] | None) -> NDArray[Any]:
    if data is None:
        raise WireError(f"the array {show(leaf.path)} is missing")
    if data.shape[1:] != leaf.shape:
        raise WireError(f"{show(leaf.path)} has shape {data.shape[1:]} a seat, the space says {leaf.shape}")
    if data.dtype == leaf.dtype:
        return data
    if not np.can_cast(data.dtype, leaf.dtype, "same_kind"):
        raise WireError(
            f"{show(leaf.path)} has type {data.dtype.name}, which cannot become {leaf.dtype.name}"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        cast = data.astype(leaf.dtype)
    if leaf.dtype.kind in "iu" and not np.array_equal(cast, data):
        raise WireError(f"{show(leaf.path)} holds a number that does not fit into {leaf.dtype.name}")
    return cast


def _assemble(plain: Plain, path: Path, columns: dict[Path, list[Any]], row: int) -> Any:
    if plain["type"] == "dict":
        return {key: _assemble(inner, (*path, key), columns, row) for key, inner in plain["spaces"].items()}
    if plain["type"] == "tuple":
        return tuple(_assemble(inner, (*path, i), columns, row) for i, inner in enumerate(plain["spaces"]))
    return columns[path][row]


def frame(array: NDArray[Any]) -> Frame:
    """Raw bytes of an array, little-endian and in C order; a view where its memory has that form already."""
    if array.dtype not in DTYPE_NAMES:
        array = array.astype(DTYPES[array.dtype.name])
    if array.nbytes < _COPIED_BYTES:
        return array.tobytes()
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


class Form(NamedTuple):
    """Type and shape of an array, known to be within the limits."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    size: int
    """Bytes."""

    def view(self, buffer: Any) -> NDArray[Any]:
        """A read-only array over ``buffer``. Raises :class:`WireError` where it has another length."""
        if len(buffer) != self.size:
            raise WireError(
                f"a frame has {len(buffer)} bytes, its header says {self.dtype.name}{list(self.shape)}, "
                f"that is {self.size}"
            )
        array: NDArray[Any] = np.ndarray(self.shape, self.dtype, buffer)
        array.flags.writeable = False
        return array


def form_of(dtype: str, shape: Sequence[Any]) -> Form:
    """What a header says of an array, once type, axes and size are known to be allowed."""
    known = DTYPES.get(dtype)
    if known is None:
        raise WireError(f"array type {dtype!r} is not one of {', '.join(DTYPES)}")
    if len(shape) > limits.DIMENSIONS:
        raise WireError(f"an array has {len(shape)} axes, at most {limits.DIMENSIONS} are allowed")
    for length in shape:
        if type(length) is not int or not 0 <= length <= limits.ARRAY_BYTES:
            raise WireError(f"an array has the shape {list(shape)!r}; lengths are whole numbers from 0")
    size = math.prod(shape) * known.itemsize
    if size > limits.ARRAY_BYTES:
        raise WireError(f"an array has {size} bytes, at most {limits.ARRAY_BYTES} are allowed")
    return Form(known, tuple(shape), size)


def form_like(array: NDArray[Any]) -> Form:
    """The form of an array that is within the limits."""
    return Form(array.dtype, array.shape, array.nbytes)
