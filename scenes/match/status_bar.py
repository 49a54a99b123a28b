"""The line above the board: the game, the episode, whether it is recorded, its rate, and what was missed."""

from __future__ import annotations

from dataclasses import dataclass

import pygame

from scenes.ui.label import tone
from scenes.ui.text import BODY_STRONG, CAPTION, NUMBER_SMALL, TextStyle
from scenes.ui.widget import Widget

_GAME = TextStyle("semibold", 19)


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure at the right of the line, with an icon and a tone of ``scenes.ui.label.TONES``."""

    text: str
    icon: str = ""
    tone: str = "muted"


class StatusBar(Widget):
    """Title at the left, facts at the right, a red dot while a record is written."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.subtitle = ""
        self.recording = False
        self.facts: tuple[Fact, ...] = ()

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the line."""
        theme, palette, rect = self.theme, self.theme.palette, self.rect
        x = theme.text.draw(surface, self.title, rect, _GAME, palette.text).right + theme.px(12)
        right = rect.right
        for fact in reversed(self.facts):
            right = self._draw_fact(surface, fact, right) - theme.px(18)
        if self.recording:
            area = pygame.Rect(0, rect.y, theme.text.width("REC", CAPTION), rect.height)
            area.right = right
            theme.text.draw(surface, "REC", area, CAPTION, palette.muted)
            right = area.x - theme.px(10)
            theme.paint.disc(surface, (right, rect.centery), theme.px(4), palette.bad)
            right -= theme.px(18)
        room = pygame.Rect(x, rect.y + theme.px(2), max(0, right - x), rect.height)
        theme.text.draw(surface, self.subtitle, room, CAPTION, palette.muted)

    def _draw_fact(self, surface: pygame.Surface, fact: Fact, right: int) -> int:
        """Draw one fact that ends at ``right``; give where it begins."""
        theme = self.theme
        ink = tone(theme.palette, fact.tone)
        style = NUMBER_SMALL if fact.tone == "muted" else BODY_STRONG._replace(size=12)
        width = theme.text.width(fact.text, style)
        area = pygame.Rect(right - width, self.rect.y, width, self.rect.height)
        theme.text.draw(surface, fact.text, area, style, ink)
        if not fact.icon:
            return area.x
        theme.paint.icon(surface, fact.icon, (area.x - theme.px(13), self.rect.centery), 15, ink)
        return area.x - theme.px(22)
