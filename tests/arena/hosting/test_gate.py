"""The gate over real sockets: joins, returns, drops, strangers, and who hears what."""

from __future__ import annotations

import contextlib
import functools
import select
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import zmq

from arena.errors import WireError
from arena.hosting import gate as gates
from arena.hosting.guests import GuestChannel
from arena.hosting.port import PART_BYTES, Port
from arena.hosting.tokens import new_secret
from arena.wire.codec import encode
from arena.wire.keys import KeyPair
from arena.wire.messages import (
    Action,
    Bye,
    Group,
    Hello,
    Join,
    Joined,
    Ping,
    Pong,
    Refusal,
    Refused,
    Remark,
)
from arena.wire.rates import Allowance
from tests.arena.hosting.callers import PATIENCE_S, Lodge


@pytest.fixture
def lodge() -> Iterator[Lodge]:
    built = Lodge()
    yield built
    built.close()


def hello(match: str) -> Hello:
    space = {"type": "discrete", "n": 2, "start": 0}
    return Hello(match, "g", "sequential", (Group(("player_0",), space, space),))


class Match:
    """A controller's end of a channel."""

    def __init__(self, guest: Any) -> None:
        self.lock = threading.RLock()
        self.told: list[tuple[str, Any]] = []
        with self.lock:
            self.channel: GuestChannel = guest.dial(self, self.lock)
            assert self.told == []  # the dialler learns its channel before it hears anything

    def connected(self) -> None:
        self.told.append(("connected", None))

    def disconnected(self) -> None:
        self.told.append(("disconnected", None))

    def received(self, frames: list[bytes]) -> None:
        self.told.append(("received", frames))

    def barred(self, why: str) -> None:
        self.told.append(("barred", why))

    def send(self, message: Any) -> bool:
        return self.channel.send(encode(message))

    @property
    def kinds(self) -> list[str]:
        return [what for what, _ in self.told]


def test_a_token_makes_a_guest_who_is_told_name_place_and_games(lodge: Lodge) -> None:
    caller = lodge.caller()
    joined = caller.join(lodge.token("t1.0"), name=" Ada\x07 ")
    assert isinstance(joined, Joined)
    assert (joined.name, joined.place, joined.games) == ("Ada", "at t1.0", ("a game",))
    lodge.until(lambda: lodge.listener.told == [("joined", "Ada")])
    second = lodge.caller().join(lodge.token(), name="ada")
    assert isinstance(second, Joined)
    assert second.name == "ada (2)"
    assert second.resume != joined.resume


def test_wrong_used_and_no_tokens_are_refused(lodge: Lodge) -> None:
    token, caller = lodge.token(), lodge.caller()
    assert isinstance(caller.join(token), Joined)
    caller.say(Ping(1))
    assert caller.hear() == Pong(1)
    for wrong, why in ((token, "used already"), (f"1-{new_secret()}", "no such"), ("", "no such")):
        refused = lodge.caller().join(wrong)
        assert isinstance(refused, Refused)
        assert refused.reason is Refusal.TOKEN
        assert why in refused.message
    assert len(lodge.listener.guests) == 1


def test_who_guesses_waits_longer_and_longer(lodge: Lodge) -> None:
    caller, good = lodge.caller(), lodge.token()
    for _ in range(3):
        assert isinstance(caller.join(f"1-{new_secret()}"), Refused)
    caller.say(Join(token=good))
    assert caller.hear(0.3) is None  # not even read
    assert isinstance(lodge.caller().join(good), Joined)  # nobody else waits


class Scheduler:
    """Stands for the reactor: calls back in the test's thread, once something is due."""

    def __init__(self) -> None:
        self.kicked = False

    def watch(self, fd: int, callback: Any) -> None:
        self.fd, self.callback = fd, callback

    def unwatch(self, *_fds: int) -> None:
        pass

    def kick(self, _fd: int) -> None:
        self.kicked = True

    def until_readable(self) -> None:
        assert select.select([self.fd], [], [], PATIENCE_S)[0]

    def run(self) -> None:
        """Call back until nothing is due."""
        while self.kicked or select.select([self.fd], [], [], 0)[0]:
            self.kicked = False
            self.kicked = self.callback() or self.kicked


