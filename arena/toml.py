"""Writes TOML, which the standard library only reads: plain tables for settings and configurations.

What :mod:`tomllib` reads back equals what was written. Format: TOML v1.0.0.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def dumps(data: Mapping[str, Any]) -> str:
    """``data`` as a TOML document. Raises TypeError for a value that it cannot hold."""
    return "\n".join(_table((), data)).strip("\n") + "\n"


def save(path: Path, data: Mapping[str, Any], heading: str = "") -> None:
    """Write ``data`` to ``path`` whole or not at all, readable by the owner alone; ``heading`` becomes a
    comment.

    Raises OSError where the folder cannot be written or the disk is full; the file that was there stays as it
    was.
    """
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(comment + dumps(data))
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(fresh).unlink()
        raise


def _table(name: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one table: its plain values first, then the tables in it."""
    nested: list[tuple[str, Any]] = []
    for key, value in table.items():
        if isinstance(value, Mapping) or _is_list_of_tables(value):
            nested.append((key, value))
        else:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in nested:
        path = (*name, key)
        dotted = ".".join(map(_key, path))
        single = isinstance(value, Mapping)
        for inner in [value] if single else value:
            yield ""
            yield f"[{dotted}]" if single else f"[[{dotted}]]"
            yield from _table(path, inner)


def _is_list_of_tables(value: Any) -> bool:
    return _is_list(value) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)  # "inf" and "nan" are TOML too
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + "}"
    if _is_list(value):
        return "[" + ", ".join(map(_value, value)) + "]"
    raise TypeError(f"TOML cannot hold {value!r}")


def _string(text: str) -> str:
    letters = (_ESCAPES.get(c) or (c if c.isprintable() else f"\\U{ord(c):08X}") for c in text)
    return '"' + "".join(letters) + '"'
