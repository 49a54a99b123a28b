"""Nobody sees what is not theirs: the curtain between two people, and what a watcher gets."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pygame

from arena.match.choices import RuleChoices
from arena.match.match import Phase
from arena.session import MatchSetup
from scenes.match.driver import Driver
from scenes.match.overlays import Curtain
from scenes.screens.match import MatchScreen
from tests.scenes.screens.driving import Driven, arena_app
from tests.scenes.screens.test_match import opened, parts


def hands(screen: MatchScreen) -> list[Any]:
    _, playing = parts(screen)
    assert playing.snapshot is not None
    return [seat["cards"] for seat in playing.snapshot["seats"]]


def curtain(driven: Driven, screen: MatchScreen) -> Curtain:
    driven.until(lambda: bool(screen.ui.overlays) and isinstance(screen.ui.overlays[-1], Curtain))
    found = screen.ui.overlays[-1]
    assert isinstance(found, Curtain)
    return found


def moved_on(driver: Driver, tick: int) -> bool:
    return driver.match.tick_number > tick or driver.match.finished


def test_a_curtain_falls_before_each_turn_of_the_other(tmp_path: Path) -> None:
    seats = ("player_0=human:pointer,name=Ada", "player_1=human:pointer,name=Bo")
    with arena_app(tmp_path) as driven:
        screen = opened(driven, MatchSetup("leduc_holdem", seats, seed=2))
        driver, playing = parts(screen)
        for _ in range(2):
            closed = curtain(driven, screen)
            assert hands(screen) == [[None], [None]]
            assert not playing.strip.offers
            tick, who = driver.match.tick_number, screen.people.active
            driven.press(pygame.K_RETURN)
            driven.until(lambda: bool(playing.strip.offers))
            assert closed.name == {"player_0": "Ada", "player_1": "Bo"}[who or ""]
            own = list(driver.match.seats).index(who or "")
            assert hands(screen)[own] != [None]
            assert hands(screen)[1 - own] == [None]
            driven.press(pygame.K_1)
            driven.until(partial(moved_on, driver, tick))


def test_a_clock_does_not_run_behind_the_curtain(tmp_path: Path) -> None:
    seats = ("player_0=human:pointer,name=Ada", "player_1=human:pointer,name=Bo")
    with arena_app(tmp_path) as driven:
        setup = MatchSetup("leduc_holdem", seats, rules=RuleChoices(clock="60s"), seed=2)
        screen = opened(driven, setup)
        driver, _ = parts(screen)
        curtain(driven, screen)
        driven.rounds(10)
        assert set(driver.match.clocks_left(driven.app.clock()).values()) == {60.0}
        driven.press(pygame.K_RETURN)
        driven.until(lambda: min(driver.match.clocks_left(driven.app.clock()).values()) < 60.0)


def test_a_watcher_sees_no_hand_before_the_end(tmp_path: Path) -> None:
    seats = ("player_0=random", "player_1=random")
    with arena_app(tmp_path) as driven:
        screen = opened(driven, MatchSetup("leduc_holdem", seats, seed=2))
        driver, playing = parts(screen)
        driven.until(lambda: playing.snapshot is not None)
        while driver.match.phase is Phase.PLAYING:
            assert screen.people.viewer == ()
            assert hands(screen) == [[None], [None]]
            driven.rounds(1)
        driven.rounds(2)
        assert screen.people.viewer == "all"


def test_one_person_keeps_seeing_their_own_hand(tmp_path: Path) -> None:
    seats = ("player_0=human:pointer", "player_1=random")
    with arena_app(tmp_path) as driven:
        screen = opened(driven, MatchSetup("leduc_holdem", seats, seed=2))
        _, playing = parts(screen)
        driven.until(lambda: playing.snapshot is not None)
        assert screen.people.curtain_for is None
        assert hands(screen)[0] != [None]
        assert hands(screen)[1] == [None]


def test_in_a_game_played_at_once_people_share_what_they_see(tmp_path: Path) -> None:
    seats = ("tank_0=human:keyboard/wasd,name=Ada", "tank_1=human:keyboard/arrows,name=Bo", "tank_2=random")
    with arena_app(tmp_path) as driven:
        screen = opened(driven, MatchSetup("tanks", seats, options={"players": "3"}, seed=2))
        _, playing = parts(screen)
        driven.until(lambda: playing.snapshot is not None)
        assert screen.people.curtain_for is None
        assert screen.people.viewer == ("tank_0", "tank_1")
        assert playing.snapshot is not None
        assert {"tank_0", "tank_1"} <= {body["agent"] for body in playing.snapshot["bodies"]}


def test_a_watcher_of_a_game_played_at_once_sees_what_any_seat_sees(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = opened(driven, MatchSetup("tanks", ("*=random",), seed=2))
        _, playing = parts(screen)
        driven.until(lambda: playing.snapshot is not None)
        assert screen.people.viewer == ("tank_0", "tank_1")
