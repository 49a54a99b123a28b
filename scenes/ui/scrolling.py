"""How far a view is scrolled, and the bar that shows it."""

from __future__ import annotations

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.theme import Motion, Theme

WHEEL_PX = 48


class Scroller:
    """The vertical scroll state of one view: `offset` pixels of `length` are above the view's top."""

    BAR = 10

    def __init__(self) -> None:
        self.view = pygame.Rect(0, 0, 0, 0)
        self.length = 0
        self.offset = 0
        self._shown = Motion()
        self._grip: int | None = None

    @property
    def most(self) -> int:
        """The largest offset there is."""
        return max(0, self.length - self.view.height)

    @property
    def shown(self) -> int:
        """The offset to draw at, which follows `offset` smoothly."""
        return round(self._shown.value)

    @property
    def moving(self) -> bool:
        """Whether what is drawn has not caught up with the offset."""
        return self._shown.moving

    def fit(self, view: pygame.Rect, length: int) -> None:
        """Take the view's rectangle and the content's length in pixels."""
        self.view = pygame.Rect(view)
        self.length = length
        self.to(self.offset)

    def to(self, offset: float, *, at_once: bool = False) -> None:
        """Scroll to `offset`, kept inside the content."""
        self.offset = round(min(self.most, max(0, offset)))
        self._shown.target = self.offset
        if at_once:
            self._shown.jump(self.offset)

    def reveal(self, top: int, bottom: int, margin: int = 0) -> None:
        """Scroll as little as needed to show the content from `top` to `bottom`."""
        if bottom + margin > self.offset + self.view.height:
            self.to(bottom + margin - self.view.height)
        if top - margin < self.offset:
            self.to(top - margin)

    def update(self, dt_s: float, theme: Theme) -> None:
        """Follow the offset."""
        self._shown.update(dt_s, theme)

    def thumb(self, theme: Theme) -> pygame.Rect | None:
        """Give the bar's thumb, or None if everything fits."""
        if self.most == 0 or self.view.height == 0:
            return None
        height = max(theme.px(28), self.view.height * self.view.height // self.length)
        y = self.view.y + (self.view.height - height) * min(self.shown, self.most) // self.most
        return pygame.Rect(self.view.right - theme.px(self.BAR), y, theme.px(self.BAR), height)

    def handle(self, event: UiEvent, theme: Theme) -> bool:
        """Scroll by wheel, and by dragging the thumb or clicking beside it."""
        if event.intent is Intent.SCROLL and self.most > 0:
            before = self.offset
            self.to(self.offset + event.dy * theme.px(WHEEL_PX))
            return self.offset != before
        thumb = self.thumb(theme)
        if event.intent is Intent.POINTER_UP and self._grip is not None:
            self._grip = None
            return True
        if thumb is None:
            return False
        if (
            event.intent is Intent.POINTER_DOWN
            and event.pos[0] >= thumb.x
            and self.view.collidepoint(event.pos)
        ):
            self._grip = event.pos[1] - thumb.y if thumb.collidepoint(event.pos) else thumb.height // 2
            self._drag(event.pos[1], thumb.height)
            return True
        if event.intent is Intent.POINTER_MOVE and self._grip is not None:
            self._drag(event.pos[1], thumb.height)
            return True
        return False

    def _drag(self, y: int, thumb_height: int) -> None:
        way = max(1, self.view.height - thumb_height)
        self.to((y - (self._grip or 0) - self.view.y) / way * self.most, at_once=True)

    def draw(self, surface: pygame.Surface, theme: Theme, hovered: bool) -> None:
        """Draw the thumb, if there is anything to scroll."""
        thumb = self.thumb(theme)
        if thumb is None:
            return
        bar = pygame.Rect(
            thumb.x + theme.px(3), thumb.y + theme.px(2), theme.px(4), thumb.height - theme.px(4)
        )
        strong = hovered or self._grip is not None
        colour = theme.palette.line_strong if strong else theme.palette.line
        theme.paint.panel(surface, bar, colour, bar.width // 2)
