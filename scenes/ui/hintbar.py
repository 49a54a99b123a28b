"""What the keys or buttons do right now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from scenes.ui.intents import Device, Intent
from scenes.ui.palette import Colour
from scenes.ui.text import CAPTION
from scenes.ui.theme import Theme
from scenes.ui.widget import Widget

Hint = tuple[Intent, str]

KEY_LABELS: dict[Intent, tuple[str, ...]] = {
    Intent.MOVE: ("\N{LEFTWARDS ARROW}", "\N{RIGHTWARDS ARROW}"),
    Intent.ACCEPT: ("Enter",),
    Intent.BACK: ("Esc",),
    Intent.OPTION: ("F2",),
    Intent.MENU: ("F10",),
    Intent.SHOULDER: ("Ctrl", "Tab"),
    Intent.PAGE: ("PgUp", "PgDn"),
    Intent.TAB: ("Tab",),
}
PAD_LABELS: dict[Intent, tuple[str, ...]] = {
    Intent.MOVE: ("\N{LEFTWARDS ARROW}", "\N{RIGHTWARDS ARROW}"),
    Intent.ACCEPT: ("A",),
    Intent.BACK: ("B",),
    Intent.OPTION: ("X",),
    Intent.MENU: ("Start",),
    Intent.SHOULDER: ("LB", "RB"),
    Intent.PAGE: ("RS",),
}


def pad_colours(label: str, theme: Theme) -> tuple[Colour, Colour]:
    """Give fill and ink of a pad button; the four letters have the colours printed on the pads people own."""
    fills = {"A": (94, 190, 110), "B": (226, 96, 88), "X": (86, 150, 236), "Y": (236, 190, 72)}
    if label in fills:
        return fills[label], (12, 16, 23)
    return theme.palette.overlay, theme.palette.text


class HintBar(Widget):
    """A line of keys, or pad buttons, with what they do, from the left; whichever device was used last.

    `source()` gives the hints each frame (a root's `hints`); `fixed` ones follow, for example BACK.
    """

    def __init__(
        self, source: Callable[[], Sequence[Hint]], device: Callable[[], Device], fixed: Sequence[Hint] = ()
    ) -> None:
        super().__init__()
        self.source = source
        self.device = device
        self.fixed = list(fixed)

    def shown(self) -> list[Hint]:
        """The hints on the screen now, each intent once."""
        hints: dict[Intent, str] = {}
        for intent, text in (*self.source(), *self.fixed):
            hints.setdefault(intent, text)
        return list(hints.items())

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the hints."""
        theme, palette = self.theme, self.theme.palette
        pad = self.device() is Device.PAD
        labels = PAD_LABELS if pad else KEY_LABELS
        x, y = self.rect.x, self.rect.centery
        for intent, text in self.shown():
            for label in labels.get(intent, ()):
                if pad:
                    area = theme.paint.pad_button(surface, label, (x, y), *pad_colours(label, theme))
                else:
                    colours = (palette.raised, palette.line_strong, palette.muted)
                    area = theme.paint.key_cap(surface, label, (x, y), colours)
                x = area.right + theme.px(4)
            room = pygame.Rect(x + theme.px(4), self.rect.y, max(0, self.rect.right - x), self.rect.height)
            x = theme.text.draw(surface, text, room, CAPTION, palette.muted).right + theme.px(20)
