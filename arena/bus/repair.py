"""Repair: how a subscriber gets what PUB/SUB lost or what was said before it came, over DEALER and ROUTER.

Messages are one MessagePack map, in an answer with blocks followed by one frame each (the format of
:mod:`arena.records.format`):

=========== ================================== ====================================================
subscriber                                     publisher answers
=========== ================================== ====================================================
``hello``   id, recorder                       ``state``: next_seq, closed
``want``    first                              ``blocks``: first, next_seq, closed, and the blocks from
                                               the one that holds ``first`` on; none where
                                               ``first`` is yet to come; ``gone``: first, where the
                                               journal lost it (a full disk)
``ack``     id, seq, complete                  nothing; all up to ``seq`` is in the recorder's file
=========== ================================== ====================================================

Until the stream has closed, private events are ``withheld`` here as they are on the bus.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgpack

from arena.bus.events import is_private, placeholder
from arena.errors import RecordError, WireError
from arena.records.format import BlockCodec
from arena.records.reader import RecordReader
from arena.records.writer import RecordWriter

ANSWER_BLOCKS = 16
ANSWER_BYTES = 1 << 20
REQUEST_BYTES_MAX = 4096


def pack(kind: str, **fields: Any) -> bytes:
    """One message of the protocol."""
    return bytes(msgpack.packb({"kind": kind, **fields}))


def unpack(data: bytes) -> dict[str, Any]:
    """The map in ``data``; raises :class:`WireError` where there is none."""
    try:
        message = msgpack.unpackb(data)
    except (ValueError, msgpack.UnpackException) as error:
        raise WireError(f"a repair message of {len(data)} bytes is not MessagePack: {error!r}") from error
    if not isinstance(message, dict) or not isinstance(message.get("kind"), str):
        raise WireError(f"a repair message of {len(data)} bytes has no kind")
    return message


class Redactor:
    """Replaces private messages by placeholders, until the stream has closed."""

    def __init__(self) -> None:
        self.active = False
        """True from the first private event to the end of the stream; set by the journal."""

    def redact(self, messages: Sequence[bytes]) -> list[bytes] | None:
        """``messages`` with placeholders, or ``None`` where nothing in them is private."""
        if not self.active or not any(map(is_private, messages)):
            return None
        return [placeholder(message) if is_private(message) else message for message in messages]


class Past(Protocol):
    """What a stream has said so far, for the publisher's thread."""

    @property
    def next_seq(self) -> int:
        """The seq that comes next."""

    def blocks(self, first: int) -> list[bytes] | None:
        """Packed blocks with the messages from ``first`` on, as many as fit an answer; ``None``: they are
        lost.
        """

    def close(self) -> None:
        """Let go of what it reads from."""


class History:
    """All that a stream has said, from its file and from what the writer still holds. For one thread."""

    def __init__(self, path: Path, writer: RecordWriter, redactor: Redactor) -> None:
        self._path, self._writer, self._redactor = path, writer, redactor
        self._codec = BlockCodec()
        self._reader: RecordReader | None = None

    @property
    def next_seq(self) -> int:
        """The seq that comes next."""
        return self._writer.next_seq

    def blocks(self, first: int) -> list[bytes] | None:
        """Packed blocks with the messages from ``first`` on, as many as fit an answer; ``None``: they are
        lost.
        """
        blocks: list[bytes] = []
        size = 0
        while first < self.next_seq and len(blocks) < ANSWER_BLOCKS and size < ANSWER_BYTES:
            found = self._block(first)
            if found is None:
                return blocks or (None if self._writer.fault else [])
            block, first = found
            blocks.append(block)
            size += len(block)
        return blocks

    def _block(self, first: int) -> tuple[bytes, int] | None:
        start, messages = self._writer.unwritten(first, 4096)
        if start > first or not messages:
            start, messages = self._from_file(first)
        if not messages:
            return None
        return self._codec.pack(start, self._redactor.redact(messages) or messages), start + len(messages)

    def _from_file(self, first: int) -> tuple[int, list[bytes]]:
        try:
            if self._reader is None:
                self._reader = RecordReader(self._path)
            if self._reader.next_seq <= first:
                self._reader.refresh()
        except RecordError:
            return first, []
        places = self._reader.blocks
        index = bisect_right(places, first, key=lambda place: place.header.first) - 1
        if index < 0 or places[index].header.last < first:
            return first, []
        return places[index].header.first, self._reader.read_block(index) or []

    def close(self) -> None:
        """Close the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None


OnAck = Callable[[str, int, bool], None]
"""Called with a peer's id, the last seq it holds, and whether it needs nothing more."""


def answer(request: bytes, history: Past, *, closed: bool, on_ack: OnAck) -> list[bytes]:
    """The frames that answer ``request``; none where nothing is to be said. Raises :class:`WireError`."""
    message = unpack(request)
    match message["kind"]:
        case "hello" | "ack":
            seq = message.get("seq", -1)
            if not isinstance(seq, int):
                raise WireError(f"seq {seq!r} in a repair message is not a whole number")
            on_ack(str(message.get("id", "")), seq, message.get("complete") is True)
            if message["kind"] == "ack":
                return []
            return [pack("state", next_seq=history.next_seq, closed=closed)]
        case "want":
            first = message.get("first")
            if not isinstance(first, int) or first < 0:
                raise WireError(f"first {first!r} in a repair message is not a whole number from 0 on")
            blocks = history.blocks(first)
            if blocks is None:
                return [pack("gone", first=first)]
            return [pack("blocks", first=first, next_seq=history.next_seq, closed=closed), *blocks]
        case kind:
            raise WireError(f"unknown repair message {kind!r}; known: ack, hello, want")
