"""The match screen as people use it, on the dummy driver."""

from __future__ import annotations

import threading
from pathlib import Path

import pygame
import pytest

from arena.errors import RuleError
from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.match.controller import Controller
from arena.match.match import Phase
from arena.match.trials import Trial
from arena.session import MatchSetup
from scenes.app import App
from scenes.match.driver import Driver
from scenes.match.menu import Sheet
from scenes.match.playing import Playing
from scenes.screen import Screen
from scenes.screens.match import MatchScreen
from scenes.screens.result import ResultScreen
from scenes.ui import Dialog
from scenes.ui.button import Button
from scenes.ui.picker import Picker
from scenes.ui.text import BODY
from scenes.views import tictactoe
from tests.scenes.screens.driving import Driven, arena_app
from tests.virtual_pad import VirtualPad

TICTACTOE = MatchSetup("tictactoe", ("player_1=human:pointer,name=Ada", "player_2=random"), seed=5)
SPREAD = MatchSetup("simple_spread", ("*=random",), rules=RuleChoices(max_ticks=400), seed=5)


class Below(Screen):
    """What a match returns to."""

    def draw(self, surface: pygame.Surface, dt_s: float) -> None:
        surface.fill((0, 0, 0))


def opened(driven: Driven, setup: MatchSetup) -> MatchScreen:
    """The screen of a match that is under way."""
    driven.app.push(Below(driven.app))
    screen = MatchScreen(driven.app, setup)
    driven.app.push(screen)
    driven.until(lambda: screen.driver is not None and screen.driver.match.phase is Phase.PLAYING)
    driven.rounds()
    return screen


def parts(screen: MatchScreen) -> tuple[Driver, Playing]:
    assert screen.driver is not None
    assert screen.playing is not None
    return screen.driver, screen.playing


def button(screen: MatchScreen, text: str) -> Button:
    """The button with these words that can be pressed now."""
    for widget in screen.ui.top.walk():
        if isinstance(widget, Button) and widget.enabled and widget.text.startswith(text):
            return widget
    raise AssertionError(f"there is no button {text!r}")


