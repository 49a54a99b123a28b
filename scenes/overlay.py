"""Figures in a corner of the window: frames, misses, latency, and whatever the screen adds (F3)."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from scenes.ui.text import NUMBER_SMALL
from scenes.ui.theme import Theme


def draw(surface: pygame.Surface, theme: Theme, lines: Sequence[str]) -> None:
    """Draw ``lines`` in a panel at the lower left of ``surface``."""
    palette, pad = theme.palette, theme.px(10)
    height = theme.text.line_height(NUMBER_SMALL)
    width = max(theme.text.width(line, NUMBER_SMALL) for line in lines)
    box = pygame.Rect(0, 0, width + 2 * pad, height * len(lines) + 2 * pad)
    box.bottomleft = (theme.px(12), surface.get_height() - theme.px(12))
    theme.paint.panel(surface, box, palette.overlay, theme.px(theme.RADIUS_SMALL), palette.line, theme.px(1))
    for number, line in enumerate(lines):
        row = pygame.Rect(box.x + pad, box.y + pad + number * height, width, height)
        theme.text.draw(surface, line, row, NUMBER_SMALL, palette.muted)
