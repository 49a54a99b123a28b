"""The places of the program, at the left edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import mix
from scenes.ui.text import BODY_STRONG, TITLE
from scenes.ui.theme import Theme
from scenes.ui.widget import Widget


@dataclass(frozen=True)
class Place:
    """An entry of the rail; `low` ones stand at its lower end."""

    key: str
    text: str
    icon: str
    low: bool = False


class NavRail(Widget):
    """Icons and names one below the other. `on_go(key)` is called when a person chooses one.

    Up and down move through it, ACCEPT or a click chooses. Narrower than `NARROW` it shows icons only.
    """

    focusable = True
    WIDTH = 208
    NARROW = 120
    ITEM = 44

    def __init__(
        self, title: str, places: Sequence[Place], current: str, on_go: Callable[[str], None] | None = None
    ) -> None:
        super().__init__()
        keys = [place.key for place in places]
        if current not in keys:
            raise ValueError(f"no place {current!r}; there are: {', '.join(keys)}")
        self.title = title
        self.places = list(places)
        self.current = current
        self.on_go = on_go
        self.at = keys.index(current)
        self._pointer: tuple[int, int] | None = None

    @classmethod
    def width_for(cls, theme: Theme, window_width: int) -> int:
        """Give the width in pixels for a window: with names, or icons only where room is scarce."""
        return theme.px(cls.WIDTH if window_width >= theme.px(1000) else 72)

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Going there."""
        return [(Intent.ACCEPT, "Go")]

    def handle(self, event: UiEvent) -> bool:
        """Move and choose."""
        if event.intent is Intent.MOVE and event.dy:
            at = self.at + int(event.dy)
            if not 0 <= at < len(self.places):
                return False
            self.at = at
            if self.host is not None:
                self.host.sound("ui_move")
            return True
        if event.intent is Intent.POINTER_MOVE:
            self._pointer = event.pos
            return False
        if event.intent is Intent.POINTER_DOWN:
            return True
        if not self.click(event):
            return False
        if event.intent is Intent.POINTER_UP:
            hit = [index for index, cell in enumerate(self.cells()) if cell.collidepoint(event.pos)]
            if not hit:
                return False
            self.at = hit[0]
        self._go(self.places[self.at].key)
        return True

    def _go(self, key: str) -> None:
        self.current = key
        if self.host is not None:
            self.host.sound("ui_select")
        if self.on_go is not None:
            self.on_go(key)

    def cells(self) -> list[pygame.Rect]:
        """Where the places stand."""
        theme = self.theme
        height, gap, pad = theme.px(self.ITEM), theme.px(4), theme.px(12)
        top = self.rect.y + theme.px(76)
        low = sum(place.low for place in self.places)
        bottom = self.rect.bottom - pad - low * (height + gap) + gap
        result = []
        for place in self.places:
            y = bottom if place.low else top
            result.append(pygame.Rect(self.rect.x + pad, y, self.rect.width - 2 * pad, height))
            if place.low:
                bottom += height + gap
            else:
                top += height + gap
        return result

    def update(self, dt_s: float) -> None:
        """Come back to the current place when the focus goes."""
        super().update(dt_s)
        if not self.state.focused:
            self.at = next(index for index, place in enumerate(self.places) if place.key == self.current)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the rail."""
        theme, palette = self.theme, self.theme.palette
        surface.fill(palette.surface, self.rect)
        surface.fill(
            palette.line, (self.rect.right - theme.px(1), self.rect.y, theme.px(1), self.rect.height)
        )
        narrow = self.rect.width < theme.px(self.NARROW)
        mark = theme.px(20)
        center = (self.rect.centerx if narrow else self.rect.x + theme.px(34), self.rect.y + theme.px(40))
        theme.paint.panel(
            surface,
            pygame.Rect(center[0] - mark * 3 // 4, center[1] - mark * 3 // 4, mark * 3 // 2, mark * 3 // 2),
            palette.accent,
            theme.px(8),
        )
        theme.paint.icon(surface, "swords", center, 18, palette.on_accent)
        if not narrow:
            x = center[0] + theme.px(26)
            area = pygame.Rect(x, self.rect.y, self.rect.right - x, theme.px(80))
            theme.text.draw(surface, self.title, area, TITLE, palette.text)
        for index, (place, cell) in enumerate(zip(self.places, self.cells(), strict=True)):
            self._draw_place(surface, index, place, cell, narrow)

    def _draw_place(
        self, surface: pygame.Surface, index: int, place: Place, cell: pygame.Rect, narrow: bool
    ) -> None:
        theme, palette = self.theme, self.theme.palette
        here = place.key == self.current
        hovered = self.state.hovered and self._pointer is not None and cell.collidepoint(self._pointer)
        radius = theme.px(theme.RADIUS)
        if here:
            theme.paint.panel(surface, cell, palette.accent_soft, radius)
        elif hovered:
            theme.paint.panel(surface, cell, palette.raised, radius)
        ink = palette.text if here or hovered else palette.muted
        symbol = palette.accent if here else mix(palette.muted, palette.text, 0.6 if hovered else 0)
        x = cell.centerx if narrow else cell.x + theme.px(22)
        theme.paint.icon(surface, place.icon, (x, cell.centery), 20, symbol)
        if not narrow:
            area = pygame.Rect(cell.x + theme.px(44), cell.y, cell.width - theme.px(52), cell.height)
            theme.text.draw(surface, place.text, area, BODY_STRONG, ink)
        if index == self.at:
            self.draw_ring(surface, radius, cell.inflate(-theme.px(4), -theme.px(4)))
