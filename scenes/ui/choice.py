"""One of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import mix
from scenes.ui.picker import Picker
from scenes.ui.text import BODY
from scenes.ui.widget import Widget

T = TypeVar("T")


class Choice(Widget, Generic[T]):
    """A label and the chosen one of `options`. Left and right choose the neighbour; ACCEPT or a click opens a
    list.

    `name` turns an option into text. `on_change(option)` is called when a person chooses another.
    """

    focusable = True
    LABEL_SHARE = 0.38

    def __init__(
        self,
        text: str,
        options: Sequence[T],
        index: int = 0,
        on_change: Callable[[T], None] | None = None,
        *,
        name: Callable[[T], str] = str,
        icon: Callable[[T], str | None] | None = None,
        enabled: bool = True,
        tooltip: str = "",
        disabled_reason: str = "",
    ) -> None:
        if not options:
            raise ValueError(f"choice {text!r} has no options; give at least one")
        super().__init__(enabled=enabled, tooltip=tooltip, disabled_reason=disabled_reason)
        self.text = text
        self.options = list(options)
        self.index = index
        self.on_change = on_change
        self.name = name
        self.icon = icon

    @property
    def value(self) -> T:
        """The chosen option."""
        return self.options[self.index]

    def set_options(self, options: Sequence[T], index: int = 0) -> None:
        """Offer other options without calling `on_change`."""
        if not options:
            raise ValueError(f"choice {self.text!r} has no options; give at least one")
        self.options = list(options)
        self.index = index

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Changing and opening."""
        return [(Intent.MOVE, "Change"), (Intent.ACCEPT, "Show all")] if self.enabled else []

    def choose(self, index: int) -> bool:
        """Choose the option `index`; True if it was another."""
        if index == self.index:
            return False
        self.index = index
        if self.host is not None:
            self.host.sound("ui_select")
        if self.on_change is not None:
            self.on_change(self.value)
        return True

    def handle(self, event: UiEvent) -> bool:
        """Change, or open the list."""
        if event.intent is Intent.MOVE and event.dx:
            self.choose((self.index + int(event.dx)) % len(self.options))
            return True
        if event.intent is Intent.POINTER_DOWN:
            return True
        if not self.click(event):
            return False
        if event.intent is Intent.POINTER_UP:
            left, right = self._arrows()
            for area, by in ((left, -1), (right, 1)):
                if area.collidepoint(event.pos):
                    self.choose((self.index + by) % len(self.options))
                    return True
        self.open()
        return True

    def open(self) -> None:
        """Show all options in a list."""
        if self.host is not None:
            self.host.sound("ui_select")
            names = [self.name(option) for option in self.options]
            self.host.open(Picker(self.field(), names, self.index, self.choose))

    def field(self) -> pygame.Rect:
        """The part that shows the chosen option."""
        label = round(self.rect.width * self.LABEL_SHARE) if self.text else 0
        return pygame.Rect(self.rect.x + label, self.rect.y, self.rect.width - label, self.rect.height)

    def _arrows(self) -> tuple[pygame.Rect, pygame.Rect]:
        field, width = self.field(), self.theme.px(34)
        left = pygame.Rect(field.x, field.y, width, field.height)
        return left, pygame.Rect(field.right - width, field.y, width, field.height)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw label, arrows and the chosen option."""
        theme, palette = self.theme, self.theme.palette
        ink = palette.text if self.enabled else palette.faint
        field = self.field()
        label = pygame.Rect(self.rect.x, self.rect.y, field.x - self.rect.x - theme.px(16), self.rect.height)
        if label.width > 0:
            theme.text.draw(surface, self.text, label, BODY, ink)
        fill = mix(palette.raised, palette.overlay, self.heat) if self.enabled else palette.surface
        theme.paint.panel(surface, field, fill, theme.px(theme.RADIUS), palette.line, theme.px(1))
        left, right = self._arrows()
        arrow = mix(palette.muted, palette.text, self.heat) if self.enabled else palette.line_strong
        theme.paint.icon(surface, "chevron-left", left.center, 16, arrow)
        theme.paint.icon(surface, "chevron-right", right.center, 16, arrow)
        middle = pygame.Rect(left.right, field.y, right.x - left.right, field.height)
        symbol = self.icon(self.value) if self.icon is not None else None
        if symbol is not None:
            width = min(theme.text.width(self.name(self.value), BODY) + theme.px(26), middle.width)
            x = middle.centerx - width // 2
            theme.paint.icon(surface, symbol, (x + theme.px(9), middle.centery), 16, ink)
            middle = pygame.Rect(x + theme.px(26), middle.y, width - theme.px(26), middle.height)
        theme.text.draw(surface, self.name(self.value), middle, BODY, ink, "center")
        self.draw_ring(surface, rect=field)
