"""The one thing a driver blocks in: any thread may wake it, and a ZeroMQ poller can watch it."""

from __future__ import annotations

import select
import socket
import time

from arena.wire.reactor import SELECT_MAX, shared


class Waker:
    """A wake-up that is never lost and never piles up.

    ``wait`` returns at once if ``wake`` was called since the last ``clear``-ing wait. It has a file
    descriptor, so a driver with sockets of its own can put it into its poller. While it waits, the thread
    receives the answers of remote seats itself (:meth:`arena.wire.reactor.Reactor.lend`).
    """

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._closed = self._woken_here = False

    def fileno(self) -> int:
        """The descriptor that becomes readable on a wake-up."""
        return self._reader.fileno()

    def wake(self) -> None:
        """Wake the driver, from any thread. Does nothing once closed."""
        if self._closed:
            return
        if shared().is_calling_here:  # it asks us when the callback is done: no need for a system call
            self._woken_here = True
            return
        try:
            self._writer.send(b"\0")
        except BlockingIOError:
            pass  # the buffer is full of wake-ups already: the driver will wake
        except OSError:
            if not self._closed:
                raise

    def wait(self, timeout_s: float | None) -> bool:
        """Block until woken or ``timeout_s`` passed (``None``: until woken); true if woken."""
        if timeout_s is not None and timeout_s < 0:
            timeout_s = 0.0
        if self._was_woken_here():
            return True
        began = time.monotonic()
        woken = shared().lend(self._reader.fileno(), timeout_s, lambda: self._woken_here)
        if woken is None:
            left_s = None if timeout_s is None else max(0.0, timeout_s - (time.monotonic() - began))
            woken = self._readable(left_s)
        if woken and not self._was_woken_here():
            self.clear()
        return woken

    def _was_woken_here(self) -> bool:
        woken, self._woken_here = self._woken_here, False
        return woken

    def _readable(self, timeout_s: float | None) -> bool:
        if self._reader.fileno() < SELECT_MAX:
            return bool(select.select([self._reader], [], [], timeout_s)[0])
        poller = select.poll()  # whole milliseconds, so second choice
        poller.register(self._reader, select.POLLIN)
        return bool(poller.poll(None if timeout_s is None else timeout_s * 1000))

    def clear(self) -> None:
        """Forget wake-ups so far."""
        try:
            while self._reader.recv(4096):
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Free the descriptors; later wake-ups do nothing."""
        self._closed = True
        self._reader.close()
        self._writer.close()
