"""One background thread a process that watches file descriptors for all links and servers we started.

It starts with the first descriptor and ends with the last, so that a program without remote seats has no
thread of it. Answers are received and stamped here, in time, while the match's thread steps or draws.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
from collections.abc import Callable

READABLE = select.POLLIN
BROKEN = 0
"""Nothing but the errors that are always reported: the other end of a pipe is gone."""

_Watch = tuple[Callable[[], bool], int]
"""A callback and the events it is for."""

_log = logging.getLogger(__name__)


class Reactor:
    """Calls back when a descriptor is ready. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: dict[int, _Watch] = {}
        self._again: set[int] = set()
        self._asked, self._done = 0, 0
        """Rounds of changes: wanted, and taken up by the thread."""
        self._thread: threading.Thread | None = None
        self._bell: tuple[int, int] = (-1, -1)

    def watch(self, fd: int, callback: Callable[[], bool], events: int = READABLE) -> None:
        """Call ``callback`` whenever ``fd`` has one of ``events``, and soon again while it returns true."""
        with self._changed:
            self._watched[fd] = (callback, events)
            self._asked += 1
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
        with self._changed:
            known = [fd for fd in fds if self._watched.pop(fd, None) is not None]
            if not known or self._thread is None:
                return
            self._again.difference_update(known)
            self._asked += 1
            wanted = self._asked
            self._ring()
            if threading.current_thread() is not self._thread:
                self._changed.wait_for(lambda: self._done >= wanted)

    def kick(self, fd: int) -> None:
        """Call the callback of ``fd`` soon, ready or not."""
        with self._changed:
            if fd in self._watched:
                self._again.add(fd)
                self._ring()

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it is awake already
            os.write(self._bell[1], b"!")

    def _run(self) -> None:
        poller, polled, built = select.poll(), self._watched, -1
        while True:
            with self._changed:
                self._done = self._asked
                self._changed.notify_all()
                if not self._watched:
                    self._thread = None
                    for end in self._bell:
                        os.close(end)
                    return
                if built != self._asked:
                    poller, polled, built = self._poller(), dict(self._watched), self._asked
                again, self._again = self._again, set()
            ready = {fd for fd, _ in poller.poll(0 if again else None)}
            if self._bell[0] in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._bell[0], 4096)
            for fd in ready | again:
                self._call(fd, polled.get(fd))

    def _poller(self) -> select.poll:
        poller = select.poll()
        poller.register(self._bell[0], select.POLLIN)
        for fd, (_, events) in self._watched.items():
            poller.register(fd, events)
        return poller

    def _call(self, fd: int, polled: _Watch | None) -> None:
        """Call back, unless a callback before this one changed what the number stands for."""
        with self._changed:
            watch = self._watched.get(fd)
        if watch is None or watch is not polled:
            return
        callback, _ = watch
        try:
            more = callback()
        except Exception:  # noqa: BLE001 - one seat's fault must not end the thread of all seats
            _log.exception("a callback for descriptor %d failed; it is watched no more", fd)
            self.unwatch(fd)
            return
        if more:
            with self._changed:
                self._again.add(fd)


_shared = Reactor()


def shared() -> Reactor:
    """The reactor of this process."""
    return _shared
