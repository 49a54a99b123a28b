"""The last events of a stream that nobody records, for those who come late or missed one."""

from __future__ import annotations

import threading
from collections import deque

from arena.records.format import BlockCodec

KEPT = 600
"""Ten minutes of a stream with one event a second."""


class Recent:
    """A :class:`arena.bus.repair.Past` in memory. One thread appends, the publisher's reads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._messages: deque[bytes] = deque(maxlen=kept)
        self._next_seq = 0
        self._lock = threading.Lock()
        self._codec = BlockCodec()

    @property
    def next_seq(self) -> int:
        """The seq that comes next."""
        return self._next_seq

    def append(self, message: bytes) -> None:
        """Keep the event with seq :attr:`next_seq`."""
        with self._lock:
            self._messages.append(message)
            self._next_seq += 1

    def blocks(self, first: int) -> list[bytes] | None:
        """One packed block with the events from ``first`` on; ``None`` where they are forgotten."""
        with self._lock:
            start = self._next_seq - len(self._messages)
            messages = list(self._messages)[max(0, first - start) :]
        if first < start:
            return None
        return [self._codec.pack(first, messages)] if messages else []

    def close(self) -> None:
        """Nothing is held open."""
