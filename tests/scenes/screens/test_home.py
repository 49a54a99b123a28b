"""Home: where it leads, what it tells of the last match, and that nobody leaves by accident."""

from __future__ import annotations

from pathlib import Path

import pygame
import pytest

from arena.match.seating import parse_spec
from scenes.screens import demos
from scenes.screens.history import HistoryScreen
from scenes.screens.home import HomeScreen
from scenes.screens.match import MatchScreen
from scenes.screens.picker import PickerScreen
from scenes.screens.settings import SettingsScreen
from tests.scenes.screens.driving import Driven, arena_app
from tests.scenes.screens.matches import TICTACTOE, play


def home_of(driven: Driven) -> HomeScreen:
    driven.app.push(HomeScreen(driven.app))
    return driven.at(HomeScreen)


def test_every_button_leads_somewhere_and_escape_leads_back(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        home = home_of(driven)
        for button, screen in (
            (home.play, PickerScreen),
            (home.history, HistoryScreen),
            (home.settings, SettingsScreen),
        ):
            driven.click(button)
            driven.at(screen)
            driven.press(pygame.K_ESCAPE)
            assert driven.at(HomeScreen) is home


def test_escape_goes_to_quit_and_does_not_end_the_arena(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        home = home_of(driven)
        driven.press(pygame.K_ESCAPE)
        assert driven.app.ended is None
        assert driven.focused is home.quit
        driven.press(pygame.K_RETURN)
        assert driven.app.ended == "closed"


def test_one_click_starts_a_match_between_programs_and_the_next_offer_is_another(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        home = home_of(driven)
        offered = home.demo_tile.heading
        driven.click(home.watch)
        match = driven.at(MatchScreen)
        driven.until(lambda: match.driver is not None)
        assert match.driver is not None
        assert not any(seat.holder.human for seat in match.driver.match.seats.values())
        driven.app.pop()
        driven.at(HomeScreen)
        assert home.demo_tile.heading != offered


@pytest.mark.parametrize("installed", [True, False])
def test_demos_take_what_is_installed(monkeypatch: pytest.MonkeyPatch, *, installed: bool) -> None:
    monkeypatch.setattr(demos, "find_program", lambda name: f"/bin/{name}" if installed else None)
    kinds = {parse_spec(seat.partition("=")[2]).kind for demo in demos.demos() for seat in demo.seats}
    assert ("stockfish" in kinds) is installed
    assert "human" not in kinds


def test_the_last_match_is_told(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        play(driven.app.home, TICTACTOE)
        home = home_of(driven)
        driven.until(lambda: home.last_tile.visible)
        assert home.last_tile.heading == "Tic-Tac-Toe"
        assert "Tictactoe perfect won, just now" in home.last_tile.text
        driven.rounds()
        driven.click(home.last_tile)
        driven.at(HistoryScreen)


def test_a_home_without_matches_shows_none(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        home = home_of(driven)
        driven.until(lambda: home._looking is None)
        assert not home.last_tile.visible
