"""A UCI engine that misbehaves on demand: ``uci_player.py [FAULT[@N]] [--once FILE]``.

Plays the alphabetically first legal move. The fault happens at the N-th ``go`` (1 if not given), or at the
start for ``die-at-start``, ``no-uciok`` and ``deaf``. With ``--once`` it happens in one process only: the
first to create FILE. What it was told goes to the file named by UCI_PLAYER_LOG, if that is set.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import chess

OPTIONS = """\
option name Hash type spin default 16 min 1 max 1024
option name Threads type spin default 1 min 1 max 8
option name Clear Hash type button
option name Style type combo default Solid var Solid var Wild Attack
option name Use Book type check default true
option name Book File type string default <empty>
"""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def sleep_for_ever() -> None:
    while True:
        time.sleep(60)


def die() -> None:
    sys.stderr.write("warming up\nassertion failed: king is missing\n")
    sys.stderr.flush()
    os._exit(3)


def segfault() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def close_stdout() -> None:
    os.close(1)
    sleep_for_ever()


def hang() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleep_for_ever()


def flood() -> None:
    lines = b"info depth 7 score cp 31 nodes 1 nps 1 pv e2e4\n" * 2000
    for _ in range(200):
        sys.stdout.buffer.write(lines)


def chatter() -> None:
    sys.stdout.write("readyok\n" * 20_000)


def huge_line() -> None:
    sys.stdout.buffer.write(b"info string " + b"x" * 5_000_000 + b"\n")


def ignore_stop() -> None:
    while "stop" not in sys.stdin.readline():
        pass
    time.sleep(0.2)


FAULTS = {
    "die": die,
    "segfault": segfault,
    "close-stdout": close_stdout,
    "hang": hang,
    "flood": flood,
    "chatter": chatter,
    "huge-line": huge_line,
    "ignore-stop": ignore_stop,
}
ANSWERS = {
    "illegal": "bestmove e1e8",
    "garbage": "bestmove \x00\u2654",
    "none": "bestmove (none)",
    "empty": "bestmove",
}


class Player:
    """One process of the engine."""

    def __init__(self, argv: list[str]) -> None:
        self.fault, self.at = due(argv)
        self.board = chess.Board()
        self.searches = 0

    def run(self) -> None:
        if self.fault == "die-at-start":
            sys.exit("cannot load the network")
        if self.fault == "deaf":
            say(f"id name Player\n{OPTIONS}uciok\nreadyok")
        if self.fault in {"deaf", "no-uciok"}:
            sleep_for_ever()
        for line in sys.stdin:
            note(line)
            word, _, rest = line.strip().partition(" ")
            if word == "quit":
                break
            self.hear(word, rest)
        if self.fault == "slow-quit":
            sleep_for_ever()

    def hear(self, word: str, rest: str) -> None:
        if word == "uci":
            say(f"id name Player {self.fault}\nid author nobody\n{OPTIONS}uciok")
        elif word == "isready":
            say("readyok")
        elif word == "position":
            self.board = position(rest)
        elif word == "go":
            self.search()

    def search(self) -> None:
        self.searches += 1
        if self.searches == self.at:
            FAULTS.get(self.fault, lambda: None)()
            if self.fault in ANSWERS:
                say(ANSWERS[self.fault])
                return
        move = min(move.uci() for move in self.board.legal_moves)
        say(f"info depth 3 score cp {-35 if self.board.turn else 12} nps 1000 pv {move}")
        say(f"bestmove {move} ponder a1a1")


def due(argv: list[str]) -> tuple[str, int]:
    """The fault of this process and the ``go`` at which it happens."""
    if "--once" in argv:
        try:
            Path(argv[argv.index("--once") + 1]).touch(exist_ok=False)
        except FileExistsError:
            return "", 0
    fault, _, number = (argv[0] if argv else "").partition("@")
    return fault, int(number or 1)


def note(line: str) -> None:
    if "UCI_PLAYER_LOG" in os.environ:
        with Path(os.environ["UCI_PLAYER_LOG"]).open("a") as log:
            log.write(line)


def position(text: str) -> chess.Board:
    start, _, moves = text.partition(" moves ")
    board = chess.Board() if start.startswith("startpos") else chess.Board(start.removeprefix("fen "))
    for move in moves.split():
        board.push_uci(move)
    return board


if __name__ == "__main__":
    Player(sys.argv[1:]).run()
