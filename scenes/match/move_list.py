"""The moves of an episode: numbered pairs where two sides alternate, else one move a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from scenes.match.driver import Move
from scenes.ui.clipping import clipped
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import Colour
from scenes.ui.scrolling import Scroller
from scenes.ui.text import BODY, BODY_STRONG, CAPTION, NUMBER_SMALL
from scenes.ui.widget import Widget


class MoveList(Widget):
    """Follows the newest move until a person scrolls up. ``colour(agent)`` marks who moved where rows are
    not pairs.
    """

    clips = True
    ROW = 26

    def __init__(self, first: str, colour: Callable[[str], Colour]) -> None:
        super().__init__()
        self.first = first
        """The agent who moves first: pairs begin with it."""
        self.colour = colour
        self.paired = True
        self.told: Callable[[str], str] = str
        """Puts names in place of agents."""
        self.empty_text = "No moves yet"
        self.scroller = Scroller()
        self._moves: list[Move] = []
        self._rows: list[list[Move | None]] = []
        self._following = True

    @property
    def animates(self) -> bool:
        """Whether it scrolls."""
        return self.scroller.moving

    def show(self, moves: Sequence[Move]) -> None:
        """Show these moves; nothing happens if they are shown already."""
        if len(moves) == len(self._moves) and (not moves or moves[-1] == self._moves[-1]):
            return
        self._moves = list(moves)
        self._rows = self._pairs() if self.paired else [[move] for move in self._moves]
        self._fit()

    def _pairs(self) -> list[list[Move | None]]:
        rows: list[list[Move | None]] = []
        for move in self._moves:
            if move.agent == self.first:
                rows.append([move])
            elif rows and len(rows[-1]) == 1:
                rows[-1].append(move)
            else:
                rows.append([None, move])
        return rows

    def place(self, rect: pygame.Rect) -> None:
        """Take ``rect``."""
        super().place(rect)
        self._fit()
        self.scroller.to(self.scroller.offset, at_once=True)

    def _fit(self) -> None:
        if self.host is None:
            return
        pad = self.theme.px(8)
        self.scroller.fit(self.rect.inflate(0, -2 * pad), len(self._rows) * self.theme.px(self.ROW))
        if self._following:
            self.scroller.to(self.scroller.most)

    def update(self, dt_s: float) -> None:
        """Scroll smoothly."""
        super().update(dt_s)
        self.scroller.update(dt_s, self.theme)

    def handle(self, event: UiEvent) -> bool:
        """Scroll by wheel and bar."""
        if event.intent is Intent.POINTER_MOVE and not self.state.pressed:
            return False
        used = self.scroller.handle(event, self.theme)
        self._following = self.scroller.offset >= self.scroller.most
        return used or event.intent is Intent.POINTER_DOWN

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the rows in view."""
        theme, palette = self.theme, self.theme.palette
        radius = theme.px(theme.RADIUS)
        theme.paint.panel(surface, self.rect, palette.surface, radius, palette.line, theme.px(1))
        view, height = self.scroller.view, theme.px(self.ROW)
        if not self._rows:
            theme.text.draw(surface, self.empty_text, self.rect, CAPTION, palette.faint, "center")
        first = max(0, self.scroller.shown // height)
        last = min(len(self._rows), -(-(self.scroller.shown + view.height) // height))
        with clipped(surface, view):
            for index in range(first, last):
                row = pygame.Rect(view.x, view.y + index * height - self.scroller.shown, view.width, height)
                self._draw_row(surface, row.inflate(-2 * theme.px(14), 0), index)
        self.scroller.draw(surface, theme, self.state.hovered)

    def _draw_row(self, surface: pygame.Surface, row: pygame.Rect, index: int) -> None:
        theme, palette = self.theme, self.theme.palette
        number = pygame.Rect(row.x, row.y, theme.px(32), row.height)
        theme.text.draw(surface, f"{index + 1}.", number, NUMBER_SMALL, palette.faint)
        left = number.right
        newest = self._moves[-1]
        if not self.paired:
            (move,) = self._rows[index]
            assert move is not None
            theme.paint.disc(surface, (left + theme.px(6), row.centery), theme.px(4), self.colour(move.agent))
            area = pygame.Rect(left + theme.px(18), row.y, row.right - left - theme.px(18), row.height)
            self._draw_move(surface, move, area, newest=move is newest)
            return
        width = (row.right - left) // 2
        for column, move in enumerate(self._rows[index]):
            if move is not None:
                area = pygame.Rect(left + column * width, row.y, width - theme.px(6), row.height)
                self._draw_move(surface, move, area, newest=move is newest)

    def _draw_move(self, surface: pygame.Surface, move: Move, area: pygame.Rect, *, newest: bool) -> None:
        theme, palette, label = self.theme, self.theme.palette, self.told(move.label)
        if newest:
            pill = area.inflate(theme.px(12), -theme.px(2))
            width = theme.text.width(label, BODY_STRONG) + theme.px(14)
            pill.width = min(pill.width, width)
            theme.paint.panel(surface, pill, palette.accent_soft, theme.px(theme.RADIUS_SMALL))
        style, ink = (BODY_STRONG, palette.text) if newest else (BODY, palette.muted)
        theme.text.draw(surface, label, area, style, ink)
