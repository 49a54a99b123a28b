"""`arena check-server` with real processes: good servers conform, each bad one fails in the right line."""

from __future__ import annotations

import contextlib
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from gymnasium import spaces

from arena.cli import main
from arena.home import ipc_endpoint
from arena.wire.checks.table import SERVER_CHECKS
from tests.e2e.headless.shell import started
from tests.players.servers import server  # noqa: F401 - it fills the table
from tests.players.servers.fault import FAULTS
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
    assert set(FAILED) == set(FAULTS) - {"good"}
    failed = {name for names in FAILED.values() for name in names.split()}
    assert failed == {check.id for check in SERVER_CHECKS}


@pytest.mark.parametrize("game", ["tictactoe", "simple_spread", "multiwalker"])
def test_a_good_server_conforms(game, check):
    with served(wants="result") as good:
        checked = check(good.endpoint, "--game", game, "--hz", "0")
    assert checked.code == 0, checked.told
    skipped = {name for name, status in checked.statuses.items() if status == "skip"}
    assert skipped <= {"spaces", "legal"}


@contextlib.contextmanager
def file_served(folder: Path, bind: str, observation: spaces.Space, action: spaces.Space) -> Iterator[str]:
    """Run `arena serve` with a policy file for these spaces; the seating word that it prints."""
    save_policy(folder / "p.safetensors", observation, action)
    with started("serve", str(folder / "p.safetensors"), "--bind", bind, stderr=None) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield shlex.split(process.stdout.readline().partition("seat it with ")[2])[0]
        finally:
            process.kill()


def test_a_served_policy_file_conforms(tmp_path, check):
    where = ipc_endpoint("served")
    with file_served(tmp_path, where, BOARD, spaces.Discrete(9)):
        checked = check(where, "--hz", "0")
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


def test_without_a_game_one_is_found_that_it_plays(tmp_path, capsys):
    where, seen = ipc_endpoint("spread"), spaces.Box(-np.inf, np.inf, (18,), np.float32)
    with file_served(tmp_path, where, seen, spaces.Discrete(5)):
        assert main.main(["check-server", where, "--hz", "0"]) == 0
    assert "Spread: conforms: 35 ok, 2 skipped" in capsys.readouterr().out


def test_who_tells_its_spaces_is_asked_in_positions_of_those(capsys):
    with served("other_spaces") as one:
        assert main.main(["check-server", one.endpoint]) == 0
    assert "A game of its spaces: conforms" in capsys.readouterr().out


def test_a_refusal_is_told_and_ends_the_checks(capsys):
    with served("refuses") as one:
        assert main.main(["check-server", one.endpoint, "--game", "tictactoe"]) == 1
    out = capsys.readouterr().out
    assert "came: refused (game): I do not play classic/tictactoe-v3\n      do: answer every hello" in out
    assert "skip  reset          needs 'hello'" in out
    assert "Tic-Tac-Toe: 1 failed, 1 ok, " in out


def test_an_encrypted_server_wants_its_key(tmp_path, capsys):
    with file_served(tmp_path, "tcp://0.0.0.0:*", BOARD, spaces.Discrete(9)) as word:
        address, _, key = word.partition(",key=")
        local = f"tcp://127.0.0.1:{address.rpartition(':')[2]}"
        assert main.main(["check-server", local, "--key", key, "--hz", "0"]) == 0
        assert main.main(["check-server", local]) == 1
    assert "; does it want its key, as in 'ADDRESS,key=...'?" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "name the server's address"),
        (["tcp://192.0.2.7:5555"], "give its key with --key"),
        (["tcp://127.0.0.1:*"], "has a wildcard"),
        (["tcp://127.0.0.1:5555", "--key", "short"], "--key is 43 letters"),
        (["tcp://127.0.0.1:5555", "--patience", "0"], "--patience 0 is not above 0"),
        (["tcp://127.0.0.1:5555", "--game", "chss"], "did you mean"),
    ],
)
def test_bad_words_are_told(capsys, words, told):
    assert main.main(["check-server", *words]) == 2
    assert told in capsys.readouterr().err
