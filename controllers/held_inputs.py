"""What a person far away holds down, as it arrives: a short queue in front of the slots of a match.

A change that was sent acts for at least one slot, however short it was; what acts once a press (a dash, a
shot) acts in one slot only. A line that stalls and then delivers all at once does not play the past: where
too many wait, the oldest that act as long as they are held are passed over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces

WAITING_MAX = 6
"""Inputs that may wait for their slots: a tenth of a second at 60 Hz."""

QUEUE_MAX = 64
"""Inputs kept at all, whatever they are."""


@dataclass(frozen=True, slots=True)
class _Input:
    action: Any
    edge: bool


class HeldInputs:
    """One seat's inputs. ``release(action)`` is the action with what acts once let go; where it changes
    nothing, the action may be held.
    """

    def __init__(self, rest: Any, release: Callable[[Any], Any]) -> None:
        """``rest``: what acts before the first input, and while nobody is there."""
        self._rest, self._release = rest, release
        self._held = rest
        self._waiting: deque[_Input] = deque()
        self.skipped = 0
        """Inputs that never acted, since newer ones waited behind them."""

    def clear(self) -> None:
        """Everything is let go."""
        self._held = self._rest
        self._waiting.clear()

    def put(self, action: Any) -> None:
        """An input came."""
        released = self._release(action)
        self._waiting.append(_Input(action, not _same(released, action)))
        while len(self._waiting) > WAITING_MAX and self._drop_one():
            self.skipped += 1
        while len(self._waiting) > QUEUE_MAX:
            self._waiting.popleft()
            self.skipped += 1

    def _drop_one(self) -> bool:
        """Drop the oldest input that only holds something, but never the newest of all."""
        for index, waiting in enumerate(self._waiting):
            if not waiting.edge and index < len(self._waiting) - 1:
                del self._waiting[index]
                return True
        return False

    def take(self) -> Any:
        """The action of this slot."""
        if not self._waiting:
            return self._held
        action = self._waiting.popleft().action
        self._held = self._release(action)
        return action


def releasing(space: spaces.Space[Any], noop: Any, edges: Collection[int]) -> Callable[[Any], Any]:
    """How actions of ``space`` let go of their ``edges`` (Discrete actions, or flat Box components)."""

    def release(action: Any) -> Any:
        if not edges or noop is None:
            return action
        if isinstance(space, spaces.Discrete):
            return noop if _whole(action) in edges else action
        if isinstance(space, spaces.Box) and np.shape(action) == space.shape:
            kept = np.array(action, copy=True)
            flat, still = kept.reshape(-1), np.asarray(noop).reshape(-1)
            for component in edges:
                flat[component] = still[component]
            return kept
        return action

    return release


def _whole(action: Any) -> int | None:
    return int(action) if isinstance(action, int | np.integer) else None


def _same(one: Any, other: Any) -> bool:
    return one is other or (np.shape(one) == np.shape(other) and bool(np.all(np.equal(one, other))))
