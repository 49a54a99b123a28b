"""A list of anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.rows import RowLook, Rows
from scenes.ui.text import BODY
from scenes.ui.theme import Theme

T = TypeVar("T")
RowPainter = Callable[[pygame.Surface, pygame.Rect, T, RowLook], None]


class ListView(Rows, Generic[T]):
    """A list of `items`; `name` turns one into text, `paint` draws one if text is not enough.

    Typing letters goes to the next item whose name begins with them. For the rest see `Rows`.
    """

    TYPING_S = 0.8

    def __init__(
        self,
        items: Sequence[T],
        *,
        name: Callable[[T], str] = str,
        paint: RowPainter[T] | None = None,
        row_height: int = Theme.ROW,
        on_select: Callable[[int], None] | None = None,
        on_open: Callable[[int], None] | None = None,
        open_on_click: bool = False,
        empty_text: str = "Nothing here yet",
    ) -> None:
        super().__init__(
            row_height=row_height,
            on_select=on_select,
            on_open=on_open,
            open_on_click=open_on_click,
            empty_text=empty_text,
        )
        self.items = items
        self.name = name
        self.paint = paint
        self._typed = ""
        self._typing_s = 0.0

    @property
    def current(self) -> T | None:
        """The selected item, or None if the list is empty."""
        return self.items[self.selected] if 0 <= self.selected < len(self.items) else None

    def count(self) -> int:
        """How many items there are."""
        return len(self.items)

    def set_items(self, items: Sequence[T]) -> None:
        """Show other items; the selection stays at its place as far as there is one."""
        self.items = items
        self.refit()

    def handle(self, event: UiEvent) -> bool:
        """Find by typing; the rest as `Rows`."""
        if event.intent is Intent.TEXT:
            return self._find(event.text)
        return super().handle(event)

    def _find(self, text: str) -> bool:
        if not text.strip() and not self._typed:
            return False
        self._typed += text.casefold()
        self._typing_s = self.TYPING_S
        # A first letter moves on to the next item, further ones refine from where we are.
        start = self.selected + (1 if len(self._typed) == 1 else 0)
        for shift in range(len(self.items)):
            index = (start + shift) % len(self.items)
            if self.name(self.items[index]).casefold().startswith(self._typed):
                self.select(index)
                return True
        return True

    def update(self, dt_s: float) -> None:
        """Forget what was typed after a pause."""
        super().update(dt_s)
        self._typing_s -= dt_s
        if self._typing_s <= 0:
            self._typed = ""

    def draw_row(self, surface: pygame.Surface, index: int, rect: pygame.Rect, look: RowLook) -> None:
        """Draw an item."""
        item = self.items[index]
        if self.paint is not None:
            self.paint(surface, rect, item, look)
            return
        palette = self.theme.palette
        ink = palette.text if look.selected or look.hovered else palette.muted
        inner = rect.inflate(-2 * self.theme.px(12), 0)
        self.theme.text.draw(surface, self.name(item), inner, BODY, ink)
