"""From requests to answers: rows of one kind, whoever asked, become one batch.

A kind is a backend and a pair of spaces, with masks or without. What queued while the last batch was computed
makes up the next one, so a lone request never waits and a crowd shares the cost of a forward pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from arena.errors import WireError
from arena.wire.arrays import Frame, Layout, NamedArray
from arena.wire.codec import encode
from arena.wire.limits import DIMENSIONS
from arena.wire.messages import Act, Action, Block
from arena.wire.spaces import DTYPES
from workers.backends.contract import Backend, Batch, Crash, Session
from workers.figures import Figures

_ODD_BYTES = 65_536
"""Of an answer that is no action: what is larger tells nobody more."""

Key = tuple[Any, str]
"""Peer and match."""


class _MiscountError(Exception):
    """The policy gave more or fewer answers than it was asked for."""


@dataclass(slots=True)
class Ask:
    """The rows of one request for seats of one group, which wait to be decided."""

    peer: Any
    act: Act
    session: Session
    block: Block
    """Its ``observation`` is as the session's layout says."""
    kind: Any
    """What is of one kind can be stacked: one backend, equal spaces, and masks of one length or none."""


Answered = tuple[Ask, Sequence[Any]]
"""With an action, ``None`` or :class:`Crash` for each of its rows."""


def asks_of(peer: Any, act: Act, session: Session) -> list[Ask]:
    """All that a request asks. Raises :class:`WireError` for one that breaks the protocol."""
    asks: list[Ask] = []
    for block in act.blocks:
        sound = _sound(block, session)
        legal = sound.arrays.get("legal")
        shape = legal[0].data.shape[1:] if legal else None
        kind = id(session.backend), session.kinds[block.group], shape
        asks.append(Ask(peer, act, session, sound, kind))
    return asks


def _sound(block: Block, session: Session) -> Block:
    if block.group >= len(session.observations):
        raise WireError(f"a request is for group {block.group}, the hello had {len(session.observations)}")
    unknown = [agent for agent in block.agents if agent not in session.seats]
    if unknown:
        raise WireError(f"a request is for {', '.join(unknown)}, which no reset named")
    given, legal = block.arrays.get("observation", ()), block.arrays.get("legal")
    if legal and (len(legal) != 1 or legal[0].data.ndim != 2 or legal[0].data.dtype.kind not in "biu"):
        raise WireError("'legal' of a request must be one whole-number array of shape (rows, actions)")
    fitted = session.observations[block.group].fit(given)
    if fitted is given:
        return block
    return Block(block.group, block.agents, block.ids, arrays={**block.arrays, "observation": fitted})


def decide(asks: Iterable[Ask], figures: Figures) -> dict[Key, list[Answered]]:
    """What is decided, by session."""
    kinds: dict[Any, list[Ask]] = {}
    for ask in asks:
        kinds.setdefault(ask.kind, []).append(ask)
    decisions: dict[Key, list[Answered]] = {}
    for alike in kinds.values():
        began_at = time.perf_counter()
        actions = _decide(alike)
        figures.batch(len(actions), time.perf_counter() - began_at)
        for ask, own in _shares(alike, actions):
            decisions.setdefault((ask.peer, ask.act.match), []).append((ask, own))
    return decisions


def _shares(asks: Sequence[Ask], actions: Sequence[Any]) -> Iterable[Answered]:
    """Each with what is its own of the actions of all."""
    if len(asks) == 1:
        return ((asks[0], actions),)
    left = iter(actions)
    return [(ask, list(islice(left, len(ask.block)))) for ask in asks]


