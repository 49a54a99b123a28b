"""A card player cannot learn the other hand, nor can anybody who listens, until the hand is over.

The same match is played twice with only the hidden cards of ``player_1`` exchanged for others that nobody
ever sees; all that reaches ``player_0`` and the bus must then be equal, byte for byte.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import msgpack
import numpy as np
import pytest
import zmq

from arena.bus import endpoints
from arena.bus.events import decode
from arena.bus.publisher import BLOCK
from arena.bus.repair import pack, unpack
from arena.cli.main import main
from arena.home import arena_home
from arena.match import seating
from arena.match.choices import RuleChoices
from arena.match.controller import BaseController, Decision, Descriptor, EpisodeStart, Request
from arena.match.kinds import BuildContext, ControllerSpec, Option, kinds
from arena.match.match import Match
from arena.records.format import BlockCodec
from arena.records.record import Record
from arena.session import MatchSetup, open_session
from tests.e2e.headless.driving import Driver
from tests.e2e.headless.shell import records

SEED = 7_610_577_201_337_733
SEER, HIDER = "player_0", "player_1"
POKER = {
    # game -> dealer class, cards in a hand, actions in the order of preference
    "texas_holdem": ("rlcard.games.limitholdem.dealer.LimitHoldemDealer", 2, (1, 3, 0)),
    "texas_holdem_no_limit": ("rlcard.games.limitholdem.dealer.LimitHoldemDealer", 2, (2, 1)),
    "leduc_holdem": ("rlcard.games.leducholdem.dealer.LeducholdemDealer", 1, (1, 3, 0)),
}
RAISES = 2


def plain(value: Any) -> Any:
    """Any value a controller was given, so that two can be compared byte for byte."""
    if isinstance(value, np.ndarray):
        return "array", value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, Mapping):
        return sorted((str(key), plain(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return repr(value)


class Taped(BaseController):
    """Keeps all that it is told; tries something illegal first; then raises a little and calls."""

    needs_state = needs_position = True

    def __init__(self, agent: str, wishes: Sequence[int]) -> None:
        self.descriptor = Descriptor(f"taped-{agent}", f"Taped {agent}")
        self.tape: list[Any] = []
        self._wishes, self._decisions, self._out = wishes, 0, list[Decision]()

    def reset(self, start: EpisodeStart) -> None:
        self.tape.append(("reset", start.episode, plain(start.seeds), repr(start.seats)))

    def request(self, batch: Sequence[Request]) -> None:
        for row in batch:
            self.tape.append(("request", [plain(getattr(row, part.name)) for part in fields(row)]))
            assert row.state is None
            assert row.position is None
            assert row.legal is not None
            legal = np.flatnonzero(row.legal)
            if self._decisions == 0:
                action = int(np.flatnonzero(row.legal == 0)[0]) if len(legal) < len(row.legal) else 99
            else:
                wishes = self._wishes if self._decisions <= RAISES else self._wishes[1:]
                action = next(wish for wish in wishes if wish in legal)
            self._decisions += 1
            self._out.append(Decision(row.agent, row.request_id, action, 0.0))

    def poll(self) -> Sequence[Decision]:
        out, self._out = self._out, []
        return out

    def on_step_result(self, *told: Any) -> None:
        self.tape.append(("result", plain(told)))

    def on_applied(self, *told: Any) -> None:
        self.tape.append(("applied", plain(told)))


class TapedKind:
    """Seats :class:`Taped` controllers and remembers them."""

    name, summary, free_options = "taped", "keeps what it is told", False
    options: tuple[Option, ...] = ()

    def __init__(self, wishes: Sequence[int]) -> None:
        self.wishes = wishes
        self.built: dict[str, Taped] = {}

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        pass

    def build(self, spec: ControllerSpec, context: BuildContext) -> Taped:
        agent = context.seats[0].agent
        return self.built.setdefault(agent, Taped(agent, self.wishes))


class Listener:
    """A subscriber that keeps raw bytes, and asks the repair channel for what it may not have."""

    def __init__(self) -> None:
        (endpoint,) = endpoints.streams()
        self.context = zmq.Context()
        self.subscription, self.dealer = self.context.socket(zmq.SUB), self.context.socket(zmq.DEALER)
        self.subscription.connect(endpoint.publish)
        self.subscription.subscribe(b"")
        self.dealer.connect(endpoint.repair)

    def ask(self, first: int, *, closed: bool = False) -> list[bytes]:
        """The messages from ``first`` on, as repair tells them; ``closed``: once all is over."""
        until = time.monotonic() + 30.0
        while time.monotonic() < until:
            self.dealer.send(pack("hello", id="listener"))
            self.dealer.send(pack("want", first=first))
            while self.dealer.poll(200):  # an answer may be lost: then we ask again, as every follower does
                head, *blocks = self.dealer.recv_multipart()
                answer = unpack(head)
                if answer["kind"] == "blocks" and answer["first"] == first:
                    if answer["closed"] == closed:
                        return [
                            message for block in blocks for message in BlockCodec().unpack_whole(block)[1]
                        ]
                    break
        pytest.fail(f"repair never answered for a stream that is {'over' if closed else 'running'}")

    def heard(self) -> Iterator[bytes]:
        """Every message published, up to the close; what marks say is checked, not told."""
        while True:
            assert self.subscription.poll(10_000), "the stream fell silent"
            topic, payload = self.subscription.recv_multipart()
            kind = topic.rpartition(b"/")[2].decode()
            for message in BlockCodec().unpack_whole(payload)[1] if kind == BLOCK else [payload]:
                if kind == "mark":
                    assert set(decode(message)) == {"v", "kind", "seq", "t", "last_seq", "closed"}
                    continue
                yield message
                if decode(message)["kind"] == "close":
                    return

    def close(self) -> None:
        self.dealer.send(pack("ack", id="listener", seq=0, complete=True))
        self.context.destroy(linger=500)


@dataclass
class Hand:
    """One match, as everybody saw it."""

    tapes: dict[str, list[Any]]
    live: list[bytes]
    repaired: list[bytes]
    afterwards: list[bytes]
    looks: list[Any] = field(default_factory=list)
    cards: dict[str, list[str]] = field(default_factory=dict)


def exchange_hidden_cards(monkeypatch: pytest.MonkeyPatch, dealer: str, hand: int) -> None:
    """After the shuffle, swap what ``player_1`` is about to get with the bottom of the deck."""
    monkeypatch.setattr(f"{dealer}.shuffle", _shuffle_and_swap(hand))


def _shuffle_and_swap(hand: int) -> Any:
    def shuffle(self: Any) -> None:
        self.np_random.shuffle(self.deck)
        for number in range(hand):  # dealt in turn from the end: the second card, the fourth, ...
            theirs = len(self.deck) - 2 - 2 * number
            self.deck[theirs], self.deck[number] = self.deck[number], self.deck[theirs]

    return shuffle


def play_hand(monkeypatch: pytest.MonkeyPatch, game: str, pace: str) -> Hand:
    kind = TapedKind(POKER[game][2])
    monkeypatch.setattr(seating, "kinds", lambda: {**kinds(), "taped": kind})
    rules = RuleChoices(pace=pace, on_illegal="retry", max_ticks=40)
    setup = MatchSetup(game, ("*=taped",), rules=rules, seed=SEED)
    driver, looks, repaired = Driver(drawing=pace == "wait"), list[Any](), list[bytes]()
    with open_session(setup, driver.stage, arena_home()) as session:
        listener = Listener()
        assert session._journal is not None
        assert session._journal.wait_for_subscribers(1, 10.0)

        def look(match: Match) -> None:
            if match.finished:
                return
            host = match.host
            looks.append((host.snapshot((SEER,)), host.snapshot(()), host.state(), host.position()))
            looks.append((host.frame(), host.verdict(), [message.text for message in match.log.messages]))
            if match.tick_number == 2 and match.due:
                repaired[:] = [*listener.ask(0), *listener.ask(1)]

        driver.run(session, look)
        match_id = session.match.plan.match_id.encode()
        live = [message.replace(match_id, b"#" * 26) for message in listener.heard()]
        afterwards = listener.ask(0, closed=True)
        listener.close()
        snapshot = session.match.host.snapshot("all")
    driver.waker.close()
    assert snapshot is not None
    cards = {seat["agent"]: seat["cards"] for seat in snapshot["seats"]}
    tapes = {agent: controller.tape for agent, controller in kind.built.items()}
    return Hand(tapes, live, [m.replace(match_id, b"#" * 26) for m in repaired], afterwards, looks, cards)


def until_the_end(live: Sequence[bytes]) -> list[bytes]:
    """The messages before the step that showed the cards or paid the pot."""
    last = max(number for number, message in enumerate(live) if decode(message)["kind"] == "step")
    return list(live[:last])


def before_the_pot(tape: Sequence[Any]) -> list[Any]:
    """What a seat was told before the step that ended the hand."""
    results = [number for number, (kind, *_) in enumerate(tape) if kind == "result"]
    return list(tape[: results[-1]])


@pytest.mark.parametrize("pace", ["wait", "fast"])
@pytest.mark.parametrize("game", POKER)
def test_nothing_that_reaches_a_seat_or_the_bus_tells_of_the_other_hand(
    game: str, pace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dealer, count, _ = POKER[game]
    first = play_hand(monkeypatch, game, pace)
    exchange_hidden_cards(monkeypatch, dealer, count)
    second = play_hand(monkeypatch, game, pace)

    assert first.cards[SEER] == second.cards[SEER]
    assert not set(first.cards[HIDER]) & set(second.cards[HIDER]), "the two deals differ in nothing else"
    assert first.tapes[HIDER] != second.tapes[HIDER]

    assert before_the_pot(first.tapes[SEER]) == before_the_pot(second.tapes[SEER])
    assert len(before_the_pot(first.tapes[SEER])) > 6
    assert first.looks == second.looks
    assert len(first.looks) > 6
    assert until_the_end(first.live) == until_the_end(second.live)
    assert first.repaired == second.repaired
    assert b"answered" in b"".join(first.live), "somebody tried what is illegal, and was told"

    check_that_secrets_come_out_at_the_end_only(first)


def check_that_secrets_come_out_at_the_end_only(hand: Hand) -> None:
    path = records()[0]
    with Record(path) as record:
        told = list(record.events())
        assert record.seed() == SEED
        assert list(record.messages()) == hand.afterwards, "after the end repair tells all"
    digests = [event["hex"] for event in told if event["kind"] == "digest"]
    assert digests
    packed = msgpack.packb(SEED)
    for message in [*hand.live, *hand.repaired]:
        assert packed not in message
        assert str(SEED).encode() not in message
        assert not any(digest.encode() in message for digest in digests)
    withheld = [decode(message) for message in hand.live if decode(message)["kind"] == "withheld"]
    assert {event["seq"] for event in withheld} == {event["seq"] for event in told if event.get("private")}
    assert all(set(event) == {"v", "kind", "seq", "t"} for event in withheld)
    assert {"withheld", "open", "step"} <= {decode(message)["kind"] for message in hand.repaired}


def test_the_record_of_a_running_match_shows_no_seed_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = TapedKind(POKER["texas_holdem"][2])
    monkeypatch.setattr(seating, "kinds", lambda: {**kinds(), "taped": kind})
    rules = RuleChoices(pace="wait", on_illegal="retry")
    driver = Driver()
    setup = MatchSetup("texas_holdem", ("*=taped",), rules=rules, seed=SEED)
    with open_session(setup, driver.stage, arena_home()) as session:
        assert session._journal is not None
        session.start()
        while session.match.tick_number < 2:
            session.match.tick(driver.clock())
        assert session._journal.flush()
        (path,) = records()
        assert main(["record", "show", "--json", str(path)]) == 0
        assert main(["record", "export", str(path)]) == 0
        live = capsys.readouterr().out
        driver_end(session.match, driver)
    driver.waker.close()
    assert main(["record", "show", "--json", str(path)]) == 0
    assert str(SEED) in capsys.readouterr().out
    assert '"step"' in live
    assert str(SEED) not in live
    assert '"secret"' not in live


def driver_end(match: Match, driver: Driver) -> None:
    """Play on to the end of the hand."""
    while not match.finished:
        match.tick(driver.clock())
