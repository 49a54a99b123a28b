"""How a process host and its environment process talk: pickled messages with their length in front, over two
pipes.

Pickle, since both ends are of one installation, one is the other's child, and nobody else can write to the
pipes; what comes from anywhere else goes through ``arena.wire``.
"""

from __future__ import annotations

import pickle
import struct
from typing import Any, BinaryIO

_LENGTH = struct.Struct("<Q")


def send(stream: BinaryIO, message: tuple[Any, ...]) -> None:
    """Write one message; raises ``OSError`` (``BrokenPipeError``) if the other end is gone."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[Any, ...] | None:
    """Wait for one message; ``None`` at the end of the stream, even in the middle of a message."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(head)
    data = stream.read(size)
    if len(data) < size:
        return None
    message: tuple[Any, ...] = pickle.loads(data)  # noqa: S301 - see above
    return message
