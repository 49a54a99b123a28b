"""A person at a screen: presses, clicks and types by the events pygame would give, and waits for frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pygame

from scenes.ui import Theme, Ui, Widget

SIZE = (800, 600)
FRAME_S = 1 / 60


class Person:
    """Uses a `Ui` of `SIZE` pixels; `widgets` are placed in the rectangles given with them."""

    def __init__(
        self,
        *placed: tuple[Widget, tuple[int, int, int, int]],
        scale: float = 1.0,
        reduce_motion: bool = True,
    ) -> None:
        self.ui = Ui(Theme(scale, reduce_motion=reduce_motion), SIZE)
        self.ui.add(*(widget for widget, _ in placed))
        self._placed = placed
        self.ui.on_layout = self._place
        self.sounds: list[str] = []
        self.ui.on_sound = self.sounds.append
        self.surface = pygame.Surface(SIZE)
        self.frames(1)

    def _place(self, rect: pygame.Rect) -> None:
        for widget, place in self._placed:
            widget.place(pygame.Rect(place))

    def frames(self, count: int = 1, dt_s: float = FRAME_S) -> None:
        for _ in range(count):
            self.surface.fill((0, 0, 0))
            self.ui.draw(self.surface, dt_s)

    def post(self, kind: int, **fields: Any) -> bool:
        return self.ui.dispatch(pygame.event.Event(kind, **fields))

    def press(self, key: int, mod: int = 0) -> bool:
        """Press a key and hold it."""
        return self.post(pygame.KEYDOWN, key=key, mod=mod, unicode="", scancode=0)

    def release(self, key: int) -> None:
        self.post(pygame.KEYUP, key=key, mod=0, unicode="", scancode=0)

    def key(self, *keys: int, mod: int = 0) -> bool:
        """Tap keys one after another; True if the last one meant something."""
        used = False
        for key in keys:
            used = self.press(key, mod)
            self.release(key)
        return used

    def type(self, text: str) -> None:
        """Type text as SDL reports it: a key event and a text event for each character."""
        for character in text:
            self.press(ord(character.lower()))
            self.post(pygame.TEXTINPUT, text=character)
            self.release(ord(character.lower()))

    def pad(self, *buttons: int) -> bool:
        """Tap gamepad buttons one after another; True if the last one meant something."""
        used = False
        for button in buttons:
            used = self.post(pygame.CONTROLLERBUTTONDOWN, instance_id=7, button=button)
            self.post(pygame.CONTROLLERBUTTONUP, instance_id=7, button=button)
        return used

    def stick(self, axis: int, value: float) -> bool:
        return self.post(pygame.CONTROLLERAXISMOTION, instance_id=7, axis=axis, value=round(value * 32767))

    def point(self, pos: Sequence[int]) -> None:
        self.post(pygame.MOUSEMOTION, pos=tuple(pos), rel=(0, 0), buttons=(0, 0, 0))

    def down(self, pos: Sequence[int]) -> None:
        self.point(pos)
        self.post(pygame.MOUSEBUTTONDOWN, pos=tuple(pos), button=1)

    def up(self, pos: Sequence[int]) -> None:
        self.post(pygame.MOUSEBUTTONUP, pos=tuple(pos), button=1)

    def click(self, pos: Sequence[int], times: int = 1) -> None:
        for _ in range(times):
            self.down(pos)
            self.up(pos)

    def wheel(self, pos: Sequence[int], notches: float) -> None:
        """Turn the wheel; positive is away from the person (up)."""
        self.point(pos)
        self.post(
            pygame.MOUSEWHEEL, x=0, y=round(notches), precise_x=0.0, precise_y=float(notches), flipped=False
        )
