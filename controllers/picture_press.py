"""Compresses pictures for people far away, in one thread for all of them, so that no match waits for it.

Whoever wants a picture hands over the newest frame; a frame that several people look at is compressed once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from arena.games.contract import Frame
from arena.wire import limits
from arena.wire.messages import Picture
from arena.wire.pictures import compress

Take = Callable[[Picture], None]
_REMEMBERED = 8
"""Frames whose pictures are kept for others who look at them: one a match under way at the same moment."""


def rgb(frame: Frame) -> NDArray[np.uint8]:
    """The pixels without their fourth byte, uint8 of shape (height, width, 3).

    One channel after the other: numpy copies four bytes to three twice as slowly.
    """
    height, width = frame.pixels.shape[:2]
    out = np.empty((height, width, 3), np.uint8)
    for channel, source in enumerate((2, 1, 0) if frame.order == "BGRA" else (0, 1, 2)):
        out[..., channel] = frame.pixels[..., source]
    return out


def printed(frame: Frame) -> Picture:
    """The picture of ``frame``, made at once; a large one takes some milliseconds."""
    return compress(_fitting(rgb(frame)))


def _fitting(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Every second pixel, as often as it takes to be allowed on the wire."""
    while max(pixels.shape[:2]) > limits.PICTURE_SIDE:
        pixels = pixels[::2, ::2]
    return pixels


class PicturePress:
    """A thread that runs while somebody needs it: between :meth:`open` and :meth:`close`, counted."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._users = 0
        self._thread: threading.Thread | None = None
        self._orders: dict[int, tuple[Frame, Take]] = {}
        self._made: list[tuple[Frame, Picture]] = []

    def open(self) -> None:
        """Somebody will order pictures."""
        with self._news:
            self._users += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="arena-pictures", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Somebody needs none any more; the last one waits for the thread to end."""
        with self._news:
            self._users -= 1
            thread = self._thread if not self._users else None
            if thread is not None:
                self._thread = None
                self._orders.clear()
                self._made = []
                self._news.notify_all()
        if thread is not None:
            thread.join()

    def order(self, who: object, frame: Frame, take: Take) -> None:
        """Have ``take`` called with the picture of ``frame``, in the press's thread.

        An order of the same ``who`` that was not begun is replaced.
        """
        with self._news:
            self._orders[id(who)] = (frame, take)
            self._news.notify_all()

    def _run(self) -> None:
        me = threading.current_thread()
        while True:
            with self._news:
                while not self._orders and self._thread is me:
                    self._news.wait()
                if self._thread is not me:
                    return
                frame, take = self._orders.pop(next(iter(self._orders)))
            take(self._picture(frame))

    def _picture(self, frame: Frame) -> Picture:
        for known, picture in self._made:
            if known is frame:
                return picture
        picture = printed(frame)
        self._made = [*self._made[1 - _REMEMBERED :], (frame, picture)]
        return picture


press = PicturePress()
"""The press of this process."""
