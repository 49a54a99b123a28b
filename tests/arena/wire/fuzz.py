"""A mutation fuzzer: sound messages, broken in the ways in which peers break them; a seed fixes which."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import msgpack
import numpy as np
from gymnasium import spaces

from arena.wire.arrays import NamedArray
from arena.wire.codec import encode
from arena.wire.messages import (
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
    Message,
    Observe,
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
from arena.wire.pictures import compress
from arena.wire.spaces import describe

Frames = list[bytes]

OBSERVATION = describe(
    spaces.Dict({"picture": spaces.Box(0, 9, (2, 2), np.float32), "n": spaces.Discrete(3)})
)
ACTION = describe(spaces.Discrete(5))
GROUPS = (
    Group(("a", "b"), OBSERVATION, ACTION),
    Group(("c",), OBSERVATION, describe(spaces.Box(-1, 1, (2,)))),
)
HELLO = Hello("M1", "test/game", "simultaneous", GROUPS, options={"mode": "sampled"}, client="fuzz")
RESET = Reset("M1", 0, {"a": 1, "b": 2, "c": 3})


def observed(rows: int) -> tuple[NamedArray, ...]:
    return (
        NamedArray(("picture",), np.ones((rows, 2, 2), np.float32)),
        NamedArray(("n",), np.ones(rows, np.int64)),
    )


def act(*ids: int) -> Act:
    """A request for ``a`` and ``b``, with a mask, and for ``c``."""
    masked = {"observation": observed(2), "legal": (NamedArray((), np.ones((2, 5), np.int8)),)}
    first = Block(0, ("a", "b"), ids[:2], arrays=masked)
    return Act("M1", 0, 4, (first, Block(1, ("c",), ids[2:], arrays={"observation": observed(1)})))


def action(*ids: int) -> Action:
    """The answer to :func:`act`."""
    return Action(
        "M1",
        (
            Block(0, ids=ids[:2], arrays={"action": (NamedArray((), np.array([1, 4])),)}),
            Block(1, ids=ids[2:], arrays={"action": (NamedArray((), np.zeros((1, 2), np.float32)),)}),
        ),
    )


def corpus() -> list[Message]:
    """One message of every kind, or more."""
    told = {
        "observation": observed(1),
        "action": (NamedArray((), np.array([3])),),
        "reward": (NamedArray((), np.array([0.5])),),
        "terminated": (NamedArray((), np.array([True])),),
        "truncated": (NamedArray((), np.array([False])),),
    }
    tick = (Block(0, ("a",), sources=("late",), arrays=told),)
    steered = Block(0, ("b",), arrays={"action": (NamedArray((), np.array([2])),)})
    return [
        HELLO,
        Ready("M1", policy=Policy("p", "Pia", "plays", "PPO", "numpy"), wants=("result",), groups=GROUPS),
        Ready("M1", 0),
        Refused("M1", Refusal.NO_SESSION, "who are you"),
        RESET,
        act(1, 2, 3),
        Act("M1", 0, 4, act(1, 2, 3).blocks, 0.25, {"a": (3.5, 1.0)}, {"fen": "x", "moves": ["e2e4"]}),
        action(1, 2, 3),
        Action("M1", abstain=(3,)),
        Result("M1", 0, 5, tick),
        Observe("M1", 0, 5, tick),
        End("M1", 0, "win", 9, {"a": 1, "b": 2}, {"a": 1.0, "b": -1.0}),
        Bye("M1", ("a",), "taken over"),
        Join("7-secret", name="Ada", role="person", client="fuzz"),
        Joined("1-secret", "Ada", "the queue", ("chess",)),
        Ping(3, "M1"),
        Pong(3),
        Remark("M1", "a newer checkpoint", "warning"),
        View("M1", 0, 3, {"board": [[0, 1], [2, 0]]}, None, {"scores": {"a": 3}}),
        View("M1", 0, 3, picture=compress(np.zeros((4, 6, 3), np.uint8))),
        Input("M1", 0, 1, (steered,)),
        Command("M1", "a", "resign"),
    ]


def frames_of(message: Message) -> Frames:
    return [bytes(frame) for frame in encode(message)]


class Mutator:
    """Breaks messages."""

    def __init__(self, seed: int, messages: Sequence[Message] | None = None) -> None:
        self.dice = random.Random(seed)
        self._corpus = [frames_of(message) for message in messages or corpus()]
        self._ways: list[Callable[[Frames], Frames]] = [
            self._flip,
            self._truncate,
            self._splice,
            self._lengthen,
            self._retype,
            self._retype,
            self._swap_frames,
            self._resize,
        ]

    def message(self, frames: Frames | None = None) -> Frames:
        """A broken message, made of ``frames`` or of one of the corpus."""
        broken = list(frames if frames is not None else self.dice.choice(self._corpus))
        for _ in range(self.dice.choice((1, 1, 1, 2, 3))):
            broken = self.dice.choice(self._ways)(broken)
            if not broken:
                break  # a message without any frame
        return broken

    def _flip(self, frames: Frames) -> Frames:
        index = self._some_frame(frames)
        raw = bytearray(frames[index])
        for _ in range(min(len(raw), self.dice.choice((1, 1, 2, 8)))):
            raw[self.dice.randrange(len(raw))] ^= 1 << self.dice.randrange(8)
        return _put(frames, index, bytes(raw))

    def _truncate(self, frames: Frames) -> Frames:
        index = self._some_frame(frames)
        return _put(frames, index, frames[index][: self.dice.randrange(len(frames[index]) + 1)])

    def _splice(self, frames: Frames) -> Frames:
        """The beginning of one message and the end of another."""
        index, other = self._some_frame(frames), self.dice.choice(self._corpus)[0]
        one = frames[index]
        return _put(
            frames,
            index,
            one[: self.dice.randrange(len(one) + 1)] + other[self.dice.randrange(len(other)) :],
        )

    def _lengthen(self, frames: Frames) -> Frames:
        """A MessagePack length that promises far more than there is, somewhere in the header."""
        claims = (
            b"\xdd\xff\xff\xff\xff",
            b"\xdf\x7f\xff\xff\xff",
            b"\xdb\xff\xff\xff\xff",
            b"\xc9\x00\x10\x00\x00\x01",
        )
        at = self.dice.randrange(len(frames[0]) + 1)
        return [frames[0][:at] + self.dice.choice(claims) + frames[0][at:], *frames[1:]]

    def _retype(self, frames: Frames) -> Frames:
        """Something in the header is of another type or size than it should be."""
        try:
            header = msgpack.unpackb(frames[0], strict_map_key=False)
        except (ValueError, TypeError, msgpack.UnpackException):
            return frames
        places = list(_places(header))
        if not places:
            return frames
        holder, key = self.dice.choice(places)
        holder[key] = self._odd(holder[key])
        return [msgpack.packb(header), *frames[1:]]

    def _odd(self, value: Any) -> Any:
        if isinstance(value, int) and self.dice.random() < 0.5:
            return self.dice.choice((-1, 0, 1, 255, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1))
        if isinstance(value, list) and value and self.dice.random() < 0.5:
            return self.dice.choice(([], value * 2, value[:-1], [value] * 3, value * 300))
        return self.dice.choice(
            (
                None,
                True,
                -1,
                1.5,
                float("nan"),
                float("inf"),
                "",
                "x" * 5000,
                "\u202e\x1b[2J",
                b"\x00\xff",
                [],
                {},
                [[[[[[[[[[[]]]]]]]]]]],
                {"type": "box"},
                {"a": {"b": {"c": [1]}}},
                ["a"] * 5000,
            )
        )

    def _swap_frames(self, frames: Frames) -> Frames:
        mixed = [*frames, *self.dice.choice(self._corpus)]
        self.dice.shuffle(mixed)
        return mixed[: self.dice.randrange(len(mixed) + 1)]

    def _resize(self, frames: Frames) -> Frames:
        """Frames that are missing, doubled, empty, or too many."""
        if len(frames) == 1:
            return frames + [b"x"] * self.dice.choice((1, 3, 200))
        index = self.dice.randrange(1, len(frames))
        return self.dice.choice(
            (
                frames[:index] + frames[index + 1 :],
                [*frames, frames[index]],
                _put(frames, index, b""),
                _put(frames, index, frames[index] * 3),
            )
        )

    def _some_frame(self, frames: Frames) -> int:
        return 0 if self.dice.random() < 0.7 else self.dice.randrange(len(frames))


def _put(frames: Frames, index: int, frame: bytes) -> Frames:
    return [*frames[:index], frame, *frames[index + 1 :]]


def _places(value: Any) -> Any:
    """Every place in plain data where something stands, as (holder, key)."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(inner):
        yield value, key
        yield from _places(item)
