"""A row of titles of which one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import mix
from scenes.ui.text import BODY_STRONG
from scenes.ui.theme import Motion
from scenes.ui.widget import Widget


class Tabs(Widget):
    """Titles with a line under the chosen one. `on_change(index)` is called when a person chooses another.

    Left and right choose while it has the focus; the shoulder buttons and Ctrl+Tab choose from anywhere.
    """

    focusable = True

    def __init__(
        self, titles: Sequence[str], index: int = 0, on_change: Callable[[int], None] | None = None
    ) -> None:
        if not titles:
            raise ValueError("tabs need at least one title")
        super().__init__()
        self.titles = list(titles)
        self.index = index
        self.on_change = on_change
        self._pointer: tuple[int, int] | None = None
        self._left = Motion()
        self._width = Motion()
        self._settled = False

    @property
    def animates(self) -> bool:
        """Whether something still moves."""
        return super().animates or self._left.moving or self._width.moving

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Choosing."""
        return [(Intent.MOVE, "Choose")]

    def choose(self, index: int) -> bool:
        """Choose the tab `index`; True if it was another."""
        if index == self.index or not 0 <= index < len(self.titles):
            return False
        self.index = index
        if self.host is not None:
            self.host.sound("ui_move")
        if self.on_change is not None:
            self.on_change(index)
        return True

    def handle(self, event: UiEvent) -> bool:
        """Choose."""
        if event.intent is Intent.MOVE and event.dx:
            return self.choose(self.index + int(event.dx))
        if event.intent is Intent.SHOULDER:
            self.choose((self.index + event.step) % len(self.titles))
            return True
        if event.intent is Intent.POINTER_MOVE:
            self._pointer = event.pos
        if event.intent is Intent.POINTER_DOWN:
            for index, cell in enumerate(self.cells()):
                if cell.collidepoint(event.pos):
                    self.choose(index)
            return True
        return False

    def cells(self) -> list[pygame.Rect]:
        """Where the titles stand."""
        theme = self.theme
        result, x = [], self.rect.x
        for title in self.titles:
            width = theme.text.width(title, BODY_STRONG) + theme.px(28)
            result.append(pygame.Rect(x, self.rect.y, width, self.rect.height))
            x += width
        return result

    def place(self, rect: pygame.Rect) -> None:
        """Take `rect`; the line stands under the chosen title at once."""
        super().place(rect)
        self._settled = False

    def update(self, dt_s: float) -> None:
        """Slide the line."""
        super().update(dt_s)
        cell = self.cells()[self.index]
        for motion, value in ((self._left, cell.x - self.rect.x), (self._width, cell.width)):
            motion.target = value
            if not self._settled:
                motion.jump(value)
            motion.update(dt_s, self.theme)
        self._settled = True

    def draw(self, surface: pygame.Surface) -> None:
        """Draw titles and line."""
        theme, palette = self.theme, self.theme.palette
        base = self.rect.bottom - theme.px(1)
        surface.fill(palette.line, (self.rect.x, base, self.rect.width, theme.px(1)))
        for index, (title, cell) in enumerate(zip(self.titles, self.cells(), strict=True)):
            hovered = self.state.hovered and self._pointer is not None and cell.collidepoint(self._pointer)
            ink = (
                palette.text
                if index == self.index
                else mix(palette.muted, palette.text, 0.6 if hovered else 0)
            )
            theme.text.draw(surface, title, cell, BODY_STRONG, ink, "center")
        pad = theme.px(14)
        line = pygame.Rect(
            self.rect.x + round(self._left.value) + pad,
            self.rect.bottom - theme.px(3),
            round(self._width.value) - 2 * pad,
            theme.px(3),
        )
        theme.paint.panel(surface, line, palette.accent, theme.px(1))
        cell = self.cells()[self.index]
        self.draw_ring(surface, theme.px(6), cell.inflate(-theme.px(8), -theme.px(10)))
