"""What `arena match` prints of texts that others chose."""

from __future__ import annotations

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
