"""How many views may be under way to a person, so that a slow line makes them rarer and never older.

Each view is followed by a ping; its pong says that the view has arrived. As with TCP Vegas (Brakmo and
Peterson, 1995), a way there and back that takes much longer than the quickest means that something queues
up: then fewer may be under way, else more.
"""

from __future__ import annotations

from collections import OrderedDict

FLIGHT_MAX = 6
"""Views under way on the best of lines: 30 a second with 200 ms there and back."""
QUEUE_S = 0.1
"""A way that takes this much longer than the quickest has a queue in it."""
LOST_S = 5.0
"""A pong that did not come within this time never will (the line was cut): count no longer on it."""


class ViewFlow:
    """Numbers the views of one person. Time comes in, in seconds."""

    def __init__(self) -> None:
        self.round_trip_s: float | None = None
        """The newest measurement."""
        self.allowed = 2
        self._quickest_s = float("inf")
        self._number = 0
        self._under_way: OrderedDict[int, float] = OrderedDict()

    def clear(self) -> None:
        """The line was cut: nothing is under way."""
        self._under_way.clear()
        self.allowed = 2

    def may_send(self, now: float) -> bool:
        """Whether another view would not queue behind those before it."""
        while self._under_way and now - next(iter(self._under_way.values())) > LOST_S:
            self._under_way.popitem(last=False)
        return len(self._under_way) < self.allowed

    def sent(self, now: float) -> int:
        """A view goes out: the number of the ping behind it."""
        self._number += 1
        self._under_way[self._number] = now
        return self._number

    def arrived(self, number: int, now: float) -> None:
        """A pong came back; with it, all before it are answered."""
        if number not in self._under_way:
            return
        took_s = max(0.0, now - self._under_way[number])
        while self._under_way and next(iter(self._under_way)) <= number:
            self._under_way.popitem(last=False)
        self.round_trip_s = took_s
        self._quickest_s = min(self._quickest_s, took_s)
        queued = took_s > self._quickest_s + QUEUE_S
        self.allowed = max(1, self.allowed // 2) if queued else min(FLIGHT_MAX, self.allowed + 1)
