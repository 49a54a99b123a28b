"""An environment's own picture: scaled cleanly into the space there is, with bars beside it.

Small pictures (pixel games) grow by whole factors, so that no pixel is wider than its neighbour; all others
are scaled smoothly.
"""

from __future__ import annotations

import pygame

from arena.games.contract import Frame
from scenes.ui.palette import Palette
from scenes.views import shapes
from scenes.views.style import Size

SMALL = 320
"""Pictures with both sides up to this many pixels count as pixel games."""
LEAST_SHARE = 0.8
"""A whole factor must fill at least this share of the space, or the picture is scaled smoothly."""


def fitted(picture: Size, space: Size) -> pygame.Rect:
    """Where a picture of ``picture`` pixels lies in ``space``: centred, undistorted."""
    factor = min(space[0] / picture[0], space[1] / picture[1])
    if max(picture) <= SMALL and int(factor) >= max(1.0, factor * LEAST_SHARE):
        factor = int(factor)
    size = max(1, round(picture[0] * factor)), max(1, round(picture[1] * factor))
    return pygame.Rect((space[0] - size[0]) // 2, (space[1] - size[1]) // 2, *size)


def as_surface(frame: Frame) -> pygame.Surface:
    """The frame's pixels as a surface that shares their memory: keep the frame as long as you use it."""
    height, width = frame.pixels.shape[:2]
    return pygame.image.frombuffer(frame.pixels.data, (width, height), frame.order)


def draw(frame: Frame, size: Size, palette: Palette | None = None) -> pygame.Surface:
    """The picture in a surface of ``size``."""
    surface = shapes.blank(size, (palette or Palette()).background)
    place_frame(surface, surface.get_rect(), frame)
    return surface


def place_frame(surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> pygame.Rect:
    """Draw the picture into ``area`` of ``surface``; give the part it covers."""
    picture = as_surface(frame)
    rect = fitted(picture.get_size(), area.size).move(area.topleft)
    if rect.size != picture.get_size():
        whole = max(picture.get_size()) <= SMALL and rect.width % picture.get_width() == 0
        scale = pygame.transform.scale if whole else pygame.transform.smoothscale
        picture = scale(picture, rect.size)
    picture.set_alpha(None)  # what environments leave in the fourth byte is not always an opacity
    surface.blit(picture, rect)
    return rect
