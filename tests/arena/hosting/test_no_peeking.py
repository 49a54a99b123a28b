"""A guest with a token of its own cannot learn the other hand: not from any socket, frame or error.

The same match of hold'em is hosted twice, with only the hidden cards of the other guest exchanged in between.
Mallory tries all she can think of in both; all she ever receives must be equal, message by message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np
import pytest
import zmq

from arena.bus import endpoints
from arena.bus.events import decode as decode_event
from arena.bus.repair import pack, unpack
from arena.hosting.reception import HouseRules
from arena.hosting.tokens import new_secret
from arena.match.choices import RuleChoices
from arena.records.format import BlockCodec
from arena.wire.arrays import NamedArray
from arena.wire.codec import encode
from arena.wire.messages import (
    Act,
    Action,
    Block,
    Command,
    Hello,
    Input,
    Join,
    Message,
    Ping,
    Ready,
    Reset,
)
from tests.arena.hosting.inn import Inn, Player, answer, setup
from tests.e2e.headless.test_hidden_hands import POKER, SEED, exchange_hidden_cards

GAME = "texas_holdem"
MALLORY, VICTIM = "player_0", "player_1"
HAND_BYTES = 288
"""One observation: 72 numbers, the cards one can see and what was bet."""

_TIMED = ("budget_s", "t")
_VOLATILE = {"ping", "pong"}


def prudent(act: Act) -> Message:
    """Raise never, call where possible: the hand goes to its showdown."""
    return answer(act, lambda row: next(wish for wish in (1, 3, 0) if row[wish]))


class Mallory:
    """Her seat, and every other socket she can open."""

    def __init__(self, inn: Inn, role: str) -> None:
        self.inn = inn
        self.seat = inn.stranger(choose=self.cheat)
        self.seat.wants = ("view", "position", "result", "observe")
        self.others: list[Player] = []
        self.token = inn.house.token("t1.0")
        self.seat.say(Join(token=self.token, name="Mallory", role=role))
        inn.until(lambda: self.seat.joined)
        self.context = zmq.Context()
        self.subscription, self.repair = self.context.socket(zmq.SUB), self.context.socket(zmq.DEALER)
        self.events: list[bytes] = []
        self.repaired: list[bytes] = []
        self.listening = False
        self.told = 0
        self._asked = Counter[int]()

    def cheat(self, act: Act) -> Message | None:
        """A lie or two beside each answer: more that cannot be read would count as giving up."""
        if len(self.seat.acts) == 1:
            self._listen_to_the_bus()
            self._knock_from_elsewhere(act)
            return None  # until the bus is heard
        self._asked[act.tick] += 1
        lies = self._lies_about(act)
        if self._asked[act.tick] <= 2 and self.told < len(lies):
            self.seat.shout(*lies[self.told])
            self.told += 1
            self.seat.say(Ping(7, act.match))
        return prudent(act)

    def _listen_to_the_bus(self) -> None:
        (stream,) = endpoints.streams()
        self.subscription.connect(stream.publish)
        self.subscription.subscribe(b"")
        self.repair.connect(stream.repair)
        self.repair.send(pack("hello", id="mallory"))
        self.repair.send(pack("want", first=0))

    def _lies_about(self, act: Act) -> list[list[bytes]]:
        """What a joined bot may send: about the other seat, about other matches, about anything."""
        match = act.match
        guesses = tuple(number for number in range(1, 40) if number not in act.blocks[0].ids)
        folds = (NamedArray((), np.full(len(guesses), 2, np.int64)),)
        theirs = Block(0, ids=guesses, arrays={"action": folds})
        one_fold = Block(0, agents=(VICTIM,), arrays={"action": (NamedArray((), np.array([2])),)})
        groups = [{"agents": [MALLORY, VICTIM]}]
        lies: list[Message | dict[str, Any]] = [
            Action(match, (theirs,)),
            Command(match, VICTIM, "resign"),
            {"kind": "hello", "match": match, "versions": [1], "game": "", "groups": groups},
            Input(match, act.episode, 1, (one_fold,)),
            Command(match, VICTIM, "leave"),
            {"kind": "view", "match": match, "episode": 0, "tick": 0, "snapshot": {"viewer": "all"}},
            Action("another-match", (theirs,)),
            Ready(match, 0),
        ]
        return [_frames(lie) for lie in lies]

    def _knock_from_elsewhere(self, act: Act) -> None:
        """Her token again, secrets she guesses, her own secret while she is here, the host's words."""
        joined = self.seat.joined
        assert joined is not None
        number = int(joined.resume.partition("-")[0])
        attempts: tuple[Message, ...] = (
            Join(token=self.token),
            Join(token=f"2-{new_secret()}"),
            Join(resume=joined.resume),
            Join(resume=f"{number + 1}{joined.resume[len(str(number)) :]}"),
            Join(resume=f"{number + 1}-{new_secret()}"),
            Hello(act.match, "classic/texas_holdem_v4", "sequential", self.seat.hellos[0].groups),
            Reset(act.match, 0, {VICTIM: 1}),
            Action(act.match),
            Command(act.match, VICTIM, "resign"),
        )
        for attempt in attempts:
            self.others.append(self.inn.stranger())
            self.others[-1].say(attempt)

    def hear_bus(self) -> None:
        while self.subscription.poll(0):
            topic, payload = self.subscription.recv_multipart()
            self.listening = True
            if not topic.endswith(b"/mark"):
                self.events.append(payload)
        while self.repair.poll(0):
            head, *blocks = self.repair.recv_multipart()
            if unpack(head)["kind"] == "blocks":
                for block in blocks:
                    self.repaired += BlockCodec().unpack_whole(block)[1]

    def close(self) -> None:
        self.context.destroy(linger=0)


