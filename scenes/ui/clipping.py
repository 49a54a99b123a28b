"""Drawing that is cut off at a rectangle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pygame


@contextmanager
def clipped(surface: pygame.Surface, rect: pygame.Rect) -> Iterator[pygame.Rect]:
    """Cut drawing on `surface` off at `rect`, inside any cut that holds already; gives what is left of it."""
    before = surface.get_clip()
    area = before.clip(rect)
    surface.set_clip(area)
    try:
        yield area
    finally:
        surface.set_clip(before)
