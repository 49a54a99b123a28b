"""Blocks of rows and the raw frames that belong to them.

A header lists ``blocks`` (rows of one group of seats) and ``arrays``, one entry a raw frame in the order of
the frames: which block, which field (``observation``, ``legal``, ...), the leaf's path, its type and shape.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from arena.errors import WireError
from arena.wire import limits
from arena.wire.arrays import Frame, NamedArray, frame, from_frame
from arena.wire.fields import Fields
from arena.wire.messages import Block
from arena.wire.spaces import DTYPE_NAMES

_Arrays = dict[int, dict[str, tuple[NamedArray, ...]]]


def plain_blocks(
    blocks: Sequence[Block], frames: list[Frame]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The header's ``blocks`` and ``arrays``; the raw frames are appended to ``frames``."""
    plain, arrays = [], []
    for number, block in enumerate(blocks):
        entry: dict[str, Any] = {"group": block.group}
        for name in ("agents", "ids", "sources"):
            column = getattr(block, name)
            if column:
                entry[name] = column
        plain.append(entry)
        for name, leaves in block.arrays.items():
            for leaf in leaves:
                data = leaf.data
                arrays.append(
                    {
                        "block": number,
                        "field": name,
                        "path": leaf.path,
                        "dtype": DTYPE_NAMES.get(data.dtype) or data.dtype.name,
                        "shape": data.shape,
                    }
                )
                frames.append(frame(data))
    return plain, arrays


def read_blocks(
    header: Fields, frames: Sequence[Any], columns: Sequence[str], fields: Collection[str]
) -> tuple[Block, ...]:
    """The blocks of a header with their arrays, each with the ``columns`` and arrays of some of the
    ``fields``.

    Raises :class:`WireError` unless columns and first axes of one block are equally long, at least one.
    """
    arrays = _read_arrays(header, frames, fields)
    blocks, seen = [], 0
    for number, data in enumerate(header.rows("blocks", default=[])):
        entry = Fields(data, f"block {number} of {header.where}")
        values: dict[str, Any] = {
            name: entry.integers(name) if name == "ids" else entry.texts(name) for name in columns
        }
        mine = arrays.pop(number, {})
        rows = {len(value) for value in values.values()}
        rows |= {leaf.data.shape[0] if leaf.data.ndim else -1 for leaves in mine.values() for leaf in leaves}
        if len(rows) != 1 or rows == {0}:
            raise WireError(
                f"block {number} of {header.where} must have equally many {', '.join(columns)} and rows of "
                f"each array, at least one; found {sorted(rows)}"
            )
        seen += rows.pop()
        blocks.append(Block(group=entry.integer("group", 0, limits.SEATS), arrays=mine, **values))
    if arrays:
        raise WireError(f"{header.where} has arrays for block {min(arrays)}, but {len(blocks)} blocks")
    if seen > limits.SEATS:
        raise WireError(f"{header.where} has {seen} rows, at most {limits.SEATS} are allowed")
    return tuple(blocks)


def _read_arrays(header: Fields, frames: Sequence[Any], fields: Collection[str]) -> _Arrays:
    entries = header.rows("arrays", limits.ARRAYS, default=[])
    if len(entries) != len(frames) - 1:
        raise WireError(
            f"{header.where} lists {len(entries)} arrays but has {len(frames) - 1} frames for them"
        )
    found: _Arrays = {}
    for number, (data, raw) in enumerate(zip(entries, frames[1:], strict=True)):
        entry = Fields(data, f"array {number} of {header.where}")
        name, path = entry.text("field"), tuple(entry.rows("path", limits.DEPTH))
        if name not in fields:
            raise WireError(f"{entry.where} is for {name!r}; allowed: {', '.join(sorted(fields))}")
        if not all(isinstance(step, str) or type(step) is int for step in path):
            raise WireError(f"'path' of {entry.where} must list texts and whole numbers")
        array = from_frame(raw, entry.text("dtype"), entry.rows("shape", limits.DIMENSIONS))
        block = found.setdefault(entry.integer("block", 0, limits.SEATS), {})
        held = block.get(name, ())
        if any(leaf.path == path for leaf in held):
            raise WireError(f"{entry.where} is {name} {list(path)} a second time")
        block[name] = (*held, NamedArray(path, array))
    return found
