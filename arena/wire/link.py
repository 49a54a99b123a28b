"""The dialling end of a connection: one ZeroMQ DEALER that never blocks and knows whether it is connected.

A DEALER may be used from several threads if one lock guards it, but nobody can sleep in ``zmq_poll`` with the
lock held. So the reactor's thread sleeps on the bare file descriptors, which needs no lock, and only then
takes it to receive. The descriptor of a ZeroMQ socket tells of changes, not of states, and whoever sends may
have eaten one: hence every send looks for answers, and whoever leaves the socket asks it for its state last.
"""

from __future__ import annotations

import struct
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol

import zmq

from arena.errors import OptionError
from arena.wire import limits
from arena.wire.keys import KeyPair, arm_client
from arena.wire.parts import READABLE, WRITABLE, readiness, receive_parts, send_parts
from arena.wire.reactor import Reactor, shared

RECONNECT_MS = 20
RECONNECT_MAX_MS = 1000
"""Dialling again starts quickly and backs off to this."""

_BURST = 16
"""Messages received at one go, so that a flood leaves the lock, and a driver's thread, to others."""

_BEHIND = 16
"""Unsent messages from which on a peer counts as behind; what must be sent is bounded by one request a
seat."""

_FAREWELL_MS = 200
_HEARTBEAT_MS = 2000
_HEARTBEAT_TIMEOUT_MS = 10_000
"""Over TCP only, for cables and machines that stop. A policy that hangs is found by deadlines: the io thread
of a hung process answers heartbeats all the same."""


_FAILURES_MAX = 5
"""Handshakes that fail in a row before it is said; one may, where a server stops in the middle of it."""

_EVENTS = (
    zmq.EVENT_HANDSHAKE_SUCCEEDED
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
    | zmq.EVENT_DISCONNECTED
)


class LinkHandler(Protocol):
    """What a channel tells its owner; called with the lock held, from the reactor's thread or from a
    caller's.
    """

    def connected(self) -> None:
        """A peer is there and speaks ZeroMQ."""

    def disconnected(self) -> None:
        """It is gone; a link dials again by itself."""

    def received(self, frames: list[bytes]) -> None:
        """A message came."""

    def barred(self, why: str) -> None:
        """There is somebody, but no conversation with them: the keys do not fit, or it is no ZeroMQ.

        ``why`` is a sentence for people. Said once; should the peer let us in after all, ``connected``
        follows.
        """


class Channel(Protocol):
    """A way to one peer that may come and go, whoever of the two dialled; guarded by its owner's lock."""

    @property
    def endpoint(self) -> str:
        """The peer's address, or what stands for it in messages to people."""

    @property
    def is_connected(self) -> bool:
        """Whether the peer is there."""

    def send(self, frames: Sequence[Any], *, droppable: bool = False) -> bool:
        """Send now or soon, without waiting; false where it was dropped."""

    def pump(self) -> None:
        """Handle what has come."""

    def close(self) -> None:
        """Hang up. Call it without holding the lock."""


