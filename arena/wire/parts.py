"""Sends, receives and asks on ZeroMQ sockets, without waiting and with as little Python as there can be.

The convenient methods of pyzmq turn every option into an enumeration and look at each frame twice; here that
was a tenth of the whole way from asking a policy to its decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import zmq
from zmq.backend import zmq_poll

READABLE, WRITABLE = int(zmq.POLLIN), int(zmq.POLLOUT)

_LAST = int(zmq.NOBLOCK)
_MORE = int(zmq.NOBLOCK) | int(zmq.SNDMORE)


def readiness(socket: zmq.Socket[bytes], wanted: int = READABLE) -> int:
    """Which of ``wanted`` (:data:`READABLE`, :data:`WRITABLE`) the socket is ready for now.

    Afterwards its descriptor tells of the next change.
    """
    ready = zmq_poll([(socket, wanted)], 0)
    return int(ready[0][1]) if ready else 0


def send_parts(socket: zmq.Socket[bytes], frames: Sequence[Any]) -> None:
    """Send one message. Raises :class:`zmq.Again`, having sent nothing, where it cannot go now."""
    last = len(frames) - 1
    for frame in frames[:last]:
        socket.send(frame, _MORE)
    socket.send(frames[last], _LAST)


def receive_parts(socket: zmq.Socket[bytes]) -> list[bytes]:
    """Receive one message. Raises :class:`zmq.Again` where there is none."""
    frames = []
    while True:
        frame = socket.recv(_LAST, copy=False)
        frames.append(frame.bytes)
        if not frame.more:
            return frames
