"""What happened at a gate and is told once its lock is free: to matches' channels, and to the listener."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from arena.hosting.guests import Guest, GuestChannel
from arena.wire.codec import match_of

_log = logging.getLogger(__name__)


class Deliveries:
    """Kept under the lock of the gate; only :meth:`deliver` is called without it, and takes it."""

    def __init__(self, lock: threading.RLock | Any) -> None:
        self._lock = lock
        self._busy: set[GuestChannel] = set()
        """Channels with something to deliver."""
        self._news: list[Callable[[], None]] = []
        """What the listener is to be told."""

    def __bool__(self) -> bool:
        return bool(self._busy or self._news)

    def post(self, channel: GuestChannel, what: str, about: Any) -> None:
        """Something happened to a channel."""
        channel.inbox.append((what, about))
        self._busy.add(channel)

    def post_all(self, guest: Guest, what: str, about: Any) -> None:
        """Something happened to all channels of a guest."""
        for channel in guest.channels:
            self.post(channel, what, about)

    def pass_on(self, guest: Guest, frames: list[bytes]) -> None:
        """A message, to the match it is about: of several only if it names it, so that none hears what is
        another's.
        """
        channels = guest.channels
        if len(channels) > 1:
            match = match_of(frames)
            channels = [channel for channel in channels if channel.match == match]
        for channel in channels[-1:]:
            self.post(channel, "received", frames)

    def announce(self, tell: Callable[[], None]) -> None:
        """Have the listener told."""
        self._news.append(tell)

    def taken(self, channel: GuestChannel) -> None:
        """Its owner delivers what it has by itself."""
        self._busy.discard(channel)

    def drop(self, channel: GuestChannel) -> None:
        """Nobody wants to know any more."""
        channel.inbox.clear()
        self._busy.discard(channel)

    def deliver(self) -> None:
        """Tell channels and listener what happened. Call it with no lock held."""
        with self._lock:
            busy, self._busy = self._busy, set()
            news, self._news = self._news, []
        for tell in news:
            tell()
        for channel in busy:
            try:
                channel.deliver()
            except Exception:  # noqa: BLE001 - one match's fault must not end the gate of all
                _log.exception("a match could not take what %s said", channel.endpoint)
