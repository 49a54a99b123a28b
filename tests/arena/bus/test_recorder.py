"""The site's recorder: late, killed and on a bad line, it ends with the payloads of the match's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path

import pytest

from arena.bus import endpoints
from arena.bus.journal import Journal
from arena.bus.recorder import Recorder
from arena.errors import HomeError
from arena.ids import new_ulid
from arena.processes import module_command
from arena.records.record import Record, Status
from tests.arena.bus.lossy import LossyLine
from tests.arena.records.sample import Emission, a_match, emit_all

PATIENCE_S = 60.0


def hash_of(path: Path) -> tuple[str, int, str | None]:
    with Record(path) as record:
        return record.payload_hash(), record.message_count, record.damage


def run_until(recorder: Recorder, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline
        recorder.run_once(0.05)


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("hidden", [True, False])
def test_it_rebuilds_a_match_that_began_before_it(tmp_path: Path, live: bool, hidden: bool) -> None:
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=live)
    events = list(a_match(match_id, ticks=500, hidden=hidden))
    emit_all(journal, iter(events[:400]))
    notes: list[str] = []
    with Recorder(tmp_path / "out", notes.append) as recorder:
        run_until(recorder, lambda: any(item.messages >= 400 for item in recorder.recordings.values()))
        emit_all(journal, iter(events[400:]))
        closer = threading.Thread(target=journal.close)
        closer.start()
        run_until(recorder, lambda: bool(recorder.finished))
        closer.join()
    rebuilt = tmp_path / "out" / journal.path.name
    assert hash_of(rebuilt) == hash_of(journal.path)
    assert hash_of(rebuilt)[1] == len(events)
    with Record(rebuilt) as record:
        assert record.status is Status.FINISHED
        assert record.seed() == 7
    assert "complete" in notes[-1]
    assert not list((tmp_path / "out").glob("*.part"))


def test_a_match_shorter_than_a_look_is_not_missed(tmp_path: Path) -> None:
    with Recorder(tmp_path / "out") as recorder:
        recorder.run_once(0.0)
        match_id = new_ulid()
        journal = Journal.open(tmp_path, match_id, live=False)
        emit_all(journal, a_match(match_id))
        closer = threading.Thread(target=journal.close)
        closer.start()
        run_until(recorder, lambda: bool(recorder.finished))
        closer.join()
    assert hash_of(tmp_path / "out" / journal.path.name) == hash_of(journal.path)


def test_of_a_hidden_match_that_died_it_keeps_what_was_public(tmp_path: Path) -> None:
    code = textwrap.dedent("""
        import os, sys, time
        from pathlib import Path
        from arena.bus.journal import Journal
        from tests.arena.records.sample import a_match, emit_all
        journal = Journal.open(Path(sys.argv[1]), sys.argv[2], live=True)
        events = list(a_match(sys.argv[2], hidden=True))[:30]
        emit_all(journal, iter(events))
        print("up", flush=True)
        time.sleep(600)
    """)
    match_id = new_ulid()
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), match_id], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with Recorder(tmp_path / "out") as recorder:
            run_until(recorder, lambda: any(item.messages >= 30 for item in recorder.recordings.values()))
            process.kill()
            run_until(recorder, lambda: not recorder.recordings)
    with Record(tmp_path / "out" / f"{match_id}.arena") as record:
        kinds = [event["kind"] for event in record.events()]
        assert record.status is Status.UNFINISHED
    expected = list(a_match(match_id, hidden=True))[:30]
    assert kinds == ["withheld" if item.private else item.kind for item in expected]


class MatchThread:
    """A match that goes on at some pace until told to end; the pace is not what is tested."""

    def __init__(self, folder: Path, *, hidden: bool) -> None:
        self.match_id = new_ulid()
        self.emitted = 0
        self._ending = threading.Event()
        self.journal = Journal.open(folder, self.match_id, live=True)
        self._events = self._endless(hidden)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _endless(self, hidden: bool) -> Iterator[Emission]:
        yield from a_match(self.match_id, hidden=hidden, close=None)
        for tick in count(1):
            if self._ending.is_set():
                break
            yield Emission("step", tick / 60, {"tick": tick, "actions": {"player_1": tick % 9}})
            if tick % 64 == 0:
                yield Emission("digest", tick / 60, {"tick": tick, "hex": f"{tick:x}"}, private=hidden)
        yield Emission("close", 99.0, {"reason": "win", "last": True})

    def _run(self) -> None:
        for item in self._events:
            self.journal.emit(item.kind, item.t, item.fields, private=item.private)
            self.emitted += 1
            self._ending.wait(0.001)

    def end(self) -> None:
        self._ending.set()
        self._thread.join()
        self.journal.close()


@pytest.mark.parametrize("hidden", [False, True])
def test_late_killed_twice_and_with_a_fifth_lost_it_ends_with_identical_payloads(
    tmp_path: Path, hidden: bool
) -> None:
    match = MatchThread(tmp_path, hidden=hidden)
    (real,) = endpoints.streams()
    out = tmp_path / "out"
    rebuilt = out / match.journal.path.name
    with LossyLine(real, loss=0.2, seed=11) as line:
        # the recorder is a process that knows the stream only by its announcement: ours names the bad line
        Path(endpoints.bus_dir() / f"stream-{match.match_id}.json").write_text(
            json.dumps(asdict(line.endpoint))
        )
        for _ in range(2):
            with start_recorder(out) as process:
                wait_for_growth(rebuilt)
                process.kill()
        with start_recorder(out) as process:
            wait_for_growth(rebuilt)
            match.end()
            assert process.stdout is not None
            output = process.stdout.read()
            assert process.wait(PATIENCE_S) == 0
        assert line.lost > line.passed / 8
    assert "complete" in output
    assert hash_of(rebuilt) == hash_of(match.journal.path)
    assert hash_of(rebuilt)[1] == match.emitted


def start_recorder(out: Path) -> subprocess.Popen[str]:
    command = module_command("arena", "recorder", "--once", "--out", str(out))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "from event" not in process.stdout.readline():
        assert process.poll() is None
    return process


def wait_for_growth(path: Path) -> None:
    """Until the file has more blocks than now."""
    before = path.stat().st_size if path.exists() else 0
    deadline = time.monotonic() + PATIENCE_S
    while not path.exists() or path.stat().st_size <= before:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def resident_kib() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024


STUCK = textwrap.dedent("""
    import sys, time, zmq
    context = zmq.Context()
    socket = context.socket(zmq.SUB)
    socket.set(zmq.RCVHWM, 10)
    socket.connect(sys.argv[1])
    socket.subscribe(b"")
    time.sleep(600)
