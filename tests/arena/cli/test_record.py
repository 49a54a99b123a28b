"""`arena record`: by file or id, in words, in JSON, and with a sentence where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena.bus.journal import Journal
from arena.cli.main import main
from arena.home import arena_home
from arena.ids import new_ulid
from tests.arena.records.sample import a_match, emit_all


@pytest.fixture
def match_id() -> str:
    match_id = new_ulid()
    with Journal.open(arena_home().records_dir, match_id, live=False, publish=False) as journal:
        emit_all(journal, a_match(match_id))
    return match_id


def path_of(match_id: str) -> Path:
    return arena_home().records_dir / f"{match_id}.arena"


def test_shown_in_words(match_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "show", match_id[-6:]]) == 0
    out = capsys.readouterr().out
    for words in ("classic/tictactoe-v3", match_id, "finished", "Anna", "#1 1", "win"):
        assert words in out


def test_shown_as_json_by_path(match_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "show", str(path_of(match_id)), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["match"], shown["status"], shown["seed"], shown["damage"]) == (
        match_id,
        "finished",
        7,
        None,
    )
    assert [outcome["episode"] for outcome in shown["outcomes"]] == [0, 1]
    assert main(["record", "hash", match_id]) == 0
    assert capsys.readouterr().out.strip() == shown["hash"]


def test_cut_off_it_is_shown_as_far_as_it_goes(match_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = path_of(match_id)
    path.write_bytes(path.read_bytes()[:-5])
    assert main(["record", "show", match_id]) == 0
    out = capsys.readouterr().out
    assert "unfinished" in out
    assert "cut off" in out
    assert main(["record", "hash", match_id]) == 0
    assert "cut off" in capsys.readouterr().err


def test_exported_one_event_a_line(match_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "export", match_id]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["kind"] for event in events] == [item.kind for item in a_match(match_id)]
    out = tmp_path / "events.jsonl"
    assert main(["record", "export", match_id, "--out", str(out)]) == 0
    assert [json.loads(line) for line in out.read_text().splitlines()] == events
    capsys.readouterr()
    assert main(["record", "export", match_id, "--out", str(tmp_path / "no" / "where")]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_of_a_running_match_nothing_private_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    match_id = new_ulid()
    journal = Journal.open(arena_home().records_dir, match_id, live=True, publish=False)
    journal.emit("open", 0.0, {"game": "classic/texas_holdem-v4", "seed": None})
    journal.emit("secret", 0.0, {"seed": 987654321}, private=True)
    assert journal.flush()
    for command in (["show"], ["show", "--json"], ["export"]):
        assert main(["record", command[0], match_id, *command[1:]]) == 0
        assert "987654321" not in capsys.readouterr().out
    journal.close()
    assert main(["record", "show", match_id]) == 0
    assert "987654321" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["show", "verify", "pgn", "export", "hash"])
def test_what_is_no_record_is_said(tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"GIF89a" * 50)
    for name, words in ((str(junk), "not an Arena record"), ("nobody", "unknown record 'nobody'")):
        assert main(["record", command, name]) == 2
        assert words in capsys.readouterr().err


def test_pgn_of_another_game_is_refused(match_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "pgn", match_id]) == 2
    assert "PGN is for chess" in capsys.readouterr().err
