from __future__ import annotations

import contextlib

import msgpack
import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import WireError
from arena.wire import limits
from arena.wire.arrays import NamedArray
from arena.wire.codec import VersionError, decode, encode, match_of
from arena.wire.messages import (
    Act,
    Action,
    Block,
    Bye,
    End,
    Group,
    Hello,
    Observe,
    Policy,
    Ready,
    Refusal,
    Refused,
    Reset,
    Result,
)
from arena.wire.spaces import describe

OBSERVATION = describe(spaces.Dict({"observation": spaces.Box(0, 1, (3, 3, 2), np.int8)}))
ACTION = describe(spaces.Discrete(9))
GROUP = Group(("player_1", "player_2"), OBSERVATION, ACTION)


def act(rows=2, **more):
    block = Block(
        group=0,
        agents=tuple(f"player_{n + 1}" for n in range(rows)),
        ids=tuple(range(7, 7 + rows)),
        arrays={
            "observation": (NamedArray(("observation",), np.ones((rows, 3, 3, 2), np.int8)),),
            "legal": (NamedArray((), np.ones((rows, 9), np.int8)),),
        },
    )
    return Act("M1", 0, 4, (block,), **more)


TICK = Block(
    group=0,
    agents=("player_1",),
    sources=("late",),
    arrays={
        "action": (NamedArray((), np.array([3])),),
        "reward": (NamedArray((), np.array([0.5])),),
        "terminated": (NamedArray((), np.array([True])),),
        "truncated": (NamedArray((), np.array([False])),),
    },
)
MESSAGES = [
    Hello("M1", "classic/tictactoe-v3", "sequential", (GROUP,), options={"model": "red"}, client="arena 1"),
    Ready("M1"),
    Ready("M1", 3, policy=Policy("p", "Pia", "plays", "PPO", "numpy", deterministic=True), groups=(GROUP,)),
    Refused("M1", Refusal.SPACES, "observation differs"),
    Reset("M1", 2, {"player_1": 2**63 - 1}, mid_episode=True),
    act(),
    act(1, budget_s=0.25, clocks={"player_1": (3.5, 1.0)}, position={"fen": "x", "moves": ["e2e4"]}),
    Action(
        "M1", (Block(0, ids=(7, 8), arrays={"action": (NamedArray((), np.array([1, 2])),)}),), abstain=(9,)
    ),
    Action("M1", abstain=(3,)),
    Result("M1", 0, 5, (TICK,)),
    Observe("M1", 0, 5, (TICK,)),
    End("M1", 0, "win", 9, {"player_1": 1, "player_2": 2}, {"player_1": 1.0, "player_2": -1.0}),
    End("M1", 0, "win", 9, {}, {}, late={"a": 2}, illegal={"a": 1}, clipped={"b": 3}),
    Bye("M1", ("player_1",), "taken over"),
]


def frames_of(message):
    return [bytes(frame) for frame in encode(message)]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.kind)
def test_fields_of_a_later_revision_are_passed_over(message):
    head, *arrays = frames_of(message)
    later = msgpack.packb({**msgpack.unpackb(head), "mood": {"a": [1, None, "x"]}})
    assert frames_of(decode([later, *arrays])) == [head, *arrays]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.kind)
def test_a_message_survives_the_wire(message):
    frames = frames_of(message)
    again = decode(frames)
    assert type(again) is type(message)
    assert frames_of(again) == frames
    assert match_of(frames) == "M1"


def test_what_is_decoded_is_what_was_sent():
    message = act(budget_s=0.5, clocks={"player_1": (3.5, 1.0)})
    again = decode(frames_of(message))
    assert isinstance(again, Act)
    (block,) = again.blocks
    assert (block.agents, block.ids) == (("player_1", "player_2"), (7, 8))
    assert np.array_equal(block.arrays["observation"][0].data, np.ones((2, 3, 3, 2), np.int8))
    assert again.clocks == {"player_1": (3.5, 1.0)}
    assert again.budget_s == 0.5


def header(message, **changes):
    frames = frames_of(message)
    return [msgpack.packb(msgpack.unpackb(frames[0]) | changes), *frames[1:]]


