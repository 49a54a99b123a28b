from __future__ import annotations

from typing import Any

import msgpack
import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.wire.arrays import NamedArray
from arena.wire.codec import decode, encode
from arena.wire.messages import (
    Act,
    Action,
    Block,
    Bye,
    End,
    Group,
    Hello,
    Observe,
    Ping,
    Policy,
    Pong,
    Ready,
    Refusal,
    Refused,
    Reset,
    Result,
)
from arena.wire.spaces import describe
from workers.backends.contract import Backend, Crash, RefusedError
from workers.desk import SESSIONS_A_PEER_MAX, SESSIONS_MAX, Desk

OBSERVATION, ACTION = describe(spaces.Box(0, 9, (2,))), describe(spaces.Discrete(9))
SEATS = Group(("a", "b"), OBSERVATION, ACTION)
OTHER = Group(("c",), describe(spaces.Box(0, 9, (3,))), ACTION)


class Adder(Backend):
    """Answers the sum of what it sees, or the first legal action where masked; keeps notes."""

    policy = Policy(id="p", name="Adder")

    def __init__(self):
        self.batches, self.learned, self.ended = [], [], []

    def decide(self, batch):
        self.batches.append(len(batch))
        sums = [int(row.sum()) for row in batch.arrays[0].data]
        if batch.legal is not None:
            return [int(np.flatnonzero(mask)[0]) for mask in batch.legal]
        return [{7: None, 8: Crash("Adder raised")}.get(total, total) for total in sums]

    def learn(self, session, message):
        self.learned.append(message.tick)

    def end(self, session):
        self.ended.append(session.hello.match)


@pytest.fixture
def desk():
    return Desk(Adder())


def backend_of(desk) -> Any:
    return desk.models[0].backend


def say(desk, message, peer="p1") -> list[Any]:
    return [(to, decode(frames)) for to, frames in desk.handle(peer, encode(message))]


def flush(desk) -> list[Any]:
    return [(to, decode(frames)) for to, frames in desk.flush()]


def seat(desk, match="M1", peer="p1", groups=(SEATS,)):
    say(desk, Hello(match, "g", "simultaneous", groups), peer)
    agents = [agent for group in groups for agent in group.agents]
    return say(desk, Reset(match, 0, dict.fromkeys(agents, 5)), peer)


def act(match="M1", *, agents=("a", "b"), ids=(1, 2), rows=((1, 1), (2, 2)), group=0, legal=None):
    arrays = {"observation": (NamedArray((), np.array(rows, np.float32)),)}
    if legal is not None:
        arrays["legal"] = (NamedArray((), np.array(legal, np.int8)),)
    return Act(match, 0, 3, (Block(group, agents, ids, arrays=arrays),))


def actions(message):
    return {
        number: int(value)
        for block in message.blocks
        for number, value in zip(block.ids, block.arrays["action"][0].data, strict=True)
    }


def test_hello_and_reset_are_answered_with_ready(desk):
    ((to, ready),) = say(desk, Hello("M1", "g", "sequential", (SEATS,)))
    assert (to, type(ready), ready.episode, ready.policy.name) == ("p1", Ready, None, "Adder")
    ((_, ready),) = say(desk, Reset("M1", 4, {"b": 2, "a": 1}))
    assert ready.episode == 4
    assert list(desk.sessions["p1", "M1"].seats) == ["b", "a"]


def test_everything_that_waits_is_one_batch(desk):
    for peer in ("p1", "p2", "p3"):
        seat(desk, peer=peer)
        assert desk.handle(peer, encode(act())) == []
    replies = flush(desk)
    assert [(to, actions(message)) for to, message in replies] == [
        (p, {1: 2, 2: 4}) for p in ("p1", "p2", "p3")
    ]
    assert backend_of(desk).batches == [6]
    assert flush(desk) == []


def test_answers_in_an_array_are_shared_out_as_they_are(desk, monkeypatch):
    monkeypatch.setattr(backend_of(desk), "decide", lambda batch: np.arange(len(batch)))
    seat(desk)
    say(desk, act())
    say(desk, act(ids=(7, 8)))
    seat(desk, peer="p2")
    say(desk, act(), peer="p2")
    assert {to: actions(message) for to, message in flush(desk)} == {
        "p1": {1: 0, 2: 1, 7: 2, 8: 3},
        "p2": {1: 4, 2: 5},
    }


