"""The base of every control, and what a control may ask of the root it lives in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pygame

from scenes.ui.intents import Intent, UiEvent
from scenes.ui.theme import Motion, Theme

Action = Callable[[], None]


class Host(Protocol):
    """The root a widget lives in (`scenes.ui.root.Ui`)."""

    theme: Theme
    rect: pygame.Rect

    def focus(self, widget: Widget | None) -> None:
        """Give the focus to `widget`."""

    def open(self, overlay: Widget) -> None:
        """Put `overlay` above everything and keep the focus inside it."""

    def close(self, overlay: Widget) -> None:
        """Take `overlay` away and give the focus back to whoever had it."""

    def sound(self, name: str) -> None:
        """Play a short sound of the interface."""


@dataclass
class State:
    """What the root knows about a widget, kept up to date by it.

    `ring` says that the focus must be seen: the last device used was a keyboard or a pad.
    """

    focused: bool = False
    hovered: bool = False
    pressed: bool = False
    ring: bool = False


class Widget:
    """A rectangle that draws itself and answers events.

    Subclasses set `focusable`, override `draw` and `handle`, and those that hold others override `children`.
    """

    focusable = False
    # Takes typed text and arrow keys before they mean anything else (text fields, key capture).
    wants_keys = False
    # What it draws outside itself is cut off, and the pointer finds its children only inside it.
    clips = False

    def __init__(self, *, enabled: bool = True, tooltip: str = "", disabled_reason: str = "") -> None:
        self.rect = pygame.Rect(0, 0, 0, 0)
        self.enabled = enabled
        self.visible = True
        self.tooltip = tooltip
        self.disabled_reason = disabled_reason
        self.parent: Widget | None = None
        self.host: Host | None = None
        self.state = State()
        self.glow = Motion()

    def place(self, rect: pygame.Rect) -> None:
        """Take `rect`; widgets that hold others lay them out here."""
        self.rect = pygame.Rect(rect)

    def children(self) -> Sequence[Widget]:
        """The widgets inside this one, in reading order."""
        return ()

    def walk(self) -> Iterator[Widget]:
        """This widget and all visible ones below it, in reading order."""
        if not self.visible:
            return
        yield self
        for child in self.children():
            yield from child.walk()

    def attach(self, host: Host | None, parent: Widget | None) -> None:
        """Tell this widget and those inside it where they live (None: nowhere any more)."""
        self.host = host
        self.parent = parent
        for child in self.children():
            child.attach(host, self)

    @property
    def theme(self) -> Theme:
        """The theme of the root; raises RuntimeError before the widget was added to one."""
        if self.host is None:
            raise RuntimeError(f"{type(self).__name__} has no theme yet; add it to a Ui first")
        return self.host.theme

    @property
    def reachable(self) -> bool:
        """Whether the focus may come here; a disabled control is reachable if it can say why it is."""
        return self.focusable and self.visible and (self.enabled or bool(self.disabled_reason))

    @property
    def tip(self) -> str:
        """What the tooltip says now; empty for none."""
        return self.tooltip if self.enabled else self.disabled_reason or self.tooltip

    @property
    def animates(self) -> bool:
        """Whether the next frame differs from the last one although nothing happened."""
        return self.glow.moving

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """What the hint bar shows while this widget has the focus."""
        return ()

    def handle(self, event: UiEvent) -> bool:
        """Answer `event`; True if it meant something here."""
        return False

    @property
    def heat(self) -> float:
        """How far the highlight is on, 0 to 1, in eighths so that few shades are ever cached."""
        return round(self.glow.value * 8) / 8

    def update(self, dt_s: float) -> None:
        """Move animations on by `dt_s` seconds."""
        self.glow.target = 1.0 if self.enabled and (self.state.hovered or self.state.ring) else 0.0
        self.glow.update(dt_s, self.theme)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw this widget and those inside it."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is drawn")

    def draw_ring(
        self, surface: pygame.Surface, radius: int | None = None, rect: pygame.Rect | None = None
    ) -> None:
        """Draw the focus ring just outside the widget, if the focus must be seen."""
        if not self.state.ring:
            return
        theme = self.theme
        width = theme.px(theme.RING)
        corner = theme.px(theme.RADIUS) if radius is None else radius
        area = (rect or self.rect).inflate(4 * width, 4 * width)
        theme.paint.ring(surface, area, theme.palette.accent, corner + 2 * width, width)

    def click(self, event: UiEvent) -> bool:
        """Whether `event` operates a push button: ACCEPT from anywhere, or a click released inside."""
        if event.intent is Intent.ACCEPT:
            return not event.repeated
        return event.intent is Intent.POINTER_UP and self.state.pressed and self.rect.collidepoint(event.pos)


class Box(Widget):
    """A widget that only holds others, one above the next in `items`."""

    def __init__(self, *items: Widget) -> None:
        super().__init__()
        self.items: list[Widget] = list(items)

    def children(self) -> Sequence[Widget]:
        """The widgets added, in the order they were added."""
        return self.items

    def add(self, *items: Widget) -> None:
        """Add widgets above those that are there."""
        self.items.extend(items)
        for item in items:
            item.attach(self.host, self)

    def clear(self) -> None:
        """Take every widget out."""
        for item in self.items:
            item.attach(None, None)
        self.items.clear()

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the widgets in order."""
        for item in self.items:
            if item.visible:
                item.draw(surface)
