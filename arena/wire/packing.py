"""MessagePack without a new packer for every message: to make one costs more than to pack a small header."""

from __future__ import annotations

import threading
from typing import Any

import msgpack

_BYTES = 4096
"""Of a packer's memory to begin with; it grows."""


class _Own(threading.local):
    """One packer a thread; after an error it is empty again."""

    def __init__(self) -> None:
        self.packer = msgpack.Packer(buf_size=_BYTES)


_own = _Own()


def pack(value: Any) -> bytes:
    """``value`` as MessagePack. Raises what ``msgpack.packb`` raises."""
    packed: bytes = _own.packer.pack(value)
    return packed
