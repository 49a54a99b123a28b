"""Starts a server of the tests as a real process and ends it again."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arena.home import ipc_endpoint
from arena.processes import module_command


@dataclass(frozen=True)
class Served:
    """A server that runs: where, and as which process."""

    endpoint: str
    process: subprocess.Popen[str]


@contextlib.contextmanager
def served(how: str = "good", *, after: int = 0, endpoint: str = "", wants: str = "") -> Iterator[Served]:
    """Run the server that misbehaves as ``how`` says (a word of ``fault.FAULTS``) while the block runs.

    ``after`` answers of each session are good. Without an ``endpoint`` it listens on a socket of its own in
    the runtime folder of the test.
    """
    where = endpoint or ipc_endpoint(f"server-{secrets.token_hex(4)}")
    words = [where, "--how", how, "--after", str(after), "--wants", wants]
    process = subprocess.Popen(
        module_command("tests.players.servers.server", *words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", f"the {how} server did not start"
        yield Served(where, process)
    finally:
        process.kill()
        process.communicate()
