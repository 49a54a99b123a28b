"""One picture of an environment, taken without the detour by which ``rgb_array`` makes it.

An environment that draws with pygame has its picture on a surface, 32 bits a pixel. ``render()`` turns that
into an array by ``surfarray`` and a transposition, at ten times the cost of drawing (12 ms at 1280×720). So
``surfarray`` is watched while ``render()`` runs: if what comes back is just what was on the surface, later
pictures are taken from the surface itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.games.frames import FrameWriter, Order

_TOKEN_SHAPE = (1, 1, 3)


class Camera:
    """Takes pictures by one environment's ``render``.

    ``render`` returns uint8 of shape ``(height, width, 3)``, as Gymnasium and PettingZoo ask of
    ``rgb_array``.
    """

    def __init__(self, render: Callable[[], Any]) -> None:
        self._render = render
        self._direct: bool | None = None
        """Whether pictures can be taken from the surface; ``None`` until the first one has shown it."""
        self._ring: FrameWriter | None = None

    def shoot(self) -> FrameWriter | None:
        """Put a picture into the ring, which is a new one when the size has changed; ``None`` if nothing was
        rendered.
        """
        surface = self._surface() if self._direct else None
        if surface is not None:
            return self._put_surface(surface)
        seen: list[Any] = []
        with _watched(seen, real=True):
            picture = self._render()
        if not isinstance(picture, np.ndarray) or picture.ndim != 3:
            return None
        self._direct = len(seen) == 1 and _order(seen[0]) is not None and _shows(seen[0], picture)
        ring = self._ring_for(picture.shape[0], picture.shape[1])
        ring.write_rgb(picture)
        return ring

    def close(self) -> None:
        """Give the ring back."""
        if self._ring is not None:
            self._ring.close()
            self._ring = None

    def _surface(self) -> Any:
        """Render without the conversion; the surface, or ``None`` if this time things went another way."""
        seen: list[Any] = []
        with _watched(seen, real=False):
            token = self._render()
        if (
            len(seen) == 1
            and isinstance(token, np.ndarray)
            and token.shape == _TOKEN_SHAPE
            and _order(seen[0])
        ):
            return seen[0]
        self._direct = False
        return None

    def _put_surface(self, surface: Any) -> FrameWriter:
        width, height = surface.get_size()
        ring = self._ring_for(height, width)
        order = _order(surface)
        assert order is not None
        ring.write_words(_words(surface), order)
        return ring

    def _ring_for(self, height: int, width: int) -> FrameWriter:
        if self._ring is None or (self._ring.height, self._ring.width) != (height, width):
            self.close()
            self._ring = FrameWriter(height, width)
        return self._ring


@contextmanager
def _watched(seen: list[Any], *, real: bool) -> Iterator[None]:
    """Note which surfaces are turned into arrays; ``real=False``: hand out a token of one pixel for each."""
    surfarray: Any = sys.modules.get("pygame.surfarray")
    if surfarray is None:  # pygame is not there yet, or not used
        yield
        return
    originals = {name: getattr(surfarray, name) for name in ("pixels3d", "array3d")}

    def watcher(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def convert(surface: Any) -> Any:
            seen.append(surface)
            return original(surface) if real else np.zeros(_TOKEN_SHAPE, np.uint8)

        return convert

    for name, original in originals.items():
        setattr(surfarray, name, watcher(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(surfarray, name, original)


def _order(surface: Any) -> Order | None:
    """The order of the channels in memory, if pixels have 32 bits and rows no padding."""
    if (
        surface.get_bytesize() != 4
        or surface.get_pitch() != surface.get_width() * 4
        or sys.byteorder != "little"
    ):
        return None
    red, green, blue, _alpha = surface.get_masks()
    known: dict[tuple[int, int, int], Order] = {
        (0xFF0000, 0xFF00, 0xFF): "BGRA",
        (0xFF, 0xFF00, 0xFF0000): "RGBA",
    }
    return known.get((red, green, blue))


def _words(surface: Any) -> NDArray[np.uint32]:
    width, height = surface.get_size()
    return np.frombuffer(surface.get_view("0"), np.uint32).reshape(height, width)


def _shows(surface: Any, picture: NDArray[np.uint8]) -> bool:
    """Whether ``picture`` is the surface as it is: not cropped, turned or scaled."""
    width, height = surface.get_size()
    if picture.shape != (height, width, 3):
        return False
    channels = _words(surface).view(np.uint8).reshape(height, width, 4)
    turned = channels[..., 2::-1] if _order(surface) == "BGRA" else channels[..., :3]
    return bool(np.array_equal(turned, picture))