class Link:
    """A connection to ``endpoint`` that comes and goes. ``lock`` guards it and whatever its handler
    touches.

    With ``key``, the server's public key, it is encrypted, and ``own`` is who we are there (a new identity
    if it is ``None``). Raises :class:`OptionError` for what is no key.
    """

    def __init__(
        self,
        endpoint: str,
        handler: LinkHandler,
        lock: threading.RLock | Any,
        reactor: Reactor | None = None,
        *,
        key: str = "",
        own: KeyPair | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.is_connected = False
        self._encrypted = bool(key)
        self._failures, self._barred = 0, False
        self._handler, self._lock = handler, lock
        self._reactor = reactor or shared()
        self._outbox: deque[list[Any]] = deque()
        self._closed = self._pumping = False
        self._socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.DEALER)
        self._configure(endpoint)
        if key:
            try:
                arm_client(self._socket, own or KeyPair.generate(), key)
            except OptionError:
                self._socket.close(linger=0)
                raise
        self._monitor: zmq.Socket[bytes] = self._socket.get_monitor_socket(_EVENTS)
        self._monitor.set(zmq.LINGER, 0)
        self._fds = (int(self._socket.get(zmq.FD)), int(self._monitor.get(zmq.FD)))
        self._socket.connect(endpoint)
        for fd, callback in zip(self._fds, (self._ready, self._monitor_ready), strict=True):
            self._reactor.watch(fd, callback, quick=True)
            self._reactor.kick(fd)  # what happened before it was watched

    def _configure(self, endpoint: str) -> None:
        socket = self._socket
        socket.set(zmq.LINGER, 0)
        socket.set(zmq.IMMEDIATE, 1)  # queue nothing for a peer that is not there
        socket.set(zmq.RECONNECT_IVL, RECONNECT_MS)
        socket.set(zmq.RECONNECT_IVL_MAX, RECONNECT_MAX_MS)
        socket.set(zmq.MAXMSGSIZE, limits.ARRAY_BYTES)
        socket.set(zmq.RCVHWM, 256)
        socket.set(zmq.SNDHWM, 256)
        if endpoint.startswith("tcp://"):
            socket.set(zmq.HEARTBEAT_IVL, _HEARTBEAT_MS)
            socket.set(zmq.HEARTBEAT_TIMEOUT, _HEARTBEAT_TIMEOUT_MS)

    def send(self, frames: Sequence[Any], *, droppable: bool = False) -> bool:
        """Send now or as soon as the peer takes it; false if it was dropped: nobody is there.

        What is ``droppable`` is dropped too where the peer is behind, so that it cannot crowd out what is
        not.
        """
        with self._lock:
            if self._closed or not self.is_connected or (droppable and len(self._outbox) >= _BEHIND):
                return False
            self._outbox.append(list(frames))
            if self._pump():
                self._reactor.kick(self._fds[0])
            return True

    def pump(self) -> None:
        """Handle what is there, without waiting for the reactor's thread to be scheduled."""
        with self._lock:
            if not self._closed and self._pump():
                self._reactor.kick(self._fds[0])

    def close(self) -> None:
        """Close the sockets at once; a last message has a moment to leave. Call it without holding the
        lock.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._reactor.unwatch(*self._fds)
        with self._lock:
            self._socket.disable_monitor()
            self._monitor.close(linger=0)
            self._socket.close(linger=_FAREWELL_MS)

    def _ready(self) -> bool:
        with self._lock:
            return not self._closed and self._pump()

    def _monitor_ready(self) -> bool:
        with self._lock:
            if self._closed:
                return False
            self._pump()  # what came before a disconnection counts before it
            self._take_monitor_events()
            return self._pump()

    def _pump(self) -> bool:
        """Send and receive what can be, up to a burst; true if it should be called again soon.

        It ends by asking the socket what it is ready for: only after that does the descriptor tell of the
        next change, whatever sending and receiving have eaten. A handler that sends while it is told
        something comes back here; its message goes out with the outer call.
        """
        if self._pumping:
            return False
        self._pumping = True
        try:
            for _ in range(_BURST):
                if self._outbox:
                    self._flush()
                ready = readiness(self._socket, READABLE | WRITABLE if self._outbox else READABLE)
                if ready & READABLE:
                    self._handler.received(receive_parts(self._socket))
                elif not ready:
                    return False
            return True
        finally:
            self._pumping = False

    def _flush(self) -> None:
        """Send what waits and can go."""
        while self._outbox:
            try:
                send_parts(self._socket, self._outbox[0])
            except zmq.Again:
                return
            self._outbox.popleft()

    def _take_monitor_events(self) -> None:
        while True:
            try:
                event, _ = struct.unpack("=hi", self._monitor.recv_multipart(zmq.NOBLOCK)[0])
            except zmq.Again:
                return
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                self.is_connected, self._failures, self._barred = True, 0, False
                self._handler.connected()
            elif event != zmq.EVENT_DISCONNECTED:
                self._handshake_failed(event)
            elif self.is_connected:
                self.is_connected = False
                self._outbox.clear()
                self._handler.disconnected()

    def _handshake_failed(self, event: int) -> None:
        """Say why there will be no conversation: once, and not for a server that was just stopping.

        libzmq dials again after a handshake that simply broke off, but never after a refusal or another
        security mechanism.
        """
        self._failures += 1
        if event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
            why = "refused our key: it lets in only the keys it was told to allow"
        elif event == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL and self._encrypted:
            why = "does not speak the encrypted protocol; is it without a key, or no policy server at all?"
        elif event == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL:
            why = "does not speak the plain protocol; does it want its key, as in 'ADDRESS,key=...'?"
        elif self._failures < _FAILURES_MAX:
            return
        elif self._encrypted:
            why = "gives no answer to the encrypted greeting; its key is probably another than the one given"
        else:
            why = (  # also what is left of a refusal if the line was cut before it could be read
                "hangs up at the greeting; does it want its key, as in 'ADDRESS,key=...'? Else it is "
                "probably no policy server"
            )
        if not self._barred:
            self._barred = True
            self._handler.barred(f"{self.endpoint} {why}")
