"""What tests of the window share: time that stands still unless somebody sleeps, and an app on the dummy
driver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pygame

from arena.home import arena_home
from arena.waker import Waker
from scenes.app import App
from scenes.screen import Screen


class Time(Waker):
    """A clock that only sleeping moves, and the waker that is slept in. ``late_s`` makes every sleep that
    much longer.
    """

    def __init__(self, now: float = 1000.0) -> None:
        super().__init__()
        self.now = now
        self.late_s = 0.0
        self.sleeps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, timeout_s: float | None) -> bool:
        assert timeout_s is not None, "the loop would sleep for ever"
        if super().wait(0.0):
            return True
        self.sleeps.append(timeout_s)
        self.now += timeout_s + self.late_s
        return False


class Plain(Screen):
    """Notes what the app asks of it; a test may answer through the attributes `on_...`."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.on_update: Callable[[float], bool] = lambda now: False
        self.on_press: Callable[[str, str], bool] = lambda device_id, name: False
        self.on_devices: Callable[[], None] = lambda: None
        self.on_leave: Callable[[], None] = lambda: None
        self.log: list[str] = []
        self.drawn: list[float] = []
        self.events: list[pygame.event.Event] = []

    def enter(self) -> None:
        self.log.append("enter")

    def leave(self) -> None:
        self.log.append("leave")
        self.on_leave()

    def cover(self) -> None:
        self.log.append("cover")

    def uncover(self) -> None:
        self.log.append("uncover")

    def pressed(self, device_id: str, key: str) -> bool:
        return self.on_press(device_id, key)

    def devices_changed(self) -> None:
        self.on_devices()

    def update(self, now: float) -> bool:
        return self.on_update(now)

    def resize(self, size: tuple[int, int]) -> None:
        self.log.append(f"resize {size[0]}x{size[1]}")

    def handle(self, event: pygame.event.Event) -> bool:
        self.events.append(event)
        return True

    def draw(self, surface: pygame.Surface, dt_s: float) -> None:
        self.drawn.append(self.app.clock())


@contextmanager
def opened(tmp_path: Path, time: Time | None = None) -> Iterator[tuple[App, Time]]:
    """An app without a first screen, driven by `loop_once`."""
    clock = time or Time()
    with App(arena_home(tmp_path / "home"), clock=clock, waker=clock) as app:
        yield app, clock


def key(code: int, *, down: bool = True, mod: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN if down else pygame.KEYUP, key=code, mod=mod, scancode=0)
