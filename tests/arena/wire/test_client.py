from __future__ import annotations

import msgpack
import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.wire import limits
from arena.wire.arrays import NamedArray
from arena.wire.client import (
    BROKEN_MAX,
    HELLOS_MAX,
    REMARKS_MAX,
    Answer,
    Broken,
    ClientSession,
    Echo,
    Held,
    News,
    Stage,
)
from arena.wire.codec import encode
from arena.wire.messages import (
    Act,
    Action,
    Block,
    Bye,
    Command,
    Group,
    Hello,
    Input,
    Observe,
    Ping,
    Policy,
    Pong,
    Ready,
    Refusal,
    Refused,
    Remark,
    Reset,
    View,
)
from arena.wire.spaces import describe

OBSERVATION = describe(spaces.Box(0, 1, (2,)))
DISCRETE, BOX = describe(spaces.Discrete(9)), describe(spaces.Box(-1, 1, (3,)))
HELLO = Hello(
    "M1", "g", "simultaneous", (Group(("a", "b"), OBSERVATION, DISCRETE), Group(("c",), OBSERVATION, BOX))
)
RESET = Reset("M1", 0, {"a": 1, "b": 2, "c": 3})


class Peer:
    """A session and the log of what it sent."""

    def __init__(self):
        self.sent = []
        self.session = ClientSession(HELLO, self._note)

    def _note(self, message):
        self.sent.append(message)
        return True

    def say(self, message):
        self.session.received([bytes(frame) for frame in encode(message)])

    def taken(self):
        events = list(self.session.events)
        self.session.events.clear()
        return events

    def stage(self):
        return self.session.stage

    @property
    def kinds(self):
        return [message.kind for message in self.sent]


@pytest.fixture
def peer():
    return Peer()


@pytest.fixture
def ready(peer):
    peer.session.reset(RESET)
    peer.session.connected()
    peer.say(Ready("M1", policy=Policy(name="Pia"), wants=("result",)))
    peer.say(Ready("M1", 0))
    assert peer.stage() is Stage.READY
    peer.sent.clear()
    return peer


def ask(*ids, agents="ab", group=0):
    return Act("M1", 0, 0, (Block(group, tuple(agents), ids, arrays={"observation": OBSERVED[len(ids)]}),))


OBSERVED = {n: (NamedArray((), np.zeros((n, 2), np.float32)),) for n in (1, 2)}


def answer(*pairs, group=0):
    actions = np.array([action for _, action in pairs])
    block = Block(
        group, ids=tuple(number for number, _ in pairs), arrays={"action": (NamedArray((), actions),)}
    )
    return Action("M1", (block,))


def test_it_greets_resets_and_is_ready(peer):
    peer.session.reset(RESET)
    assert peer.sent == []
    peer.session.connected()
    assert peer.sent == [HELLO]
    peer.say(Ready("M1", policy=Policy(name="Pia"), wants=("result",)))
    assert peer.sent == [HELLO, RESET]
    assert peer.stage() is Stage.RESETTING
    peer.say(Ready("M1", 0))
    assert peer.stage() is Stage.READY
    assert (peer.session.policy.name, peer.session.wants, peer.taken()) == ("Pia", {"result"}, [])


def test_answers_come_one_by_one_in_any_grouping(ready):
    ready.session.act(ask(1, 2))
    ready.session.act(ask(3, agents="c", group=1))
    ready.say(answer((2, 8)))
    ready.say(
        Action(
            "M1", (Block(1, ids=(3,), arrays={"action": (NamedArray((), np.ones((1, 3))),)}),), abstain=(1,)
        )
    )
    first, second, third = ready.taken()
    assert first == Answer("b", 2, 8)
    assert second == Answer("a", 1, None)
    assert (third.agent, third.action.tolist(), third.action.dtype) == ("c", [1, 1, 1], np.float32)


