"""Guests: who has joined a host, and the channels over which matches talk to them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from arena.hosting.tokens import matches
from arena.wire.codec import match_of
from arena.wire.link import LinkHandler
from arena.wire.rates import Allowance


@dataclass(slots=True, eq=False)
class Peer:
    """One connection, by the routing id that the host's socket gave it."""

    id: bytes
    since: float
    allowance: Allowance
    key: str = ""
    """The public key it proved to hold, on an encrypted line."""
    guest: Guest | None = None
    """Who it joined as, even if that guest is away now."""
    wrong: int = 0
    """Joins that were refused."""
    wait_until: float = 0.0
    """Before this it is not listened to."""
    warned: bool = False


class Line(Protocol):
    """What a channel needs of the gate."""

    def transmit(self, channel: GuestChannel, frames: Sequence[Any], *, droppable: bool) -> bool:
        """Send now or soon; false where it was dropped."""

    def fetch(self, channel: GuestChannel) -> None:
        """Receive what is there, and deliver what of it is the channel's."""

    def take(self, channel: GuestChannel) -> tuple[str, Any] | None:
        """The next thing that happened to the channel, if any."""

    def hang_up(self, channel: GuestChannel) -> None:
        """The match needs the channel no more."""

    def open(self, guest: Guest, handler: LinkHandler, lock: threading.RLock | Any) -> GuestChannel:
        """A new channel of a guest."""


class GateListener(Protocol):
    """Whom the gate tells what happened; called from any thread, without locks."""

    def guest_joined(self, guest: Guest) -> None:
        """It has a place now."""

    def guest_dropped(self, guest: Guest, why: str) -> None:
        """Its connection is gone; it may come back."""

    def guest_returned(self, guest: Guest) -> None:
        """It came back."""

    def guest_left(self, guest: Guest, why: str) -> None:
        """It is gone for good."""

    def describe_place(self, guest: Guest) -> str:
        """Its place in words, for itself. Called with the gate's lock held."""


@dataclass(eq=False)
class Guest:
    """Somebody with a place at this host, connected or for the moment not. To be read only; the gate keeps
    it.
    """

    number: int
    name: str
    """As it is shown: printable, and nobody else's."""
    role: str
    """``bot`` or ``person``."""
    place: str
    line: Line = field(repr=False)
    secret: bytes = field(repr=False)
    """Hash of what brings it back after a drop."""
    key: str = ""
    """The public key that all its connections must prove, on an encrypted line."""
    client: str = ""
    token: int | None = None
    """The number of the token it came with."""
    spoke: bool = False
    """It said something since it was let in: it knows that it was, and its secret."""
    allowance: Allowance | None = field(default=None, repr=False)
    """What it may send, over all its connections: coming back does not fill it."""
    peer: Peer | None = None
    heard_at: float = 0.0
    pings: bool = False
    """It gives signs of life by itself: a person's window does so each second."""
    probed_at: float = 0.0
    gone: bool = False
    """It left for good or was shown out."""
    outbox: deque[list[Any]] = field(default_factory=deque, repr=False)
    channels: list[GuestChannel] = field(default_factory=list, repr=False)

    @property
    def id(self) -> str:
        """What seating words call it: ``guest:g7``."""
        return f"g{self.number}"

    @property
    def player_id(self) -> str:
        """Who it is in the league: its key where it has one, which nobody else can use; else its name."""
        return f"guest:{self.key}" if self.key else f"guest:{self.name}"

    @property
    def is_here(self) -> bool:
        """Whether it is connected."""
        return self.peer is not None

    def knows(self, secret: str) -> bool:
        """Whether ``secret`` is the one that brings it back."""
        return matches(self.secret, secret)

    def dial(self, handler: LinkHandler, lock: threading.RLock | Any) -> GuestChannel:
        """A channel of its own for one controller, which is told when the guest comes and goes."""
        return self.line.open(self, handler, lock)


class GuestChannel:
    """The conversation of one match with one guest: an :class:`arena.wire.link.Channel` over the gate.

    A guest that plays several matches has as many channels on one connection; the match id in what it says
    tells them apart, and one channel never sees what is another's.
    """

    def __init__(self, line: Line, guest: Guest, handler: LinkHandler, lock: threading.RLock | Any) -> None:
        self.guest = guest
        self.endpoint = f"guest {guest.name}"
        self.is_connected = False
        self.peer: Peer | None = None
        """The connection it speaks over, from ``connected`` to ``disconnected``."""
        self.match: str | None = None
        """Which match it is for, known from the first message it sends."""
        self.inbox: deque[tuple[str, Any]] = deque()
        """What happened and was not yet delivered; the gate's lock guards it."""
        self.closed = False
        self._line, self._handler, self._lock = line, handler, lock
        self._delivering = False

    def send(self, frames: Sequence[Any], *, droppable: bool = False) -> bool:
        """Send now or as soon as the guest takes it; false if it was dropped."""
        if not self.is_connected:
            return False
        if self.match is None:
            self.match = match_of(frames)
        return self._line.transmit(self, frames, droppable=droppable)

    def pump(self) -> None:
        """Handle what has come."""
        self._line.fetch(self)

    def close(self) -> None:
        """The match needs it no more; the guest stays."""
        self._line.hang_up(self)

    def deliver(self) -> None:
        """Tell the handler what happened, in order. Not with the gate's lock held."""
        with self._lock:
            if self._delivering:
                return  # a handler that pumps comes back here; the outer call goes on
            self._delivering = True
            try:
                while (news := self._line.take(self)) is not None:
                    self._tell(*news)
            finally:
                self._delivering = False

    def _tell(self, what: str, about: Any) -> None:
        if what == "received":
            self._handler.received(about)
        elif what == "connected":
            self.peer, self.is_connected = about, True
            self._handler.connected()
        elif what == "disconnected":
            self.peer, self.is_connected = None, False
            self._handler.disconnected()
        else:
            self.peer, self.is_connected = None, False
            self._handler.barred(about)
