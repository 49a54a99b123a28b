"""What `arena match` shows at a terminal while it waits and plays."""

from __future__ import annotations

import os
import pty
import subprocess
from contextlib import suppress

from arena.home import ipc_endpoint
from tests.e2e.headless.shell import command, environment


def shown(*words: str, columns: int = 400) -> str:
    """All that stood on the terminal's line, one after the other; the report goes elsewhere."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command("match", *words),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment(COLUMNS=str(columns)),
    )
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # EIO: the other end was closed
        while part := os.read(ours, 65_536):
            seen += part
    os.close(ours)
    process.wait()
    return seen.decode()


def test_who_is_waited_for_is_named_at_the_terminal() -> None:
    nobody = ipc_endpoint("nobody")
    line = shown("tictactoe", f"player_1=policy:{nobody}", "player_2=random", "--ready-timeout", "1")
    assert f"waiting for player_1 (policy:{nobody}): no policy server at {nobody} yet" in line
    assert "player_2" not in line


def test_a_long_line_is_cut_to_the_terminal_and_wiped_away() -> None:
    nobody = ipc_endpoint("nobody")
    words = ("tictactoe", f"*=policy:{nobody}", "--ready-timeout", "1")
    lines = shown(*words, columns=50).split("\r")
    assert max(map(len, lines)) == 49
    assert any(line.endswith("\N{HORIZONTAL ELLIPSIS}") for line in lines)
    assert lines[-2].strip() == ""
    assert lines[-1] == ""


def test_progress_follows() -> None:
    assert "of 3000, tick" in shown("tictactoe", "*=random", "--episodes", "3000", "--no-record")
