"""Round sprites, painted from distances: exact edges at any size and any fraction of a pixel."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import ceil, cos, floor, pi, sin
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from scenes.ui.palette import Colour

GLOW_PX = 80
"""Larger lights are painted at this radius and scaled: nobody sees it, and they are done much sooner."""
PHASES = 2
"""Sprites are kept at this many fractions of a pixel each way, so that slow bodies glide."""
Plane = NDArray[np.floating[Any]]
XY = tuple[float, float]

KEPT_BYTES = 64 * 2**20
"""Sprites kept together hold at most this much memory; those used longest ago go first."""

_sprites: OrderedDict[Hashable, pygame.Surface] = OrderedDict()
_held_bytes = [0]


class Layers:
    """A transparent picture to paint on, layer over layer. Lengths are pixels from its middle."""

    def __init__(self, width: float, height: float, shift: XY = (0.0, 0.0)) -> None:
        """``shift``: where the middle lies beside that of the picture."""
        self.size = max(1, ceil(width)), max(1, ceil(height))
        xs = np.arange(self.size[0], dtype=np.float32) + 0.5 - self.size[0] / 2 - shift[0]
        ys = np.arange(self.size[1], dtype=np.float32) + 0.5 - self.size[1] / 2 - shift[1]
        self.x: Plane = xs[:, None] + np.zeros_like(ys)
        self.y: Plane = ys + np.zeros_like(xs)[:, None]
        self._light: Plane = np.zeros((*self.size, 3), np.float32)
        self._alpha: Plane = np.zeros(self.size, np.float32)

    def away(self, x: float = 0.0, y: float = 0.0) -> Plane:
        """Distance of every pixel from a point; float32 of shape ``(width, height)``."""
        distance: Plane = np.hypot(self.x - x, self.y - y)
        return distance

    def fill(self, inside: Plane, colour: Colour, opacity: float = 1.0) -> None:
        """Paint where ``inside`` (pixels from the edge, negative beyond it) says, with a smooth edge."""
        self.glaze(np.clip(inside + 0.5, 0.0, 1.0), colour, opacity)

    def glaze(self, cover: Plane, colour: Colour, opacity: float = 1.0) -> None:
        """Paint with a cover of 0 to 1 for every pixel."""
        covered = np.nonzero(cover.any(axis=1))[0], np.nonzero(cover.any(axis=0))[0]
        if not covered[0].size:
            return
        # Most layers are small parts of the picture.
        part = tuple(slice(int(along[0]), int(along[-1]) + 1) for along in covered)
        cover = (cover[part] * opacity).astype(np.float32)
        light, alpha, rest = self._light[part], self._alpha[part], 1 - cover
        light *= rest[..., None]
        light += cover[..., None] * np.array(colour, np.float32)
        alpha *= rest
        alpha += cover

    def image(self) -> pygame.Surface:
        """The picture, with straight alpha."""
        image = pygame.Surface(self.size, pygame.SRCALPHA, 32)
        colours, alpha = pygame.surfarray.pixels3d(image), pygame.surfarray.pixels_alpha(image)
        colours[:] = np.clip(self._light / np.maximum(self._alpha, 1e-6)[..., None] + 0.5, 0, 255)
        alpha[:] = self._alpha * 255 + 0.5
        del colours, alpha
        return image

    def tinted(self, cover: Plane, colour: Colour) -> pygame.Surface:
        """One colour everywhere, with an opacity of 0 to 1 for every pixel: for pictures that are scaled."""
        image = pygame.Surface(self.size, pygame.SRCALPHA, 32)
        image.fill((*colour, 0))
        alpha = pygame.surfarray.pixels_alpha(image)
        alpha[:] = cover * 255 + 0.5
        del alpha
        return image


def kept(key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
    """The sprite of ``key``, made once; do not draw on it."""
    image = _sprites.get(key)
    if image is not None:
        _sprites.move_to_end(key)
        return image
    image = make()
    _sprites[key] = image
    _held_bytes[0] += _bytes_of(image)
    while _held_bytes[0] > KEPT_BYTES and len(_sprites) > 1:
        _held_bytes[0] -= _bytes_of(_sprites.popitem(last=False)[1])
    return image


def _bytes_of(image: pygame.Surface) -> int:
    return image.get_width() * image.get_height() * image.get_bytesize()


def stamp(surface: pygame.Surface, key: Hashable, make: Callable[[XY], pygame.Surface], at: XY) -> None:
    """Put the sprite of ``key`` with its middle ``at`` a place, to a fraction of a pixel.

    ``make(shift)`` draws it with its middle moved by ``shift`` pixels.
    """
    (x, right), (y, down) = _phased(at[0]), _phased(at[1])
    image = kept((key, right, down), lambda: make((right / PHASES, down / PHASES)))
    surface.blit(image, (x - image.get_width() // 2, y - image.get_height() // 2))


def _phased(value: float) -> tuple[int, int]:
    steps = floor(value * PHASES + 0.5)
    return steps // PHASES, steps % PHASES


def quarter(pixels: float) -> float:
    """``pixels`` to a quarter: for radii of kept sprites, so that no picture depends on an earlier one."""
    return max(0.25, round(4 * pixels) / 4)


def even(pixels: float) -> int:
    """An even number of pixels, at least that many: the middle of the sprite then lies between pixels."""
    return 2 * ceil(pixels / 2)


def glow(radius: int, colour: Colour, opacity: float = 1.0, core: float = 0.0) -> pygame.Surface:
    """A soft round light, or a shadow: full within ``core`` (share of the radius), nothing at ``radius``."""

    def make() -> pygame.Surface:
        painted = min(radius, GLOW_PX)
        layers = Layers(2 * painted, 2 * painted)
        share = np.clip((1 - layers.away() / max(1, painted)) / max(1e-3, 1 - core), 0, 1)
        image = layers.tinted(share * share * (3 - 2 * share) * opacity, colour)
        return image if painted == radius else pygame.transform.smoothscale(image, (2 * radius, 2 * radius))

    return kept(("glow", radius, colour, opacity, core), make)


def dot(radius: float, colour: Colour, opacity: float = 1.0) -> pygame.Surface:
    """A small plain disc; sizes and opacities are rounded, so that few are kept."""
    steps, share = max(1, round(radius * 2)), max(1, round(opacity * 12))

    def make() -> pygame.Surface:
        layers = Layers(even(steps + 2), even(steps + 2))
        layers.fill(steps / 2 - layers.away(), colour, share / 12)
        return layers.image()

    return kept(("dot", steps, colour, share), make)


def soft(radius: float, colour: Colour, opacity: float = 1.0) -> pygame.Surface:
    """A small disc with a soft rim; sizes and opacities are rounded, so that few are kept."""
    steps, share = max(2, round(radius / 2) * 2), max(1, round(opacity * 16))
    return glow(steps, colour, share / 16, 0.35)


def hoop(radius: float, width: float, colour: Colour, opacity: float = 1.0) -> pygame.Surface:
    """A circle's line; sizes and opacities are rounded, so that few are kept."""
    outer, line, share = max(2, round(radius / 2) * 2), max(1, round(width)), max(1, round(opacity * 12))

    def make() -> pygame.Surface:
        layers = Layers(2 * outer + 2, 2 * outer + 2)
        layers.fill(line / 2 - np.abs(layers.away() - (outer - line / 2)), colour, share / 12)
        return layers.image()

    return kept(("hoop", outer, line, colour, share), make)


