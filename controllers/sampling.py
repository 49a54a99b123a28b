"""From keys to actions: what a seat plays, given its controls, a layout and the state of a device.

Two questions are answered. `sample`: what does the person do now (real time, asked once a slot)? `pressed`:
did the person make a move (a match that waits)? For discrete actions the newest press wins; a press that is
over already, or that acts once, goes first, because what is still held has its turn at the next slot. Each
component of a Box goes to the key or stick pushed furthest, and of equals to the newest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.games.entry import Control, ControlScheme
from controllers.bindings import Layout
from controllers.inputs import KeyState, Reader

Mask = NDArray[np.int8] | None
_DIGITS = 10


class Sampler(Protocol):
    """Reads one seat's device."""

    def sample(self, reader: Reader, legal: Mask) -> Any:
        """The action of this moment; the no-op where nothing is pressed, ``None`` where there is no legal
        one.
        """

    def pressed(self, reader: Reader, legal: Mask) -> Move | None:
        """The move made since the reader last took its presses, or ``None``."""


@dataclass(frozen=True, slots=True)
class Move:
    """An action that somebody pressed a key for."""

    action: Any
    legal: bool = True


class Controls:
    """A seat's controls with the keys of one layout."""

    def __init__(self, controls: Sequence[Control], layout: Layout) -> None:
        self._keys: Mapping[Control, tuple[str, ...]] = {
            control: layout.slots.get(control.slot, ()) for control in controls
        }

    def read(self, reader: Reader) -> list[tuple[Control, KeyState]]:
        """The controls that do something now; of several keys the one pushed furthest, then the newest,
        counts.
        """
        active = []
        for control, keys in self._keys.items():
            states = [state for key in keys if (state := reader.key(key)).strength]
            if control.edge:
                states = [state for state in states if state.fresh]
            if states:
                active.append((control, max(states, key=lambda state: (state.strength, state.serial))))
        return active


class DiscreteSampler:
    """For a Discrete space."""

    def __init__(self, controls: Controls, noop: int | None, start: int = 0) -> None:
        """``start`` is the space's smallest action, which the first flag of a mask stands for."""
        self._controls, self._noop, self._start = controls, noop, start

    def sample(self, reader: Reader, legal: Mask) -> int | None:
        """The action of the key that wins, else the no-op."""
        candidates = [
            (control.edge or not state.held, state.serial, control.action)
            for control, state in self._controls.read(reader)
            if control.action is not None and state.on and self._allowed(control.action, legal)
        ]
        reader.take()
        if candidates:
            return max(candidates)[2]
        return self._noop if self._noop is not None and self._allowed(self._noop, legal) else None

    def pressed(self, reader: Reader, legal: Mask) -> Move | None:
        """The newest fresh press; an illegal one is a move only if no legal one is there."""
        fresh = [
            (self._allowed(control.action, legal), state.serial, control.action)
            for control, state in self._controls.read(reader)
            if control.action is not None and state.fresh
        ]
        reader.take()
        if not fresh:
            return None
        allowed, _, action = max(fresh)
        return Move(action, allowed)

    def _allowed(self, action: int, legal: Mask) -> bool:
        place = action - self._start
        return legal is None or (0 <= place < len(legal) and bool(legal[place]))


class VectorSampler:
    """For Box, MultiDiscrete and MultiBinary spaces: every control sets one component."""

    def __init__(self, controls: Controls, space: spaces.Space[Any], noop: Sequence[float] | None) -> None:
        self._controls, self._space = controls, space
        self._still = _still(space, noop)
        self._analogue = isinstance(space, spaces.Box)

    def sample(self, reader: Reader, legal: Mask) -> NDArray[Any]:
        """All components, those that nobody touches at rest."""
        vector = self._compose(self._controls.read(reader))
        reader.take()
        return vector

    def pressed(self, reader: Reader, legal: Mask) -> Move | None:
        """The present state of all keys, at the moment one of them was pressed."""
        active = self._controls.read(reader)
        reader.take()
        if not any(state.fresh for _, state in active):
            return None
        return Move(self._compose(active))

    def _compose(self, active: Sequence[tuple[Control, KeyState]]) -> NDArray[Any]:
        vector = self._still.copy()
        furthest: dict[int, tuple[float, int]] = {}
        for control, state in active:
            if control.axis is None or not (self._analogue or state.on):
                continue
            strength = state.strength if self._analogue else 1.0
            if (strength, state.serial) > furthest.get(control.axis, (0.0, 0)):
                furthest[control.axis] = (strength, state.serial)
                rest = self._still[control.axis]
                vector[control.axis] = rest + strength * (control.value - rest)
        return _shaped(vector, self._space)


