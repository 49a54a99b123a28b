"""`arena play` before its window is handed over: what is asked for wrongly is refused with code 2."""

from __future__ import annotations

import pytest

from arena.cli.main import main
from arena.cli.play import size_of
from arena.errors import OptionError


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "unknown game 'nonsense'"),
        (["tictactoe", "player_0=random"], "unknown agent 'player_0'"),
        (["tictactoe", "*=nobody"], "unknown controller 'nobody'"),
        (["tictactoe", "*=stockfish"], "plays chess"),
        (["texas_holdem", "*=random", "--env", "num_players=9"], "num_players=9"),
        (["CartPole", "*=random", "--clock", "5+3"], "has no clocks"),
        (["--size", "big"], "not like 1280x720"),
    ],
)
def test_what_cannot_be_played_is_refused(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["play", *words]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert "Traceback" not in said.err


def test_a_size_is_two_numbers() -> None:
    assert size_of("1280X720") == (1280, 720)
    with pytest.raises(OptionError, match="12x"):
        size_of("12x")
