"""Runs `arena` as a person at a terminal would: a process with an exit code and two streams of text."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.processes import module_command

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Ran:
    """One command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command(*words: str) -> list[str]:
    """The command line of `arena WORDS...`; bots and games of the tests are found from its folder."""
    return module_command("arena", *words)


def environment(**changes: str) -> dict[str, str]:
    """The environment of the test (its own home and runtime folder), with the checkout on the path."""
    return {**os.environ, "PYTHONPATH": str(Path.cwd()), **changes}


def arena(*words: str, env: Mapping[str, str] | None = None) -> Ran:
    """Run `arena WORDS...` to its end."""
    done = subprocess.run(
        command(*words),
        env={**environment(), **(env or {})},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def started(*words: str, env: Mapping[str, str] | None = None, **popen: Any) -> subprocess.Popen[str]:
    """Start `arena WORDS...` and leave it running."""
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen}
    return subprocess.Popen(command(*words), env={**environment(), **(env or {})}, text=True, **streams)


def records(home: Path | None = None) -> list[Path]:
    """The record files of a home, oldest first."""
    return sorted(((home or Path(os.environ["ARENA_HOME"])) / "records").glob("*.arena"))


def verified(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """What `arena record verify --json` says of these records, in a process of its own."""
    ran = arena("record", "verify", "--json", *map(str, paths))
    assert ran.out, ran.err
    return list(ran.json)
