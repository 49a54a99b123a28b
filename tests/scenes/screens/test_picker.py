"""Play: finding a game by words and filters, and what is told about it."""

from __future__ import annotations

from pathlib import Path

import pygame

from arena.games import catalog
from scenes.screens.home import HomeScreen
from scenes.screens.picker import PickerScreen
from tests.scenes.screens.driving import Driven, arena_app


def picker_of(driven: Driven) -> PickerScreen:
    driven.app.push(HomeScreen(driven.app))
    driven.app.push(PickerScreen(driven.app))
    return driven.at(PickerScreen)


def test_every_game_of_the_catalog_has_a_card_with_a_picture(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        picker = picker_of(driven)
        assert [entry.id for entry in picker.found] == list(catalog.ids())
        assert [game for game, card in picker.cards.items() if card.picture is None] == []


def test_typing_finds_games_by_any_words(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        picker = picker_of(driven)
        driven.click(picker.search)
        driven.type("hold limit")
        assert [entry.title for entry in picker.found] == ["No-Limit Hold'em"]
        assert picker.picked.title == "No-Limit Hold'em", "what is picked is among what is found"
        assert picker.subtitle.text == f"1 of {len(catalog.ids())} games"


def test_nothing_found_is_said_and_nothing_can_be_chosen(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        picker = picker_of(driven)
        driven.click(picker.search)
        driven.type("xyzzy")
        assert picker.nothing.visible
        assert not picker.choose.enabled


def test_filters_narrow_the_list_together(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        picker = picker_of(driven)
        driven.until(lambda: picker.players.rect.width > 0)
        picker.players.choose(picker.players.options.index("1"))
        assert {len(entry.seats) for entry in picker.found} == {1}
        picker.pace.choose(picker.pace.options.index("realtime"))
        assert {(len(entry.seats), entry.pace) for entry in picker.found} == {(1, "realtime")}
        picker.family.choose(picker.family.options.index("gymnasium"))
        assert "Cart Pole" in {entry.title for entry in picker.found}
        assert {entry.family for entry in picker.found} == {"gymnasium"}


def test_the_details_follow_the_focus(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        picker = picker_of(driven)
        driven.press(pygame.K_DOWN)
        assert driven.focused is picker.cards[picker.picked.id]
        assert picker.picked is not picker.entries[0]
        assert picker.details.entry is picker.picked


def test_the_focus_reaches_games_below_the_fold(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        picker = picker_of(driven)
        driven.press(*[pygame.K_DOWN] * 12)
        card = picker.cards[picker.picked.id]
        assert picker.entries.index(picker.picked) >= len(picker.entries) - 4
        assert picker.grid.rect.contains(card.rect)
