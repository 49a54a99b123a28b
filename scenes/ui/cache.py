"""A small least-recently-used cache for surfaces."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Lru(Generic[V]):
    """Keeps at most `limit` values and forgets the one that was used longest ago."""

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"cache limit {limit} must be at least 1")
        self.limit = limit
        self.misses = 0
        self._values: OrderedDict[Hashable, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Give the value of `key`, calling `make` if it is not kept."""
        try:
            self._values.move_to_end(key)
        except KeyError:
            self.misses += 1
            value = make()
            self._values[key] = value
            if len(self._values) > self.limit:
                self._values.popitem(last=False)
            return value
        return self._values[key]

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