def test_rows_of_other_spaces_or_masks_are_batches_of_their_own(desk):
    seat(desk, groups=(SEATS, OTHER))
    say(desk, act())
    say(desk, act(agents=("c",), ids=(3,), rows=((1, 1, 1),), group=1))
    say(desk, act(ids=(4, 5), legal=[[0, 1], [1, 1]]))
    ((_, message),) = flush(desk)
    assert sorted(backend_of(desk).batches) == [1, 2, 2]
    assert actions(message)[3] == 3


def test_masks_reach_the_backend_row_by_row(desk):
    seat(desk)
    say(desk, act(legal=[[0, 0, 1], [0, 1, 1]]))
    ((_, message),) = flush(desk)
    assert actions(message) == {1: 2, 2: 1}


def test_abstaining_and_crashing(desk):
    seat(desk)
    say(desk, act(rows=((7, 0), (1, 0))))
    ((_, message),) = flush(desk)
    assert (message.abstain, actions(message)) == ((1,), {2: 1})
    seat(desk, match="M2")
    say(desk, act(rows=((8, 0), (1, 0))))
    say(desk, act("M2"))
    crash, fine = [message for _, message in flush(desk)]
    assert (crash.reason, crash.message) == (Refusal.CRASH, "Adder raised")
    assert actions(fine) == {1: 2, 2: 4}
    assert ("p1", "M1") not in desk.sessions


def test_only_the_session_whose_rows_raise_crashes(desk):
    backend = backend_of(desk)

    def decide(batch):
        for seat in batch.seats:
            seat.memory = (seat.memory or 0) + 1
        for mine in {id(seat.session): seat.session for seat in batch.seats}.values():
            mine.memory = [*(mine.memory or ()), len(batch)]
        drawn = [int(seat.rng.integers(9)) for seat in batch.seats]
        for row in batch.arrays[0].data:
            _ = 7 // int(row.sum())
        return [seat.memory for seat in batch.seats] if backend.counts else drawn

    backend.decide, backend.counts = decide, True
    matches = ("M1", "p1"), ("M2", "p1"), ("M1", "p2")
    for match, peer in matches:
        seat(desk, match=match, peer=peer)
    for match, peer in matches:
        say(desk, act(match), peer)
    assert [actions(message) for _, message in flush(desk)] == [{1: 1, 2: 1}] * 3
    kept = [desk.sessions[key] for key in (("p1", "M1"), ("p2", "M1"))]
    alone = [np.random.default_rng(5).integers(9, size=2).tolist()[1]] * 2
    backend.counts = False
    for match, peer, rows in (("M1", "p1", ((1, 1), (2, 2))), ("M2", "p1", ((1, 1), (0, 0)))):
        say(desk, act(match, rows=rows), peer)
    say(desk, act(), "p2")
    first, guilty, last = [message for _, message in flush(desk)]
    assert (guilty.reason, guilty.match) == (Refusal.CRASH, "M2")
    assert guilty.message == "Adder raised ZeroDivisionError: integer division or modulo by zero"
    assert list(actions(first).values()) == list(actions(last).values()) == alone
    assert [seat.memory for session in kept for seat in session.seats.values()] == [2] * 4
    assert [session.memory for session in kept] == [[6, 2]] * 2
    assert set(desk.sessions) == {("p1", "M1"), ("p2", "M1")}


def test_where_memories_cannot_be_copied_each_session_is_decided_by_itself(desk):
    for peer in ("p1", "p2"):
        seat(desk, peer=peer)
        desk.sessions[peer, "M1"].memory = (line for line in "cannot be copied")
        say(desk, act(), peer)
    assert [actions(message) for _, message in flush(desk)] == [{1: 2, 2: 4}] * 2
    assert backend_of(desk).batches == [2, 2]


def test_a_backend_that_raises_crashes_its_batch_and_not_the_server(desk):
    seat(desk)
    backend_of(desk).decide = lambda batch: 1 // 0
    say(desk, act())
    ((_, message),) = flush(desk)
    assert message.message == "Adder raised ZeroDivisionError: integer division or modulo by zero"
    seat(desk)
    assert ("p1", "M1") in desk.sessions


