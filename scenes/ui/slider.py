"""A number on a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import mix
from scenes.ui.text import BODY, NUMBER
from scenes.ui.widget import Widget


class Slider(Widget):
    """A label, a line with a knob, and the value. `on_change(value)` is called when a person moves the knob.

    Values go from `low` to `high` by `step`; `show` turns one into text.
    """

    focusable = True
    LABEL_SHARE = 0.38
    VALUE_WIDTH = 64

    def __init__(
        self,
        text: str,
        value: float,
        low: float,
        high: float,
        step: float,
        on_change: Callable[[float], None] | None = None,
        *,
        show: Callable[[float], str] = "{:g}".format,
        enabled: bool = True,
        tooltip: str = "",
        disabled_reason: str = "",
    ) -> None:
        if not (low < high and 0 < step <= high - low):
            raise ValueError(
                f"slider from {low} to {high} by {step}: it needs low < high and 0 < step <= high - low"
            )
        super().__init__(enabled=enabled, tooltip=tooltip, disabled_reason=disabled_reason)
        self.text = text
        self.low, self.high, self.step = low, high, step
        self.value = self._snap(value)
        self.on_change = on_change
        self.show = show

    def _snap(self, value: float) -> float:
        steps = round((value - self.low) / self.step)
        return min(self.high, max(self.low, self.low + steps * self.step))

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Moving the knob."""
        return [(Intent.MOVE, "Adjust")] if self.enabled else []

    def set(self, value: float) -> bool:
        """Take `value`, snapped to the steps; True if that changed it."""
        value = self._snap(value)
        if value == self.value:
            return False
        self.value = value
        if self.on_change is not None:
            self.on_change(value)
        return True

    def handle(self, event: UiEvent) -> bool:
        """Left and right by a step, page keys by ten, Home and End to the ends; drag with the mouse."""
        if event.intent is Intent.MOVE and event.dx:
            self.set(self.value + event.dx * self.step)
            return True
        if event.intent is Intent.PAGE and event.device.name == "KEYBOARD":
            self.set(self.value - event.step * 10 * self.step)
            return True
        if event.intent is Intent.EDGE:
            self.set(self.low if event.step < 0 else self.high)
            return True
        dragging = event.intent is Intent.POINTER_MOVE and self.state.pressed
        if event.intent is Intent.POINTER_DOWN or dragging:
            line = self._line()
            self.set(self.low + (event.pos[0] - line.x) / max(1, line.width) * (self.high - self.low))
            return True
        return False

    def _line(self) -> pygame.Rect:
        theme = self.theme
        label = round(self.rect.width * self.LABEL_SHARE) if self.text else 0
        knob = theme.px(9)
        x = self.rect.x + label + knob
        width = self.rect.width - label - 2 * knob - theme.px(self.VALUE_WIDTH)
        return pygame.Rect(x, self.rect.centery - theme.px(2), max(1, width), theme.px(4))

    def draw(self, surface: pygame.Surface) -> None:
        """Draw label, line, knob and value."""
        theme, palette = self.theme, self.theme.palette
        ink = palette.text if self.enabled else palette.faint
        line = self._line()
        label = pygame.Rect(self.rect.x, self.rect.y, line.x - self.rect.x - theme.px(16), self.rect.height)
        if label.width > 0:
            theme.text.draw(surface, self.text, label, BODY, ink)
        share = (self.value - self.low) / (self.high - self.low)
        x = line.x + round(line.width * share)
        theme.paint.panel(surface, line, palette.overlay, line.height // 2)
        done = pygame.Rect(line.x, line.y, max(line.height, x - line.x), line.height)
        accent = palette.accent if self.enabled else palette.faint
        theme.paint.panel(surface, done, accent, line.height // 2)
        radius = theme.px(8 if self.heat > 0.5 else 7)
        theme.paint.disc(
            surface, (x, line.centery), radius, mix(palette.text, palette.accent_hover, self.heat)
        )
        value = pygame.Rect(line.right + theme.px(9), self.rect.y, 0, self.rect.height)
        value.width = self.rect.right - value.x
        theme.text.draw(surface, self.show(self.value), value, NUMBER, ink, "right")
        self.draw_ring(surface, rect=self.rect.inflate(theme.px(8), 0))
