"""Settings: every change holds at once, is saved, and is there after a restart."""

from __future__ import annotations

from pathlib import Path

import pygame

from scenes.screens.home import HomeScreen
from scenes.screens.settings import TABS, SettingsScreen
from scenes.screens.settings_pads import PadTest
from scenes.settings_store import SettingsStore
from scenes.ui import Button, Choice, KeyCapture, Slider, Toggle, Widget
from tests.scenes.screens.driving import Driven, arena_app
from tests.virtual_pad import VirtualPad


def settings_of(driven: Driven, tab: str) -> SettingsScreen:
    driven.app.push(HomeScreen(driven.app))
    driven.app.push(SettingsScreen(driven.app))
    screen = driven.at(SettingsScreen)
    screen.tabs.choose(TABS.index(tab))
    driven.rounds()
    return screen


def row(screen: SettingsScreen, kind: type[Widget], text: str) -> Widget:
    found = [
        item
        for item in screen.view.items
        if isinstance(item, kind) and text in {getattr(item, "text", ""), getattr(item, "label", "")}
    ]
    assert found, f"no {kind.__name__} {text!r}"
    return found[0]


def saved(driven: Driven) -> SettingsStore:
    return SettingsStore(driven.app.home.settings_path)


def test_a_key_is_rebound_by_keyboard_alone_and_kept(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = settings_of(driven, "Controls")
        screen.ui.focus(row(screen, KeyCapture, "Up"))
        driven.press(pygame.K_RETURN, pygame.K_t)
        up = row(screen, KeyCapture, "Up")
        assert isinstance(up, KeyCapture)
        assert up.bound == "T"
        assert driven.focused is up, "the focus stays where it was"
        assert driven.app.hub.bindings.layout("keyboard/wasd").slots["up"] == ("t",)
        assert saved(driven).bindings.layout("keyboard/wasd").slots["up"] == ("t",)


def test_a_key_of_two_layouts_is_marked_and_reset_takes_it_back(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = settings_of(driven, "Controls")
        screen.ui.focus(row(screen, KeyCapture, "First action"))
        driven.press(pygame.K_RETURN, pygame.K_UP)
        action = row(screen, KeyCapture, "First action")
        assert isinstance(action, KeyCapture)
        assert action.conflict
        assert "Arrow keys" in action.tooltip
        driven.click(row(screen, Button, "Back to the standard"))
        assert not any(item.conflict for item in screen.view.items if isinstance(item, KeyCapture))
        assert saved(driven).bindings.layout("keyboard/wasd").slots["primary"] == ("space",)


def test_bindings_belong_to_a_person_and_a_game(tmp_path: Path) -> None:
    with arena_app(tmp_path, names=("Ada",)) as driven:
        screen = settings_of(driven, "Controls")
        who = row(screen, Choice, "For")
        assert isinstance(who, Choice)
        who.choose(who.options.index("Ada"))
        game = row(screen, Choice, "In")
        assert isinstance(game, Choice)
        game.choose(game.options.index("gymnasium/CartPole-v1"))
        screen.ui.focus(row(screen, KeyCapture, "Left"))
        driven.press(pygame.K_RETURN, pygame.K_f)
        book = driven.app.hub.bindings
        assert book.layout("keyboard/wasd", "Ada", "gymnasium/CartPole-v1").slots["left"] == ("f",)
        assert book.layout("keyboard/wasd", "Ada").slots["left"] == ("a",)
        assert book.layout("keyboard/wasd").slots["left"] == ("a",)


def test_a_pad_button_is_rebound(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        pad = VirtualPad("Test pad")
        screen = settings_of(driven, "Controls")
        driven.until(lambda: bool(driven.app.hub.pads))
        layout = row(screen, Choice, "Layout")
        assert isinstance(layout, Choice)
        layout.choose(layout.options.index("pad/standard"))
        screen.ui.focus(row(screen, KeyCapture, "First action"))
        driven.tap(pad, "a", "rightshoulder")
        assert driven.app.hub.bindings.layout("pad/standard").slots["primary"] == ("rightshoulder",)
        pad.unplug()


def test_names_are_kept_and_wrong_ones_explained(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = settings_of(driven, "Players")
        driven.click(screen.names[0])
        driven.type("ada")
        driven.click(screen.names[1])
        driven.type("a=b")
        assert "without" in screen.names[1].error
        assert saved(driven).settings.names == ("ada",)


def test_the_display_changes_at_once_and_is_saved(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = settings_of(driven, "Display")
        size = row(screen, Choice, "Size of text and controls")
        assert isinstance(size, Choice)
        size.choose(size.options.index(1.5))
        driven.rounds()
        assert screen.ui.theme.scale == 1.5
        assert saved(driven).settings.scale == 1.5
        screen.ui.focus(row(screen, Toggle, "Show frame times and latency"))
        driven.press(pygame.K_RETURN)
        assert saved(driven).settings.overlay


def test_the_volume_changes_at_once_and_is_saved(tmp_path: Path) -> None:
    with arena_app(tmp_path, volume=0.5) as driven:
        screen = settings_of(driven, "Sound")
        volume = row(screen, Slider, "Volume")
        screen.ui.focus(volume)
        driven.press(pygame.K_LEFT, pygame.K_LEFT)
        assert saved(driven).settings.volume == 0.4


def test_a_pad_shows_up_when_plugged_in_and_can_be_tried(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = settings_of(driven, "Gamepads")
        assert not any(isinstance(item, PadTest) for item in screen.view.items)
        pad = VirtualPad("Test pad")
        driven.until(lambda: any(isinstance(item, PadTest) for item in screen.view.items))
        driven.rounds()
        driven.click(row(screen, Button, "Shake pad0"))
        driven.until(lambda: bool(pad.rumbles))
        before = pygame.image.tobytes(driven.app.window.surface, "RGB")
        pad.press("x")
        driven.rounds(4)
        assert pygame.image.tobytes(driven.app.window.surface, "RGB") != before, "the button lights up"
        pad.unplug()
        driven.until(lambda: not any(isinstance(item, PadTest) for item in screen.view.items))


def test_every_tab_is_reached_with_the_shoulder_buttons(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        pad = VirtualPad("Test pad")
        screen = settings_of(driven, "Controls")
        driven.until(lambda: bool(driven.app.hub.pads))
        seen = []
        for _ in TABS:
            seen.append(TABS[screen.tabs.index])
            driven.tap(pad, "rightshoulder")
        assert tuple(seen) == TABS
        pad.unplug()
