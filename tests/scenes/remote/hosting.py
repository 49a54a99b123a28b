"""A host that runs in a thread of its own, for windows that join it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from arena.home import Home
from arena.hosting.house import House
from arena.hosting.port import Port
from arena.hosting.reception import HouseEvent, HouseRules
from arena.session import MatchSetup
from arena.wire.keys import KeyPair

PATIENCE_S = 20.0


class Sleep:
    """What the host's loop blocks in."""

    def __init__(self, house: House) -> None:
        self._house = house

    def wait(self, timeout_s: float | None) -> bool:
        return self._house.waker.wait(timeout_s)

    def check(self) -> None:
        """Nothing was put off."""


@dataclass
class Hosted:
    """A host and what it said."""

    house: House
    events: list[HouseEvent] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.house.gate.endpoint

    def token(self, place: str) -> str:
        return self.house.token(place)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def until(self, kind: str, count: int = 1) -> HouseEvent:
        """Wait for the ``count``-th event of a kind."""
        deadline = time.monotonic() + PATIENCE_S
        while self.kinds().count(kind) < count:
            assert time.monotonic() < deadline, f"no {kind!r} among {self.events}"
            threading.Event().wait(0.005)
        return [event for event in self.events if event.kind == kind][count - 1]


@contextmanager
def hosting(
    *setups: MatchSetup,
    home: Home | None = None,
    bind: str = "tcp://127.0.0.1:*",
    keys: KeyPair | None = None,
    rules: HouseRules | None = None,
) -> Iterator[Hosted]:
    """A host with one table for each setup."""
    events: list[HouseEvent] = []
    port = Port(bind, keys=keys)
    key = keys.public if keys is not None else ""
    house = House(port, home, time.perf_counter, events.append, rules=rules or HouseRules(), key=key)
    hosted = Hosted(house, events)
    thread = threading.Thread(target=lambda: house.run(Sleep(house)), name="host")
    try:
        for setup in setups:
            house.open_table(setup)
        thread.start()
        yield hosted
    finally:
        house.stop()
        if thread.ident is not None:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
        else:
            house.close()