def test_a_backend_that_answers_too_few_crashes_its_batch_and_not_the_server(desk, monkeypatch):
    seat(desk)
    say(desk, act())
    monkeypatch.setattr(backend_of(desk), "decide", lambda _batch: [1])
    ((_, reply),) = flush(desk)
    assert (reply.reason, desk.sessions) == (Refusal.CRASH, {})
    assert "1 answers to 2 requests" in reply.message


@pytest.mark.parametrize("hook", ["accept", "begin", "learn", "end"])
def test_a_hook_that_raises_crashes_its_session_only(desk, hook):
    seat(desk, peer="p2")
    setattr(backend_of(desk), hook, lambda *arguments: 1 // 0)
    replies = seat(desk)
    say(desk, Result("M1", 0, 1, ()))
    say(desk, Bye("M1"))
    assert ("p2", "M1") in desk.sessions
    if hook == "begin":
        assert replies[0][1].reason is Refusal.CRASH


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (act("M9"), Refusal.NO_SESSION),
        (Reset("M9", 0, {"a": 1}), Refusal.NO_SESSION),
        (act(group=3), Refusal.MALFORMED),
        (act(rows=((1,), (2,))), Refusal.MALFORMED),
        (act(agents=("a", "z")), Refusal.MALFORMED),
        (Reset("M1", 0, {"z": 1}), Refusal.MALFORMED),
        (Reset("M1", 0, {"a": -1}), Refusal.MALFORMED),
        (Ready("M1"), Refusal.MALFORMED),
        (Hello("M1", "g", "sequential", (SEATS,), versions=(2, 3)), Refusal.VERSION),
        (Hello("M1", "g", "sequential", (SEATS,), options={"model": "x"}), Refusal.MODEL),
    ],
)
def test_what_cannot_be_served_is_refused_with_a_reason(desk, message, reason):
    seat(desk)
    ((_, refused),) = say(desk, message) + flush(desk)
    assert isinstance(refused, Refused)
    assert refused.reason is reason
    assert refused.message


def test_what_cannot_be_read_is_refused(desk):
    ((_, frames),) = desk.handle("p1", [b"rubbish"])
    unread: Any = decode(frames)
    assert unread.reason is Refusal.MALFORMED
    ((_, frames),) = desk.handle("p1", [msgpack.packb({"v": 2, "kind": "hello", "match": "M7"})])
    refused: Any = decode(frames)
    assert (refused.reason, refused.match) == (Refusal.VERSION, "M7")


def test_a_backend_may_refuse(desk):
    def accept(hello):
        raise RefusedError(Refusal.GAME, "only chess")

    backend_of(desk).accept = accept
    ((_, refused),) = say(desk, Hello("M1", "g", "sequential", (SEATS,)))
    assert (refused.reason, refused.message) == (Refusal.GAME, "only chess")
    assert desk.sessions == {}


def test_seats_leave_one_by_one_and_the_session_with_the_last(desk):
    seat(desk)
    say(desk, Bye("M1", ("a",)))
    assert list(desk.sessions["p1", "M1"].seats) == ["b"]
    say(desk, Bye("M1", ("b",)))
    assert desk.sessions == {}
    assert backend_of(desk).ended == ["M1"]
    assert say(desk, Bye("M1")) == []
    assert say(desk, End("M1", 0, "win", 3)) == []


def test_one_that_watches_hears_of_its_seats_after_it_left_them(desk):
    backend_of(desk).wants = ("observe",)
    seat(desk)
    say(desk, Bye("M1", ("a", "b")))
    assert say(desk, Observe("M1", 0, 18, ())) == []
    assert backend_of(desk).learned == [18]
    ((_, ready),) = say(desk, Reset("M1", 0, {"a": 5}, mid_episode=True))
    assert isinstance(ready, Ready)
    say(desk, Bye("M1"))
    assert desk.sessions == {}


def test_a_takeover_in_mid_episode_names_the_agents_of_now(desk):
    seat(desk)
    say(desk, Bye("M1", ("a",)))
    say(desk, Reset("M1", 0, {"a": 8, "b": 9}, mid_episode=True))
    say(desk, act())
    assert actions(flush(desk)[0][1]) == {1: 2, 2: 4}
    say(desk, Reset("M1", 0, {"a": 8}, mid_episode=True))
    ((_, refused),) = say(desk, act()) + flush(desk)
    assert refused.reason is Refusal.MALFORMED
    assert "b, which no reset named" in refused.message


