"""The foot of the lobby: what is still in the way of the match, and the buttons that get it going."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from scenes.ui import Button, Label
from scenes.ui.text import BODY
from scenes.ui.widget import Action, Widget

START_PX, OTHER_PX = 52, 44
"""Heights of the buttons at scale 1."""
START_WIDE, GAP = 200, 12


class Foot:
    """The status at the left, the buttons at the right."""

    def __init__(self, on_start: Action, on_swap: Action, on_fill: Action) -> None:
        self.status = Label("", BODY, colour="muted")
        self.swap = Button("Swap seats", on_swap, icon="arrow-left-right")
        self.fill = Button("Fill empty seats", on_fill, icon="user-plus")
        self.start = Button("Start", on_start, icon="play", kind="primary")

    @property
    def widgets(self) -> tuple[Widget, ...]:
        """All there are, in the order in which the focus goes through them."""
        return (self.status, self.swap, self.fill, self.start)

    def show(self, obstacle: str, *, seats: int, empty: int, checking: bool) -> None:
        """Say why the match cannot start, or that it can; while a check is under way that may change."""
        self.start.enabled = not empty and (checking or not obstacle)
        self.start.disabled_reason = obstacle
        self.fill.visible = empty > 0
        self.swap.visible = seats > 1
        if empty:
            self.status.text, self.status.colour = obstacle, "muted"
        elif obstacle and not checking:
            self.status.text, self.status.colour = obstacle, "bad"
        else:
            self.status.text, self.status.colour = "Ready", "good"

    def place(self, rect: pygame.Rect, px: Callable[[float], int]) -> None:
        """Take ``rect``; ``px`` scales lengths."""
        right = rect.right
        for button in (self.start, self.swap, self.fill):
            if not button.visible:
                continue
            first = button is self.start
            width = max(button.width_wanted(), px(START_WIDE) if first else 0)
            area = pygame.Rect(right - width, 0, width, px(START_PX if first else OTHER_PX))
            area.centery = rect.centery
            button.place(area)
            right -= width + px(GAP)
        self.status.place(pygame.Rect(rect.x + px(4), rect.y, max(0, right - rect.x - px(GAP)), rect.height))
