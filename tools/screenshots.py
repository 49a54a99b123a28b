"""Pictures of every screen for README and docs: ``python tools/screenshots.py [SCREEN ...] [--scale 1.5]``.

Each screen has one function that leads a fresh app there and sets the scene; the picture is taken when the
picture stands still. Add a function to `SCREENS` for a new one.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

import chess
import pygame

from arena.games import catalog
from arena.games.chess_actions import move_to_action
from arena.home import Home, arena_home
from arena.match.choices import RuleChoices
from arena.session import MatchSetup
from scenes.app import App
from scenes.screen import Screen, UiScreen

if TYPE_CHECKING:
    from arena.hosting.house import House
    from scenes.remote.door import DoorScreen
    from scenes.remote.screen import TableScreen
    from scenes.screens.match import MatchScreen

SIZE = (1280, 720)
OUT = Path(__file__).parents[1] / "docs" / "images"
SETTLE_S = 0.6
PATIENCE_S = 60.0
HOSTS = ExitStack()
"""Hosts that were started for a picture."""
LIBRARY: list[tuple[str, tuple[str, ...], int]] = [
    ("tictactoe", ("player_1=script:tictactoe/novice", "player_2=script:tictactoe/perfect"), 3),
    ("chess", ("player_0=script:chess/novice", "player_1=random"), 1),
    ("leduc_holdem", ("player_0=script:leduc_holdem/tight", "player_1=random"), 5),
    ("rps", ("player_0=script:rps/counter", "player_1=script:rps/cycle"), 1),
    ("simple_spread", ("*=random",), 1),
    ("connect_four", ("player_0=script:connect_four/club", "player_1=script:connect_four/novice"), 1),
]
"""Matches that a home with some history has seen."""


def run(app: App, done: Callable[[], bool]) -> None:
    """Drive the app until ``done`` says so."""
    until = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > until:
            raise TimeoutError(f"{type(app.screen).__name__} does not get ready")
        app.loop_once()


def settle(app: App, seconds: float = SETTLE_S) -> None:
    """Let highlights come to rest and messages leave."""
    until = time.monotonic() + seconds

    def still() -> bool:
        messages = app.screen.ui.toasts.toasts if isinstance(app.screen, UiScreen) else ()
        return time.monotonic() >= until and not messages

    run(app, still)


def with_history(home: Home) -> None:
    """Play a few short matches into the home."""
    from arena.session import Stage, open_session

    for game, seats, episodes in LIBRARY:
        setup = MatchSetup(
            catalog.get(game).id, seats, rules=RuleChoices(pace="fast"), episodes=episodes, seed=7
        )
        with open_session(setup, Stage(time.monotonic, lambda: None), home) as session:
            session.start()
            while not session.match.finished:
                session.match.tick(time.monotonic())


def home_screen(app: App) -> Screen:
    """The first thing that anybody sees, with a match to look back at."""
    from scenes.screens.home import HomeScreen

    with_history(app.home)
    screen = HomeScreen(app)
    app.push(screen)
    run(app, lambda: screen.last is not None)
    return screen


def picker_screen(app: App) -> Screen:
    """The games."""
    from scenes.screens.picker import PickerScreen

    screen = PickerScreen(app)
    app.push(screen)
    return screen


def lobby_screen(app: App) -> Screen:
    """Two people and a script before a match, everything in order."""
    from scenes.screens.lobby import LobbyScreen

    screen = LobbyScreen(app, catalog.get("knights_archers_zombies"))
    app.push(screen)
    run(app, lambda: screen.findings is not None)
    screen.sit("human:keyboard/wasd,name=Ada")
    screen.sit("human:keyboard/arrows,name=Noor")
    run(app, lambda: not screen.checking)
    return screen


def lobby_chess_screen(app: App) -> Screen:
    """A newcomer before chess: nobody sits yet."""
    from scenes.screens.lobby import LobbyScreen

    screen = LobbyScreen(app, catalog.get("chess"))
    app.push(screen)
    run(app, lambda: not screen.checking)
    return screen


def history_screen(app: App) -> Screen:
    """The matches played, with one of them in detail."""
    from scenes.screens.history import HistoryScreen

    with_history(app.home)
    screen = HistoryScreen(app)
    app.push(screen)
    run(app, lambda: screen.ready)
    return screen


def settings_screen(app: App) -> Screen:
    """Bindings."""
    from scenes.screens.settings import SettingsScreen

    screen = SettingsScreen(app)
    app.push(screen)
    return screen


def match_screen(app: App, game: str, seats: tuple[str, ...], clock: str = "") -> MatchScreen:
    """A match under way."""
    from scenes.screens.match import MatchScreen

    app.push(picker_screen(app))
    screen = MatchScreen(app, MatchSetup(game, seats, rules=RuleChoices(clock=clock), seed=7))
    app.push(screen)
    run(app, lambda: screen.driver is not None and screen.driver.match.phase == "playing")
    return screen


def ticks(app: App, screen: MatchScreen, count: int, speed: float = 8) -> None:
    """Let so many steps be made."""
    assert screen.driver is not None
    match = screen.driver.match
    match.set_speed(speed, app.clock())
    run(app, lambda: match.tick_number >= count or match.finished)
    match.set_speed(1, app.clock())


def match_chess_screen(app: App) -> Screen:
    """Chess in the middle game, the person to move with a piece in hand."""
    engines = ("player_0=script:chess/club", "player_1=script:chess/novice")
    screen = match_screen(app, "chess", engines, clock="10+5")
    ticks(app, screen, 18)
    take_seat(app, screen, "player_0", "human:pointer,name=Ada")
    playing = screen.playing
    assert playing is not None
    run(app, lambda: bool(playing.pane.scene.legal))
    spots = playing.pane.view.spots if playing.pane.view is not None else None
    assert spots is not None
    assert playing.pane.scene.snapshot is not None
    pane = playing.pane
    place = spots(playing.pane.scene.snapshot, pane.rect.size, pane.scene.legal, pane.style())[1]
    at = (pane.rect.x + place[0], pane.rect.y + place[1])
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=at, button=1))
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=at, button=1))
    return screen


def take_seat(app: App, screen: MatchScreen, agent: str, spec: str) -> None:
    """Have somebody else play on."""
    driver = screen.driver
    assert driver is not None
    controller = driver.session.controller_for(agent, spec)
    driver.match.takeover(agent, controller, spec, app.clock())


def match_kaz_screen(app: App) -> Screen:
    """Knights and archers, two people among them."""
    seats = ("archer_0=human:keyboard/wasd,name=Ada", "*=script:kaz/guard")
    screen = match_screen(app, "kaz", seats)
    ticks(app, screen, 150, speed=1)  # in haste a busy machine would miss slots, and say so
    return screen


def match_soccer_screen(app: App) -> Screen:
    """A person and three scripts."""
    seats = ("red_0=human:keyboard/wasd,name=Ada", "red_1=script:club", "blue_*=script:master")
    screen = match_screen(app, "soccer", seats)
    ticks(app, screen, 330, speed=1)
    return screen


def match_cards_screen(app: App) -> Screen:
    """Hold'em with one's own hand only."""
    seats = ("player_0=human:pointer,name=Ada", "player_1=script:texas_holdem/tight")
    screen = match_screen(app, "texas_holdem", seats)
    run(app, lambda: screen.playing is not None and bool(screen.playing.strip.offers))
    return screen


def curtain_screen(app: App) -> Screen:
    """Two people at one screen: hand over."""
    seats = ("player_0=human:pointer,name=Ada", "player_1=human:pointer,name=Noor")
    return match_screen(app, "texas_holdem", seats)


def pause_screen(app: App) -> Screen:
    """The pause menu over a match."""
    screen = match_screen(app, "connect_four", ("player_0=script:club", "player_1=script:novice"))
    ticks(app, screen, 14)
    screen.menus.pause()
    return screen


def result_screen(app: App) -> Screen:
    """The end of a match."""
    from scenes.screens.result import ResultScreen

    screen = match_screen(app, "connect_four", ("player_0=script:club", "player_1=script:novice"))
    ticks(app, screen, 1000)
    run(app, lambda: isinstance(app.screen, ResultScreen))
    result = app.screen
    assert isinstance(result, ResultScreen)
    run(app, lambda: result.record.colour != "muted")
    return result


def hosted(setup: MatchSetup, count: int = 1) -> tuple[House, list[str]]:
    """A host in a thread of its own, with a table, a queue for the same game and tokens for the queue."""
    from arena.hosting.house import House
    from arena.hosting.port import Port

    house = House(Port("tcp://127.0.0.1:*"), None, time.perf_counter, lambda _event: None, games=[setup.game])

    class Sleeper:
        def wait(self, timeout_s: float | None) -> bool:
            return house.waker.wait(timeout_s)

        def check(self) -> None:
            """Nothing was put off."""

    house.offer(setup)
    tokens = [house.token("queue") for _ in range(count)]
    thread = threading.Thread(target=house.run, args=[Sleeper()], name="host")
    thread.start()
    HOSTS.callback(thread.join)
    HOSTS.callback(house.stop)
    return house, tokens


def join_screen(app: App, setup: MatchSetup) -> tuple[House, DoorScreen]:
    """Somebody joins a host."""
    from scenes.remote.caller import Caller
    from scenes.remote.door import DoorScreen

    house, (token,) = hosted(setup)

    def call() -> Caller:
        return Caller(house.gate.endpoint, token, name="Ada", clock=app.clock, wake=app.waker.wake)

    door = DoorScreen(app, call)
    app.push(door)
    return house, door


def join_waiting_screen(app: App) -> Screen:
    """The waiting room of a host."""
    _house, door = join_screen(app, MatchSetup("chess", ("*=open",)))
    run(app, lambda: "ms" in door.ping.text and bool(len(door.news.lines)))
    return door


def join_table_screen(app: App, setup: MatchSetup) -> tuple[House, TableScreen]:
    """A table of a host, under way."""
    from scenes.remote.screen import TableScreen

    house, _door = join_screen(app, setup)
    run(app, lambda: isinstance(app.screen, TableScreen))
    screen = app.screen
    assert isinstance(screen, TableScreen)
    run(app, lambda: screen.table is not None and screen.table.facts.phase == "playing")
    return house, screen


def join_chess_screen(app: App) -> Screen:
    """Chess at a host, with a move under way."""
    seats = ("player_0=open", "player_1=script:chess/club")
    house, screen = join_table_screen(
        app, MatchSetup("chess", seats, rules=RuleChoices(clock="10+5"), seed=7)
    )
    match = next(iter(house.running.values())).match
    for square in ("e2e4", "d2d4", "g1f3", "b1c3"):
        table = screen.table
        assert table is not None
        run(app, lambda table=table: bool(table.pane.scene.legal))  # type: ignore[misc]  # bound at once
        board, tick = match.host.state(), table.facts.tick
        table.choose(move_to_action(board, chess.Move.from_uci(square)))
        run(app, lambda table=table, tick=tick: table.facts.tick > tick + 1)  # type: ignore[misc]  # as above
    run(app, lambda: screen.caller.round_trip_s() is not None)
    return screen


def join_cut_screen(app: App) -> Screen:
    """The line to the host is cut in the middle of a game."""
    seats = ("archer_0=open", "*=script:kaz/guard")
    _house, screen = join_table_screen(app, MatchSetup("kaz", seats, seed=7))
    run(app, lambda: screen.table is not None and screen.table.facts.tick > 60)
    with screen.caller.lock:
        screen.caller.disconnected()
    run(app, lambda: app.clock() - screen.caller.standing.since > 4)
    return screen


SCREENS: dict[str, Callable[[App], Screen]] = {
    "home": home_screen,
    "picker": picker_screen,
    "lobby": lobby_screen,
    "lobby_chess": lobby_chess_screen,
    "history": history_screen,
    "settings": settings_screen,
    "match_chess": match_chess_screen,
    "match_kaz": match_kaz_screen,
    "match_soccer": match_soccer_screen,
    "match_cards": match_cards_screen,
    "curtain": curtain_screen,
    "pause": pause_screen,
    "result": result_screen,
    "join_waiting": join_waiting_screen,
    "join_chess": join_chess_screen,
    "join_cut": join_cut_screen,
}


def shoot(name: str, out: Path, scale: float) -> Path:
    """Take one picture; returns its path."""
    path = out / (f"{name}.png" if scale == 1 else f"{name}@{scale:g}.png")
    with tempfile.TemporaryDirectory() as folder, App(arena_home(Path(folder) / "home"), size=SIZE) as app:
        app.change(scale=scale, reduce_motion=True)
        try:
            SCREENS[name](app)
            settle(app)
            pygame.image.save(app.window.surface, path)
        finally:
            HOSTS.close()
    return path


def main() -> None:
    """Take the pictures of the screens named, by default of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("screens", nargs="*", metavar="SCREEN", help=", ".join(SCREENS))
    parser.add_argument("--scale", type=float, default=1.0, help="display scale, 1 to 2")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.screens or SCREENS:
        print(shoot(name, args.out, args.scale))


if __name__ == "__main__":
    main()