@pytest.mark.parametrize("sends", ["tell", "dismiss", "tick", "transmit"])
def test_what_comes_while_something_is_sent_is_heard(monkeypatch: pytest.MonkeyPatch, sends: str) -> None:
    scheduler = Scheduler()
    monkeypatch.setattr(gates, "shared", lambda: scheduler)
    lodge = Lodge()
    callers = lodge.caller(), lodge.caller()
    for caller in callers:
        caller.say(Join(token=lodge.token()))
        while not caller.socket.poll(0):
            scheduler.run()
        assert isinstance(caller.hear(), Joined)
    guest = lodge.listener.guests[0]
    match = Match(guest)
    scheduler.run()
    callers[1].say(Ping(7))
    scheduler.until_readable()
    acts: dict[str, Any] = {
        "tell": lambda: lodge.gate.tell(guest, "a word"),
        "dismiss": lambda: lodge.gate.dismiss(guest, "enough"),
        "tick": lambda: lodge.gate.tick(time.monotonic()),
        "transmit": lambda: match.send(hello("m")),
    }
    acts[sends]()  # takes from the descriptor what it would have told
    scheduler.run()
    assert callers[1].hear(PATIENCE_S) == Pong(7)
    lodge.close()


def test_a_stranger_is_told_to_join_and_learns_nothing(lodge: Lodge) -> None:
    _, _, guest = lodge.guest()
    match = Match(guest)
    lodge.until(lambda: match.kinds == ["connected"])
    stranger = lodge.caller()
    for message in (hello("m"), Action("m"), Ping(3), Remark("m", "hello")):
        stranger.say(message)
        refused = stranger.expect(Refused)
        assert refused.reason is Refusal.TOKEN
    stranger.shout(b"\xc1")
    assert stranger.expect(Refused).reason is Refusal.MALFORMED
    stranger.header(kind="join", versions=[99], token=lodge.token())
    assert stranger.expect(Refused).reason is Refusal.VERSION
    assert match.kinds == ["connected"]


def test_a_routing_id_of_its_own_opens_nothing(lodge: Lodge) -> None:
    refused = lodge.caller(routing_id=b"me").join(lodge.token())
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.UNSUPPORTED


def test_a_match_talks_to_its_guest(lodge: Lodge) -> None:
    caller, _, guest = lodge.guest()
    match = Match(guest)
    assert not match.send(Bye("m"))  # not before it heard that somebody is there
    lodge.until(lambda: match.kinds == ["connected"])
    assert match.send(hello("m"))
    assert caller.expect(Hello).match == "m"
    caller.say(Action("m"))
    lodge.until(lambda: match.kinds == ["connected", "received"])
    caller.say(Action("m"))
    give_up = time.monotonic() + 10.0
    while len(match.told) < 3 and time.monotonic() < give_up:
        with match.lock:
            match.channel.pump()
    assert match.kinds[2:] == ["received"]
    match.channel.close()
    assert not match.send(Bye("m"))


def test_two_matches_of_one_guest_do_not_hear_each_other(lodge: Lodge) -> None:
    caller, _, guest = lodge.guest()
    first, second = Match(guest), Match(guest)
    lodge.until(lambda: first.kinds == second.kinds == ["connected"])
    for match, name in ((first, "one"), (second, "two")):
        assert match.send(hello(name))
    for name in ("two", "one", "two", "three", ""):
        caller.say(Action(name))
    caller.say(Ping(5))
    while caller.hear() != Pong(5):
        pass
    lodge.until(lambda: len(first.told) == 2 and len(second.told) == 3)
    first.channel.close()
    second.channel.close()
    assert guest.channels == []


def test_one_guest_never_reaches_the_match_of_another(lodge: Lodge) -> None:
    _, _, ada = lodge.guest("Ada")
    caller, _, _ = lodge.guest("Bob")
    match = Match(ada)
    lodge.until(lambda: match.kinds == ["connected"])
    match.send(hello("m"))
    for message in (Action("m"), Bye("m"), Bye("m", ("player_0",)), Remark("m", "hi")):
        caller.say(message)
    caller.say(Ping(1))
    assert caller.hear() == Pong(1)
    assert match.kinds == ["connected"]


