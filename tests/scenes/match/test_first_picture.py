"""What is painted once is painted before a game begins, seen on a clock that only painting and sleep move."""

from __future__ import annotations

import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from pathlib import Path

import pygame
import pytest

from arena.match.match import Phase
from arena.session import MatchSetup
from scenes.app import App
from scenes.match.board import BoardPane
from scenes.match.driver import Driver
from scenes.match.figures import status_facts
from scenes.screens.match import MatchScreen
from scenes.ui.cache import Lru
from scenes.views import tanks_figures
from scenes.views.physics import field, sprites
from tests.scenes import apps

PATIENCE_S = 60.0
PAINTING_S = 0.25
"""Fifteen slots."""
GAMES = {"sumo": "wrestler_0", "air_hockey": "red_0", "tanks": "tank_0", "soccer": "red_0"}
TWO_GAMES = MatchSetup("sumo", ("*=script:club",), episodes=2, options={"max_seconds": "5"}, seed=3)


class SlowPainter(Lru[pygame.Surface]):
    """Backdrops that take their time."""

    def __init__(self, clock: apps.Time) -> None:
        super().__init__(12)
        self.clock = clock

    def get(self, key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
        return super().get(key, partial(self._paint, make))

    def _paint(self, make: Callable[[], pygame.Surface]) -> pygame.Surface:
        self.clock.now += PAINTING_S
        return make()


class Window:
    """A match screen and what drives it."""

    def __init__(self, app: App, setup: MatchSetup) -> None:
        self.app, self.screen = app, MatchScreen(app, setup)
        app.push(apps.Plain(app))
        app.push(self.screen)
        self.until(lambda: self.screen.driver is not None)

    @property
    def driver(self) -> Driver:
        assert self.screen.driver is not None
        return self.screen.driver

    def until(self, done: Callable[[], bool]) -> None:
        stop = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < stop, "it does not get there"
            self.app.loop_once()


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> SlowPainter:
    painter = SlowPainter(apps.Time())
    monkeypatch.setattr(field, "_backdrops", painter)
    return painter


@pytest.mark.parametrize("seats", [("*=script:club",), ("{}=human:keyboard", "*=script:club")])
@pytest.mark.parametrize("game", GAMES)
def test_no_slot_passes_while_the_still_parts_are_painted(
    game: str, seats: tuple[str, ...], painter: SlowPainter, tmp_path: Path
) -> None:
    setup = MatchSetup(game, tuple(seat.format(GAMES[game]) for seat in seats), seed=3)
    with apps.opened(tmp_path, painter.clock) as (app, _):
        window = Window(app, setup)
        window.until(lambda: painter.misses > 0)
        assert window.driver.match.tick_number == 0
        window.until(lambda: window.driver.match.tick_number >= 30)
        assert window.driver.match.missed_slots == 0


def test_every_game_of_a_match_waits_for_its_first_picture(painter: SlowPainter, tmp_path: Path) -> None:
    with apps.opened(tmp_path, painter.clock) as (app, _):
        window = Window(app, TWO_GAMES)
        match = window.driver.match
        window.until(lambda: match.phase is Phase.INTERMISSION)
        painter.clear()
        match.skip_intermission(app.clock())
        window.until(lambda: match.episode == 1 and match.tick_number >= 30)
        assert match.missed_slots == 0


@pytest.mark.parametrize("seats", [("*=script:club",), ("red_0=human:keyboard", "*=script:club")])
def test_no_slot_passes_while_great_moments_are_painted(
    seats: tuple[str, ...], painter: SlowPainter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ticks: list[int] = []
    with apps.opened(tmp_path, painter.clock) as (app, _):
        window = Window(app, MatchSetup("soccer", seats, seed=3))
        rehearse = BoardPane.rehearse

        def slowly(pane: BoardPane) -> Iterator[None]:
            for _ in rehearse(pane):
                painter.clock.now += PAINTING_S
                ticks.append(window.driver.match.tick_number)
                yield

        monkeypatch.setattr(BoardPane, "rehearse", slowly)
        window.until(lambda: window.driver.match.tick_number >= 30)
        assert window.driver.match.missed_slots == 0
        assert len(ticks) > 20
        assert set(ticks) == {0}
        assert window.driver.moves == [], "pushes are no moves: a list of them would grow with every slot"


def test_searches_for_cycles_pass_over_what_was_there_before_the_match(
    painter: SlowPainter, tmp_path: Path
) -> None:
    with apps.opened(tmp_path, painter.clock) as (app, _):
        window = Window(app, TWO_GAMES)
        window.until(lambda: window.driver.match.tick_number >= 1)
        assert gc.get_freeze_count() > 10 * len(gc.get_objects())
        window.app.pop()
        assert gc.get_freeze_count() == 0


def test_nobody_is_told_of_a_pause_that_nobody_asked_for(painter: SlowPainter, tmp_path: Path) -> None:
    with apps.opened(tmp_path, painter.clock) as (app, _):
        window = Window(app, TWO_GAMES)
        driver = window.driver

        def told() -> tuple[bool, bool]:
            """Whether it stands still, and whether the screen says so."""
            return driver.match.paused, "paused" in [fact.text for fact in status_facts(driver, app.clock())]

        assert told() == (True, False)
        window.until(lambda: driver.match.tick_number > 0)
        assert told() == (False, False)
        driver.hold("menu", app.clock())
        assert told() == (True, True)


def test_tanks_that_set_off_are_painted_already(
    painter: SlowPainter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ticks: list[int] = []
    paint = tanks_figures._tank
    with apps.opened(tmp_path, painter.clock) as (app, _):
        window = Window(app, MatchSetup("tanks", ("*=script:club",), seed=3))

        def painted(*args: object) -> pygame.Surface:
            ticks.append(window.driver.match.tick_number)
            return paint(*args)  # type: ignore[arg-type]  # what it was called with

        monkeypatch.setattr(tanks_figures, "_tank", painted)
        monkeypatch.setattr(tanks_figures, "_tanks", Lru(1500))
        monkeypatch.setattr(sprites, "_sprites", OrderedDict())
        monkeypatch.setattr(sprites, "_held_bytes", [0])
        window.until(lambda: window.driver.match.tick_number >= 60)
    assert ticks == [0] * 2 * tanks_figures.TREADS