class ListedSampler:
    """For a Discrete space that lists combinations of pushes: what is held together is one action."""

    def __init__(self, controls: Controls, scheme: ControlScheme) -> None:
        pushes = np.array(scheme.listed)
        space = spaces.Box(pushes.min(axis=0), pushes.max(axis=0), dtype=np.float64)
        still = scheme.noop if isinstance(scheme.noop, tuple) else None
        self._pushes, self._scheme = VectorSampler(controls, space, still), scheme

    def sample(self, reader: Reader, legal: Mask) -> int:
        """The action nearest to what is held and pressed."""
        return self._scheme.number(self._pushes.sample(reader, legal).tolist())

    def pressed(self, reader: Reader, legal: Mask) -> Move | None:
        """The action nearest to the present state, at the moment a key was pressed."""
        move = self._pushes.pressed(reader, legal)
        return None if move is None else Move(self._scheme.number(move.action.tolist()))


def sampler(scheme: ControlScheme, layout: Layout, space: spaces.Space[Any]) -> Sampler | None:
    """The sampler for one action space, ``None`` for a space that keys cannot play (Dict, Tuple, Text,
    ...).
    """
    controls = Controls(scheme.controls, layout)
    noop = scheme.noop
    if isinstance(space, spaces.Discrete) and scheme.listed:
        return ListedSampler(controls, scheme)
    if isinstance(space, spaces.Discrete):
        return DiscreteSampler(controls, scheme.resting, int(space.start))
    if isinstance(space, spaces.Box | spaces.MultiDiscrete | spaces.MultiBinary):
        return VectorSampler(controls, space, noop if isinstance(noop, tuple) else None)
    return None


def at_rest(scheme: ControlScheme | None, space: spaces.Space[Any]) -> Any:
    """The no-op of ``scheme`` as an action of ``space``, ``None`` where there is none."""
    noop = scheme.noop if scheme is not None else None
    if noop is None:
        return None
    if isinstance(space, spaces.Discrete):
        return scheme.resting if scheme is not None else None
    if isinstance(space, spaces.Box | spaces.MultiDiscrete | spaces.MultiBinary) and isinstance(noop, tuple):
        return _shaped(_still(space, noop), space)
    return None


def plain_scheme(space: spaces.Space[Any]) -> ControlScheme | None:
    """Controls for a game that the catalog says nothing about: digits for up to ten actions, a stick for one
    or two axes.

    ``None`` where no keys would do.
    """
    if isinstance(space, spaces.Discrete) and int(space.n) <= _DIGITS:
        start = int(space.start)
        actions = enumerate(range(start, start + int(space.n)))
        return ControlScheme(
            tuple(Control(f"action {n}", f"Action {n}", f"digit{digit}", action=n) for digit, n in actions)
        )
    if isinstance(space, spaces.Box) and math.prod(space.shape) in {1, 2} and space.is_bounded():
        low, high = space.low.reshape(-1), space.high.reshape(-1)
        pairs = (("left", "right"), ("down", "up"))
        return ControlScheme(
            tuple(
                Control(f"axis {axis} {slot}", slot.title(), slot, axis=axis, value=float(bound[axis]))
                for axis in range(low.size)
                for slot, bound in zip(pairs[axis], (low, high), strict=True)
            )
        )
    return None


def _shaped(flat: NDArray[np.float64], space: spaces.Space[Any]) -> NDArray[Any]:
    return flat.astype(space.dtype).reshape(space.shape or ())


def _still(space: spaces.Space[Any], noop: Sequence[float] | None) -> NDArray[np.float64]:
    """What nobody's touch means: the catalog's no-op, else zero, moved into the Box."""
    size = int(np.prod(space.shape or (1,)))
    still = np.zeros(size) if noop is None else np.asarray(noop, dtype=np.float64)
    if isinstance(space, spaces.Box):
        still = np.clip(still, space.low.reshape(-1), space.high.reshape(-1))
    return still
