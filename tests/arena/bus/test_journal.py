"""A match on the bus: all of it reaches whoever asks, whatever is lost on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq
from hypothesis import example, given
from hypothesis import strategies as st

from arena.bus import endpoints
from arena.bus.events import decode, encode, is_private, placeholder
from arena.bus.journal import Journal
from arena.bus.subscriber import Follower
from arena.errors import WireError
from arena.ids import new_ulid
from arena.records.record import Record, Status
from tests.arena.bus.lossy import LossyLine
from tests.arena.records.sample import a_match, emit_all

PATIENCE_S = 30.0


@pytest.fixture
def context() -> Iterator[zmq.Context]:
    context = zmq.Context()
    yield context
    context.destroy(linger=0)


def follow_to_end(follower: Follower) -> list[bytes]:
    """Everything a follower gets, by the end of its stream."""
    messages: list[bytes] = []
    poller = zmq.Poller()
    for socket in follower.sockets:
        poller.register(socket, zmq.POLLIN)
    deadline = time.monotonic() + PATIENCE_S
    while not follower.ended:
        assert time.monotonic() < deadline, f"still waiting for {follower.next_seq} of {follower.known_next}"
        poller.poll(50)
        messages += follower.pump(time.monotonic())
    return messages


def pump_until(follower: Follower, seq: int) -> list[bytes]:
    messages: list[bytes] = []
    deadline = time.monotonic() + PATIENCE_S
    while follower.next_seq < seq:
        assert time.monotonic() < deadline
        follower.sockets[0].poll(5)
        messages += follower.pump(time.monotonic())
    return messages


def until_over(follower: Follower) -> None:
    """Until the publisher says that the stream has closed."""
    deadline = time.monotonic() + PATIENCE_S
    while not follower.closed:
        assert time.monotonic() < deadline
        follower.sockets[0].poll(5)
        follower.pump(time.monotonic())


def messages_of(path: Path) -> list[bytes]:
    with Record(path) as record:
        return list(record.messages())


def kinds(messages: list[bytes]) -> list[str]:
    return [decode(message)["kind"] for message in messages]


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("publish", [True, False])
def test_the_record_holds_every_event_in_order(tmp_path: Path, live: bool, publish: bool) -> None:
    match_id = new_ulid()
    with Journal.open(tmp_path, match_id, live=live, publish=publish) as journal:
        emit_all(journal, a_match(match_id, hidden=True))
        assert journal.fault is None
    with Record(journal.path) as record:
        events = list(record.events())
        assert [event["kind"] for event in events] == [item.kind for item in a_match(match_id)]
        assert [event["seq"] for event in events] == list(range(len(events)))
        assert record.status is Status.FINISHED
        assert record.match_id == match_id
        assert record.header["game"] == "classic/tictactoe-v3"
        assert [outcome.winners for outcome in record.outcomes()] == [("player_1",), ("player_2",)]
        assert record.seed() == 7
        assert record.damage is None
    assert endpoints.streams() == []


def test_text_that_is_no_unicode_is_written_as_far_as_it_is(tmp_path: Path) -> None:
    """File names and what bots raise may hold lone surrogates."""
    with Journal.open(tmp_path, new_ulid(), live=False, publish=False) as journal:
        journal.emit("open", 0.0, {"game": "x"})
        journal.emit("seat", 1.0, {"agent": "a", "message": "caf\udcc3 closed"})
        journal.emit("close", 2.0, {"reason": "win"})
    with Record(journal.path) as record:
        assert [event["seq"] for event in record.events()] == [0, 1, 2]
        assert list(record.events())[1]["message"] == "caf? closed"


def test_the_header_stands_alone_so_that_it_is_quickly_read(tmp_path: Path) -> None:
    match_id = new_ulid()
    with Journal.open(tmp_path, match_id, live=True) as journal:
        journal.emit("open", 0.0, {"game": "x"})
        assert journal.flush()
        with Record(journal.path) as record:
            assert record.header["game"] == "x"
            assert record.live
            assert record.status is Status.UNFINISHED


@pytest.mark.parametrize("live", [True, False])
def test_a_follower_from_the_start_gets_the_same_bytes(
    tmp_path: Path, context: zmq.Context, live: bool
) -> None:
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=live)
    (endpoint,) = endpoints.streams()
    with Follower(endpoint, context) as follower:
        assert journal.wait_for_subscribers(1, PATIENCE_S)
        emit_all(journal, a_match(match_id, ticks=300))
        received = follow_to_end(follower)
    journal.close()
    assert received == messages_of(journal.path)


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("hidden", [True, False])
def test_late_and_with_a_fifth_lost_it_still_gets_all(
    tmp_path: Path, context: zmq.Context, live: bool, hidden: bool
) -> None:
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=live)
    events = list(a_match(match_id, ticks=400, hidden=hidden))
    emit_all(journal, iter(events[:100]))
    (endpoint,) = endpoints.streams()
    with LossyLine(endpoint, loss=0.2, seed=5) as line:
        with Follower(line.endpoint, context) as follower:
            received = pump_until(follower, 100)
            for start in range(100, len(events), 20):
                emit_all(journal, iter(events[start : start + 20]))
                received += follower.pump(time.monotonic())
            received += follow_to_end(follower)
            follower.ack(follower.next_seq, complete=True)
        assert line.lost > 0
    journal.close()
    expected = messages_of(journal.path)
    assert len(received) == len(expected)
    for got, true in zip(received, expected, strict=True):
        assert got == true or (hidden and is_private(true) and got == placeholder(true))
    assert not hidden or "withheld" in kinds(received)


def test_private_events_are_withheld_until_the_match_is_over(tmp_path: Path, context: zmq.Context) -> None:
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=True)
    (endpoint,) = endpoints.streams()
    with Follower(endpoint, context) as live, Follower(endpoint, context) as late:
        assert journal.wait_for_subscribers(2, PATIENCE_S)
        journal.emit("open", 0.0, {"game": "x"})
        journal.emit("secret", 0.5, {"seed": 1234567890}, private=True)
        journal.emit("step", 1.0, {"tick": 1})
        seen = pump_until(live, 3)
        late.next_seq = 0
        repaired = pump_until(late, 3)
        journal.flush()
        with Follower(endpoint, context) as from_file:
            from_disk = pump_until(from_file, 3)
        for messages in (seen, repaired, from_disk):
            assert kinds(messages) == ["open", "withheld", "step"]
            assert decode(messages[1]) == {"v": 1, "kind": "withheld", "seq": 1, "t": 0.5}
            assert b"seed" not in b"".join(messages)
        journal.emit("close", 2.0, {"reason": "win", "last": True})
        until_over(live)
        with Follower(endpoint, context) as after:
            revealed = follow_to_end(after)
    journal.close()
    assert revealed == messages_of(journal.path)
    assert decode(revealed[1])["seed"] == 1234567890


def test_a_lost_tail_is_seen_and_fetched(tmp_path: Path, context: zmq.Context) -> None:
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=True)
    (endpoint,) = endpoints.streams()
    with Follower(endpoint, context) as follower:
        assert journal.wait_for_subscribers(1, PATIENCE_S)
        journal.emit("open", 0.0, {"game": "x"})
        received = pump_until(follower, 1)
        publisher = journal._publisher
        assert publisher is not None
        real_send, publisher.send = publisher.send, lambda kind, message: None  # type: ignore[method-assign]
        journal.emit("step", 0.0, {"tick": 1})
        publisher.send = real_send  # type: ignore[method-assign]
        received += pump_until(follower, 2)  # nothing follows it but the mark
        assert kinds(received) == ["open", "step"]
    journal.close()


def test_the_publisher_does_not_leave_before_the_last_word_is_said(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, new_ulid(), live=True)
    publisher = journal._publisher
    assert publisher is not None
    real_send = publisher.send

    def late_send(kind: str, message: bytes) -> None:
        if kind == "close":
            assert journal.flush()  # it is in the file, and the writer's thread has nothing left to wait for
            publisher._thread.join(0.3)
            assert publisher._thread.is_alive()
        real_send(kind, message)

    publisher.send = late_send  # type: ignore[method-assign]
    emit_all(journal, a_match(new_ulid()))
    publisher._thread.join(
        PATIENCE_S
    )  # nobody asked for anything: it leaves by itself, before anybody closes it
    assert not publisher._thread.is_alive()
    journal.close()


def test_nonsense_asked_of_repair_harms_nobody(tmp_path: Path, context: zmq.Context) -> None:
    import msgpack

    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=True)
    (endpoint,) = endpoints.streams()
    socket = context.socket(zmq.DEALER)
    socket.connect(endpoint.repair)
    requests = [
        [],
        "want",
        {"kind": 7},
        {"kind": "shout"},
        {"kind": "want"},
        {"kind": "want", "first": -1},
        {"kind": "want", "first": "0"},
        {"kind": "want", "first": 2**63},
        {"kind": "ack", "seq": "all", "id": [1]},
        {"kind": "hello", "id": {"a": 1}},
    ]
    for request in requests:
        socket.send(msgpack.packb(request))
    socket.send(b"\xc1")
    socket.send_multipart([b"", b"", b""])
    socket.send(b"x" * 100_000)  # over the limit: the line is cut, for this one alone
    with Follower(endpoint, context) as follower:
        assert journal.wait_for_subscribers(1, PATIENCE_S)
        emit_all(journal, a_match(match_id))
        received = follow_to_end(follower)
    socket.close(linger=0)
    journal.close()
    assert received == messages_of(journal.path)


def test_a_filter_by_kind_needs_no_decoding(tmp_path: Path, context: zmq.Context) -> None:
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=True)
    (endpoint,) = endpoints.streams()
    socket = context.socket(zmq.SUB)
    socket.connect(endpoint.publish)
    socket.subscribe(f"match/{match_id}/outcome")
    assert journal.wait_for_subscribers(1, PATIENCE_S)
    emit_all(journal, a_match(match_id))
    for episode in (0, 1):
        assert socket.poll(10_000)
        topic, message = socket.recv_multipart()
        assert topic.decode() == f"match/{match_id}/outcome"
        assert decode(message)["episode"] == episode
    socket.close()
    journal.close()


def test_nobody_listens_and_nothing_is_sent_in_fast_pace(tmp_path: Path) -> None:
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=False)
    publisher = journal._publisher
    assert publisher is not None
    sent: list[str] = []
    real_send = publisher.send

    def noted(kind: str, message: bytes) -> None:
        sent.append(kind)
        real_send(kind, message)

    publisher.send = noted  # type: ignore[method-assign]
    emit_all(journal, a_match(match_id, ticks=1000))
    journal.close()
    assert set(sent) <= {"mark"}


def test_closing_waits_for_nobody_who_is_not_there(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, new_ulid(), live=True)
    journal.emit("open", 0.0, {})
    with endpoints.announce_recorder("never-answers"):
        started = time.monotonic()
        journal.close()
        assert time.monotonic() - started > 1.0  # it waited for the recorder that is there...
    second = Journal.open(tmp_path, new_ulid(), live=True)
    second.close()  # ... and ended although it said nothing
    assert endpoints.streams() == []


def test_the_successor_of_a_stale_announcement_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the name between a look at the old file and its removal."""
    dead = endpoints.announce_broker("ipc:///dead", "ipc:///dead")
    successors: list[endpoints.Announcement] = []
    is_locked = endpoints._locked

    def too_slow(fd: int) -> bool:
        if successors:
            return is_locked(fd)
        successors.append(endpoints.announce_broker("ipc:///front", "ipc:///back"))
        return False  # its process has died

    monkeypatch.setattr(endpoints, "_locked", too_slow)
    endpoints.broker()
    assert endpoints.broker() == ("ipc:///front", "ipc:///back")
    dead.withdraw()
    assert endpoints.broker() == ("ipc:///front", "ipc:///back")
    successors[0].withdraw()
    assert endpoints.broker() is None


