"""Keys on the screen, for typing with a gamepad."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import pygame

from scenes.ui import layout
from scenes.ui.button import Button
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.text import BODY
from scenes.ui.widget import Widget

if TYPE_CHECKING:
    from scenes.ui.textfield import TextField

LOWER = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm._:")
UPPER = ("!@#$%^&*()", "QWERTYUIOP", "ASDFGHJKL+", "ZXCVBNM,/=")


class ScreenKeys(Widget):
    """An overlay with a keyboard that types into `field`; BACK closes it, OPTION deletes."""

    KEY = 44

    def __init__(self, field: TextField) -> None:
        super().__init__()
        self.field = field
        self.panel = pygame.Rect(0, 0, 0, 0)
        self.upper = False
        self.letters = [Button("", partial(self._type, index)) for index in range(40)]
        self.shift = Button("Shift", self._shift, icon="arrow-up")
        self.space = Button("Space", lambda: self._insert(" "), icon="space")
        self.erase = Button("Delete", self._erase, icon="delete")
        self.done = Button("Done", self._close, kind="primary", icon="check")
        self._label()

    def children(self) -> Sequence[Widget]:
        """The keys, row by row."""
        return (*self.letters, self.shift, self.space, self.erase, self.done)

    def _label(self) -> None:
        for button, letter in zip(self.letters, "".join(UPPER if self.upper else LOWER), strict=True):
            button.text = letter

    def _type(self, index: int) -> None:
        self._insert(self.letters[index].text)

    def _insert(self, text: str) -> None:
        self.field.edit(lambda: self.field.line.insert(text))

    def _erase(self) -> None:
        self.field.edit(lambda: self.field.line.delete(-1))

    def _shift(self) -> None:
        self.upper = not self.upper
        self._label()

    def _close(self) -> None:
        if self.host is not None:
            self.host.close(self)

    def place(self, rect: pygame.Rect) -> None:
        """Lie at the bottom of `rect`."""
        super().place(rect)
        theme = self.theme
        gap, pad, key = theme.px(8), theme.px(16), theme.px(self.KEY)
        width = min(rect.width, 10 * theme.px(60) + 9 * gap + 2 * pad)
        self.panel = pygame.Rect(0, 0, width, 6 * key + 5 * gap + 2 * pad)
        self.panel.midbottom = (rect.centerx, rect.bottom - theme.px(16))
        lines = layout.rows(layout.inset(self.panel, pad), [1.0] * 6, gap)
        for index, line in enumerate(lines[1:5]):
            for button, cell in zip(
                self.letters[index * 10 : index * 10 + 10], layout.columns(line, [1.0] * 10, gap), strict=True
            ):
                button.place(cell)
        last = (self.shift, self.space, self.erase, self.done)
        for button, cell in zip(last, layout.columns(lines[5], [2.0, 4.0, 2.0, 2.0], gap), strict=True):
            button.place(cell)

    def handle(self, event: UiEvent) -> bool:
        """Close on BACK, delete on OPTION, and pass real typing on."""
        if event.intent is Intent.BACK:
            self._close()
        elif event.intent is Intent.OPTION:
            self._erase()
        elif event.intent is Intent.TEXT:
            self._insert(event.text)
        return event.intent not in (Intent.MOVE, Intent.TAB)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw what was typed so far and the keys."""
        theme, palette = self.theme, self.theme.palette
        theme.paint.shadow(surface, self.panel, theme.px(14), theme.px(14))
        theme.paint.panel(
            surface, self.panel, palette.surface, theme.px(14), palette.line_strong, theme.px(1)
        )
        pad, key = theme.px(16), theme.px(self.KEY)
        line = pygame.Rect(self.panel.x + pad, self.panel.y + pad, self.panel.width - 2 * pad, key)
        theme.paint.panel(
            surface, line, palette.background, theme.px(theme.RADIUS), palette.accent, theme.px(1)
        )
        inner = line.inflate(-2 * theme.px(12), 0)
        shown = self.field.text or self.field.placeholder
        ink = palette.text if self.field.text else palette.faint
        area = theme.text.draw(surface, shown, inner, BODY, ink)
        if self.field.text:
            surface.fill(
                palette.accent,
                (area.right + theme.px(1), line.centery - theme.px(11), theme.px(2), theme.px(22)),
            )
        for child in self.children():
            child.draw(surface)
