"""What lists and tables share: equally high rows, of which only those in view are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

from scenes.ui.clipping import clipped
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import mix
from scenes.ui.scrolling import Scroller
from scenes.ui.text import BODY
from scenes.ui.theme import Theme
from scenes.ui.widget import Widget


@dataclass(frozen=True)
class RowLook:
    """How a row is to be drawn: selected, under the pointer, or inside a view that has the focus."""

    selected: bool
    hovered: bool
    focused: bool


class Rows(Widget):
    """Rows with one selected. Arrows, page keys, Home, End, wheel and pointer move; ACCEPT or a double click
    opens.

    `on_select(index)` is called when the selection moves, `on_open(index)` when a row is opened. With
    `open_on_click` a single click opens. Subclasses say how many rows there are and draw one.
    """

    focusable = True
    clips = True

    def __init__(
        self,
        *,
        row_height: int = Theme.ROW,
        on_select: Callable[[int], None] | None = None,
        on_open: Callable[[int], None] | None = None,
        open_on_click: bool = False,
        empty_text: str = "Nothing here yet",
    ) -> None:
        super().__init__()
        self.row_height = row_height
        self.on_select = on_select
        self.on_open = on_open
        self.open_on_click = open_on_click
        self.empty_text = empty_text
        self.selected = 0
        self.scroller = Scroller()
        self._hover = -1
        self._pointer: tuple[int, int] | None = None

    @property
    def animates(self) -> bool:
        """Whether something still moves."""
        return super().animates or self.scroller.moving

    # What subclasses define

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError(f"{type(self).__name__} does not say how many rows it has")

    def draw_row(self, surface: pygame.Surface, index: int, rect: pygame.Rect, look: RowLook) -> None:
        """Draw the row `index` inside `rect`; its background is drawn already."""
        raise NotImplementedError(f"{type(self).__name__} does not say how a row is drawn")

    def body(self) -> pygame.Rect:
        """The part of the widget that shows rows."""
        return self.rect

    # Selection

    def refit(self) -> None:
        """Take a new number of rows into account."""
        self.selected = max(0, min(self.selected, self.count() - 1))
        if self.host is not None:
            self.scroller.fit(self.body(), self.count() * self.theme.px(self.row_height))

    def select(self, index: int, *, quiet: bool = False) -> bool:
        """Select the row nearest to `index` and show it; True if the selection moved."""
        if self.count() == 0:
            return False
        index = max(0, min(index, self.count() - 1))
        moved = index != self.selected
        self.selected = index
        height = self.theme.px(self.row_height)
        self.scroller.reveal(index * height, (index + 1) * height)
        if moved and not quiet:
            if self.host is not None:
                self.host.sound("ui_move")
            if self.on_select is not None:
                self.on_select(index)
        return moved

    def open_row(self) -> bool:
        """Open the selected row."""
        if self.count() == 0 or self.on_open is None:
            return False
        if self.host is not None:
            self.host.sound("ui_select")
        self.on_open(self.selected)
        return True

    def row_at(self, pos: tuple[int, int]) -> int:
        """Give the row at `pos`, or -1."""
        body = self.body()
        if not body.collidepoint(pos):
            return -1
        index = (pos[1] - body.y + self.scroller.shown) // self.theme.px(self.row_height)
        return index if index < self.count() else -1

    # Events

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Opening a row."""
        return [(Intent.ACCEPT, "Open")] if self.on_open is not None and self.count() else []

    def handle(self, event: UiEvent) -> bool:
        """Move, open, scroll."""
        if event.intent is Intent.MOVE and event.dy:
            return self.select(self.selected + int(event.dy))
        if event.intent is Intent.PAGE:
            page = max(1, self.body().height // self.theme.px(self.row_height) - 1)
            self.select(self.selected + event.step * page)
            return True
        if event.intent is Intent.EDGE:
            self.select(0 if event.step < 0 else self.count() - 1)
            return True
        if event.intent is Intent.ACCEPT:
            return not event.repeated and self.open_row()
        return self._point(event)

    def _point(self, event: UiEvent) -> bool:
        if self.scroller.handle(event, self.theme):
            return True
        if event.intent is Intent.POINTER_MOVE:
            self._pointer = event.pos
            return False
        index = self.row_at(event.pos)
        if event.intent is Intent.POINTER_DOWN and index >= 0:
            self.select(index)
            if event.clicks >= 2 and not self.open_on_click:
                self.open_row()
            return True
        if (
            event.intent is Intent.POINTER_UP
            and self.open_on_click
            and index == self.selected
            and self.state.pressed
        ):
            return self.open_row()
        return False

    # Frames

    def place(self, rect: pygame.Rect) -> None:
        """Take `rect` and show the selected row in it."""
        super().place(rect)
        self.refit()
        height = self.theme.px(self.row_height)
        self.scroller.reveal(self.selected * height, (self.selected + 1) * height)
        self.scroller.to(self.scroller.offset, at_once=True)

    def update(self, dt_s: float) -> None:
        """Scroll smoothly, and follow the pointer over moving rows."""
        super().update(dt_s)
        self.refit()
        self.scroller.update(dt_s, self.theme)
        hovering = self.state.hovered and self._pointer is not None
        self._hover = self.row_at(self._pointer) if hovering and self._pointer is not None else -1

    def visible_rows(self) -> range:
        """The rows of which some part is in view."""
        height = self.theme.px(self.row_height)
        first = max(0, self.scroller.shown // height)
        last = -(-(self.scroller.shown + self.body().height) // height)
        return range(first, min(self.count(), last))

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the rows in view and the bar."""
        theme, body = self.theme, self.body()
        if self.count() == 0:
            theme.text.draw(surface, self.empty_text, body, BODY, theme.palette.faint, "center")
        height = theme.px(self.row_height)
        bar = theme.px(Scroller.BAR) if self.scroller.most else 0
        with clipped(surface, body):
            for index in self.visible_rows():
                y = body.y + index * height - self.scroller.shown
                rect = pygame.Rect(body.x, y, body.width - bar, height)
                look = RowLook(index == self.selected, index == self._hover, self.state.ring)
                self._draw_ground(surface, rect, look)
                self.draw_row(surface, index, rect, look)
        self.scroller.draw(surface, theme, self.state.hovered)
        if not self.count():
            self.draw_ring(surface)

    def _draw_ground(self, surface: pygame.Surface, rect: pygame.Rect, look: RowLook) -> None:
        theme, palette = self.theme, self.theme.palette
        area = rect.inflate(0, -theme.px(2))
        radius = theme.px(theme.RADIUS_SMALL)
        if look.selected:
            fill = palette.accent_soft if look.focused else mix(palette.raised, palette.accent_soft, 0.5)
            line = palette.accent if look.focused else None
            theme.paint.panel(surface, area, fill, radius, line, theme.px(1.5))
        elif look.hovered:
            theme.paint.panel(surface, area, palette.raised, radius)
