"""The sign above the body of who sits here, so that nobody looks for theirs."""

from __future__ import annotations

import pygame
from pygame import gfxdraw

from scenes.views.physics.field import XY, Field
from scenes.views.style import ViewStyle


def draw_pointer(surface: pygame.Surface, field: Field, agent: str, tip: XY, style: ViewStyle) -> None:
    """A small arrow that points down at ``tip`` if the person who looks plays ``agent``; not on tiles."""
    if field.small or agent != style.orientation:
        return
    side, (x, y) = max(3, field.em(8)), (round(tip[0]), round(tip[1]))
    points = [(x, y), (x - side, y - round(1.4 * side)), (x + side, y - round(1.4 * side))]
    gfxdraw.filled_polygon(surface, points, style.palette.text)
    gfxdraw.aapolygon(surface, points, style.palette.text)
