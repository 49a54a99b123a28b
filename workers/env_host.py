"""The environment process: steps and renders one environment for an
:class:`arena.games.process_host.ProcessHost`.

Started as ``python -m workers.env_host``; commands come on standard input, answers leave on what was standard
output; whatever the environment prints goes to standard error. A result leaves before its picture is drawn,
and no picture is drawn while a command is waiting, unless the last one is old. The process ends when its
parent does: its standard input closes then.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO

from arena.errors import ArenaError
from arena.games.env_pipe import receive, send
from arena.games.local_host import LocalHost
from arena.games.rendering import Camera

FRAME_AGE_MAX_S = 0.2
"""When steps come faster than pictures can be drawn, one is drawn at least this often."""
LAST_WORDS_S = 2.0
"""A step that is under way when the parent is gone gets this long."""


class EnvProcess:
    """One environment and its camera."""

    def __init__(self, commands: SimpleQueue[tuple[Any, ...] | None], answers: BinaryIO) -> None:
        self._commands = commands
        self._answers = answers
        self._host: LocalHost | None = None
        self._camera: Camera | None = None
        self._camera_env: Any = None
        self._ring: Any = None
        self._drawn_at = float("-inf")
        self._known: set[str] = set()

    def run(self) -> None:
        """Make the environment, then serve until told to close or until the parent is gone."""
        try:
            while (command := self._commands.get()) is not None and command[0] != "close":
                if not self._serve(*command):
                    return
        finally:
            if self._camera is not None:
                self._camera.close()
            if self._host is not None:
                self._host.close()

    def _serve(self, kind: str, *arguments: Any) -> bool:
        """Carry out one command; false if there is nothing to go on with."""
        try:
            if kind == "make":
                self._make(*arguments)
                return True
            self._step(kind, *arguments)
        except ArenaError as error:
            send(self._answers, ("failed", str(error)))
            return self._host is not None
        if self._commands.empty() or time.monotonic() - self._drawn_at > FRAME_AGE_MAX_S:
            self._draw()
        return True

    def _make(self, entry: Any, options: Any) -> None:
        host = self._host = LocalHost(entry, options)
        self._known.update(host.possible_agents)
        send(
            self._answers, ("ready", host.paradigm, host.possible_agents, self._spaces(host.possible_agents))
        )

    def _step(self, kind: str, argument: Any) -> None:
        assert self._host is not None
        submit: dict[str, Callable[[Any], None]] = {
            "reset": self._host.submit_reset,
            "step": self._host.submit_step,
            "undo": self._host.submit_undo,
        }
        submit[kind](argument)
        result = self._host.poll()
        assert result is not None
        joined = tuple(agent for agent in result.alive if agent not in self._known)
        self._known.update(joined)
        verdict = None if result.alive else self._host.verdict()
        send(self._answers, ("result", result, verdict, self._spaces(joined)))

    def _spaces(self, agents: tuple[str, ...]) -> dict[str, tuple[Any, Any]]:
        assert self._host is not None
        return {
            agent: (self._host.observation_space(agent), self._host.action_space(agent)) for agent in agents
        }

    def _draw(self) -> None:
        """Draw the newest state. A game that cannot be drawn now is played on all the same, and says why."""
        assert self._host is not None
        env = self._host.env
        if self._camera is None or env is not self._camera_env:
            if self._camera is not None:
                self._camera.close()
            self._camera, self._camera_env, self._ring = Camera(env.render), env, None
        try:
            with self._host.guard:
                ring = self._camera.shoot()
        except Exception as error:  # noqa: BLE001 - environments fail in their own ways, and pictures are not the game
            send(self._answers, ("frame", f"{type(error).__name__}: {error}"))
            return
        finally:
            self._drawn_at = time.monotonic()
        if ring is not None and ring is not self._ring:
            self._ring = ring
            send(self._answers, ("frames", ring.path, ring.height, ring.width))
        send(self._answers, ("frame", None))


def main() -> None:
    """Take over standard input and output, then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    commands: SimpleQueue[tuple[Any, ...] | None] = SimpleQueue()
    # A stream of the thread's own: the interpreter aborts at its end if a thread still reads from sys.stdin.
    stream = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    threading.Thread(target=_listen, args=(stream, commands), daemon=True).start()
    try:
        EnvProcess(commands, answers).run()
    except BrokenPipeError:
        os._exit(0)  # nobody is left to answer


def _listen(stream: BinaryIO, commands: SimpleQueue[tuple[Any, ...] | None]) -> None:
    """Put commands in the queue; when they end, see to it that the process does."""
    while (command := receive(stream)) is not None:
        commands.put(command)
    commands.put(None)
    time.sleep(LAST_WORDS_S)
    os._exit(1)


if __name__ == "__main__":
    main()
