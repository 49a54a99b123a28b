"""Where metres lie on a picture, and the picture of what never moves."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

import pygame

from scenes.ui.cache import Lru
from scenes.ui.palette import Colour
from scenes.views.style import Size

SMALL_PX = 400
"""Pictures narrower than this are tiles: no particles, no names."""
TINY_PX = 160
"""Pictures narrower than this are what policies look at: no words at all."""
HEADER = 0.085
"""Share of the height that the score line takes; nothing of a tiny picture."""

XY = tuple[float, float]
Bounds = tuple[float, float, float, float]

_backdrops: Lru[pygame.Surface] = Lru(12)


@dataclass(frozen=True, slots=True)
class Field:
    """A part of the plane of the game on a picture of ``size`` pixels."""

    size: Size
    scale: float
    """Pixels a metre."""
    left: float
    """Pixel of x = 0."""
    top: float
    """Pixel of y = 0."""
    header: int
    """Height of the strip for the score line, in pixels."""
    score_y: int
    """Middle of the score line, which lies just above the field."""

    @property
    def small(self) -> bool:
        """Whether this is a tile, which shows only what can be read at its size."""
        return self.size[0] < SMALL_PX

    @property
    def tiny(self) -> bool:
        """Whether this is too small for any word."""
        return self.size[0] < TINY_PX

    def at(self, x: float, y: float) -> XY:
        """The pixel of a place, with its fraction."""
        return self.left + x * self.scale, self.top + y * self.scale

    def px(self, metres: float) -> float:
        """A length in pixels."""
        return metres * self.scale

    def em(self, height: float) -> int:
        """``height`` pixels of a picture of 1280 by 720, as large here."""
        return max(1, round(height * min(self.size[0] / 1280, self.size[1] / 720)))

    def area(self, bounds: Bounds) -> pygame.Rect:
        """The pixels between (left, top, right, bottom) metres."""
        left, top = self.at(bounds[0], bounds[1])
        right, bottom = self.at(bounds[2], bounds[3])
        return pygame.Rect(round(left), round(top), round(right) - round(left), round(bottom) - round(top))

    def shifted(self, offset: XY) -> Field:
        """The same, moved by ``offset`` pixels: how the screen shakes."""
        return replace(self, left=self.left + offset[0], top=self.top + offset[1])


def fit(size: Size, bounds: Bounds, margin: float = 0.03) -> Field:
    """``bounds`` (left, top, right, bottom metres) as large as they fit below the score line, in the middle.

    ``margin``: share of the shorter side that stays free at every edge.
    """
    width, height = max(1, size[0]), max(1, size[1])
    header = 0 if width < TINY_PX else round(HEADER * height)
    free = margin * min(width, height)
    room = max(1.0, width - 2 * free), max(1.0, height - header - free)
    scale = min(room[0] / (bounds[2] - bounds[0]), room[1] / (bounds[3] - bounds[1]))
    middle = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    left, top = width / 2 - middle[0] * scale, header + room[1] / 2 - middle[1] * scale
    above = header + (room[1] - (bounds[3] - bounds[1]) * scale) / 2
    # Whole pixels, so that lines at the middle of the field stay sharp.
    return Field(size, scale, float(round(left)), float(round(top)), header, round(above - header / 2))


def backdrop(key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
    """The opaque picture of ``key`` with all that never moves, made once; do not draw on it."""
    return _backdrops.get(key, make)


def begun(backdrop: pygame.Surface, offset: XY, ground: Colour) -> pygame.Surface:
    """A new picture that begins with ``backdrop``, moved by ``offset`` pixels over ``ground``."""
    shift = round(offset[0]), round(offset[1])
    if shift == (0, 0):
        return backdrop.copy()
    width, height = backdrop.get_size()
    picture = pygame.Surface((width, height), 0, 32)
    picture.blit(backdrop, shift)
    # Only the strips that it left free: filling everything costs as much as the picture.
    picture.fill(ground, (0 if shift[0] >= 0 else width + shift[0], 0, abs(shift[0]), height))
    picture.fill(ground, (0, 0 if shift[1] >= 0 else height + shift[1], width, abs(shift[1])))
    return picture
