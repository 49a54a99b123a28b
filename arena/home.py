"""The folders that Arena keeps its things in: the home, for what lasts, and the runtime folder, for sockets.

The home is one folder that can be moved or copied whole, since records name everything by id::

    home.toml         which schema the folder has
    arena.db          the league (SQLite, unless a URL says otherwise)
    records/          one file a match
    runs/ videos/ logs/
    keys/             CURVE keys
    settings.toml     bindings, audio, display

Both folders are readable by their owner alone (mode 0700): records hold hidden hands, keys hold secrets, and
whoever can write to the runtime folder can speak for a seat.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from arena import __version__
from arena.errors import HomeError

SCHEMA = 1
"""The layout that this version writes; a home with a higher number is refused."""

IPC_PATH_MAX = 107
"""Longest path of a Unix socket on Linux in bytes: `sun_path` is 108 with its closing zero (unix(7))."""

_STAMP = "home.toml"
_FOLDERS = ("records", "runs", "videos", "keys", "logs")


@dataclass(frozen=True, slots=True)
class Home:
    """The paths inside one home; every folder among them exists."""

    root: Path

    @property
    def db_path(self) -> Path:
        """The league's SQLite file."""
        return self.root / "arena.db"

    @property
    def settings_path(self) -> Path:
        """The settings file, which may not exist yet."""
        return self.root / "settings.toml"

    @property
    def records_dir(self) -> Path:
        """Where the files of matches lie, `<ulid>.arena`."""
        return self.root / "records"

    @property
    def runs_dir(self) -> Path:
        """Where each training run has a folder."""
        return self.root / "runs"

    @property
    def videos_dir(self) -> Path:
        """Where videos are written."""
        return self.root / "videos"

    @property
    def keys_dir(self) -> Path:
        """Where the CURVE keys lie."""
        return self.root / "keys"

    @property
    def logs_dir(self) -> Path:
        """Where the processes we start write what they say."""
        return self.root / "logs"


def arena_home(explicit: Path | None = None) -> Home:
    """Open the home, making it if it is not there yet.

    It is `explicit` (what --home gave), else ARENA_HOME, else the platform's folder for user data. Raises
    HomeError if the folder belongs to someone else, cannot be written, holds other things, or was made by a
    newer Arena.
    """
    root = home_path(explicit)
    try:
        _claim(root)
        for name in _FOLDERS:
            (root / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise HomeError(
            f"cannot use {root} as Arena's home: {error.strerror or error}; "
            "name another with --home or ARENA_HOME"
        ) from error
    return Home(root)


def home_path(explicit: Path | None = None) -> Path:
    """Say where the home is, without making or checking it; the rule is `arena_home`'s."""
    named = explicit or os.environ.get("ARENA_HOME")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("arena", appauthor=False))


def runtime_dir() -> Path:
    """Open the folder for sockets and endpoint files, making it if it is not there yet.

    It is `arena` in XDG_RUNTIME_DIR, else `arena-<uid>` in the folder for temporary files. Since that one is
    open to everybody, the folder must be a real folder, ours, and closed to others. Raises HomeError where it
    is not.
    """
    base = os.environ.get("XDG_RUNTIME_DIR")
    path = Path(base) / "arena" if base else Path(tempfile.gettempdir()) / f"arena-{os.getuid()}"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_private(path)
    except OSError as error:
        raise HomeError(
            f"cannot use {path} for sockets: {error.strerror or error}; "
            "set XDG_RUNTIME_DIR to a folder of your own"
        ) from error
    return path


def ipc_endpoint(name: str) -> str:
    """Give the ZeroMQ endpoint of the socket `name` in the runtime folder.

    Raises HomeError where the path is longer than a Unix socket's may be.
    """
    path = runtime_dir() / name
    length = len(os.fsencode(path))
    if length > IPC_PATH_MAX:
        raise HomeError(
            f"the socket path {path} has {length} bytes, at most {IPC_PATH_MAX} fit; "
            "set XDG_RUNTIME_DIR to a folder with a shorter path"
        )
    return f"ipc://{path}"


def _claim(root: Path) -> None:
    """Make `root` a home, or check that it is one; tell the two from a folder of somebody's other things."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = root / _STAMP
    if not stamp.exists():
        # Names with a dot are left out: another process may be about to stamp the same folder.
        others = sorted(entry.name for entry in root.iterdir() if not entry.name.startswith("."))
        if others and not stamp.exists():
            raise HomeError(
                f"{root} is not an Arena home and not empty (it holds {', '.join(others[:3])}); "
                "name an empty folder, or one that does not exist yet"
            )
        _write_stamp(stamp)
    _require_private(root)
    _check_stamp(stamp)


def _write_stamp(stamp: Path) -> None:
    fresh = stamp.with_name(f".{_STAMP}.{os.getpid()}")
    fresh.write_text(
        f'# Arena keeps its things here.\nschema = {SCHEMA}\nmade_by = "{__version__}"\n', encoding="utf-8"
    )
    with contextlib.suppress(FileExistsError):  # the other process was first, with the same words
        os.link(fresh, stamp)
    fresh.unlink()


def _check_stamp(stamp: Path) -> None:
    try:
        schema = tomllib.loads(stamp.read_text(encoding="utf-8"))["schema"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise HomeError(f"{stamp} is damaged ({error}); it should say `schema = {SCHEMA}`") from error
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise HomeError(f"{stamp} says schema = {schema!r}; a whole number from 1 to {SCHEMA} belongs there")
    if schema > SCHEMA:
        raise HomeError(
            f"{stamp.parent} was made by a newer Arena (schema {schema}); this one, {__version__}, "
            f"knows schemas up to {SCHEMA}. Update Arena, or name another folder with --home"
        )


def _require_private(path: Path) -> None:
    """Close our own folder to others; refuse one that is a link or someone else's."""
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise HomeError(f"{path} is not a folder; remove it or name another place")
    if status.st_uid != os.getuid():
        raise HomeError(
            f"{path} belongs to user {status.st_uid}, not to you ({os.getuid()}); name another place"
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        path.chmod(0o700)
