"""A switch that is on or off."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import mix
from scenes.ui.text import BODY
from scenes.ui.theme import Motion
from scenes.ui.widget import Widget


class Toggle(Widget):
    """A label with a switch at its right. `on_change(value)` is called when a person flips it."""

    focusable = True

    def __init__(
        self,
        text: str,
        value: bool = False,
        on_change: Callable[[bool], None] | None = None,
        *,
        enabled: bool = True,
        tooltip: str = "",
        disabled_reason: str = "",
    ) -> None:
        super().__init__(enabled=enabled, tooltip=tooltip, disabled_reason=disabled_reason)
        self.text = text
        self.value = value
        self.on_change = on_change
        self._knob = Motion(float(value))

    @property
    def animates(self) -> bool:
        """Whether something still moves."""
        return super().animates or self._knob.moving

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Flipping it."""
        return [(Intent.ACCEPT, "Turn off" if self.value else "Turn on")] if self.enabled else []

    def handle(self, event: UiEvent) -> bool:
        """Flip on ACCEPT and click; left is off, right is on."""
        if event.intent is Intent.POINTER_DOWN:
            return True
        if event.intent is Intent.MOVE and event.dx:
            return self._set(event.dx > 0)
        if not self.click(event):
            return False
        return self._set(not self.value)

    def _set(self, value: bool) -> bool:
        if value == self.value:
            return False
        self.value = value
        if self.host is not None:
            self.host.sound("ui_select")
        if self.on_change is not None:
            self.on_change(value)
        return True

    def update(self, dt_s: float) -> None:
        """Slide the knob."""
        super().update(dt_s)
        self._knob.target = float(self.value)
        self._knob.update(dt_s, self.theme)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw label and switch."""
        theme, palette = self.theme, self.theme.palette
        width, height = theme.px(40), theme.px(22)
        track = pygame.Rect(0, 0, width, height)
        track.midright = self.rect.midright
        label = pygame.Rect(self.rect.x, self.rect.y, track.x - self.rect.x - theme.px(8), self.rect.height)
        theme.text.draw(surface, self.text, label, BODY, palette.text if self.enabled else palette.faint)
        share = round(self._knob.value * 8) / 8
        off, on = (
            mix(palette.overlay, palette.line_strong, self.heat),
            mix(palette.accent, palette.text, self.heat / 6),
        )
        fill = mix(off, on, share) if self.enabled else palette.raised
        theme.paint.panel(surface, track, fill, height // 2)
        radius = height // 2 - theme.px(3)
        x = track.x + height // 2 + round((width - height) * self._knob.value)
        knob = mix(palette.muted, palette.on_accent, share) if self.enabled else palette.faint
        theme.paint.disc(surface, (x, track.centery), radius, knob)
        self.draw_ring(surface, rect=self.rect.inflate(theme.px(8), 0))
