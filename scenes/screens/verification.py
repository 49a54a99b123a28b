"""Plays a record again in a process of its own, so that the window keeps its frames, and says what came of
it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from arena.processes import module_command
from scenes.screens.job import Job


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    good: bool
    text: str
    """A sentence."""


class Verification:
    """Runs from the moment it is made; ask `verdict` each frame, and `close` it."""

    def __init__(self, path: Path, wake: Callable[[], None]) -> None:
        self.path = path
        self._process = subprocess.Popen(
            module_command("arena", "record", "verify", "--json", str(path)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._job = Job(self._wait, wake)

    @property
    def verdict(self) -> Verdict | None:
        """What was found; ``None`` while it goes on."""
        return self._job.result() if self._job.done else None

    def close(self) -> None:
        """Stop it, if it still runs."""
        self._process.kill()
        self._job.close()

    def _wait(self) -> Verdict:
        out, complaint = self._process.communicate()
        try:
            (report,) = json.loads(out)
        except (ValueError, TypeError):
            last = complaint.strip().splitlines()[-1:] or ["the verification was stopped"]
            return Verdict(good=False, text=last[0])
        if report["ok"]:
            cut = ", the part that was written" if report["status"] == "unfinished" else ""
            ticks = f"{report['ticks']} ticks" if report["ticks"] != 1 else "1 tick"
            return Verdict(good=True, text=f"Verified{cut}: {ticks} played again, everything agrees")
        return Verdict(good=False, text=str(report["problem"]))