def dimmed(image: pygame.Surface, opacity: float) -> pygame.Surface:
    """The image at one of eight opacities."""
    steps = max(1, min(8, round(opacity * 8)))

    def make() -> pygame.Surface:
        copy = image.copy()
        copy.fill((255, 255, 255, round(255 * steps / 8)), special_flags=pygame.BLEND_RGBA_MULT)
        return copy

    # Sprites are kept and never change, so that the object itself is a key as long as the copy is kept.
    return kept(("dimmed", image, steps), make)


def mark(layers: Layers, kind: str, size: float) -> Plane:
    """How far every pixel lies inside a mark of half-height ``size`` pixels, for :meth:`Layers.fill`.

    Kinds: those of :data:`scenes.views.physics.colours.MARKS`.
    """
    return _MARKS.get(kind, _dot)(layers.x, layers.y, size)


def _dot(x: Plane, y: Plane, size: float) -> Plane:
    inside: Plane = 0.62 * size - np.hypot(x, y)
    return inside


def _ring(x: Plane, y: Plane, size: float) -> Plane:
    inside: Plane = 0.22 * size - np.abs(np.hypot(x, y) - 0.72 * size)
    return inside


def _triangle(x: Plane, y: Plane, size: float) -> Plane:
    sides = [cos(turn) * x + sin(turn) * y for turn in (pi / 2, pi / 2 + 2 * pi / 3, pi / 2 - 2 * pi / 3)]
    return 0.57 * size - np.maximum(np.maximum(sides[0], sides[1]), sides[2])


def _diamond(x: Plane, y: Plane, size: float) -> Plane:
    inside: Plane = (size - np.abs(x) - np.abs(y)) * 0.7071
    return inside


def _cross(x: Plane, y: Plane, size: float) -> Plane:
    return np.maximum(_block(x, y, 0.25 * size, size), _block(x, y, size, 0.25 * size))


def _bars(x: Plane, y: Plane, size: float) -> Plane:
    left, right = (_block(x + side * 0.5 * size, y, 0.24 * size, size) for side in (1, -1))
    return np.maximum(left, right)


def _block(x: Plane, y: Plane, half_width: float, half_height: float) -> Plane:
    return np.minimum(half_width - np.abs(x), half_height - np.abs(y))


_MARKS: dict[str, Callable[[Plane, Plane, float], Plane]] = {
    "dot": _dot,
    "bar": lambda x, y, size: _block(x, y, 0.3 * size, size),
    "ring": _ring,
    "cross": _cross,
    "triangle": _triangle,
    "square": lambda x, y, size: _block(x, y, 0.72 * size, 0.72 * size),
    "bars": _bars,
    "diamond": _diamond,
}