def test_a_guest_that_drops_comes_back_with_its_secret(lodge: Lodge) -> None:
    caller, joined, guest = lodge.guest()
    match = Match(guest)
    lodge.until(lambda: match.kinds == ["connected"])
    caller.close()
    lodge.until(lambda: match.kinds == ["connected", "disconnected"])
    assert not match.send(Bye("m"))
    again = lodge.caller().join(resume=joined.resume)
    assert isinstance(again, Joined)
    assert (again.name, again.resume) == (joined.name, joined.resume)
    lodge.until(lambda: match.kinds == ["connected", "disconnected", "connected"])
    assert match.send(hello("m"))
    assert isinstance(lodge.callers[-1].hear(), Hello)
    assert [what for what, _ in lodge.listener.told] == ["joined", "dropped", "returned"]


def test_a_secret_does_not_take_the_place_of_who_is_there(lodge: Lodge) -> None:
    caller, joined, guest = lodge.guest()
    refused = lodge.caller().join(resume=joined.resume)
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.BUSY
    assert guest.is_here
    caller.say(Ping(1))
    assert caller.hear() == Pong(1)


def test_who_never_heard_that_it_is_in_comes_back_with_its_token(lodge: Lodge) -> None:
    token, first = lodge.token("t1.0"), lodge.caller()
    joined = first.join(token, name="Ada")
    assert isinstance(joined, Joined)
    busy = lodge.caller().join(token)
    assert isinstance(busy, Refused)
    assert busy.reason is Refusal.BUSY  # it may be asked again: the older connection may be dead
    first.close()  # as far as the host can know, before it read the answer
    lodge.until(lambda: lodge.listener.last[0] == "dropped")
    second = lodge.caller()
    again = second.join(token, name="Ada")
    assert isinstance(again, Joined)
    assert (again.name, again.place) == (joined.name, joined.place)
    lodge.until(lambda: lodge.listener.last == ("returned", "Ada"))
    assert len(lodge.listener.guests) == 1
    unread = lodge.caller().join(resume=joined.resume)
    assert isinstance(unread, Refused)
    assert unread.reason is Refusal.TOKEN  # the secret that may have been lost on the way opens nothing
    second.say(Ping(1))
    assert second.hear() == Pong(1)
    second.close()
    lodge.until(lambda: not lodge.listener.guests[0].is_here)
    used = lodge.caller().join(token)
    assert isinstance(used, Refused)
    assert "used already" in used.message  # it spoke: from then on there is the secret for that
    assert isinstance(lodge.caller().join(resume=again.resume), Joined)


def test_a_guest_knows_that_it_is_in_once_it_answers_a_probe(lodge: Lodge) -> None:
    caller, _, guest = lodge.guest()
    lodge.until(lambda: caller.socket.poll(0))
    assert not guest.spoke
    caller.say(Pong(0))
    lodge.until(lambda: guest.spoke)


def test_a_wrong_secret_brings_nobody_back(lodge: Lodge) -> None:
    caller, joined, _ = lodge.guest()
    caller.close()
    lodge.until(lambda: lodge.listener.last[0] == "dropped")
    for wrong in (f"1-{new_secret()}", joined.resume[:-1], "2" + joined.resume[1:], "-", "x", "9" * 400):
        refused = lodge.caller().join(resume=wrong)
        assert isinstance(refused, Refused)
        assert refused.reason is Refusal.TOKEN
    assert isinstance(lodge.caller().join(resume=joined.resume), Joined)


def test_a_person_who_gives_no_sign_of_life_is_away_until_one_comes(
    lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "SILENT_S", 0.2)
    bot, _, thinks = lodge.guest("Deep")
    bot.say(Ping(1))
    caller, _, guest = lodge.guest("Ada", role="person")
    caller.say(Ping(1))
    lodge.until(lambda: not guest.is_here)
    assert thinks.is_here  # a bot may think for minutes
    assert "nothing was heard" in lodge.listener.last[1]
    caller.say(Ping(2))
    lodge.until(lambda: ("returned", "Ada") in lodge.listener.told)


