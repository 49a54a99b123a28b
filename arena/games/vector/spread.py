"""Copies of one game spread over processes that share the arrays."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from arena.errors import GameError
from arena.games.env_pipe import receive, send
from arena.games.vector.board import SharedBoard
from arena.games.vector.copies import VectorGame, layout_of, make_env
from arena.processes import module_command

_CLOSE_S = 2.0


class Spread(VectorGame):
    """Each process steps its share of the copies; a step is over when all are.

    A process that dies or a game that raises is a :class:`GameError`, and closes all.
    """

    def __init__(self, name: str, copies: int, processes: int, options: Mapping[str, Any]) -> None:
        """Raises :class:`arena.errors.OptionError` for options the game does not have."""
        env = make_env(name, options)  # of our own, for the spaces; wrong options are told of here
        layout = layout_of(env)
        shared = SharedBoard(layout, copies)
        super().__init__(env, copies, shared.board)
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            for number in range(processes):
                first, last = copies * number // processes, copies * (number + 1) // processes
                process = _start()
                self._processes.append(process)
                message = ("open", name, dict(options), layout, copies, str(shared.path), first, last)
                send(cast("BinaryIO", process.stdin), message)
            self._wait()
        except BaseException:
            self.close()
            raise
        finally:
            shared.path.unlink(missing_ok=True)

    @property
    def pids(self) -> list[int]:
        """The processes."""
        return [process.pid for process in self._processes]

    def run(self, command: str) -> None:
        """See :class:`VectorGame`."""
        if not self._processes:
            raise GameError("these copies are closed")
        if command == "step":
            self.pushes()  # what is no action is told of here, before a process fails at it
        for process in self._processes:
            with contextlib.suppress(OSError):  # who is gone is told of by what it does not answer
                send(cast("BinaryIO", process.stdin), (command,))
        self._wait()

    def _wait(self) -> None:
        problems = []
        for number, process in enumerate(self._processes):
            answer = receive(cast("BinaryIO", process.stdout))
            if answer is None:
                problems.append(f"process {number} of the copies died with exit code {process.wait()}")
            elif answer[0] == "failed":
                problems.append(str(answer[1]))
        if problems:
            self.close()
            raise GameError("; ".join(dict.fromkeys(problems)))

    def close(self) -> None:
        """End the processes. Safe to call twice."""
        processes, self._processes = self._processes, []
        for process in processes:
            with contextlib.suppress(OSError):
                cast("BinaryIO", process.stdin).close()
        for process in processes:
            try:
                process.wait(_CLOSE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            cast("BinaryIO", process.stdout).close()


def _start() -> subprocess.Popen[bytes]:
    environment = dict(os.environ, PYGAME_HIDE_SUPPORT_PROMPT="1", SDL_VIDEODRIVER="dummy")
    for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # a process is one core's share already
        environment.setdefault(library, "1")
    return subprocess.Popen(
        module_command("workers.game_copies"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