def test_a_stale_announcement_is_removed(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import os; from pathlib import Path; from arena.bus.journal import Journal; import sys;"
        "j = Journal.open(Path(sys.argv[1]), sys.argv[2], live=True); j.emit('open', 0.0, {});"
        "assert j.flush(); print('up', flush=True); os.kill(os.getpid(), 9)"
    )
    match_id = new_ulid()
    process = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), match_id], stdout=subprocess.PIPE, check=False
    )
    assert process.stdout == b"up\n"
    assert list(endpoints.bus_dir().glob("*.json"))
    assert endpoints.streams() == []
    assert not list(endpoints.bus_dir().iterdir())
    with Record(tmp_path / f"{match_id}.arena") as record:
        assert record.status is Status.UNFINISHED
        assert not record.live


@given(st.binary(max_size=60))
@example(b"\x81\x90\x00")  # a map whose key is a list
def test_decoding_junk_says_so(junk: bytes) -> None:
    try:
        event = decode(junk)
    except WireError:
        return
    assert isinstance(event["kind"], str)


@given(
    st.dictionaries(st.text(max_size=5), st.integers(0, 2**40) | st.text(max_size=5), max_size=30),
    st.integers(0, 2**40),
)
def test_private_events_are_known_by_their_first_bytes(fields: dict, seq: int) -> None:
    fields = {f"x{name}": value for name, value in fields.items()}
    open_event = encode("step", seq, 1.0, fields)
    private_event = encode("step", seq, 1.0, fields, private=True)
    assert not is_private(open_event)
    assert is_private(private_event)
    assert not is_private(placeholder(private_event))
    assert decode(private_event)["seq"] == decode(placeholder(private_event))["seq"] == seq
