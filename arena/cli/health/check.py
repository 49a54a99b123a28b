"""One finding of the doctor."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "note", "fail"]
"""`ok`: there and working. `note`: Arena plays without it. `fail`: something Arena needs is missing or
broken."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    topic: str
    """The heading it stands under: `python`, `packages`, `games`, ..."""
    name: str
    status: Status
    detail: str
    fix: str = ""
    """What to do, a command where there is one; empty where nothing need be done."""


def install_command(debian: str, homebrew: str) -> str:
    """Say how this system installs a program, given its package's name at Debian and at Homebrew."""
    if sys.platform == "darwin":
        return f"brew install {homebrew}"
    if shutil.which("apt-get"):
        return f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install {debian}"
    return f"install {debian} with your package manager"
