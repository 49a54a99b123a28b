"""History: what is listed, what is told of one match, and what can be done with its record."""

from __future__ import annotations

from pathlib import Path

import pygame

from scenes.screens.history import HistoryScreen
from scenes.screens.home import HomeScreen
from scenes.screens.lobby import LobbyScreen
from scenes.ui.clipboard import Clipboard
from tests.scenes.screens.driving import Driven, arena_app
from tests.scenes.screens.matches import LEDUC, TICTACTOE, play


def history_of(driven: Driven) -> HistoryScreen:
    driven.app.push(HomeScreen(driven.app))
    driven.app.push(HistoryScreen(driven.app))
    screen = driven.at(HistoryScreen)
    driven.until(lambda: screen.ready)
    driven.rounds()
    return screen


def test_matches_are_listed_newest_first_and_told_in_detail(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        record = play(driven.app.home, TICTACTOE)
        play(driven.app.home, LEDUC)
        screen = history_of(driven)
        assert [row.line.game for row in screen.table.rows] == [LEDUC.game, TICTACTOE.game]
        driven.press(pygame.K_DOWN)
        driven.until(lambda: screen.pane.details is not None and screen.pane.details.path == record)
        details = screen.pane.details
        assert details is not None
        assert details.seed == "7"
        assert [outcome["episode"] for outcome in screen.pane.episodes.rows] == [0, 1, 2]
        assert details.setup is not None
        assert details.setup.seats == TICTACTOE.seats


def test_the_list_is_narrowed_by_words_and_by_status(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        play(driven.app.home, TICTACTOE)
        play(driven.app.home, LEDUC)
        screen = history_of(driven)
        driven.click(screen.search)
        driven.type("perfect")
        assert [row.line.game for row in screen.table.rows] == [TICTACTOE.game]
        screen.status.choose(screen.status.options.index("unfinished"))
        assert screen.table.rows == []
        assert screen.subtitle.text == "0 of 2"


def test_a_match_cut_off_by_a_crash_is_taken_in_and_marked(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        record = play(driven.app.home, TICTACTOE)
        for part in driven.app.home.root.glob("arena.db*"):  # with its write-ahead log
            part.unlink()
        content = record.read_bytes()
        record.write_bytes(content[: len(content) - 20])
        screen = history_of(driven)
        (row,) = screen.table.rows
        assert row.line.status == "unfinished"
        assert screen.pane.details is not None
        assert screen.pane.details.problem


def test_a_record_is_verified_in_the_background(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        play(driven.app.home, TICTACTOE)
        screen = history_of(driven)
        driven.click(screen.pane.check)
        assert screen.pane.progress.visible
        assert not screen.pane.check.enabled
        driven.until(lambda: screen.pane.verdict is not None)
        assert screen.pane.verdict is not None
        assert screen.pane.verdict.good, screen.pane.verdict.text
        assert "everything agrees" in screen.pane.verdict.text


def test_leaving_ends_a_verification(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        play(driven.app.home, TICTACTOE)
        screen = history_of(driven)
        driven.click(screen.pane.check)
        driven.press(pygame.K_ESCAPE)
        driven.at(HomeScreen)
        (check,) = screen._checks.values()
        assert check._process.poll() is not None


def test_a_record_that_is_gone_says_so(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        play(driven.app.home, TICTACTOE).unlink()
        screen = history_of(driven)
        assert not screen.pane.again.enabled
        assert "cannot read" in screen.pane.check.disabled_reason


def test_play_again_leads_to_the_lobby_with_the_same_seats(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        play(driven.app.home, TICTACTOE)
        screen = history_of(driven)
        driven.click(screen.pane.again)
        lobby = driven.at(LobbyScreen)
        assert list(lobby.draft.seats.values()) == ["script:tictactoe/novice", "script:tictactoe/perfect"]
        assert lobby.draft.episodes == 3
        assert not lobby.draft.seed_locked


def test_the_path_is_copied(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        record = play(driven.app.home, TICTACTOE)
        screen = history_of(driven)
        driven.click(screen.pane.copy)
        assert driven.messages == [f"Copied: {record.name}"]
        assert Clipboard().get() == str(record)


def test_an_empty_history_says_so(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = history_of(driven)
        assert screen.table.empty_text == "No match was played yet"
        assert screen.pane.details is None
