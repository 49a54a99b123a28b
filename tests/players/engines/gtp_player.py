"""A GTP engine that misbehaves on demand: ``gtp_player.py [FAULT[@N]] [--once FILE]``.

Plays the first free point from A1 on. The fault happens at the N-th ``genmove`` (1 if not given). With
``--once`` it happens in one process only: the first to create FILE. Commands go to the file named by
GTP_PLAYER_LOG, if set.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

COLUMNS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
BASIC = ["name", "version", "list_commands", "quit"]
COMMANDS = [*BASIC, "boardsize", "clear_board", "komi", "play", "genmove", "time_settings", "time_left"]


def sleep_for_ever() -> None:
    while True:
        time.sleep(60)


class Player:
    """One process of the engine."""

    def __init__(self, argv: list[str]) -> None:
        self.fault, self.at = due(argv)
        self.size = 19
        self.taken: set[str] = set()
        self.moves = 0
        self.commands = [*COMMANDS, "level"] if self.fault == "level" else COMMANDS

    def run(self) -> None:
        if self.fault == "silent":
            sleep_for_ever()
        for line in sys.stdin:
            note(line)
            number, word, *arguments = line.split()
            if word not in self.commands:
                answer(f"?{number} unknown command")
                continue
            answer(f"={number} {self.obey(word, arguments)}")
            if word == "quit":
                return

    def obey(self, word: str, arguments: list[str]) -> str:
        if word == "list_commands":
            return "\n".join(self.commands)
        if word == "boardsize":
            self.size = int(arguments[0])
        elif word == "clear_board":
            self.taken.clear()
        elif word == "play":
            self.taken.add(arguments[1])
        elif word == "genmove":
            return self.move()
        return {"name": "Player", "version": "1.0"}.get(word, "")

    def move(self) -> str:
        self.moves += 1
        if self.moves == self.at:
            if self.fault == "die":
                sys.exit("no territory left")
            if self.fault == "hang":
                sleep_for_ever()
            if self.fault == "chatter":
                sys.stdout.write("reading a ladder\n" * 50_000)
            if self.fault == "slow":
                time.sleep(0.3)
            if self.fault in {"Z99", "resign", "PASS", "taken"}:
                return min(self.taken) if self.fault == "taken" else self.fault
        free = (f"{c}{r}" for r in range(1, self.size + 1) for c in COLUMNS[: self.size])
        vertex = next((point for point in free if point not in self.taken), "pass")
        self.taken.add(vertex)
        return vertex.lower()


def answer(text: str) -> None:
    sys.stdout.write(text + "\n\n")
    sys.stdout.flush()


def due(argv: list[str]) -> tuple[str, int]:
    """The fault of this process and the ``genmove`` at which it happens."""
    if "--once" in argv:
        try:
            Path(argv[argv.index("--once") + 1]).touch(exist_ok=False)
        except FileExistsError:
            return "", 0
    fault, _, number = (argv[0] if argv else "").partition("@")
    return fault, int(number or 1)


def note(line: str) -> None:
    if "GTP_PLAYER_LOG" in os.environ:
        with Path(os.environ["GTP_PLAYER_LOG"]).open("a") as log:
            log.write(line)


if __name__ == "__main__":
    Player(sys.argv[1:]).run()
