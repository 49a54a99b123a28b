"""A process that steps its share of the copies of a game, for :class:`arena.games.vector.Spread`.

Started as ``python -m workers.game_copies``; commands come on standard input, answers leave on what was
standard output, arrays lie in shared memory. The process ends when its parent does: its standard input closes
then.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from arena.games.env_pipe import receive, send
from arena.games.vector.board import SharedBoard
from arena.games.vector.copies import Copies, make_env


def main() -> None:
    """Serve until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anybody prints goes to standard error
    serve(sys.stdin.buffer, answers)


def serve(commands: BinaryIO, answers: BinaryIO) -> None:
    """Carry out command after command; one that fails is answered with the reason."""
    copies: Copies | None = None
    while (command := receive(commands)) is not None:
        try:
            if copies is None:
                copies = _open(*command[1:])
            else:
                copies.run(command[0])
        except Exception as error:  # noqa: BLE001 - the parent is told, whatever it is
            send(answers, ("failed", f"{type(error).__name__}: {error}"))
        else:
            send(answers, ("done",))


def _open(name: str, options: Any, layout: Any, copies: int, path: str, first: int, last: int) -> Copies:
    board = SharedBoard(layout, copies, Path(path)).board.part(first, last)
    return Copies([make_env(name, options) for _ in range(first, last)], board)


if __name__ == "__main__":
    main()
