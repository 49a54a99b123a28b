"""`arena play` before its window is handed over: what is asked for wrongly is refused with code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.cli.main import main
from arena.cli.play import _go_to, size_of
from arena.errors import OptionError
from arena.games import catalog
from arena.home import arena_home
from arena.session import MatchSetup
from scenes.app import App
from scenes.screens.lobby import LobbyScreen


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


def test_a_seed_that_nobody_named_is_not_kept_for_the_next_match(tmp_path: Path) -> None:
    entry = catalog.get("tictactoe")
    with App(arena_home(tmp_path)) as app:
        for seed, locked in ((None, False), (7, True)):
            _go_to(app, entry, MatchSetup(entry.id, ("player_1=random",), seed=seed))
            lobby = app.screen
            assert isinstance(lobby, LobbyScreen)
            assert lobby.draft.seed_locked is locked
            assert locked is (lobby.draft.seed == 7)
