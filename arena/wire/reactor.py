"""One background thread a process that watches file descriptors for all links and servers we started.

It starts with the first descriptor and ends with the last, so that a program without remote seats has no
thread of it. Answers are received and stamped here, in time, while the match's thread steps or draws.

A driver that only waits can do the receiving itself (:meth:`Reactor.lend`): an answer then reaches it without
a change of threads, which would cost half as much again as the whole way through the sockets. The thread
stands by meanwhile and takes over when the driver has been away for :data:`AWAY_S`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

READABLE = select.POLLIN
BROKEN = 0
"""Nothing but the errors that are always reported: the other end of a pipe is gone."""

AWAY_S = 0.002
"""How long a driver that lent its thread may be away before the background thread is back at work."""

LENT_MAX_S = 0.02
"""A driver that waits for longer than this leaves the work to the background thread: standing by costs a
wake-up each :data:`AWAY_S`.
"""

SELECT_MAX = 1024
"""FD_SETSIZE: select(2) takes no descriptor from here on."""

_log = logging.getLogger(__name__)


class _Watch(NamedTuple):
    callback: Callable[[], bool]
    events: int
    quick: bool


class Reactor:
    """Calls back when a descriptor is ready. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._unwatching = 0
        """Threads that wait for callbacks to end."""
        self._watched: dict[int, _Watch] = {}
        self._again: set[int] = set()
        self._asked, self._done = 0, 0
        """Rounds of changes: wanted, and taken up by the thread."""
        self._thread: threading.Thread | None = None
        self._bell: tuple[int, int] = (-1, -1)
        self._lender: int | None = None
        """The thread that does the quick work at present."""
        self._calling = False
        """The lender is in a callback."""
        self._left_at = float("-inf")
        self._standing_by = False
        self._quick: select.epoll | None = None
        """The quick descriptors, for a lender."""

    def watch(
        self, fd: int, callback: Callable[[], bool], events: int = READABLE, *, quick: bool = False
    ) -> None:
        """Call ``callback`` whenever ``fd`` has one of ``events``, and soon again while it returns true.

        Now and then it is called for nothing: it must not wait for what ``fd`` has.

        ``quick``: it never waits, so it may be called in the thread of a driver, too.
        """
        with self._lock:
            self._watched[fd] = _Watch(callback, events, quick)
            self._asked += 1
            if quick and hasattr(select, "epoll"):
                self._quick = self._quick or select.epoll()
                self._quick.register(fd, events)
            if self._thread is None:
                self._bell = os.pipe()
                for end in self._bell:
                    os.set_blocking(end, False)
                self._thread = threading.Thread(target=self._run, name="arena-wire", daemon=True)
                self._thread.start()
            else:
                self._ring()

    def unwatch(self, *fds: int) -> None:
        """Stop watching; once this returns no callback of theirs runs (unless called from one).

        Hold no lock that a callback may want.
        """
        with self._lock:
            known = [fd for fd in fds if self._forget(fd)]
            if not known or self._thread is None:
                return
            self._again.difference_update(known)
            self._asked += 1
            wanted, in_background = self._asked, threading.current_thread() is self._thread
            self._ring()
            if not self.is_calling_here:
                self._unwatching += 1
                self._changed.wait_for(
                    lambda: (in_background or self._done >= wanted) and not self._calling
                )
                self._unwatching -= 1

    def _forget(self, fd: int) -> bool:
        watch = self._watched.pop(fd, None)
        if watch is not None and watch.quick and self._quick is not None:
            with contextlib.suppress(OSError):  # closed already: the kernel has forgotten it by itself
                self._quick.unregister(fd)
        return watch is not None

    def kick(self, fd: int) -> None:
        """Call the callback of ``fd`` soon, ready or not."""
        with self._lock:
            if fd in self._watched:
                self._again.add(fd)
                if self._lender != threading.get_ident() and not (
                    self._standing_by and self._watched[fd].quick
                ):
                    self._ring()

    # ---- in a driver's thread -----------------------------------------------------------------------------

    @property
    def is_calling_here(self) -> bool:
        """Whether the caller is inside a callback, in a thread that it lent."""
        return self._calling and self._lender == threading.get_ident()

    def lend(self, fd: int, timeout_s: float | None, is_woken: Callable[[], bool]) -> bool | None:
        """Do the quick work in the caller's thread until ``fd`` is readable or ``is_woken()``: true; or until
        ``timeout_s`` seconds have passed: false. ``None``: wait by other means, there is nothing to do here.
        """
        with self._lock:
            if self._quick is None or self._lender is not None or max(fd, self._quick.fileno()) >= SELECT_MAX:
                return None
            self._lender = threading.get_ident()
            if not self._standing_by:
                self._ring()
        woken: bool | None = None
        try:
            woken = self._work(self._quick, fd, timeout_s, is_woken)
        finally:
            self._take_back(at_once=woken is None)
        return woken

    def _take_back(self, *, at_once: bool) -> None:
        with self._lock:
            self._lender = None
            self._left_at = float("-inf") if at_once else time.monotonic()
            if self._thread is None:
                self._close_quick()
            elif at_once:
                self._ring()

    def _work(
        self, quick: select.epoll, fd: int, timeout_s: float | None, is_woken: Callable[[], bool]
    ) -> bool | None:
        is_long = timeout_s is None or timeout_s > LENT_MAX_S
        give_up = time.monotonic() + (LENT_MAX_S if timeout_s is None else min(timeout_s, LENT_MAX_S))
        while True:
            again = self._take_again()
            left_s = 0.0 if again else max(0.0, give_up - time.monotonic())
            ready, _, _ = select.select([fd, quick.fileno()], [], [], left_s)
            fds = {number for number, _ in quick.poll(0)} if quick.fileno() in ready else set()
            for number in fds | again:
                self._call_lent(number)
            if fd in ready or is_woken():
                return True
            if (not fds and not again) or time.monotonic() >= give_up:  # a flood must not keep the driver
                return None if is_long else False

    def _take_again(self) -> set[int]:
        if not self._again:
            return set()
        with self._lock:
            again = {fd for fd in self._again if fd in self._watched and self._watched[fd].quick}
            self._again -= again
            return again

    def _call_lent(self, fd: int) -> None:
        with self._lock:
            watch = self._watched.get(fd)
            if watch is None or not watch.quick:
                return
            self._calling = True
        try:
            self._run_callback(fd, watch)
        finally:
            with self._lock:
                self._calling = False
                if self._unwatching:
                    self._changed.notify_all()

    # ---- in the background thread -------------------------------------------------------------------------

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it is awake already
            os.write(self._bell[1], b"!")

    def _run(self) -> None:
        pollers, polled, built = (select.poll(), select.poll()), self._watched, -1
        while True:
            with self._lock:
                self._done = self._asked
                self._changed.notify_all()
                if not self._watched:
                    self._end()
                    return
                if built != self._asked:
                    pollers = self._poller(quick=True), self._poller(quick=False)
                    polled, built = dict(self._watched), self._asked
                self._standing_by = self._is_lent()
                again = {fd for fd in self._again if not (self._standing_by and self._watched[fd].quick)}
                self._again -= again
            timeout_ms = 0 if again else int(1000 * AWAY_S) if self._standing_by else None
            ready = {fd for fd, _ in pollers[self._standing_by].poll(timeout_ms)}
            if self._bell[0] in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._bell[0], 4096)
            for fd in ready | again:
                self._call(fd, polled.get(fd))

    def _is_lent(self) -> bool:
        return self._lender is not None or time.monotonic() - self._left_at < AWAY_S

    def _end(self) -> None:
        self._thread, self._standing_by = None, False
        for end in self._bell:
            os.close(end)
        if self._lender is None:  # else it closes it, when it comes back
            self._close_quick()

    def _close_quick(self) -> None:
        if self._quick is not None:
            self._quick.close()
            self._quick = None

    def _poller(self, *, quick: bool) -> select.poll:
        """Polls the bell and what is watched, with or without what a lender would do."""
        poller = select.poll()
        poller.register(self._bell[0], select.POLLIN)
        for fd, watch in self._watched.items():
            if quick or not watch.quick:
                poller.register(fd, watch.events)
        return poller

    def _call(self, fd: int, polled: _Watch | None) -> None:
        """Call back, unless a callback before this one changed what the number stands for."""
        with self._lock:
            watch = self._watched.get(fd)
        if watch is not None and watch is polled:
            self._run_callback(fd, watch)

    def _run_callback(self, fd: int, watch: _Watch) -> None:
        try:
            more = watch.callback()
        except Exception:  # noqa: BLE001 - one seat's fault must not end the thread of all seats
            _log.exception("a callback for descriptor %d failed; it is watched no more", fd)
            self.unwatch(fd)
            return
        if more:
            with self._lock:
                self._again.add(fd)


_shared = Reactor()


def shared() -> Reactor:
    """The reactor of this process."""
    return _shared
