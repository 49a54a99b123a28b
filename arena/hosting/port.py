"""The socket of a gate: a ROUTER that never blocks, tells who is gone and who has proved which key."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

import zmq

from arena.errors import WireError
from arena.wire.codec import decode, encode
from arena.wire.endpoints import check_endpoint, stays_here
from arena.wire.gatekeeper import gatekeeper
from arena.wire.keys import KeyPair
from arena.wire.messages import Bye, Ping

PART_BYTES = 1024 * 1024
"""The largest frame a guest may send: actions are small. Larger ones cut its connection."""

_HWM = 256
_HEARTBEAT_MS = 1000
_HEARTBEAT_TIMEOUT_MS = 3000
_HANDSHAKE_MS = 3000
_FAREWELL_MS = 300
PARTING_S = 1.0
"""How long peers that were told goodbye have to hang up."""
_LOOK_MS = 10


class Sent(Enum):
    """What became of a message."""

    GONE = auto()
    """Nobody is there."""
    FULL = auto()
    """The peer is behind: not sent."""
    DONE = auto()


class Arrived(NamedTuple):
    """A message."""

    peer: bytes
    """The routing id of its connection."""
    parts: list[zmq.Frame]
    """Not copied yet, so that what is more than its sender may send costs no more memory."""
    key: str
    """The public key that its sender proved to hold; empty on a line without encryption."""

    @property
    def frames(self) -> list[bytes]:
        """The message."""
        return [part.bytes for part in self.parts]


class Port:
    """A bound socket. One lock of its owner guards it.

    Raises :class:`WireError` where the address cannot or must not be bound: without ``keys`` only addresses
    of this machine are, unless ``open_network`` allows more.
    """

    def __init__(
        self,
        bind: str,
        keys: KeyPair | None = None,
        allowed: Collection[str] | None = None,
        *,
        open_network: bool = False,
    ) -> None:
        check_endpoint(bind, binding=True)
        if not bind.startswith("tcp://"):
            raise WireError(f"guests dial in over TCP: bind tcp://HOST:PORT, not {bind}")
        if keys is None and not stays_here(bind) and not open_network:
            raise WireError(
                f"{bind} can be reached from other machines: it needs keys, or say "
                "--open-to-network-unencrypted if you trust everyone on that network"
            )
        self._domain = ""
        self._socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.ROUTER)
        try:
            self._bind(bind, keys, allowed)
        except zmq.ZMQError as error:
            self.close()
            raise WireError(f"cannot host at {bind}: {error.strerror}; is another host there?") from error
        self.endpoint: str = self._socket.get(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()
        self.fd = int(self._socket.get(zmq.FD))

    def _bind(self, bind: str, keys: KeyPair | None, allowed: Collection[str] | None) -> None:
        socket = self._socket
        socket.set(zmq.LINGER, 0)
        socket.set(zmq.ROUTER_MANDATORY, 1)  # tells of guests that are gone
        socket.set(zmq.MAXMSGSIZE, PART_BYTES)
        socket.set(zmq.RCVHWM, _HWM)
        socket.set(zmq.SNDHWM, _HWM)
        socket.set(zmq.HANDSHAKE_IVL, _HANDSHAKE_MS)
        socket.set(zmq.HEARTBEAT_IVL, _HEARTBEAT_MS)
        socket.set(zmq.HEARTBEAT_TIMEOUT, _HEARTBEAT_TIMEOUT_MS)
        if keys is not None:
            self._domain = gatekeeper().guard(socket, keys, allowed)
        socket.bind(bind)

    def receive(self) -> Arrived | None:
        """The next message, if one is there."""
        try:
            peer, *parts = self._socket.recv_multipart(zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return None
        return Arrived(peer.bytes, parts, _key_of(parts))

    @property
    def has_mail(self) -> bool:
        """Whether something came. The descriptor tells of changes, not of states, and sending may have eaten
        one: so whoever sent asks this last, and the descriptor tells of all that comes after.
        """
        return bool(int(self._socket.get(zmq.EVENTS)) & zmq.POLLIN)

    def send(self, peer: bytes, frames: Sequence[Any]) -> Sent:
        """Send without waiting."""
        try:
            self._socket.send_multipart([peer, *frames], zmq.NOBLOCK)
        except zmq.Again:
            return Sent.FULL
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            return Sent.GONE
        return Sent.DONE

    def see_off(self, peers: Iterable[bytes]) -> None:
        """Wait until each of ``peers`` has hung up or said goodbye too, :data:`PARTING_S` at most.

        A dialling socket that queues nothing for an absent peer forgets what it has not handed over yet once
        its line is cut: who closes first may take the last words with them.
        """
        give_up = time.monotonic() + PARTING_S
        left, probe = set(peers), encode(Ping())  # to whom it cannot be sent is gone
        while left and time.monotonic() < give_up:
            while (arrived := self.receive()) is not None:
                if _is_goodbye(arrived):
                    left.discard(arrived.peer)
            left = {peer for peer in left if self.send(peer, probe) is not Sent.GONE}
            if left:
                self._socket.poll(_LOOK_MS)

    def close(self) -> None:
        """Free the address; what was sent last has a moment to leave."""
        self._socket.close(linger=_FAREWELL_MS)
        if self._domain:
            gatekeeper().release(self._domain)


def _key_of(parts: Sequence[zmq.Frame]) -> str:
    try:
        return str(parts[-1].get("User-Id")) if parts else ""
    except zmq.ZMQError:
        return ""


def _is_goodbye(arrived: Arrived) -> bool:
    try:
        message = decode(arrived.frames)
    except WireError:
        return False
    return isinstance(message, Bye) and not message.match
