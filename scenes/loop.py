"""Time in the window: frames at absolute deadlines, in step with the match, and an honest count of those
missed.

Sleeping to an absolute deadline keeps the mean rate (``Clock.tick`` works in whole milliseconds and runs 60
Hz at 62.5; sleeping the rest of each frame runs slow). The order in a frame is sleep, poll input, step, draw,
flip: drawing after the sleep would cost a whole frame of latency.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

EARLY, LATER = 0.25, 0.75
"""How far, in frames, a frame may move to fall together with a slot of the match; one frame in all, so that
every phase is covered.
"""
_KEPT = 240
DRIVE_S = 0.008
"""How long one frame may spend on ticks of a match that always has work."""


class FrameClock:
    """When the next frame is due. Time comes in from the caller, in seconds."""

    def __init__(self, fps: float, now: float) -> None:
        self.deadline = now
        self.frames = 0
        self.missed = 0
        """Frames that were dropped because the one before took too long."""
        self.period_s = 1.0 / fps
        self._begun: deque[float] = deque(maxlen=_KEPT)

    def set_rate(self, fps: float, now: float) -> None:
        """Change the rate from the next frame on."""
        self.period_s = 1.0 / fps
        self.deadline = min(self.deadline, now + self.period_s)

    def follow(self, slot_at: float | None) -> None:
        """Move the next frame to the match's next slot, if that is near: what a slot changes is drawn at
        once.
        """
        if slot_at is None:
            return
        shift_s = slot_at - self.deadline
        if -EARLY * self.period_s < shift_s < LATER * self.period_s:
            self.deadline = slot_at

    def due(self, now: float) -> bool:
        """Whether the next frame is due."""
        return now >= self.deadline

    def begin(self, now: float) -> int:
        """A due frame begins; returns how many were missed before it. Missed frames are never made up for."""
        missed = max(0, int((now - self.deadline) / self.period_s + 1e-6))
        self.deadline += (missed + 1) * self.period_s
        self.missed += missed
        self.frames += 1
        self._begun.append(now)
        return missed

    @property
    def fps(self) -> float:
        """The mean rate over the last frames; 0 before the second."""
        if len(self._begun) < 2:
            return 0.0
        return (len(self._begun) - 1) / max(1e-9, self._begun[-1] - self._begun[0])


class Latency:
    """The newest measurements of one delay."""

    def __init__(self) -> None:
        self._values_ms: deque[float] = deque(maxlen=_KEPT)

    def add(self, seconds: float) -> None:
        """Note one measurement."""
        self._values_ms.append(1000 * seconds)

    def quantile_ms(self, share: float) -> float | None:
        """The value that ``share`` (0 to 1) of the measurements stay below; ``None`` before the first."""
        if not self._values_ms:
            return None
        ordered = sorted(self._values_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Ticking(Protocol):
    """What `drive` needs of a match."""

    def tick(self, now: float) -> bool:
        """Make at most one step; true if something was done."""


def drive(match: Ticking, clock: Callable[[], float], budget_s: float = DRIVE_S) -> tuple[bool, bool]:
    """Tick a match while it has work, but no longer than ``budget_s``.

    Returns ``(changed, more)``: whether anything was done, and whether work was left when the time was up
    (the screen then asks to be woken at once).
    """
    changed, until = False, clock() + budget_s
    while True:
        now = clock()
        if changed and now >= until:
            return True, True
        if not match.tick(now):
            return changed, False
        changed = True
