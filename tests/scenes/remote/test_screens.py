"""A person in front of a window that joined a real host, on the dummy driver."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pygame
import pytest

from arena.match.choices import RuleChoices
from arena.session import MatchSetup
from arena.wire import limits
from arena.wire.keys import KeyPair
from scenes.match.overlays import Waiting
from scenes.remote.caller import Caller, Stage
from scenes.remote.door import DoorScreen
from scenes.remote.screen import TableScreen
from scenes.remote.table import RemoteTable
from scenes.ui import Button, Dialog
from scenes.views import tictactoe
from tests.players.proxy import proxy
from tests.scenes.remote.hosting import Hosted, hosting
from tests.scenes.screens.driving import Driven, arena_app
from tests.virtual_pad import VirtualPad

TICTACTOE = MatchSetup("tictactoe", ("player_1=open", "player_2=random"), seed=5)
HOLDEM = MatchSetup("texas_holdem", ("player_0=open", "player_1=random"), seed=5)
CHESS = MatchSetup("chess", ("player_0=open", "player_1=random"), rules=RuleChoices(clock="5+3"), seed=5)
SPREAD = MatchSetup("simple_spread", ("agent_0=open", "*=random"), rules=RuleChoices(pace="realtime"), seed=5)


@contextmanager
def joined(
    driven: Driven, hosted: Hosted, *, token: str = "", address: str = "", own: KeyPair | None = None
) -> Iterator[DoorScreen]:
    """The window of somebody with a token for the first seat of the first table."""
    app, given = driven.app, token or hosted.token("t1.0")

    def call() -> Caller:
        return Caller(
            address or hosted.address, given, name="Ada", clock=app.clock, wake=app.waker.wake, own=own
        )

    door = DoorScreen(app, call)
    app.push(door)
    yield door


@contextmanager
def at_table(tmp_path: Path, setup: MatchSetup) -> Iterator[tuple[Driven, Hosted, TableScreen]]:
    with hosting(setup) as hosted, arena_app(tmp_path) as driven, joined(driven, hosted):
        screen = driven.at(TableScreen)
        driven.until(lambda: table_of(screen).facts.phase == "playing")
        driven.rounds()
        yield driven, hosted, screen


def table_of(screen: TableScreen) -> RemoteTable:
    assert screen.table is not None
    return screen.table


def button(screen: TableScreen | DoorScreen, text: str) -> Button:
    for widget in screen.ui.top.walk():
        if isinstance(widget, Button) and widget.enabled and widget.text.startswith(text):
            return widget
    raise AssertionError(f"there is no button {text!r}")


def spot(driven: Driven, pos: tuple[int, int]) -> None:
    target = Button("")
    target.rect = pygame.Rect(pos, (1, 1))
    driven.click(target)


def click_square(driven: Driven, screen: TableScreen, action: int) -> None:
    table = table_of(screen)
    rect = table.pane.rect
    place = tictactoe.Board(rect.size).rect(action % 3, action // 3).center
    spot(driven, (rect.x + place[0], rect.y + place[1]))


def seen(driven: Driven, screen: TableScreen, wanted: Callable[[RemoteTable], Any]) -> None:
    driven.until(lambda: bool(wanted(table_of(screen))))


# ---- the door ----------------------------------------------------------------------------------------------


def test_a_wrong_token_is_told_and_what_to_do(tmp_path: Path) -> None:
    wrong = "1-" + "a" * 26
    with (
        hosting(TICTACTOE) as hosted,
        arena_app(tmp_path) as driven,
        joined(driven, hosted, token=wrong) as door,
    ):
        driven.until(lambda: door.caller.standing.stage is Stage.OUT)
        driven.rounds()
        assert door.heading.text == "The host does not let you in"
        assert "Ask whoever runs the host" in door.lines.text
        assert not door.bar.visible
        assert not door.news.visible
        driven.click(door.again)
        driven.until(lambda: door.caller.standing.stage is Stage.OUT)


def test_a_used_token_is_refused(tmp_path: Path) -> None:
    with hosting(TICTACTOE) as hosted, arena_app(tmp_path) as driven:
        token = hosted.token("t1.0")
        with joined(driven, hosted, token=token):
            driven.at(TableScreen)
            second = Caller(hosted.address, token, name="Bo", clock=driven.app.clock, wake=lambda: None)
            driven.until(lambda: second.standing.stage is Stage.OUT)
            assert "used already" in second.standing.why
            second.close()


def test_a_full_host_is_asked_again_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PEERS", 1)
    setup = MatchSetup("tictactoe", ("player_1=open", "player_2=open"), seed=5)
    with hosting(setup) as hosted, arena_app(tmp_path) as driven:
        first = Caller(
            hosted.address, hosted.token("t1.1"), name="Bo", clock=driven.app.clock, wake=lambda: None
        )
        hosted.until("joined")
        with joined(driven, hosted) as door:
            driven.until(lambda: door.heading.text.startswith("Waiting to be let in"))
            assert "This host is full: it takes 1 guests." in door.lines.text
            assert (door.bar.visible, door.again.visible) == (True, False)
            first.close()
            driven.until(lambda: door.caller.standing.stage is Stage.IN)


def test_who_leaves_hangs_up_once_the_host_has_heard_of_it(tmp_path: Path) -> None:
    setup = MatchSetup("chess", ("player_0=open", "player_1=open"), seed=5)
    with (
        hosting(setup) as hosted,
        proxy(hosted.address, "--delay-ms", "200", "--jitter-ms", "0", "--stall-share", "0") as line,
        arena_app(tmp_path) as driven,
        joined(driven, hosted, address=line.address) as door,
    ):
        driven.until(lambda: door.heading.text == "You are in, Ada")
        assert door.lines.text.startswith("Your place: Chess at table 1, White.")
        door.caller.close()
        assert hosted.house.gate.door.guests == {}
        assert hosted.until("left").text == "Ada left: left"


def test_no_host_there_is_told_after_a_while(tmp_path: Path) -> None:
    with hosting(TICTACTOE) as hosted:
        address, token = hosted.address, hosted.token("t1.0")
    with arena_app(tmp_path) as driven, joined(driven, hosted, token=token, address=address) as door:
        driven.rounds()
        assert door.heading.text == "Connecting"
        driven.until(lambda: door.heading.text.startswith("No answer yet"))
        assert "firewall" in door.lines.text


def test_an_encrypted_host_is_joined_with_the_key_in_the_token(tmp_path: Path) -> None:
    with hosting(TICTACTOE, keys=KeyPair.generate()) as hosted, arena_app(tmp_path) as driven:
        token = hosted.token("t1.0")
        assert "." in token
        with joined(driven, hosted, token=token, own=KeyPair.generate()):
            screen = driven.at(TableScreen)
            seen(driven, screen, lambda table: table.facts.phase == "playing")


def test_the_door_by_keys(tmp_path: Path) -> None:
    open_table = MatchSetup("tictactoe", ("player_1=open", "player_2=open"), seed=5)
    with hosting(open_table) as hosted, arena_app(tmp_path) as driven, joined(driven, hosted) as door:
        driven.until(lambda: door.caller.standing.stage is Stage.IN)
        driven.until(lambda: door.heading.text == "You are in, Ada")
        assert "Tic-Tac-Toe" in door.lines.text
        driven.until(lambda: "ms" in door.ping.text)
        driven.press(pygame.K_ESCAPE)
        assert driven.focused is door.quit
        driven.press(pygame.K_RETURN)
        assert driven.app.ended == "closed"


# ---- the table: by mouse ----------------------------------------------------------------------------------


def test_a_game_by_mouse_to_its_result(tmp_path: Path) -> None:
    with at_table(tmp_path, TICTACTOE) as (driven, hosted, screen):
        table = table_of(screen)
        ticks = [-1]

        def may_go_on() -> bool:
            facts = table.facts
            return facts.finished or (facts.tick > ticks[-1] and bool(table.pane.scene.legal))

        driven.until(may_go_on)
        while not table.facts.finished:
            ticks.append(table.facts.tick)
            click_square(driven, screen, min(table.pane.scene.legal))
            driven.until(may_go_on)
        driven.until(lambda: screen.menus.banner.visible)
        assert screen.menus.banner.title in {"You win", "You lose", "Draw"}
        hosted.until("match_ended")
        assert len(table.facts.moves) == table.facts.tick


def test_the_mark_that_was_set_is_there_before_the_host_says_so(tmp_path: Path) -> None:
    with (
        hosting(TICTACTOE) as hosted,
        proxy(hosted.address, "--delay-ms", "200", "--jitter-ms", "0", "--stall-share", "0") as line,
        arena_app(tmp_path) as driven,
        joined(driven, hosted, address=line.address),
    ):
        screen = driven.at(TableScreen)
        seen(driven, screen, lambda table: table.pane.scene.legal)
        table = table_of(screen)
        before = table.facts.tick
        click_square(driven, screen, min(table.pane.scene.legal))
        driven.rounds()
        assert table.facts.tick == before
        assert table.pane.scene.snapshot is not None
        marks = [mark for row in table.pane.scene.snapshot["rows"] for mark in row if mark]
        assert len(marks) == before + 1
        assert table.pane.scene.legal == frozenset()
        seen(driven, screen, lambda table: table.facts.tick > before)


def test_buttons_for_what_no_board_stands_for(tmp_path: Path) -> None:
    with at_table(tmp_path, HOLDEM) as (driven, _, screen):
        table = table_of(screen)
        driven.until(lambda: len(table.strip.offers) > 1)
        tick = table.facts.tick
        driven.press(pygame.K_1)
        driven.until(lambda: table.facts.tick > tick or table.facts.finished)
        assert table.pane.scene.snapshot is not None


def test_resigning_asks_first(tmp_path: Path) -> None:
    with at_table(tmp_path, CHESS) as (driven, _, screen):
        driven.press(pygame.K_ESCAPE)
        driven.click(button(screen, "Resign"))
        assert isinstance(screen.ui.overlays[-1], Dialog)
        driven.click(button(screen, "Resign"))
        seen(driven, screen, lambda table: table.facts.finished)
        driven.until(lambda: screen.menus.banner.title == "You lose")
        assert "resign" in screen.menus.banner.text.lower()


def test_an_offer_of_a_draw_is_told_back(tmp_path: Path) -> None:
    with at_table(tmp_path, CHESS) as (driven, _, screen):
        driven.click(screen.menus.draw)
        seen(driven, screen, lambda table: any(kind == "draw" for _, kind, _ in table.facts.messages))


def test_the_board_turns(tmp_path: Path) -> None:
    with at_table(tmp_path, CHESS) as (driven, _, screen):
        assert table_of(screen).bottom == "player_0"
        driven.press(pygame.K_f)
        assert table_of(screen).bottom == "player_1"


def test_a_pause_of_the_host_is_shown(tmp_path: Path) -> None:
    with at_table(tmp_path, CHESS) as (driven, hosted, screen):
        match = next(iter(hosted.house.running.values())).match
        hosted.house.later(lambda: match.pause(hosted.house.clock(), "coffee"))
        seen(driven, screen, lambda table: table.facts.paused_by == "coffee")
        driven.rounds()
        assert table_of(screen).pane.scene.legal == frozenset()
        hosted.house.later(lambda: match.resume(hosted.house.clock()))
        seen(driven, screen, lambda table: table.facts.paused_by is None and table.pane.scene.legal)


def test_leaving_the_table_forfeits(tmp_path: Path) -> None:
    with at_table(tmp_path, CHESS) as (driven, hosted, screen):
        driven.press(pygame.K_ESCAPE)
        driven.click(button(screen, "Leave"))
        driven.click(button(screen, "Leave"))
        assert driven.app.ended == "closed"
    result = hosted.until("result")
    assert "disconnect" in result.text


def test_a_host_that_ends_is_told(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        with hosting(CHESS) as hosted, joined(driven, hosted):
            screen = driven.at(TableScreen)
            seen(driven, screen, lambda table: table.facts.phase == "playing")
        driven.until(lambda: screen.caller.standing.stage is Stage.OUT)
        driven.rounds()
        assert screen.menus.banner.visible or isinstance(screen.ui.overlays[-1], Waiting)


# ---- the table: in real time -------------------------------------------------------------------------------


def hold(code: int, *, down: bool) -> None:
    kind = pygame.KEYDOWN if down else pygame.KEYUP
    pygame.event.post(pygame.event.Event(kind, key=code, mod=0, scancode=0))


def applied(hosted: Hosted, agent: str = "agent_0") -> Any:
    match = next(iter(hosted.house.running.values())).match
    return match.seats[agent].applied


def test_keys_act_at_the_host_and_stop_when_let_go(tmp_path: Path) -> None:
    with at_table(tmp_path, SPREAD) as (driven, hosted, screen):
        scheme = screen.hands.entry.scheme("agent_0") if screen.hands is not None else None
        assert scheme is not None
        left = next(control.action for control in scheme.controls if control.slot == "left")
        hold(pygame.K_LEFT, down=True)
        driven.until(lambda: applied(hosted) == left)
        hold(pygame.K_LEFT, down=False)
        driven.until(lambda: applied(hosted) == scheme.noop)
        seen(driven, screen, lambda table: table.pane.frame is not None)
        assert table_of(screen).strip.offers == ()
        assert gc.get_freeze_count() > 0  # searches for cycles would cost some pictures
    assert gc.get_freeze_count() == 0


def test_a_pad_takes_over_with_its_first_press(tmp_path: Path) -> None:
    with at_table(tmp_path, SPREAD) as (driven, hosted, screen):
        pad = VirtualPad("Blue pad")
        driven.until(lambda: len(driven.app.hub.pads) == 1)
        scheme = screen.hands.entry.scheme("agent_0") if screen.hands is not None else None
        assert scheme is not None
        up = next(control.action for control in scheme.controls if control.slot == "up")
        pad.press("dpup")
        driven.rounds(4)
        pad.release("dpup")
        driven.rounds(2)
        pad.press("dpup")
        driven.until(lambda: applied(hosted) == up)
        assert any("You play with" in text for text in driven.messages)
        pad.unplug()
        driven.until(lambda: applied(hosted) == scheme.noop)
        driven.press(pygame.K_LEFT)
        driven.until(lambda: any("Keyboard" in text for text in driven.messages))


def test_a_cut_of_the_line_is_shown_and_the_seat_is_taken_up_again(tmp_path: Path) -> None:
    with (
        hosting(CHESS) as hosted,
        proxy(hosted.address) as line,
        arena_app(tmp_path) as driven,
        joined(driven, hosted, address=line.address),
    ):
        screen = driven.at(TableScreen)
        seen(driven, screen, lambda table: table.pane.scene.legal)
        line.cut(1.0)
        driven.until(lambda: screen.caller.standing.stage is Stage.AWAY)
        driven.until(lambda: any(isinstance(one, Waiting) for one in screen.ui.overlays))
        waiting = screen.ui.overlays[-1]
        assert isinstance(waiting, Waiting)
        assert waiting.title.startswith("Reconnecting")
        hosted.until("dropped")
        driven.until(lambda: screen.caller.standing.stage is Stage.IN)
        hosted.until("returned")
        seen(driven, screen, lambda table: table.pane.scene.legal)
        driven.until(lambda: not screen.ui.overlays)
        match = next(iter(hosted.house.running.values())).match
        assert match.seats["player_0"].status == "ok"


def test_a_game_that_ended_meanwhile_is_told(tmp_path: Path) -> None:
    with (
        hosting(CHESS) as hosted,
        proxy(hosted.address, "--stall-share", "0") as line,
        arena_app(tmp_path) as driven,
        joined(driven, hosted, address=line.address),
    ):
        screen = driven.at(TableScreen)
        seen(driven, screen, lambda table: table.pane.scene.legal)
        match = next(iter(hosted.house.running.values())).match
        line.cut(0.5)
        hosted.until("dropped")
        hosted.house.later(lambda: match.resign("player_0", hosted.house.clock()))
        hosted.until("match_ended")
        driven.until(lambda: screen.caller.standing.stage is Stage.IN)
        driven.until(lambda: screen.menus.banner.visible)
        assert screen.menus.banner.title == "The table is closed"
        assert screen.menus.banner.text in {"The game ended while you were away.", "the match is over"}


# ---- what a host may send ----------------------------------------------------------------------------------


@pytest.mark.parametrize("snapshot", [{}, {"game": "chess", "board": 3}, {"agents": [], "board": "x"}])
def test_a_snapshot_that_cannot_be_drawn_costs_its_picture_only(
    tmp_path: Path, snapshot: dict[str, Any]
) -> None:
    with at_table(tmp_path, CHESS) as (driven, _, screen):
        with screen.caller.lock:
            assert screen.caller.played is not None
            screen.caller.played.snapshot = snapshot
        driven.until(lambda: table_of(screen).pane.unfit)
        pane = table_of(screen).pane
        spot(driven, pane.rect.center)
        driven.press(pygame.K_TAB, pygame.K_LEFT)
        assert pane.unfit


@pytest.mark.parametrize("size", [(800, 500), (1920, 1080)])
@pytest.mark.parametrize("setup", [CHESS, SPREAD, HOLDEM], ids=["chess", "spread", "holdem"])
def test_every_size_has_room(tmp_path: Path, size: tuple[int, int], setup: MatchSetup) -> None:
    with at_table(tmp_path, setup) as (driven, _, screen):
        screen.resize(size)
        screen.draw(pygame.Surface(size), 0.016)
        frame = pygame.Rect((0, 0), size)
        for widget in screen.ui.top.walk():
            if widget.rect.width and widget.parent is not None and isinstance(widget, Button):
                assert frame.contains(widget.rect), widget
        driven.rounds()
