"""Gymnasium spaces as plain data, so that both ends of a connection can compare what they play with.

====================  =======================================================================================
``box``               ``dtype``, ``shape``, ``low``, ``high``: a number, ``"inf"`` or ``"-inf"`` where all
                      components have the same bound, else base64 of the little-endian array
``discrete``          ``n``, ``start``
``multi_discrete``    ``shape``, ``nvec`` and ``start`` as flat lists
``multi_binary``      ``shape``
``dict``              ``spaces``: a map from key to space
``tuple``             ``spaces``: a list of spaces
====================  =======================================================================================

The data is fit for MessagePack and for JSON. Text, Graph, Sequence and OneOf have no fixed shape and are
refused.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.errors import WireError
from arena.wire import limits

Plain = Mapping[str, Any]
"""A space as plain data, checked or made by this module."""

DTYPES = {
    name: np.dtype(name).newbyteorder("<")
    for name in (
        "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
        "float16", "float32", "float64",
    )
}  # fmt: skip
"""The types of arrays that may cross the wire, always little-endian."""

DTYPE_NAMES = {dtype: name for name, dtype in DTYPES.items()}
"""Their names; NumPy takes 10 microseconds to make one up."""


def describe(space: spaces.Space[Any]) -> dict[str, Any]:
    """``space`` as plain data. Raises :class:`WireError` for a space that cannot cross the wire."""
    plain = _describe(space, ())
    check(plain)
    return plain


def _describe(space: spaces.Space[Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    match space:
        case spaces.Box():
            return {
                "type": "box",
                "dtype": str(space.dtype),
                "shape": list(space.shape),
                "low": _bound(space.low),
                "high": _bound(space.high),
            }
        case spaces.Discrete():
            return {"type": "discrete", "n": int(space.n), "start": int(space.start)}
        case spaces.MultiDiscrete():
            return {
                "type": "multi_discrete",
                "shape": list(space.nvec.shape),
                "nvec": [int(n) for n in space.nvec.flat],
                "start": [int(start) for start in space.start.flat],
            }
        case spaces.MultiBinary():
            return {"type": "multi_binary", "shape": list(space.shape)}
        case spaces.Dict():
            for key in space.spaces:
                if not isinstance(key, str):
                    raise WireError(
                        f"the Dict space at {show(path)} has the key {key!r}; only text can cross"
                    )
            return {
                "type": "dict",
                "spaces": {key: _describe(space.spaces[key], (*path, key)) for key in sorted(space.spaces)},
            }
        case spaces.Tuple():
            inner = [_describe(sub, (*path, index)) for index, sub in enumerate(space.spaces)]
            return {"type": "tuple", "spaces": inner}
    raise WireError(
        f"the space at {show(path)} is {type(space).__name__}, which has no fixed shape; the wire takes "
        "Box, Discrete, MultiDiscrete, MultiBinary, Dict and Tuple"
    )


def _bound(values: Any) -> float | int | str:
    first = values.flat[0] if values.size else values.dtype.type(0)
    if not np.all(values == first):
        return base64.b64encode(np.ascontiguousarray(values, DTYPES[str(values.dtype)]).tobytes()).decode()
    number = first.item()
    return str(number) if isinstance(number, float) and math.isinf(number) else number


def check(plain: Any) -> None:
    """Raise :class:`WireError`, naming the place, unless ``plain`` is a well-formed space within the
    limits.
    """
    sizes = _check(plain, ())
    if len(sizes) > limits.LEAVES:
        raise WireError(f"the space flattens to {len(sizes)} arrays, at most {limits.LEAVES} are allowed")
    if sum(sizes) > limits.SPACE_ELEMENTS:
        raise WireError(f"the space has {sum(sizes)} numbers, at most {limits.SPACE_ELEMENTS} are allowed")


def _check(plain: Any, path: tuple[str | int, ...]) -> list[int]:
    """Check one space, return how many numbers each of its leaves has."""
    if not isinstance(plain, dict):
        raise WireError(f"the space at {show(path)} is {type(plain).__name__}, it must be a map")
    if len(path) > limits.DEPTH:
        raise WireError(f"the space at {show(path)} lies deeper than {limits.DEPTH} levels")
    kind, inner = plain.get("type"), plain.get("spaces")
    if kind == "dict":
        if not isinstance(inner, dict) or not all(isinstance(key, str) for key in inner):
            raise WireError(f"the dict space at {show(path)} needs 'spaces', a map from text to space")
        if any(len(key) > limits.NAME_CHARS for key in inner):
            raise WireError(f"a key at {show(path)} has more than {limits.NAME_CHARS} characters")
        return [size for key, sub in inner.items() for size in _check(sub, (*path, key))]
    if kind == "tuple":
        if not isinstance(inner, list):
            raise WireError(f"the tuple space at {show(path)} needs 'spaces', a list")
        return [size for index, sub in enumerate(inner) for size in _check(sub, (*path, index))]
    checker = {"box": _check_box, "discrete": _check_discrete, "multi_discrete": _check_multi}.get(str(kind))
    if checker is not None:
        checker(plain, path)
    elif kind == "multi_binary":
        shape_of(plain, path)
    else:
        raise WireError(
            f"the space at {show(path)} has type {kind!r}; known: box, discrete, multi_discrete, "
            "multi_binary, dict, tuple"
        )
    return [1 if kind == "discrete" else math.prod(plain["shape"])]


def shape_of(plain: Plain, path: tuple[str | int, ...] = ()) -> tuple[int, ...]:
    """The checked ``shape`` of a box, multi_discrete or multi_binary space."""
    shape = plain.get("shape")
    if (
        not isinstance(shape, list)
        or len(shape) >= limits.DIMENSIONS
        or not all(_is_int(length) and 0 <= length <= limits.SPACE_ELEMENTS for length in shape)
    ):
        raise WireError(
            f"'shape' of the space at {show(path)} is {str(shape)[:80]}; it must list at most "
            f"{limits.DIMENSIONS - 1} whole numbers up to {limits.SPACE_ELEMENTS}"
        )
    return tuple(shape)


def _check_box(plain: Plain, path: tuple[str | int, ...]) -> None:
    if not isinstance(plain.get("dtype"), str) or plain["dtype"] not in DTYPES:
        raise WireError(
            f"'dtype' of the box at {show(path)} is {plain.get('dtype')!r}; known: {', '.join(DTYPES)}"
        )
    shape = shape_of(plain, path)
    for name in ("low", "high"):
        try:
            _bounds(plain[name], DTYPES[plain["dtype"]], shape)
        except (KeyError, ValueError, TypeError, OverflowError, binascii.Error) as error:
            raise WireError(
                f"{name!r} of the box at {show(path)} must be a number, 'inf', '-inf' or base64 of the array "
                f"({error})"
            ) from None


def _check_discrete(plain: Plain, path: tuple[str | int, ...]) -> None:
    n, start = plain.get("n"), plain.get("start")
    sound = type(n) is int and type(start) is int and n > 0 and abs(start) + n <= limits.REQUEST_ID
    if not sound:
        raise WireError(
            f"the discrete space at {show(path)} has n={n!r}, start={start!r}; both must be whole, n above 0"
        )


def _check_multi(plain: Plain, path: tuple[str | int, ...]) -> None:
    size = math.prod(shape_of(plain, path))
    for name, low in (("nvec", 1), ("start", -limits.REQUEST_ID)):
        values = plain.get(name)
        if (
            not isinstance(values, list)
            or len(values) != size
            or not all(_is_int(value) and low <= value <= limits.REQUEST_ID for value in values)
        ):
            raise WireError(
                f"{name!r} of the multi_discrete space at {show(path)} must list {size} whole numbers"
            )


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _bounds(value: Any, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Any:
    """A bound as an array of ``shape`` or a scalar that stands for all of it."""
    if isinstance(value, str) and value not in {"inf", "-inf"}:
        raw = base64.b64decode(value, validate=True)
        return np.frombuffer(raw, dtype).reshape(shape)
    if not isinstance(value, (int, float, str)):
        raise TypeError(f"got {type(value).__name__}")
    number = float(value) if isinstance(value, str) else value
    if dtype.kind != "f" and isinstance(number, float):
        raise ValueError(f"{number} is not whole, the dtype is {dtype.name}")
    with np.errstate(over="ignore"):
        return np.asarray(number).astype(dtype) if dtype.kind == "f" else np.array(number, dtype)


def _full_bound(plain: Plain, name: str) -> Any:
    """A bound of a checked box as an array of its shape."""
    shape = tuple(plain["shape"])
    return np.broadcast_to(_bounds(plain[name], DTYPES[plain["dtype"]], shape), shape)


def build(plain: Plain) -> spaces.Space[Any]:
    """The space that ``plain`` describes, unseeded. Raises :class:`WireError` where it is malformed."""
    check(plain)
    return _build(plain)


def _build(plain: Plain) -> spaces.Space[Any]:
    match plain["type"]:
        case "box":
            low, high = (_full_bound(plain, name) for name in ("low", "high"))
            return spaces.Box(low, high, low.shape, np.dtype(plain["dtype"]).type)
        case "discrete":
            return spaces.Discrete(plain["n"], start=plain["start"])
        case "multi_discrete":
            shape = tuple(plain["shape"])
            nvec, start = (np.array(plain[name], np.int64).reshape(shape) for name in ("nvec", "start"))
            return spaces.MultiDiscrete(nvec, start=start)
        case "multi_binary":
            return spaces.MultiBinary(tuple(plain["shape"]))
        case "dict":
            return spaces.Dict({key: _build(sub) for key, sub in plain["spaces"].items()})
    return spaces.Tuple([_build(sub) for sub in plain["spaces"]])


def difference(ours: Plain, theirs: Plain, we: str = "the game", they: str = "the policy") -> str | None:
    """The first place where two spaces differ, as a sentence; ``None`` where they are equal."""
    return _difference(ours, theirs, (), we, they)


def _difference(ours: Plain, theirs: Plain, path: tuple[str | int, ...], we: str, they: str) -> str | None:
    if ours["type"] == theirs["type"] and ours["type"] in {"dict", "tuple"}:
        first, second = _children(ours), _children(theirs)
        for key in [*first, *(key for key in second if key not in first)]:
            if key not in second or key not in first:
                owner, other = (we, they) if key in first else (they, we)
                return f"{owner} has {show((*path, key))}, {other} has not"
            found = _difference(first[key], second[key], (*path, key), we, they)
            if found:
                return found
        return None
    if _canonical(ours) == _canonical(theirs):
        return None
    one, two = summary(ours), summary(theirs)
    if one == two:
        return f"{show(path)} is {one} in both, but the bounds differ"
    return f"{show(path)} is {one} in {we}, but {two} in {they}"


def _children(plain: Plain) -> dict[Any, Plain]:
    inner = plain["spaces"]
    return dict(inner) if isinstance(inner, dict) else dict(enumerate(inner))


def _canonical(plain: Plain) -> Any:
    """A form in which equal spaces compare equal (bounds as bytes: 1 and 1.0 are one bound)."""
    if plain["type"] == "box":
        bounds = [_canonical_bound(plain, name) for name in ("low", "high")]
        return ("box", plain["dtype"], tuple(plain["shape"]), *bounds)
    return {key: value for key, value in plain.items() if key in {"type", "n", "start", "nvec", "shape"}}


def _canonical_bound(plain: Plain, name: str) -> bytes:
    """One number's bytes where all components have it, else those of all; never more than were sent."""
    values = _bounds(plain[name], DTYPES[plain["dtype"]], tuple(plain["shape"]))
    if 0 in plain["shape"]:
        return b""
    if np.all(values == values.flat[0]):
        values = values.flat[:1]
    return bytes(values.tobytes())


def summary(plain: Plain) -> str:
    """A space in a few words, such as ``box(3, 84, 84) uint8`` or ``discrete(9)``."""
    kind = plain["type"]
    if kind == "box":
        bounds = [plain[name] for name in ("low", "high")]
        mixed = any(isinstance(bound, str) and bound not in {"inf", "-inf"} for bound in bounds)
        span = "" if mixed else f" from {bounds[0]} to {bounds[1]}"
        return f"box({', '.join(map(str, plain['shape']))}) {plain['dtype']}{span}"
    if kind == "discrete":
        return f"discrete({plain['n']})" + (f" from {plain['start']}" if plain["start"] else "")
    if kind == "multi_discrete":
        nvec = plain["nvec"]
        return f"multi_discrete({', '.join(map(str, nvec[:8]))}{', ...' if len(nvec) > 8 else ''})"
    if kind == "multi_binary":
        return f"multi_binary({', '.join(map(str, plain['shape']))})"
    return f"{kind} of {len(plain['spaces'])}"


def show(path: tuple[str | int, ...]) -> str:
    """A path for people: ``observation/0``, or ``the root``."""
    return "/".join(map(str, path)) or "the root"
