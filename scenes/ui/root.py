"""The root of an interface: owns the widgets, the focus, the pointer, the overlays and the toasts.

A screen makes one `Ui`, adds widgets, places them in `on_layout`, and then calls, from its loop, `dispatch`
with each pygame event and `draw` once a frame. Nothing else is needed for keyboard, mouse and gamepad to
work.
"""

from __future__ import annotations

from collections.abc import Callable

import pygame

from scenes.ui import focus as focusing
from scenes.ui.intents import Device, Intent, Translator, UiEvent
from scenes.ui.theme import Theme
from scenes.ui.toast import ToastStack
from scenes.ui.tooltip import Tooltip
from scenes.ui.widget import Action, Box, Widget

POINTER = {Intent.POINTER_MOVE, Intent.POINTER_DOWN, Intent.POINTER_UP, Intent.SCROLL}


class Ui:
    """One screen's widgets and everything that moves among them.

    `on_layout(rect)` places the widgets and is called on the first draw, on `resize` and on `relayout`.
    `on_back`, `on_menu` and `on_option` get the intents that no widget wanted. `on_sound(name)` gets
    `ui_move`, `ui_select` or `ui_back`. `device` is the kind of device used last.
    """

    def __init__(self, theme: Theme, size: tuple[int, int]) -> None:
        self.theme = theme
        self.rect = pygame.Rect((0, 0), size)
        self.content = Box()
        self.content.attach(self, None)
        self.overlays: list[Widget] = []
        self.toasts = ToastStack()
        self.toasts.attach(self, None)
        self.tooltip = Tooltip()
        self.tooltip.attach(self, None)
        self.device = Device.MOUSE
        self.on_layout: Callable[[pygame.Rect], None] | None = None
        self.on_back: Action | None = None
        self.on_menu: Action | None = None
        self.on_option: Action | None = None
        self.on_sound: Callable[[str], None] | None = None
        self.focused: Widget | None = None
        self.hovered: Widget | None = None
        self.pressed: Widget | None = None
        self.pointer = (-1, -1)
        self._before: list[Widget | None] = []
        self._translator = Translator()
        self._placed = False

    # What widgets ask for

    def focus(self, widget: Widget | None) -> None:
        """Give the focus to `widget` (None: to nobody) and bring it into view."""
        if self.focused is not None and self.focused is not widget:
            self.focused.state.focused = self.focused.state.ring = False
        self.focused = widget
        self._show_focus()
        if widget is None:
            return
        holder = widget.parent
        while holder is not None:
            reveal = getattr(holder, "reveal", None)
            if reveal is not None:
                reveal(widget.rect)
            holder = holder.parent

    def open(self, overlay: Widget) -> None:
        """Put `overlay` above everything; until it is closed, events go only there."""
        overlay.attach(self, None)
        overlay.place(self.rect)
        self._before.append(self.focused)
        self.overlays.append(overlay)
        self._release_pointer()
        self.focus(None)
        self.focus_first(getattr(overlay, "first_focus", None))

    def close(self, overlay: Widget) -> None:
        """Take `overlay` and whatever was opened above it away; the focus goes back to where it was."""
        if overlay not in self.overlays:
            return
        while self.overlays:
            gone = self.overlays.pop()
            before = self._before.pop()
            gone.attach(None, None)
            if gone is overlay:
                break
        self._release_pointer()
        self.focus(before if before is not None and before.host is not None else None)

    def sound(self, name: str) -> None:
        """Pass a sound of the interface on to the screen."""
        if self.on_sound is not None:
            self.on_sound(name)

    def _show_focus(self) -> None:
        if self.focused is not None:
            self.focused.state.focused = True
            self.focused.state.ring = self.device is not Device.MOUSE

    # What screens ask for

    def add(self, *widgets: Widget) -> None:
        """Add widgets; they are placed by `on_layout`."""
        self.content.add(*widgets)
        self._placed = False

    def clear(self) -> None:
        """Take every widget and overlay away."""
        for overlay in self.overlays:
            overlay.attach(None, None)
        self.overlays.clear()
        self._before.clear()
        self.content.clear()
        self.focus(None)
        self._release_pointer()

    def resize(self, size: tuple[int, int]) -> None:
        """Take a new window size."""
        self.rect = pygame.Rect((0, 0), size)
        self._placed = False

    def restyle(self, theme: Theme) -> None:
        """Take a new theme, for example after the display scale was changed."""
        self.theme = theme
        self._placed = False

    def relayout(self) -> None:
        """Place everything anew before the next frame."""
        self._placed = False

    def focus_first(self, preferred: Widget | None = None) -> None:
        """Give the focus to `preferred`, or to the first control there is."""
        order = self.order()
        if preferred is not None and preferred in order:
            self.focus(preferred)
        elif order:
            self.focus(order[0])

    @property
    def top(self) -> Widget:
        """The overlay that has the floor, or the content."""
        return self.overlays[-1] if self.overlays else self.content

    def order(self) -> list[Widget]:
        """The controls the focus can reach now, in reading order."""
        return [widget for widget in self.top.walk() if widget.reachable]

    @property
    def typing(self) -> bool:
        """Whether letters are typed or captured now, so that they are no shortcuts."""
        return self.focused is not None and self.focused.wants_keys and self.focused.enabled

    @property
    def animates(self) -> bool:
        """Whether the next frame differs from the last one although no event came.

        What the program itself changes, for example the text of a label, is not seen here.
        """
        if not self._placed or self._translator.repeats or self.tooltip.animates:
            return True
        roots = (self.content, *self.overlays, self.toasts)
        return any(widget.animates for root in roots for widget in root.walk())

    def hints(self) -> list[tuple[Intent, str]]:
        """What the focused widget offers, for a hint bar."""
        return list(self.focused.hints()) if self.focused is not None else []

    # Events

    def dispatch(self, event: pygame.event.Event) -> bool:
        """Answer a pygame event; True if it meant something here."""
        if event.type == pygame.WINDOWFOCUSLOST:
            self._release_pointer()
        raw = self.focused
        if raw is not None and raw.wants_keys and raw.enabled:
            capture = getattr(raw, "capture", None)
            if capture is not None and capture(event):
                self._translator.swallow(event)
                return True
        intent = self._translator.translate(event)
        return self.send(intent) if intent is not None else False

    def send(self, event: UiEvent) -> bool:
        """Answer an event that was translated already."""
        self._lay_out()
        if event.intent is not Intent.TEXT:
            self.device = event.device
            self._show_focus()
        if event.intent in POINTER:
            return self._point(event)
        self.tooltip.touch()
        target = self.focused
        if target is not None and not self._alive(target):
            self.focus(None)
            target = None
        if (
            target is not None
            and (target.enabled or event.intent is not Intent.ACCEPT)
            and self._bubble(target, event)
        ):
            return True
        return self._navigate(event)

    def _alive(self, widget: Widget) -> bool:
        return any(widget is other for other in self.top.walk()) and widget.reachable

    def _bubble(self, widget: Widget, event: UiEvent) -> bool:
        """Offer `event` to `widget`, then to those that hold it."""
        at: Widget | None = widget
        while at is not None:
            if at.enabled and at.handle(event):
                return True
            at = at.parent
        return False

    def _navigate(self, event: UiEvent) -> bool:
        if event.intent is Intent.TAB:
            return self._go(focusing.step(self.order(), self.focused, event.step))
        if event.intent is Intent.MOVE:
            return self._move((int(event.dx), int(event.dy)))
        if event.intent is Intent.SHOULDER:
            return any(widget.enabled and widget.handle(event) for widget in list(self.top.walk()))
        if self.overlays:
            return self.overlays[-1].handle(event)
        unwanted = {Intent.BACK: self.on_back, Intent.MENU: self.on_menu, Intent.OPTION: self.on_option}
        action = unwanted.get(event.intent)
        if action is None:
            return False
        if event.intent is Intent.BACK:
            self.sound("ui_back")
        action()
        return True

    def _move(self, direction: tuple[int, int]) -> bool:
        if self.focused is None:
            order = self.order()
            return self._go(order[0] if order else None)
        home = viewport(self.focused)
        candidates = [
            (widget, widget.rect)
            for widget in self.order()
            if widget is not self.focused and (viewport(widget) is home or in_view(widget))
        ]
        return self._go(focusing.nearest(self.focused.rect, candidates, direction))

    def _go(self, widget: Widget | None) -> bool:
        if widget is None or widget is self.focused:
            return False
        self.focus(widget)
        self.sound("ui_move")
        return True

    # Pointer

    def _release_pointer(self) -> None:
        if self.pressed is not None:
            self.pressed.state.pressed = False
        self.pressed = None
        if self.hovered is not None:
            self.hovered.state.hovered = False
        self.hovered = None

    def at(self, pos: tuple[int, int]) -> Widget | None:
        """Give the innermost widget at `pos` among those that have the floor."""
        return find(self.top, pos)

    def _point(self, event: UiEvent) -> bool:
        if event.intent is not Intent.SCROLL:
            self.pointer = event.pos
        under = self.at(event.pos)
        if event.intent is Intent.SCROLL:
            return under is not None and self._bubble(under, event)
        self._hover(under)
        if event.intent is Intent.POINTER_DOWN:
            return self._grab(under, event)
        held = self.pressed
        if held is not None:
            handled = held.enabled and held.handle(event)
            if event.intent is Intent.POINTER_UP:
                held.state.pressed = False
                self.pressed = None
            return handled
        return under is not None and under.enabled and under.handle(event)

    def _hover(self, widget: Widget | None) -> None:
        if widget is self.hovered:
            return
        if self.hovered is not None:
            self.hovered.state.hovered = False
        self.hovered = widget
        if widget is not None:
            widget.state.hovered = True
        self.tooltip.touch()

    def _grab(self, under: Widget | None, event: UiEvent) -> bool:
        self.tooltip.touch()
        if under is None:
            return bool(self.overlays) and self.overlays[-1].handle(event)
        if under.reachable:
            self.focus(under)
        if not under.enabled:
            return True
        self.pressed = under
        under.state.pressed = True
        return self._bubble(under, event)

    # Frames

    def _lay_out(self) -> None:
        if self._placed:
            return
        self._placed = True
        self.content.place(self.rect)
        if self.on_layout is not None:
            self.on_layout(self.rect)
        for overlay in self.overlays:
            overlay.place(self.rect)

    def update(self, dt_s: float) -> None:
        """Move key repeat and animations on by `dt_s` seconds."""
        self._lay_out()
        for event in self._translator.update(dt_s):
            self.send(event)
        for root in (self.content, *self.overlays, self.toasts):
            for widget in root.walk():
                widget.update(dt_s)
        self.tooltip.follow(self.hovered, self.focused, self.device, dt_s)

    def draw(self, surface: pygame.Surface, dt_s: float) -> None:
        """Move on by `dt_s` seconds and draw everything on `surface`."""
        self.update(dt_s)
        self.content.draw(surface)
        for overlay in self.overlays:
            overlay.draw(surface)
        self.toasts.place(self.rect)
        self.toasts.draw(surface)
        self.tooltip.draw(surface)


def find(widget: Widget, pos: tuple[int, int]) -> Widget | None:
    """Give the innermost visible widget at `pos` in the tree of `widget`; plain holders do not count."""
    if not widget.visible or (widget.clips and not widget.rect.collidepoint(pos)):
        return None
    for child in reversed(widget.children()):
        found = find(child, pos)
        if found is not None:
            return found
    if isinstance(widget, Box):
        return None
    return widget if widget.rect.collidepoint(pos) else None


def viewport(widget: Widget) -> Widget | None:
    """Give the nearest holder that cuts `widget` off at its edges."""
    at = widget.parent
    while at is not None and not at.clips:
        at = at.parent
    return at


def in_view(widget: Widget) -> bool:
    """Whether any part of `widget` can be seen in the views that hold it."""
    at = viewport(widget)
    while at is not None:
        if not at.rect.colliderect(widget.rect):
            return False
        at = viewport(at)
    return True
