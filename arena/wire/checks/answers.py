"""Asks for many decisions and notes, aspect by aspect, the first thing that is wrong with the answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import WireError
from arena.match.controller import Request
from arena.wire.arrays import Layout, Leaf, NamedArray
from arena.wire.checks.cast import Batch
from arena.wire.checks.check import Failed
from arena.wire.checks.dialogue import MESSAGES_MAX, Dialogue, shown
from arena.wire.codec import decode
from arena.wire.messages import Act, Action, Block, Bye, Message, Ping, Pong, Refused
from arena.wire.spaces import show

ASPECTS = ("answers", "readable", "match", "ids", "once", "groups", "shape", "dtype", "range", "legal")
"""What is looked at; each is a check of its own."""

BUDGET_S = 20.0
"""A slow server is asked less often."""

_LINGER_S = 0.2


@dataclass
class Findings:
    """What came of asking."""

    asked: int = 0
    decided: int = 0
    masked: int = 0
    """Decisions under a mask that forbids something."""
    problems: dict[str, str] = field(default_factory=dict)
    """Aspect -> the first thing that was wrong."""
    latencies_s: list[float] = field(default_factory=list)

    def note(self, aspect: str, problem: str) -> None:
        """Keep the first problem of an aspect."""
        self.problems.setdefault(aspect, problem)


def examine(dialogue: Dialogue, batches: Sequence[Batch]) -> Findings:
    """Ask for every batch in turn, until something is so wrong that the next would tell nothing."""
    findings = Findings()
    examiner = _Examiner(dialogue, findings)
    until = time.monotonic() + BUDGET_S
    for batch in batches:
        if not examiner.ask(batch) or time.monotonic() > until:
            break
    examiner.listen()
    return findings


class _Examiner:
    """The client of one match, with an eye for everything."""

    def __init__(self, dialogue: Dialogue, findings: Findings) -> None:
        self._dialogue, self._findings, self._cast = dialogue, findings, dialogue.cast
        self._open: dict[int, tuple[int, Request]] = {}
        """Request id -> group and request."""
        self._closed: set[int] = set()

    def ask(self, batch: Batch) -> bool:
        """Whether all rows were answered, well or badly."""
        act = self._dialogue.act(batch)
        self._enter(act, batch)
        self._findings.asked += len(batch)
        began = time.perf_counter()
        try:
            self._dialogue.peer.send(act)
            sound = self._await_answers(time.monotonic() + self._dialogue.patience_s)
        except Failed as failure:
            self._findings.note("answers", str(failure))
            return False
        self._findings.latencies_s.append(time.perf_counter() - began)
        return sound

    def listen(self) -> None:
        """Wait a moment for what nobody asked for."""
        if "once" in self._findings.problems or "readable" in self._findings.problems:
            return
        try:
            for _ in range(MESSAGES_MAX):
                found = self._dialogue.peer.receive(_LINGER_S)
                if found is None:
                    return
                self._take(found[0])
        except Failed as failure:
            self._findings.note("answers", str(failure))

    def _enter(self, act: Act, batch: Batch) -> None:
        requests = {request.agent: request for request in batch}
        for block in act.blocks:
            for agent, number in zip(block.agents, block.ids, strict=True):
                self._open[number] = block.group, requests[agent]

    def _await_answers(self, until: float) -> bool:
        """Take messages until nothing is open. False if they are not worth going on with."""
        for _ in range(len(self._open) + MESSAGES_MAX):
            if not self._open:
                return True
            found = self._dialogue.peer.receive(until - time.monotonic())
            if found is None:
                missing = f"{len(self._open)} of {self._findings.asked} decisions did not come"
                self._findings.note("answers", f"{missing} within {self._dialogue.patience_s:g} s")
                return False
            if not self._take(found[0]):
                return False
        self._findings.note("once", f"more than {MESSAGES_MAX} messages came for one act")
        return False

    def _take(self, frames: list[bytes]) -> bool:
        """Whether the conversation goes on after this message."""
        try:
            message = decode(frames)
        except WireError as error:
            self._findings.note("readable", str(error))
            return False
        if isinstance(message, Ping):
            self._dialogue.peer.send(Pong(message.number, message.match))
        elif isinstance(message, Refused | Bye):
            self._findings.note("answers", shown(message))
            return False
        elif isinstance(message, Action):
            return self._take_action(message)
        return True

    def _take_action(self, action: Action) -> bool:
        if action.match != self._dialogue.match:
            self._note_match(action)
            return False
        for number in action.abstain:
            self._close(number)
        for block in action.blocks:
            asked = [self._close(number) for number in block.ids]
            self._judge(block, [entry for entry in asked if entry is not None])
        return True

    def _note_match(self, message: Message) -> None:
        self._findings.note("match", f"an answer for match {message.match!r}, not {self._dialogue.match!r}")

    def _close(self, number: int) -> tuple[int, Request] | None:
        """The request that an answer with this id is for."""
        entry = self._open.pop(number, None)
        if entry is not None:
            self._closed.add(number)
        elif number in self._closed:
            self._findings.note("once", f"an answer for id {number}, which was answered before")
        else:
            asked = ", ".join(map(str, list(self._open)[:4]))
            self._findings.note("ids", f"an answer for id {number}, where {asked or 'nothing'} is asked")
        return entry

    def _judge(self, block: Block, asked: Sequence[tuple[int, Request]]) -> None:
        """Look at the values of a block whose ids are in order."""
        if len(asked) < len(block.ids) or not asked:
            return
        wrong = next((group for group, _ in asked if group != block.group), None)
        if wrong is not None:
            self._findings.note("groups", f"a block for group {block.group} holds an id of group {wrong}")
            return
        layout = self._cast.layouts[block.group]
        found = {leaf.path: leaf.data for leaf in block.arrays.get("action", ())}
        for aspect, judge in (("shape", _shape_problem), ("dtype", _dtype_problem)):
            problem = judge(layout, found)
            if problem:
                self._findings.note(aspect, problem)
                return
        try:
            values = layout.unstack(layout.fit([NamedArray(path, data) for path, data in found.items()]))
        except WireError as error:
            self._findings.note("range", str(error))
            return
        for (_, request), value in zip(asked, values, strict=True):
            self._judge_value(request, value)

    def _judge_value(self, request: Request, value: Any) -> None:
        checker, where = self._cast.checkers[request.agent], f"{request.agent} at tick {request.tick}"
        self._findings.decided += 1
        checked = checker.check(value)
        if checked.problem is not None:
            self._findings.note("range", f"{where}: {checked.problem}")
        elif checked.clipped:
            self._findings.note("range", f"{where}: {_short(value)} lies outside the Box")
        elif request.legal is not None and not request.legal.all():
            self._findings.masked += 1
            masked = checker.check(value, request.legal)
            if masked.problem is not None:
                self._findings.note("legal", f"{where}: {masked.problem}")


def _shape_problem(layout: Layout, found: dict[Any, NDArray[Any]]) -> str | None:
    """The first leaf that is missing, unknown or of another shape."""
    known = {leaf.path: leaf for leaf in layout.leaves}
    for path in [*known, *found]:
        if path not in found:
            return f"there is no array for {show(path)}"
        if path not in known:
            return f"there is an array for {show(path)}, which the space has not"
        if found[path].shape[1:] != known[path].shape:
            return (
                f"{show(path)} has shape {found[path].shape[1:]} a seat, the space says {known[path].shape}"
            )
    return None


def _dtype_problem(layout: Layout, found: dict[Any, NDArray[Any]]) -> str | None:
    """The first leaf whose type cannot become the space's."""
    for leaf in layout.leaves:
        if not _can_become(found[leaf.path].dtype, leaf):
            return (
                f"{show(leaf.path)} is {found[leaf.path].dtype.name}, which cannot become {leaf.dtype.name}"
            )
    return None


def _can_become(dtype: np.dtype[Any], leaf: Leaf) -> bool:
    if dtype.kind == "b" and leaf.dtype.kind == "f":
        return False  # a match would take truth values for numbers, but nobody means them so
    return bool(np.can_cast(dtype, leaf.dtype, "same_kind"))


def _short(value: Any) -> str:
    return np.array2string(np.asarray(value), threshold=8, precision=4)


def rows_of(action: Action) -> dict[int, bytes]:
    """The bytes of each row of an answer, by request id."""
    rows: dict[int, bytes] = {}
    for block in action.blocks:
        leaves = sorted(block.arrays.get("action", ()), key=lambda leaf: show(leaf.path))
        for row, number in enumerate(block.ids):
            rows[number] = b"".join(leaf.data[row].tobytes() for leaf in leaves)
    return rows
