"""Requests and answers that are like one before but for their numbers.

From tick to tick a match asks the same seats for the same arrays: only the tick, the request ids, the budget
and the frames themselves are new. What else a header says is compared, as bytes, with those that were read
with care before; the numbers and the frames are checked every time. Anything unusual is left to the careful
reader, whose errors say what is wrong with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from arena.wire.arrays import Form, NamedArray, Path, form_like
from arena.wire.limits import REQUEST_ID
from arena.wire.messages import Act, Action, Block
from arena.wire.packing import pack

KEPT = 256
"""Kinds of messages that are remembered; beyond it the one that was learned first goes."""
KEY_BYTES = 4096
"""Of a header from which on it is not worth it."""

_USUAL = {
    "act": frozenset({"v", "kind", "match", "episode", "tick", "budget_s", "blocks", "arrays"}),
    "action": frozenset({"v", "kind", "match", "blocks", "arrays"}),
}
"""The fields of messages that can be remembered; what has more is read with care."""


class _Known(NamedTuple):
    """What does not change."""

    match: str
    group: int
    agents: tuple[str, ...]
    rows: int
    arrays: tuple[tuple[str, tuple[tuple[Path, Form], ...]], ...]
    """Field -> path and form of each of its arrays, in the order of the frames."""
    frames: int


class Repeats:
    """What was read before. May be used from any thread."""

    def __init__(self) -> None:
        self._known: dict[bytes, _Known] = {}

    def recall(self, kind: Any, data: dict[Any, Any], frames: Sequence[Any]) -> Act | Action | None:
        """The message, if one like it was learned and its numbers and frames are sound, else ``None``.

        ``data`` is a header as it came, its version checked and nothing else.
        """
        key = _key(kind, data)
        known = None if key is None else self._known.get(key)
        if known is None or len(frames) != known.frames:
            return None
        ids = data["blocks"][0].get("ids")
        if type(ids) is not list or len(ids) != known.rows:
            return None
        for number in ids:
            if type(number) is not int or not 0 <= number <= REQUEST_ID:
                return None
        arrays, index = {}, 0
        for name, leaves in known.arrays:
            held = []
            for path, form in leaves:
                index += 1
                if len(frames[index]) != form.size:
                    return None
                held.append(NamedArray(path, form.view(frames[index])))
            arrays[name] = tuple(held)
        block = Block(known.group, known.agents, tuple(ids), (), arrays)
        return Action(known.match, (block,)) if kind == "action" else _act(known.match, block, data)

    def learn(self, data: dict[Any, Any], message: Act | Action) -> None:
        """Remember a header that was read with care, and the ``message`` that it became."""
        key = _key(message.kind, data)
        if key is None or len(key) > KEY_BYTES:
            return
        block = message.blocks[0]
        arrays = tuple(
            (name, tuple((leaf.path, form_like(leaf.data)) for leaf in leaves))
            for name, leaves in block.arrays.items()
        )
        flat = [(name, path) for name, leaves in arrays for path, _ in leaves]
        if flat != [(entry["field"], tuple(entry["path"])) for entry in data.get("arrays", ())]:
            return  # the frames of one field do not stand together
        while len(self._known) >= KEPT:
            self._known.pop(next(iter(self._known), b""), None)
        rows, count = len(block.ids), 1 + len(flat)
        self._known[key] = _Known(message.match, block.group, block.agents, rows, arrays, count)


def _key(kind: Any, data: dict[Any, Any]) -> bytes | None:
    """All that does not change, as bytes: to Python 1, 1.0 and true are equal. ``None``: unusual."""
    usual = _USUAL.get(kind)
    if usual is None or not data.keys() <= usual:
        return None
    try:
        (block,) = data["blocks"]
        return pack((kind, data["match"], block["group"], block.get("agents"), data.get("arrays")))
    except (KeyError, TypeError, ValueError, AttributeError):  # also what nests deeper than our packer goes
        return None


def _act(match: str, block: Block, data: dict[Any, Any]) -> Act | None:
    episode, tick, budget_s = data.get("episode"), data.get("tick"), data.get("budget_s")
    if type(episode) is not int or type(tick) is not int:
        return None
    if not (0 <= episode <= REQUEST_ID and 0 <= tick <= REQUEST_ID):
        return None
    if budget_s is not None and (type(budget_s) is not float or not math.isfinite(budget_s)):
        return None
    return Act(match, episode, tick, (block,), budget_s)
