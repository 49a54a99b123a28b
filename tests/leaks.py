"""Finds what a test left behind: threads, child processes and ZeroMQ sockets."""

from __future__ import annotations

import os
import signal
import threading
import time
import weakref
from pathlib import Path
from typing import Any

import zmq

_GRACE_S = 2.0
"""How long a thread or process that was told to stop may take."""

# Helpers that multiprocessing keeps for the life of the process.
_KEPT_FOR_LIFE = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")

_sockets: weakref.WeakSet[Any] = weakref.WeakSet()
_make_socket = zmq.Context.socket


def _noted_socket(self: Any, *args: Any, **kwargs: Any) -> Any:
    socket = _make_socket(self, *args, **kwargs)
    _sockets.add(socket)
    return socket


zmq.Context.socket = _noted_socket  # type: ignore[method-assign]


class Leaks:
    """Notes what is there when it is made; `found` says what came since and stayed."""

    def __init__(self) -> None:
        self._threads = set(threading.enumerate())
        self._children = children()
        self._open = {id(socket) for socket in _sockets if not socket.closed}

    def found(self) -> list[str]:
        """Describe each thing left behind; children are killed, so that the next test starts clean."""
        deadline = time.monotonic() + _GRACE_S
        threads = [thread for thread in threading.enumerate() if thread not in self._threads]
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        pids = children() - self._children
        while pids and time.monotonic() < deadline:
            time.sleep(0.01)
            pids = children() - self._children
        found = [f"thread {thread.name!r}" for thread in threads if thread.is_alive()]
        for pid in sorted(pids):
            found.append(f"process {pid} ({command_of(pid)})")
            _kill(pid)
        for socket in list(_sockets):
            if not socket.closed and id(socket) not in self._open:
                found.append(f"ZeroMQ socket {socket!r}")
                socket.close(linger=0)
        return found


def children() -> set[int]:
    """Process ids of our children, the dead that nobody waited for too; empty where there is no /proc."""
    pids: set[int] = set()
    for path in Path("/proc/self/task").glob("*/children"):
        try:
            pids.update(map(int, path.read_text().split()))
        except OSError:  # the thread ended while we looked
            continue
    return {pid for pid in pids if not any(name in _command_line(pid) for name in _KEPT_FOR_LIFE)}


def command_of(pid: int) -> str:
    """The command line of a process, shortened; or that it is dead and nobody waited for it."""
    words = _command_line(pid).replace(b"\0", b" ").decode(errors="replace").strip()
    return words[:120] or "ended, but nobody waited for it"


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return