""")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from Linux's /proc")
@pytest.mark.parametrize("live", [True, False])
def test_a_subscriber_that_stops_reading_costs_no_tick_and_bounded_memory(tmp_path: Path, live: bool) -> None:
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=live)
    (endpoint,) = endpoints.streams()
    fields = {"tick": 1, "actions": {f"agent_{number}": os.urandom(200) for number in range(8)}}
    with subprocess.Popen([sys.executable, "-c", STUCK, endpoint.publish]) as process:
        assert journal.wait_for_subscribers(1, PATIENCE_S)
        process.send_signal(signal.SIGSTOP)
        for _ in range(5000):  # the queues of sockets and system fill up
            journal.emit("step", 0.0, fields)
        assert journal.flush(PATIENCE_S)
        before = resident_kib()
        for _ in range(40_000):  # 70 MB, none of which has anywhere to go
            journal.emit("step", 0.0, fields)
            if journal.seq % 1000 == 0:
                assert journal.flush(PATIENCE_S)
        grown_kib = resident_kib() - before
        assert journal.fault is None
        journal.close()
        process.kill()
    assert grown_kib < 30_000, f"{grown_kib} KiB for a subscriber that does not read"
    with Record(journal.path) as record:
        assert record.message_count == 45_000


def test_a_record_that_another_process_writes_is_left_alone(tmp_path: Path) -> None:
    notes: list[str] = []
    match_id = new_ulid()
    journal = Journal.open(tmp_path, match_id, live=True)
    journal.emit("open", 0.0, {})
    with Recorder(tmp_path, notes.append) as recorder:  # into the folder of the journal itself
        recorder.run_once(0.0)
        assert not recorder.recordings
    assert "another process is writing" in notes[0]
    journal.close()
    assert hash_of(journal.path)[1] == 1


def test_a_socket_path_that_is_too_long_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    with pytest.raises(HomeError, match="shorter path"):
        Journal.open(tmp_path, new_ulid(), live=True)
    assert not list(tmp_path.glob("*.arena"))
