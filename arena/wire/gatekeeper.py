"""Decides which client keys come in (ZAP, ZeroMQ's RFC 27): one gatekeeper for all sockets of a process.

libzmq asks it once a handshake, by a request to an inproc address that only one socket can hold. Every
guarded socket has a domain of its own, and a domain that nobody registered lets nobody in. Whoever is let in
is known by key from then on: ``frame.get("User-Id")`` of each of their messages is their public key.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Collection, Sequence
from typing import Any

import zmq

from arena.errors import WireError
from arena.wire.keys import KeyPair, arm_server, key_text
from arena.wire.reactor import Reactor, shared

_ADDRESS = "inproc://zeromq.zap.01"
_CURVE_FRAMES = 7
"""Version, request id, domain, address, routing id, mechanism, and the client's key."""


class Gatekeeper:
    """Answers for the guarded sockets of one context, in the reactor's thread.

    Methods may be called from any thread. Its own socket is there while something is guarded, so that a
    program may come back to nothing and begin again.
    """

    def __init__(self, context: zmq.Context[Any] | None = None, reactor: Reactor | None = None) -> None:
        self._context = context or zmq.Context.instance()
        self._reactor = reactor or shared()
        self._lock = threading.Lock()
        self._allowed: dict[str, frozenset[str] | None] = {}
        self._numbers = itertools.count(1)
        self._socket: zmq.Socket[bytes] | None = None
        self._fd = -1

    def guard(self, socket: zmq.Socket[Any], keys: KeyPair, allowed: Collection[str] | None = None) -> str:
        """Encrypt a socket that is about to bind; gives its domain, for :meth:`allow` and :meth:`release`.

        ``allowed`` holds public keys of clients; ``None`` lets in all who know the server's key, each with an
        identity. Raises :class:`WireError` where something else in this process answers such questions.
        """
        with self._lock:
            domain = f"arena-{next(self._numbers)}"
            if self._socket is None:
                self._open()
            self._allowed[domain] = None if allowed is None else frozenset(allowed)
        arm_server(socket, keys, domain)
        return domain

    def allow(self, domain: str, allowed: Collection[str] | None) -> None:
        """Change who comes in from now on; who is in stays in."""
        with self._lock:
            if domain in self._allowed:
                self._allowed[domain] = None if allowed is None else frozenset(allowed)

    def release(self, domain: str) -> None:
        """The guarded socket is closed."""
        with self._lock:
            self._allowed.pop(domain, None)
            if self._socket is not None and not self._allowed:
                self._reactor.kick(self._fd)  # the callback closes it, as nobody else may while it runs

    def _open(self) -> None:
        socket = self._context.socket(zmq.REP)
        socket.set(zmq.LINGER, 0)
        try:
            socket.bind(_ADDRESS)
        except zmq.ZMQError as error:
            socket.close()
            raise WireError(f"cannot tell clients' keys apart: {_ADDRESS} is taken ({error})") from error
        self._socket, self._fd = socket, int(socket.get(zmq.FD))
        self._reactor.watch(self._fd, self._ready)

    def _ready(self) -> bool:
        """Answer what is asked; in the reactor's thread."""
        with self._lock:
            while self._socket is not None:
                try:
                    request = self._socket.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    break
                self._socket.send_multipart(self._verdict(request))
            if self._socket is not None and not self._allowed:
                self._reactor.unwatch(self._fd)
                self._socket.unbind(_ADDRESS)  # at once; closing alone frees the address some time later
                self._socket.close(linger=0)
                self._socket = None
        return False

    def _verdict(self, request: Sequence[bytes]) -> list[bytes]:
        version, number = request[:2]
        domain = request[2].decode("ascii", "replace")
        if len(request) == _CURVE_FRAMES and request[5] == b"CURVE" and domain in self._allowed:
            key, allowed = key_text(request[6]), self._allowed[domain]
            if allowed is None or key in allowed:
                return [version, number, b"200", b"OK", key.encode("ascii"), b""]
        return [version, number, b"400", b"this key is not let in here", b"", b""]


_shared: Gatekeeper | None = None
_sharing = threading.Lock()


def gatekeeper() -> Gatekeeper:
    """The gatekeeper of this process: libzmq takes one for all sockets of ``zmq.Context.instance()``."""
    global _shared  # noqa: PLW0603 - one a process, like the context it answers for
    with _sharing:
        if _shared is None:
            _shared = Gatekeeper()
        return _shared
