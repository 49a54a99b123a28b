"""An app whose screens are driven as a person drives them: by keys, by the mouse, or by a virtual gamepad.

Here time is real, since background work (a look at the history, a check of the lobby) takes some.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pygame

from arena.home import arena_home
from scenes.app import App
from scenes.screen import Screen, UiScreen
from scenes.ui import Widget
from tests.virtual_pad import VirtualPad

PATIENCE_S = 20.0
S = TypeVar("S", bound=Screen)


@contextmanager
def arena_app(tmp_path: Path, **settings: object) -> Iterator[Driven]:
    """An app on the dummy driver with a home of its own."""
    with App(arena_home(tmp_path / "home"), size=(1280, 720)) as app:
        app.change(**{"reduce_motion": True, "fps": "120", **settings})
        yield Driven(app)


class Driven:
    """What a person can do, and what they wait for."""

    def __init__(self, app: App) -> None:
        self.app = app

    # ---- waiting -------------------------------------------------------------------------------------------

    def until(self, done: Callable[[], bool]) -> None:
        """Go round until ``done``."""
        stop = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < stop, f"{type(self.app.screen).__name__} does not get there"
            self.app.loop_once()

    def rounds(self, count: int = 3) -> None:
        for _ in range(count):
            self.app.loop_once()

    def at(self, kind: type[S]) -> S:
        """The screen on display, once it is one of ``kind``."""
        self.until(lambda: isinstance(self.app.screen, kind))
        self.rounds()
        screen = self.app.screen
        assert isinstance(screen, kind)
        return screen

    # ---- hands ---------------------------------------------------------------------------------------------

    def press(self, *codes: int) -> None:
        """Strike keys one after the other."""
        for code in codes:
            name = " " if code == pygame.K_SPACE else pygame.key.name(code)
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, mod=0, scancode=0))
            if len(name) == 1 and name.isprintable():
                pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=name))
            self.rounds(2)
            pygame.event.post(pygame.event.Event(pygame.KEYUP, key=code, mod=0, scancode=0))
            self.rounds(2)

    def type(self, text: str) -> None:
        """Type letters into the field that has the focus."""
        for letter in text:
            self.press(pygame.K_SPACE if letter == " " else pygame.key.key_code(letter))

    def click(self, widget: Widget) -> None:
        """Click on the middle of a widget that can be seen."""
        self.rounds(1)
        assert widget.rect.width > 0, f"{widget!r} is nowhere to be seen"
        assert self.app.window.surface.get_rect().contains(widget.rect), f"{widget!r} is outside the window"
        pos = widget.rect.center
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=pos, rel=(1, 1), buttons=(0, 0, 0)))
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            pygame.event.post(pygame.event.Event(kind, pos=pos, button=1))
            self.rounds(2)

    def tap(self, pad: VirtualPad, *buttons: str) -> None:
        """Press and release buttons of a pad one after the other."""
        for button in buttons:
            pad.press(button)
            self.rounds(2)
            pad.release(button)
            self.rounds(2)

    # ---- eyes ----------------------------------------------------------------------------------------------

    @property
    def focused(self) -> Widget | None:
        screen = self.app.screen
        assert isinstance(screen, UiScreen)
        return screen.ui.focused

    @property
    def messages(self) -> list[str]:
        screen = self.app.screen
        assert isinstance(screen, UiScreen)
        return [toast.text for toast in screen.ui.toasts.toasts]
