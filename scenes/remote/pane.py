"""A board whose picture comes from another machine, which may run another version than this one, or lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pygame

from scenes.match.board import BoardPane
from scenes.ui.intents import UiEvent
from scenes.ui.text import BODY
from scenes.views.style import Pick, Point, View

UNFIT = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What drawing code raises for a snapshot that is not as it should be."""
SENTENCE = "The host describes this game in a way that this window cannot draw; is one of them older?"


class RemotePane(BoardPane):
    """A snapshot that cannot be drawn costs its picture and nothing else."""

    def __init__(self, view_name: str | None, on_choose: Callable[[int], None]) -> None:
        super().__init__(view_name, on_choose)
        self.unfit = False
        """The newest snapshot cannot be drawn."""
        self.dropped = False
        """The newest choice was made by letting go of a piece, which is where it belongs already."""

    def _draw_view(self, surface: pygame.Surface, view: View, snapshot: Mapping[str, Any]) -> None:
        self.unfit = False
        try:
            super()._draw_view(surface, view, snapshot)
        except UNFIT:
            self.unfit = True
            self.theme.text.draw(surface, SENTENCE, self.rect, BODY, self.theme.palette.warn, "center")

    def _take(self, pick: Pick) -> bool:
        self.dropped = self.dragging
        return super()._take(pick)

    def _pick(self, pos: Point, selected: str | None) -> Pick:
        try:
            return super()._pick(pos, selected)
        except UNFIT:
            return Pick()

    def _spots(self) -> list[Point]:
        try:
            return super()._spots()
        except UNFIT:
            return []

    def handle(self, event: UiEvent) -> bool:
        """As a board; what cannot be drawn cannot be clicked either."""
        return not self.unfit and super().handle(event)