def test_goodbye_is_for_good(lodge: Lodge) -> None:
    caller, joined, guest = lodge.guest()
    match = Match(guest)
    lodge.until(lambda: match.kinds == ["connected"])
    caller.say(Bye("m"))  # about a match: the match's business
    lodge.until(lambda: match.kinds == ["connected", "received"])
    caller.say(Bye("", message="dinner"))
    lodge.until(lambda: match.told[-1] == ("barred", "Ada left: dinner"))
    lodge.until(lambda: lodge.listener.last[0] == "left")
    assert caller.hear() == Bye("", message="goodbye")
    refused = lodge.caller().join(resume=joined.resume)
    assert isinstance(refused, Refused)
    late = Match(guest)
    lodge.until(lambda: late.kinds == ["barred"])


def test_a_guest_can_be_shown_out(lodge: Lodge) -> None:
    caller, joined, guest = lodge.guest()
    match = Match(guest)
    lodge.until(lambda: match.kinds == ["connected"])
    lodge.gate.tell(guest, "behave", "warning")
    assert caller.hear() == Remark("", "behave", "warning")
    lodge.gate.dismiss(guest, "you did not behave")
    assert caller.hear() == Bye("", message="you did not behave")
    assert match.told[-1] == ("barred", "you did not behave")
    assert isinstance(lodge.caller().join(resume=joined.resume), Refused)
    assert isinstance(caller.join(lodge.token()), Joined)  # a new token is a new beginning


def test_everyone_is_told_when_the_gate_closes(lodge: Lodge) -> None:
    caller, _, guest = lodge.guest()
    match = Match(guest)
    lodge.gate.close("good night")
    assert caller.hear() == Bye("", message="good night")
    assert match.told[-1] == ("barred", "good night")
    lodge.gate.close()


def test_a_flood_mutes_its_sender_and_nobody_else(lodge: Lodge) -> None:
    flooder, _, guest = lodge.guest("Flood")
    other, _, _ = lodge.guest("Calm")
    for _ in range(4000):
        flooder.say(Action("m"))
    while True:
        message = flooder.hear()
        if isinstance(message, Refused):
            break
    assert message.reason is Refusal.LIMIT
    lodge.until(lambda: not guest.is_here)
    other.say(Ping(8))
    assert other.hear() == Pong(8)


def test_coming_back_is_no_new_allowance(lodge: Lodge, monkeypatch: pytest.MonkeyPatch) -> None:
    small = functools.partial(Allowance, messages_per_s=0.0, messages_burst=50.0)
    monkeypatch.setattr(gates, "Allowance", small)
    caller, joined, guest = lodge.guest("Flood")
    for number in range(45):
        caller.say(Ping(number))
        assert caller.hear() == Pong(number)
    caller.close()
    lodge.until(lambda: not guest.is_here)
    again = lodge.caller()
    assert isinstance(again.join(resume=joined.resume), Joined)
    for number in range(45):
        again.say(Ping(number))
    lodge.until(lambda: "sent more than" in lodge.listener.last[1])
    assert not guest.is_here


def test_what_is_too_large_cuts_the_line_of_who_sent_it(lodge: Lodge) -> None:
    caller, _, guest = lodge.guest()
    other, _, calm = lodge.guest("Calm")
    caller.shout(bytes(encode(Action("m"))[0]), b"\0" * (PART_BYTES + 1))
    lodge.until(lambda: not guest.is_here)
    other.say(Ping(8))
    assert other.hear() == Pong(8)
    assert calm.is_here


