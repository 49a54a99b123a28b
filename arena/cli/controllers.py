"""`arena controllers`: who can take a seat, with their options; plug-ins included."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from arena import __name__ as our_package
from arena.errors import UnknownNameError

if TYPE_CHECKING:
    from arena.match.kinds import ControllerKind, Option

_TYPES = {"int": "NUMBER", "float": "NUMBER", "str": "TEXT", "bool": "true|false"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `list`, `show KIND` and `--json`."""
    parser.add_argument(
        "what", nargs="?", choices=("list", "show"), default="list", help="list (default) or show"
    )
    parser.add_argument("kind", nargs="?", help="with show: the controller to explain")
    parser.add_argument("--json", action="store_true", help="print machine-readable JSON")


def run(args: argparse.Namespace) -> int:
    """Print the kinds, or one of them."""
    from arena.match.kinds import kinds

    known = kinds()
    if args.what == "list" and args.kind is not None:
        raise UnknownNameError("word after `list`", args.kind, (), "Write `arena controllers show KIND`.")
    if args.what == "show" and args.kind not in known:
        raise UnknownNameError("controller", args.kind or "", known)
    if args.json:
        shown = [args.kind] if args.what == "show" else list(known)
        described = [describe(name, known[name], detailed=args.what == "show") for name in shown]
        print(json.dumps(described[0] if args.what == "show" else described, indent=2))
    elif args.what == "show":
        print("\n".join(explain(args.kind, known[args.kind])))
    else:
        print("\n".join(overview(known)))
    return 0


def describe(name: str, kind: ControllerKind, *, detailed: bool) -> dict[str, Any]:
    """One kind as plain data. `detailed` adds `notes`, which may ask an engine what it offers."""
    data: dict[str, Any] = {
        "kind": name,
        "summary": kind.summary,
        "package": _package(name),
        "options": [asdict(option) for option in kind.options],
        "free_options": kind.free_options,
    }
    if detailed:
        data["notes"] = notes_of(kind)
    return data


def notes_of(kind: ControllerKind) -> list[str]:
    """What a kind has to say besides its options: a kind may have a method `notes`."""
    notes = getattr(kind, "notes", None)
    return list(notes()) if callable(notes) else []


def overview(known: Mapping[str, ControllerKind]) -> Iterator[str]:
    """The list: one kind a paragraph, plug-ins marked with their package."""
    width = max(map(len, known))
    for name, kind in known.items():
        package = _package(name)
        origin = "" if package == _own_package() else f" (from {package})"
        options = ", ".join(option.name for option in kind.options)
        if kind.free_options:
            options += ", ..." if options else "any"
        yield from _hang(f"{name:<{width}}  ", kind.summary + origin)
        if options:
            yield from _hang(" " * (width + 2), f"options: {options}")
    yield ""
    yield "`arena controllers show KIND` explains one. Take a seat with AGENT=KIND[:TARGET][,OPTION=VALUE]."


def explain(name: str, kind: ControllerKind) -> Iterator[str]:
    """One kind in full."""
    yield from _hang("", f"{name}: {kind.summary}")
    if _package(name) != _own_package():
        yield f"from the package {_package(name)}"
    if kind.options:
        yield ""
        yield "options"
        heads = {option.name: f"{option.name}={_values(option)}" for option in kind.options}
        width = min(34, max(map(len, heads.values())))
        for option in kind.options:
            default = "" if option.default in {None, ""} else f" [{option.default}]"
            yield from _hang(f"  {heads[option.name]:<{width}}  ", option.help + default)
    if kind.free_options:
        yield ""
        yield "Other options are passed on."
    notes = notes_of(kind)
    if notes:
        yield ""
        yield from notes


def _values(option: Option) -> str:
    if option.type == "choice":
        return "|".join(option.choices)
    if option.low is not None and option.high is not None:
        return f"{option.low:g}..{option.high:g}"
    return _TYPES[option.type]


def _package(name: str) -> str:
    from arena.match.kinds import GROUP

    points = entry_points(group=GROUP, name=name)
    return next((point.dist.name for point in points if point.dist is not None), our_package)


def _own_package() -> str:
    return _package("random")


def _hang(head: str, text: str) -> list[str]:
    columns = min(110, max(60, shutil.get_terminal_size((100, 24)).columns))
    return textwrap.wrap(
        head + text, columns, subsequent_indent=" " * len(head), break_on_hyphens=False, drop_whitespace=True
    )
