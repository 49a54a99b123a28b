"""Everything a peer may send, sound or broken: nothing but WireError comes out, and the invariants hold."""

from __future__ import annotations

import contextlib
import tracemalloc
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import WireError
from arena.wire import limits
from arena.wire.arrays import NamedArray
from arena.wire.client import Answer, ClientSession, Held, News, Stage
from arena.wire.codec import decode, encode
from arena.wire.messages import Act, Action, Block, Input, Message, Ready, Refused
from tests.arena.wire.fuzz import GROUPS, HELLO, RESET, Mutator, act, action, corpus, frames_of
from tests.arena.wire.message_strategies import MESSAGES, any_message, plain, same
from workers.backends.contract import Backend
from workers.desk import Desk

QUICK = pytest.param(2, 1200, id="quick")
LONG = pytest.param(50, 4000, id="long", marks=pytest.mark.slow)
"""Seeds, and steps with each."""

runs = pytest.mark.parametrize(("seeds", "steps"), [QUICK, LONG])


# ---- the codec ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(MESSAGES))
def test_every_message_of_a_kind_comes_back_as_it_went(kind):
    @given(MESSAGES[kind])
    @settings(max_examples=20, deadline=None)
    def check(message):
        again = decode(frames_of(message))
        assert same(again, message), (again, message)

    check()


def test_the_strategies_and_the_corpus_leave_no_kind_out():
    kinds = {message.kind for message in Message.__args__}
    assert set(MESSAGES) == kinds == {message.kind for message in corpus()}


@given(any_message, st.data())
@settings(max_examples=80, deadline=None)
def test_a_field_of_any_message_may_be_anything(message, data):
    frames = frames_of(message)
    header = msgpack.unpackb(frames[0])
    name = data.draw(st.sampled_from(sorted(header)))
    header[name] = data.draw(plain)
    with contextlib.suppress(WireError):
        decode([msgpack.packb(header), *frames[1:]])


@given(
    st.dictionaries(st.sampled_from(["match", "episode", "blocks", "arrays", "message", "groups"]), plain),
    st.sampled_from(sorted(MESSAGES)),
    st.lists(st.binary(max_size=8), max_size=3),
)
@settings(max_examples=100, deadline=None)
def test_any_header_is_a_message_or_a_wire_error(header, kind, frames):
    with contextlib.suppress(WireError):
        decode([msgpack.packb({"v": 1, "kind": kind, "match": "M", **header}), *frames])


@runs
def test_mutated_messages_are_messages_or_wire_errors(seeds, steps):
    for seed in range(seeds):
        mutator, read = Mutator(seed), 0
        for _ in range(steps):
            frames = mutator.message()
            with contextlib.suppress(WireError):
                message = decode(frames)
                read += 1
                encode(message)
        assert steps // 50 < read < steps  # some breakage goes unseen, and not all of it


def bombs():
    """Small messages that want to become large ones."""
    header = {"v": 1, "kind": "act", "match": "M", "episode": 0, "tick": 0, "blocks": []}
    array = {"block": 0, "field": "observation", "path": [], "dtype": "float64", "shape": [2**20, 2**20]}
    space = {"type": "box", "dtype": "float64", "shape": [4096, 4096], "low": 0, "high": 1}
    hello = {
        "v": 1,
        "kind": "hello",
        "match": "M",
        "game": "g",
        "paradigm": "p",
        "versions": [1],
        "options": {},
    }
    group = {"agents": ["a"], "observation": space, "action": space}
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    view = {"v": 1, "kind": "view", "match": "M", "episode": 0, "tick": 0}
    return [
        [msgpack.packb([[]] * 4096)[:3] + b"\x90" * (limits.HEADER_BYTES - 3)],
        [msgpack.packb(header | {"arrays": [array] * 128})] + [b""] * 128,
        [msgpack.packb(hello | {"groups": [group | {"agents": [str(n)]} for n in range(200)]})],
        [msgpack.packb(view | {"snapshot": deep})],
        [msgpack.packb(view | {"snapshot": [[0] * 4000] * 30})],
        [
            msgpack.packb(view | {"picture": {"size": [4096, 4096], "encoding": "zstd"}}),
            b"\x28\xb5\x2f\xfd\x00",
        ],
        [b"\xdd\xff\xff\xff\xff"],
        [b"\x91" * limits.HEADER_BYTES],
    ]


@pytest.mark.parametrize("number", range(len(bombs())))
def test_a_small_message_takes_little_memory_whatever_it_claims(number):
    frames = bombs()[number]
    tracemalloc.start()
    try:
        with contextlib.suppress(WireError):
            decode(frames)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * 2**20


def test_spaces_that_are_compared_take_no_more_memory_than_they_were_sent_in():
    """A server's claim of huge spaces is compared with the game's without being built."""
    huge = {"type": "box", "dtype": "float64", "shape": [4096, 4096], "low": 0, "high": 1}
    session = ClientSession(HELLO, lambda _: True)
    session.connected()
    groups = tuple(type(group)(group.agents, huge, huge) for group in GROUPS)
    frames = frames_of(Ready("M1", groups=groups))
    tracemalloc.start()
    try:
        session.received(frames)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    news = session.events.pop()
    assert isinstance(news, News)
    assert "does not fit" in news.message
    assert peak < 2**20


# ---- Arena's end -------------------------------------------------------------------------------------------


