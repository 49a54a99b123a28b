"""Ctrl-C as a wish: heard between two ticks, so that no match stops in the middle of one.

Python raises :class:`KeyboardInterrupt` wherever it happens to be: between a step and its entry in the
record, or while bots are being told to leave.
"""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from arena.waker import Waker

_HEARD = (signal.SIGINT, signal.SIGTERM)
"""A machine that shuts down asks with SIGTERM, and its match ends on record just the same."""
AGAIN_S = 1.0
"""A Ctrl-C that comes this much after the one before is meant for something that hangs."""


class Interruption:
    """Within its ``with`` block, once :meth:`defer` was called, Ctrl-C only sets a mark and wakes the driver;
    :meth:`check` and :meth:`wait` then raise :class:`KeyboardInterrupt`. Pressed again after `AGAIN_S` it is
    raised at once. Outside the main thread, which alone hears signals, nothing is changed.
    """

    def __init__(self, waker: Waker) -> None:
        self._waker = waker
        self._before: dict[signal.Signals, Any] = {}
        self._deferring = self._asked = False
        self._heard_at = float("-inf")

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._hear) for number in _HEARD}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def defer(self) -> None:
        """From here on somebody checks."""
        self._deferring = True

    def check(self) -> None:
        """Raise what was put off, once."""
        if self._asked:
            self._asked = False
            raise KeyboardInterrupt

    def wait(self, timeout_s: float | None) -> bool:
        """See :meth:`arena.waker.Waker.wait`; checks as well."""
        woken = self._waker.wait(timeout_s)
        self.check()
        return woken

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        now, before = time.monotonic(), self._heard_at
        self._heard_at = now
        if not self._deferring or AGAIN_S <= now - before < float("inf"):
            raise KeyboardInterrupt
        if before == float("-inf"):
            self._asked = True
            self._waker.wake()