def test_answers_to_what_is_not_open_are_stale(ready):
    ready.session.act(ask(1, 2))
    ready.session.cancel([1])
    ready.session.act(ask(3, agents="b"))
    ready.say(answer((1, 0), (2, 0), (3, 5), (3, 5), (99, 1)))
    assert ready.taken() == [Answer("b", 3, 5)]
    assert ready.session.stale == 4


def test_an_answer_of_another_match_is_stale(ready):
    ready.session.act(ask(1, 2))
    ready.say(Action("M0", answer((1, 0)).blocks))
    assert (ready.taken(), ready.session.stale) == ([], 1)


@pytest.mark.parametrize("actions", [np.array([[1, 2]]), np.array([0.5]), np.array([[0.5, 1]])])
def test_an_action_that_does_not_fit_is_illegal_not_lost(ready, actions):
    ready.session.act(ask(1, agents="a"))
    ready.say(Action("M1", (Block(0, ids=(1,), arrays={"action": (NamedArray((), actions),)}),)))
    (event,) = ready.taken()
    assert isinstance(event.action, Broken)
    assert "the root has" in repr(event.action)
    assert ready.session.broken == 1


def test_an_action_for_a_seat_of_another_group_is_illegal(ready):
    ready.session.act(ask(1, agents="c", group=1))
    ready.say(answer((1, 3)))
    (event,) = ready.taken()
    assert isinstance(event.action, Broken)


def test_a_broken_message_answers_what_is_open_illegally(ready):
    ready.session.act(ask(1, 2))
    ready.session.received([b"rubbish"])
    news, *answers = ready.taken()
    assert news.kind == "info"
    assert [(a.agent, type(a.action)) for a in answers] == [("a", Broken), ("b", Broken)]


def test_broken_messages_in_a_row_end_it(ready):
    for _ in range(BROKEN_MAX):
        ready.session.received([b"rubbish"])
    assert ready.taken()[-1].kind == "failed"
    assert ready.stage() is Stage.FAILED


def test_a_flood_of_broken_messages_is_not_a_flood_of_news(ready):
    for number in range(100):
        ready.session.received([b"rubbish"])
        ready.say(answer((1000 + number, 0)))
    assert len(ready.taken()) == 10
    assert ready.session.broken == 100


def test_requests_before_it_is_ready_wait(peer):
    peer.session.reset(RESET)
    peer.session.act(ask(1, 2))
    peer.session.act(ask(3, agents="a"))
    peer.session.connected()
    peer.say(Ready("M1"))
    peer.say(Ready("M1", 0))
    assert peer.kinds == ["hello", "reset", "act", "act"]
    peer.say(answer((1, 0), (2, 1), (3, 2)))
    assert peer.taken() == [Answer("b", 2, 1), Answer("a", 3, 2)]


def test_a_lost_server_is_told_once_and_its_return_too(ready):
    ready.session.act(ask(1, 2))
    ready.session.disconnected("gone")
    ready.session.disconnected("gone")
    assert ready.taken() == [News("lost", "gone")]
    ready.session.act(ask(3, 4))
    ready.session.connected()
    ready.say(Ready("M1", policy=Policy(name="Pia")))
    assert ready.taken() == []
    ready.say(Ready("M1", 0))
    assert ready.taken() == [News("restored", "Pia is back")]
    assert ready.kinds == ["act", "hello", "reset"]
    assert ready.sent[-1] == Reset("M1", 0, RESET.seeds, mid_episode=True)
    ready.say(answer((1, 0), (3, 0)))
    assert (ready.taken(), ready.session.stale) == ([], 2)


def test_a_restarted_server_that_forgot_us_is_greeted_again(ready):
    ready.session.act(ask(1, 2))
    ready.say(Refused("M1", Refusal.NO_SESSION, "who are you"))
    assert [news.kind for news in ready.taken()] == ["lost"]
    ready.say(Ready("M1"))
    ready.say(Ready("M1", 0))
    assert [news.kind for news in ready.taken()] == ["restored"]
    assert ready.kinds == ["act", "hello", "reset"]


