"""An engine as a program of its own: lines in, lines out, and nothing that can hold up the loop.

One thread reads what the engine says, stamps each line with the time it came and wakes the driver. Lines that
nobody waits for (a search's running commentary) are sifted out in that thread. A flood is slowed down by the
pipe, an endless line is dropped, a full input pipe is kept back; an engine that does not leave is killed with
all it started. Measured (shared/facts, "tournaments" 5): plain pipes cost a third of what an event loop per
engine does.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import subprocess
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from arena.processes import kill_group

_CHUNK_BYTES = 65_536
_LINE_BYTES_MAX = 1 << 20
_OUTBOX_BYTES_MAX = 1 << 20
_LINES_MAX = 4096
_LAST_WORDS_BYTES = 2000
_FLOOD_PAUSE_S = 0.001
_LEAVE_S = 0.5
"""How long an engine may take to leave after it was told to, before it is killed."""

_living: weakref.WeakSet[EngineProcess] = weakref.WeakSet()


class Line(NamedTuple):
    """One line of an engine, or its end."""

    at: float
    """When it came, on the driver's clock in seconds."""
    text: str | None
    """Without its line end; ``None``: there will be no more (see :attr:`EngineProcess.ending`)."""


class EngineProcess:
    """One running engine. All methods belong to the driver's thread.

    ``sift`` runs in the reading thread for every line (bytes, without its line end) and says whether to hand
    it over. Errors: ``OSError`` if the program cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        sift: Callable[[bytes], bool],
        wake: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self.ending = ""
        """Once it has ended: how, with its last words on stderr."""
        self._lines: deque[Line] = deque(maxlen=_LINES_MAX)
        self._sift, self._wake, self._clock = sift, wake, clock
        self._outbox = b""
        self._leaving = threading.Event()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is ours to handle, and a kill reaches its children too
        )
        self._stdin = self._fileno(self._process.stdin)
        os.set_blocking(self._stdin, False)
        self._bell, self._stop = os.pipe()
        self._thread = threading.Thread(
            target=self._read, name=f"engine-{Path(command[0]).name}", daemon=True
        )
        _living.add(self)
        self._thread.start()

    @staticmethod
    def _fileno(pipe: object) -> int:
        assert hasattr(pipe, "fileno")
        return int(pipe.fileno())

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, text: str) -> None:
        """Write one line. What a full pipe does not take now goes with the next :meth:`send` or
        :meth:`take`.
        """
        if not self._leaving.is_set() and len(self._outbox) < _OUTBOX_BYTES_MAX:
            self._outbox += text.encode() + b"\n"
            self._flush()

    def take(self) -> list[Line]:
        """The lines that came since the last call, oldest first."""
        if self._outbox:
            self._flush()
        taken = []
        while self._lines:
            taken.append(self._lines.popleft())
        return taken

    def close(self, farewell: str = "quit") -> None:
        """Tell it to leave and return at once; the reading thread sees it off, by force where need be."""
        if self._leaving.is_set():
            return
        self.send(farewell)
        os.write(self._stop, b"!")
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        self._leaving.set()  # last: from here on the reading thread may close what was written to

    def join(self, timeout_s: float) -> bool:
        """Wait for a closed engine to be gone; whether it is."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def kill(self) -> None:
        """End it and what it started, now."""
        kill_group(self._process.pid)

    def _flush(self) -> None:
        try:
            while self._outbox:
                self._outbox = self._outbox[os.write(self._stdin, self._outbox) :]
        except BlockingIOError:
            return
        except OSError:  # it closed its input or died; the reading thread tells
            self._outbox = b""

    # From here on: the reading thread.

    def _read(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        out, err = self._process.stdout.fileno(), self._process.stderr.fileno()
        splitter, last_words = LineSplitter(), b""
        poll = select.poll()
        for fd in (out, err, self._bell):
            poll.register(fd, select.POLLIN)
        try:
            while True:
                ready = {fd for fd, _ in poll.poll()}
                if self._bell in ready:
                    self._see_off(out)
                    return
                if err in ready:
                    words = os.read(err, _CHUNK_BYTES)
                    last_words = (last_words + words)[-_LAST_WORDS_BYTES:]
                    if not words:
                        poll.unregister(err)
                if out in ready:
                    chunk = os.read(out, _CHUNK_BYTES)
                    if not chunk:
                        self._end(last_words + self._rest_of(err))
                        return
                    self._hand_over(splitter.feed(chunk))
                    if len(chunk) == _CHUNK_BYTES:
                        time.sleep(
                            _FLOOD_PAUSE_S
                        )  # leave the interpreter to the loop; the pipe holds the engine
        finally:
            self._clean_up()

    def _hand_over(self, lines: Sequence[bytes]) -> None:
        now, sift = self._clock(), self._sift
        kept = [Line(now, line.decode(errors="replace")) for line in lines if sift(line)]
        if kept:
            self._lines.extend(kept)
            self._wake()

    def _end(self, last_words: bytes) -> None:
        """Its output has ended: say how, and make sure that it has ended altogether."""
        try:
            code = self._process.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:
            self.ending = "closed its output"
        else:
            self.ending = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        words = last_words.decode(errors="replace").strip().splitlines()
        if words:
            self.ending += f" (last words: {words[-1][:200]})"
        self._lines.append(Line(self._clock(), None))
        self._wake()

    @staticmethod
    def _rest_of(err: int) -> bytes:
        os.set_blocking(err, False)
        with contextlib.suppress(OSError):
            return os.read(err, _CHUNK_BYTES)
        return b""

    def _see_off(self, out: int) -> None:
        """Drain it until it has left or its time is up, so that a full pipe keeps nobody from leaving."""
        deadline = time.monotonic() + _LEAVE_S
        while (left_s := deadline - time.monotonic()) > 0:
            if not select.select([out], [], [], left_s)[0] or not os.read(out, _CHUNK_BYTES):
                break
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))

    def _clean_up(self) -> None:
        self.kill()
        self._process.wait()
        _living.discard(self)
        self._leaving.wait()  # the driver's thread may still write to these
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
        os.close(self._bell)
        os.close(self._stop)


class LineSplitter:
    """Cuts a stream of bytes into lines; a line longer than a megabyte is dropped whole."""

    def __init__(self) -> None:
        self._rest = b""
        self._dropping = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that ``chunk`` completes, without their ends (LF or CR LF)."""
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = self._rest + lines[0]
            if self._dropping:
                del lines[0]
            self._rest, self._dropping = rest, False
        elif not self._dropping:
            self._rest += rest
        if len(self._rest) > _LINE_BYTES_MAX:
            self._rest, self._dropping = b"", True
        return [line.rstrip(b"\r") for line in lines]


@atexit.register
def _kill_all() -> None:
    """Leave no engine behind when the interpreter ends without closing its controllers."""
    for engine in list(_living):
        engine.kill()
