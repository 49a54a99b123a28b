"""The state of every input device, and who uses which: what people do, as plain data.

A window feeds the hub with plain calls (`press`, `release`, `axis`, `choose`, ...); controllers read it
through a `Reader` each. Nothing here knows a windowing library, so tests and tools may stand in for the
window.

State is built from events, never from a snapshot of what is held: a tap that goes down and up between two
readings is still seen, by every reader once. Each press has a serial number; a reader remembers the last one
it has taken, so two people on one keyboard cannot take each other's taps.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from arena.errors import UnknownNameError
from controllers.bindings import BindingBook
from controllers.claims import Claim, Claims

KEYBOARD = "keyboard"
HALF_AXIS_ON, HALF_AXIS_OFF = 0.5, 0.35
"""A stick counts as pressed from here on, and as released below there: no flutter at the threshold."""
_RUMBLES_KEPT = 32


@dataclass(frozen=True, slots=True)
class Device:
    """One thing with keys or buttons. A pad that is unplugged and comes back has a new id and the same
    guid.
    """

    id: str
    """``keyboard`` or ``pad:<instance>``."""
    kind: Literal["keyboard", "pad"]
    name: str
    guid: str = ""
    """Names the model of a pad; two pads of one model share it."""


@dataclass(frozen=True, slots=True)
class Rumble:
    """A pad should shake: motor strengths from 0 to 1."""

    device: str
    low: float
    high: float
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Press:
    """The newest press of one key."""

    serial: int
    """Counts presses in the whole hub; 0 for one that no seat may take (made while the hub was muted)."""
    at_s: float


@dataclass(slots=True)
class _State:
    device: Device
    held: set[str] = field(default_factory=set)
    presses: dict[str, Press] = field(default_factory=dict)
    axes: dict[str, float] = field(default_factory=dict)

    def clear(self) -> None:
        self.held.clear()
        self.presses.clear()
        self.axes.clear()


class InputHub:
    """All devices of one window. Not thread-safe: the window's thread feeds it and the match reads it
    there.
    """

    def __init__(
        self, bindings: BindingBook | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.bindings = bindings or BindingBook()
        self.claims = Claims(self)
        self.muted = False
        """While true, presses reach no seat: a menu is open. A key held since then counts only once pressed
        again.
        """
        self.rumble_on = True
        self.last_press_s: float | None = None
        """When the newest press came, on the hub's clock; for figures of latency."""
        self._clock = clock
        self._serial = 0
        self._states: dict[str, _State] = {}
        self._choices: dict[str, Any] = {}
        self._refused: deque[tuple[str, Any]] = deque(maxlen=_RUMBLES_KEPT)
        self._rumbles: deque[Rumble] = deque(maxlen=_RUMBLES_KEPT)
        self.device_added(Device(KEYBOARD, "keyboard", "Keyboard"))

    # ---- fed by the window ---------------------------------------------------------------------------------

    def device_added(self, device: Device) -> None:
        """A device was plugged in. A seat that lost a pad of the same model gets it back."""
        self._states[device.id] = _State(device)
        self.claims.device_added(device)

    def device_removed(self, device_id: str) -> None:
        """A device was unplugged: what it held is let go, its seat keeps waiting for it."""
        if self._states.pop(device_id, None) is not None:
            self.claims.device_removed(device_id)

    def press(self, device_id: str, key: str) -> None:
        """A key or button went down. Repeats of a held key are ignored."""
        state = self._state(device_id)
        if key in state.held:
            return
        state.held.add(key)
        now = self._clock()
        self._serial += 1
        state.presses[key] = Press(0 if self.muted else self._serial, now)
        self.last_press_s = now

    def release(self, device_id: str, key: str) -> None:
        """A key or button went up; its press stays readable until taken."""
        self._state(device_id).held.discard(key)

    def axis(self, device_id: str, name: str, value: float) -> None:
        """A stick or trigger moved to ``value``, -1 to 1, dead zone already taken out.

        Each half is a key of its own as well, ``leftx-`` and ``leftx+``, pressed from `HALF_AXIS_ON` on.
        """
        state = self._state(device_id)
        state.axes[name] = max(-1.0, min(1.0, value))
        for key, strength in ((f"{name}-", -value), (f"{name}+", value)):
            if strength >= HALF_AXIS_ON:
                self.press(device_id, key)
            elif strength < HALF_AXIS_OFF:
                self.release(device_id, key)

    def choose(self, agent: str, action: Any) -> None:
        """A person picked ``action`` for ``agent`` on the screen (a board, a list). The newest choice
        counts.
        """
        self._choices[agent] = action

    def focus_lost(self) -> None:
        """The window lost the keyboard: let everything go, since no release will be told."""
        for state in self._states.values():
            state.clear()
        self._choices.clear()

    # ---- read by screens -----------------------------------------------------------------------------------

    @property
    def devices(self) -> tuple[Device, ...]:
        """What is plugged in, the keyboard first, pads in the order they came."""
        return tuple(state.device for state in self._states.values())

    @property
    def pads(self) -> tuple[Device, ...]:
        """The pads that are plugged in, in the order they came: ``pad0`` is the first."""
        return tuple(device for device in self.devices if device.kind == "pad")

    def device(self, device_id: str) -> Device | None:
        """The device with this id, if it is plugged in."""
        state = self._states.get(device_id)
        return state.device if state is not None else None

    @property
    def busy(self) -> bool:
        """Whether anything is held or pushed right now."""
        return any(state.held or any(state.axes.values()) for state in self._states.values())

    def take_refusals(self) -> list[tuple[str, Any]]:
        """``(agent, action)`` of the choices that were not legal, once; for a sound and a hint."""
        refused = list(self._refused)
        self._refused.clear()
        return refused

    def take_rumbles(self) -> list[Rumble]:
        """The rumbles asked for since the last call; whoever owns the devices carries them out."""
        rumbles = list(self._rumbles)
        self._rumbles.clear()
        return rumbles

    # ---- used by controllers -------------------------------------------------------------------------------

    def rumble(self, device_id: str, low: float, high: float, duration_ms: int) -> None:
        """Ask a pad to shake; motor strengths 0 to 1. Nothing happens on a keyboard or where people switched
        it off.
        """
        device = self.device(device_id)
        if self.rumble_on and device is not None and device.kind == "pad":
            self._rumbles.append(Rumble(device_id, low, high, duration_ms))

    def rumble_seat(self, agent: str, low: float, high: float, duration_ms: int) -> None:
        """Ask the pad of who plays ``agent`` here to shake, if that is a pad."""
        for claim in self.claims:
            if claim.agent == agent and claim.device_id is not None:
                self.rumble(claim.device_id, low, high, duration_ms)

    def take_choice(self, agent: str) -> tuple[Any] | None:
        """The action chosen for ``agent`` since the last call, in a tuple of one, or ``None``."""
        return (self._choices.pop(agent),) if agent in self._choices else None

    def refuse(self, agent: str, action: Any) -> None:
        """Note that a choice was not legal."""
        self._refused.append((agent, action))

    def reader(self, claim: Claim) -> Reader:
        """A reader of the device that ``claim`` stands for."""
        return Reader(self, claim)

    @property
    def serial(self) -> int:
        """The serial number of the newest press."""
        return self._serial

    def held(self, device_id: str, key: str) -> bool:
        """Whether a key is down now."""
        state = self._states.get(device_id)
        return state is not None and key in state.held

    def newest_press(self, device_id: str, key: str) -> Press | None:
        """The last press of a key, if there was one."""
        state = self._states.get(device_id)
        return state.presses.get(key) if state is not None else None

    def deflection(self, device_id: str, half_axis: str) -> float:
        """How far a stick is pushed towards one side (``leftx-``), 0 to 1."""
        state = self._states.get(device_id)
        if state is None:
            return 0.0
        value = state.axes.get(half_axis[:-1], 0.0)
        return max(0.0, -value if half_axis.endswith("-") else value)

    def _state(self, device_id: str) -> _State:
        try:
            return self._states[device_id]
        except KeyError:
            raise UnknownNameError("input device", device_id, self._states) from None


