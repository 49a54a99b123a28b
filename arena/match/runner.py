"""The driver without a window: ticks while there is work, sleeps in the waker when there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from arena.match.match import Match


class Sleeper(Protocol):
    """What a driver blocks in (:class:`arena.waker.Waker`)."""

    def wait(self, timeout_s: float | None) -> bool:
        """Block until woken or the time has passed."""


def run(
    match: Match,
    clock: Callable[[], float],
    sleeper: Sleeper,
    on_progress: Callable[[Match], None] | None = None,
) -> None:
    """Drive a started match to its end. ``on_progress`` is called after every tick that did something."""
    while not match.finished:
        if match.tick(clock()):
            if on_progress is not None:
                on_progress(match)
            continue
        now = clock()
        wakeup = match.next_wakeup(now)
        sleeper.wait(None if wakeup is None else max(0.0, wakeup - now))
