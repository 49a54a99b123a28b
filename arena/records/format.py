"""The layout of a record file, `<ulid>.arena`: a preamble, then blocks of bus messages.

All numbers are little-endian.

Preamble::

    8 bytes   magic
    u16       schema
    u16       length of the stream's name
    ...       the stream's name, UTF-8 (``match/<ulid>/``)
    u32       CRC-32 of all above

Block::

    4 bytes   marker
    u64 u64   first and last seq in it
    u32       number of messages (last - first + 1)
    u32       bytes of the messages before compression
    u32       bytes of the payload that follows
    u32       CRC-32 of the payload
    u32       CRC-32 of all above
    ...       payload: zstd (RFC 8878) of the messages, each behind its length as u32

A file grows only by whole blocks, so one that was cut off anywhere is readable to its last whole block. The
header has a checksum of its own: an index of the file takes the headers alone.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import zstandard

from arena.errors import RecordError

SUFFIX = ".arena"
SCHEMA = 1
MAGIC = b"\x89Arena\r\n"  # not text, and a transfer that mends line ends breaks it (as in PNG)
BLOCK_RAW_MAX = 64 << 20
"""Bytes of messages one block may hold; a larger number in a file is damage, no reason to allocate."""

_MARKER = b"\xa5BLK"
_PREAMBLE = struct.Struct("<8sHH")
_HEADER = struct.Struct("<4sQQIIII")
_U32 = struct.Struct("<I")
HEADER_BYTES = _HEADER.size + _U32.size
PREAMBLE_MAX = _PREAMBLE.size + 255 + _U32.size
_LEVEL = 3


class DamageError(RecordError):
    """Bytes that are not what a writer wrote: cut off, flipped, or of another kind of file."""


class CutError(DamageError):
    """The file ends inside a block: the writer was killed, or had not got further."""


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """What a block's header says in clear."""

    first: int
    last: int
    messages: int
    raw_bytes: int
    payload_bytes: int
    payload_crc: int


def pack_preamble(stream: str) -> bytes:
    """The bytes a file of ``stream`` starts with."""
    name = stream.encode()
    if not 0 < len(name) <= 255:
        raise RecordError(f"the stream name {stream!r} has {len(name)} bytes; 1 to 255 fit")
    head = _PREAMBLE.pack(MAGIC, SCHEMA, len(name)) + name
    return head + _U32.pack(zlib.crc32(head))


def parse_preamble(data: bytes) -> tuple[str, int]:
    """The stream's name and the preamble's length, from a file's first :data:`PREAMBLE_MAX` bytes."""
    if data[: len(MAGIC)] != MAGIC:
        raise DamageError("this is not an Arena record; one starts with the word Arena")
    if len(data) < _PREAMBLE.size:
        raise DamageError(f"the file ends after {len(data)} bytes, inside its preamble")
    _, schema, length = _PREAMBLE.unpack_from(data)
    end = _PREAMBLE.size + length
    if len(data) < end + _U32.size:
        raise DamageError(f"the file ends after {len(data)} bytes, inside its preamble")
    if _U32.unpack_from(data, end)[0] != zlib.crc32(data[:end]):
        raise DamageError("the preamble's checksum is wrong")
    if schema > SCHEMA:
        raise RecordError(
            f"the record has schema {schema}; this Arena knows schemas up to {SCHEMA}: update Arena"
        )
    try:
        return data[_PREAMBLE.size : end].decode(), end + _U32.size
    except UnicodeDecodeError as error:
        raise DamageError("the stream's name is not UTF-8") from error


class BlockCodec:
    """Packs and unpacks blocks. One a thread: zstd contexts must not be shared."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self._decompressor = zstandard.ZstdDecompressor()

    def pack(self, first: int, messages: Sequence[bytes]) -> bytes:
        """One block, header and payload; ``messages`` have the sequence numbers from ``first`` on."""
        raw = b"".join(part for message in messages for part in (_U32.pack(len(message)), message))
        if len(raw) > BLOCK_RAW_MAX:
            raise RecordError(f"{len(raw)} bytes of events do not fit a block of {BLOCK_RAW_MAX}")
        payload = self._compressor.compress(raw)
        last = first + len(messages) - 1
        head = _HEADER.pack(_MARKER, first, last, len(messages), len(raw), len(payload), zlib.crc32(payload))
        return b"".join((head, _U32.pack(zlib.crc32(head)), payload))

    def unpack(self, header: BlockHeader, payload: bytes) -> list[bytes]:
        """The messages of a block; raises :class:`DamageError`."""
        if len(payload) != header.payload_bytes or zlib.crc32(payload) != header.payload_crc:
            raise DamageError(f"the block of messages {header.first} to {header.last} fails its checksum")
        try:
            raw = self._decompressor.decompress(
                payload, max_output_size=header.raw_bytes, allow_extra_data=False
            )
        except zstandard.ZstdError as error:
            raise DamageError(
                f"the block of messages {header.first} to {header.last} does not unpack: {error}"
            ) from error
        messages = _split(raw)
        if len(raw) != header.raw_bytes or len(messages) != header.messages:
            raise DamageError(
                f"the block of messages {header.first} to {header.last} holds {len(messages)} of them"
            )
        return messages

    def unpack_whole(self, block: bytes) -> tuple[int, list[bytes]]:
        """First seq and messages of one block as made by :meth:`pack`, header included."""
        header = parse_header(block[:HEADER_BYTES])
        return header.first, self.unpack(header, block[HEADER_BYTES:])


def parse_header(data: bytes) -> BlockHeader:
    """A block's header from exactly :data:`HEADER_BYTES` bytes; raises :class:`DamageError`."""
    if len(data) != HEADER_BYTES:
        raise CutError(f"{len(data)} bytes are left where a block's header takes {HEADER_BYTES}")
    marker, first, last, count, raw_bytes, payload_bytes, crc = _HEADER.unpack_from(data)
    if marker != _MARKER or _U32.unpack_from(data, _HEADER.size)[0] != zlib.crc32(data[: _HEADER.size]):
        raise DamageError("a block's header fails its checksum")
    if (
        not count
        or last - first + 1 != count
        or not 0 < raw_bytes <= BLOCK_RAW_MAX
        or payload_bytes > BLOCK_RAW_MAX
    ):
        raise DamageError(f"a block claims messages {first} to {last}, {count} of them in {raw_bytes} bytes")
    return BlockHeader(first, last, count, raw_bytes, payload_bytes, crc)


def _split(raw: bytes) -> list[bytes]:
    messages, at = [], 0
    while at < len(raw):
        if at + _U32.size > len(raw):
            raise DamageError("a message's length is cut off")
        (length,) = _U32.unpack_from(raw, at)
        at += _U32.size
        if at + length > len(raw):
            raise DamageError("a message is cut off")
        messages.append(raw[at : at + length])
        at += length
    return messages


def payload_hash(messages: Iterable[bytes]) -> str:
    """blake2b-128 over the messages with their lengths: equal content, equal hash, however it is blocked."""
    import hashlib

    digest: Any = hashlib.blake2b(digest_size=16, person=b"arena-record")
    for message in messages:
        digest.update(_U32.pack(len(message)))
        digest.update(message)
    return str(digest.hexdigest())