@dataclass(frozen=True, slots=True)
class KeyState:
    """What one key means to one reader at one moment."""

    held: bool
    fresh: bool
    """Pressed since the reader last took its presses, even if it is up again."""
    serial: int
    strength: float
    """How far it is pushed, 0 to 1; keys and buttons know 0 and 1 only."""

    @property
    def on(self) -> bool:
        """Held or freshly pressed."""
        return self.held or self.fresh


_OFF = KeyState(held=False, fresh=False, serial=0, strength=0.0)


class Reader:
    """Reads one device for one seat: what is held, and what was pressed since the last `take`."""

    def __init__(self, hub: InputHub, claim: Claim) -> None:
        self._hub, self._claim = hub, claim
        self._from = hub.serial
        self._taken = hub.serial

    def clear(self) -> None:
        """Forget everything so far: what is held now counts only once it is pressed again."""
        self._from = self._taken = self._hub.serial

    def take(self) -> None:
        """Presses up to now have been used; what is held stays held."""
        self._taken = self._hub.serial

    def key(self, name: str) -> KeyState:
        """The state of one key, button or half axis."""
        device_id = self._claim.device_id
        press = self._hub.newest_press(device_id, name) if device_id is not None else None
        if device_id is None:
            return _OFF
        deflection = self._hub.deflection(device_id, name) if name[-1:] in "+-" and len(name) > 1 else 0.0
        if press is None or press.serial <= self._from:
            return KeyState(held=False, fresh=False, serial=0, strength=deflection) if deflection else _OFF
        held, fresh = self._hub.held(device_id, name), press.serial > self._taken
        strength = deflection or (1.0 if held or fresh else 0.0)
        return KeyState(held, fresh, press.serial, strength)
