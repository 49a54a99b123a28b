"""How Arena starts its own programs, by module name, from this very installation; and how it ends them."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

STEP_MARK = "\x1e"
"""Begins a line in which a process of ours says what it is doing while it starts; empty once it is ready."""


def module_command(module: str, *arguments: str) -> list[str]:
    """Build the command line that runs one of our modules, for example `module_command("workers.env_host",
    "chess")`.

    Plain `python -m workers.env_host` puts the current folder first on the path, where a stray `workers.py`
    would be run instead of ours; `-P` (Python 3.11) leaves it out.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def kill_group(pid: int) -> None:
    """Kill a process that was started with ``start_new_session``, and what it started, also once it has
    ended.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
