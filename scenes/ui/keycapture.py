"""A control that takes the next key or button pressed, for rebinding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import mix
from scenes.ui.text import BODY, BODY_STRONG
from scenes.ui.widget import Widget

AXIS_ON = 0.6


@dataclass(frozen=True)
class Captured:
    """What was pressed: a pygame key code, pad button, or pad axis with the side (`sign` -1 or 1) it was
    pushed to.
    """

    kind: Literal["key", "pad_button", "pad_axis"]
    code: int
    sign: int = 0


class KeyCapture(Widget):
    """A row with an action's name and what is bound to it.

    ACCEPT or a click starts waiting; the next key, pad button or pad axis goes to `on_capture(captured)`,
    whose answer is the new text to show, or None to refuse it. Escape, or `WAIT_S` seconds, end the waiting;
    Delete and Backspace call `on_clear`, if given, while not waiting.
    """

    focusable = True
    wants_keys = True
    WAIT_S = 6.0
    LABEL_SHARE = 0.5

    def __init__(
        self,
        text: str,
        bound: str,
        on_capture: Callable[[Captured], str | None],
        *,
        accepts: Sequence[str] = ("key", "pad_button", "pad_axis"),
        on_clear: Callable[[], None] | None = None,
        enabled: bool = True,
        tooltip: str = "",
        disabled_reason: str = "",
    ) -> None:
        super().__init__(enabled=enabled, tooltip=tooltip, disabled_reason=disabled_reason)
        self.text = text
        self.bound = bound
        self.on_capture = on_capture
        self.accepts = tuple(accepts)
        self.on_clear = on_clear
        self.conflict = False
        self.left_s = 0.0

    @property
    def waiting(self) -> bool:
        """Whether the next press is taken."""
        return self.left_s > 0

    @property
    def animates(self) -> bool:
        """Whether it counts down."""
        return super().animates or self.waiting

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Rebinding."""
        return [] if self.waiting or not self.enabled else [(Intent.ACCEPT, "Rebind")]

    def capture(self, event: pygame.event.Event) -> bool:
        """Take a raw event while waiting."""
        if not self.waiting:
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            self.left_s = 0.0
            return True
        taken = self._read(event)
        if taken is not None and taken.kind in self.accepts:
            self.left_s = 0.0
            answer = self.on_capture(taken)
            if answer is not None:
                self.bound = answer
            if self.host is not None:
                self.host.sound("ui_select" if answer is not None else "ui_back")
        # While waiting, nothing pressed may move the focus or press a button.
        return event.type in (
            pygame.KEYDOWN,
            pygame.TEXTINPUT,
            pygame.CONTROLLERBUTTONDOWN,
            pygame.CONTROLLERAXISMOTION,
        )

    def _read(self, event: pygame.event.Event) -> Captured | None:
        if event.type == pygame.KEYDOWN:
            return Captured("key", event.key)
        if event.type == pygame.CONTROLLERBUTTONDOWN:
            return Captured("pad_button", event.button)
        if event.type == pygame.CONTROLLERAXISMOTION and abs(event.value) >= AXIS_ON * 32768:
            return Captured("pad_axis", event.axis, 1 if event.value > 0 else -1)
        return None

    def handle(self, event: UiEvent) -> bool:
        """Start waiting, or clear the binding."""
        if event.intent is Intent.POINTER_DOWN:
            return True
        if self.click(event):
            self.left_s = self.WAIT_S
            return True
        erase = event.intent is Intent.KEY and event.key in (pygame.K_DELETE, pygame.K_BACKSPACE)
        if erase and self.on_clear is not None:
            self.on_clear()
            return True
        return False

    def update(self, dt_s: float) -> None:
        """Count the waiting down; losing the focus ends it."""
        super().update(dt_s)
        self.left_s = max(0.0, self.left_s - dt_s) if self.state.focused else 0.0

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the action and its key."""
        theme, palette = self.theme, self.theme.palette
        split = round(self.rect.width * self.LABEL_SHARE)
        label = pygame.Rect(self.rect.x, self.rect.y, split - theme.px(16), self.rect.height)
        theme.text.draw(surface, self.text, label, BODY, palette.text if self.enabled else palette.faint)
        field = pygame.Rect(self.rect.x + split, self.rect.y, self.rect.width - split, self.rect.height)
        border = palette.warn if self.conflict else palette.accent if self.waiting else palette.line
        fill = palette.accent_soft if self.waiting else mix(palette.raised, palette.overlay, self.heat)
        theme.paint.panel(surface, field, fill, theme.px(theme.RADIUS), border, theme.px(1))
        inner = field.inflate(-2 * theme.px(12), 0)
        if self.waiting:
            shown = f"Press a key or button ({self.left_s:.0f})"
            theme.text.draw(surface, shown, inner, BODY, palette.accent_hover, "center")
        else:
            ink = palette.text if self.bound else palette.faint
            theme.text.draw(surface, self.bound or "Not bound", inner, BODY_STRONG, ink, "center")
        self.draw_ring(surface, rect=field)