class Model:
    """What must be true of a session, kept beside it."""

    def __init__(self, seed: int) -> None:
        self.now = 0.0
        self.session = ClientSession(HELLO, self._send, clock=lambda: self.now)
        self.mutator = Mutator(seed)
        self.dice = self.mutator.dice
        self.asked: dict[int, str] = {}
        self.sent: list[Message] = []
        self.answers = self.held = 0
        self._last_id = self._inputs = 0

    def _send(self, message: Message) -> bool:
        encode(message)
        self.sent.append(message)
        return True

    def step(self) -> None:
        """One thing happens: mostly the peer says something sound, broken or out of place."""
        self.now += 0.02
        ours = (self.ask, self.ask, self.cancel, self.reset, self.connect, self.disconnect, self.ping)
        if self.dice.random() < 0.3:
            self.dice.choice(ours)()
        else:
            self.session.received(self.words())
        self.check()

    def words(self) -> list[bytes]:
        """Mostly what gets the conversation on, else anything; a part of both is broken."""
        recent = tuple(self._last_id - back for back in range(2, -1, -1))
        helpful: dict[Stage, list[Message]] = {
            Stage.GREETING: [Ready("M1", wants=("observe",))],
            Stage.RESETTING: [Ready("M1", 0)],
            Stage.READY: [action(*recent), Action("M1", abstain=recent[:1]), self._input()],
        }
        choices = helpful.get(self.session.stage, []) if self.dice.random() < 0.8 else corpus()
        frames = frames_of(self.dice.choice(choices or corpus()))
        return self.mutator.message(frames) if self.dice.random() < 0.2 else frames

    def _input(self) -> Message:
        self._inputs += self.dice.randint(0, 1)
        steered = Block(0, ("b",), arrays={"action": (NamedArray((), np.array([2])),)})
        return Input("M1", 0, self._inputs, (steered,))

    def ask(self) -> None:
        ids = tuple(self._last_id + number for number in (1, 2, 3))
        self._last_id += 3
        agents = {"a", "b", "c"}
        self.asked = {number: agent for number, agent in self.asked.items() if agent not in agents}
        self.asked |= dict(zip(ids, "abc", strict=True))
        self.session.act(act(*ids))

    def cancel(self) -> None:
        number = self.dice.randint(0, self._last_id)
        self.asked.pop(number, None)
        self.session.cancel([number])

    def reset(self) -> None:
        self.asked.clear()
        self.session.reset(RESET)

    def connect(self) -> None:
        self.session.connected()

    def disconnect(self) -> None:
        self.session.disconnected("gone")

    def ping(self) -> None:
        self.session.ping(self.dice.randint(0, 9))

    def check(self) -> None:
        """An answer is to what was asked and open, once; what fails or is lost answers nothing any more."""
        while self.session.events:
            event = self.session.events.popleft()
            if isinstance(event, Answer):
                assert self.asked.pop(event.request_id, None) == event.agent
                self.answers += 1
            elif isinstance(event, News) and event.kind in {"lost", "failed"}:
                self.asked.clear()
            elif isinstance(event, Held):
                assert event.agent in {"a", "b", "c"}
                self.held += 1
        assert len(self.session._waiting) <= self._last_id
        assert set(self.session._open) <= set(self.asked)
        if self.session.stage is Stage.FAILED:
            assert not self.session._open


@runs
def test_no_peer_gets_an_answer_in_that_was_not_asked_or_twice(seeds, steps):
    for seed in range(seeds):
        model = Model(seed)
        model.connect()
        model.reset()
        for _ in range(steps):
            model.step()
        assert model.answers > steps // 200
        assert model.held > 0


# ---- the server's end --------------------------------------------------------------------------------------


class Zeros(Backend):
    """Answers whatever it is asked."""

    def decide(self, batch):
        rows = len(batch)
        return batch.action.unstack(
            [NamedArray(leaf.path, np.zeros((rows, *leaf.shape), leaf.dtype)) for leaf in batch.action.leaves]
        )


@runs
def test_no_client_gets_an_answer_out_that_it_did_not_ask_for(seeds, steps):
    for seed in range(seeds):
        desk, mutator = Desk(Zeros()), Mutator(seed)
        answered = 0
        for step in range(steps):
            peer = mutator.dice.choice(("p", "q"))
            frames = _said_by(peer, desk, mutator, 3 * step)
            replies = [*desk.handle(peer, frames), *desk.flush()]
            assert len(replies) <= 1
            for to, reply in replies:
                message = decode([bytes(frame) for frame in reply])
                assert to == peer
                if isinstance(message, Action):
                    ids = [number for block in message.blocks for number in block.ids]
                    assert sorted([*ids, *message.abstain]) == sorted(_ids(frames))
                    answered += 1
                elif isinstance(message, Refused):
                    assert message.message
            assert len(desk.sessions) <= limits.SESSIONS
        assert answered > steps // 20


def _said_by(peer: str, desk: Desk, mutator: Mutator, number: int) -> list[bytes]:
    """Mostly what gets the conversation on, else anything; a part of both is broken."""
    dice = mutator.dice
    session = desk.sessions.get((peer, "M1"))
    useful = HELLO if session is None else act(number, number + 1, number + 2) if session.seats else RESET
    frames = frames_of(useful if dice.random() < 0.8 else dice.choice(corpus()))
    return mutator.message(frames) if dice.random() < 0.2 else frames


def _ids(frames: list[bytes]) -> list[int]:
    """The request ids of a message, if it is a request that can be read."""
    with contextlib.suppress(WireError):
        message = decode(frames)
        if isinstance(message, Act):
            return [number for block in message.blocks for number in block.ids]
    return []


def test_the_fuzzer_is_the_same_for_the_same_seed():
    first, second = ([mutator.message() for _ in range(50)] for mutator in (Mutator(4), Mutator(4)))
    assert first == second
    assert len({tuple(frames) for frames in first}) > 40
