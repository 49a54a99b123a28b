"""Blocks of rows and the raw frames that belong to them.

A header lists ``blocks`` (rows of one group of seats) and ``arrays``, one entry a raw frame in the order of
the frames: which block, which field (``observation``, ``legal``, ...), the leaf's path, its type and shape.

From tick to tick the entries stay the same, so that what was checked once is remembered as a plan: the frames
themselves are looked at every time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgpack

from arena.errors import WireError
from arena.wire import limits
from arena.wire.arrays import Form, Frame, NamedArray, Path, form_of, frame
from arena.wire.fields import Fields
from arena.wire.messages import Block
from arena.wire.packing import pack
from arena.wire.spaces import DTYPE_NAMES

_PLANS = 256
_PLAN_BYTES = 4096
"""How many plans are kept, and how large the entries may be from which one is made."""


_NOTHING: Mapping[str, tuple[int, ...]] = {}
_NO_ROWS: frozenset[int] = frozenset()


class _Row(NamedTuple):
    """One array of a plan."""

    path: Path
    form: Form


class _Plan(NamedTuple):
    """What a checked list of entries says."""

    arrays: tuple[_Row, ...]
    blocks: dict[int, dict[str, tuple[int, ...]]]
    """Block -> field -> which of the arrays, in order."""
    rows: dict[int, frozenset[int]]
    """Block -> lengths of the first axes of its arrays; -1 for an array that has none."""


def plain_blocks(
    blocks: Sequence[Block], frames: list[Frame]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The header's ``blocks`` and ``arrays``; the raw frames are appended to ``frames``."""
    plain, arrays = [], []
    for number, block in enumerate(blocks):
        entry: dict[str, Any] = {"group": block.group}
        if block.agents:
            entry["agents"] = block.agents
        if block.ids:
            entry["ids"] = block.ids
        if block.sources:
            entry["sources"] = block.sources
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
    header: Fields, frames: Sequence[Any], columns: Sequence[str], fields: frozenset[str]
) -> tuple[Block, ...]:
    """The blocks of a header with their arrays, each with the ``columns`` and arrays of some of the
    ``fields``.

    Raises :class:`WireError` unless columns and first axes of one block are equally long, at least one.
    """
    entries = header.rows("arrays", limits.ARRAYS, default=[])
    if len(entries) != len(frames) - 1:
        raise WireError(
            f"{header.where} lists {len(entries)} arrays but has {len(frames) - 1} frames for them"
        )
    plan = _plan_of(entries, fields, header.where)
    arrays = [NamedArray(row.path, row.form.view(frames[index])) for index, row in enumerate(plan.arrays, 1)]
    blocks, seen = [], 0
    for number, data in enumerate(header.rows("blocks", default=[])):
        entry = header.inner(data, "block", number)
        block = _read_block(entry, columns, plan, number, arrays)
        seen += len(block)
        blocks.append(block)
    if plan.blocks and max(plan.blocks) >= len(blocks):
        raise WireError(f"{header.where} has arrays for block {max(plan.blocks)}, but {len(blocks)} blocks")
    if seen > limits.SEATS:
        raise WireError(f"{header.where} has {seen} rows, at most {limits.SEATS} are allowed")
    return tuple(blocks)


def _read_block(
    entry: Fields, columns: Sequence[str], plan: _Plan, number: int, arrays: Sequence[NamedArray]
) -> Block:
    agents = entry.texts("agents") if "agents" in columns else ()
    ids = entry.integers("ids") if "ids" in columns else ()
    sources = entry.texts("sources") if "sources" in columns else ()
    lengths = {"agents": len(agents), "ids": len(ids), "sources": len(sources)}
    found = {lengths[name] for name in columns} | plan.rows.get(number, _NO_ROWS)
    if len(found) != 1 or 0 in found:
        raise WireError(
            f"{entry.where} must have equally many {', '.join(columns)} and rows of each array, at least "
            f"one; found {sorted(found)}"
        )
    held = {
        name: tuple([arrays[index] for index in indices])
        for name, indices in plan.blocks.get(number, _NOTHING).items()
    }
    return Block(entry.integer("group", 0, limits.SEATS), agents, ids, sources, held)


def _plan_of(entries: list[Any], fields: frozenset[str], where: str) -> _Plan:
    """The plan of some entries: from the store where the very same ones were checked before.

    Bytes are compared and not values, since to Python 1, 1.0 and true are equal.
    """
    packed = pack(entries)
    return (_plan if len(packed) <= _PLAN_BYTES else _plan.__wrapped__)(packed, fields, where)


@lru_cache(maxsize=_PLANS)
def _plan(packed: bytes, fields: frozenset[str], where: str) -> _Plan:
    header = Fields({}, where)
    arrays: list[_Row] = []
    blocks: dict[int, dict[str, tuple[int, ...]]] = {}
    rows: dict[int, frozenset[int]] = {}
    for number, data in enumerate(msgpack.unpackb(packed)):
        entry = header.inner(data, "array", number)
        name, path = entry.text("field"), tuple(entry.rows("path", limits.DEPTH))
        if name not in fields:
            raise WireError(f"{entry.where} is for {name!r}; allowed: {', '.join(sorted(fields))}")
        if not all(isinstance(step, str) or type(step) is int for step in path):
            raise WireError(f"'path' of {entry.where} must list texts and whole numbers")
        form = form_of(entry.text("dtype"), entry.rows("shape", limits.DIMENSIONS))
        block = entry.integer("block", 0, limits.SEATS)
        held = blocks.setdefault(block, {})
        if any(arrays[index].path == path for index in held.get(name, ())):
            raise WireError(f"{entry.where} is {name} {list(path)} a second time")
        held[name] = (*held.get(name, ()), len(arrays))
        arrays.append(_Row(path, form))
        rows[block] = rows.get(block, frozenset()) | {form.shape[0] if form.shape else -1}
    return _Plan(tuple(arrays), blocks, rows)
