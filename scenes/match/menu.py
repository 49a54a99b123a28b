"""Overlays with lists: the pause menu, and the chooser of who takes a seat over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from arena.match.pacing import SPEEDS
from scenes.ui.button import Button
from scenes.ui.choice import Choice
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.text import BODY, CAPTION, TITLE
from scenes.ui.widget import Action, Widget


class Sheet(Widget):
    """A panel in the middle with a title, a line of text and widgets in columns. BACK and MENU call
    ``on_back``.
    """

    COLUMN = 268

    def __init__(
        self, title: str, text: str, columns: Sequence[Sequence[Widget]], on_back: Action, footer: str = ""
    ) -> None:
        super().__init__()
        self.title, self.text, self.footer = title, text, footer
        self.columns = [list(column) for column in columns if column]
        self.on_back = on_back
        self.first_focus = self.columns[0][0]
        self._panel = pygame.Rect(0, 0, 0, 0)

    def children(self) -> Sequence[Widget]:
        """The widgets, column by column."""
        return [widget for column in self.columns for widget in column]

    def handle(self, event: UiEvent) -> bool:
        """Go back; keep everything else from what lies below."""
        if event.intent in (Intent.BACK, Intent.MENU):
            if self.host is not None:
                self.host.sound("ui_back")
            self.on_back()
            return True
        return event.intent not in (Intent.MOVE, Intent.TAB)

    def place(self, rect: pygame.Rect) -> None:
        """Lie in the middle of ``rect``, as high as the longest column."""
        super().place(rect)
        px = self.theme.px
        gap, pad, row = px(10), px(28), px(44)
        between = (len(self.columns) - 1) * px(20)
        width = min(px(self.COLUMN), (rect.width - 2 * pad - between - 2 * gap) // len(self.columns))
        rows = max(len(column) for column in self.columns)
        head = px(46) + (px(24) if self.text else 0) + px(12)
        foot = px(30) if self.footer else 0
        size = (
            len(self.columns) * width + between + 2 * pad,
            head + rows * row + (rows - 1) * gap + foot + 2 * pad,
        )
        self._panel = pygame.Rect((0, 0), size)
        self._panel.center = rect.center
        x = self._panel.x + pad
        for column in self.columns:
            y = self._panel.y + pad + head
            for widget in column:
                widget.place(pygame.Rect(x, y, width, row))
                y += row + gap
            x += width + px(20)

    def draw(self, surface: pygame.Surface) -> None:
        """Dim the match and draw the sheet."""
        theme, palette, px = self.theme, self.theme.palette, self.theme.px
        theme.paint.shade(surface, self.rect, palette.background, 170)
        theme.paint.shadow(surface, self._panel, px(16), px(24))
        theme.paint.panel(surface, self._panel, palette.surface, px(16), palette.line_strong, px(1))
        inner = self._panel.inflate(-2 * px(28), -2 * px(28))
        title = pygame.Rect(inner.x, inner.y, inner.width, px(36))
        theme.text.draw(surface, self.title, title, TITLE, palette.text)
        line = pygame.Rect(inner.x, title.bottom + px(4), inner.width, px(22))
        theme.text.draw(surface, self.text, line, BODY, palette.muted)
        for widget in self.children():
            widget.draw(surface)
        if self.footer:
            foot = pygame.Rect(inner.x, inner.bottom - px(18), inner.width, px(20))
            theme.text.draw(surface, self.footer, foot, CAPTION, palette.faint)


def speed_choice(speed: float, on_change: Callable[[float], None]) -> Choice[float]:
    """The control of speed, 0.25 to 8 times."""
    return Choice(
        "Speed",
        SPEEDS,
        SPEEDS.index(speed),
        on_change,
        name=lambda factor: f"{factor:g}\N{MULTIPLICATION SIGN}",
    )


def entry(text: str, icon: str, action: Action, *, kind: str = "secondary", why_not: str = "") -> Button:
    """A button of a sheet, its label at the left; ``why_not`` disables it and says why."""
    button = Button(text, action, icon=icon, align="left", enabled=not why_not, disabled_reason=why_not)
    if kind == "primary":
        button.kind = "primary"
    elif kind == "danger":
        button.kind = "danger"
    return button
