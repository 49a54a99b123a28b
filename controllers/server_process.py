"""A policy server of our own: a child process that is watched, restarted and taken along when we end.

Two pipes hold it. Its output comes through one, of which the last lines are kept for the error message. The
other is its lifeline, in both directions: it dies when our end closes, however we end, and we notice at once
when its end does.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from arena.home import ipc_endpoint
from arena.ids import new_ulid
from arena.processes import STEP_MARK, kill_group, module_command
from arena.wire.reactor import BROKEN, shared

_WORDS_BYTES = 8192
_MARK = STEP_MARK.encode()
_DYING_S = 0.2
"""How long one that let go of its lifeline may take to end by itself."""
_GONE_S = 2.0
"""How long a killed process may take to be gone; only one stuck in the kernel takes longer."""

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""Numeric libraries that spin on every core would take them from the match (13 to 16 times slower,
measured)."""


class ServerProcess:
    """Starts ``python -m workers.policy_server`` with ``arguments`` at :attr:`endpoint`, a socket of its
    own.
    """

    def __init__(self, arguments: Sequence[str], title: str = "its policy server") -> None:
        """``title``: what it is to people who wait for it."""
        self._title = title
        self.endpoint = ipc_endpoint(f"p-{new_ulid().lower()}")
        self._arguments = [
            *arguments,
            "--bind",
            self.endpoint,
            "--lifeline",
            "--sys-path",
            json.dumps(_sys_path()),
        ]
        self._on_exit: Callable[[], None] = _nobody
        self._process: subprocess.Popen[bytes] | None = None
        self._taking = threading.Lock()
        self._words = b""
        self._step = ""
        self.ending = ""
        """How the last process ended, with its last words."""
        self.exit_code: int | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return None if self._process is None else self._process.pid

    @property
    def progress(self) -> str:
        """What it is at before anybody can talk to it."""
        return f"{self._title} is starting" + (f": {self._step}" if self._step else "")

    def start(self, on_exit: Callable[[], None]) -> None:
        """Start it, unless it runs. Raises ``OSError`` if the system cannot.

        ``on_exit`` is called in the reactor's thread when the process has ended by itself.
        """
        if self._process is not None:
            return
        self._on_exit = on_exit
        environment = dict(os.environ)
        for name in _ONE_THREAD:
            environment.setdefault(name, "1")
        self._words, self._step = b"", ""
        process = subprocess.Popen(
            module_command("workers.policy_server", *self._arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # Ctrl-C is ours to handle, and a kill reaches what it started
        )
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        os.set_blocking(process.stdout.fileno(), False)
        shared().watch(process.stdout.fileno(), self._listen)
        shared().watch(process.stdin.fileno(), self._ended, BROKEN)

    def close(self) -> None:
        """End it and all it started, now. Safe to call twice; hold no lock that ``on_exit`` takes."""
        process = self._take()
        if process is not None:
            self._bury(process, patience_s=0.0)
        path = Path(self.endpoint.removeprefix("ipc://"))
        for leftover in (path, path.with_name(path.name + ".lock")):
            leftover.unlink(missing_ok=True)

    def _listen(self) -> bool:
        """Keep the last words. In the reactor's thread."""
        process = self._process
        if process is None or process.stdout is None:
            return False
        try:
            words = os.read(process.stdout.fileno(), 65_536)
        except BlockingIOError:
            return False
        self._keep(words)
        if not words:
            shared().unwatch(process.stdout.fileno())
        return False

    def _ended(self) -> bool:
        """Its end of the lifeline closed. In the reactor's thread."""
        process = self._take()
        if process is not None:
            self._hear_out(process)
            self._bury(process, patience_s=_DYING_S)
            self._on_exit()
        return False

    def _take(self) -> subprocess.Popen[bytes] | None:
        """The process, for whichever thread comes first to end it."""
        with self._taking:
            process, self._process = self._process, None
            return process

    def _hear_out(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with contextlib.suppress(BlockingIOError):
            while words := os.read(process.stdout.fileno(), 65_536):
                self._keep(words)

    def _keep(self, words: bytes) -> None:
        """The last lines, but for those that say which step of its start it is at."""
        *lines, rest = (self._words + words).split(b"\n")
        kept = []
        for line in lines:
            if line.startswith(_MARK):
                self._step = line.removeprefix(_MARK).decode(errors="replace").strip()[:80]
            else:
                kept.append(line)
        self._words = b"\n".join([*kept, rest])[-_WORDS_BYTES:]

    def _bury(self, process: subprocess.Popen[bytes], patience_s: float) -> None:
        """Kill what is left of it after ``patience_s``, wait for it, and note how it ended."""
        assert process.stdin is not None
        assert process.stdout is not None
        shared().unwatch(process.stdin.fileno(), process.stdout.fileno())
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
        kill_group(process.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GONE_S)
        process.stdin.close()
        process.stdout.close()
        self.exit_code = process.returncode
        self.ending = self._describe(process.returncode)

    def _describe(self, code: int | None) -> str:
        if code is None:
            how = "does not end"
        elif code < 0:
            how = f"was ended by signal {-code}"
        else:
            how = f"ended with exit code {code}"
        lines = [line for line in self._words.decode(errors="replace").splitlines() if line.strip()]
        return f"{how}; its last words: {' | '.join(lines[-4:])[-600:]}" if lines else how


def _nobody() -> None:
    """Told of the end of a process that was never started."""


def _sys_path() -> list[str]:
    """Where we look for modules, for the child to look in the same places; made absolute."""
    return [str(Path(entry).absolute()) if entry else str(Path.cwd()) for entry in sys.path]