ARRAY = {"block": 0, "field": "observation", "path": [], "dtype": "int8", "shape": [2]}


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        ([], "0 frames"),
        ([b""], "not MessagePack"),
        ([b"\xc1"], "not MessagePack"),
        ([b"\x80\x80"], "not MessagePack"),
        ([msgpack.packb([1])], "must be a map"),
        ([msgpack.packb({1: 2})], "not MessagePack"),
        ([msgpack.packb({"v": msgpack.ExtType(4, b"")})], "extension type 4"),
        ([b"\x91" * 100_000], "not MessagePack"),
        ([msgpack.packb([[]] * 5000)], "within the limits"),
        ([bytes(limits.HEADER_BYTES + 1)], "at most 131072"),
        ([b"\x80"] * 200, "200 frames"),
        (header(act(), kind="dance"), "unknown kind of message 'dance'"),
        (header(act(), match="M" * 129), "'match' of a act message"),
        (header(act(), tick=-1), "'tick'"),
        (header(act(), tick=True), "'tick'"),
        (header(act(), budget_s=float("nan")), "'budget_s'"),
        (header(act(), clocks={"player_1": [1]}), "'clocks'"),
        (header(act(), arrays=[]), "lists 0 arrays but has 2 frames"),
        (header(act(), blocks=[]), "but 0 blocks"),
        (header(act(), blocks=[{"group": 0, "agents": ["a"], "ids": [1, 2]}]), "equally many"),
        (header(act(), blocks=[{"group": 0, "agents": ["a", "b"]}]), "'ids'"),
        (header(act(), arrays=[ARRAY, ARRAY | {"field": "legal"}]), "a frame has 36 bytes"),
        (header(act(), arrays=[ARRAY, ARRAY | {"field": "code"}]), "is for 'code'"),
        ([*header(Bye("M1")), b"x"], "a bye message comes with 1 arrays"),
        (header(MESSAGES[0], groups=[]), "1 to 256 agents"),
        (header(MESSAGES[0], versions=["1"]), "'versions'"),
        (header(MESSAGES[0], options={"model": 3}), "'options'"),
        (header(MESSAGES[4], seeds={"a": -1.5}), "'seeds'"),
        (header(Ready("M1"), policy=[]), "must be a map"),
    ],
)
def test_a_broken_message_is_named(frames, words):
    with pytest.raises(WireError, match=words):
        decode(frames)


def test_an_array_of_another_field_or_twice_is_refused():
    frames = header(act(), arrays=[ARRAY | {"field": "reward", "shape": [36]}] * 2)
    with pytest.raises(WireError, match="is for 'reward'; allowed: legal, observation"):
        decode(frames)
    entry = ARRAY | {"shape": [2, 18]}
    twice = [header(act(), arrays=[entry, entry])[0], bytes(36), bytes(36)]
    with pytest.raises(WireError, match="a second time"):
        decode(twice)


def test_another_protocol_version_is_told_apart():
    with pytest.raises(VersionError, match="version 2; this end speaks 1"):
        decode(header(act(), v=2))


def test_a_refusal_of_a_later_revision_still_tells():
    message = decode(header(MESSAGES[3], reason="moon phase"))
    assert message == Refused("M1", Refusal.UNSUPPORTED, "observation differs")


@pytest.mark.parametrize("position", [object(), {"huge": "x" * limits.HEADER_BYTES}, 2**70, {1, 2}])
def test_what_cannot_be_sent_is_refused_by_the_sender(position):
    with pytest.raises(WireError, match="act message"):
        encode(act(position=position))


@given(st.sampled_from(MESSAGES), st.data())
@settings(max_examples=400, deadline=None)
def test_a_mutated_message_raises_nothing_but_wire_errors(message, data):
    frames = [bytearray(frame) for frame in frames_of(message)]
    for _ in range(data.draw(st.integers(1, 4))):
        frame = data.draw(st.sampled_from(frames))
        if not frame or data.draw(st.booleans()):
            frame.insert(data.draw(st.integers(0, len(frame))), data.draw(st.integers(0, 255)))
        else:
            frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        decode(frames)


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


@given(st.sampled_from(MESSAGES), st.data())
@settings(max_examples=400, deadline=None)
def test_a_field_of_nonsense_raises_nothing_but_wire_errors(message, data):
    frames = frames_of(message)
    fields = msgpack.unpackb(frames[0])
    name = data.draw(st.sampled_from(sorted(fields)))
    fields[name] = data.draw(plain)
    with contextlib.suppress(WireError):
        decode([msgpack.packb(fields), *frames[1:]])


@given(st.binary(max_size=200))
def test_noise_raises_nothing_but_wire_errors(noise):
    with pytest.raises(WireError):
        decode([noise])
