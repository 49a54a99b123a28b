"""The way of a newcomer: Home, Play, tic-tac-toe, a seat, Start; by keyboard, by mouse, by gamepad alone."""

from __future__ import annotations

from pathlib import Path

import pygame

from scenes.screens.home import HomeScreen
from scenes.screens.lobby import LobbyScreen
from scenes.screens.match import MatchScreen
from scenes.screens.picker import PickerScreen
from tests.scenes.screens.driving import Driven, arena_app
from tests.virtual_pad import VirtualPad

GAME = "classic/tictactoe-v3"


def began(driven: Driven) -> tuple[str, ...]:
    """The seats of the match that has begun."""
    screen = driven.at(MatchScreen)
    driven.until(lambda: screen.driver is not None)
    assert screen.setup.game == GAME
    assert screen.driver is not None
    return screen.driver.match.plan.seating[0][1], screen.driver.match.plan.seating[1][1]


def test_by_keyboard_alone(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        driven.app.push(HomeScreen(driven.app))
        driven.rounds()
        driven.press(pygame.K_RETURN)
        picker = driven.at(PickerScreen)
        driven.press(pygame.K_DOWN, pygame.K_RIGHT, pygame.K_RIGHT, pygame.K_RIGHT)
        assert picker.picked.id == GAME
        driven.press(pygame.K_RETURN)
        lobby = driven.at(LobbyScreen)
        assert not lobby.foot.start.enabled
        driven.press(pygame.K_w)
        assert driven.focused is lobby.foot.start
        driven.press(pygame.K_RETURN)
        assert began(driven) == ("human:pointer", "script:tictactoe/novice")


def test_by_mouse_alone(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        home = HomeScreen(driven.app)
        driven.app.push(home)
        driven.click(home.play)
        picker = driven.at(PickerScreen)
        driven.click(picker.cards[GAME])
        lobby = driven.at(LobbyScreen)
        driven.click(lobby.rows[0].sit)
        driven.click(lobby.foot.start)
        assert began(driven) == ("human:pointer", "script:tictactoe/novice")


def test_by_gamepad_alone(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        pad = VirtualPad("Newcomer's pad")
        driven.app.push(HomeScreen(driven.app))
        driven.until(lambda: bool(driven.app.hub.pads))
        driven.tap(pad, "a")
        picker = driven.at(PickerScreen)
        driven.tap(pad, "dpdown", "dpright", "dpright", "dpright")
        assert picker.picked.id == GAME
        driven.tap(pad, "a")
        lobby = driven.at(LobbyScreen)
        driven.tap(pad, "a")
        assert lobby.draft.seats["player_1"] == "human:pad0"
        driven.tap(pad, "a")
        assert began(driven)[0] == "human:pad0"
        pad.unplug()
