"""A word of explanation beside what the pointer or the focus rests on."""

from __future__ import annotations

import pygame

from scenes.ui.intents import Device
from scenes.ui.text import CAPTION
from scenes.ui.widget import Widget

REST_S = 0.5


class Tooltip(Widget):
    """Shows the `tip` of the widget it follows after the pointer or the focus rested there for `REST_S`."""

    WIDTH = 300

    def __init__(self) -> None:
        super().__init__()
        self._target: Widget | None = None
        self._rested_s = 0.0

    @property
    def shown(self) -> str:
        """The text on the screen now; empty for none."""
        return self._target.tip if self._target is not None and self._rested_s >= REST_S else ""

    @property
    def animates(self) -> bool:
        """Whether a text will appear if the pointer or the focus goes on resting."""
        return self._target is not None and bool(self._target.tip) and self._rested_s < REST_S

    def touch(self) -> None:
        """Hide: something was pressed or the pointer went elsewhere."""
        self._rested_s = 0.0

    def follow(self, hovered: Widget | None, focused: Widget | None, device: Device, dt_s: float) -> None:
        """Take the widget under the pointer, or the focused one when keys or a pad are used."""
        target = hovered if device is Device.MOUSE else focused
        if target is not self._target:
            self._target = target
            self._rested_s = 0.0
        self._rested_s += dt_s

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the text below its widget, or above if there is no room."""
        if not self.shown or self._target is None or self.host is None:
            return
        theme, palette = self.theme, self.theme.palette
        lines = theme.text.wrap(self.shown, CAPTION, theme.px(self.WIDTH), 6)
        width = max(theme.text.width(line, CAPTION) for line in lines) + theme.px(20)
        height = len(lines) * theme.text.line_height(CAPTION) + theme.px(14)
        anchor, gap = self._target.rect, theme.px(8)
        box = pygame.Rect(0, 0, width, height)
        box.midtop = (anchor.centerx, anchor.bottom + gap)
        if box.bottom > self.host.rect.bottom:
            box.bottom = anchor.y - gap
        box.clamp_ip(self.host.rect.inflate(-2 * gap, -2 * gap))
        theme.paint.shadow(surface, box, theme.px(theme.RADIUS_SMALL), theme.px(8))
        theme.paint.panel(
            surface, box, palette.overlay, theme.px(theme.RADIUS_SMALL), palette.line_strong, theme.px(1)
        )
        inner = box.inflate(-theme.px(20), -theme.px(14))
        theme.text.draw_lines(surface, self.shown, inner, CAPTION, palette.text)
