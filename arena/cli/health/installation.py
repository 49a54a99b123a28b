"""Python, the packages of the core and the extras, and whether our names mean our files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from arena.cli.health.check import Check

PYTHON_MIN = (3, 11)

CORE = {
    "chess": "chess",
    "gymnasium": "gymnasium",
    "mpe2": "mpe2",
    "msgpack": "msgpack",
    "numpy": "numpy",
    "pettingzoo": "pettingzoo",
    "platformdirs": "platformdirs",
    "pygame-ce": "pygame",
    "pymunk": "pymunk",
    "pyzmq": "zmq",
    "safetensors": "safetensors",
    "sqlalchemy": "sqlalchemy",
    "zstandard": "zstandard",
    # What PettingZoo's families need: without one of them a few games fail, and say less clearly why.
    "box2d": "Box2D",
    "open-spiel": "pyspiel",
    "rlcard": "rlcard",
    "scipy": "scipy",
    "shimmy": "shimmy",
}
"""Distributions that Arena needs, and the module each is imported as."""

EXTRAS = {
    "torch": ("torch", "train and serve PyTorch policies"),
    "rllib": ("ray", "train with RLlib, play tournaments on a Ray cluster"),
    "onnx": ("onnxruntime", "serve ONNX policies"),
    "video": ("av", "save matches as videos"),
}
"""Extra -> the distribution that it stands for, and what it is for."""

ROOMS = ("arena", "assets", "controllers", "scenes", "workers")


_IMPORT_PROBE = """
import importlib, json, os, sys
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
for name in sys.argv[1:]:
    try:
        module = importlib.import_module(name)
        found = {"file": getattr(module, "__file__", None)}
        if name == "pygame":
            found |= {"ce": getattr(module, "IS_CE", False), "sdl": list(module.get_sdl_version())}
    except Exception as error:
        found = {"error": repr(error)}
    print(json.dumps({"name": name, **found}), file=sys.stderr, flush=True)
"""
"""Imports modules one by one. In a process of its own: some change the environment variables of SDL when they
are imported, and a broken binary may take the process down."""

IMPORT_TIMEOUT_S = 120.0


def checks() -> Iterator[Check]:
    """Look at Python, the core, the extras, pygame's two editions, and our top-level names."""
    yield python()
    imported = import_all(CORE.values())
    for distribution, module in CORE.items():
        yield package(distribution, imported.get(module, {"error": "the interpreter crashed"}))
    yield pygame_edition(imported.get("pygame", {"error": "the interpreter crashed"}))
    yield from rooms()
    for extra, (distribution, purpose) in EXTRAS.items():
        yield optional(extra, distribution, purpose)


def import_all(modules: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Import modules in another process; give what was found of each that did not take it down.

    A result holds `file`, or `error`; that of `pygame` also `ce` (is it pygame-ce?) and `sdl` (three
    numbers).
    """
    left, found = list(modules), dict[str, dict[str, Any]]()
    while left:
        command = [sys.executable, "-P", "-c", _IMPORT_PROBE, *left]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=IMPORT_TIMEOUT_S, check=False
            )
            lines = done.stderr.splitlines()
        except subprocess.TimeoutExpired as error:
            lines = (error.stderr or b"").decode(errors="replace").splitlines()
        for line in lines:
            if line.startswith('{"name": '):
                answer = json.loads(line)
                found[answer.pop("name")] = answer
        # The first without an answer took the process down; go on behind it.
        left = [module for module in left if module not in found][1:]
    return found


def python() -> Check:
    """Is this Python new enough?"""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < PYTHON_MIN:
        needed = ".".join(map(str, PYTHON_MIN))
        return Check(
            "python",
            "Python",
            "fail",
            f"{found}; {needed} or newer is needed",
            "make clean play PYTHON=python3.11",
        )
    return Check("python", "Python", "ok", f"{found}, {sys.executable}")


def package(distribution: str, imported: dict[str, Any]) -> Check:
    """Is a package of the core installed, and did it import?"""
    try:
        found = version(distribution)
    except PackageNotFoundError:
        return Check("packages", distribution, "fail", "not installed", reinstall())
    if "error" in imported:
        return Check(
            "packages", distribution, "fail", f"{found} does not import: {imported['error']}", reinstall()
        )
    return Check("packages", distribution, "ok", found)


def optional(extra: str, distribution: str, purpose: str) -> Check:
    """Is an extra's package installed? It is not imported: some take seconds."""
    try:
        return Check("extras", extra, "ok", f"{distribution} {version(distribution)}")
    except PackageNotFoundError:
        return Check("extras", extra, "note", f"not installed; needed to {purpose}", reinstall(extra))


def pygame_edition(imported: dict[str, Any]) -> Check:
    """`pygame` and `pygame-ce` install into the same folder: the one installed last overwrites half of the
    other.
    """
    fix = f"{sys.executable} -m pip uninstall --yes pygame pygame-ce; {reinstall()}"
    try:
        detail = (
            f"pygame {version('pygame')} is installed beside pygame-ce; they overwrite each other's files"
        )
        return Check("packages", "pygame edition", "fail", detail, fix)
    except PackageNotFoundError:
        pass
    if "error" in imported:
        return Check("packages", "pygame edition", "fail", f"does not import: {imported['error']}", fix)
    if not imported["ce"]:
        return Check("packages", "pygame edition", "fail", f"{imported['file']} is not pygame-ce's", fix)
    sdl = ".".join(map(str, imported["sdl"]))
    return Check("packages", "pygame edition", "ok", f"pygame-ce alone, with SDL {sdl}")


def rooms() -> Iterator[Check]:
    """Does each of our generic names, such as `workers`, mean the package that was installed with this
    file?
    """
    home = Path(__file__).resolve().parents[3]
    for room in ROOMS:
        spec = find_spec(room)
        origin = None if spec is None or spec.origin is None else Path(spec.origin).resolve()
        if origin is None:
            yield Check("names", room, "fail", "cannot be imported", reinstall())
        elif origin != home / room / "__init__.py":
            detail = f"means {origin}, not the one in {home}"
            yield Check(
                "names",
                room,
                "fail",
                detail,
                f"rename {origin}, or take its folder off the path (PYTHONPATH)",
            )
        else:
            yield Check("names", room, "ok", str(origin.parent))


def reinstall(extra: str = "") -> str:
    """The command that installs Arena again, with an extra if one is named; from the checkout if this is
    one.
    """
    wanted = f"[{extra}]" if extra else ""
    root = Path(__file__).resolve().parents[3]
    if (root / "constraints.txt").is_file():
        return f"cd {root} && {sys.executable} -m pip install -c constraints.txt -e '.{wanted}'"
    return f"{sys.executable} -m pip install 'arena-seats{wanted}'"
