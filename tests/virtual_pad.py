"""An SDL gamepad without hardware: pygame sees it arrive, press, rumble and leave, as it would a real one.

It calls SDL's virtual joysticks (SDL_joystick.h, `SDL_JoystickAttachVirtualEx`) in the very library that
pygame loaded.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pygame
import pytest

BUTTONS = ("a", "b", "x", "y", "back", "guide", "start", "leftstick", "rightstick", "leftshoulder",
"rightshoulder",
           "dpup", "dpdown", "dpleft", "dpright")  # fmt: skip
"""Names of the buttons, in the order of SDL_GameControllerButton."""
AXES = ("leftx", "lefty", "rightx", "righty", "lefttrigger", "righttrigger")
"""Names of the axes, in the order of SDL_GameControllerAxis."""

_GAMECONTROLLER = 1  # SDL_JOYSTICK_TYPE_GAMECONTROLLER
_DESCRIPTION_VERSION = 1  # SDL_VIRTUAL_JOYSTICK_DESC_VERSION
_Rumble = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint16, ctypes.c_uint16)


class _Description(ctypes.Structure):
    """SDL_VirtualJoystickDesc, version 1."""

    _fields_ = (
        *((name, ctypes.c_uint16) for name in (
            "version", "type", "naxes", "nbuttons", "nhats", "vendor", "product", "padding")),
        ("button_mask", ctypes.c_uint32),
        ("axis_mask", ctypes.c_uint32),
        ("name", ctypes.c_char_p),
        *((name, ctypes.c_void_p) for name in ("userdata", "update", "set_player_index")),
        ("rumble", _Rumble),
        *((name, ctypes.c_void_p) for name in ("rumble_triggers", "set_led", "send_effect")),
    )  # fmt: skip


class VirtualPad:
    """A pad that is plugged in when made. Buttons and axes reach pygame at its next `event.get()` or
    `pump()`."""

    def __init__(self, name: str) -> None:
        self.rumbles: list[tuple[int, int]] = []
        """Each rumble asked for: strength of the low and of the high motor, 0 to 65535."""
        self._sdl = _loaded_sdl()
        self._rumble = _Rumble(self._on_rumble)  # SDL keeps a bare pointer to it
        self._description = _Description(
            version=_DESCRIPTION_VERSION, type=_GAMECONTROLLER, naxes=len(AXES), nbuttons=len(BUTTONS),
            button_mask=(1 << len(BUTTONS)) - 1, axis_mask=(1 << len(AXES)) - 1, name=name.encode(),
            rumble=self._rumble,
        )  # fmt: skip
        self._index = self._sdl.SDL_JoystickAttachVirtualEx(ctypes.byref(self._description))
        if self._index < 0:
            raise RuntimeError(f"SDL refused a virtual pad: {self._sdl.SDL_GetError().decode()}")
        self.instance_id: int = self._sdl.SDL_JoystickGetDeviceInstanceID(self._index)
        self._handle = self._sdl.SDL_JoystickOpen(self._index)

    def press(self, button: str) -> None:
        """Hold a button of `BUTTONS` down."""
        self._sdl.SDL_JoystickSetVirtualButton(self._handle, BUTTONS.index(button), 1)

    def release(self, button: str) -> None:
        """Let go of a button of `BUTTONS`."""
        self._sdl.SDL_JoystickSetVirtualButton(self._handle, BUTTONS.index(button), 0)

    def move(self, axis: str, value: int) -> None:
        """Move an axis of `AXES` to -32768..32767; triggers rest at -32768."""
        self._sdl.SDL_JoystickSetVirtualAxis(self._handle, AXES.index(axis), value)

    def unplug(self) -> None:
        """Pull the cable; a second time does nothing."""
        if self._handle is None:
            return
        count = range(self._sdl.SDL_NumJoysticks())
        index = next(
            (i for i in count if self._sdl.SDL_JoystickGetDeviceInstanceID(i) == self.instance_id), None
        )
        self._sdl.SDL_JoystickClose(self._handle)
        self._handle = None
        if index is not None:
            self._sdl.SDL_JoystickDetachVirtual(index)

    def _on_rumble(self, _userdata: object, low: int, high: int) -> int:
        self.rumbles.append((low, high))
        return 0


def _loaded_sdl() -> Any:
    """Find the SDL that pygame loaded: another copy of the library would have devices of its own."""
    root = Path(pygame.__file__).parent
    patterns = ("../pygame_ce.libs/libSDL2-2*", "../pygame_ce.dylibs/libSDL2-2*", ".dylibs/libSDL2-2*")
    path = next((path for pattern in patterns for path in root.glob(pattern)), None)
    try:
        sdl = ctypes.CDLL(str(path or "libSDL2-2.0.so.0"))
        sdl.SDL_JoystickAttachVirtualEx.restype = ctypes.c_int
    except (OSError, AttributeError) as error:
        pytest.skip(f"this SDL has no virtual joysticks: {error}")
    sdl.SDL_JoystickOpen.restype = ctypes.c_void_p
    sdl.SDL_GetError.restype = ctypes.c_char_p
    sdl.SDL_JoystickSetVirtualButton.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_uint8)
    sdl.SDL_JoystickSetVirtualAxis.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_int16)
    sdl.SDL_JoystickClose.argtypes = (ctypes.c_void_p,)
    return sdl
