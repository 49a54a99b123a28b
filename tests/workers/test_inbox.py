"""The inbox: turns, limits, and that one peer's flood is nobody else's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers.inbox import (
    BYTES_A_SECOND,
    MESSAGES_A_SECOND,
    MUTED_S,
    PEERS_MAX,
    SHARE,
    WAITING_BYTES_MAX,
    WAITING_MAX,
    Inbox,
)


def test_messages_of_one_peer_come_in_order() -> None:
    inbox = Inbox()
    for number in range(20):
        assert inbox.put("a", [b"%d" % number], 0.0)
    drawn = [message for _ in range(20) for message in inbox.draw()]
    assert drawn == [("a", [b"%d" % number]) for number in range(20)]
    assert not inbox


def test_who_sends_much_waits_for_who_sends_little() -> None:
    inbox = Inbox()
    for number in range(100):
        inbox.put("much", [b"%d" % number], 0.0)
    inbox.put("little", [b"x"], 0.0)
    first = inbox.draw()
    assert ("little", [b"x"]) in first
    assert [name for name, _ in first].count("much") == SHARE
    assert len(inbox) == 100 - SHARE


def test_a_peer_that_piles_up_is_muted_for_a_moment_and_told_once() -> None:
    inbox = Inbox()
    inbox.put("other", [b"y"], 0.0)
    told = [inbox.put("flood", [b"x"], 0.0) for _ in range(WAITING_MAX + 50)]
    assert told.count(False) == 1
    assert inbox.draw() == [("other", [b"y"])]
    assert inbox.put("flood", [b"x"], MUTED_S / 2)
    assert not inbox, "it is not listened to yet"
    inbox.put("flood", [b"x"], 2 * MUTED_S)
    assert len(inbox) == 1


def test_a_peer_that_sends_too_often_is_muted_though_it_is_kept_up_with() -> None:
    inbox = Inbox()
    sent = 0
    while inbox.put("flood", [b"x"], 0.0):
        inbox.draw()
        sent += 1
    assert sent == int(MESSAGES_A_SECOND)


def test_a_peer_that_piles_up_bytes_is_muted_whatever_it_may_send_a_second() -> None:
    inbox = Inbox()

    class Large(bytes):
        def __len__(self) -> int:
            return WAITING_BYTES_MAX

    assert inbox.put("a", [Large()], 0.0), "one message may be as large as messages are"
    assert inbox.draw() == [("a", [b""])]
    assert inbox.put("a", [Large()], 0.0), "the first is not waiting any more"
    assert not inbox.put("a", [b"x"], 0.0)
    assert not inbox
    assert inbox.put("a", [Large()], 2 * MUTED_S), "nor is it counted any more"
    assert len(inbox) == 1


def test_bytes_count_too() -> None:
    inbox = Inbox()

    class Huge(bytes):
        def __len__(self) -> int:
            return int(BYTES_A_SECOND / 4)

    assert all(inbox.put("a", [b"", Huge()], 0.0) and inbox.draw() for _ in range(4))
    assert not inbox.put("a", [b"", Huge()], 0.0)
    assert inbox.put("a", [b"", Huge()], 10.0)


def test_the_pace_of_a_fast_match_is_no_flood() -> None:
    inbox = Inbox()
    for tick in range(50_000):
        now = tick / 5000
        assert inbox.put("match", [b"act"], now)
        assert inbox.put("match", [b"result"], now)
        assert len(inbox.draw()) == 2


def test_strangers_that_come_and_go_are_forgotten() -> None:
    inbox = Inbox()
    for number in range(PEERS_MAX + 10):
        inbox.put(number, [b"x"], 0.0)
    assert len(inbox) == PEERS_MAX
    inbox.forget(PEERS_MAX)
    assert len(inbox) == PEERS_MAX - 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 40)), max_size=20))
def test_nothing_is_lost_doubled_or_reordered(bursts: list[tuple[str, int]]) -> None:
    inbox, sent, drawn = Inbox(), dict[str, list[bytes]](), dict[str, list[bytes]]()
    for name, burst in bursts:
        for _ in range(burst):
            message = b"%d" % len(sent.setdefault(name, []))
            if len(sent[name]) - len(drawn.get(name, [])) < WAITING_MAX:
                sent[name].append(message)
                inbox.put(name, [message], 0.0)
        for peer, (message,) in inbox.draw():
            drawn.setdefault(peer, []).append(message)
    while inbox:
        for peer, (message,) in inbox.draw():
            drawn.setdefault(peer, []).append(message)
    assert drawn == sent
