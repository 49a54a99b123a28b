"""One seat beside the board: who, how long, how many, and how it is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pygame

from scenes.ui.label import tone
from scenes.ui.palette import Colour, mix
from scenes.ui.text import (
    BODY_STRONG,
    CAPTION,
    CAPTION_STRONG,
    NUMBER_SMALL,
    NUMBER_TITLE,
    Align,
    TextStyle,
)
from scenes.ui.widget import Widget

HEIGHT, COMPACT_HEIGHT = 92, 58
_NUMBER_COMPACT = TextStyle("number-bold", 20)


@dataclass(frozen=True, slots=True)
class SeatFigures:
    """What a panel shows of its seat."""

    name: str
    detail: str = ""
    """Side at the board and who decides: ``White · stockfish 15.1``."""
    colour: Colour = (150, 161, 180)
    number: str = ""
    """Clock or score."""
    number_tone: str = "text"
    badge: str = ""
    """Status in a word or two: ``thinking``, ``late``, ``lost``."""
    badge_tone: str = "muted"
    facts: Sequence[str] = field(default_factory=tuple)
    """Short figures, the weightiest first: ``3 late``, ``p50 12 ms``, ``+0.35``."""
    more: Sequence[str] = field(default_factory=tuple)
    """Further ones, for who points at the panel."""
    due: bool = False
    mark: str = ""
    """Won pieces and the like, in small letters."""


class SeatPanel(Widget):
    """Shows :class:`SeatFigures`; ``compact`` where there are many seats."""

    def __init__(self, figures: SeatFigures) -> None:
        super().__init__()
        self.figures = figures
        self.compact = False

    @property
    def tip(self) -> str:
        """Everything, where the panel cuts it off."""
        figures = self.figures
        told = " · ".join([*figures.facts, *figures.more])
        return "\n".join(filter(None, [figures.name, figures.detail, told]))

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the panel."""
        theme, palette, figures = self.theme, self.theme.palette, self.figures
        radius = theme.px(theme.RADIUS)
        fill = mix(palette.surface, palette.accent_soft, 0.55) if figures.due else palette.surface
        border = palette.accent if figures.due else palette.line
        theme.paint.panel(surface, self.rect, fill, radius, border, theme.px(1))
        inner = self.rect.inflate(-2 * theme.px(14), -2 * theme.px(10 if self.compact else 12))
        chip = theme.px(12)
        line = theme.px(22)
        center = (inner.x + chip // 2, inner.y + line // 2)
        theme.paint.disc(surface, center, chip // 2 + theme.px(1), palette.line_strong)
        theme.paint.disc(surface, center, chip // 2, figures.colour)
        number = self._draw_number(surface, inner)
        x = inner.x + chip + theme.px(10)
        name = pygame.Rect(x, inner.y, max(0, number - theme.px(8) - x), line)
        theme.text.draw(surface, figures.name, name, BODY_STRONG, palette.text)
        row = pygame.Rect(x, inner.y + line, name.width, theme.px(18))
        if self.compact:
            self._draw_standing(surface, row)
            return
        theme.text.draw(surface, figures.detail, row, CAPTION, palette.muted)
        bottom = pygame.Rect(inner.x, inner.bottom - theme.px(20), inner.width, theme.px(20))
        self._draw_standing(surface, bottom)

    def _draw_number(self, surface: pygame.Surface, inner: pygame.Rect) -> int:
        """Draw clock or score at the right; give where it begins."""
        theme, figures = self.theme, self.figures
        if not figures.number:
            return inner.right
        style = _NUMBER_COMPACT if self.compact else NUMBER_TITLE
        width = min(theme.text.width(figures.number, style) + theme.px(2), inner.width // 2)
        height = theme.px(26 if self.compact else 34)
        area = pygame.Rect(inner.right - width, inner.y, width, height)
        ink = tone(theme.palette, figures.number_tone)
        theme.text.draw(surface, figures.number, area, style, ink, "right")
        return area.x

    def _draw_standing(self, surface: pygame.Surface, rect: pygame.Rect) -> None:
        """The badge, then the facts; in a full panel the facts stand at the right."""
        theme, palette, figures = self.theme, self.theme.palette, self.figures
        x = rect.x
        if figures.badge:
            ink = tone(palette, figures.badge_tone)
            width = theme.text.width(figures.badge, CAPTION_STRONG) + theme.px(16)
            width = min(width, rect.width)
            pill = pygame.Rect(x, rect.centery - theme.px(9), width, theme.px(18))
            theme.paint.panel(surface, pill, mix(palette.overlay, ink, 0.16), pill.height // 2)
            word = pill.inflate(-theme.px(12), 0)
            theme.text.draw(surface, figures.badge, word, CAPTION_STRONG, ink, "center")
            x = pill.right + theme.px(8)
        room = pygame.Rect(x, rect.y, max(0, rect.right - x), rect.height)
        told = "   ".join(figures.facts)
        if told and room.width > theme.px(24):
            align: Align = "left" if self.compact else "right"
            theme.text.draw(surface, told, room, NUMBER_SMALL, palette.muted, align)
