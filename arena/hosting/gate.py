"""The gate of a host: one ROUTER socket where guests dial in, join, come back after a drop, and play.

The reactor's thread receives; matches send from theirs. Two kinds of locks never cross: the gate's guards the
socket and the list of guests, each match's guards its own conversation, and nothing of a match is called with
the gate's held.

Routing ids are given out by our socket. One that a peer chose for itself could be taken by somebody else in
the moment after a drop, and with it the seat; so such peers are not let in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from arena.errors import WireError
from arena.hosting.deliveries import Deliveries
from arena.hosting.door import SILENT_S, Admitted, Door, TurnedAwayError
from arena.hosting.guests import GateListener, Guest, GuestChannel, Peer
from arena.hosting.port import PART_BYTES, Arrived, Port, Sent
from arena.hosting.tokens import TokenBook
from arena.wire import limits
from arena.wire.codec import VersionError, decode, encode, match_of
from arena.wire.link import LinkHandler
from arena.wire.messages import Bye, Join, Joined, Message, Ping, Pong, Refusal, Refused, Remark
from arena.wire.rates import Allowance
from arena.wire.reactor import shared

STRANGER_S = 10.0
"""How long a connection may take to join."""

PROBE_S = 0.5
"""How often an idle guest is asked for a sign of life; a connection that is down is noticed then, too."""

FLOOD_S = 10.0
"""How long a guest that sent too much is not listened to."""

BREATH_S = 0.002
"""How long nothing is received after a burst that was mostly flood, so that it takes no core for itself."""

_BURST = 64
_OUTBOX_MAX = 256
_BEHIND = 16
_STRANGERS = {"messages_per_s": 10.0, "messages_burst": 20.0, "bytes_burst": float(PART_BYTES)}
_OURS = (b"join", b"ping", b"pong", b"bye")
"""Kinds that the gate may have to answer; other messages are not decoded here."""


class Gate:
    """Guests by connection. All methods may be called from any thread.

    ``tick`` must be called whenever :meth:`next_wakeup` says so: it probes guests, forgets strangers and
    takes breath after floods.
    """

    def __init__(
        self,
        port: Port,
        book: TokenBook,
        listener: GateListener,
        clock: Callable[[], float],
        *,
        wake: Callable[[], None] = lambda: None,
        games: Sequence[str] = (),
    ) -> None:
        """``wake`` is called where :meth:`next_wakeup` has become earlier; ``games`` are told to guests. The
        port is closed with the gate.
        """
        self._port, self.endpoint = port, port.endpoint
        self.lock = threading.RLock()
        self.door = Door(book, self, self._still_there)
        self._listener, self._clock, self._wake, self._games = listener, clock, wake, tuple(games)
        self._peers: dict[bytes, Peer] = {}
        self._deliveries = Deliveries(self.lock)
        self._breathless_until = 0.0
        self._closed = False
        shared().watch(self._port.fd, self._ready)
        shared().kick(self._port.fd)

    # ---- for the house ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Do what time brings."""
        with self.lock:
            if self._closed:
                return
            for guest in list(self.door.guests.values()):
                self._look_after(guest, now)
            self._forget_strangers(now)
            self._look_again()
        self._deliveries.deliver()

    def next_wakeup(self, now: float) -> float:
        """When :meth:`tick` is due at the latest."""
        with self.lock:
            return self._breathless_until if self._breathless_until > now else now + PROBE_S

    def tell(self, guest: Guest, message: str, level: str = "info") -> None:
        """Say a sentence to a guest, if it is here."""
        with self.lock:
            if guest.peer is not None and not self._closed:
                self._say(guest.peer, Remark("", message[: limits.TEXT_CHARS], level))
                self._look_again()

    def dismiss(self, guest: Guest, why: str) -> None:
        """Show a guest out: it is told why, its seats are given up, its secret opens nothing any more."""
        with self.lock:
            if guest.gone:
                return
            if guest.peer is not None:
                self._say(guest.peer, Bye("", message=why[: limits.TEXT_CHARS]))
                self._look_again()
            self._part(guest, why)
        self._deliveries.deliver()

    def close(self, why: str = "the host is closing") -> None:
        """Say goodbye to everyone and free the address. Safe to call twice."""
        with self.lock:
            if self._closed:
                return
            guests = list(self.door.guests.values())
            peers = [guest.peer.id for guest in guests if guest.peer is not None]
        for guest in guests:
            self.dismiss(guest, why)
        with self.lock:
            self._closed = True
        shared().unwatch(self._port.fd)
        self._deliveries.deliver()
        with self.lock:
            self._port.see_off(peers)
            self._port.close()

    # ---- for channels (see guests.Line) -------------------------------------------------------------------

    def open(self, guest: Guest, handler: LinkHandler, lock: threading.RLock | Any) -> GuestChannel:
        """A new channel of ``guest``; it hears at once whether the guest is there."""
        channel = GuestChannel(self, guest, handler, lock)
        with self.lock:
            if guest.gone or self._closed:
                self._deliveries.post(channel, "barred", f"{guest.name} is gone")
                channel.closed = True
            else:
                guest.channels.append(channel)
                if guest.peer is not None:
                    self._deliveries.post(channel, "connected", guest.peer)
        shared().kick(self._port.fd)  # not here and now: the dialler holds the lock and does not know us yet
        return channel

    def transmit(self, channel: GuestChannel, frames: Sequence[Any], *, droppable: bool) -> bool:
        """Send a match's message, unless the guest is away, or back over a connection that it does not know
        of yet.
        """
        with self.lock:
            guest = channel.guest
            peer = guest.peer
            if self._closed or channel.closed or peer is None or peer is not channel.peer:
                return False
            peer.allowance.asked(1, 0)
            sent = self._send(guest, list(frames), droppable=droppable)
            self._look_again()
        return sent

    def fetch(self, channel: GuestChannel) -> None:
        """Receive what is there; deliver what of it is the channel's, leave the rest to the reactor."""
        with self.lock:
            more = not self._closed and self._receive()
            self._deliveries.taken(channel)
            others = bool(self._deliveries)
        channel.deliver()
        if more or others:
            shared().kick(self._port.fd)

    def take(self, channel: GuestChannel) -> tuple[str, Any] | None:
        """The next thing that happened to ``channel``."""
        with self.lock:
            return channel.inbox.popleft() if channel.inbox else None

    def hang_up(self, channel: GuestChannel) -> None:
        """The match is over for this guest."""
        with self.lock:
            channel.closed = True
            if channel in channel.guest.channels:
                channel.guest.channels.remove(channel)
            self._deliveries.drop(channel)

    # ---- receiving: in the reactor's thread, or in a match's that fetches ---------------------------------

    def _ready(self) -> bool:
        with self.lock:
            if self._closed:
                return False
            more = self._receive()
            for guest in self.door.guests.values():
                if guest.outbox:
                    self._flush(guest)
            self._look_again()
        self._deliveries.deliver()
        return more

    def _look_again(self) -> None:
        """Something was sent: have the reactor receive what came meanwhile, and deliver what there is."""
        breathless = self._clock() < self._breathless_until
        if self._deliveries or (self._port.has_mail and not breathless):
            shared().kick(self._port.fd)

    def _receive(self) -> bool:
        """Sort what came into inboxes, up to a burst; whether there may be more."""
        now = self._clock()
        if now < self._breathless_until:
            return False
        self._breathless_until = 0.0
        flood = 0
        for _ in range(_BURST):
            arrived = self._port.receive()
            if arrived is None:
                return False
            flood += not self._take(arrived, now)
        if 2 * flood > _BURST:
            self._breathless_until = now + BREATH_S
            self._wake()
            return False
        return True

    def _take(self, arrived: Arrived, now: float) -> bool:
        """One message; false for what was thrown away unread."""
        peer = self._peers.get(arrived.peer) or self._meet(arrived, now)
        if now < peer.wait_until:
            return False
        too_much = peer.allowance.over(arrived.parts)
        if too_much is not None:
            self._mute(peer, too_much, now)
            return False
        frames = arrived.frames
        if not frames or arrived.key != peer.key:
            return False
        guest = peer.guest
        if guest is not None and guest.peer is None and not guest.gone:
            self._attach(guest, peer, now, returned=True)  # it was silent, and is not any more
        if guest is None or guest.peer is not peer or any(kind in frames[0] for kind in _OURS):
            return self._hear(peer, frames, now)
        guest.heard_at, guest.spoke = now, True
        self._deliveries.pass_on(guest, frames)
        return True

    def _meet(self, arrived: Arrived, now: float) -> Peer:
        strangers = [peer for peer in self._peers.values() if peer.guest is None]
        if len(strangers) >= limits.STRANGERS:
            del self._peers[strangers[0].id]
        allowance = Allowance(self._clock, **_STRANGERS)
        peer = self._peers[arrived.peer] = Peer(arrived.peer, now, allowance, key=arrived.key)
        return peer

    def _hear(self, peer: Peer, frames: list[bytes], now: float) -> bool:
        """A message of a stranger, or one that may be for the gate itself."""
        guest = peer.guest if peer.guest is not None and peer.guest.peer is peer else None
        try:
            message = decode(frames)
        except WireError as error:
            if guest is not None:
                guest.heard_at, guest.spoke = now, True
                self._deliveries.pass_on(guest, frames)
            else:
                reason = Refusal.VERSION if isinstance(error, VersionError) else Refusal.MALFORMED
                self._refuse(peer, match_of(frames), reason, str(error))
            return guest is not None
        if isinstance(message, Join):
            self._join(peer, message, now)
            return True
        if guest is None:
            if not isinstance(message, Bye | Pong):
                self._refuse(peer, message.match, Refusal.TOKEN, "join first: a host talks to its guests")
            return False
        guest.heard_at, guest.spoke = now, True
        self._hear_guest(guest, peer, message, frames, now)
        return True

    def _hear_guest(
        self, guest: Guest, peer: Peer, message: Message, frames: list[bytes], now: float
    ) -> None:
        if isinstance(message, Ping) and not message.match:
            guest.pings = True
            self._say(peer, Pong(message.number))
        elif isinstance(message, Bye) and not message.match:
            why = f"{guest.name} left" + (f": {message.message}" if message.message else "")
            self._say(peer, Bye("", message="goodbye"))  # it may hang up now: nothing is under way any more
            self._part(guest, why)
        elif not (isinstance(message, Pong) and not message.match):
            self._deliveries.pass_on(guest, frames)

    # ---- joining, coming and going: with the lock held ----------------------------------------------------

    def _join(self, peer: Peer, join: Join, now: float) -> None:
        if not peer.id.startswith(b"\0"):
            told = "dial without a routing id of your own: leave ZMQ_ROUTING_ID unset"
            self._refuse(peer, "", Refusal.UNSUPPORTED, told)
            return
        try:
            admitted = self.door.admit(peer, join, now)
        except TurnedAwayError as error:
            self._refuse(peer, "", error.reason, str(error))
            return
        self._welcome(peer, admitted, now)

    def _welcome(self, peer: Peer, admitted: Admitted, now: float) -> None:
        guest = admitted.guest
        if guest.peer is not None:
            self._detach(guest, "a newer connection of the same guest took its place")
        place = self._listener.describe_place(guest)
        self._say(peer, Joined(admitted.secret, guest.name, place, self._games))
        peer.guest = guest
        if guest.allowance is None:
            guest.allowance = Allowance(self._clock)
        peer.allowance = guest.allowance
        self._attach(guest, peer, now, returned=admitted.returned)

    def _attach(self, guest: Guest, peer: Peer, now: float, *, returned: bool) -> None:
        guest.peer, guest.heard_at, guest.pings = peer, now, False
        guest.probed_at = float("-inf")  # its answer to the first probe says that it knows it is in
        self._deliveries.post_all(guest, "connected", peer)
        tell = self._listener.guest_returned if returned else self._listener.guest_joined
        self._deliveries.announce(lambda: tell(guest))

    def _detach(self, guest: Guest, why: str) -> None:
        """It is away now."""
        guest.peer = None
        guest.outbox.clear()
        self._deliveries.post_all(guest, "disconnected", why)
        self._deliveries.announce(lambda: self._listener.guest_dropped(guest, why))

    def _part(self, guest: Guest, why: str) -> None:
        """It is gone for good."""
        self.door.leave(guest)
        if guest.peer is not None:
            self._peers.pop(guest.peer.id, None)
        guest.peer = None
        guest.outbox.clear()
        self._deliveries.post_all(guest, "barred", why)
        self._deliveries.announce(lambda: self._listener.guest_left(guest, why))

    def _still_there(self, guest: Guest) -> bool:
        return guest.peer is not None and self._say(guest.peer, Ping())

    def _mute(self, peer: Peer, too_much: str, now: float) -> None:
        peer.wait_until = now + FLOOD_S
        if not peer.warned:
            peer.warned = True
            told = f"you {too_much}; you are not listened to for {FLOOD_S:g} s"
            self._refuse(peer, "", Refusal.LIMIT, told)
        if peer.guest is not None and peer.guest.peer is peer:
            self._detach(peer.guest, f"{peer.guest.name} {too_much}")

    def _look_after(self, guest: Guest, now: float) -> None:
        """Probe, or notice that nothing came for too long."""
        if guest.outbox:
            self._flush(guest)
        if guest.peer is not None and now - guest.probed_at >= PROBE_S:
            guest.probed_at = now
            if not self._say(guest.peer, Ping()):
                self._detach(guest, f"{guest.name} hung up")
        promised = guest.role == "person" and guest.pings  # a bot may think for minutes
        if guest.peer is not None and promised and now - guest.heard_at > SILENT_S:
            self._detach(guest, f"nothing was heard of {guest.name} for {SILENT_S:g} s")

    def _forget_strangers(self, now: float) -> None:
        for peer in list(self._peers.values()):
            gone = peer.guest is not None and (peer.guest.gone or peer.guest.peer not in {peer, None})
            if (peer.guest is None or gone) and now > max(peer.since + STRANGER_S, peer.wait_until):
                del self._peers[peer.id]

    # ---- sending: with the lock held ----------------------------------------------------------------------

    def _send(self, guest: Guest, frames: list[Any], *, droppable: bool) -> bool:
        if droppable and len(guest.outbox) >= _BEHIND:
            return False
        guest.outbox.append(frames)
        self._flush(guest)
        if len(guest.outbox) > _OUTBOX_MAX:
            self._detach(guest, f"{guest.name} reads nothing of what it is sent")
        return guest.peer is not None

    def _flush(self, guest: Guest) -> None:
        while guest.outbox and guest.peer is not None:
            sent = self._port.send(guest.peer.id, guest.outbox[0])
            if sent is Sent.FULL:
                return
            if sent is Sent.GONE:
                self._detach(guest, f"{guest.name} hung up")
                return
            guest.outbox.popleft()

    def _say(self, peer: Peer, message: Message) -> bool:
        """Send a message of the gate's own; false where nobody is there. One that reads nothing misses it."""
        return self._port.send(peer.id, encode(message)) is not Sent.GONE

    def _refuse(self, peer: Peer, match: str, reason: Refusal, message: str) -> None:
        self._say(peer, Refused(match, reason, message[: limits.TEXT_CHARS]))