def _decide(asks: Sequence[Ask]) -> Sequence[Any]:
    """One batch; where that fails one a session, so that only those crash that make it fail."""
    backend = asks[0].session.backend
    assert backend is not None
    if len(asks) == 1:
        return _decide_alone(backend, asks)
    sessions: dict[int, list[int]] = {}
    for number, ask in enumerate(asks):
        sessions.setdefault(id(ask.session), []).append(number)
    if len(sessions) == 1:
        return _decide_alone(backend, asks)
    actions = _decide_together(backend, asks)
    if actions is not None:
        return actions
    apart: list[Sequence[Any]] = [()] * len(asks)
    for numbers in sessions.values():
        own = [asks[number] for number in numbers]
        for number, (_, share) in zip(numbers, _shares(own, _decide_alone(backend, own)), strict=True):
            apart[number] = share
    return [action for share in apart for action in share]


def _decide_alone(backend: Backend, asks: Sequence[Ask]) -> Sequence[Any]:
    """One answer a row of one session, all of them a crash where it raises."""
    try:
        return _answers(backend, _batch_of(asks))
    except Exception as error:  # noqa: BLE001 - a policy is a stranger's code; the server goes on
        return [Crash(what_it_raised(backend, error))] * sum(len(ask.block) for ask in asks)


def _decide_together(backend: Backend, asks: Sequence[Ask]) -> Sequence[Any] | None:
    """One answer a row of several sessions; ``None`` where that fails, with all seats as they were before."""
    put_back: Callable[[], None] | None = None
    try:
        batch = _batch_of(asks)
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


def _batch_of(asks: Sequence[Ask]) -> Batch:
    first = asks[0]
    session, block, group = first.session, first.block, first.block.group
    observation, action = session.observations[group], session.actions[group]
    masks = block.arrays.get("legal")
    if len(asks) == 1:
        seats = [session.seats[agent] for agent in block.agents]
        legal = masks[0].data if masks else None
        return Batch(observation, action, block.arrays["observation"], legal, seats, [first.act] * len(seats))
    arrays = tuple(
        NamedArray(leaf.path, np.concatenate([ask.block.arrays["observation"][number].data for ask in asks]))
        for number, leaf in enumerate(observation.leaves)
    )
    return Batch(
        observation,
        action,
        arrays,
        np.concatenate([ask.block.arrays["legal"][0].data for ask in asks]) if masks else None,
        [ask.session.seats[agent] for ask in asks for agent in ask.block.agents],
        [ask.act for ask in asks for _ in ask.block.agents],
    )


def what_it_raised(backend: Backend, error: Exception) -> str:
    """A sentence for the match's record."""
    if isinstance(error, _MiscountError):
        return f"{backend.policy.name} gave {error}"
    return f"{backend.policy.name} raised {type(error).__name__}: {error}"


def crash_of(answered: Sequence[Answered]) -> Crash | None:
    """The first crash among a session's decisions."""
    for _, actions in answered:
        for action in actions:
            if isinstance(action, Crash):
                return action
    return None


def answer(match: str, answered: Sequence[Answered]) -> list[Frame]:
    """The message with a session's decisions, none of them a crash. Raises :class:`WireError` where it is
    over a limit.
    """
    abstain: list[int] = []
    groups: dict[int, tuple[Layout, list[int], list[Any]]] = {}
    for ask, actions in answered:
        group = ask.block.group
        if group not in groups:
            groups[group] = (ask.session.actions[group], [], [])
        _, ids, chosen = groups[group]
        if all(action is not None for action in actions):
            ids.extend(ask.block.ids)
            chosen.extend(actions)  # not +=, which adds arrays up
            continue
        for number, action in zip(ask.block.ids, actions, strict=True):
            if action is None:
                abstain.append(number)
            else:
                ids.append(number)
                chosen.append(action)
    blocks: list[Block] = []
    for group, (layout, ids, chosen) in groups.items():
        if ids:
            blocks += _blocks(layout, group, ids, chosen)
    return encode(Action(match, tuple(blocks), tuple(abstain)))


def _blocks(layout: Layout, group: int, ids: Sequence[int], actions: Sequence[Any]) -> list[Block]:
    try:
        return [Block(group, (), tuple(ids), (), {"action": layout.stack(actions, strict=True)})]
    except WireError:
        return [
            _odd_block(layout, group, number, action) for number, action in zip(ids, actions, strict=True)
        ]


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
