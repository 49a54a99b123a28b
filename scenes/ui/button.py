"""A push button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import Colour, mix
from scenes.ui.text import BODY_STRONG
from scenes.ui.widget import Action, Widget

Kind = Literal["primary", "secondary", "danger", "ghost"]


class Button(Widget):
    """A button with a label, an icon or both. `on_press` is called once for each press.

    `kind` says how much it asks for attention; a screen has one primary button. A disabled button with a
    `disabled_reason` can be reached and says why in its tooltip.
    """

    focusable = True

    def __init__(
        self,
        text: str,
        on_press: Action | None = None,
        *,
        icon: str | None = None,
        kind: Kind = "secondary",
        align: Literal["left", "center"] = "center",
        enabled: bool = True,
        tooltip: str = "",
        disabled_reason: str = "",
    ) -> None:
        super().__init__(enabled=enabled, tooltip=tooltip, disabled_reason=disabled_reason)
        self.text = text
        self.icon = icon
        self.kind: Kind = kind
        self.align = align
        self.on_press = on_press

    def width_wanted(self) -> int:
        """Give the width in pixels that the label needs."""
        theme = self.theme
        icon = theme.px(theme.ICON + 8) if self.icon and self.text else 0
        return max(theme.px(theme.CONTROL), theme.text.width(self.text, BODY_STRONG) + icon + theme.px(32))

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Pressing it."""
        return [(Intent.ACCEPT, "Select")] if self.enabled else []

    def handle(self, event: UiEvent) -> bool:
        """Press on ACCEPT and on a click released inside."""
        if event.intent is Intent.POINTER_DOWN:
            return True
        if not self.click(event):
            return event.intent is Intent.ACCEPT
        if self.host is not None:
            self.host.sound("ui_select")
        if self.on_press is not None:
            self.on_press()
        return True

    def colours(self) -> tuple[Colour | None, Colour | None, Colour]:
        """Give fill, border and ink for the state it is in."""
        palette = self.theme.palette
        if not self.enabled:
            return (None if self.kind == "ghost" else palette.surface), palette.line, palette.faint
        heat = self.heat
        fill: Colour | None
        if self.kind == "primary":
            fill, border, ink = mix(palette.accent, palette.accent_hover, heat), None, palette.on_accent
        elif self.kind == "danger":
            fill, border, ink = mix(palette.bad_soft, palette.bad, heat * 0.3), None, palette.bad
            ink = mix(ink, palette.text, heat)
        elif self.kind == "ghost":
            fill = mix(palette.surface, palette.raised, heat) if heat else None
            border, ink = None, mix(palette.muted, palette.text, heat)
        else:
            fill, border, ink = mix(palette.raised, palette.overlay, heat), palette.line, palette.text
        if self.state.pressed and fill is not None:
            fill = mix(fill, palette.background, 0.25)
        return fill, border, ink

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the button and, if it has the focus, the ring."""
        theme = self.theme
        fill, border, ink = self.colours()
        radius = theme.px(theme.RADIUS)
        if fill is not None:
            theme.paint.panel(surface, self.rect, fill, radius, border, theme.px(1))
        self._draw_label(surface, ink)
        self.draw_ring(surface)

    def _draw_label(self, surface: pygame.Surface, ink: Colour) -> None:
        theme = self.theme
        if not self.text:
            if self.icon is not None:
                theme.paint.icon(surface, self.icon, self.rect.center, theme.ICON, ink)
            return
        inner = self.rect.inflate(-2 * theme.px(14), 0)
        size, space = (theme.px(theme.ICON), theme.px(8)) if self.icon is not None else (0, 0)
        width = min(inner.width, theme.text.width(self.text, BODY_STRONG) + size + space)
        x = inner.x if self.align == "left" else inner.x + (inner.width - width) // 2
        if self.icon is not None:
            theme.paint.icon(surface, self.icon, (x + size // 2, self.rect.centery), theme.ICON, ink)
        text = pygame.Rect(x + size + space, self.rect.y, width - size - space, self.rect.height)
        theme.text.draw(surface, self.text, text, BODY_STRONG, ink)
