"""Reads a decoded header field by field; whatever is missing, mistyped or too large is named in a WireError.

Fields that are not asked for are passed over, so that a later minor revision may add some.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import Any

from arena.errors import WireError
from arena.wire import limits


class Fields:
    """One map of a message."""

    __slots__ = ("_outer", "_what", "data")

    def __init__(self, data: Any, what: str | tuple[str, int], outer: Fields | None = None) -> None:
        """``what`` it is, for error messages: in words, or a noun and a number within ``outer``."""
        self._what, self._outer = what, outer
        if not isinstance(data, dict):
            raise WireError(f"{self.where} is {type(data).__name__}, it must be a map")
        self.data: dict[str, Any] = data

    def inner(self, data: Any, noun: str, number: int) -> Fields:
        """A map inside this one. Its place is put into words only if something is wrong with it."""
        return Fields(data, (noun, number), self)

    @property
    def where(self) -> str:
        """What it is, for error messages."""
        if isinstance(self._what, str):
            return self._what
        noun, number = self._what
        return f"{noun} {number}" + (f" of {self._outer.where}" if self._outer else "")

    def _bad(self, name: str, wanted: str) -> WireError:
        value = repr(self.data[name])[:80] if name in self.data else "missing"
        return WireError(f"{name!r} of {self.where} is {value}; it must be {wanted}")

    def integer(
        self, name: str, low: int = 0, high: int = limits.REQUEST_ID, default: int | None = None
    ) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self.data.get(name, default)
        if type(value) is not int or not low <= value <= high:
            raise self._bad(name, f"a whole number from {low} to {high}")
        return value

    def text(self, name: str, max_chars: int = limits.NAME_CHARS, default: str | None = None) -> str:
        """Text of at most ``max_chars`` characters."""
        value = self.data.get(name, default)
        if not isinstance(value, str) or len(value) > max_chars:
            raise self._bad(name, f"text of at most {max_chars} characters")
        return value

    def sentence(self, name: str, max_chars: int = limits.NAME_CHARS, default: str | None = None) -> str:
        """Text that people will read: what could steer their terminal or turn their line is a space."""
        return tidy(self.text(name, max_chars, default))

    def word(self, name: str, known: Sequence[str], default: str | None = None) -> str:
        """One of some words."""
        value = self.data.get(name, default)
        if value not in known:
            raise self._bad(name, f"one of {', '.join(known)}")
        return str(value)

    def plain(self, name: str) -> Any:
        """Free data, not nested too deeply and not too much of it; ``None`` where it is absent."""
        value = self.data.get(name)
        problem = plain_problem(value)
        if problem is not None:
            raise WireError(f"{name!r} of {self.where} {problem}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self.data.get(name, default)
        if not isinstance(value, bool):
            raise self._bad(name, "true or false")
        return value

    def seconds(self, name: str) -> float | None:
        """A finite number, or ``None`` where it is absent or nil."""
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
            raise self._bad(name, "a finite number of seconds, or nil")
        return float(value)

    def rows(self, name: str, limit: int = limits.SEATS, default: Any = None) -> list[Any]:
        """A list of at most ``limit`` entries."""
        value = self.data.get(name, default)
        if not isinstance(value, list) or len(value) > limit:
            raise self._bad(name, f"a list of at most {limit} entries")
        return value

    def texts(self, name: str, default: Any = None) -> tuple[str, ...]:
        """A list of short texts."""
        values = self.rows(name, default=default)
        for value in values:
            if not isinstance(value, str) or len(value) > limits.NAME_CHARS:
                raise self._bad(name, f"a list of texts of at most {limits.NAME_CHARS} characters")
        return tuple(values)

    def integers(self, name: str, default: Any = None) -> tuple[int, ...]:
        """A list of whole numbers from 0."""
        values = self.rows(name, default=default)
        for value in values:
            if type(value) is not int or not 0 <= value <= limits.REQUEST_ID:
                raise self._bad(name, "a list of whole numbers from 0")
        return tuple(values)

    def table(self, name: str, kind: type | tuple[type, ...], wanted: str) -> dict[str, Any]:
        """A map from short text to values of ``kind``; empty where it is absent."""
        value = self.data.get(name)
        if not value and (name not in self.data or isinstance(value, dict)):
            return {}
        if (
            not isinstance(value, dict)
            or len(value) > limits.SEATS
            or not all(
                isinstance(key, str) and len(key) <= limits.NAME_CHARS and isinstance(item, kind)
                for key, item in value.items()
            )
        ):
            raise self._bad(name, f"a map from text to {wanted}")
        return value


_STEERING = {"Cc", "Zl", "Zp"}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """``text`` with a space for every control character, line break and change of writing direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if character in _TURNING or unicodedata.category(character) in _STEERING else character
        for character in text
    )


def plain_problem(value: Any) -> str | None:
    """What is wrong with free data, as the end of a sentence; ``None`` where it may be sent."""
    if value is None:
        return None
    level, items = [value], 0
    for _ in range(limits.PLAIN_DEPTH + 1):
        items += len(level)
        if items > limits.PLAIN_ITEMS:
            return f"holds more than {limits.PLAIN_ITEMS} values"
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, (list, tuple)):
                inner.extend(item)
        if not inner:
            return None
        level = inner
    return f"is nested deeper than {limits.PLAIN_DEPTH} levels"
