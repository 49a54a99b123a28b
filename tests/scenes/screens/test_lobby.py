"""The lobby's screen: sitting down, choosing who else sits, rules, what cannot be played, saved matches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from arena.games import catalog
from arena.match.choices import RuleChoices
from arena.session import MatchSetup
from scenes.screens import lobby_sitters
from scenes.screens.home import HomeScreen
from scenes.screens.lobby import LobbyScreen
from scenes.screens.lobby_draft import Draft
from scenes.screens.lobby_presets import Presets
from scenes.screens.match import MatchScreen
from scenes.ui import Button, Choice, Dialog, ListView, TextField, Toggle
from tests.scenes.screens.driving import Driven, arena_app
from tests.virtual_pad import VirtualPad

KAZ = "knights_archers_zombies"


def lobby_of(driven: Driven, game: str, setup: MatchSetup | None = None) -> LobbyScreen:
    driven.app.push(HomeScreen(driven.app))
    driven.app.push(LobbyScreen(driven.app, catalog.get(game), setup))
    lobby = driven.at(LobbyScreen)
    checked(driven, lobby)
    return lobby


def checked(driven: Driven, lobby: LobbyScreen) -> None:
    driven.until(lambda: not lobby.checking)
    driven.rounds()


def field(lobby: LobbyScreen, title: str) -> TextField:
    found = [item for item in lobby.form.widgets if isinstance(item, TextField) and item.label == title]
    assert found, f"no field {title!r}"
    return found[0]


def choice(lobby: LobbyScreen, title: str) -> Choice[object]:
    found = [item for item in lobby.form.widgets if isinstance(item, Choice) and item.text == title]
    assert found, f"no choice {title!r}"
    return found[0]


def dialog_of(lobby: LobbyScreen) -> Dialog:
    (overlay,) = lobby.ui.overlays
    assert isinstance(overlay, Dialog)
    return overlay


def answer(dialog: Dialog, text: str) -> Button:
    return next(button for button in dialog.buttons if button.text == text)


# Sitting down -----------------------------------------------------------------------------------------------


def test_an_empty_seat_keeps_start_closed_and_start_says_why(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "chess")
        before = lobby.foot.start.enabled, lobby.foot.start.disabled_reason
        assert before == (False, "Player 0: nobody sits there yet")
        driven.click(lobby.rows[0].sit)
        checked(driven, lobby)
        assert lobby.foot.start.enabled
        assert lobby.draft.seats["player_0"] == "human:pointer"


def test_two_people_share_a_keyboard_and_then_the_arrows_move_the_focus(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, KAZ)
        driven.press(pygame.K_a)
        assert lobby.draft.seats["archer_0"] == "human:keyboard/wasd"
        driven.press(pygame.K_s, pygame.K_d)
        assert len(lobby.draft.people) == 1, "who sits already sits down once"
        lobby.draft.seats["archer_1"] = ""
        lobby._changed()
        lobby._focus_next()
        driven.press(pygame.K_UP)
        assert lobby.draft.seats["archer_1"] == "human:keyboard/arrows"
        assert driven.focused is lobby.foot.start
        driven.press(pygame.K_LEFT)
        assert driven.focused is not lobby.foot.start
        checked(driven, lobby)
        assert lobby.findings is not None
        assert lobby.findings.problems == []


def test_a_latecomer_takes_the_seat_of_a_program(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, KAZ)
        driven.press(pygame.K_w, pygame.K_i)
        assert lobby.draft.seats["archer_1"] == "human:keyboard/ijkl"
        assert "Archer 1 is yours now instead of Script, guard" in driven.messages


def test_people_who_would_share_keys_are_told_at_the_seat(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, KAZ)
        lobby.sit("human:keyboard/wasd", "archer_0")
        lobby.sit("human:keyboard", "archer_1")
        checked(driven, lobby)
        assert "archer_0 has the key" in lobby.rows[1].problem
        assert not lobby.foot.start.enabled


def test_letters_typed_into_a_field_seat_nobody(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, KAZ)
        lobby.ui.focus(lobby.form.seed)
        driven.type("wasd")
        assert lobby.draft.people == {}


def test_a_pad_sits_down_and_its_seat_says_when_it_is_gone(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        pad = VirtualPad("First pad")
        lobby = lobby_of(driven, KAZ)
        driven.until(lambda: bool(driven.app.hub.pads))
        driven.tap(pad, "a")
        assert lobby.draft.seats["archer_0"] == "human:pad0"
        assert "First pad" in lobby.rows[0].chooser.value.label
        pad.unplug()
        driven.until(lambda: not driven.app.hub.pads)
        checked(driven, lobby)
        assert "there is no gamepad" in lobby.rows[0].problem


def test_names_of_the_settings_are_given_out_in_order(tmp_path: Path) -> None:
    with arena_app(tmp_path, names=("Ada", "Noor")) as driven:
        lobby = lobby_of(driven, KAZ)
        driven.press(pygame.K_w, pygame.K_i)
        assert list(lobby.draft.people) == ["archer_0", "archer_1"]
        assert [person.options["name"] for person in lobby.draft.people.values()] == ["Ada", "Noor"]
        assert lobby.rows[0].chooser.value.label == "Ada, W A S D"


# Who else sits ----------------------------------------------------------------------------------------------


def test_the_chooser_offers_what_fits_and_no_more(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "tictactoe")
        kinds = {offer.words.partition(":")[0] for offer in lobby.rows[0].chooser.options}
        assert {"script", "random", "human"} <= kinds
        assert not {"stockfish", "gtp"} & kinds
        lobby = lobby_of(driven, KAZ)
        offered = [offer.words for offer in lobby.rows[0].chooser.options]
        assert "human:pointer" in offered, "its actions can be listed"
        assert "script:kaz/guard" in offered


def test_a_missing_engine_is_offered_with_the_way_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from controllers import programs

    monkeypatch.setattr(lobby_sitters, "find_program", lambda name: None)
    monkeypatch.setattr(programs, "find_program", lambda name: None)
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "chess")
        assert lobby.draft.seats["player_1"] == "script:chess/novice"
        missing = next(offer for offer in lobby.rows[1].chooser.options if offer.missing)
        assert missing.label == "Stockfish (not installed)"
        lobby.choose("player_1", missing)
        checked(driven, lobby)
        assert "apt-get install stockfish" in lobby.rows[1].problem


def test_an_address_is_asked_for_and_nothing_is_lost_if_it_is_wrong(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "tictactoe")
        before = lobby.draft.seats["player_2"]
        words = next(offer for offer in lobby.offers if offer.ask == "*")
        lobby.choose("player_2", words)
        driven.rounds()
        driven.type("nonsense")
        driven.click(answer(dialog_of(lobby), "OK"))
        assert lobby.draft.seats["player_2"] == before
        assert any("unknown controller 'nonsense'" in message for message in driven.messages)
        lobby.choose("player_2", words)
        driven.rounds()
        driven.type("random")
        driven.click(answer(dialog_of(lobby), "OK"))
        checked(driven, lobby)
        assert lobby.draft.seats["player_2"] == "random"
        assert lobby.rows[1].problem == ""


def test_options_of_a_seat_are_set_in_its_dialog(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "tictactoe")
        driven.click(lobby.rows[0].sit)
        driven.click(lobby.rows[0].options)
        dialog = dialog_of(lobby)
        (name,) = [item for item in dialog.walk() if isinstance(item, TextField)]
        driven.click(name)
        driven.type("ada")
        driven.click(answer(dialog, "OK"))
        checked(driven, lobby)
        assert lobby.draft.seats["player_1"] == "human:pointer,name=ada"
        assert driven.app.settings.names == ("ada",)


def test_seats_are_swapped_and_filled(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "tictactoe")
        driven.click(lobby.foot.swap)
        assert list(lobby.draft.seats.values()) == ["script:tictactoe/novice", ""]
        driven.click(lobby.foot.fill)
        assert lobby.draft.empty == ()
        assert not lobby.foot.fill.visible


# Rules ------------------------------------------------------------------------------------------------------


def test_an_option_that_makes_more_agents_makes_more_seats(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "texas_holdem")
        lobby.sit("human:pointer", "player_0")
        checked(driven, lobby)
        driven.until(lambda: field(lobby, "Num players").rect.width > 0)
        lobby.ui.focus(field(lobby, "Num players"))
        driven.type("4")
        checked(driven, lobby)
        assert list(lobby.draft.seats) == ["player_0", "player_1", "player_2", "player_3"]
        assert lobby.draft.seats["player_0"] == "human:pointer", "who sits keeps the seat"
        assert lobby.foot.start.disabled_reason.startswith("Player 2, Player 3")


def test_a_wrong_option_is_told_at_its_field_and_start_refuses(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "texas_holdem")
        lobby.sit("human:pointer", "player_0")
        checked(driven, lobby)
        lobby.ui.focus(field(lobby, "Num players"))
        driven.type("9")
        checked(driven, lobby)
        assert "whole number from 2 to 6" in field(lobby, "Num players").error
        assert not lobby.foot.start.enabled
        assert lobby.draft.seats["player_0"] == "human:pointer"


def test_rate_and_late_rule_come_and_go_with_the_pace(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "CartPole")
        assert choice(lobby, "When late").value == ""
        pace = choice(lobby, "Pace")
        pace.choose(pace.options.index("wait"))
        driven.rounds()
        titles = [getattr(item, "text", "") for item in lobby.form.widgets]
        assert not {"Rate", "When late", "Clock"} & set(titles), "nobody takes turns in it: it has no clock"
        assert lobby.draft.rules.pace == "wait"
        lobby.draft.rules = replace(lobby.draft.rules, clock="5+3")
        lobby.form.build()
        assert choice(lobby, "Clock").value == "5+3", "one that was saved must be seen to be taken out"


def test_a_typed_seed_is_locked_and_an_unlocked_one_changes_for_the_next_match(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "tictactoe")
        before = lobby.draft.seed
        assert lobby.form.seed.text == str(before)
        lobby.uncover()
        assert lobby.draft.seed != before
        lobby.ui.focus(lobby.form.seed)
        lobby.form.seed.line.select_all()
        driven.type("42")
        assert (lobby.draft.seed, lobby.draft.seed_locked) == (42, True)
        lobby.uncover()
        assert lobby.draft.seed == 42


def test_the_seed_of_a_game_with_hidden_hands_is_not_shown(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "leduc_holdem")
        assert lobby.form.seed.text == ""
        assert not lobby.form.seed.enabled
        assert str(lobby.draft.seed) not in lobby.form.seed.placeholder


def test_rules_reach_the_match(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "chess")
        lobby.fill_seats()
        for title, value in (("Clock", "5+3"), ("Episodes", 3)):
            widget = choice(lobby, title)
            widget.choose(widget.options.index(value))
        rated = next(item for item in lobby.form.widgets if isinstance(item, Toggle) and item.text == "Rated")
        driven.click(rated)
        driven.click(lobby.foot.start)
        setup = driven.at(MatchScreen).setup
        assert (setup.rules.clock, setup.episodes, setup.rated) == ("5+3", 3, True)
        assert setup.seed is not None


# Saved matches ----------------------------------------------------------------------------------------------


def test_a_match_is_saved_under_a_name_and_used_again(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "tictactoe")
        lobby.choose("player_1", next(offer for offer in lobby.offers if offer.words == "random"))
        driven.click(next(tool for tool in lobby.tools if tool.text == "Save"))
        driven.type("evening")
        driven.press(pygame.K_RETURN)
        driven.click(answer(dialog_of(lobby), "Save"))
        assert list(Presets(driven.app.home.root).named) == ["evening"]
        lobby = lobby_of(driven, "tictactoe")
        assert lobby.draft.seats["player_1"] == ""
        driven.click(next(tool for tool in lobby.tools if tool.text == "Saved"))
        driven.click(answer(dialog_of(lobby), "Use it"))
        checked(driven, lobby)
        assert lobby.draft.seats["player_1"] == "random"
        driven.click(next(tool for tool in lobby.tools if tool.text == "Saved"))
        driven.click(answer(dialog_of(lobby), "Delete"))
        assert Presets(driven.app.home.root).named == {}


def test_a_match_that_was_started_is_among_the_recent_ones(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "tictactoe")
        lobby.fill_seats()
        driven.click(lobby.foot.start)
        driven.at(MatchScreen)
        (recent,) = Presets(driven.app.home.root).recent
        assert recent.seats == lobby.draft.seats
        driven.app.pop()
        lobby = driven.at(LobbyScreen)
        driven.click(next(tool for tool in lobby.tools if tool.text == "Saved"))
        (items,) = [item for item in dialog_of(lobby).walk() if isinstance(item, ListView)]
        assert items.count() == 1


def test_a_match_that_was_played_comes_back_with_seats_and_rules(tmp_path: Path) -> None:
    setup = MatchSetup(
        "classic/connect_four-v3",
        ("player_0=human:pointer,name=Ada", "*=script:connect_four/club"),
        rules=RuleChoices(clock="3+2"),
        episodes=2,
    )
    with arena_app(tmp_path) as driven:
        lobby = lobby_of(driven, "connect_four", setup)
        assert lobby.draft == Draft(
            setup.game,
            {"player_0": "human:pointer,name=Ada", "player_1": "script:connect_four/club"},
            rules=setup.rules,
            episodes=2,
            seed=lobby.draft.seed,
        )
        assert lobby.foot.start.enabled
