"""A picture with a title, to choose from a grid."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.label import draw_badge
from scenes.ui.palette import mix
from scenes.ui.text import BODY_STRONG, CAPTION, CAPTION_STRONG
from scenes.ui.widget import Action, Widget


class Card(Widget):
    """A picture (or an icon) with badges, a title and up to two lines of text. `on_press` opens it."""

    focusable = True
    TEXT_HEIGHT = 74

    def __init__(
        self,
        title: str,
        text: str = "",
        on_press: Action | None = None,
        *,
        picture: pygame.Surface | None = None,
        picture_key: str | None = None,
        icon: str = "gamepad-2",
        badges: Sequence[tuple[str, str]] = (),
        enabled: bool = True,
        tooltip: str = "",
        disabled_reason: str = "",
    ) -> None:
        super().__init__(enabled=enabled, tooltip=tooltip, disabled_reason=disabled_reason)
        self.title = title
        self.text = text
        self.on_press = on_press
        self.picture = picture
        self.picture_key = picture_key
        self.icon = icon
        self.badges = list(badges)
        self.selected = False

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Opening it."""
        return [(Intent.ACCEPT, "Open")] if self.enabled else []

    def handle(self, event: UiEvent) -> bool:
        """Open on ACCEPT and click."""
        if event.intent is Intent.POINTER_DOWN:
            return True
        if not self.click(event):
            return False
        if self.host is not None:
            self.host.sound("ui_select")
        if self.on_press is not None:
            self.on_press()
        return True

    def draw(self, surface: pygame.Surface) -> None:
        """Draw picture, badges and text."""
        theme, palette = self.theme, self.theme.palette
        radius, line = theme.px(12), theme.px(1)
        fill = mix(palette.surface, palette.raised, self.heat)
        border = palette.accent if self.selected else mix(palette.line, palette.line_strong, self.heat)
        theme.paint.panel(surface, self.rect, fill, radius, border, line)
        text_height = min(theme.px(self.TEXT_HEIGHT), self.rect.height)
        frame = pygame.Rect(self.rect.x, self.rect.y, self.rect.width, self.rect.height - text_height)
        frame = frame.inflate(-2 * theme.px(6), -2 * theme.px(6))
        if frame.height > 0:
            self._draw_picture(surface, frame, theme.px(8))
        inner = pygame.Rect(
            self.rect.x + theme.px(14),
            self.rect.bottom - text_height,
            self.rect.width - theme.px(28),
            text_height,
        )
        ink = palette.text if self.enabled else palette.faint
        title = pygame.Rect(inner.x, inner.y + theme.px(1), inner.width, theme.px(24))
        theme.text.draw(surface, self.title, title, BODY_STRONG, ink)
        text = pygame.Rect(inner.x, title.bottom, inner.width, 2 * theme.text.line_height(CAPTION))
        theme.text.draw_lines(
            surface, self.text, text, CAPTION, palette.muted if self.enabled else palette.faint
        )
        self.draw_ring(surface, radius)

    def _draw_picture(self, surface: pygame.Surface, frame: pygame.Rect, radius: int) -> None:
        theme, palette = self.theme, self.theme.palette
        if self.picture is not None:
            theme.paint.picture(surface, self.picture, frame, radius, self.picture_key)
        else:
            theme.paint.panel(surface, frame, mix(palette.raised, palette.accent_soft, 0.5), radius)
            theme.paint.icon(surface, self.icon, frame.center, 40, mix(palette.muted, palette.accent, 0.5))
        if not self.enabled:
            theme.paint.shade(surface, frame, palette.background, 140, radius)
        x, y, height = frame.x + theme.px(8), frame.y + theme.px(8), theme.px(22)
        for text, colour in self.badges:
            width = theme.text.width(text, CAPTION_STRONG) + theme.px(18)
            if x + width > frame.right - theme.px(8):
                break
            draw_badge(surface, self, pygame.Rect(x, y, width, height), text, colour)
            x += width + theme.px(6)
