from __future__ import annotations

import json
from typing import Any

import pytest

from arena.cli.main import main
from arena.match import kinds as kinds_module
from arena.match.kinds import Option


class PlugIn:
    name = "oracle"
    summary = "asks the oracle"
    options = (
        Option("wisdom", "float", 0.5, "how much to listen", low=0, high=1),
        Option("mood", "choice", "calm", "the oracle's mood", choices=("calm", "cross")),
    )
    free_options = True

    def notes(self) -> list[str]:
        return ["the oracle is in"]


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, Any] = {**kinds_module.kinds(), "oracle": PlugIn()}
    monkeypatch.setattr(kinds_module, "kinds", lambda: known)


def test_list_names_every_kind_and_plug_in(plug_in: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["controllers"]) == 0
    out = capsys.readouterr().out
    for kind in ("random", "stockfish", "uci", "gtp", "script", "bot", "human", "policy", "oracle"):
        assert f"\n{kind} " in "\n" + out
    assert "options: wisdom, mood, ..." in out
    assert all(len(line) <= 110 for line in out.splitlines())


def test_json_holds_options_with_their_ranges(plug_in: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["controllers", "list", "--json"]) == 0
    by_name = {kind["kind"]: kind for kind in json.loads(capsys.readouterr().out)}
    assert by_name["random"]["package"] == "arena-seats"
    assert by_name["random"]["options"] == []
    wisdom = by_name["oracle"]["options"][0]
    assert (wisdom["name"], wisdom["type"], wisdom["low"], wisdom["high"]) == ("wisdom", "float", 0, 1)


def test_show_explains_one(plug_in: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["controllers", "show", "oracle"]) == 0
    out = capsys.readouterr().out
    assert "wisdom=0..1" in out
    assert "mood=calm|cross" in out
    assert "how much to listen [0.5]" in out
    assert "the oracle is in" in out
    assert main(["controllers", "show", "script", "--json"]) == 0
    assert any("script:chess/club" in note for note in json.loads(capsys.readouterr().out)["notes"])


def test_show_stockfish_lists_the_engines_own_options(
    stockfish: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["controllers", "show", "stockfish"]) == 0
    out = capsys.readouterr().out
    assert "  Skill Level (spin) 0..20 [20]" in out
    assert "draws=score|always|never" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "stokfish"], "did you mean 'stockfish'"),
        (["show"], "unknown controller ''"),
        (["list", "stockfish"], "arena controllers show KIND"),
    ],
)
def test_wrong_words_are_answered(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["controllers", *words]) == 2
    assert said in capsys.readouterr().err