def test_a_server_that_always_forgets_is_given_up(ready):
    for _ in range(HELLOS_MAX + 1):
        ready.say(Refused("M1", Refusal.NO_SESSION, "who are you"))
        ready.say(Ready("M1"))
    assert ready.taken()[-1].kind == "failed"
    assert ready.kinds.count("hello") == HELLOS_MAX


@pytest.mark.parametrize("refusal", [Refusal.SPACES, Refusal.CRASH, Refusal.GAME, Refusal.BUSY])
def test_a_refusal_fails_with_its_sentence(ready, refusal):
    ready.say(Refused("M1", refusal, "no, thank you"))
    (news,) = ready.taken()
    assert (news.kind, news.refusal) == ("failed", refusal)
    assert news.message.endswith("no, thank you")
    ready.session.act(ask(1, 2))
    ready.session.disconnected("gone")
    assert ready.taken() == []


def test_a_new_episode_gives_a_failed_server_another_chance(ready):
    ready.say(Refused("M1", Refusal.CRASH, "oops"))
    ready.taken()
    ready.session.reset(Reset("M1", 1, RESET.seeds))
    assert ready.kinds == ["hello"]
    ready.say(Ready("M1"))
    ready.say(Ready("M1", 0))
    assert ready.stage() is Stage.RESETTING
    ready.say(Ready("M1", 1))
    assert ready.stage() is Stage.READY


def test_a_new_episode_of_a_ready_server_is_a_reset(ready):
    ready.session.act(ask(1, 2))
    ready.session.reset(Reset("M1", 1, RESET.seeds))
    assert ready.kinds == ["act", "reset"]
    ready.say(answer((1, 0)))
    ready.say(Ready("M1", 1))
    assert (ready.stage(), ready.taken(), ready.session.stale) == (Stage.READY, [], 1)


def test_a_server_that_leaves_is_lost_until_another_comes(ready):
    ready.say(Bye("M1", message="the server was stopped"))
    assert "the server was stopped" in ready.taken()[0].message
    assert ready.kinds == ["bye"]
    ready.session.disconnected("gone")
    ready.session.connected()
    assert ready.kinds == ["bye", "hello"]


def test_a_server_made_for_other_spaces_fails_before_the_match(peer):
    other = (Group(("a", "b"), OBSERVATION, describe(spaces.Discrete(7))), HELLO.groups[1])
    peer.session.reset(RESET)
    peer.session.connected()
    peer.say(Ready("M1", groups=other))
    (news,) = peer.taken()
    assert news.message.startswith(
        "the action space of a, b does not fit: the root is discrete(9) in the game"
    )


steps = st.lists(
    st.sampled_from(
        [
            ("say", Ready("M1")),
            ("say", Ready("M1", 0)),
            ("say", Refused("M1", Refusal.NO_SESSION, "")),
            ("say", Bye("M1")),
            ("say", answer((1, 0), (2, 3))),
            ("say", Action("M1", abstain=(3, 4))),
            ("say", HELLO),
            ("connected",),
            ("disconnected", "gone"),
            ("act", ask(1, 2)),
            ("act", ask(3, agents="c", group=1)),
            ("cancel", [1]),
            ("reset", RESET),
            ("received", [b"\xc1"]),
        ]
    ),
    max_size=30,
)


@given(steps)
@settings(max_examples=200, deadline=None)
def test_no_order_of_events_breaks_it(script):
    """Nothing raises; an id is answered at most once per request; lost and restored alternate."""
    peer = Peer()
    asked = answered = 0
    for name, *arguments in script:
        if name == "say":
            peer.say(*arguments)
        else:
            getattr(peer.session, name)(*arguments)
        if name == "act":
            asked += len(arguments[0].blocks[0].ids)
    events = peer.taken()
    answered = sum(isinstance(event, Answer) for event in events)
    turns = [event.kind for event in events if isinstance(event, News) and event.kind in {"lost", "restored"}]
    assert answered <= asked
    assert turns == (["lost", "restored"] * len(turns))[: len(turns)]


