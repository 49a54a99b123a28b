"""What is remembered of messages changes how fast they are read, never what they say or what is refused."""

from __future__ import annotations

from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import WireError
from arena.wire import decoding, repeats
from arena.wire.arrays import NamedArray
from arena.wire.codec import decode, encode
from arena.wire.limits import REQUEST_ID
from arena.wire.messages import Act, Action, Block, Message


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> repeats.Repeats:
    fresh = repeats.Repeats()
    monkeypatch.setattr(decoding, "_repeats", fresh)
    return fresh


def act(tick: int = 1, ids: tuple[int, ...] = (7, 8), value: float = 0.5) -> Act:
    observed = (
        NamedArray(("a",), np.full((2, 3), value, np.float32)),
        NamedArray(("b",), np.arange(2)),
    )
    masks = (NamedArray((), np.ones((2, 4), np.int8)),)
    block = Block(0, ("red", "blue"), ids, arrays={"observation": observed, "legal": masks})
    return Act("M", 3, tick, (block,), budget_s=0.01 * tick)


def action(ids: tuple[int, ...] = (7, 8)) -> Action:
    return Action("M", (Block(1, ids=ids, arrays={"action": (NamedArray((), np.array(ids)),)}),))


def plain(message: Message) -> Any:
    """Everything that a message says, for comparing."""
    frames = encode(message)
    return [msgpack.unpackb(frames[0]), *map(bytes, frames[1:])]


def changed(message: Message, change: Any) -> list[Any]:
    """Its frames with another header."""
    head, *rest = encode(message)
    data = msgpack.unpackb(head)
    change(data)
    return [msgpack.packb(data), *rest]


def verdict(frames: list[Any]) -> Any:
    """What becomes of some frames: what they say, or why they are refused."""
    try:
        return plain(decode(frames))
    except WireError as error:
        return str(error)


@pytest.mark.parametrize("message", [act(), action()])
def test_the_second_of_a_kind_is_recalled_and_says_the_same(
    message: Act | Action, nothing_known: repeats.Repeats
) -> None:
    frames = encode(message)
    data = msgpack.unpackb(frames[0])
    assert nothing_known.recall(message.kind, data, frames) is None
    read = decode(frames)
    recalled = nothing_known.recall(message.kind, data, frames)
    assert recalled is not None
    assert type(recalled) is type(read) is type(message)
    assert plain(recalled) == plain(read) == plain(message)


def test_what_changes_from_tick_to_tick_is_new() -> None:
    decode(encode(act(1, (7, 8), 0.5)))
    later = act(2, (9, 10), -1.5)
    read = decode(encode(later))
    assert isinstance(read, Act)
    assert (read.tick, read.budget_s, read.blocks[0].ids) == (2, 0.02, (9, 10))
    assert plain(read) == plain(later)


def test_arrays_of_a_recalled_message_cannot_be_written() -> None:
    decode(encode(act()))
    frames = [bytearray(frame) for frame in encode(act())]
    read = decode(frames)
    assert isinstance(read, Act)
    for leaves in read.blocks[0].arrays.values():
        assert not any(leaf.data.flags.writeable for leaf in leaves)


def _set(name: str, value: Any) -> Any:
    return lambda data: data.__setitem__(name, value)


def _set_block(name: str, value: Any) -> Any:
    return lambda data: data["blocks"][0].__setitem__(name, value)


def _set_array(name: str, value: Any) -> Any:
    return lambda data: data["arrays"][0].__setitem__(name, value)


