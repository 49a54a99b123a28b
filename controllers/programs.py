"""Finds the programs that play, and says how to get one that is missing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from arena.errors import MissingPartError, SeatError

_ALSO_IN = ("/usr/games", "/usr/local/games", "/opt/homebrew/bin")
"""Where systems put games that a root's or a desktop launcher's PATH does not name."""


def find_program(name: str) -> str | None:
    """The path of an executable, looked for as the shell would and where games live; ``None`` if there is
    none.
    """
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_ALSO_IN))
    return shutil.which(Path(name).expanduser() if os.sep in name else name, path=path)


def need_program(name: str, packages: Sequence[str] = ()) -> str:
    """The path of an executable.

    Errors: :class:`MissingPartError` with the command that installs it, or, for a path, what is wrong with
    it.
    """
    found = find_program(name)
    if found is not None:
        return found
    path = Path(name).expanduser()
    if path.is_dir():
        raise SeatError(f"engine {name!r} is a folder; name the program in it")
    if path.exists():
        raise SeatError(f"engine {name!r} is not executable; `chmod +x {name}` makes it so")
    if os.sep in name:
        raise SeatError(f"engine {name!r} does not exist; give the path of a program, or a name on the PATH")
    package = packages[0] if packages else name
    raise MissingPartError(
        f"engine {name!r} is not installed; `{install_command(package)}` installs it, or name its path"
    )


def install_command(package: str) -> str:
    """The command that installs ``package`` on this kind of system."""
    if sys.platform == "darwin":
        return f"brew install {package.replace('gnugo', 'gnu-go')}"
    return f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install {package}"