@pytest.mark.parametrize("greeted", [False, True])
def test_what_was_asked_before_it_was_ever_ready_outlives_a_connection_that_blinks(peer, greeted):
    """A takeover asks at once; nothing was lost then, so nobody would ask again."""
    peer.session.reset(RESET)
    peer.session.connected()
    if greeted:
        peer.say(Ready("M1"))
    act = ask(1, 2)
    peer.session.act(act)
    peer.session.disconnected("it is gone")
    peer.session.connected()
    peer.say(Ready("M1"))
    peer.say(Ready("M1", 0))
    assert peer.sent[-1] is act
    peer.say(answer((1, 4), (2, 5)))
    assert peer.taken() == [Answer("a", 1, 4), Answer("b", 2, 5)]


# ---- what else the peer may say ----------------------------------------------------------------------------


def test_a_ping_is_answered_at_once_and_a_pong_is_an_echo(peer):
    peer.session.connected()
    peer.say(Ping(7))
    peer.say(Ping(8, "M1"))
    assert peer.sent[1:] == [Pong(7), Pong(8, "M1")]
    peer.session.ping(3)
    assert peer.sent[-1] == Ping(3, "M1")
    peer.say(Pong(3, "M1"))
    assert peer.taken() == [Echo(3)]


def test_a_kind_of_a_later_revision_is_passed_over(ready):
    ready.session.act(ask(1, 2))
    ready.session.received([msgpack.packb({"v": 1, "kind": "applause", "match": "M1"})])
    assert (ready.taken(), ready.session.broken, ready.session.stale) == ([], 0, 1)


def test_a_remark_is_passed_on_without_what_could_steer_a_terminal(ready):
    ready.say(Remark("M1", "a newer checkpoint\x1b[2J cannot be loaded\u202e", "warning"))
    assert ready.taken() == [News("info", "a newer checkpoint [2J cannot be loaded ", level="warning")]
    assert ready.stage() is Stage.READY


def test_a_flood_of_remarks_is_not_a_flood_of_news(ready):
    for _ in range(3):
        for _ in range(REMARKS_MAX + 5):
            ready.say(Remark("", "hello"))
        assert len(ready.taken()) == REMARKS_MAX
        ready.session.reset(RESET)
    assert ready.session.remarks == 3 * (REMARKS_MAX + 5)


def held(number, *actions, episode=0, agents="ab", group=0):
    arrays = {"action": (NamedArray((), np.array(actions)),)}
    return Input("M1", episode, number, (Block(group, tuple(agents), arrays=arrays),))


def test_an_input_is_held_and_older_ones_are_passed_over(ready):
    ready.say(held(1, 3, 4))
    ready.say(held(3, 5, agents="b"))
    ready.say(held(2, 8, agents="a"))
    ready.say(held(3, 8, agents="a"))
    ready.say(held(4, 8, agents="a", episode=1))
    assert ready.taken() == [Held("a", 3, 1), Held("b", 4, 1), Held("b", 5, 3)]
    assert ready.session.stale == 3


def test_inputs_count_from_one_again_after_a_reset(ready):
    ready.say(held(9, 1, agents="a"))
    ready.session.disconnected("gone")
    ready.session.connected()
    ready.say(Ready("M1"))
    ready.say(held(1, 2, agents="a"))  # not ready: it waits for no one
    ready.say(Ready("M1", 0))
    ready.say(held(1, 2, agents="a"))
    assert [event for event in ready.taken() if isinstance(event, Held)] == [Held("a", 1, 9), Held("a", 2, 1)]


