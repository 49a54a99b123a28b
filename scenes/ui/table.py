"""A table that can be sorted by any column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pygame

from scenes.ui import layout
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import Colour
from scenes.ui.rows import RowLook, Rows
from scenes.ui.scrolling import Scroller
from scenes.ui.text import BODY, BODY_STRONG, CAPTION_STRONG, NUMBER, Align
from scenes.ui.theme import Theme

T = TypeVar("T")


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column: `value` gives what it sorts by (None goes last), `show` the text; by default `str(value)`.

    `width` is pixels at scale 1 if an int, a share of what is left over if a float. Numbers are set in
    equally wide digits at the right. `tint` may colour a cell. `descending` is the order of the first click.
    """

    title: str
    value: Callable[[T], Any]
    width: int | float = 1.0
    show: Callable[[T], str] | None = None
    numeric: bool = False
    strong: bool = False
    sortable: bool = True
    descending: bool = False
    tint: Callable[[T], Colour | None] | None = None

    @property
    def align(self) -> Align:
        """Where the cell's text stands."""
        return "right" if self.numeric else "left"

    def text(self, row: T) -> str:
        """Give the text of the cell of `row`."""
        if self.show is not None:
            return self.show(row)
        value = self.value(row)
        return "" if value is None else str(value)


class Table(Rows, Generic[T]):
    """Rows of cells under a head that sorts them.

    Click a title to sort by it, once more to turn the order. With keys or a pad go up from the first row into
    the head, choose with left and right, press ACCEPT; OPTION sorts by the next column at once. The selection
    stays with its row. For the rest see `Rows`.
    """

    HEAD = 34

    def __init__(
        self,
        columns: Sequence[Column[T]],
        rows: Sequence[T] = (),
        *,
        sort: int | None = None,
        row_height: int = Theme.ROW,
        on_select: Callable[[int], None] | None = None,
        on_open: Callable[[int], None] | None = None,
        empty_text: str = "Nothing here yet",
    ) -> None:
        super().__init__(row_height=row_height, on_select=on_select, on_open=on_open, empty_text=empty_text)
        self.columns = list(columns)
        self.rows: list[T] = list(rows)
        self.sort = sort
        self.descending = sort is not None and self.columns[sort].descending
        self.head_at: int | None = None
        self._sort_rows()

    @property
    def current(self) -> T | None:
        """The selected row, or None if the table is empty."""
        return self.rows[self.selected] if 0 <= self.selected < len(self.rows) else None

    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def body(self) -> pygame.Rect:
        """The part below the head."""
        head = self.theme.px(self.HEAD)
        return pygame.Rect(self.rect.x, self.rect.y + head, self.rect.width, max(0, self.rect.height - head))

    def set_rows(self, rows: Sequence[T]) -> None:
        """Show other rows, in the order chosen; the selection stays with an equal row if there is one."""
        current = self.current
        self.rows = list(rows)
        self._sort_rows(current)
        self.refit()

    def sort_by(self, column: int, descending: bool | None = None) -> None:
        """Sort by `column`; without `descending`, a second call for the same column turns the order."""
        if not self.columns[column].sortable:
            return
        if descending is None:
            descending = not self.descending if column == self.sort else self.columns[column].descending
        self.sort, self.descending = column, descending
        self._sort_rows(self.current)
        if self.host is not None:
            self.host.sound("ui_select")
            self.select(self.selected, quiet=True)

    def _sort_rows(self, keep: T | None = None) -> None:
        if self.sort is not None:
            value = self.columns[self.sort].value
            known = [row for row in self.rows if value(row) is not None]
            unknown = [row for row in self.rows if value(row) is None]
            self.rows = sorted(known, key=value, reverse=self.descending) + unknown
        if keep is not None and keep in self.rows:
            self.selected = self.rows.index(keep)

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Opening and sorting."""
        if self.head_at is not None:
            return [(Intent.ACCEPT, "Sort")]
        return [*super().hints(), (Intent.OPTION, "Sort by next")]

    def handle(self, event: UiEvent) -> bool:
        """Sort, or what `Rows` does."""
        if self.head_at is not None and event.intent in (Intent.MOVE, Intent.ACCEPT):
            return self._handle_head(event, self.head_at)
        if event.intent is Intent.MOVE and event.dy < 0 and self.selected == 0 and not event.repeated:
            self.head_at = self._sortable_near(self.sort or 0, 1)
            return self.head_at is not None
        if event.intent is Intent.OPTION:
            column = self._sortable_near((self.sort if self.sort is not None else -1) + 1, 1)
            if column is not None:
                self.sort_by(column)
            return column is not None
        if event.intent is Intent.POINTER_DOWN:
            self.head_at = None
            for index, cell in enumerate(self._head_cells()):
                if cell.collidepoint(event.pos):
                    self.sort_by(index)
                    return True
        return super().handle(event)

    def _handle_head(self, event: UiEvent, at: int) -> bool:
        if event.intent is Intent.ACCEPT:
            if not event.repeated:
                self.sort_by(at)
            return True
        if event.dy:
            self.head_at = None
            return event.dy > 0
        by = int(event.dx)
        if not 0 <= at + by < len(self.columns):
            return False
        self.head_at = self._sortable_near(at + by, by)
        return True

    def _sortable_near(self, start: int, by: int) -> int | None:
        """Give the first sortable column from `start` on, going round in steps of `by`."""
        count = len(self.columns)
        order = [(start + by * index) % count for index in range(count)]
        return next((index for index in order if self.columns[index].sortable), None)

    def _head_cells(self) -> list[pygame.Rect]:
        return self._cells(pygame.Rect(self.rect.x, self.rect.y, self._row_width(), self.theme.px(self.HEAD)))

    def _row_width(self) -> int:
        return self.rect.width - (self.theme.px(Scroller.BAR) if self.scroller.most else 0)

    def _cells(self, rect: pygame.Rect) -> list[pygame.Rect]:
        theme = self.theme
        parts = [theme.px(c.width) if isinstance(c.width, int) else c.width for c in self.columns]
        return layout.columns(rect.inflate(-2 * theme.px(12), 0), parts, theme.px(12))

    def update(self, dt_s: float) -> None:
        """Leave the head when the focus goes."""
        super().update(dt_s)
        if not self.state.focused:
            self.head_at = None

    def draw(self, surface: pygame.Surface) -> None:
        """Draw head and rows."""
        theme, palette = self.theme, self.theme.palette
        for index, cell in enumerate(self._head_cells()):
            self._draw_title(surface, index, cell)
        y = self.rect.y + theme.px(self.HEAD) - theme.px(1)
        surface.fill(palette.line, (self.rect.x, y, self.rect.width, theme.px(1)))
        super().draw(surface)

    def _draw_title(self, surface: pygame.Surface, index: int, cell: pygame.Rect) -> None:
        theme, palette, column = self.theme, self.theme.palette, self.columns[index]
        chosen = index == self.head_at and self.state.ring
        if chosen:
            theme.paint.panel(
                surface,
                cell.inflate(theme.px(12), -theme.px(8)),
                palette.accent_soft,
                theme.px(6),
                palette.accent,
            )
        ink = palette.text if index == self.sort or chosen else palette.muted
        arrow = theme.px(14) if index == self.sort else 0
        text = pygame.Rect(cell.x, cell.y, max(0, cell.width - arrow), cell.height)
        if column.numeric:
            text.right = cell.right - arrow
        drawn = theme.text.draw(surface, column.title, text, CAPTION_STRONG, ink, column.align)
        if arrow:
            icon = "chevron-down" if self.descending else "chevron-up"
            theme.paint.icon(surface, icon, (drawn.right + theme.px(9), cell.centery), 13, palette.accent)

    def draw_row(self, surface: pygame.Surface, index: int, rect: pygame.Rect, look: RowLook) -> None:
        """Draw the cells of a row."""
        theme, palette, row = self.theme, self.theme.palette, self.rows[index]
        for column, cell in zip(self.columns, self._cells(rect), strict=True):
            style = NUMBER if column.numeric else BODY_STRONG if column.strong else BODY
            ink = palette.text if column.strong or look.selected else palette.muted
            tint = column.tint(row) if column.tint is not None else None
            theme.text.draw(surface, column.text(row), cell, style, tint or ink, column.align)
