"""A board with everything around it: where the header, the seats, the list and the actions lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pygame

from scenes.match.actions import ActionStrip
from scenes.match.board import BoardPane
from scenes.match.move_list import MoveList
from scenes.match.seat_panel import COMPACT_HEIGHT, HEIGHT, SeatPanel
from scenes.match.status_bar import StatusBar
from scenes.ui.button import Button
from scenes.ui.logview import LogView
from scenes.ui.scrollview import ScrollView
from scenes.ui.widget import Box, Widget

MARGIN, HEADER, SIDE, GAP = 16, 52, 312, 12


class TableBox(Box):
    """Board left, as large as it can be; seats and lists right. Subclasses make the parts and fill them."""

    bar: StatusBar
    pane: BoardPane
    strip: ActionStrip
    panels: Mapping[str, SeatPanel]
    seats: ScrollView
    moves: MoveList
    log: LogView
    tools: Sequence[Button]
    lists_moves: bool
    _laid_out_for = ""

    @property
    def two_sided(self) -> bool:
        """Two seats at a board: panels stand above and below the list of moves."""
        return len(self.panels) == 2

    @property
    def listed(self) -> Widget:
        """The list beside the board: moves where the game names them, else messages."""
        return self.moves if self.lists_moves else self.log

    @property
    def bottom(self) -> str:
        """The agent who sits at the bottom of the board."""
        raise NotImplementedError

    # ---- layout -------------------------------------------------------------------------------------------

    def place(self, rect: pygame.Rect) -> None:
        """Board left, as large as it can be; seats and lists right."""
        super().place(rect)
        px = self.theme.px
        inner = rect.inflate(-2 * px(MARGIN), 0)
        self._place_header(pygame.Rect(inner.x, rect.y, inner.width, px(HEADER)))
        body = pygame.Rect(
            inner.x, rect.y + px(HEADER), inner.width, rect.bottom - rect.y - px(HEADER + MARGIN)
        )
        side_width = min(px(SIDE), body.width * 2 // 5)
        side = pygame.Rect(body.right - side_width, body.y, side_width, body.height)
        room = pygame.Rect(body.x, body.y, side.x - px(MARGIN) - body.x, body.height)
        wanted = self.strip.height_for(room.width)
        if wanted:
            self.strip.place(pygame.Rect(room.x, room.bottom - wanted, room.width, wanted))
            room.height -= wanted + px(GAP)
        self.pane.place(room)
        self._place_side(side)

    def _place_header(self, rect: pygame.Rect) -> None:
        px = self.theme.px
        side, right = px(36), rect.right
        for tool in reversed(self.tools):
            tool.place(pygame.Rect(right - side, rect.centery - side // 2, side, side))
            right -= side + px(6)
        self.bar.place(pygame.Rect(rect.x, rect.y, max(0, right - px(12) - rect.x), rect.height))

    def _place_side(self, rect: pygame.Rect) -> None:
        px, listed = self.theme.px, self.listed
        gap = px(GAP)
        if self.two_sided:
            self._laid_out_for = self.bottom
            height = px(HEIGHT)
            other = next(agent for agent in self.panels if agent != self.bottom)
            self.panels[other].place(pygame.Rect(rect.x, rect.y, rect.width, height))
            self.panels[self.bottom].place(pygame.Rect(rect.x, rect.bottom - height, rect.width, height))
            middle = pygame.Rect(rect.x, rect.y + height + gap, rect.width, 0)
            middle.height = rect.height - 2 * (height + gap)
            listed.place(middle)
            return
        wanted = self._stack_height()
        shown = min(wanted, rect.height * 2 // 3)
        self.seats.place(pygame.Rect(rect.x, rect.y, rect.width, shown))
        top = rect.y + shown + gap
        listed.place(pygame.Rect(rect.x, top, rect.width, rect.bottom - top))

    @property
    def _crowded(self) -> bool:
        return len(self.panels) > 4

    def _stack_height(self) -> int:
        px, count = self.theme.px, len(self.panels)
        return count * px(COMPACT_HEIGHT if self._crowded else HEIGHT) + (count - 1) * px(8)

    def _stack_panels(self, rect: pygame.Rect) -> None:
        px = self.theme.px
        height, y = px(COMPACT_HEIGHT if self._crowded else HEIGHT), rect.y
        for panel in self.panels.values():
            panel.compact = self._crowded
            panel.place(pygame.Rect(rect.x, y, rect.width, height))
            y += height + px(8)
