"""A host's gate under broken messages of all kinds, from strangers and guests, over a real socket."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from arena.hosting.gate import Gate
from arena.hosting.guests import Guest
from arena.hosting.port import PART_BYTES, Port
from arena.hosting.tokens import TokenBook
from arena.wire import limits
from arena.wire.messages import Joined, Ping, Pong
from tests.arena.hosting.callers import Caller, Listener
from tests.arena.wire.fuzz import Mutator, corpus, frames_of

TRIES = 1000
"""Only ever made by a test that fails."""


def leaping_clock() -> Callable[[], float]:
    """A second passes at each look, so that no allowance runs out and all that is sent is read."""
    seconds = itertools.count(1.0)
    return lambda: next(seconds)


def spoken(book: TokenBook) -> str:
    return book.issue("queue", 0.0, expires_s=1e9).partition(".")[0]


def heard(gate: Gate, clock: Callable[[], float], caller: Caller, number: int) -> None:
    """The gate has read all that came before this, and lives."""
    caller.say(Ping(number))
    for _ in range(TRIES):
        message = caller.hear(0.05)
        if isinstance(message, Pong) and message.number == number:
            return
        if message is None:
            gate.tick(clock())  # it takes breath after what looks like a flood
    raise AssertionError("no answer from the gate")


@pytest.mark.parametrize(
    ("seeds", "steps"),
    [pytest.param(1, 300, id="quick"), pytest.param(20, 2000, id="long", marks=pytest.mark.slow)],
)
def test_the_gate_outlives_whatever_it_is_sent_and_lets_nobody_in_by_it(
    seeds: int, steps: int, caplog: pytest.LogCaptureFixture
) -> None:
    book, listener, clock = TokenBook(), Listener(), leaping_clock()
    gate = Gate(Port("tcp://127.0.0.1:*", None, None), book, listener, clock)
    callers: list[Caller] = []

    def caller() -> Caller:
        callers.append(Caller(gate.endpoint))
        return callers[-1]

    try:
        good, bad = caller(), caller()
        for one, name in ((good, "Ada"), (bad, "Bob")):
            assert isinstance(one.join(spoken(book), name=name), Joined)
        guests: list[Guest] = list(gate.door.guests.values())
        for seed in range(seeds):
            stranger = caller()
            mutator = Mutator(seed, [message for message in corpus() if message.kind != "bye"])
            for step in range(steps):
                for one in (stranger, bad):
                    frames = mutator.message() or [b""]
                    if max(map(len, frames)) < PART_BYTES:  # what is larger cuts the connection, and should
                        one.shout(*frames)
                if step % 100 == 99:
                    heard(gate, clock, bad, step)
                    heard(gate, clock, good, step)
            stranger.shout(*frames_of(Ping(1)))
            assert len(gate._peers) <= limits.STRANGERS + len(guests)
        assert list(gate.door.guests.values()) == guests
        assert listener.guests == guests
        assert not [record for record in caplog.records if record.exc_info]
    finally:
        for one in callers:
            one.close()
        gate.close()
