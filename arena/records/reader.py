"""Reads a record file as far as it is whole."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from arena.errors import RecordError
from arena.records.format import (
    HEADER_BYTES,
    PREAMBLE_MAX,
    BlockCodec,
    BlockHeader,
    CutError,
    DamageError,
    parse_header,
    parse_preamble,
)


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """Where a block stands in its file: its header at ``offset``, its payload up to ``end``."""

    offset: int
    end: int
    header: BlockHeader


class RecordReader:
    """The blocks of one file, and the messages in them.

    Opening reads headers only. Whatever is not whole ends the record there: :attr:`damage` says what and
    where, and nothing behind it is handed out. Raises :class:`RecordError` only if the file cannot be opened,
    is not a record or is from a newer Arena. Use as a context manager.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._codec = BlockCodec()
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise RecordError(f"cannot read {path}: {error.strerror or error}") from error
        self.blocks: list[BlockPlace] = []
        self.damage: DamageError | None = None
        """Why reading stops at :attr:`end`; ``None`` at a clean end of the file."""
        try:
            self.stream, self.end = parse_preamble(os.pread(self._file.fileno(), PREAMBLE_MAX, 0))
        except RecordError as error:
            self._file.close()
            raise type(error)(f"{path}: {error}") from error
        self.refresh()

    @property
    def next_seq(self) -> int:
        """One past the last message that can be read."""
        return self.blocks[-1].header.last + 1 if self.blocks else 0

    def refresh(self) -> None:
        """Look for blocks that were written since."""
        self.damage = None
        try:
            size = os.fstat(self._file.fileno()).st_size
            while self.end < size:
                self._add_block(size)
        except DamageError as error:
            self.damage = error

    def _add_block(self, size: int) -> None:
        try:
            header = parse_header(os.pread(self._file.fileno(), HEADER_BYTES, self.end))
        except DamageError as error:
            raise type(error)(f"{self.path.name} at byte {self.end}: {error}") from error
        end = self.end + HEADER_BYTES + header.payload_bytes
        if header.first != self.next_seq:
            raise DamageError(
                f"{self.path.name} at {self.end}: message {self.next_seq} should follow, got {header.first}"
            )
        if end > size:
            raise CutError(
                f"{self.path.name} ends at byte {size}, inside the block of message {header.first}"
            )
        self.blocks.append(BlockPlace(self.end, end, header))
        self.end = end

    def messages(self, first: int = 0) -> Iterator[bytes]:
        """The messages from seq ``first`` on, to the last whole block; may set :attr:`damage` on the way."""
        index = 0
        while index < len(self.blocks):
            block = self.blocks[index]
            if block.header.last >= first:
                unpacked = self.read_block(index)
                if unpacked is None:
                    return
                yield from unpacked[max(0, first - block.header.first) :]
            index += 1

    def read_block(self, index: int) -> list[bytes] | None:
        """The messages of one block; ``None`` where it is damaged, which ends the record there."""
        place = self.blocks[index]
        payload = os.pread(self._file.fileno(), place.header.payload_bytes, place.offset + HEADER_BYTES)
        try:
            return self._codec.unpack(place.header, payload)
        except DamageError as error:
            self.damage = DamageError(f"{self.path.name} at byte {place.offset}: {error}")
            self.end = place.offset
            del self.blocks[index:]
            return None

    def check(self) -> None:
        """Read every block, so that :attr:`end` and :attr:`damage` speak for the contents too."""
        index = 0
        while index < len(self.blocks) and self.read_block(index) is not None:
            index += 1

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_being_written(path: Path) -> bool:
    """Whether a live process writes the file. The lock goes with the process, however that ends."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        raise RecordError(f"cannot read {path}: {error.strerror or error}") from error
    return False