def test_strangers_are_few_and_soon_forgotten(lodge: Lodge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena.wire.limits.STRANGERS", 4)
    for _ in range(8):
        caller = lodge.caller()
        caller.say(Ping())
        assert isinstance(caller.hear(), Refused)
    assert len(lodge.gate._peers) == 4
    monkeypatch.setattr(gates, "STRANGER_S", 0.0)
    lodge.until(lambda: not lodge.gate._peers)


def test_a_guest_that_reads_nothing_is_dropped_and_held_in_bounds(
    lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, _, guest = lodge.guest()
    caller.socket.set(zmq.RCVHWM, 1)
    match = Match(guest)
    lodge.until(lambda: match.kinds == ["connected"])
    big = [*encode(hello("m")), b"\0" * 100_000]
    sent = 0
    while guest.is_here and sent < 100_000:
        match.channel.send(big)
        sent += 1
    assert not guest.is_here
    assert len(guest.outbox) == 0
    assert lodge.gate.next_wakeup(1.0) > 1.0
    lodge.until(lambda: match.kinds == ["connected", "disconnected"])


def test_a_closed_channel_is_told_nothing_more(lodge: Lodge) -> None:
    caller, _, guest = lodge.guest()
    match = Match(guest)
    lodge.until(lambda: match.kinds == ["connected"])
    match.channel.close()
    caller.say(Action("m"))
    caller.say(Ping(2))
    assert caller.hear() == Pong(2)
    assert match.kinds == ["connected"]


def test_a_match_that_fails_at_what_it_hears_harms_no_other(
    lodge: Lodge, caplog: pytest.LogCaptureFixture
) -> None:
    caller, _, guest = lodge.guest("Ada")
    other, _, _ = lodge.guest("Bob")
    match = Match(guest)
    lodge.until(lambda: match.kinds == ["connected"])
    match.received = lambda frames: 1 / 0  # type: ignore[method-assign, assignment]
    caller.say(Action("m"))
    lodge.until(lambda: "could not take" in caplog.text)
    other.say(Ping(4))
    assert other.hear() == Pong(4)


@pytest.fixture
def encrypted() -> Iterator[Lodge]:
    built = Lodge(keys=KeyPair.generate())
    yield built
    built.close()


def test_a_seat_belongs_to_the_key_that_took_it(encrypted: Lodge) -> None:
    own = KeyPair.generate()
    caller, joined, guest = encrypted.guest(own=own)
    assert guest.key == own.public
    assert guest.player_id == f"guest:{own.public}"
    caller.close()
    encrypted.until(lambda: not guest.is_here)
    thief = encrypted.caller().join(resume=joined.resume)
    assert isinstance(thief, Refused)
    assert thief.reason is Refusal.TOKEN
    assert isinstance(encrypted.caller(own=own).join(resume=joined.resume), Joined)


def test_a_token_brings_back_the_key_that_used_it_and_no_other(encrypted: Lodge) -> None:
    own, token = KeyPair.generate(), encrypted.token()
    caller = encrypted.caller(own=own)
    assert isinstance(caller.join(token), Joined)
    caller.say(Ping(1))
    assert caller.hear() == Pong(1)
    here = encrypted.caller(own=own).join(token)
    assert isinstance(here, Refused)
    assert here.reason is Refusal.TOKEN
    caller.close()
    encrypted.until(lambda: encrypted.listener.last[0] == "dropped")
    stranger = encrypted.caller().join(token)
    assert isinstance(stranger, Refused)
    assert stranger.reason is Refusal.TOKEN
    assert isinstance(encrypted.caller(own=own).join(token), Joined)
    assert len(encrypted.listener.guests) == 1


def test_without_the_hosts_key_nobody_is_heard(encrypted: Lodge) -> None:
    for more in ({"key": ""}, {"key": KeyPair.generate().public}):
        caller = encrypted.caller(**more)
        with contextlib.suppress(zmq.Again):  # once the handshake has failed there is nobody to send to
            caller.socket.send_multipart(encode(Join(token=encrypted.token())), zmq.NOBLOCK)
        assert caller.hear(0.3) is None
    assert encrypted.listener.told == []


def test_a_port_is_not_open_to_others_without_keys_unless_told_so() -> None:
    for bind, why in (
        ("tcp://0.0.0.0:*", "needs keys"),
        ("ipc:///tmp/x", "over TCP"),
        ("nonsense", "not like"),
    ):
        with pytest.raises(WireError, match=why):
            Port(bind)
    port = Port("tcp://0.0.0.0:*", open_network=True)
    with pytest.raises(WireError, match="cannot host"):
        Port(port.endpoint, open_network=True)
    port.close()
