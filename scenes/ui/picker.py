"""A list that opens over a control and closes when one of it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.listview import ListView
from scenes.ui.rows import RowLook
from scenes.ui.text import BODY
from scenes.ui.widget import Widget


class Picker(Widget):
    """An overlay under (or over, if there is more room) `anchor` that offers `names` and marks the `chosen`
    one.

    `on_pick(index)` is called after it closed; BACK or a click beside it closes without choosing.
    """

    MOST_ROWS = 9

    def __init__(
        self, anchor: pygame.Rect, names: Sequence[str], chosen: int, on_pick: Callable[[int], object]
    ) -> None:
        super().__init__()
        self.anchor = pygame.Rect(anchor)
        self.chosen = chosen
        self.on_pick = on_pick
        self.panel = pygame.Rect(0, 0, 0, 0)
        self.list: ListView[str] = ListView(names, paint=self._paint, on_open=self._pick, open_on_click=True)
        self.list.selected = chosen

    def children(self) -> Sequence[Widget]:
        """The list."""
        return (self.list,)

    def place(self, rect: pygame.Rect) -> None:
        """Open where there is room inside `rect`."""
        super().place(rect)
        theme = self.theme
        pad, margin = theme.px(6), theme.px(8)
        row = theme.px(self.list.row_height)
        below = rect.bottom - self.anchor.bottom - 2 * margin
        above = self.anchor.y - rect.y - 2 * margin
        wanted = min(self.list.count(), self.MOST_ROWS) * row + 2 * pad
        room = below if below >= wanted or below >= above else above
        height = max(row + 2 * pad, min(wanted, room))
        self.panel = pygame.Rect(self.anchor.x, self.anchor.bottom + theme.px(6), self.anchor.width, height)
        if room is above:
            self.panel.bottom = self.anchor.y - theme.px(6)
        self.panel.width = min(rect.width - 2 * margin, max(self.panel.width, self._widest() + theme.px(72)))
        self.panel.clamp_ip(rect.inflate(-2 * margin, -2 * margin))
        self.list.place(self.panel.inflate(-2 * pad, -2 * pad))

    def _widest(self) -> int:
        # Measuring every name of a list of thousands would show as a hitch; the first hundred decide.
        return max((self.theme.text.width(name, BODY) for name in self.list.items[:100]), default=0)

    def _pick(self, index: int) -> None:
        if self.host is not None:
            self.host.close(self)
        self.on_pick(index)

    def handle(self, event: UiEvent) -> bool:
        """Close on BACK and on a click outside the panel."""
        outside = event.intent is Intent.POINTER_DOWN and not self.panel.collidepoint(event.pos)
        if (event.intent is Intent.BACK or outside) and self.host is not None:
            self.host.sound("ui_back")
            self.host.close(self)
        return event.intent not in (Intent.MOVE, Intent.TAB)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw panel and list."""
        theme = self.theme
        theme.paint.shadow(surface, self.panel, theme.px(theme.RADIUS), theme.px(14))
        theme.paint.panel(
            surface,
            self.panel,
            theme.palette.surface,
            theme.px(theme.RADIUS),
            theme.palette.line_strong,
            theme.px(1),
        )
        self.list.draw(surface)

    def _paint(self, surface: pygame.Surface, rect: pygame.Rect, name: str, look: RowLook) -> None:
        theme, palette = self.theme, self.theme.palette
        ink = palette.text if look.selected or look.hovered else palette.muted
        mark = theme.px(32)
        text = pygame.Rect(rect.x + theme.px(10), rect.y, rect.width - theme.px(10) - mark, rect.height)
        theme.text.draw(surface, name, text, BODY, ink)
        if 0 <= self.chosen < self.list.count() and name == self.list.items[self.chosen]:
            theme.paint.icon(surface, "check", (rect.right - mark // 2, rect.centery), 16, palette.accent)
