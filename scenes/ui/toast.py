"""Short messages that come and go by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pygame

from scenes.ui.label import tone
from scenes.ui.text import BODY
from scenes.ui.theme import Motion
from scenes.ui.widget import Widget

ToastKind = Literal["info", "good", "warn", "bad"]
ICONS: dict[ToastKind, tuple[str, str]] = {
    "info": ("info", "accent"),
    "good": ("circle-check", "good"),
    "warn": ("triangle-alert", "warn"),
    "bad": ("circle-x", "bad"),
}


@dataclass
class Toast:
    """A message, how long it still stays, and how far it has slid in."""

    text: str
    kind: ToastKind
    left_s: float
    slide: Motion = field(default_factory=Motion)


class ToastStack(Widget):
    """Messages at the upper right, the newest uppermost, where no screen has its main button."""

    WIDTH = 380
    MOST = 4
    MOST_LINES = 4

    def __init__(self) -> None:
        super().__init__()
        self.toasts: list[Toast] = []
        self.top_px = 16

    @property
    def animates(self) -> bool:
        """Messages come and go."""
        return bool(self.toasts)

    def show(self, text: str, kind: ToastKind = "info", seconds: float = 4.0) -> None:
        """Show `text`; the same text again only stays longer."""
        for toast in self.toasts:
            if toast.text == text and toast.kind == kind:
                toast.left_s = max(toast.left_s, seconds)
                return
        self.toasts.append(Toast(text, kind, seconds))
        if len(self.toasts) > self.MOST:
            # Somebody is flooded already; the oldest leaves at once.
            del self.toasts[0]

    def update(self, dt_s: float) -> None:
        """Let messages slide in, stay and leave."""
        for toast in self.toasts:
            toast.left_s -= dt_s
            toast.slide.target = 1.0 if toast.left_s > 0 else 0.0
            toast.slide.update(dt_s, self.theme)
        self.toasts = [toast for toast in self.toasts if toast.left_s > 0 or toast.slide.value > 0.01]

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the messages from the top down."""
        theme, palette = self.theme, self.theme.palette
        margin = theme.px(16)
        y = self.rect.y + theme.px(self.top_px)
        width = min(theme.px(self.WIDTH), self.rect.width - 2 * margin)
        line = theme.text.line_height(BODY)
        for toast in reversed(self.toasts):
            text_width = width - theme.px(44 + 16)
            lines = len(theme.text.wrap(toast.text, BODY, text_width, self.MOST_LINES))
            height = lines * line + theme.px(22)
            rect = pygame.Rect(self.rect.right - margin - width, y, width, height)
            rect.x += round((1 - toast.slide.value) * (width + margin))
            icon, colour = ICONS[toast.kind]
            theme.paint.shadow(surface, rect, theme.px(theme.RADIUS), theme.px(10))
            theme.paint.panel(
                surface, rect, palette.overlay, theme.px(theme.RADIUS), palette.line_strong, theme.px(1)
            )
            mark = (rect.x + theme.px(24), rect.y + theme.px(11) + line // 2)
            theme.paint.icon(surface, icon, mark, theme.ICON, tone(palette, colour))
            area = pygame.Rect(rect.x + theme.px(44), rect.y + theme.px(11), text_width, lines * line)
            theme.text.draw_lines(surface, toast.text, area, BODY, palette.text)
            y += round((height + theme.px(8)) * toast.slide.value)
