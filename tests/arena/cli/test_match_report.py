"""What `arena match` prints of texts that others chose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena.cli.main import main

RUDE = """
from arena.match.controller import SimpleController


class Rude(SimpleController):
    def select_action(self, agent, observation, info):
        raise RuntimeError("\\x1b[2J\\x1b]0;mine\\x07 and more")
"""


def test_nothing_that_a_bot_says_commands_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rude_bot.py").write_text(RUDE)
    monkeypatch.syspath_prepend(tmp_path)
    assert main(["match", "tictactoe", "player_1=bot:rude_bot:Rude", "*=random", "--no-record"]) == 0
    told = capsys.readouterr()
    assert "mine\ufffd and more" in told.out
    assert not set("\x1b\x07") & set(told.out + told.err)


WRONG = """
from arena.match.controller import SimpleController


class Flat(SimpleController):
    def select_action(self, agent, observation, info):
        return [0.0, 0.0]


class Shy(SimpleController):
    def select_action(self, agent, observation, info):
        return None
"""


def test_what_is_counted_is_explained_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wrong_bots.py").write_text(WRONG)
    monkeypatch.syspath_prepend(tmp_path)
    words = ["match", "sumo", "wrestler_0=wrong_bots:Flat", "wrestler_1=wrong_bots:Shy", "--max-ticks", "5"]
    assert main([*words, "--no-record"]) == 0
    told = capsys.readouterr().out
    assert told.count("its shape is (2,), it must be (3,)") == 1
    assert told.count("wrestler_1 (wrong_bots:Shy) abstained") == 1
    assert main([*words, "--no-record", "--json"]) == 0
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert "shape" in faults["wrestler_0"]["illegal"]
    assert "abstained" in faults["wrestler_1"]["late"]
