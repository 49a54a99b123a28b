"""A line of text to type into."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pygame

from scenes.ui.clipboard import Clipboard
from scenes.ui.clipping import clipped
from scenes.ui.editing import Line
from scenes.ui.intents import Device, Intent, UiEvent
from scenes.ui.palette import mix
from scenes.ui.screen_keys import ScreenKeys
from scenes.ui.text import BODY, CAPTION
from scenes.ui.widget import Widget

BLINK_S = 1.06


class TextField(Widget):
    """A field for one line. `on_change(text)` is called on each change, `on_submit(text)` on Enter.

    Shift selects; Ctrl with A, C, X, V and the arrows does what it does everywhere. `allow(text)` may refuse
    a change, for example letters in a number. With a gamepad, A opens keys on the screen. `error` is shown
    below.
    """

    focusable = True
    wants_keys = True
    LABEL_SHARE = 0.38

    def __init__(
        self,
        label: str = "",
        text: str = "",
        *,
        placeholder: str = "",
        icon: str | None = None,
        limit: int = 200,
        allow: Callable[[str], bool] | None = None,
        on_change: Callable[[str], None] | None = None,
        on_submit: Callable[[str], None] | None = None,
        clipboard: Clipboard | None = None,
        enabled: bool = True,
        tooltip: str = "",
        disabled_reason: str = "",
    ) -> None:
        super().__init__(enabled=enabled, tooltip=tooltip, disabled_reason=disabled_reason)
        self.label = label
        self.line = Line(text, limit)
        self.placeholder = placeholder
        self.icon = icon
        self.allow = allow
        self.on_change = on_change
        self.on_submit = on_submit
        self.clipboard = clipboard or Clipboard()
        self.error = ""
        self._shift_px = 0
        self._since_s = 0.0

    @property
    def text(self) -> str:
        """What the field holds."""
        return self.line.text

    @text.setter
    def text(self, text: str) -> None:
        self.line = Line(text, self.line.limit)

    @property
    def animates(self) -> bool:
        """Whether the cursor blinks."""
        return super().animates or (self.state.focused and self.enabled)

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Typing and accepting."""
        if not self.enabled:
            return []
        return [(Intent.ACCEPT, "Done" if self.on_submit else "Type")]

    # Events

    def capture(self, event: pygame.event.Event) -> bool:
        """Take keys that mean editing here and moving elsewhere, before they are translated."""
        # Space is typed (a TEXTINPUT follows), and must not be taken for ACCEPT.
        return event.type == pygame.KEYDOWN and event.key == pygame.K_SPACE

    def handle(self, event: UiEvent) -> bool:
        """Edit, select, copy, paste, submit."""
        self._since_s = 0.0
        if event.intent is Intent.TEXT:
            self.edit(lambda: self.line.insert(event.text))
            return True
        if event.intent is Intent.ACCEPT:
            return self._accept(event)
        if event.intent is Intent.MOVE:
            return self._move(event)
        if event.intent is Intent.EDGE:
            self.line.move(0 if event.step < 0 else len(self.text), select=event.shift)
            return True
        if event.intent is Intent.KEY and event.device is Device.KEYBOARD:
            return self._key(event)
        return self._point(event)

    def _accept(self, event: UiEvent) -> bool:
        if event.device is Device.PAD:
            if self.host is not None:
                self.host.open(ScreenKeys(self))
            return True
        if self.on_submit is not None and not event.repeated:
            self.on_submit(self.text)
        return True

    def _move(self, event: UiEvent) -> bool:
        # A pad moves between controls; it types with the keys on the screen.
        if event.device is Device.PAD or not event.dx:
            return False
        self.line.step(int(event.dx), select=event.shift, word=event.control)
        return True

    def _key(self, event: UiEvent) -> bool:
        if event.key == pygame.K_BACKSPACE:
            self.edit(lambda: self.line.delete(-1, word=event.control))
        elif event.key == pygame.K_DELETE:
            self.edit(lambda: self.line.delete(1, word=event.control))
        elif not event.control:
            # The character itself follows as text.
            return False
        elif event.key == pygame.K_a:
            self.line.select_all()
        elif event.key in (pygame.K_c, pygame.K_x) and self.line.selected:
            self.clipboard.put(self.line.selected)
            if event.key == pygame.K_x:
                self.edit(lambda: self.line.delete(-1))
        elif event.key == pygame.K_v:
            self.edit(lambda: self.line.insert(self.clipboard.get()))
        else:
            return False
        return True

    def _point(self, event: UiEvent) -> bool:
        if event.intent is Intent.POINTER_DOWN:
            if event.clicks == 2:
                self.line.move(self.line.word_edge(-1))
                self.line.move(self.line.word_edge(1), select=True)
            elif event.clicks >= 3:
                self.line.select_all()
            else:
                self.line.move(self._index_at(event.pos[0]))
            return True
        if event.intent is Intent.POINTER_MOVE and self.state.pressed:
            self.line.move(self._index_at(event.pos[0]), select=True)
            return True
        return event.intent is Intent.POINTER_UP

    def edit(self, change: Callable[[], bool]) -> None:
        """Make a change, take it back if it is not allowed, and tell if something changed."""
        line = self.line
        before = line.text, line.at, line.mark
        if not change():
            return
        if self.allow is not None and not self.allow(line.text):
            line.text, line.at, line.mark = before
            return
        if self.on_change is not None:
            self.on_change(line.text)

    # Frames

    def field(self) -> pygame.Rect:
        """The part to type into."""
        label = round(self.rect.width * self.LABEL_SHARE) if self.label else 0
        return pygame.Rect(self.rect.x + label, self.rect.y, self.rect.width - label, self.rect.height)

    def _inner(self) -> pygame.Rect:
        theme, field = self.theme, self.field()
        left = theme.px(38 if self.icon else 12)
        return pygame.Rect(field.x + left, field.y, max(1, field.width - left - theme.px(12)), field.height)

    def _x(self, index: int) -> int:
        return self._inner().x - self._shift_px + self.theme.text.width(self.text[:index], BODY)

    def _index_at(self, x: int) -> int:
        return min(range(len(self.text) + 1), key=lambda index: abs(self._x(index) - x))

    def update(self, dt_s: float) -> None:
        """Blink, and keep the cursor in view."""
        super().update(dt_s)
        self._since_s += dt_s
        inner = self._inner()
        cursor = self._x(self.line.at)
        if cursor < inner.x:
            self._shift_px -= inner.x - cursor
        elif cursor > inner.right:
            self._shift_px += cursor - inner.right
        if not self.state.focused:
            self._shift_px = 0

    def draw(self, surface: pygame.Surface) -> None:
        """Draw label, field, selection, text, cursor and error."""
        theme, palette = self.theme, self.theme.palette
        field, ink = self.field(), palette.text if self.enabled else palette.faint
        label = pygame.Rect(self.rect.x, self.rect.y, field.x - self.rect.x - theme.px(16), self.rect.height)
        if label.width > 0:
            theme.text.draw(surface, self.label, label, BODY, ink)
        editing = self.state.focused and self.enabled
        line = palette.bad if self.error else mix(palette.line, palette.line_strong, self.heat)
        if editing and not self.error:
            line = palette.accent
        theme.paint.panel(surface, field, palette.background, theme.px(theme.RADIUS), line, theme.px(1))
        if self.icon is not None:
            theme.paint.icon(surface, self.icon, (field.x + theme.px(21), field.centery), 16, palette.muted)
        inner = self._inner()
        with clipped(surface, inner.inflate(theme.px(4), 0)):
            self._draw_text(surface, inner, editing)
        if self.error:
            below = pygame.Rect(field.x, field.bottom, field.width, theme.px(20))
            theme.text.draw(surface, self.error, below, CAPTION, palette.bad)
        self.draw_ring(surface, rect=field)

    def _draw_text(self, surface: pygame.Surface, inner: pygame.Rect, editing: bool) -> None:
        theme, palette = self.theme, self.theme.palette
        if not self.text:
            theme.text.draw(surface, self.placeholder, inner, BODY, palette.faint)
        first, last = self.line.span
        height = theme.px(22)
        if editing and first != last:
            left, right = self._x(first), self._x(last)
            area = pygame.Rect(left, inner.centery - height // 2, right - left, height)
            theme.paint.panel(surface, area, mix(palette.accent_soft, palette.accent, 0.25), theme.px(3))
        image = theme.text.render(self.text, BODY, palette.text if self.enabled else palette.faint)
        surface.blit(image, image.get_rect(midleft=(inner.x - self._shift_px, inner.centery)))
        if editing and self._since_s % BLINK_S < BLINK_S / 2:
            surface.fill(
                palette.accent, (self._x(self.line.at), inner.centery - height // 2, theme.px(2), height)
            )
