"""The arrows between the rooms (design 2), read from the imports; and the house rules that can be counted."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("arena", "controllers", "scenes", "workers", "assets")
MODULE_LINES_MAX = 450


@dataclass(frozen=True)
class Arrow:
    """What the modules below `source` must not import."""

    source: str
    forbidden: tuple[str, ...]
    except_in: tuple[str, ...] = ()


ARROWS = (
    Arrow("arena", ("controllers", "scenes", "workers"), except_in=("arena.cli",)),
    Arrow("arena", ("pygame",), except_in=("arena.cli", "arena.games", "arena.records")),
    Arrow("arena", ("torch", "ray"), except_in=("arena.cli",)),
    Arrow("arena", ("arena.cli",), except_in=("arena.cli", "arena.__main__")),
    Arrow(
        "arena.match",
        ("pygame", "time", "datetime", "threading", "asyncio", "zmq", "concurrent", "multiprocessing"),
    ),
    Arrow("controllers", ("scenes", "workers", "pygame", "torch", "ray", "arena.cli")),
    Arrow("scenes", ("workers", "arena.cli", "torch", "ray")),
    Arrow(
        "scenes.ui", ("arena", "controllers", "scenes.app", "scenes.views", "pettingzoo", "gymnasium", "zmq")
    ),
    Arrow("workers", ("scenes", "arena.cli")),
    Arrow("assets", ("arena", "controllers", "scenes", "workers", "pygame")),
)
"""Who must not know whom. `arena.games` and `arena.records` may touch pygame: the guards round calls into
environments, and offline video."""

AT_START = ("pygame", "pettingzoo", "gymnasium", "sqlalchemy", "torch", "ray", "chess", "scipy", "pyspiel")
"""What no module of the command line imports before a command needs it."""


@cache
def sources() -> dict[str, Path]:
    """Every module of the rooms by its dotted name."""
    found: dict[str, Path] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if parts[:2] == ("assets", "tools"):  # scripts that make the assets; not shipped
                continue
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text(encoding="utf-8"))


def imports(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Each name imported below `node` with its line; `from a import b` counts as `a` and as `a.b`."""
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield child.lineno, alias.name
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"line {child.lineno}: import by the full name; arrows are read from it"
            yield child.lineno, child.module or ""
            for alias in child.names:
                yield child.lineno, f"{child.module}.{alias.name}"


def below(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def test_the_rooms_are_there() -> None:
    for room in ROOMS:
        assert room in sources(), f"{room}/__init__.py is missing: its folder would not be shipped"


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: f"{arrow.source}-not-{arrow.forbidden[0]}")
def test_arrow(arrow: Arrow) -> None:
    wrong = sorted({
        f"{sources()[module].relative_to(ROOT)}:{line} imports {name}"
        for module in sources()
        if below(module, arrow.source) and not any(below(module, package) for package in arrow.except_in)
        for line, name in imports(tree(module))
        if any(below(name, forbidden) for forbidden in arrow.forbidden)
    })  # fmt: skip
    assert not wrong, "\n".join(wrong)


def test_commands_import_other_rooms_inside_functions_only() -> None:
    wrong = []
    for module in (name for name in sources() if below(name, "arena.cli") or name == "arena.__main__"):
        for statement in tree(module).body:
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                continue
            wrong += [
                f"{module}:{line} imports {name} at its top"
                for line, name in imports(statement)
                if any(below(name, heavy) for heavy in (*AT_START, "controllers", "scenes", "workers"))
            ]
    assert not wrong, "\n".join(wrong)


def test_every_folder_of_modules_is_a_package() -> None:
    for path in sources().values():
        for parent in path.relative_to(ROOT).parents[:-1]:
            assert (ROOT / parent / "__init__.py").is_file(), f"{parent}/ has modules but no __init__.py"


@pytest.mark.parametrize("module", sorted(sources()))
def test_module_keeps_house_rules(module: str) -> None:
    text = sources()[module].read_text(encoding="utf-8")
    lines = text.count("\n")
    assert lines <= MODULE_LINES_MAX, (
        f"{module} has {lines} lines, at most {MODULE_LINES_MAX}: split it by ideas"
    )
    assert ast.get_docstring(tree(module)), f"{module} does not say what it is for"
    if below(module, "arena.cli"):
        return
    printed = [
        node.lineno
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not printed, f"{module} prints at lines {printed}; only arena.cli talks to a terminal"
