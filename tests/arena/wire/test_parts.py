"""Frames over real sockets: what is sent arrives whole, and nothing ever waits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import zmq

from arena.wire.parts import READABLE, WRITABLE, readiness, receive_parts, send_parts

Pair = tuple["zmq.Socket[bytes]", "zmq.Socket[bytes]"]


@pytest.fixture
def pair() -> Iterator[Pair]:
    context: zmq.Context[zmq.Socket[bytes]]
    with zmq.Context() as context, context.socket(zmq.DEALER) as left, context.socket(zmq.DEALER) as right:
        for socket in (left, right):
            socket.set(zmq.LINGER, 0)
            socket.set(zmq.SNDHWM, 1)
            socket.set(zmq.RCVHWM, 1)
        left.bind("inproc://parts")
        right.connect("inproc://parts")
        yield left, right


@pytest.mark.parametrize(
    "frames", [[b"one"], [b""], [b"head", b"", memoryview(b"body")], [b"x"] * 129, [bytes(100_000), b"end"]]
)
def test_a_message_arrives_as_it_was_sent(pair: Pair, frames: list[bytes]) -> None:
    left, right = pair
    send_parts(left, frames)
    assert receive_parts(right) == [bytes(frame) for frame in frames]


def test_messages_stay_apart(pair: Pair) -> None:
    left, right = pair
    send_parts(left, [b"1", b"2"])
    send_parts(left, [b"3"])
    assert [receive_parts(right), receive_parts(right)] == [[b"1", b"2"], [b"3"]]


def test_where_nothing_came_it_says_so(pair: Pair) -> None:
    with pytest.raises(zmq.Again):
        receive_parts(pair[1])


def test_a_message_that_cannot_go_leaves_nothing_behind(pair: Pair) -> None:
    left, right = pair
    sent = 0
    while readiness(left, WRITABLE):
        send_parts(left, [b"head", b"%d" % sent])
        sent += 1
    assert sent >= 1
    with pytest.raises(zmq.Again):
        send_parts(left, [b"head", b"too many"])
    assert [receive_parts(right)[1] for _ in range(sent)] == [b"%d" % number for number in range(sent)]
    with pytest.raises(zmq.Again):
        receive_parts(right)


def test_readiness_tells_what_was_asked_for(pair: Pair) -> None:
    left, right = pair
    assert readiness(right) == 0
    assert readiness(right, READABLE | WRITABLE) == WRITABLE
    send_parts(left, [b"x"])
    assert readiness(right) == READABLE
    assert readiness(right, READABLE | WRITABLE) == READABLE | WRITABLE
    receive_parts(right)
    assert readiness(right) == 0
