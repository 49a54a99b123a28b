"""Gamepads and keys as SDL tells them, in the plain words of :mod:`controllers.inputs`. The only user of
pygame's pads.

A pad is opened when it is announced and known by its instance id from then on; the device index is good for
that moment only. Pads that SDL has no mapping for are read as plain joysticks and speak as if they had one,
so nothing further on needs to tell the two apart. More mappings: ``gamecontrollerdb.txt`` in the home, or the
variable SDL_GAMECONTROLLERCONFIG_FILE.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pygame
from pygame._sdl2 import controller as sdl_controller

from controllers.bindings import PAD_AXES, PAD_BUTTONS, PAD_TRIGGERS
from controllers.gamepad import DEAD_ZONE, shape_stick, shape_trigger
from controllers.inputs import KEYBOARD, Device, InputHub
from scenes.ui.keycapture import Captured

log = logging.getLogger(__name__)

MAPPINGS_VARIABLE = "SDL_GAMECONTROLLERCONFIG_FILE"
MAPPINGS_FILE = "gamecontrollerdb.txt"
AXIS_FULL = 32767

_STICKS = (("leftx", "lefty"), ("rightx", "righty"))
# A pad without a mapping: the order that most of them have.
_PLAIN_BUTTONS = (
    "a", "b", "x", "y", "leftshoulder", "rightshoulder", "back", "start", "guide", "leftstick", "rightstick",
)  # fmt: skip
_PLAIN_AXES = ("leftx", "lefty", "rightx", "righty")
_HAT = (("dpleft", "dpright"), ("dpdown", "dpup"))

_JOYSTICK_EVENTS = {
    pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP, pygame.JOYAXISMOTION, pygame.JOYHATMOTION, pygame.JOYBALLMOTION,
}  # fmt: skip


@dataclass(slots=True)
class _Pad:
    """One open pad; ``mapped`` is false for a plain joystick."""

    device: Device
    handle: sdl_controller.Controller | pygame.joystick.JoystickType
    mapped: bool
    axes: dict[str, float] = field(default_factory=dict)
    hat: tuple[int, int] = (0, 0)


class Devices:
    """All keyboards and pads of the window, feeding one hub."""

    def __init__(self, hub: InputHub, dead_zone: float = DEAD_ZONE) -> None:
        self.dead_zone = dead_zone
        self._hub = hub
        self._pads: dict[int, _Pad] = {}

    def open(self, home: Path | None = None) -> None:
        """Start to listen for pads; those plugged in already are announced as events."""
        mappings = home / MAPPINGS_FILE if home is not None else None
        if mappings is not None and mappings.is_file():
            os.environ.setdefault(MAPPINGS_VARIABLE, str(mappings))
        pygame.joystick.init()
        sdl_controller.init()

    def close(self) -> None:
        """Let go of every pad. Safe to call twice."""
        for instance in list(self._pads):
            self._remove(instance)
        if sdl_controller.get_init():
            sdl_controller.quit()
        pygame.joystick.quit()

    def translate(self, event: pygame.event.Event) -> Iterator[pygame.event.Event]:
        """Take note of pads that come and go, and give the events that others should see.

        Those of plain joysticks become events of a pad; what SDL tells twice is told once.
        """
        if event.type == pygame.CONTROLLERDEVICEADDED:
            if self._add(event.device_index, mapped=True):
                yield event
        elif event.type == pygame.JOYDEVICEADDED:
            index = event.device_index
            if not sdl_controller.is_controller(index) and self._add(index, mapped=False):
                yield pygame.event.Event(pygame.CONTROLLERDEVICEADDED, device_index=index)
        elif event.type in {pygame.CONTROLLERDEVICEREMOVED, pygame.JOYDEVICEREMOVED}:
            if self._remove(event.instance_id):
                yield pygame.event.Event(pygame.CONTROLLERDEVICEREMOVED, instance_id=event.instance_id)
        elif event.type in _JOYSTICK_EVENTS:
            pad = self._pads.get(event.instance_id)
            if pad is not None and not pad.mapped:
                yield from _as_pad(event, pad)
        else:
            yield event

    def press_of(self, event: pygame.event.Event) -> tuple[str, str] | None:
        """``(device id, key)`` of an event that presses something, for screens that wait for a button."""
        if event.type == pygame.KEYDOWN:
            return KEYBOARD, key_name(event)
        if event.type == pygame.CONTROLLERBUTTONDOWN and self._knows(event):
            return _device_id(event.instance_id), PAD_BUTTONS[event.button]
        return None

    def feed(self, event: pygame.event.Event) -> None:
        """Tell the hub about an event that `translate` gave."""
        kind = event.type
        if kind == pygame.KEYDOWN:
            self._hub.press(KEYBOARD, key_name(event))
        elif kind == pygame.KEYUP:
            self._hub.release(KEYBOARD, key_name(event))
        elif kind == pygame.WINDOWFOCUSLOST:
            self._hub.focus_lost()
        elif kind in {pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP}:
            if self._knows(event):
                act = self._hub.press if kind == pygame.CONTROLLERBUTTONDOWN else self._hub.release
                act(_device_id(event.instance_id), PAD_BUTTONS[event.button])
        elif kind == pygame.CONTROLLERAXISMOTION:
            self._feed_axis(event)

    def rumble(self) -> None:
        """Carry out the rumbles that the hub was asked for. A pad that cannot does nothing."""
        for wish in self._hub.take_rumbles():
            pad = next((pad for pad in self._pads.values() if pad.device.id == wish.device), None)
            if pad is not None:
                try:
                    pad.handle.rumble(wish.low, wish.high, wish.duration_ms)
                except pygame.error as error:
                    log.debug("%s does not rumble: %s", pad.device.name, error)

    def _knows(self, event: pygame.event.Event) -> bool:
        """Whether a button event is of an open pad and of a button that bindings have a name for."""
        return event.instance_id in self._pads and event.button < len(PAD_BUTTONS)

    def _feed_axis(self, event: pygame.event.Event) -> None:
        pad = self._pads.get(event.instance_id)
        if pad is None or event.axis >= len(PAD_AXES):
            return
        name = PAD_AXES[event.axis]
        pad.axes[name] = max(-1.0, event.value / AXIS_FULL)
        if name in PAD_TRIGGERS:
            self._hub.axis(pad.device.id, name, shape_trigger(pad.axes[name]))
            return
        x, y = next(pair for pair in _STICKS if name in pair)
        shaped = shape_stick(pad.axes.get(x, 0.0), pad.axes.get(y, 0.0), self.dead_zone)
        for axis, value in zip((x, y), shaped, strict=True):
            self._hub.axis(pad.device.id, axis, value)

    def _add(self, device_index: int, *, mapped: bool) -> bool:
        """Open a pad; false for one that is open already, or that was unplugged again before we came to
        it.
        """
        try:
            kind = sdl_controller.Controller if mapped else pygame.joystick.Joystick
            handle = kind(device_index)
            joystick = handle.as_joystick() if isinstance(handle, sdl_controller.Controller) else handle
            instance, name, guid = joystick.get_instance_id(), joystick.get_name(), joystick.get_guid()
        except pygame.error as error:
            log.info("a gamepad could not be opened: %s", error)
            return False
        if instance in self._pads:
            return False
        device = Device(_device_id(instance), "pad", name or "Gamepad", guid)
        self._pads[instance] = _Pad(device, handle, mapped)
        self._hub.device_added(device)
        return True

    def _remove(self, instance: int) -> bool:
        pad = self._pads.pop(instance, None)
        if pad is None:
            return False
        self._hub.device_removed(pad.device.id)
        with contextlib.suppress(pygame.error):  # all pads were closed at once already
            pad.handle.quit()
        return True


def _device_id(instance: int) -> str:
    return f"pad:{instance}"


def _as_pad(event: pygame.event.Event, pad: _Pad) -> Iterator[pygame.event.Event]:
    """The events of a mapped pad that say the same as one event of a plain joystick."""
    instance = event.instance_id
    if event.type in {pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP}:
        if event.button < len(_PLAIN_BUTTONS):
            yield _button(instance, _PLAIN_BUTTONS[event.button], down=event.type == pygame.JOYBUTTONDOWN)
    elif event.type == pygame.JOYAXISMOTION and event.axis < len(_PLAIN_AXES):
        axis = PAD_AXES.index(_PLAIN_AXES[event.axis])
        value = round(event.value * AXIS_FULL)
        yield pygame.event.Event(pygame.CONTROLLERAXISMOTION, instance_id=instance, axis=axis, value=value)
    elif event.type == pygame.JOYHATMOTION and event.hat == 0:
        before, pad.hat = pad.hat, event.value
        for old, new, names in zip(before, pad.hat, _HAT, strict=True):
            for side, name in zip((-1, 1), names, strict=True):
                if (old == side) != (new == side):
                    yield _button(instance, name, down=new == side)


def _button(instance: int, name: str, *, down: bool) -> pygame.event.Event:
    kind = pygame.CONTROLLERBUTTONDOWN if down else pygame.CONTROLLERBUTTONUP
    return pygame.event.Event(kind, instance_id=instance, button=PAD_BUTTONS.index(name))


def key_name(event: pygame.event.Event) -> str:
    """The name that bindings use for the key of a KEYDOWN or KEYUP event.

    It is what the key prints; on a keyboard of another script the Latin letter at that place, so that W A S D
    works.
    """
    name = pygame.key.name(event.key)
    if name and name.isascii():
        return name
    return _places().get(getattr(event, "scancode", 0)) or name or f"key {event.key}"


@cache
def _places() -> dict[int, str]:
    """Scancode -> the letter or digit there on a US keyboard."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return {getattr(pygame, f"KSCAN_{letter}"): letter.lower() for letter in letters}


def captured_name(captured: Captured) -> str:
    """The name that bindings use for what a :class:`scenes.ui.keycapture.KeyCapture` took."""
    if captured.kind == "key":
        return pygame.key.name(captured.code) or f"key {captured.code}"
    if captured.kind == "pad_button":
        return PAD_BUTTONS[captured.code]
    return f"{PAD_AXES[captured.code]}{'+' if captured.sign > 0 else '-'}"
