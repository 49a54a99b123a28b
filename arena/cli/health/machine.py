"""The machine round Arena: engines, display, sound, home, disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from arena.cli.display import has_display
from arena.cli.health.check import Check, install_command
from arena.errors import HomeError
from arena.home import arena_home, home_path, runtime_dir

ENGINE_TIMEOUT_S = 10.0
SDL_TIMEOUT_S = 30.0
DISK_NEEDED_B = 100 * 2**20
DISK_WANTED_B = 2**30

_SDL_PROBE = """
import json, os
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
import pygame
def attempt(work):
    try:
        return {"detail": work()}
    except pygame.error as error:
        return {"error": str(error)}
def show():
    pygame.display.init()
    sizes = ", ".join(f"{w}x{h}" for w, h in pygame.display.get_desktop_sizes())
    return f"{pygame.display.get_driver()}, {sizes}"
def sound():
    pygame.mixer.init()
    rate, _, channels = pygame.mixer.get_init()
    return f"{pygame.mixer.get_driver()}, {rate} Hz, {channels} channels"
print(json.dumps({"display": attempt(show), "audio": attempt(sound)}))
"""


def checks(explicit_home: Path | None) -> Iterator[Check]:
    """Look at the engines, the display, the sound device, the home and the space on its disk."""
    yield stockfish()
    yield gnugo()
    yield from screen_and_sound()
    yield home(explicit_home)
    yield runtime()
    yield disk(explicit_home)


def stockfish() -> Check:
    """Is there a Stockfish, and which?"""
    fix = install_command("stockfish", "stockfish")
    return _engine("stockfish", (), "uci\nquit\n", "id name ", "play chess against an engine", fix)


def gnugo() -> Check:
    """Is there a GNU Go, and which?"""
    fix = install_command("gnugo", "gnu-go")
    return _engine("gnugo", ("--version",), "", "GNU Go ", "play go against an engine", fix)


def _engine(program: str, options: tuple[str, ...], typed: str, marker: str, purpose: str, fix: str) -> Check:
    """Start `program`, type something, and look for the line with its version, which starts with `marker`."""
    path = find_program(program)
    if path is None:
        return Check("engines", program, "note", f"not installed; needed to {purpose}", fix)
    try:
        done = subprocess.run(
            [path, *options],
            input=typed,
            capture_output=True,
            text=True,
            timeout=ENGINE_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("engines", program, "fail", f"{path} does not start: {error}", fix)
    for line in done.stdout.splitlines():
        if line.startswith(marker):
            return Check("engines", program, "ok", f"{line.removeprefix('id name ').strip()}, {path}")
    return Check(
        "engines",
        program,
        "fail",
        f"{path} does not answer as {program} does (exit code {done.returncode})",
        fix,
    )


def find_program(program: str) -> str | None:
    """Find a program on the path, or where Debian puts games, which is not on root's path."""
    return shutil.which(program, path=os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/games")))


def screen_and_sound() -> Iterator[Check]:
    """Can SDL open a display and a sound device? It is asked in a process of its own."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _SDL_PROBE],
            capture_output=True,
            text=True,
            timeout=SDL_TIMEOUT_S,
            check=True,
        )
        answers = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        yield Check("screen and sound", "SDL", "fail", f"does not start: {error}", "reinstall pygame-ce")
        return
    display, audio = answers["display"], answers["audio"]
    if not has_display():
        detail = "none (no DISPLAY or WAYLAND_DISPLAY); no window can open, all else works"
        yield Check(
            "screen and sound",
            "display",
            "note",
            detail,
            "log in at a desktop, use `ssh -X`, or play `arena demo`",
        )
    elif "error" in display:
        detail = f"SDL cannot open it: {display['error']}"
        yield Check("screen and sound", "display", "note", detail, "check DISPLAY or WAYLAND_DISPLAY")
    else:
        yield Check("screen and sound", "display", "ok", display["detail"])
    if "error" in audio:
        yield Check(
            "screen and sound", "audio", "note", f"no device ({audio['error']}); Arena plays in silence"
        )
    else:
        yield Check("screen and sound", "audio", "ok", audio["detail"])


def home(explicit: Path | None) -> Check:
    """Can the home be opened and written to?"""
    try:
        folder = arena_home(explicit)
        probe = folder.root / f".doctor.{os.getpid()}"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except HomeError as error:
        return Check("home", "home", "fail", str(error), "name another folder with --home or ARENA_HOME")
    except OSError as error:
        return Check(
            "home",
            "home",
            "fail",
            f"cannot be written: {error}",
            "name another folder with --home or ARENA_HOME",
        )
    return Check("home", "home", "ok", str(folder.root))


def runtime() -> Check:
    """Is there a private folder for sockets?"""
    try:
        return Check("home", "sockets", "ok", str(runtime_dir()))
    except HomeError as error:
        return Check("home", "sockets", "fail", str(error), "set XDG_RUNTIME_DIR to a folder of your own")


def disk(explicit: Path | None) -> Check:
    """Is there room for records on the home's disk?"""
    path = home_path(explicit)
    while not path.is_dir():
        path = path.parent
    free = shutil.disk_usage(path).free
    detail = f"{free / 2**30:.1f} GiB free at {path}"
    if free >= DISK_WANTED_B:
        return Check("home", "disk", "ok", detail)
    fix = "make room or choose a folder on another disk with --home"
    return Check("home", "disk", "note" if free >= DISK_NEEDED_B else "fail", detail, fix)
