"""A person in front of the window of :mod:`tests.e2e.window.table`: sees what it tells, and moves a real
mouse and keyboard through X.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import chess

from scenes.views import chess as chess_view

ROOT = Path(__file__).parents[3]
PATIENCE_S = 40.0
SCREEN = "1000x700x24"
"""As large as the window, which then lies at its upper left corner."""

Seen = dict[str, Any]


class Person:
    """Waits for what should be seen, then acts."""

    def __init__(self, display: str, process: subprocess.Popen[str]) -> None:
        self.display, self.process = display, process
        self.seen: Seen = {}
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                self._lines.put(line)

    def until(self, wanted: Callable[[Seen], bool], patience_s: float = PATIENCE_S) -> Seen:
        """Wait until the screen shows what is wanted."""
        deadline = time.monotonic() + patience_s
        self._drain()
        while not self.seen or not wanted(self.seen):
            try:
                self.seen = json.loads(self._lines.get(timeout=max(0.0, deadline - time.monotonic())))
            except Empty:
                sentence = f"not seen within {patience_s:g} s; the screen shows {self.seen}"
                raise AssertionError(sentence) from None
        return self.seen

    def _drain(self) -> None:
        while not self._lines.empty():
            self.seen = json.loads(self._lines.get())

    def x(self, *words: str) -> None:
        environ = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *words], env=environ, check=True, timeout=PATIENCE_S)

    def click(self, *places: Sequence[int]) -> None:
        words: list[str] = []
        for x, y in places:
            words += ["mousemove", str(x), str(y), "click", "1"]
        self.x(*words)

    def drag(self, start: Sequence[int], end: Sequence[int]) -> None:
        middle = ((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
        self.x("mousemove", *map(str, start), "mousedown", "1", "mousemove", *map(str, middle))
        self.x("mousemove", *map(str, end), "mouseup", "1")

    def press(self, button: str) -> None:
        """Click a button by its words."""
        self.until(lambda seen: button in seen.get("buttons", {}))
        self.click(self.seen["buttons"][button])

    def pad(self, order: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()

    def turn(self, agent: str, tick: int) -> Seen:
        """Wait until ``agent`` may click, with ``tick`` steps made."""
        return self.until(
            lambda seen: (
                seen["screen"] == "match"
                and seen["active"] == agent
                and seen["can_click"]
                and seen["tick"] == tick
            )
        )

    def over(self) -> Seen:
        """Wait for the result and for its record to be verified."""
        return self.until(
            lambda seen: (
                seen["screen"] == "result"
                and "verified" in seen["verified"].lower().split(":")[0]
                and "to verify" not in seen["verified"]
            )
        )

    def chess_move(self, move: str, tick: int, agent: str, *, by_drag: bool = False) -> None:
        """Click (or drag) a move, with the piece of a promotion."""
        seen = self.turn(agent, tick)
        x, y, width, height = seen["pane"]
        board = chess_view.Board((width, height), flipped=seen["bottom"] == "player_1")
        start, end = (board.rect(chess.parse_square(move[at : at + 2])).center for at in (0, 2))
        places = [(x + point[0], y + point[1]) for point in (start, end)]
        if by_drag:
            self.drag(*places)
        else:
            self.click(*places)
        if len(move) == 5:
            self.until(lambda seen: seen.get("selected") == move[:4])
            rect = board.promotion_rects(chess.parse_square(move[2:4]))[move[4]]
            self.click((x + rect.centerx, y + rect.centery))
        self.until(
            lambda seen: seen["screen"] == "result" or seen["tick"] > tick or seen["phase"] != "playing"
        )


@contextmanager
def screen(xvfb: str) -> Iterator[str]:
    """A fresh X server; gives its DISPLAY."""
    read, write = os.pipe()
    command = [xvfb, "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        try:
            yield f":{number}"
        finally:
            server.terminate()


@contextmanager
def sitting_down(
    xvfb: str, home: Path, *words: str, window: str = "tests.e2e.window.table"
) -> Iterator[Person]:
    """A window with a match, and the person in front of it."""
    with screen(xvfb) as display:
        environ = {name: value for name, value in os.environ.items() if name != "SDL_VIDEODRIVER"}
        environ |= {"DISPLAY": display, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-P", "-m", window, str(home), *words]
        with subprocess.Popen(
            command, env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            person = Person(display, process)
            try:
                yield person
            finally:
                process.terminate()
                process.wait(PATIENCE_S)
                person._reader.join()
