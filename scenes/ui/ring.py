"""A buffer that keeps the newest values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Ring(Generic[T]):
    """Keeps the last `limit` values; index 0 is the oldest. Appending and indexing take constant time."""

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"ring limit {limit} must be at least 1")
        self.limit = limit
        self.total = 0
        self._values: list[T] = []
        self._start = 0

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> T:
        if not 0 <= index < len(self._values):
            raise IndexError(f"ring index {index} is not in 0..{len(self._values) - 1}")
        return self._values[(self._start + index) % len(self._values)]

    def __iter__(self) -> Iterator[T]:
        return iter(self._values[self._start :] + self._values[: self._start])

    def append(self, value: T) -> None:
        """Add `value`, dropping the oldest one if there is no room."""
        self.total += 1
        if len(self._values) < self.limit:
            self._values.append(value)
            return
        self._values[self._start] = value
        self._start = (self._start + 1) % self.limit

    def clear(self) -> None:
        """Drop everything."""
        self._values.clear()
        self._start = 0
