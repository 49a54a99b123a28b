"""Words and a picture that lead somewhere."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from scenes.ui import Intent, UiEvent, Widget
from scenes.ui.palette import mix
from scenes.ui.text import BODY, CAPTION_STRONG, TITLE
from scenes.ui.widget import Action


class Tile(Widget):
    """`show` fills it; `on_press` is called by ACCEPT and a click. The picture stands at the right."""

    focusable = True
    LEAST_WORDS = 180
    """Where less width is left for the words, the picture is not drawn."""

    def __init__(self, on_press: Action, *, overline: str = "") -> None:
        super().__init__()
        self.on_press = on_press
        self.overline = overline
        self.heading = ""
        self.text = ""
        self._picture: pygame.Surface | None = None
        self._key = ""

    def show(self, heading: str, text: str, picture: pygame.Surface | None, key: str) -> None:
        """Show other words and another picture; ``key`` names the picture."""
        self.heading, self.text, self._picture, self._key = heading, text, picture, key

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Going there."""
        return [(Intent.ACCEPT, "Open")]

    def handle(self, event: UiEvent) -> bool:
        """Open on ACCEPT and click."""
        if event.intent is Intent.POINTER_DOWN:
            return True
        if not self.click(event):
            return False
        if self.host is not None:
            self.host.sound("ui_select")
        self.on_press()
        return True

    def draw(self, surface: pygame.Surface) -> None:
        """Draw picture and words."""
        theme, palette = self.theme, self.theme.palette
        radius = theme.px(16)
        border = mix(palette.line, palette.line_strong, self.heat)
        fill = mix(palette.surface, palette.raised, self.heat)
        theme.paint.panel(surface, self.rect, fill, radius, border, theme.px(1))
        inner = self.rect.inflate(-2 * theme.px(8), -2 * theme.px(8))
        wide = min(inner.width // 2, inner.height * 16 // 10)
        if inner.width - wide < theme.px(self.LEAST_WORDS):
            wide = 0
        frame = pygame.Rect(inner.right - wide, inner.y, wide, inner.height)
        width = inner.width - wide - theme.px(40)
        words = pygame.Rect(inner.x + theme.px(24), inner.y, width, inner.height)
        self._draw_frame(surface, frame)
        self._draw_words(surface, words)
        self.draw_ring(surface, radius)

    def _draw_frame(self, surface: pygame.Surface, frame: pygame.Rect) -> None:
        theme, palette = self.theme, self.theme.palette
        if frame.width < 1 or frame.height < 1:
            return
        if self._picture is not None:
            theme.paint.picture(surface, self._picture, frame, theme.px(10), self._key)
        else:
            theme.paint.panel(surface, frame, palette.raised, theme.px(10))
            theme.paint.icon(surface, "swords", frame.center, 40, palette.faint)

    def _draw_words(self, surface: pygame.Surface, area: pygame.Rect) -> None:
        theme, palette = self.theme, self.theme.palette
        over, title = theme.px(22), theme.px(36)
        line = theme.text.line_height(BODY)
        lines = self.text.split("\n")
        y = area.centery - (over + title + len(lines) * line) // 2
        theme.text.draw(
            surface,
            self.overline.upper(),
            pygame.Rect(area.x, y, area.width, over),
            CAPTION_STRONG,
            palette.accent,
        )
        heading = pygame.Rect(area.x, y + over, area.width, title)
        theme.text.draw(surface, self.heading, heading, TITLE, palette.text)
        y = heading.bottom
        for text in lines:
            row = pygame.Rect(area.x, y, area.width, line)
            theme.text.draw(surface, text, row, BODY, palette.muted)
            y += line
