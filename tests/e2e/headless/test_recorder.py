"""The bus of real matches: a recorder on a bad line, and subscribers that stop reading."""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from arena.bus import endpoints
from arena.records.record import Record, Status
from tests.arena.bus.lossy import LossyLine
from tests.arena.bus.test_recorder import hash_of, start_recorder, wait_for_growth
from tests.e2e.headless.shell import PATIENCE_S, arena, records, started, verified
from tests.e2e.headless.test_interruptions import wait_until

SLEEPER = "bot:tests.players.bots.bots:Sleeper,seconds=0.005"
MATCHES = {
    "open": ["simple_tag", "*=random", "--pace", "realtime", "--hz", "60", "--env", "max_cycles=100000"],
    "hidden": ["texas_holdem", f"*={SLEEPER}", "--pace", "wait", "--episodes", "100000"],
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", MATCHES)
def test_late_killed_twice_and_with_a_fifth_lost_it_ends_with_identical_payloads(
    kind: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with started("match", *MATCHES[kind]) as match:
        wait_until(endpoints.streams, "the match does not announce itself", match)
        wait_until(lambda: records() and records()[0].stat().st_size > 1000, "no block is written", match)
        (real,) = endpoints.streams()
        (path,) = records()
        rebuilt = out / path.name
        with LossyLine(real, loss=0.2, seed=7) as line:
            announcement = endpoints.bus_dir() / f"stream-{path.stem}.json"
            announcement.write_text(json.dumps(asdict(line.endpoint)))  # in place: the match's lock stays
            for _ in range(2):
                with start_recorder(out) as recorder:
                    wait_for_growth(rebuilt)
                    recorder.kill()
            with start_recorder(out) as recorder:
                wait_for_growth(rebuilt)
                match.send_signal(signal.SIGINT)
                assert recorder.wait(PATIENCE_S) == 0
        match.communicate(timeout=PATIENCE_S)
        assert match.returncode == 130
        assert line.lost > 10
    assert hash_of(rebuilt) == hash_of(path)
    with Record(rebuilt) as record:
        assert record.status is Status.ABORTED
        kinds = [event["kind"] for event in record.events()]
    assert "withheld" not in kinds
    assert kinds.count("step") > 30
    assert arena("record", "hash", str(path)).out == arena("record", "hash", str(rebuilt)).out
    assert all(report["ok"] for report in verified([path, rebuilt]))


def outcome_of(*words: str, deaf_listener: bool) -> dict[str, Any]:
    """The one episode of `arena match --json`; a deaf listener stops reading after its first line."""
    with started("match", *words, "--json", stderr=subprocess.DEVNULL) as match:
        tail = None
        if deaf_listener:
            wait_until(endpoints.streams, "the match does not announce itself", match)
            tail = started("bus", "tail", "--json", stderr=subprocess.DEVNULL)
            assert tail.stdout is not None
            assert tail.stdout.readline(), "it never heard anything"
            tail.send_signal(signal.SIGSTOP)
        out, _ = match.communicate(timeout=PATIENCE_S)
        if tail is not None:
            tail.kill()
            tail.communicate()
    assert match.returncode == 0
    (episode,) = json.loads(out)["episodes"]
    return dict(episode)


@pytest.mark.slow
def test_a_subscriber_that_stops_reading_costs_no_tick() -> None:
    """How much memory it may cost is tested where events are large: tests/arena/bus/test_recorder.py."""
    words = ["simple_tag", "*=random", "--pace", "realtime", "--hz", "60", "--max-ticks", "480",
             "--env", "max_cycles=100000"]  # fmt: skip
    calm = outcome_of(*words, deaf_listener=False)
    stuck = outcome_of(*words, deaf_listener=True)
    assert calm["ticks"] == stuck["ticks"] == 480
    assert stuck["missed_slots"] <= calm["missed_slots"] + 24, "the machine is noisy; it may not add to it"
    assert all(seat["late"] == 0 for seat in stuck["seats"])
    paths = records()
    assert len(paths) == 2
    assert all(report["ok"] and report["ticks"] == 480 for report in verified(paths))
