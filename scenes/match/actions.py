"""The legal actions that no board stands for, as buttons: bets, hints, gestures, the pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pygame

from scenes.ui.button import Button
from scenes.ui.scrollview import ScrollView
from scenes.ui.widget import Box, Widget

ROWS_SHOWN = 3
MOST_BUTTONS = 400
"""More than a person would read; such games are played by their board or by keys."""
HEIGHT, GAP = 40, 8

Offer = tuple[int, str]
"""An action and what it is called."""


class ActionStrip(Box):
    """Buttons below the board, as many rows as needed and then a scroll bar."""

    def __init__(self, on_choose: Callable[[int], None]) -> None:
        self.scroll = ScrollView(self._arrange, padding=2)
        super().__init__(self.scroll)
        self.on_choose = on_choose
        self.offers: tuple[Offer, ...] = ()
        self._rows: list[list[tuple[Button, int]]] = []

    @property
    def buttons(self) -> Sequence[Widget]:
        """The buttons, in the order of the offers."""
        return self.scroll.items

    def show(self, offers: Sequence[Offer]) -> bool:
        """Offer these actions; true if they are others than before (the screen then lays out anew)."""
        if tuple(offers) == self.offers:
            return False
        self.offers = tuple(offers)
        many = len(offers) > 6
        buttons = [
            Button(label[:1].upper() + label[1:], partial(self.on_choose, action),
                   kind="secondary" if many or index else "primary")
            for index, (action, label) in enumerate(offers[:MOST_BUTTONS])
        ]  # fmt: skip
        self.visible = bool(buttons)
        self.scroll.set_items(buttons)
        return True

    def press(self, number: int) -> bool:
        """Choose the offer at place ``number``, counted from 0; false if there is none."""
        if not 0 <= number < len(self.offers):
            return False
        self.on_choose(self.offers[number][0])
        return True

    def height_for(self, width: int) -> int:
        """Pixels it wants at ``width``; 0 where there is nothing to offer."""
        if not self.offers:
            return 0
        theme = self.scroll.theme
        self._rows = self._break(width - theme.px(24))
        shown = min(len(self._rows), ROWS_SHOWN)
        return shown * theme.px(HEIGHT) + (shown - 1) * theme.px(GAP) + theme.px(8)

    def _break(self, width: int) -> list[list[tuple[Button, int]]]:
        """Fill rows from the left with buttons as wide as their words."""
        theme = self.scroll.theme
        rows: list[list[tuple[Button, int]]] = [[]]
        used = 0
        for button in self.scroll.items:
            assert isinstance(button, Button)
            wanted = min(width, max(theme.px(96), button.width_wanted()))
            if rows[-1] and used + theme.px(GAP) + wanted > width:
                rows.append([])
                used = 0
            rows[-1].append((button, wanted))
            used += wanted + (theme.px(GAP) if used else 0)
        return rows

    def place(self, rect: pygame.Rect) -> None:
        """Take ``rect``."""
        super().place(rect)
        self.scroll.place(rect)

    def _arrange(self, rect: pygame.Rect) -> None:
        theme = self.scroll.theme
        gap, height = theme.px(GAP), theme.px(HEIGHT)
        y = rect.y + theme.px(2)
        for row in self._break(rect.width - theme.px(4)):
            width = sum(wide for _, wide in row) + gap * (len(row) - 1)
            x = rect.centerx - width // 2
            for button, wide in row:
                button.place(pygame.Rect(x, y, wide, height))
                x += wide + gap
            y += height + gap