def click_square(driven: Driven, screen: MatchScreen, action: int) -> None:
    driver, playing = parts(screen)
    driven.until(lambda: action in playing.pane.scene.legal)
    tick, rect = driver.match.tick_number, playing.pane.rect
    place = tictactoe.Board(rect.size).rect(action % 3, action // 3).center
    spot = pygame.Rect(rect.x + place[0], rect.y + place[1], 1, 1)
    target = Button("")
    target.rect = spot
    driven.click(target)
    driven.until(lambda: driver.match.tick_number > tick)


def play_out(driven: Driven, screen: MatchScreen) -> ResultScreen:
    """Click the first free square until the result is there."""
    driver, playing = parts(screen)
    while not driver.match.finished:
        driven.until(lambda: driver.match.finished or bool(playing.pane.scene.legal))
        if not driver.match.finished:
            click_square(driven, screen, min(playing.pane.scene.legal))
    return driven.at(ResultScreen)


def test_a_game_by_mouse_ends_on_the_result_and_is_played_again(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        result = play_out(driven, opened(driven, TICTACTOE))
        assert result.report.outcomes[0].game_id == "classic/tictactoe-v3"
        assert [card.name for card in result.cards] == ["Ada", "Random"]
        driven.until(lambda: result.record.colour == "good")
        driven.click(result.rematch)
        again = driven.at(MatchScreen)
        driven.until(lambda: again.playing is not None)
        assert again.setup == TICTACTOE


def test_swapped_seats_and_a_saved_picture(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        result = play_out(driven, opened(driven, TICTACTOE))
        driven.click(result.save)
        assert list((driven.app.home.root / "screenshots").glob("*.png"))
        driven.click(result.swap)
        swapped = driven.at(MatchScreen)
        driven.until(lambda: swapped.driver is not None)
        driver, _ = parts(swapped)
        assert dict(driver.match.plan.seating) == {
            "player_1": "random", "player_2": "human:pointer,name=Ada"
        }  # fmt: skip


def test_the_board_by_keyboard_alone(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = opened(driven, TICTACTOE)
        driver, playing = parts(screen)
        driven.until(lambda: bool(playing.pane.scene.legal))
        screen.ui.focus(playing.pane)
        driven.press(pygame.K_LEFT, pygame.K_LEFT, pygame.K_UP, pygame.K_RETURN)
        driven.until(lambda: driver.match.tick_number > 0)
        assert driver.moves[0].label == "top left"


def test_a_setup_that_cannot_be_played_says_why_and_leads_back(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        below = Below(driven.app)
        driven.app.push(below)
        screen = MatchScreen(driven.app, MatchSetup("tictactoe", ("player_1=random", "player_2=stockfish")))
        driven.app.push(screen)
        driven.until(lambda: bool(screen.ui.overlays) and isinstance(screen.ui.overlays[-1], Dialog))
        dialog = screen.ui.overlays[-1]
        assert isinstance(dialog, Dialog)
        assert "plays chess, not classic/tictactoe-v3" in dialog.text
        driven.press(pygame.K_RETURN)
        assert driven.app.screen is below


def test_pause_stops_the_match_and_leaving_asks_first(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = opened(driven, SPREAD)
        driver, _ = parts(screen)
        driven.press(pygame.K_ESCAPE)
        assert driver.match.paused
        tick = driver.match.tick_number
        driven.rounds(20)
        assert driver.match.tick_number == tick
        driven.click(button(screen, "Leave"))
        driven.click(button(screen, "Play on"))
        driven.until(lambda: not driver.match.paused)
        driven.press(pygame.K_ESCAPE)
        driven.click(button(screen, "Leave"))
        driven.click(button(screen, "Leave"))
        driven.at(Below)
        assert driver.match.outcomes[0].void


def test_single_steps_speed_and_going_on(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = opened(driven, SPREAD)
        driver, _ = parts(screen)
        driven.press(pygame.K_p)
        tick = driver.match.tick_number
        driven.press(pygame.K_n)
        driven.until(lambda: driver.match.tick_number == tick + 1)
        driven.rounds(10)
        assert driver.match.tick_number == tick + 1
        assert driver.held("freeze")
        driven.press(pygame.K_PLUS, pygame.K_PLUS, pygame.K_MINUS)
        assert driver.match.pacer.speed == 2
        driven.press(pygame.K_p)
        driven.until(lambda: driver.match.tick_number > tick + 3)


def test_a_seat_changes_hands_in_the_middle(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = opened(driven, TICTACTOE)
        driver, _ = parts(screen)
        driven.press(pygame.K_ESCAPE)
        driven.click(button(screen, "Take a seat over"))
        driven.click(button(screen, "Crosses"))
        driven.rounds()
        choices = screen.ui.overlays[-1]
        assert isinstance(choices, Picker)
        choices.list.selected = list(choices.list.items).index("Random moves")
        driven.press(pygame.K_RETURN)
        driven.until(lambda: driver.match.finished)
        result = driven.at(ResultScreen)
        assert result.report.outcomes[0].seated == "changed"
        assert result.report.people == ()


def slow_building(screen: MatchScreen, monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, list[str]]:
    """Controllers for a takeover are built only when the event is set; the list says which were freed."""
    driver, _ = parts(screen)
    go, closed = threading.Event(), []
    real = driver.session.controller_for

    def build(agent: str, text: str) -> Controller:
        assert go.wait(20.0)
        controller = real(agent, text)
        close = controller.close

        def noted() -> None:
            closed.append(f"{agent}={text}")
            close()

        monkeypatch.setattr(controller, "close", noted)
        return controller

    monkeypatch.setattr(driver.session, "controller_for", build)
    return go, closed


def choose_random(driven: Driven, screen: MatchScreen, seat: str) -> None:
    driven.click(button(screen, seat))
    driven.rounds()
    choices = screen.ui.overlays[-1]
    assert isinstance(choices, Picker)
    choices.list.selected = list(choices.list.items).index("Random moves")
    driven.press(pygame.K_RETURN)


def test_a_takeover_that_is_called_off_while_it_is_built_frees_who_was_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with arena_app(tmp_path) as driven:
        screen = opened(driven, TICTACTOE)
        driver, _ = parts(screen)
        go, closed = slow_building(screen, monkeypatch)
        driven.press(pygame.K_ESCAPE)
        driven.click(button(screen, "Take a seat over"))
        choose_random(driven, screen, "Crosses")
        choose_random(driven, screen, "Noughts")
        driven.press(pygame.K_ESCAPE)
        assert not screen.ui.overlays
        go.set()
        driven.until(lambda: len(closed) == 2)
        assert sorted(closed) == ["player_1=random", "player_2=random"]
        assert driver.match.trials.of("player_1") is None
        assert driver.match.seats["player_1"].holder.spec == "human:pointer,name=Ada"


def test_a_takeover_that_the_match_refuses_is_told_and_freed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with arena_app(tmp_path) as driven:
        screen = opened(driven, TICTACTOE)
        driver, _ = parts(screen)
        go, closed = slow_building(screen, monkeypatch)
        driven.press(pygame.K_ESCAPE)
        driven.click(button(screen, "Take a seat over"))

        def refuse(*_: object) -> Trial:
            raise RuleError("random does not play here")

        monkeypatch.setattr(driver.match, "takeover", refuse)
        choose_random(driven, screen, "Crosses")
        go.set()
        driven.until(lambda: "random does not play here" in driven.messages)
        assert closed == ["player_1=random"]
        assert not screen.ui.overlays


@pytest.mark.parametrize("game", ["tictactoe", "pistonball"])
def test_the_sheet_of_seats_fits_the_smallest_window(tmp_path: Path, game: str) -> None:
    with App(arena_home(tmp_path / "home"), size=(960, 600)) as app:
        driven = Driven(app)
        screen = opened(driven, MatchSetup(game, ("*=random",), seed=1))
        driver, _ = parts(screen)
        driven.press(pygame.K_ESCAPE)
        driven.click(button(screen, "Take a seat over"))
        sheet = screen.ui.overlays[-1]
        assert isinstance(sheet, Sheet)
        seats = [widget for widget in sheet.children() if isinstance(widget, Button)]
        assert len(seats) == len(driver.match.seats)
        room = app.window.surface.get_rect()
        assert all(room.contains(seat.rect.inflate(40, 40)) for seat in seats)
        column = seats[0].rect.width
        assert app.theme.text.width(sheet.text, BODY) <= max(column, seats[-1].rect.right - seats[0].rect.x)


def test_taking_back_restores_the_board_and_the_list(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = opened(driven, TICTACTOE)
        driver, playing = parts(screen)
        click_square(driven, screen, 4)
        driven.until(lambda: driver.match.tick_number == 2 and bool(playing.pane.scene.legal))
        driven.press(pygame.K_u)
        driven.until(lambda: driver.match.tick_number == 0)
        driven.rounds()
        assert driver.moves == []
        assert 4 in playing.pane.scene.legal


def test_resigning_asks_first_and_counts(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = opened(driven, TICTACTOE)
        driven.click(screen.menus.resign)
        driven.click(button(screen, "Resign"))
        result = driven.at(ResultScreen)
        assert (result.headline.text, result.reason.text) == ("You lose", "Resignation · Ada resigned")


def test_people_in_real_time_get_a_countdown(tmp_path: Path) -> None:
    setup = MatchSetup("CartPole", ("player_0=human:keyboard",), seed=1)
    with arena_app(tmp_path) as driven:
        screen = opened(driven, setup)
        driver, _ = parts(screen)
        assert driver.countdown == 3
        assert driver.match.tick_number == 0
        driven.until(lambda: driver.match.tick_number > 0)
        assert driver.countdown is None


def test_the_keys_of_a_seat_do_not_move_the_focus(tmp_path: Path) -> None:
    setup = MatchSetup("CartPole", ("player_0=human:keyboard/arrows",), seed=1)
    with arena_app(tmp_path) as driven:
        screen = opened(driven, setup)
        screen.ui.focus(None)
        driven.press(pygame.K_LEFT, pygame.K_RIGHT)
        assert screen.ui.focused is None
        driven.press(pygame.K_TAB)
        assert screen.ui.focused is not None


def test_an_unplugged_pad_pauses_and_comes_back(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        driven.app.push(Below(driven.app))
        pad = VirtualPad("Lost and found")
        driven.until(lambda: bool(driven.app.hub.pads))
        screen = opened(driven, MatchSetup("CartPole", ("player_0=human:pad0",), seed=1))
        driver, _ = parts(screen)
        driven.until(lambda: driver.match.tick_number > 0)
        pad.unplug()
        driven.until(lambda: driver.match.paused and bool(screen.ui.overlays))
        dialog = screen.ui.overlays[-1]
        assert isinstance(dialog, Dialog)
        assert "unplugged" in dialog.text
        back = VirtualPad("Lost and found")
        driven.until(lambda: not driven.app.hub.claims.lost)
        driven.until(lambda: "Resume" in {w.text for w in screen.ui.top.walk() if isinstance(w, Button)})
        driven.click(button(screen, "Resume"))
        driven.until(lambda: not driver.match.paused)
        back.unplug()


@pytest.mark.parametrize("size", [(960, 600), (1920, 1080)])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_every_control_stays_inside_the_window(tmp_path: Path, size: tuple[int, int], scale: float) -> None:
    with arena_app(tmp_path, scale=scale) as driven:
        screen = opened(driven, TICTACTOE)
        resize(driven.app, size)
        driven.press(pygame.K_ESCAPE)
        window = driven.app.window.surface.get_rect()
        for widget in screen.ui.top.walk():
            assert window.contains(widget.rect), f"{widget!r} at {widget.rect}"


def resize(app: App, size: tuple[int, int]) -> None:
    pygame.display.set_mode(size, pygame.RESIZABLE)
    app.loop_once()