def test_a_ping_is_answered_with_or_without_a_session(desk):
    assert say(desk, Ping(7)) == [("p1", Pong(7))]
    seat(desk)
    assert say(desk, Ping(8, "M1")) == [("p1", Pong(8, "M1"))]


def test_kinds_from_after_our_time_are_passed_over(desk):
    seat(desk)
    frames = [msgpack.packb({"v": 1, "kind": "applause", "match": "M1", "arrays": [1, {}]}), b"xx"]
    assert desk.handle("p1", frames) == []
    say(desk, act())
    assert actions(flush(desk)[0][1]) == {1: 2, 2: 4}


def test_a_draining_desk_takes_nobody_new_and_answers_the_rest(desk):
    seat(desk)
    ((to, frames),) = desk.farewell("closing time")
    assert (to, decode(frames)) == ("p1", Bye("M1", message="closing time"))
    ((_, refused),) = say(desk, Hello("M2", "g", "s", (SEATS,)))
    assert refused.reason is Refusal.BUSY
    say(desk, act())
    assert actions(flush(desk)[0][1]) == {1: 2, 2: 4}
    say(desk, Bye("M1"))
    assert desk.sessions == {}


def test_a_reset_before_an_answer_is_computed_answers_it_first(desk):
    seat(desk)
    say(desk, act())
    answered, ready = [message for _, message in say(desk, Reset("M1", 1, {"a": 1, "b": 1}))]
    assert isinstance(answered, Action)
    assert (type(ready), ready.episode) == (Ready, 1)


def test_results_reach_a_backend_that_learns(desk):
    seat(desk)
    say(desk, Result("M1", 0, 17, ()))
    assert backend_of(desk).learned == [17]


def test_the_quietest_session_makes_room(desk):
    for number in range(SESSIONS_A_PEER_MAX):
        seat(desk, match=f"M{number}")
    say(desk, act("M0"))
    flush(desk)
    seat(desk, match="new")
    assert len(desk.sessions) == SESSIONS_A_PEER_MAX
    assert ("p1", "M0") in desk.sessions
    assert ("p1", "M1") not in desk.sessions


def test_a_peer_with_very_many_sessions_crowds_out_nobody_else(desk):
    seat(desk, match="quiet", peer="other")
    for number in range(SESSIONS_MAX):
        seat(desk, match=f"M{number}", peer=f"p{number % 5}")
    assert len(desk.sessions) == SESSIONS_MAX
    assert ("other", "quiet") in desk.sessions


def test_each_seat_has_its_own_seeded_randomness(desk):
    seat(desk)
    say(desk, Reset("M1", 0, {"a": 1, "b": 2}))
    seats = desk.sessions["p1", "M1"].seats
    assert seats["a"].rng.random() == np.random.default_rng(1).random()
    assert seats["b"].rng.random() == np.random.default_rng(2).random()


ODD = (
    1.5, "e4", [1, 2], object(), [[1], [2, 3]], np.zeros((1,) * 6), np.longdouble(1),
    np.zeros(10**7), 1j, 2**70,
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_an_answer_that_is_no_action_is_sent_as_it_is(desk, odd):
    seat(desk)
    backend_of(desk).decide = lambda batch: [odd, 3]
    say(desk, act())
    ((_, message),) = flush(desk)
    first, second = message.blocks
    assert (first.ids, second.ids) == ((1,), (2,))
    assert second.arrays["action"][0].data.tolist() == [3]
    assert first.arrays["action"][0].data.shape[0] == 1


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_traffic_breaks_the_desk(data):
    desk = Desk(Adder())
    script = [
        Hello("M1", "g", "s", (SEATS,)), Reset("M1", 0, {"a": 1, "b": 2}), act(), act("M2"), act(group=1),
        act(agents=("a", "a")), Bye("M1"), Bye("M1", ("a",)), End("M1", 0, "win", 1), Ready("M1"),
        Result("M1", 0, 1, ()),
    ]  # fmt: skip
    for _ in range(data.draw(st.integers(1, 25))):
        frames = [bytearray(frame) for frame in encode(data.draw(st.sampled_from(script)))]
        if data.draw(st.booleans()):
            frame = data.draw(st.sampled_from(frames))
            if frame:
                frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(1, 255))
        replies = desk.handle(data.draw(st.sampled_from(["p1", "p2"])), frames)
        if data.draw(st.booleans()):
            replies += desk.flush()
        for _, reply in replies:
            decode(reply)
