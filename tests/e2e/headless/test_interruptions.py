"""Killed, interrupted, unheard, without a screen: what was played is kept, and nothing else stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from arena.records.record import Record, Status
from tests.e2e.headless.shell import PATIENCE_S, arena, records, started, verified

BOT = "bot:tests.players.bots.bots:First"
LONG = {
    "fast": ["tictactoe", "*=random", "--episodes", "1000000"],
    "realtime": ["simple_tag", f"adversary_*={BOT}", "*=random", "--pace", "realtime", "--hz", "60",
                 "--env", "max_cycles=100000"],
    "engines": ["chess", "*=stockfish:nodes=20000", "--episodes", "1000"],
}  # fmt: skip
FAMILY = {"fast": 1, "realtime": 4, "engines": 3}
"""Processes of each: the match, and one a bot or engine."""


def wait_until(true: Callable[[], object], what: str, process: subprocess.Popen[str] | None = None) -> None:
    """Wait for something that another process does; ``process`` must live while we do."""
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until, what
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.02)


def blocks_written(count: int) -> bool:
    """Whether the one record has grown by so many blocks (the header is the first)."""
    paths = records()
    if not paths or not paths[0].stat().st_size:
        return False
    with Record(paths[0]) as record:
        return len(record._reader.blocks) > count


def family(process: subprocess.Popen[str]) -> list[int]:
    """A process and the children it has now."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [process.pid, *map(int, listed)]


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody waited for yet counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("pace", LONG)
def test_killed_it_is_readable_listed_as_unfinished_and_taken_in_at_the_next_start(
    pace: str, stockfish: str
) -> None:
    with started("match", *LONG[pace]) as process:
        wait_until(lambda: blocks_written(2), "no block is written", process)
        pids = family(process)
        process.kill()
    assert len(pids) == FAMILY[pace]
    wait_until(lambda: all(map(is_gone, pids)), "bots or engines outlive the match")
    (path,) = records()
    with Record(path) as record:
        record.check()
        assert record.status is Status.UNFINISHED
        played = len(record.outcomes())
        steps = sum(event["kind"] == "step" for event in record.events())
    assert steps > 0
    for _ in range(2):  # taken in once, listed for ever
        ran = arena("history", "--json")
        (line,) = ran.json
        assert (line["status"], line["episodes"]) == ("unfinished", played)
        assert ran.err == ""
    assert played > 0 or pace != "fast"
    (report,) = verified([path])
    assert report["problem"] is None
    assert report["ticks"] == steps
    assert "the match was never closed" in report["notes"]


@pytest.mark.parametrize("pace", LONG)
def test_interrupted_it_ends_with_what_was_played_on_record(pace: str, stockfish: str) -> None:
    with started("match", *LONG[pace]) as process:
        wait_until(lambda: blocks_written(2), "no block is written", process)
        pids = family(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert (out, err) == ("", "arena: interrupted\n")
    wait_until(lambda: all(map(is_gone, pids)), "bots or engines outlive the match")
    (path,) = records()
    with Record(path) as record:
        record.check()
        assert record.damage is None
        assert record.status is Status.ABORTED
        last, closing = record.outcomes()[-1], list(record.events())[-1]
    assert (closing["kind"], closing["reason"]) == ("close", "aborted")
    assert "interrupted from the keyboard" in closing["detail"]
    assert last.void == (last.reason == "aborted")  # between two episodes there is none to abort
    (report,) = verified([path])
    assert report["problem"] is None
    (line,) = arena("history", "--json").json
    assert line["status"] == "aborted"
    assert not list((Path(os.environ["XDG_RUNTIME_DIR"]) / "arena" / "bus").glob("*"))


def test_two_interrupts_in_a_row_are_one() -> None:
    with started("match", *LONG["realtime"]) as process:
        wait_until(lambda: blocks_written(1), "no block is written", process)
        pids = family(process)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in err
    wait_until(lambda: all(map(is_gone, pids)), "the bots outlive the match")


def test_a_reader_that_went_away_is_no_error() -> None:
    with started("match", "tictactoe", "*=random", "--episodes", "3") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(PATIENCE_S) == 141
    assert err == ""
    (path,) = records()
    with Record(path) as record:
        assert record.status is Status.FINISHED
        assert len(record.outcomes()) == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_full_disk_under_the_output_is_one_sentence() -> None:
    with Path("/dev/full").open("w") as full, started("games", stdout=full) as process:
        assert process.stderr is not None
        err = process.stderr.read()
        assert process.wait(PATIENCE_S) == 1
    assert err.startswith("arena: ")
    assert err.count("\n") == 1
    assert "make room" in err


def test_without_a_display_play_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    ran = arena("play")
    assert (ran.code, ran.out) == (2, "")
    assert "no display" in ran.err
    assert "arena match" in ran.err
    assert ran.err.count("\n") == 1
    assert records() == []
