"""How a server is doing, for the panel of its seats: how long answers take, how long the way is, what came
too late.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

LATENCIES_KEPT = 1024
PING_EVERY_S = 1.0
"""As often the way is measured."""


class PolicyFigures:
    """Counts and times of one server over a match. Time comes in, in seconds."""

    def __init__(self) -> None:
        self.late = 0
        """Answers that came after their deadline."""
        self.round_trip_s: float | None = None
        """The newest measurement of the way there and back, without deciding."""
        self._asked: dict[int, tuple[float, float | None]] = {}
        """Open request id -> when it was asked, and its deadline."""
        self._latencies_s: deque[float] = deque(maxlen=LATENCIES_KEPT)
        self._number = 0
        self._pinged_at = float("-inf")

    def asked(self, request_id: int, deadline: float | None, now: float) -> None:
        """A request goes out."""
        self._asked[request_id] = now, deadline

    def answered(self, request_id: int, now: float) -> None:
        """Its answer came."""
        asked_at, deadline = self._asked.pop(request_id, (now, None))
        self._latencies_s.append(now - asked_at)
        if deadline is not None and now > deadline:
            self.late += 1

    def forget(self, request_ids: Iterable[int]) -> None:
        """Nobody waits for these answers any more."""
        for number in request_ids:
            self._asked.pop(number, None)

    def forget_all(self) -> None:
        """Nobody waits for any answer any more."""
        self._asked.clear()

    def next_ping(self, now: float) -> int | None:
        """The number of a ping to be sent now, if it is time for one."""
        if now - self._pinged_at < PING_EVERY_S:
            return None
        self._number, self._pinged_at = self._number + 1, now
        return self._number

    def echoed(self, number: int, now: float) -> None:
        """A pong came; only the newest says how long the way is now."""
        if number == self._number:
            self.round_trip_s = now - self._pinged_at

    def as_status(self) -> dict[str, Any]:
        """Times in milliseconds: ``latency_ms`` (the median), ``latency_p99_ms``, ``ping_ms``; and
        ``late``.
        """
        figures: dict[str, Any] = {"late": self.late}
        ordered = sorted(self._latencies_s)
        if ordered:
            figures["latency_ms"] = round(1000 * ordered[len(ordered) // 2], 2)
            figures["latency_p99_ms"] = round(1000 * ordered[int(0.99 * (len(ordered) - 1))], 2)
        if self.round_trip_s is not None:
            figures["ping_ms"] = round(1000 * self.round_trip_s, 2)
        return figures
