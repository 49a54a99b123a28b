"""From requests to answers: rows of one kind, whoever asked, become one batch.

A kind is a backend and a pair of spaces, with masks or without. What queued while the last batch was computed
makes up the next one, so a lone request never waits and a crowd shares the cost of a forward pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arena.errors import WireError
from arena.wire.arrays import Frame, Layout, NamedArray
from arena.wire.codec import encode
from arena.wire.limits import DIMENSIONS
from arena.wire.messages import Act, Action, Block
from arena.wire.spaces import DTYPES
from workers.backends.contract import Backend, Batch, Crash, Seat, Session
from workers.figures import Figures

_ODD_BYTES = 65_536
"""Of an answer that is no action: what is larger tells nobody more."""

Key = tuple[Any, str]
"""Peer and match."""


class _MiscountError(Exception):
    """The policy gave more or fewer answers than it was asked for."""


@dataclass(slots=True)
class Row:
    """One request that waits."""

    peer: Any
    act: Act
    session: Session
    block: Block
    seat: Seat
    """Who is asked."""
    request_id: int
    """Under which number the answer goes back."""
    kind: Any
    """Rows of one kind can be stacked: one backend, equal spaces, and masks of one length or none."""


def rows_of(peer: Any, act: Act, session: Session) -> list[Row]:
    """All rows of a request. Raises :class:`WireError` for one that breaks the protocol."""
    rows: list[Row] = []
    for block in act.blocks:
        sound = _sound(block, session)
        legal = sound.arrays["legal"]
        shape = legal[0].data.shape[1:] if legal else None
        kind = id(session.backend), session.kinds[block.group], shape
        rows += [
            Row(peer, act, session, sound, session.seats[agent], number, kind)
            for agent, number in zip(block.agents, block.ids, strict=True)
        ]
    return rows


def _sound(block: Block, session: Session) -> Block:
    if block.group >= len(session.observations):
        raise WireError(f"a request is for group {block.group}, the hello had {len(session.observations)}")
    if not session.seats.keys() >= set(block.agents):
        unknown = [agent for agent in block.agents if agent not in session.seats]
        raise WireError(f"a request is for {', '.join(unknown)}, which no reset named")
    fitted = session.observations[block.group].fit(block.arrays.get("observation", ()))
    legal = tuple(block.arrays.get("legal", ()))
    if legal and (len(legal) != 1 or legal[0].data.ndim != 2 or legal[0].data.dtype.kind not in "biu"):
        raise WireError("'legal' of a request must be one whole-number array of shape (rows, actions)")
    return Block(block.group, block.agents, block.ids, arrays={"observation": fitted, "legal": legal})


def decide(rows: Iterable[Row], figures: Figures) -> dict[Key, list[tuple[Row, Any]]]:
    """An action, ``None`` or :class:`Crash` for each row, by session."""
    kinds: dict[Any, list[Row]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    decisions: dict[Key, list[tuple[Row, Any]]] = {}
    for alike in kinds.values():
        began_at = time.perf_counter()
        actions = _decide(alike)
        figures.batch(len(alike), time.perf_counter() - began_at)
        for row, action in zip(alike, actions, strict=True):
            decisions.setdefault((row.peer, row.act.match), []).append((row, action))
    return decisions


def _decide(rows: Sequence[Row]) -> Sequence[Any]:
    """One batch; where that fails one a session, so that only those crash that make it fail."""
    backend = rows[0].session.backend
    assert backend is not None
    sessions: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        sessions.setdefault(id(row.session), []).append(number)
    if len(sessions) == 1:
        return _decide_alone(backend, rows)
    answers = _decide_together(backend, rows)
    if answers is not None:
        return answers
    apart: list[Any] = [None] * len(rows)
    for numbers in sessions.values():
        own = _decide_alone(backend, [rows[number] for number in numbers])
        for number, action in zip(numbers, own, strict=True):
            apart[number] = action
    return apart


def _decide_alone(backend: Backend, rows: Sequence[Row]) -> Sequence[Any]:
    """One answer a row of one session, all of them a crash where it raises."""
    try:
        return _answers(backend, _batch_of(rows))
    except Exception as error:  # noqa: BLE001 - a policy is a stranger's code; the server goes on
        return [Crash(what_it_raised(backend, error))] * len(rows)


def _decide_together(backend: Backend, rows: Sequence[Row]) -> Sequence[Any] | None:
    """One answer a row of several sessions; ``None`` where that fails, with all seats as they were before."""
    put_back: Callable[[], None] | None = None
    try:
        batch = _batch_of(rows)
        put_back = backend.keep(batch)
        return _answers(backend, batch)
    except Exception:  # noqa: BLE001 - whoever is guilty raises again, alone
        if put_back is not None:
            put_back()
        return None


def _answers(backend: Backend, batch: Batch) -> Sequence[Any]:
    answers = backend.decide(batch)
    if len(answers) != len(batch):
        raise _MiscountError(f"{len(answers)} answers to {len(batch)} requests")
    return answers


def _batch_of(rows: Sequence[Row]) -> Batch:
    session, group = rows[0].session, rows[0].block.group
    blocks = list({id(row.block): row.block for row in rows}.values())
    arrays, legal = blocks[0].arrays["observation"], None
    if len(blocks) > 1:
        arrays = tuple(
            NamedArray(
                leaf.path, np.concatenate([block.arrays["observation"][number].data for block in blocks])
            )
            for number, leaf in enumerate(session.observations[group].leaves)
        )
    if blocks[0].arrays["legal"]:
        masks = [block.arrays["legal"][0].data for block in blocks]
        legal = masks[0] if len(masks) == 1 else np.concatenate(masks)
    return Batch(
        session.observations[group],
        session.actions[group],
        arrays,
        legal,
        [row.seat for row in rows],
        [row.act for row in rows],
    )


def what_it_raised(backend: Backend, error: Exception) -> str:
    """A sentence for the match's record."""
    if isinstance(error, _MiscountError):
        return f"{backend.policy.name} gave {error}"
    return f"{backend.policy.name} raised {type(error).__name__}: {error}"


