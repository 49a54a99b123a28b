"""`arena bus`: tail from another process, with and without a broker."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from arena.bus import endpoints
from arena.bus.journal import Journal
from arena.cli.bus import line_of
from arena.cli.main import main
from arena.ids import new_ulid
from arena.processes import module_command
from tests.arena.records.sample import a_match, emit_all


@contextmanager
def arena(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(module_command("arena", *arguments), stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read(process: subprocess.Popen[str], last: Callable[[dict], bool]) -> list[dict]:
    """JSON lines up to the one that is ``last``."""
    assert process.stdout is not None
    events = []
    for line in process.stdout:
        events.append(json.loads(line))
        if last(events[-1]):
            break
    return events


def is_close(event: dict) -> bool:
    return event["kind"] == "close"


@pytest.mark.parametrize("live", [True, False])
def test_another_process_sees_a_match_and_ends_with_it(tmp_path: Path, live: bool) -> None:
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=live)
    with arena("bus", "tail", "--once", "--from-start", "--json") as process:
        assert journal.wait_for_subscribers(1, 60)
        emit_all(journal, a_match(match_id, ticks=100, hidden=True))
        events = read(process, is_close)
        closer = threading.Thread(target=journal.close)
        closer.start()
        assert process.wait(60) == 0
        closer.join()
    assert [event["seq"] for event in events] == list(range(len(list(a_match(match_id, ticks=100)))))
    assert {event["stream"] for event in events} == {f"match/{match_id}/"}
    if live:
        assert "secret" not in {event["kind"] for event in events}


def test_a_prefix_chooses_streams(tmp_path: Path) -> None:
    wanted, other = new_ulid(), new_ulid()
    journals = {match_id: Journal.open(tmp_path, match_id, live=True) for match_id in (other, wanted)}
    with arena("bus", "tail", "--stream", f"match/{wanted}/", "--json") as process:
        assert journals[wanted].wait_for_subscribers(1, 60)
        for match_id, journal in journals.items():
            emit_all(journal, a_match(match_id))
        events = read(process, is_close)
    assert {event["stream"] for event in events} == {f"match/{wanted}/"}
    for journal in journals.values():
        journal.close()


@pytest.mark.parametrize("live", [True, False])
def test_a_broker_passes_on_what_publishers_say(tmp_path: Path, live: bool) -> None:
    with arena("bus", "broker") as broker:
        assert broker.stdout is not None
        assert "Ctrl-C" in broker.stdout.readline()
        addresses = endpoints.broker()
        assert addresses is not None
        with arena("bus", "tail", "--broker", addresses[1], "--once", "--json") as tail:
            match_ids = [new_ulid(), new_ulid()]
            for match_id in match_ids[:1]:
                journal = Journal.open(tmp_path, match_id, live=live)
                assert journal.wait_for_subscribers(1, 60)  # the broker asks for what somebody asks it for
                emit_all(journal, a_match(match_id))
                journal.close()
            events = [event for event in read(tail, is_close) if event["kind"] != "mark"]
            assert tail.wait(60) == 0
    assert [event["kind"] for event in events] == [item.kind for item in a_match(match_ids[0])]
    assert endpoints.broker() is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--front", "tcp://0.0.0.0:5999"], "not encrypted"),
        (["--back", "tcp://example.org:5999"], "not encrypted"),
        (["--back", "nonsense"], "ipc://PATH"),
    ],
)
def test_a_broker_listens_to_this_machine_only(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bus", "broker", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_bad_address_to_listen_to_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bus", "tail", "--broker", "nonsense"]) == 2
    assert "cannot connect to 'nonsense'" in capsys.readouterr().err


def test_lines_are_for_people_and_cannot_write_to_the_terminal() -> None:
    stream = "match/01ARZ3NDEKTSV4RRFFQ69G5FAV/"
    step = {
        "kind": "step",
        "t": 1.5,
        "tick": 3,
        "actions": {"player_0": 17, "player_1": 4},
        "labels": {"player_0": "Nf3"},
        "sources": {"player_0": "decided", "player_1": "noop"},
    }
    assert (
        line_of(stream, step)
        == "FFQ69G5FAV"[-8:] + "     1.500  step        3: player_0 Nf3, player_1 4 (noop)"
    )
    model = {"name": "Pia", "sessions": 2}
    told = line_of("server/01SERVER/", {"kind": "figures", "t": 1.0, "total": 7, "models": [model]})
    assert told.endswith("figures     total 7, Pia (2)")
    opened = line_of("server/01SERVER/", {"kind": "open", "t": 0.0, "pid": 5, "models": [{"name": "Pia"}]})
    assert opened.endswith("pid 5, Pia")
    assert "\x1b" not in line_of(stream, {"kind": "seat", "t": 0.0, "message": "\x1b[2J"})
