"""A person joins a host through a bad line, in a real window, with a real mouse and keyboard."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import chess
import pytest

from arena.games import catalog
from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.match.outcome import Reason
from arena.processes import module_command
from arena.session import MatchSetup
from tests.e2e.chess_line import NODES, line_for
from tests.e2e.window.person import Person, Seen, screen, sitting_down
from tests.players.proxy import Proxy, proxy
from tests.scenes.remote.hosting import Hosted, hosting

WINDOW = "tests.e2e.window.join_table"
DROP_S = 5.0


@contextmanager
def joined(xvfb: str, tmp_path: Path, setup: MatchSetup) -> Iterator[tuple[Person, Hosted, Proxy]]:
    """Somebody with a token, on the other side of 50 ms give or take 20, where one chunk in fifty stalls."""
    home = arena_home(tmp_path / "host")
    with hosting(setup, home=home) as hosted, proxy(hosted.address) as line:
        token = hosted.token("t1.0")
        with sitting_down(xvfb, tmp_path / "guest", line.address, token, window=WINDOW) as person:
            yield person, hosted, line


def is_waiting(word: str) -> Callable[[Seen], bool]:
    return lambda seen: bool(seen.get("waiting") == word)


def drop_and_return(person: Person, hosted: Hosted, line: Proxy, agent: str) -> None:
    """The line is cut for five seconds; the same person is back in the same seat."""
    line.cut(DROP_S)
    person.until(is_waiting("Reconnecting…"))
    hosted.until("dropped")
    person.until(is_waiting(""))
    returned = hosted.until("returned")
    assert returned.fields["name"] == "Ada"
    match = next(iter(hosted.house.running.values())).match
    assert match.seats[agent].holder.controller.descriptor.name == "Ada"


def sees_its_ping(person: Person) -> None:
    seen = person.until(lambda seen: seen["ping"].endswith(" ms"))
    assert float(seen["ping"].removeprefix("ping ").removesuffix(" ms")) >= 60


@pytest.mark.slow
def test_a_whole_game_of_chess_by_mouse(xvfb: str, stockfish: str, tmp_path: Path) -> None:
    line_of_moves = line_for(stockfish)
    seats = ("player_0=open", f"player_1=stockfish:nodes={NODES}")
    setup = MatchSetup("chess", seats, rules=RuleChoices(clock="30+0"))
    with joined(xvfb, tmp_path, setup) as (person, hosted, line):
        for number, move in enumerate(line_of_moves):
            person.chess_move(move, 2 * number, "player_0", by_drag=number % 10 == 3)
            if number == 5:
                sees_its_ping(person)
                drop_and_return(person, hosted, line, "player_0")
        seen = person.until(lambda seen: seen["banner"] == "You win")
        hosted.until("match_ended")
        outcome = hosted.until("result").fields["outcome"]
    assert outcome["reason"] == str(Reason.CHECKMATE)
    assert outcome["seated"] == "as_planned"
    board = chess.Board()
    for label in seen["moves"]:
        board.push_san(label)
    assert board.is_checkmate()
    assert [move.uci() for move in board.move_stack][::2] == line_of_moves


def test_a_game_in_real_time_by_keyboard(xvfb: str, tmp_path: Path) -> None:
    setup = MatchSetup("cooperative_pong", ("paddle_0=open", "paddle_1=random"), episodes=50, seed=3)
    scheme = catalog.get("cooperative_pong").scheme("paddle_0")
    assert scheme is not None
    does = {control.slot: control.action for control in scheme.controls}
    with joined(xvfb, tmp_path, setup) as (person, hosted, line):
        hosted.until("match_began")
        match = next(iter(hosted.house.running.values())).match
        person.until(lambda seen: seen.get("phase") == "playing" and seen["pictures"])
        sees_its_ping(person)

        def acts(action: object) -> None:
            person.until(lambda seen: match.seats["paddle_0"].applied == action or match.finished)

        person.x("keydown", "w")
        acts(does["up"])
        person.x("keyup", "w")
        acts(scheme.noop)
        person.x("keydown", "w")
        acts(does["up"])
        drop_and_return(person, hosted, line, "paddle_0")
        person.x("keyup", "w", "keydown", "s")
        acts(does["down"])
        person.x("keyup", "s")
        assert not match.finished
        assert match.seats["paddle_1"].counts.late == 0


def test_the_command_itself(xvfb: str, tmp_path: Path) -> None:
    setup = MatchSetup("tictactoe", ("player_1=open", "player_2=random"), seed=3)
    with hosting(setup) as hosted, screen(xvfb) as display:
        environ = {name: value for name, value in os.environ.items() if name != "SDL_VIDEODRIVER"}
        words = ("--home", str(tmp_path / "guest"), "join", hosted.address.removeprefix("tcp://"))
        command = module_command("arena", *words, "--token", hosted.token("t1.0"), "--name", "Ada")
        with subprocess.Popen(command, env={**environ, "DISPLAY": display}) as process:
            assert hosted.until("joined").fields["name"] == "Ada"
            hosted.until("match_began")
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 143
        assert "disconnect" in hosted.until("result").text
