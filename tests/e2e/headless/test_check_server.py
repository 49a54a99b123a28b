"""`arena check-server` with real processes: good servers conform, each bad one fails in the right line."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from gymnasium import spaces

from arena.cli import main
from arena.home import ipc_endpoint
from arena.wire.checks.table import SERVER_CHECKS
from tests.e2e.headless.shell import started
from tests.players.servers import server
from tests.players.servers.launch import served
from tests.wire_kit import BOARD, save_policy

ROOT = Path(__file__).parents[3]
PATIENCE_S, SHORT_PATIENCE_S = "20", "1"

FAILED = {
    "all_leave": "leave",
    "any_version": "no-version",
    "bad_entries": "readable",
    "broken": "readable",
    "busy": "answers",
    "bye_mid_match": "answers",
    "clings": "bye",
    "crash_message": "answers",
    "deaf": "answers",
    "deep": "readable",
    "dies_of_garbage": "garbage",
    "dies_of_size": "oversize",
    "double": "once bye",
    "empty_arrays": "readable",
    "exit": "answers",
    "first_hello_only": "hello-again",
    "float_ids": "large-numbers",
    "flood": "ids once",
    "foreign_ids": "answers ids",
    "garbage": "readable",
    "half_open": "connects",
    "hang": "answers",
    "illegal": "range legal",
    "killed": "answers",
    "late20": "latency",
    "late_ready": "reset",
    "learns_badly": "results",
    "lying_episode": "reset",
    "lying_group": "groups",
    "lying_match": "match",
    "many_parts": "readable",
    "mixes_clients": "clients",
    "mute": "hello",
    "nan": "range",
    "never_ready": "reset",
    "no_takeover": "takeover reconnect",
    "not_deterministic": "deterministic",
    "old_version": "version no-version",
    "one_episode": "episodes",
    "one_match": "matches clients",
    "one_row": "rows",
    "other_spaces": "spaces",
    "out_of_range": "range",
    "oversize": "answers",
    "position_reader": "optional",
    "refuses": "hello",
    "restarting": "answers",
    "short_names": "names",
    "silent_about_faults": "malformed",
    "silent_about_strangers": "no-session bye",
    "slow": "latency",
    "stale": "answers ids",
    "strict": "unknown",
    "stuck": "answers",
    "wrong_dtype": "dtype",
    "wrong_pong": "ping",
    "wrong_shape": "shape",
}
"""The checks that each bad server fails, and no other."""

QUICK = {
    "clings", "crash_message", "garbage", "half_open", "hang", "illegal", "killed", "late20", "lying_episode",
    "mixes_clients", "nan", "not_deterministic", "old_version", "one_row", "stale", "strict", "wrong_dtype",
}  # fmt: skip
"""Those of the everyday suite; the others are like one of them."""

SILENT = {
    "busy", "deaf", "exit", "float_ids", "foreign_ids", "half_open", "hang", "killed", "late_ready",
    "lying_match", "mute", "never_ready", "one_row", "short_names", "silent_about_faults",
    "silent_about_strangers", "stale", "stuck",
}  # fmt: skip
"""Those for whose answers one waits in vain, hence not for long."""

SHOWN = {
    "crash_message": "refused (crash): ZeroDivisionError: division by zero",
    "illegal": "4 is not a legal action now",
    "killed": "it hung up",
    "lying_episode": "ready with episode 5, where episode 0 was due",
    "nan": "is not finite",
    "one_row": "1 of 2 rows were not answered",
    "stale": "1 of 1 decisions did not come within 1 s (see also: ids)",
    "wrong_shape": "has shape (2,) a seat, the space says ()",
}
"""What came, for some of them."""


@dataclass
class Checked:
    """What one run printed."""

    code: int
    told: dict[str, str]
    """Of the checks that failed."""
    statuses: dict[str, str]


@pytest.fixture
def check(capsys):
    """Run `arena check-server --json`."""

    def run(*words: str) -> Checked:
        code = main.main(["check-server", *words, "--json"])
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [row["check"] for row in rows] == [check.id for check in SERVER_CHECKS]
        told = {row["check"]: row["told"] for row in rows if row["status"] == "FAIL"}
        assert all(row["remedy"] for row in rows if row["status"] == "FAIL")
        return Checked(code, told, {row["check"]: row["status"] for row in rows})

    return run


@pytest.mark.parametrize(
    "how", [pytest.param(how, marks=[] if how in QUICK else pytest.mark.slow) for how in FAILED]
)
def test_a_bad_server_fails_the_right_checks(how, check):
    positions = "4" if how == "slow" else "30"
    game = {"nan": "multiwalker"}.get(how, "tictactoe")
    hz = "60" if how in {"slow", "late20"} else "0"
    patience_s = SHORT_PATIENCE_S if how in SILENT else PATIENCE_S
    with served(how) as bad:
        checked = check(
            bad.endpoint, "--game", game, "--patience", patience_s, "--positions", positions, "--hz", hz
        )
    assert checked.code == 1
    expected = set(FAILED[how].split())
    assert expected <= set(checked.told), "not found out"
    if how not in SILENT:  # a good answer may be late, too, on a busy machine
        assert expected == set(checked.told)
    if how in SHOWN:
        assert any(SHOWN[how] in told for told in checked.told.values())


def test_every_bad_server_and_every_check_has_its_turn():
    assert set(FAILED) == set(server.FAULTS) - {"good"}
    failed = {name for names in FAILED.values() for name in names.split()}
    assert failed == {check.id for check in SERVER_CHECKS}


@pytest.mark.parametrize("game", ["tictactoe", "simple_spread", "multiwalker"])
def test_a_good_server_conforms(game, check):
    with served(wants="result") as good:
        checked = check(good.endpoint, "--game", game, "--hz", "0")
    assert checked.code == 0, checked.told
    skipped = {name for name, status in checked.statuses.items() if status == "skip"}
    assert skipped <= {"spaces", "legal"}


def test_a_served_policy_file_conforms(tmp_path, check):
    save_policy(tmp_path / "p.safetensors", BOARD, spaces.Discrete(9))
    where = ipc_endpoint("served")
    with started("serve", str(tmp_path / "p.safetensors"), "--bind", where, stderr=None) as process:
        try:
            assert where in process.stdout.readline()
            checked = check(where, "--hz", "0")
        finally:
            process.kill()
    assert checked.code == 0, checked.told
    assert {name for name, status in checked.statuses.items() if status == "skip"} == {"results"}


def test_the_sample_server_conforms(check):
    where = ipc_endpoint("sample")
    script = ROOT / "docs" / "samples" / "server.py"
    with subprocess.Popen([sys.executable, "-I", str(script), where]) as process:
        try:
            checked = check(where, "--game", "tictactoe", "--hz", "0")
        finally:
            process.kill()
    assert checked.code == 0, checked.told