def crash_of(answered: Sequence[tuple[Row, Any]]) -> Crash | None:
    """The first crash among a session's decisions."""
    return next((action for _, action in answered if isinstance(action, Crash)), None)


def answer(match: str, answered: Sequence[tuple[Row, Any]]) -> list[Frame]:
    """The message with a session's decisions, none of them a crash. Raises :class:`WireError` where it is
    over a limit.
    """
    abstain: list[int] = []
    groups: dict[int, list[tuple[Row, Any]]] = {}
    for row, action in answered:
        if action is None:
            abstain.append(row.request_id)
        else:
            groups.setdefault(row.block.group, []).append((row, action))
    blocks: list[Block] = []
    for group, rows in groups.items():
        layout = rows[0][0].session.actions[group]
        ids = tuple(row.request_id for row, _ in rows)
        try:
            arrays = layout.stack([action for _, action in rows], strict=True)
            blocks.append(Block(group, ids=ids, arrays={"action": arrays}))
        except WireError:
            blocks += [_odd_block(layout, group, row.request_id, action) for row, action in rows]
    return encode(Action(match, tuple(blocks), tuple(abstain)))


def _odd_block(layout: Layout, group: int, request_id: int, action: Any) -> Block:
    """One answer by itself: sent as it is where it does not fit, so that the match can call it illegal."""
    try:
        arrays = layout.stack([action], strict=True)
    except WireError:
        try:
            odd = np.asarray(action)
        except ValueError:
            odd = np.zeros(0, bool)
        fits = odd.dtype.name in DTYPES and odd.ndim < DIMENSIONS and odd.nbytes <= _ODD_BYTES
        arrays = (NamedArray((), (odd if fits else np.zeros(0, bool))[None]),)
    return Block(group, ids=(request_id,), arrays={"action": arrays})
