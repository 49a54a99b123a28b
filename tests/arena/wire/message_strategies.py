"""Hypothesis strategies: any message that either end may send, and any header whatever."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from arena.wire import limits
from arena.wire.arrays import NamedArray
from arena.wire.messages import (
    COMMANDS,
    LEVELS,
    ROLES,
    Act,
    Action,
    Block,
    Bye,
    Command,
    End,
    Group,
    Hello,
    Input,
    Join,
    Joined,
    Observe,
    Picture,
    Ping,
    Policy,
    Pong,
    Ready,
    Refusal,
    Refused,
    Remark,
    Reset,
    Result,
    View,
)
from arena.wire.spaces import DTYPES, describe
from tests.arena.wire.strategies import any_space

numbers = st.integers(0, limits.REQUEST_ID)
texts = st.text(st.characters(codec="utf-8"), max_size=12)
sentences = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=40)
names = st.text("abcdefgh_0123456789", min_size=1, max_size=8)
finite = st.floats(allow_nan=False, allow_infinity=False)

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=10,
)
"""What MessagePack can hold, and a header may."""

free = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | finite | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
"""Free data that compares equal to itself."""

paths = st.lists(names | st.integers(0, 3), max_size=3).map(tuple)


@st.composite
def leaves(draw: st.DrawFn, rows: int) -> tuple[NamedArray, ...]:
    found = draw(st.lists(paths, min_size=1, max_size=3, unique=True))
    shapes = st.lists(st.integers(0, 3), max_size=3).map(tuple)
    return tuple(
        NamedArray(path, draw(arrays.arrays(draw(st.sampled_from(sorted(DTYPES))), (rows, *draw(shapes)))))
        for path in found
    )


@st.composite
def blocks(draw: st.DrawFn, columns: tuple[str, ...], fields: tuple[str, ...]) -> tuple[Block, ...]:
    made = []
    for _ in range(draw(st.integers(0, 3))):
        rows = draw(st.integers(1, 4))
        values: dict[str, Any] = {
            column: tuple(draw(st.lists(_COLUMNS[column], min_size=rows, max_size=rows)))
            for column in columns
        }
        named = draw(st.lists(st.sampled_from(fields), min_size=1, max_size=3, unique=True))
        held = {name: draw(leaves(rows)) for name in named}
        made.append(Block(draw(st.integers(0, 5)), arrays=held, **values))
    return tuple(made)


_COLUMNS: Mapping[str, st.SearchStrategy[Any]] = {"agents": texts, "sources": texts, "ids": numbers}
_TICK = ("observation", "action", "reward", "terminated", "truncated")


@st.composite
def groups(draw: st.DrawFn) -> tuple[Group, ...]:
    agents = draw(st.lists(names, min_size=1, max_size=5, unique=True))
    cut = draw(st.integers(1, len(agents)))
    parts = [part for part in (agents[:cut], agents[cut:]) if part]
    return tuple(Group(tuple(part), describe(draw(any_space)), describe(draw(any_space))) for part in parts)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    width, height = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    return Picture(
        (width, height), "raw", draw(st.binary(min_size=3 * width * height, max_size=3 * width * height))
    )


policies = st.builds(Policy, *[sentences] * 5, st.booleans())
tables = st.dictionaries(texts, free, max_size=3)
versions = st.lists(numbers, max_size=3).map(tuple)
text_lists = st.lists(texts, max_size=3).map(tuple)

MESSAGES: Mapping[str, st.SearchStrategy[Any]] = {
    "hello": st.builds(
        Hello, texts, texts, texts, groups(), versions, st.dictionaries(texts, texts, max_size=3), sentences
    ),
    "ready": st.builds(
        Ready, texts, st.none() | numbers, numbers, policies, text_lists, st.just(()) | groups()
    ),
    "refused": st.builds(Refused, texts, st.sampled_from(Refusal), sentences),
    "reset": st.builds(Reset, texts, numbers, st.dictionaries(texts, numbers, max_size=4), st.booleans()),
    "act": st.builds(
        Act,
        texts,
        numbers,
        numbers,
        blocks(("agents", "ids"), ("observation", "legal")),
        st.none() | finite,
        st.dictionaries(texts, st.tuples(finite, finite), max_size=3),
        free,
    ),
    "action": st.builds(
        Action, texts, blocks(("ids",), ("action",)), st.lists(numbers, max_size=3).map(tuple)
    ),
    "result": st.builds(Result, texts, numbers, numbers, blocks(("agents", "sources"), _TICK)),
    "observe": st.builds(Observe, texts, numbers, numbers, blocks(("agents", "sources"), _TICK)),
    "end": st.builds(
        End,
        texts,
        numbers,
        sentences,
        numbers,
        st.dictionaries(texts, st.integers(0, 9), max_size=3),
        st.dictionaries(texts, finite, max_size=3),
    ),
    "bye": st.builds(Bye, texts, text_lists, sentences),
    "join": st.builds(
        Join, texts, texts, sentences, st.sampled_from(ROLES), versions, sentences, st.just("")
    ),
    "joined": st.builds(Joined, texts, sentences, sentences, text_lists, numbers, st.just("")),
    "ping": st.builds(Ping, numbers, texts),
    "pong": st.builds(Pong, numbers, texts),
    "remark": st.builds(Remark, texts, sentences, st.sampled_from(LEVELS)),
    "view": st.builds(View, texts, numbers, numbers, free, st.none() | pictures(), tables),
    "input": st.builds(Input, texts, numbers, numbers, blocks(("agents",), ("action",))),
    "command": st.builds(Command, texts, texts, st.sampled_from(COMMANDS)),
}
"""Kind -> any message of that kind."""

any_message = st.sampled_from(sorted(MESSAGES)).flatmap(lambda kind: MESSAGES[kind])


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same, arrays bit by bit."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if dataclasses.is_dataclass(one):
        return type(one) is type(other) and all(
            same(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one)
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)
