"""Ends this process when the one that started it is gone, however that ended."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
from pathlib import Path


def hold_lifeline() -> None:
    """Have the kernel end this process when the other end of standard input is closed: the one who started us
    is gone.

    On Linux SIGIO ends a process by default and needs nothing of the interpreter, so this works on one that
    hangs in foreign code with the GIL held; a thread does the same wherever the interpreter still runs.
    Standard input itself becomes empty, for the policy and for what it starts.
    """
    line = os.dup(sys.stdin.fileno())  # not inherited: programs that the policy starts hold nothing open
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC)

    def watch() -> None:
        os.read(line, 1)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
