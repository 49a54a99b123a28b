"""How much one peer may send: two token buckets, messages and bytes, asked before anything is decoded.

What was asked for is always let through: each request adds its answer to the allowance. So a match that runs
as fast as it can is no flood, and a peer that talks without being asked soon is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from arena.wire import limits


class Bucket:
    """Holds up to ``burst`` and fills at ``rate`` a second; begins full."""

    __slots__ = ("_burst", "_clock", "_filled_at", "_level", "_rate")

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        """``clock`` gives seconds; it need not start anywhere in particular."""
        self._rate, self._burst, self._clock = rate, burst, clock
        self._level, self._filled_at = burst, clock()

    def take(self, amount: float = 1.0) -> bool:
        """Take ``amount`` out; false, and nothing is taken, where it does not hold that much."""
        now = self._clock()
        self._level = min(self._burst, self._level + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if amount > self._level:
            return False
        self._level -= amount
        return True

    def add(self, amount: float) -> None:
        """Put ``amount`` in, up to the brim."""
        self._level = min(self._burst, self._level + amount)


class Allowance:
    """What one peer may send."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        messages_per_s: float = limits.MESSAGES_PER_S,
        messages_burst: float = limits.MESSAGES_BURST,
        bytes_per_s: float = limits.BYTES_PER_S,
        bytes_burst: float = limits.BYTES_BURST,
    ) -> None:
        self._messages = Bucket(messages_per_s, messages_burst, clock)
        self._bytes = Bucket(bytes_per_s, bytes_burst, clock)
        self._burst = f"{messages_burst:.0f} messages or {bytes_burst / 2**20:.0f} MiB"
        self._rate = f"{messages_per_s:.0f} messages or {bytes_per_s / 2**20:.0f} MiB a second"

    def asked(self, answers: int, answer_bytes: int = 0) -> None:
        """As many answers were asked for, of about ``answer_bytes`` each besides their headers."""
        self._messages.add(answers * limits.ANSWER_MESSAGES)
        self._bytes.add(answers * (limits.ANSWER_BYTES + 2 * answer_bytes))

    def over(self, frames: Sequence[Any]) -> str | None:
        """Count a message that came; the rest of a sentence about the peer where that is more than it may
        send.
        """
        if self._messages.take() and self._bytes.take(sum(map(len, frames))):
            return None
        return f"sent more than {self._burst} at once, or {self._rate}, without being asked"
