"""Options of our games, checked in one way: an error names the option, its value and what is allowed."""

from __future__ import annotations

from typing import Any

import numpy as np

from arena.errors import OptionError


def whole(name: str, value: Any, low: int, high: int) -> int:
    """A whole number within its limits; numpy's will do, ``2.0`` and ``True`` will not.

    Raises :class:`OptionError`.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise OptionError(f"{name}={value!r}: choose a whole number from {low} to {high}")
    return int(value)


def number(name: str, value: Any, low: float, high: float) -> float:
    """A number within its limits. Raises :class:`OptionError`."""
    kinds = int | float | np.integer | np.floating
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
        raise OptionError(f"{name}={value!r}: choose a number from {low:g} to {high:g}")
    return float(value)


def flag(name: str, value: Any) -> bool:
    """Raises :class:`OptionError` for what is neither true nor false."""
    if not isinstance(value, bool):
        raise OptionError(f"{name}={value!r}: choose True or False")
    return value
