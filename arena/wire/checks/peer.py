"""The other end of a connection, spoken to by hand: send something, wait for what comes."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from arena.wire.checks.check import Failed
from arena.wire.codec import encode
from arena.wire.link import Channel, LinkHandler
from arena.wire.messages import Message

Dial = Callable[[LinkHandler, Any], Channel]
"""Gives a channel to the other end, for a handler and the lock that guards it."""

_GONE = object()


class Peer:
    """A channel whose messages wait in a queue until somebody asks for them."""

    def __init__(self, dial: Dial) -> None:
        self._lock = threading.RLock()
        self._inbox: queue.SimpleQueue[list[bytes] | object] = queue.SimpleQueue()
        self._there = threading.Event()
        self._why_not = ""
        self._channel = dial(self, self._lock)
        if self._channel.is_connected:
            self._there.set()

    def await_connection(self, patience_s: float) -> None:
        """Return once somebody is there. Raises :class:`Failed` after ``patience_s``, or sooner where it is
        known why.
        """
        until = time.monotonic() + patience_s
        while not self._there.wait(0.05):
            if self._why_not:
                raise Failed(self._why_not)
            if time.monotonic() > until:
                raise Failed(f"nobody who speaks ZeroMQ answered at {self._channel.endpoint}")

    def send(self, message: Message | Sequence[bytes]) -> None:
        """Send a message, or frames as they are. Raises :class:`Failed` where nobody is there."""
        frames = message if isinstance(message, Sequence) else encode(message)
        if not self._channel.send(frames):
            raise Failed("it hung up")

    def receive(self, patience_s: float) -> tuple[list[bytes], float] | None:
        """The next message and how long it took in seconds, ``None`` if there is none within
        ``patience_s``. Raises :class:`Failed` if the other end hung up.
        """
        began = time.perf_counter()
        try:
            found = self._inbox.get(timeout=max(0.0, patience_s))
        except queue.Empty:
            return None
        if found is _GONE:
            raise Failed("it hung up, or sent more than 64 MiB in one part")
        assert isinstance(found, list)
        return found, time.perf_counter() - began

    def close(self) -> None:
        """Hang up."""
        self._channel.close()

    # ---- the channel's side -------------------------------------------------------------------------------

    def connected(self) -> None:
        """Somebody is there."""
        self._there.set()

    def disconnected(self) -> None:
        """They are gone."""
        self._there.clear()
        self._inbox.put(_GONE)

    def received(self, frames: list[bytes]) -> None:
        """A message came."""
        self._inbox.put(frames)

    def barred(self, why: str) -> None:
        """There will be no conversation."""
        self._why_not = why
