"""From pygame events to what they mean for an interface, the same for keyboard, mouse and gamepad.

| intent   | keyboard                     | mouse       | gamepad                    |
| -------- | ---------------------------- | ----------- | -------------------------- |
| MOVE     | arrows                       |             | d-pad, left stick          |
| ACCEPT   | Enter, space                 |             | A                          |
| BACK     | Escape                       | side button | B                          |
| OPTION   | F2                           |             | X                          |
| MENU     | F10                          |             | Start                      |
| TAB      | Tab, Shift+Tab               |             |                            |
| SHOULDER | Ctrl+Tab, Ctrl+Page keys     |             | LB, RB                     |
| PAGE     | Page up, Page down           |             | right stick                |
| EDGE     | Home, End                    |             |                            |
| POINTER_*|                              | motion, left button |                    |
| SCROLL   |                              | wheel       |                            |
| TEXT     | typed characters             |             |                            |
| KEY      | every other key              |             | every other button         |

Held keys, d-pads and sticks repeat here, from the frame clock; `pygame.key.set_repeat` must stay off.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto

import pygame

REPEAT_DELAY_S = 0.40
REPEAT_EVERY_S = 0.08
STICK_ON = 0.6
STICK_OFF = 0.4


class Intent(Enum):
    """What an event asks for."""

    MOVE = auto()
    ACCEPT = auto()
    BACK = auto()
    OPTION = auto()
    MENU = auto()
    TAB = auto()
    SHOULDER = auto()
    PAGE = auto()
    EDGE = auto()
    TEXT = auto()
    KEY = auto()
    POINTER_MOVE = auto()
    POINTER_DOWN = auto()
    POINTER_UP = auto()
    SCROLL = auto()


class Device(Enum):
    """Where an event came from."""

    KEYBOARD = auto()
    MOUSE = auto()
    PAD = auto()


@dataclass(frozen=True)
class UiEvent:
    """One intent with its particulars; fields an intent does not use keep their defaults.

    `dx`, `dy` are -1, 0 or 1 for MOVE and wheel notches for SCROLL (positive `dy` is down); `step` is -1 or 1
    for TAB, SHOULDER, PAGE and EDGE; `pos` is in surface pixels; `key` is a pygame key code, `mods` a bit set
    of KMOD_*, `pad` the instance id of a gamepad; `raw` is the pygame event, None for repeats.
    """

    intent: Intent
    device: Device
    dx: float = 0
    dy: float = 0
    step: int = 0
    pos: tuple[int, int] = (0, 0)
    text: str = ""
    key: int = 0
    mods: int = 0
    pad: int | None = None
    repeated: bool = False
    clicks: int = 1
    raw: pygame.event.Event | None = field(default=None, compare=False)

    @property
    def shift(self) -> bool:
        """Whether Shift was held."""
        return bool(self.mods & pygame.KMOD_SHIFT)

    @property
    def control(self) -> bool:
        """Whether Ctrl, or Command on a Mac, was held."""
        return bool(self.mods & (pygame.KMOD_CTRL | pygame.KMOD_META))


MOVES = {
    pygame.K_LEFT: (-1, 0),
    pygame.K_RIGHT: (1, 0),
    pygame.K_UP: (0, -1),
    pygame.K_DOWN: (0, 1),
}
PAD_MOVES = {
    pygame.CONTROLLER_BUTTON_DPAD_LEFT: (-1, 0),
    pygame.CONTROLLER_BUTTON_DPAD_RIGHT: (1, 0),
    pygame.CONTROLLER_BUTTON_DPAD_UP: (0, -1),
    pygame.CONTROLLER_BUTTON_DPAD_DOWN: (0, 1),
}
KEYS: dict[int, tuple[Intent, int]] = {
    pygame.K_RETURN: (Intent.ACCEPT, 0),
    pygame.K_KP_ENTER: (Intent.ACCEPT, 0),
    pygame.K_SPACE: (Intent.ACCEPT, 0),
    pygame.K_ESCAPE: (Intent.BACK, 0),
    pygame.K_AC_BACK: (Intent.BACK, 0),
    pygame.K_F2: (Intent.OPTION, 0),
    pygame.K_F10: (Intent.MENU, 0),
    pygame.K_PAGEUP: (Intent.PAGE, -1),
    pygame.K_PAGEDOWN: (Intent.PAGE, 1),
    pygame.K_HOME: (Intent.EDGE, -1),
    pygame.K_END: (Intent.EDGE, 1),
}
BUTTONS: dict[int, tuple[Intent, int]] = {
    pygame.CONTROLLER_BUTTON_A: (Intent.ACCEPT, 0),
    pygame.CONTROLLER_BUTTON_B: (Intent.BACK, 0),
    pygame.CONTROLLER_BUTTON_X: (Intent.OPTION, 0),
    pygame.CONTROLLER_BUTTON_START: (Intent.MENU, 0),
    pygame.CONTROLLER_BUTTON_LEFTSHOULDER: (Intent.SHOULDER, -1),
    pygame.CONTROLLER_BUTTON_RIGHTSHOULDER: (Intent.SHOULDER, 1),
}
# Text fields edit with these while held.
REPEATING_KEYS = {pygame.K_BACKSPACE, pygame.K_DELETE}
REPEATING = {Intent.MOVE, Intent.PAGE, Intent.TAB}
DOUBLE_CLICK_S = 0.4
DOUBLE_CLICK_PX = 6

Source = tuple[str, int, int]


class Translator:
    """Turns pygame events into `UiEvent`s; feed it every event and call `update` once a frame."""

    def __init__(self) -> None:
        self._held: dict[Source, tuple[UiEvent, float]] = {}
        self._sticks: dict[tuple[int, int], int] = {}
        self._clock_s = 0.0
        self._pointer = (-1, -1)
        self._last_click: tuple[float, tuple[int, int], int] = (-1.0, (0, 0), 0)

    def translate(self, event: pygame.event.Event) -> UiEvent | None:
        """Give the meaning of `event`, or None if it has none for an interface."""
        kind = event.type
        if kind == pygame.KEYDOWN:
            return self._press(("key", 0, event.key), self._key(event))
        if kind == pygame.TEXTINPUT:
            return UiEvent(Intent.TEXT, Device.KEYBOARD, text=event.text, raw=event)
        if kind == pygame.CONTROLLERBUTTONDOWN:
            return self._press(("pad", event.instance_id, event.button), self._button(event))
        if kind == pygame.CONTROLLERAXISMOTION:
            return self._axis(event)
        if kind in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEWHEEL):
            return self._mouse(event)
        if kind == pygame.KEYUP:
            self._held.pop(("key", 0, event.key), None)
        elif kind == pygame.CONTROLLERBUTTONUP:
            self._held.pop(("pad", event.instance_id, event.button), None)
        elif kind in (pygame.WINDOWFOCUSLOST, pygame.CONTROLLERDEVICEREMOVED):
            self.release()
        return None

    @property
    def repeats(self) -> bool:
        """Whether something is held that repeats."""
        return bool(self._held)

    def swallow(self, event: pygame.event.Event) -> None:
        """Take note of an event that somebody else used up: a stick pushed then must come back first."""
        if event.type == pygame.CONTROLLERAXISMOTION and self.translate(event) is not None:
            self._held.pop(("axis", event.instance_id, event.axis), None)

    def release(self) -> None:
        """Forget what is held: after a loss of focus no key-up event will come."""
        self._held.clear()
        self._sticks.clear()

    def update(self, dt_s: float) -> list[UiEvent]:
        """Move the clock on and give the repeats that fell due."""
        self._clock_s += dt_s
        due: list[UiEvent] = []
        for source, (event, at_s) in list(self._held.items()):
            if self._clock_s >= at_s:
                # After a long frame the missed repeats are dropped, not made up for.
                soon_s = at_s + REPEAT_EVERY_S
                self._held[source] = (
                    event,
                    soon_s if soon_s > self._clock_s else self._clock_s + REPEAT_EVERY_S,
                )
                due.append(event)
        return due

    def _press(self, source: Source, event: UiEvent) -> UiEvent:
        if event.intent in REPEATING or (event.intent is Intent.KEY and event.key in REPEATING_KEYS):
            again = replace(event, repeated=True, raw=None)
            self._held[source] = (again, self._clock_s + REPEAT_DELAY_S)
        return event

    def _key(self, event: pygame.event.Event) -> UiEvent:
        mods = getattr(event, "mod", 0)
        intent, step, dx, dy = Intent.KEY, 0, 0, 0
        control = mods & (pygame.KMOD_CTRL | pygame.KMOD_META)
        if event.key in MOVES:
            intent, (dx, dy) = Intent.MOVE, MOVES[event.key]
        elif event.key == pygame.K_TAB:
            intent, step = Intent.TAB, -1 if mods & pygame.KMOD_SHIFT else 1
        elif event.key in KEYS:
            intent, step = KEYS[event.key]
        if control and intent in (Intent.TAB, Intent.PAGE):
            intent = Intent.SHOULDER
        return UiEvent(intent, Device.KEYBOARD, dx, dy, step, key=event.key, mods=mods, raw=event)

    def _button(self, event: pygame.event.Event) -> UiEvent:
        pad = event.instance_id
        if event.button in PAD_MOVES:
            dx, dy = PAD_MOVES[event.button]
            return UiEvent(Intent.MOVE, Device.PAD, dx, dy, pad=pad, raw=event)
        intent, step = BUTTONS.get(event.button, (Intent.KEY, 0))
        return UiEvent(intent, Device.PAD, step=step, pad=pad, raw=event)

    def _axis(self, event: pygame.event.Event) -> UiEvent | None:
        """Turn a stick pushed past `STICK_ON` into one press, released below `STICK_OFF`."""
        axis, pad = event.axis, event.instance_id
        sticks = (
            pygame.CONTROLLER_AXIS_LEFTX,
            pygame.CONTROLLER_AXIS_LEFTY,
            pygame.CONTROLLER_AXIS_RIGHTY,
        )
        if axis not in sticks:
            return None
        value = event.value / 32768
        before = self._sticks.get((pad, axis), 0)
        sign = 1 if value > 0 else -1
        now = sign if abs(value) >= STICK_ON or (abs(value) > STICK_OFF and before == sign) else 0
        if now == before:
            return None
        self._sticks[(pad, axis)] = now
        source = ("axis", pad, axis)
        self._held.pop(source, None)
        if now == 0:
            return None
        if axis == pygame.CONTROLLER_AXIS_RIGHTY:
            return self._press(source, UiEvent(Intent.PAGE, Device.PAD, step=now, pad=pad, raw=event))
        dx, dy = (now, 0) if axis == pygame.CONTROLLER_AXIS_LEFTX else (0, now)
        return self._press(source, UiEvent(Intent.MOVE, Device.PAD, dx, dy, pad=pad, raw=event))

    def _mouse(self, event: pygame.event.Event) -> UiEvent | None:
        # Wheel events do not say where the pointer is.
        self._pointer = getattr(event, "pos", self._pointer)
        if event.type == pygame.MOUSEMOTION:
            return UiEvent(Intent.POINTER_MOVE, Device.MOUSE, pos=event.pos, raw=event)
        if event.type == pygame.MOUSEWHEEL:
            dx, dy = getattr(event, "precise_x", event.x), getattr(event, "precise_y", event.y)
            return UiEvent(Intent.SCROLL, Device.MOUSE, dx, -dy, pos=self._pointer, raw=event)
        if event.button == pygame.BUTTON_X1 and event.type == pygame.MOUSEBUTTONDOWN:
            return UiEvent(Intent.BACK, Device.MOUSE, pos=event.pos, raw=event)
        if event.button != pygame.BUTTON_LEFT:
            return None
        if event.type == pygame.MOUSEBUTTONUP:
            return UiEvent(Intent.POINTER_UP, Device.MOUSE, pos=event.pos, raw=event)
        return UiEvent(
            Intent.POINTER_DOWN, Device.MOUSE, pos=event.pos, clicks=self._count_clicks(event.pos), raw=event
        )

    def _count_clicks(self, pos: tuple[int, int]) -> int:
        at_s, last, count = self._last_click
        near = abs(pos[0] - last[0]) <= DOUBLE_CLICK_PX and abs(pos[1] - last[1]) <= DOUBLE_CLICK_PX
        count = count + 1 if near and at_s >= 0 and self._clock_s - at_s <= DOUBLE_CLICK_S else 1
        self._last_click = (self._clock_s, pos, count)
        return count
