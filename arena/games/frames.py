"""Pictures from the process that renders to the one that shows them: a ring of 32-bit frames in shared
memory.

The ring is a file on a memory file system, mapped by both sides and unlinked as soon as the reader has it
open, so that nothing survives either of them. (``multiprocessing.shared_memory`` would start a tracker
process on each side, and before Python 3.13 the reader's tracker takes the segment away from the writer.)

Layout, all little-endian uint64: the number of the newest frame, a spare, then for each slot a lock word (odd
while it is written) and the order of its channels; pixels follow at byte 128. A reader takes the newest slot
and looks at its lock before and after. The order of stores is that of x86; where a CPU reorders them a torn
frame could slip through, never a crash.
"""

from __future__ import annotations

import contextlib
import mmap
import os
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from arena.games.contract import Frame
from arena.games.shared_memory import reserve

Order = Literal["BGRA", "RGBA"]

_SLOTS = 3
_PIXELS_AT = 128
_TRIES = 8
_ORDERS: tuple[Order, ...] = ("BGRA", "RGBA")
_OPAQUE = np.uint32(0xFF000000)


class _Ring:
    """What both sides share: the mapped file and views of it."""

    def __init__(self, descriptor: int, height: int, width: int) -> None:
        self.height, self.width = height, width
        self._map = mmap.mmap(descriptor, size_of(height, width))
        whole = np.frombuffer(self._map, np.uint8)
        self._head: NDArray[np.uint64] = whole[:_PIXELS_AT].view(np.uint64)
        self._slots: NDArray[np.uint32] = whole[_PIXELS_AT:].view(np.uint32).reshape(_SLOTS, height, width)

    def close(self) -> None:
        """Unmap."""
        del self._head, self._slots
        with contextlib.suppress(BufferError):  # a view is still held somewhere; the map goes with it
            self._map.close()


def size_of(height: int, width: int) -> int:
    """Bytes of a ring of frames of this size."""
    return _PIXELS_AT + _SLOTS * height * width * 4


class FrameWriter(_Ring):
    """The rendering side."""

    def __init__(self, height: int, width: int) -> None:
        descriptor, path = reserve(size_of(height, width))
        try:
            super().__init__(descriptor, height, width)
        finally:
            os.close(descriptor)
        self.path = path
        """For the reader to open."""
        self._number = 0

    def write_words(self, words: NDArray[np.uint32], order: Order) -> int:
        """Publish a frame of 32-bit pixels, shape ``(height, width)``; alpha is set. Returns the frame's
        number.
        """
        slot = self._begin(order)
        np.bitwise_or(words, _OPAQUE, out=self._slots[slot])
        return self._end(slot)

    def write_rgb(self, rgb: NDArray[np.uint8]) -> int:
        """Publish a frame of shape ``(height, width, 3)``. Returns the frame's number."""
        slot = self._begin("RGBA")
        target = self._slots[slot].view(np.uint8).reshape(self.height, self.width, 4)
        target[..., :3] = rgb
        target[..., 3] = 255
        return self._end(slot)

    def close(self) -> None:
        """Unmap, and remove the file if no reader did."""
        super().close()
        self.path.unlink(missing_ok=True)

    def _begin(self, order: Order) -> int:
        self._number += 1
        slot = self._number % _SLOTS
        self._head[2 + 2 * slot] += np.uint64(1)
        self._head[3 + 2 * slot] = _ORDERS.index(order)
        return slot

    def _end(self, slot: int) -> int:
        self._head[2 + 2 * slot] += np.uint64(1)
        self._head[0] = self._number
        return self._number


class FrameReader(_Ring):
    """The showing side. Opening it removes the file's name."""

    def __init__(self, path: Path, height: int, width: int) -> None:
        descriptor = os.open(path, os.O_RDWR)
        try:
            super().__init__(descriptor, height, width)
        finally:
            os.close(descriptor)
            with contextlib.suppress(OSError):  # some systems keep open files; the writer removes it then
                path.unlink()

    def newest(self, shown: int) -> Frame | None:
        """A copy of the newest frame, or ``None`` if that is frame ``shown`` or the writer was quicker than
        us.
        """
        for _ in range(_TRIES):
            number = int(self._head[0])
            if number == shown:
                return None
            slot = number % _SLOTS
            lock = int(self._head[2 + 2 * slot])
            if lock % 2:
                continue
            order = _ORDERS[int(self._head[3 + 2 * slot])]
            words = self._slots[slot].copy()
            if int(self._head[2 + 2 * slot]) == lock:
                return Frame(words.view(np.uint8).reshape(self.height, self.width, 4), number, order)
        return None