def play(role: str) -> tuple[Mallory, Player, dict[str, Any]]:
    """One hosted hand, to its end."""
    inn = Inn(HouseRules(grace_s=60.0))
    rules = RuleChoices(pace="wait", on_illegal="retry", max_ticks=40)
    inn.house.open_table(setup(GAME, "*=open", rules=rules, seed=SEED))
    mallory = Mallory(inn, role)
    victim = inn.player("t1.1", "Victor", choose=prudent)

    def after_hearing(true: Callable[[], object]) -> Callable[[], object]:
        def check() -> object:
            mallory.hear_bus()
            return true()

        return check

    try:
        inn.until(after_hearing(lambda: mallory.repaired and mallory.listening))
        mallory.seat.say(prudent(mallory.seat.acts[0]))
        inn.until(after_hearing(lambda: inn.told("match_ended")))
        inn.until(after_hearing(lambda: decode_event(mallory.events[-1])["kind"] == "close"))
        assert len(mallory.events) > 10
        inn.until(lambda: all(other.refused for other in mallory.others))
        assert mallory.told > 5
        outcome = inn.told("result")[0].fields["outcome"]
    finally:
        mallory.close()
        inn.close()
    return mallory, victim, outcome


def _frames(lie: Message | dict[str, Any]) -> list[bytes]:
    if isinstance(lie, dict):
        return [msgpack.packb({"v": 1, **lie})]
    return [bytes(frame) for frame in encode(lie)]


def heard(player: Player) -> list[Any]:
    """All that came, without what differs from run to run for other reasons: names of runs, and time."""
    told: list[Any] = []
    for frame in player.heard:
        try:
            header = msgpack.unpackb(frame)
        except Exception:  # noqa: BLE001 - an array
            header = None
        if not isinstance(header, dict):
            told.append(bytes(frame))
            continue
        if header["kind"] in _VOLATILE:
            continue
        for name in ("match", "resume", *_TIMED):
            header.pop(name, None)
        told.append(header)
    return told


def until_the_end(told: list[Any]) -> list[Any]:
    """The part before the hand was over and its cards may be seen by all."""
    ends = [
        number for number, item in enumerate(told) if isinstance(item, dict) and item.get("kind") == "end"
    ]
    last_act = [
        number
        for number, item in enumerate(told[: ends[0]] if ends else told)
        if isinstance(item, dict) and item.get("kind") == "act"
    ][-1]
    return told[: last_act + 1]


def without_views(told: list[Any]) -> list[Any]:
    return [item for item in told if not (isinstance(item, dict) and item["kind"] == "view")]


def views(told: list[Any]) -> dict[int, Any]:
    """Tick -> what a person saw then; how often they are shown depends on their line."""
    shown = [item for item in told if isinstance(item, dict) and item["kind"] == "view"]
    return {item["tick"]: item["snapshot"] for item in shown if item["snapshot"] is not None}


def public(events: list[bytes]) -> list[dict[str, Any]]:
    """Events before the last step, without times and without the run's own name."""
    decoded = [decode_event(event) for event in events]
    last = max(number for number, event in enumerate(decoded) if event["kind"] == "step")
    return [
        {key: value for key, value in event.items() if key not in {"t", "match", "clocks"}}
        for event in decoded[:last]
    ]


@pytest.mark.parametrize("role", ["bot", "person"])
def test_no_socket_frame_or_error_tells_of_the_other_hand(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dealer, cards, _ = POKER[GAME]
    first, victim, outcome = play(role)
    exchange_hidden_cards(monkeypatch, dealer, cards)
    second, other_victim, other_outcome = play(role)

    hands = [
        next(frame for frame in heard(one) if len(frame) == HAND_BYTES) for one in (victim, other_victim)
    ]
    assert hands[0] != hands[1], "the hidden cards were not exchanged: this shows nothing"

    told = [until_the_end(heard(one.seat)) for one in (first, second)]
    assert without_views(told[0]) == without_views(told[1])
    shown = [views(one) for one in told]
    assert bool(shown[0]) == (role == "person")
    for tick in shown[0].keys() & shown[1].keys():
        assert shown[0][tick] == shown[1][tick]
    for view in [*shown[0].values(), *shown[1].values()]:
        assert view["seats"][1]["cards"] == [None, None]
    for one, other in zip(first.others, second.others, strict=True):
        assert heard(one) == heard(other)
        assert not one.hellos
        assert not one.acts
        assert not one.views
        assert one.joined is None
    for message in first.seat.hellos:
        assert [agent for group in message.groups for agent in group.agents] == [MALLORY]
    for act in first.seat.acts:
        assert {agent for block in act.blocks for agent in block.agents} == {MALLORY}
    assert len(first.seat.hellos) == 1
    assert public(first.events) == public(second.events)
    assert public(first.repaired) == public(second.repaired)
    for result in (outcome, other_outcome):
        assert result["reason"] == "showdown"  # nothing she said played for the other seat
        assert [seat["forfeited"] for seat in result["seats"]] == [None, None]
        assert result["seated"] == "as_planned"
