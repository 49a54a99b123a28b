"""A host whose environment lives, and draws, in a process of its own."""

from __future__ import annotations

import contextlib
import copy
import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, cast

from gymnasium import spaces

from arena.errors import GameError
from arena.games.contract import Frame, Paradigm, StepResult, Viewer
from arena.games.entry import CatalogEntry
from arena.games.env_pipe import receive, send
from arena.games.frames import FrameReader
from arena.games.local_host import control_label
from arena.processes import kill_group, module_command

START_TIMEOUT_S = 60.0
"""Importing a family of games for the first time takes seconds on a cold disk."""
CLOSE_TIMEOUT_S = 1.0
_LAST_WORDS = 12
_PIPE_BYTES = 1 << 20


class ProcessHost:
    """Steps and renders one environment in ``workers.env_host``.

    Returns at once; the process starts meanwhile. Whatever needs the environment itself (its agents, its
    spaces) waits for it. Two threads listen to the process; ``wake`` is called from one of them. Errors: a
    factory that refuses, an environment that raises and a process that dies each raise
    :class:`arena.errors.GameError`, from ``poll`` once it was asked for something.
    """

    def __init__(self, entry: CatalogEntry, options: Mapping[str, Any]) -> None:
        self.entry = entry
        self.game_id = entry.id
        self._news = threading.Condition()
        self._wake: Callable[[], None] | None = None
        self._ready: tuple[Paradigm, tuple[str, ...]] | None = None
        self._spaces: dict[str, tuple[spaces.Space[Any], spaces.Space[Any]]] = {}
        self._result: StepResult | None = None
        self._verdict: tuple[str, str] | None = None
        self._failure: str | None = None
        self._pending = False
        self._gone = False
        self._closed = False
        self._ring: FrameReader | None = None
        self._frame: Frame | None = None
        self._unseen: str | None = None
        self._said: deque[str] = deque(maxlen=_LAST_WORDS)
        self._process = _start()
        self._threads = [
            threading.Thread(target=self._listen, name=f"env-host {entry.id}", daemon=True),
            threading.Thread(target=self._overhear, name=f"env-host {entry.id} stderr", daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self._send("make", entry, dict(options))

    @property
    def paradigm(self) -> Paradigm:
        """See :class:`arena.games.contract.Host`."""
        return self._wait_ready()[0]

    @property
    def possible_agents(self) -> tuple[str, ...]:
        """See :class:`arena.games.contract.Host`."""
        return self._wait_ready()[1]

    @property
    def pid(self) -> int:
        """The environment process."""
        return self._process.pid

    @property
    def unseen(self) -> str | None:
        """Why the newest state could not be drawn, if it could not."""
        return self._unseen

    def ready(self) -> bool:
        """Whether the environment is made (or has failed to be): nothing waits any more."""
        with self._news:
            return self._ready is not None or self._failure is not None or self._gone

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """See :class:`arena.games.contract.Host`."""
        return self._space(agent, 0)

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """See :class:`arena.games.contract.Host`."""
        return self._space(agent, 1)

    def set_waker(self, wake: Callable[[], None] | None) -> None:
        """See :class:`arena.games.contract.Host`."""
        self._wake = wake

    def submit_reset(self, seed: int) -> None:
        """Start an episode."""
        self._submit("reset", seed)

    def submit_step(self, actions: Mapping[str, Any]) -> None:
        """Step."""
        self._submit("step", dict(actions))

    def submit_undo(self, steps: int) -> None:
        """Go back ``steps`` steps."""
        self._submit("undo", steps)

    def poll(self) -> StepResult | None:
        """The result of the last ``submit_*``, once; ``None`` while it is under way."""
        with self._news:
            if self._failure is not None and self._pending:
                failure, self._failure, self._pending = self._failure, None, False
                raise GameError(failure)
            if self._result is None and self._pending and self._gone:
                self._pending = False
                raise GameError(self._obituary())
            result, self._result = self._result, None
            if result is not None:
                self._pending = False
            return result

    def state(self) -> Any:
        """``None``: the state stays where the environment is."""
        return None

    def position(self) -> dict[str, Any] | None:
        """``None``, see :meth:`state`."""
        return None

    def snapshot(self, viewer: Viewer) -> dict[str, Any] | None:
        """``None``: there are frames."""
        return None

    def frame(self) -> Frame | None:
        """The newest picture; the same object until there is a newer one."""
        with self._news:
            ring = self._ring
            if ring is not None:
                newer = ring.newest(self._frame.number if self._frame is not None else 0)
                if newer is not None:
                    self._frame = newer
            return self._frame

    def verdict(self) -> tuple[str, str] | None:
        """See :class:`arena.games.contract.Host`."""
        return self._verdict

    def label(self, agent: str, action: Any) -> str:
        """The label of the control that stands for ``action``, else the action itself."""
        return control_label(self.entry, agent, action)

    def close(self) -> None:
        """End the process, gently and then not, with all it started. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError, ValueError):
            send(cast("Any", self._process.stdin), ("close",))
        with contextlib.suppress(OSError):
            cast("IO[bytes]", self._process.stdin).close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE_TIMEOUT_S)
        kill_group(self._process.pid)  # what the environment started holds our pipes open
        self._process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdout, self._process.stderr):
            cast("IO[bytes]", stream).close()
        with self._news:
            if self._ring is not None:
                self._ring.close()
                self._ring = None

    def _submit(self, kind: str, argument: Any) -> None:
        with self._news:
            self._result, self._verdict, self._pending = None, None, True
        self._send(kind, argument)

    def _send(self, *message: Any) -> None:
        if self._closed:
            raise GameError(f"{self.game_id} is closed")
        with contextlib.suppress(OSError):  # the process is gone: the listener finds out and poll says so
            send(cast("Any", self._process.stdin), message)

    def _space(self, agent: str, which: int) -> spaces.Space[Any]:
        self._wait_ready()
        if agent not in self._spaces:
            raise GameError(f"{self.game_id} has no agent {agent!r}; it has {', '.join(self._spaces)}")
        return copy.deepcopy(self._spaces[agent][which])

    def _wait_ready(self) -> tuple[Paradigm, tuple[str, ...]]:
        with self._news:
            if not self._news.wait_for(
                lambda: self._ready is not None or self._failure is not None or self._gone, START_TIMEOUT_S
            ):
                raise GameError(f"{self.game_id} did not start within {START_TIMEOUT_S:g} s")
            if self._ready is None:
                raise GameError(self._failure or self._obituary())
            return self._ready

    def _obituary(self) -> str:
        """How the process ended, with the last it said."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE_TIMEOUT_S)
        code = self._process.returncode
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        said = " | ".join(self._said)
        return (
            f"the process of {self.game_id} died ({how}){f': {said}' if said else ''}; start the match again"
        )

    def _listen(self) -> None:
        """The listening thread: take in what the process answers until it ends."""
        stream = cast("Any", self._process.stdout)
        try:
            while (message := receive(stream)) is not None:
                with self._news:
                    self._take(message)
                    self._news.notify_all()
                self._call()
        finally:  # whatever went wrong, nobody may wait for ever
            with self._news:
                self._gone = True
                self._news.notify_all()
            self._call()

    def _take(self, message: tuple[Any, ...]) -> None:
        kind = message[0]
        if kind == "result":
            self._result, self._verdict = message[1], message[2]
            self._spaces.update(message[3])
        elif kind == "ready":
            self._ready = (message[1], message[2])
            self._spaces.update(message[3])
        elif kind == "failed":
            self._failure = message[1]
        elif kind == "frame":
            self._unseen = message[1]
        elif kind == "frames":
            self._open_ring(Path(message[1]), message[2], message[3])

    def _open_ring(self, path: Path, height: int, width: int) -> None:
        """Frames come in a new ring from now on."""
        if self._ring is not None:
            self._ring.close()
        self._ring = self._frame = None
        with contextlib.suppress(
            FileNotFoundError
        ):  # given up already: the size has changed once more, or it died
            self._ring = FrameReader(path, height, width)

    def _call(self) -> None:
        wake = self._wake
        if wake is not None:
            wake()

    def _overhear(self) -> None:
        """Keep the last lines of standard error, for when it dies."""
        for line in cast("IO[bytes]", self._process.stderr):
            text = line.decode(errors="replace").strip()
            if text:
                self._said.append(text)


def _start() -> subprocess.Popen[bytes]:
    """Start the process, without screen and sound: what its environment opens, nobody sees."""
    environment = dict(
        os.environ, SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy", PYGAME_HIDE_SUPPORT_PROMPT="1"
    )
    environment.setdefault("OMP_NUM_THREADS", "1")
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    process = subprocess.Popen(
        module_command("workers.env_host"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,  # Ctrl-C is ours to handle, and a kill reaches what it started
    )
    _widen(cast("IO[bytes]", process.stdout))
    return process


def _widen(pipe: IO[bytes]) -> None:
    """Let a whole step of picture observations fit into the pipe, where the system can (Linux)."""
    try:
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except (ImportError, AttributeError, OSError):
        return
