"""`arena check-bot` with real processes: good bots conform, each bad one fails in the right line."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from arena.cli import main
from arena.processes import module_command
from arena.wire.checks.table import BOT_CHECKS
from tests.e2e.headless.shell import started

ROOT = Path(__file__).parents[3]
BOT = module_command("tests.players.servers.guest", "{address}", "{token}")
SAMPLE = [sys.executable, "-I", str(ROOT / "docs" / "samples" / "bot.py")]


@dataclass
class Checked:
    """What one run printed."""

    code: int
    told: dict[str, str]
    """Of the checks that failed."""
    statuses: dict[str, str]


def read(code: int, out: str) -> Checked:
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["check"] for row in rows] == [check.id for check in BOT_CHECKS]
    told = {row["check"]: row["told"] for row in rows if row["status"] == "FAIL"}
    return Checked(code, told, {row["check"]: row["status"] for row in rows})


@pytest.fixture
def check(capsys, monkeypatch):
    """Run `arena check-bot --json`."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(command: list[str], *words: str) -> Checked:
        code = main.main(["check-bot", "--json", *words, "--", *command])
        return read(code, capsys.readouterr().out)

    return run


def slow(*values):
    """A case that is much like one of the everyday suite."""
    return pytest.param(*values, marks=pytest.mark.slow)


def test_a_good_bot_conforms(check):
    checked = check([*BOT, "--wants", "result"])
    assert checked.code == 0, checked.told
    assert {name for name, status in checked.statuses.items() if status == "skip"} == {"spaces"}


def test_the_sample_bot_conforms(check):
    checked = check(SAMPLE, "--game", "tictactoe")
    assert checked.code == 0, checked.told
    skipped = {name for name, status in checked.statuses.items() if status == "skip"}
    assert skipped == {"spaces", "deterministic", "results"}


@pytest.mark.parametrize(
    ("words", "failed", "told"),
    [
        (("--manner", "never_joins"), "joins", "nobody joined within"),
        (("--manner", "no_return"), "resume", "it did not come back with its resume secret"),
        (("--manner", "stays"), "goes-home", "its process still runs"),
        (("--manner", "insists"), "turned-away", "its process still runs"),
        (("--how", "illegal"), "legal", "is not a legal action now"),
        (("--how", "exit"), "answers", "it hung up"),
        slow(("--how", "crash_message"), "answers", "ZeroDivisionError"),
        slow(("--how", "stuck"), "answers", "did not come within"),
        slow(("--how", "wrong_shape"), "shape", "has shape (2,) a seat"),
        slow(("--how", "lying_match"), "match", "SOMEBODYELSES"),
        slow(("--how", "one_row"), "rows", "1 of 2 rows"),
        slow(("--how", "mute"), "hello", "no answer within"),
    ],
)
def test_a_bad_bot_fails_the_right_check(check, words, failed, told):
    patience_s = "20" if failed in {"legal", "shape"} else "2"
    checked = check([*BOT, *words], "--game", "tictactoe", "--patience", patience_s, "--positions", "20")
    assert checked.code == 1
    assert told in checked.told[failed]


def test_a_program_that_ends_at_once_is_told(check):
    checked = check([sys.executable, "-c", "raise SystemExit(7)"])
    assert checked.told == {"joins": "the bot ended with exit code 7 before it joined"}


def test_it_waits_for_a_bot_that_somebody_else_starts():
    with started("check-bot", "--wait", "--json", "--game", "tictactoe") as checking:
        try:
            assert checking.stderr is not None
            address, token = checking.stderr.readline().split(": ", 1)[1].split()
            with subprocess.Popen([*SAMPLE, address, token]) as bot:
                out, _ = checking.communicate(timeout=60)
                assert bot.wait(20) != 0, "it was sent home with a sentence"
        finally:
            checking.kill()
    checked = read(checking.returncode, out)
    assert checked.code == 0, checked.told
    assert checked.statuses["turned-away"] == "skip"


def test_beyond_this_machine_the_line_is_encrypted(check):
    checked = check(SAMPLE, "--game", "tictactoe", "--bind", "tcp://0.0.0.0:*")
    assert checked.code == 0, checked.told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "say how to start the bot"),
        (["--wait", "--", "bot"], "say how to start the bot"),
        (["--bind", "ipc:///tmp/x", "--", "bot"], "bots dial in over TCP"),
        (["--", "no-such-program-anywhere"], "cannot start no-such-program-anywhere"),
        (["--positions", "0", "--", "bot"], "--positions 0 is not from 1"),
    ],
)
def test_bad_words_are_told(capfd, words, told):
    assert main.main(["check-bot", *words]) == 2
    assert told in capfd.readouterr().err