@pytest.mark.parametrize(
    "message",
    [
        held(1, 3, agents="x"),
        held(1, 3, agents="c"),
        held(1, 3, agents="a", group=2),
        held(1, 0.5, agents="a"),
        Command("M1", "x", "resign"),
    ],
)
def test_an_input_or_command_that_does_not_belong_changes_nothing(ready, message):
    ready.say(message)
    (news,) = ready.taken()
    assert news.kind == "info"
    assert ready.session.broken == 1


def test_a_command_of_a_seat_is_an_event(ready):
    ready.say(Command("M1", "c", "offer_draw"))
    assert ready.taken() == [Command("M1", "c", "offer_draw")]


def test_only_what_was_wanted_is_told_and_only_while_it_plays(peer):
    observe, view = Observe("M1", 0, 1, ()), View("M1", 0, 1)
    peer.session.reset(RESET)
    assert not peer.session.tell(observe)
    peer.session.connected()
    peer.say(Ready("M1", wants=("observe",)))
    peer.say(Ready("M1", 0))
    assert peer.session.tell(observe)
    assert not peer.session.tell(view)
    assert peer.sent[-1] is observe


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (Refused("M1", Refusal.BUSY, "not now"), "the guest Ada refused (busy): not now"),
        (Refused("M1", Refusal.CRASH, "KeyError: 'mask'"), "the guest Ada crashed: KeyError: 'mask'"),
    ],
)
def test_sentences_call_the_peer_and_what_it_did_what_it_is(refused, told):
    session = ClientSession(HELLO, lambda _: True, peer="the guest Ada")
    session.connected()
    session.received([bytes(frame) for frame in encode(refused)])
    assert session.events.pop() == News("failed", told, refused.reason)


class Clock:
    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


def flooded(peer, frames):
    count = 0
    while peer.session.stage is not Stage.FAILED:
        peer.session.received(frames)
        count += 1
        assert count < 100_000
    return count


def test_a_flood_is_given_up_before_it_is_decoded(peer, monkeypatch):
    clock = Clock()
    peer.session = ClientSession(HELLO, peer._note, clock=clock)
    peer.session.connected()
    frames = [bytes(frame) for frame in encode(Ping(1))]
    assert flooded(peer, frames) == int(limits.MESSAGES_BURST) + 1
    assert peer.sent[-1].kind == "bye"
    (news,) = peer.taken()
    assert (news.kind, news.refusal) == ("failed", Refusal.LIMIT)
    assert "without being asked" in news.message
    monkeypatch.setattr("arena.wire.client.decode", None)
    peer.session.received(frames)
    assert peer.taken() == []


def test_a_flood_of_bytes_is_one_too(peer):
    peer.session = ClientSession(HELLO, peer._note, clock=Clock())
    peer.session.connected()
    huge = [bytes(frame) for frame in encode(Ping(1))] + [bytes(1 << 20)]
    peer.session.received(huge)
    assert peer.taken()[-1].kind == "info"
    over = peer.session._allowance
    assert over is not None
    count = 0
    while over.over(huge) is None:
        count += 1
    assert count == int(limits.BYTES_BURST) // len(b"".join(huge)) - 1


def test_a_peer_that_says_no_more_than_it_may_is_never_given_up(peer):
    clock = Clock()
    peer.session = ClientSession(HELLO, peer._note, clock=clock)
    peer.session.connected()
    for _ in range(5000):
        clock.now += 1.01 / limits.MESSAGES_PER_S
        peer.say(Ping(1))
    assert peer.stage() is not Stage.FAILED


def test_answers_that_were_asked_for_are_no_flood_however_many(peer):
    clock = Clock()  # it stands still: a match that steps as fast as it can
    peer.session = ClientSession(HELLO, peer._note, clock=clock)
    peer.session.reset(RESET)
    peer.session.connected()
    peer.say(Ready("M1"))
    peer.say(Ready("M1", 0))
    for number in range(0, 8000, 2):
        peer.session.act(ask(number, number + 1))
        peer.say(answer((number, 1)))
        peer.say(answer((number + 1, 2)))
        assert len(peer.taken()) == 2
    assert peer.stage() is Stage.READY
