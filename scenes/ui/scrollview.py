"""A view on widgets that take more room than there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from scenes.ui.clipping import clipped
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.scrolling import Scroller
from scenes.ui.widget import Widget


class ScrollView(Widget):
    """Shows widgets through a window with a scroll bar.

    `arrange(rect)` places the items from the top of `rect`, as if there were room for all, and is given the
    width without the bar; the view then finds how long they are and moves them.
    """

    clips = True

    def __init__(self, arrange: Callable[[pygame.Rect], None], *items: Widget, padding: int = 6) -> None:
        super().__init__()
        self.arrange = arrange
        self.items: list[Widget] = list(items)
        self.padding = padding
        self.scroller = Scroller()
        self._moved_by = 0

    @property
    def animates(self) -> bool:
        """Whether something still moves."""
        return self.scroller.moving

    def children(self) -> Sequence[Widget]:
        """The items."""
        return self.items

    def set_items(self, items: Sequence[Widget]) -> None:
        """Show other widgets."""
        for item in self.items:
            item.attach(None, None)
        self.items = list(items)
        for item in self.items:
            item.attach(self.host, self)
        if self.host is not None and self.rect.width:
            self.place(self.rect)

    def place(self, rect: pygame.Rect) -> None:
        """Lay the items out and measure them."""
        super().place(rect)
        theme = self.theme
        pad = theme.px(self.padding)
        inner = rect.inflate(-2 * pad, -2 * pad)
        inner.width -= theme.px(Scroller.BAR)
        self.arrange(inner)
        bottoms = [item.rect.bottom for item in self.items if item.visible]
        self._moved_by = 0
        self.scroller.fit(rect, max(bottoms, default=rect.y) + pad - rect.y)
        self.scroller.to(self.scroller.offset, at_once=True)
        self._follow()

    def reveal(self, rect: pygame.Rect) -> None:
        """Scroll so that `rect`, in screen pixels, is seen."""
        top = rect.y - self.rect.y + self._moved_by
        self.scroller.reveal(top, top + rect.height, self.theme.px(16))

    def _follow(self) -> None:
        """Move the items to where the scroller shows them."""
        delta = self._moved_by - self.scroller.shown
        if delta:
            self._moved_by = self.scroller.shown
            for item in self.items:
                item.place(item.rect.move(0, delta))

    def handle(self, event: UiEvent) -> bool:
        """Scroll by wheel, bar and page keys."""
        if event.intent is Intent.PAGE and self.scroller.most > 0:
            before = self.scroller.offset
            self.scroller.to(before + event.step * self.rect.height * 0.8)
            return self.scroller.offset != before
        return self.scroller.handle(event, self.theme)

    def update(self, dt_s: float) -> None:
        """Scroll smoothly."""
        self.scroller.update(dt_s, self.theme)
        self._follow()

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the items that can be seen, and the bar."""
        with clipped(surface, self.rect) as area:
            for item in self.items:
                if item.visible and item.rect.colliderect(area):
                    item.draw(surface)
        self.scroller.draw(surface, self.theme, self.state.hovered)
