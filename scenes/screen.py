"""Screens: what one looks like to the app, one that is made of widgets, and the stack of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from arena.errors import ArenaError
from scenes.ui.root import Ui
from scenes.ui.theme import Theme
from scenes.ui.toast import ToastKind

if TYPE_CHECKING:
    from scenes.app import App


class Screen:
    """One full window of the arena. All hooks run in the window's thread and must return within a frame.

    The app calls, in this order each time round: `handle` for every event, `update`, and, when a frame is due
    and something has changed, `draw` and, after the flip, `shown`.
    """

    plays = False
    """Whether keys and buttons reach the seats of a match now (not while a menu is open above it)."""
    title = ""
    """What the window's title says after the name of the program."""

    def __init__(self, app: App) -> None:
        self.app = app

    def enter(self) -> None:
        """The screen is on top for the first time."""

    def leave(self) -> None:
        """The screen is gone for good: end what it runs, free what it holds."""

    def cover(self) -> None:
        """Another screen was put above this one."""

    def uncover(self) -> None:
        """The screen is on top again."""

    def resize(self, size: tuple[int, int]) -> None:
        """The window has another size, in pixels."""

    def restyle(self, theme: Theme) -> None:
        """The theme was changed (display scale, motion)."""

    def pressed(self, device_id: str, key: str) -> bool:
        """A key or button of some device went down; true if that was all it meant (a seat taken by pressing a
        button).

        Called before `handle`; what is taken here reaches neither widgets nor seats.
        """
        return False

    def devices_changed(self) -> None:
        """A pad was plugged in or unplugged; see ``app.hub.devices`` and ``app.hub.claims.lost``."""

    def handle(self, event: pygame.event.Event) -> bool:
        """Answer an event; true if it meant something here."""
        return False

    def update(self, now: float) -> bool:
        """Move on to ``now`` (the app's clock, seconds); true if the picture has changed."""
        return False

    def next_wakeup(self, now: float) -> float | None:
        """When `update` has work at the latest, ``now`` for at once; ``None``: frames are often enough."""
        return None

    @property
    def animates(self) -> bool:
        """Whether the next frame differs although nothing happened."""
        return False

    def draw(self, surface: pygame.Surface, dt_s: float) -> None:
        """Draw everything; ``dt_s`` seconds have passed since the last frame of this screen."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is drawn")

    def shown(self, now: float) -> None:
        """What was drawn last is on the display since ``now``."""

    def figures(self) -> list[str]:
        """Lines for the overlay with figures (F3)."""
        return []

    def say(self, text: str, kind: ToastKind = "info") -> bool:
        """Tell the person something in passing; false if this screen has no place for it."""
        return False


class UiScreen(Screen):
    """A screen of widgets: fill ``self.ui`` in `build`, place them in `layout`."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.ui = Ui(app.theme, app.window.size)
        self.ui.on_layout = self.layout
        self.ui.on_back = self.back
        self.ui.on_sound = app.audio.play

    def enter(self) -> None:
        """Build the widgets."""
        self.build()

    def build(self) -> None:
        """Add the widgets to ``self.ui``."""

    def layout(self, rect: pygame.Rect) -> None:
        """Place the widgets in ``rect``."""

    def back(self) -> None:
        """Escape or B, where no widget wanted it: leave this screen."""
        self.app.pop()

    def resize(self, size: tuple[int, int]) -> None:
        """Place everything anew."""
        self.ui.resize(size)

    def restyle(self, theme: Theme) -> None:
        """Take the theme."""
        self.ui.restyle(theme)

    def cover(self) -> None:
        """Let go of what is held: the release will go to the screen above."""
        self.ui.dispatch(pygame.event.Event(pygame.WINDOWFOCUSLOST))

    def handle(self, event: pygame.event.Event) -> bool:
        """Give the event to the widgets."""
        return self.ui.dispatch(event)

    @property
    def animates(self) -> bool:
        """Messages come and go."""
        return bool(self.ui.toasts.toasts)

    def draw(self, surface: pygame.Surface, dt_s: float) -> None:
        """Draw the background and the widgets."""
        surface.fill(self.ui.theme.palette.background)
        self.ui.draw(surface, dt_s)

    def say(self, text: str, kind: ToastKind = "info") -> bool:
        """Show a message that leaves by itself, bad news for longer."""
        self.ui.toasts.show(text, kind, 8.0 if kind in {"warn", "bad"} else 4.0)
        return True


class Stack:
    """The screens, the one that is shown last."""

    def __init__(self) -> None:
        self._screens: list[Screen] = []

    @property
    def top(self) -> Screen | None:
        """The screen that is shown."""
        return self._screens[-1] if self._screens else None

    @property
    def all(self) -> tuple[Screen, ...]:
        """Every screen, the lowest first."""
        return tuple(self._screens)

    def push(self, screen: Screen) -> None:
        """Show ``screen`` above the present one."""
        if self._screens:
            self._screens[-1].cover()
        self._screens.append(screen)
        screen.enter()

    def pop(self) -> None:
        """Leave the present screen for the one below."""
        self._screens.pop().leave()
        if self._screens:
            self._screens[-1].uncover()

    def replace(self, screen: Screen) -> None:
        """Leave the present screen and show ``screen`` in its place."""
        if self._screens:
            self._screens.pop().leave()
        self._screens.append(screen)
        screen.enter()

    def clear(self) -> list[ArenaError]:
        """Leave every screen, the top one first; gives what went wrong, so that one cannot keep the
        others.
        """
        problems = []
        while self._screens:
            try:
                self._screens.pop().leave()
            except ArenaError as error:
                problems.append(error)
        return problems
