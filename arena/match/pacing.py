"""Slots of a match in real time: when the next one is, and which were missed."""

from __future__ import annotations

from arena.errors import RuleError

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class SlotPacer:
    """Absolute slot times on the driver's clock. Missed slots are dropped and counted, never run back to
    back.
    """

    def __init__(self, hz: float) -> None:
        """``hz`` slots a second at speed 1; 0 where the match does not run in real time."""
        self._hz = hz
        self.speed = 1.0
        self.next_slot = 0.0

    @property
    def realtime(self) -> bool:
        """Whether there are slots at all."""
        return self._hz > 0

    @property
    def interval_s(self) -> float:
        """Seconds between two slots at the present speed; 0 without real time."""
        return 1.0 / (self._hz * self.speed) if self.realtime else 0.0

    def restart(self, now: float) -> None:
        """The next slot is one interval away (start of an episode, end of a pause)."""
        self.next_slot = now + self.interval_s

    def pull(self, now: float) -> None:
        """The next slot is now (a single step)."""
        self.next_slot = now

    def set_speed(self, factor: float, now: float) -> None:
        """Change the rate from the next slot on."""
        if not SPEEDS[0] <= factor <= SPEEDS[-1]:
            raise RuleError(f"speed {factor:g} is outside {SPEEDS[0]:g} to {SPEEDS[-1]:g}")
        self.speed = factor
        if self.realtime:
            self.next_slot = min(self.next_slot, now + self.interval_s)

    def skip_missed(self, now: float) -> int:
        """Drop the slots that passed entirely before ``now``; returns how many."""
        missed = int((now - self.next_slot) / self.interval_s + 1e-6)
        if missed <= 0:
            return 0
        self.next_slot += missed * self.interval_s
        return missed

    def skip_busy(self, now: float) -> int:
        """The environment is still at work at ``now``: drop the slots up to now; returns how many."""
        if now < self.next_slot:
            return 0
        missed = int((now - self.next_slot) / self.interval_s) + 1
        self.next_slot += missed * self.interval_s
        return missed

    def advance(self) -> None:
        """A slot was used."""
        self.next_slot += self.interval_s

    def alpha(self, now: float) -> float:
        """How far the present slot has passed, 0 to 1."""
        if not self.realtime:
            return 1.0
        return min(1.0, max(0.0, 1.0 - (self.next_slot - now) / self.interval_s))
