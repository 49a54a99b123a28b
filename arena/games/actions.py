"""Actions: checked before every step, because environments only assert; and as plain data for journals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import GameError

Mask = NDArray[np.int8] | None

_FEW = 8
"""Numbers up to which comparing them one by one in Python is quicker than four calls into NumPy."""


class Checked(NamedTuple):
    """The verdict on one action."""

    action: Any
    """The canonical action, safe to hand to the environment and owned by nobody else: an ``int`` for
    Discrete, arrays of the space's own dtype and shape else. ``None`` with a problem.
    """
    problem: str | None = None
    """What is wrong, naming the value and what is allowed; ``None``: legal."""
    clipped: bool = False
    """A finite value outside a Box was moved to its bound."""


_Check = Callable[[Any, Mask], Checked]


class ActionChecker:
    """Checks the actions of one space.

    Illegal: wrong shape, wrong class of dtype (a float for Discrete, a bool for a number), NaN or infinity,
    out of range, masked. A finite value outside a Box is clipped.
    """

    def __init__(self, space: spaces.Space[Any], *, tell_legal: bool = True) -> None:
        """``tell_legal``: problems list what would have been legal, which may tell of what is hidden."""
        self.space = space
        self._check = _checker(space, tell_legal=tell_legal)

    def check(self, action: Any, legal: Mask = None) -> Checked:
        """Check ``action``, where ``legal`` is the mask: int8, one flag per value of a Discrete, or those of
        all parts of a MultiDiscrete one after the other; ``None`` where everything in the space is legal.
        """
        return self._check(action, legal)


def to_plain(action: Any) -> Any:
    """``action`` as MessagePack-able data: numbers, strings, lists, maps with sorted keys.

    Exact: a float32 becomes the double of the same value.
    """
    if type(action) is int or action is None or isinstance(action, int | float | str):
        return action
    if isinstance(action, np.ndarray):
        return action.tolist()
    if isinstance(action, np.generic):
        return action.item()
    if isinstance(action, Mapping):
        return {key: to_plain(action[key]) for key in sorted(action)}
    if isinstance(action, Sequence):
        return [to_plain(part) for part in action]
    raise GameError(
        f"an action of type {type(action).__name__} cannot be written down; use numbers, arrays or tuples"
    )


def from_plain(space: spaces.Space[Any], plain: Any) -> Any:
    """Inverse of :func:`to_plain` for an action of ``space``."""
    if isinstance(space, spaces.Discrete):
        return int(plain)
    if isinstance(space, spaces.Box | spaces.MultiDiscrete | spaces.MultiBinary):
        given = np.array(plain, dtype=space.dtype)
        return given if given.shape == space.shape else given.reshape(space.shape)
    if isinstance(space, spaces.Tuple):
        return tuple(from_plain(part, value) for part, value in zip(space.spaces, plain, strict=True))
    if isinstance(space, spaces.Dict):
        return {key: from_plain(part, plain[key]) for key, part in space.spaces.items()}
    return plain


def _checker(space: spaces.Space[Any], *, tell_legal: bool = True) -> _Check:
    if isinstance(space, spaces.Discrete):
        return _discrete(space, tell_legal=tell_legal)
    if isinstance(space, spaces.Box):
        return _box(space)
    if isinstance(space, spaces.MultiDiscrete):
        return _multi_discrete(space)
    if isinstance(space, spaces.MultiBinary):
        return _multi_binary(space)
    if isinstance(space, spaces.Tuple):
        return _tuple(space)
    if isinstance(space, spaces.Dict):
        return _dict(space)
    return _other(space)


def _discrete(space: spaces.Discrete[Any], *, tell_legal: bool) -> _Check:
    start = int(space.start)
    stop = start + int(space.n)

    def check(action: Any, legal: Mask) -> Checked:
        if type(action) is not int:
            if not _is_whole(action):
                return Checked(None, f"{_short(action)} is not a whole number from {start} to {stop - 1}")
            action = int(action)
        if not start <= action < stop:
            return Checked(None, f"{action} is out of range; allowed: {start} to {stop - 1}")
        if legal is not None and not legal[action - start]:
            others = f"; legal: {_listed(np.flatnonzero(legal) + start)}" if tell_legal else ""
            return Checked(None, f"{action} is not a legal action now{others}")
        return Checked(action)

    return check


def _is_whole(action: Any) -> bool:
    if isinstance(action, np.ndarray):
        return action.ndim == 0 and action.dtype.kind in "iu"
    return isinstance(action, int | np.integer) and not isinstance(action, bool)


def _box(space: spaces.Box) -> _Check:
    kinds = {"f": "fiu", "i": "iu", "u": "iu", "b": "b"}[np.dtype(space.dtype).kind]
    low, high = space.low, space.high
    dtype, shape, inside = space.dtype, space.shape, _inside(space)

    def check(action: Any, _legal: Mask) -> Checked:
        # The usual case, in one look.
        if type(action) is np.ndarray and action.dtype == dtype and action.shape == shape and inside(action):
            return Checked(action.copy())
        given, problem = _array(action, shape, kinds)
        if given is None:
            return Checked(None, problem)
        if given.dtype.kind == "f" and not np.isfinite(given).all():
            return Checked(None, f"{_short(given)} is not finite")
        if given.dtype.kind == "b":
            return Checked(given.astype(space.dtype))
        # Compared before the cast, since an integer that does not fit would wrap round and look legal.
        clipped = bool(((given < low) | (given > high)).any())
        kept = np.clip(given, low, high) if clipped else given
        if kept.dtype == space.dtype:
            return Checked(kept.copy(), None, clipped)
        with np.errstate(over="ignore"):
            cast = kept.astype(space.dtype)
        if not np.isfinite(cast).all():
            return Checked(None, f"{_short(given)} is not finite as {np.dtype(space.dtype).name}")
        # Once more after the cast: 0.1 + 2**-60 is inside as a float64 and may not be as a float32.
        return Checked(np.clip(cast, low, high), None, clipped)

    return check


def _inside(space: spaces.Box) -> Callable[[NDArray[Any]], bool]:
    """What tells whether an array of the space's dtype and shape lies within its limits for certain: what is
    not finite never does, and where a limit is infinite nothing does.
    """
    low, high = space.low, space.high
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        return lambda _given: False
    if len(space.shape) != 1 or low.size > _FEW:
        return lambda given: bool(((given >= low) & (given <= high)).all())
    limits = list(zip(low.tolist(), high.tolist(), strict=True))

    def few_inside(given: NDArray[Any]) -> bool:
        for value, (least, most) in zip(given.tolist(), limits, strict=True):
            if not least <= value <= most:
                return False
        return True

    return few_inside


def _multi_discrete(space: spaces.MultiDiscrete) -> _Check:
    counts = np.asarray(space.nvec).reshape(-1)
    starts = np.asarray(space.start).reshape(-1)
    offsets = np.concatenate(([0], np.cumsum(counts)[:-1]))

    def check(action: Any, legal: Mask) -> Checked:
        given, problem = _array(action, space.shape, "iu")
        if given is None:
            return Checked(None, problem)
        places = given.reshape(-1).astype(np.int64) - starts
        if ((places < 0) | (places >= counts)).any():
            return Checked(
                None,
                f"{_short(given)} is out of range; allowed: 0 to {_short(counts - 1)}, plus {_short(starts)}",
            )
        if legal is not None and not np.asarray(legal)[offsets + places].all():
            return Checked(None, f"{_short(given)} is not a legal action now")
        return Checked(given.astype(space.dtype))

    return check


def _multi_binary(space: spaces.MultiBinary) -> _Check:
    def check(action: Any, _legal: Mask) -> Checked:
        given, problem = _array(action, space.shape, "iub")
        if given is None:
            return Checked(None, problem)
        if ((given != 0) & (given != 1)).any():
            return Checked(None, f"{_short(given)} holds something other than 0 and 1")
        return Checked(given.astype(space.dtype))

    return check


def _tuple(space: spaces.Tuple) -> _Check:
    checks = [_checker(part) for part in space.spaces]

    def check(action: Any, _legal: Mask) -> Checked:
        if not isinstance(action, tuple | list) or len(action) != len(checks):
            return Checked(None, f"{_short(action)} is not a tuple of {len(checks)} parts")
        parts = [part_check(part, None) for part_check, part in zip(checks, action, strict=True)]
        for index, part in enumerate(parts):
            if part.problem is not None:
                return Checked(None, f"part {index}: {part.problem}")
        return Checked(tuple(part.action for part in parts), None, any(part.clipped for part in parts))

    return check


def _dict(space: spaces.Dict) -> _Check:
    checks = {key: _checker(part) for key, part in space.spaces.items()}

    def check(action: Any, _legal: Mask) -> Checked:
        if not isinstance(action, Mapping) or set(action) != set(checks):
            return Checked(None, f"{_short(action)} is not a map with the keys {', '.join(map(str, checks))}")
        parts = {key: part_check(action[key], None) for key, part_check in checks.items()}
        for key, part in parts.items():
            if part.problem is not None:
                return Checked(None, f"{key}: {part.problem}")
        return Checked(
            {key: part.action for key, part in parts.items()},
            None,
            any(part.clipped for part in parts.values()),
        )

    return check


def _other(space: spaces.Space[Any]) -> _Check:
    def check(action: Any, _legal: Mask) -> Checked:
        if not space.contains(action):
            return Checked(None, f"{_short(action)} is not in {space}")
        return Checked(action)

    return check


def _array(action: Any, shape: tuple[int, ...], kinds: str) -> tuple[NDArray[Any] | None, str]:
    """``action`` as an array if its shape and class of dtype fit, else ``None`` and what is wrong."""
    try:
        given = np.asarray(action)
    except (TypeError, ValueError):
        return None, f"{_short(action)} is not an array"
    if given.dtype.kind not in kinds:
        wanted = {"f": "numbers", "i": "whole numbers", "b": "truth values"}
        return None, f"{_short(action)} is not made of {wanted[kinds[0]]}"
    if given.shape != shape:
        return None, f"its shape is {given.shape}, it must be {shape}"
    return given, ""


def _short(value: Any) -> str:
    text = np.array2string(value, threshold=8) if isinstance(value, np.ndarray) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _listed(values: NDArray[Any]) -> str:
    text = ", ".join(str(value) for value in values[:12])
    return f"{text}, and {len(values) - 12} more" if len(values) > 12 else text or "none"