CHANGES = {
    "a number for a match": _set("match", 1),
    "a negative tick": _set("tick", -1),
    "a true tick": _set("tick", True),
    "a tick with a point": _set("tick", 1.0),
    "no tick": lambda data: data.pop("tick"),
    "a text for an episode": _set("episode", "3"),
    "an endless budget": _set("budget_s", float("inf")),
    "a budget that is none": _set("budget_s", float("nan")),
    "a true budget": _set("budget_s", True),
    "a whole budget": _set("budget_s", 2),
    "nil for a budget": _set("budget_s", None),
    "clocks": _set("clocks", {"red": [1.0, 2.0]}),
    "wrong clocks": _set("clocks", [1.0]),
    "a position": _set("position", {"fen": "x"}),
    "a field from after our time": _set("later", [1]),
    "one id too few": _set_block("ids", [7]),
    "one id too many": _set_block("ids", [7, 8, 9]),
    "a true id": _set_block("ids", [7, True]),
    "an id with a point": _set_block("ids", [7, 8.0]),
    "an id below zero": _set_block("ids", [7, -8]),
    "an id too large": _set_block("ids", [7, REQUEST_ID + 1]),
    "ids that are a text": _set_block("ids", "78"),
    "no ids": lambda data: data["blocks"][0].pop("ids"),
    "a true group": _set_block("group", False),
    "a group with a point": _set_block("group", 0.0),
    "another seat": _set_block("agents", ["red", "green"]),
    "a seat less": _set_block("agents", ["red"]),
    "two blocks": lambda data: data["blocks"].append(dict(data["blocks"][0])),
    "no blocks": _set("blocks", []),
    "blocks in a map": _set("blocks", {0: {}}),
    "a block that is a text": _set("blocks", ["x"]),
    "another type of the same size": _set_array("dtype", "int32"),
    "another shape of the same size": _set_array("shape", [3, 2]),
    "a shape with a point": _set_array("shape", [2.0, 3]),
    "another field": _set_array("field", "reward"),
    "another block": _set_array("block", 1),
    "arrays in another order": lambda data: data["arrays"].reverse(),
    "an array less": lambda data: data["arrays"].pop(),
    "an ancient version": _set("v", 0),
    "another kind": _set("kind", "result"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_is_odd_is_judged_as_if_nothing_were_known(
    change: Any, nothing_known: repeats.Repeats
) -> None:
    odd = changed(act(), change)
    before = verdict(odd)
    nothing_known._known.clear()
    decode(encode(act()))
    assert verdict(odd) == before
    assert plain(decode(encode(act()))) == plain(act()), "what is odd was learned in place of what is not"


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("size", ["shorter", "longer"])
def test_frames_of_another_length_are_refused(number: int, size: str) -> None:
    decode(encode(act()))
    frames = [bytes(frame) for frame in encode(act())]
    frames[number] = frames[number][:-1] if size == "shorter" else frames[number] + b"\0"
    with pytest.raises(WireError, match="its header says"):
        decode(frames)


def test_frames_that_are_missing_or_too_many_are_refused() -> None:
    frames = encode(act())
    decode(frames)
    for wrong in (frames[:-1], [*frames, b""]):
        with pytest.raises(WireError, match="frames for them"):
            decode(wrong)


def test_fields_whose_frames_do_not_stand_together_are_read_with_care() -> None:
    """Else the second time an array would be taken for another."""

    def mix(data: Any) -> None:
        first, second, third = data["arrays"]
        data["arrays"] = [first, third, second]

    head, *_ = changed(act(), mix)
    _, first, second, third = encode(act())
    for _ in range(2):
        assert plain(decode([head, first, third, second])) == plain(act())


def test_no_more_is_kept_than_allowed(
    nothing_known: repeats.Repeats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "KEPT", 3)
    for number in range(10):
        decode(encode(Act(f"M{number}", 0, 0, act().blocks)))
    assert len(nothing_known._known) == 3
    frames = encode(Act("M9", 0, 0, act().blocks))
    assert nothing_known.recall("act", msgpack.unpackb(frames[0]), frames) is not None


def test_long_headers_are_not_kept(nothing_known: repeats.Repeats) -> None:
    names = tuple(f"{number:0100}" for number in range(60))
    decode(encode(Act("M", 0, 0, (Block(0, names, tuple(range(60))),))))
    assert not nothing_known._known


def test_headers_nested_too_deeply_to_compare_are_judged_all_the_same() -> None:
    def nest(data: Any) -> None:
        deep: Any = []
        for _ in range(500):
            deep = [deep]
        data["blocks"][0]["agents"] = deep

    with pytest.raises(WireError):
        decode(changed(act(), nest))


@settings(max_examples=60)
@given(st.integers(), st.lists(st.one_of(st.integers(0, 9), st.booleans(), st.floats()), max_size=3))
def test_numbers_are_judged_as_if_nothing_were_known(tick: int, ids: list[Any]) -> None:
    def change(data: Any) -> None:
        data["tick"] = max(-(2**63), min(2**64 - 1, tick))
        data["blocks"][0]["ids"] = ids

    odd = changed(act(), change)
    decoding._repeats._known.clear()
    before = verdict(odd)
    decode(encode(act()))
    assert verdict(odd) == before
