"""`arena doctor`: the report people read, the one programs read, and the exit code."""

import json

import pytest

from arena.cli import doctor
from arena.cli.health.check import Check
from arena.cli.main import main

FINE = Check("python", "Python", "ok", "3.11")
NOTE = Check("engines", "stockfish", "note", "not installed", "apt-get install stockfish")
BROKEN = Check("packages", "pymunk", "fail", "not installed", "pip install pymunk")


def finds(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    monkeypatch.setattr(doctor, "_checks", lambda args: iter(checks))


def test_notes_do_not_make_it_unhealthy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finds(monkeypatch, FINE, NOTE)
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "Arena is ready; 2 looked at, 1 optional part missing" in out
    assert "-> apt-get install stockfish" in out
    assert "\x1b" not in out  # colours are for terminals


def test_what_is_broken_makes_it_exit_with_1_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finds(monkeypatch, FINE, BROKEN)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "FAIL  pymunk" in out
    assert "-> pip install pymunk" in out
    assert "1 part is missing or broken" in out


def test_topics_are_headings_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finds(monkeypatch, FINE, NOTE, NOTE, BROKEN)
    main(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line and not line.startswith(" ")][:3] == [
        "python",
        "engines",
        "packages",
    ]


@pytest.mark.parametrize("checks", [(FINE, NOTE), (FINE, BROKEN)])
def test_json_holds_every_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], checks: tuple[Check, ...]
) -> None:
    finds(monkeypatch, *checks)
    code = main(["doctor", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["healthy"] is (code == 0)
    assert [Check(**check) for check in report["checks"]] == list(checks)


def test_this_installation_is_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--quick", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {"python", "packages", "names", "engines", "screen and sound", "home", "extras"} == {
        check["topic"] for check in report["checks"]
    }
