"""One address for many publishers: an XSUB/XPUB proxy that publishers find and connect to by themselves.

It costs half a hop more latency and repairs nothing; subscribers that must not miss anything follow the
streams.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import zmq

from arena.bus import endpoints
from arena.errors import WireError

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def run_broker(
    front: str | None = None, back: str | None = None, *, on_ready: Callable[[str, str], None] | None = None
) -> None:
    """Pass messages on until interrupted.

    Publishers send to ``front``, subscribers connect to ``back``; both default to sockets in the runtime
    folder. ``on_ready`` is called with both addresses. Raises :class:`WireError` for an address that others
    could reach (nothing here is encrypted) or that cannot be bound.
    """
    running = endpoints.broker()
    if running is not None:
        raise WireError(f"a broker is running already: subscribers connect to {running[1]}")
    front = front or endpoints.socket_endpoint("broker.front.sock")
    back = back or endpoints.socket_endpoint("broker.back.sock")
    context = zmq.Context()
    try:
        incoming, outgoing = context.socket(zmq.XSUB), context.socket(zmq.XPUB)
        for socket, address in ((incoming, front), (outgoing, back)):
            _bind(socket, address)
        with endpoints.announce_broker(front, back):
            if on_ready is not None:
                on_ready(front, back)
            zmq.proxy(incoming, outgoing)
    finally:
        context.destroy(linger=0)


def _bind(socket: zmq.Socket[bytes], address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in {"ipc", "tcp"} or (parts.scheme == "tcp" and parts.hostname not in _LOOPBACK):
        raise WireError(
            f"the bus does not listen on {address!r}: it is not encrypted; say ipc://PATH or tcp://127.0.0.1:PORT"
        )
    try:
        socket.bind(address)
    except zmq.ZMQError as error:
        raise WireError(f"cannot listen on {address!r}: {error}; choose another address") from error
