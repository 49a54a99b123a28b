"""`arena history`: what is in the league, in words and in JSON."""

from __future__ import annotations

import json

import pytest

from arena.bus.journal import Journal
from arena.cli.main import main
from arena.home import arena_home
from arena.ids import new_ulid
from tests.arena.records.sample import a_match, emit_all


def record(*, close: str | None = "win") -> str:
    """A match that only its record knows of."""
    match_id = new_ulid()
    with Journal.open(arena_home().records_dir, match_id, live=False, publish=False) as journal:
        emit_all(journal, a_match(match_id, close=close))
    return match_id


def test_nothing_yet_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"]) == 0
    assert "arena match" in capsys.readouterr().out


def test_a_match_just_played_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["match", "tictactoe", "*=random", "--seed", "1", "--episodes", "3", "--json"]) == 0
    played = json.loads(capsys.readouterr().out)
    assert main(["history", "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert line["id"] == played["match"]
    assert (line["status"], line["episodes"]) == ("finished", 3)
    points = {seat["agent"]: seat["wins"] + seat["draws"] / 2 for seat in line["seats"]}
    assert sum(points.values()) == 3


def test_records_left_by_a_crash_are_taken_in_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    finished, killed = record(), record(close=None)
    (arena_home().records_dir / "broken.arena").write_bytes(b"junk")
    assert main(["history"]) == 0
    captured = capsys.readouterr()
    head, newest, oldest = captured.out.splitlines()
    assert head.split() == ["played", "game", "result", "ended", "by", "match"]
    assert killed[-8:] in newest
    assert "unfinished (2 win)" in newest
    assert finished[-8:] in oldest
    assert "Anna 1, Bot 1" in oldest
    assert "broken.arena cannot be read" in captured.err


def test_filters_and_their_absence_of_matches(capsys: pytest.CaptureFixture[str]) -> None:
    match_id = record()
    assert main(["history", "--player", "ANNA", "--json"]) == 0
    assert [line["id"] for line in json.loads(capsys.readouterr().out)] == [match_id]
    assert main(["history", "--game", "chess"]) == 0
    assert "no match fits" in capsys.readouterr().out
    assert main(["history", "--limit", "0"]) == 2
    assert "--limit must be at least 1, got 0" in capsys.readouterr().err


def test_players_are_listed_with_what_they_did(capsys: pytest.CaptureFixture[str]) -> None:
    record()
    assert main(["history", "--players"]) == 0
    assert "Anna" in capsys.readouterr().out
    assert main(["history", "--players", "--json"]) == 0
    assert [(row["id"], row["wins"], row["losses"]) for row in json.loads(capsys.readouterr().out)] == [
        ("anna", 1, 1),
        ("bot", 1, 1),
    ]


def test_a_name_cannot_write_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    match_id = new_ulid()
    events = list(a_match(match_id))
    events[0].fields["players"]["player_1"]["name"] = "\x1b[31mred\x07\nalert"
    with Journal.open(arena_home().records_dir, match_id, live=False, publish=False) as journal:
        emit_all(journal, iter(events))
    assert main(["history"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert len(out.splitlines()) == 2
