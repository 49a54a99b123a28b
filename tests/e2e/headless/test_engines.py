"""Stockfish against itself by the clock, read back with python-chess; engines that are killed mid-game."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import chess
import chess.pgn
import pytest

from arena.games.chess_actions import action_to_move
from arena.match.choices import RuleChoices
from arena.match.match import Match
from arena.match.outcome import EpisodeOutcome
from arena.match.runner import run
from arena.records.record import Record
from arena.session import MatchSetup, Stage, open_session
from arena.waker import Waker
from tests.arena.match.fakes import ListSink
from tests.e2e.headless.shell import arena, records, verified
from tests.leaks import children, command_of

BY_POSITION = {"checkmate", "stalemate", "insufficient_material", "claimable_draw", "agreed_draw"}


@pytest.mark.parametrize(
    ("clock", "base_s", "increment_s"),
    [("2s+0.05", 2.0, 0.05), pytest.param("10s+0.1", 10.0, 0.1, marks=pytest.mark.slow)],
)
def test_a_game_by_the_clock_is_the_same_in_record_pgn_and_python_chess(
    clock: str, base_s: float, increment_s: float, stockfish: str
) -> None:
    ran = arena("match", "chess", "*=stockfish", "--clock", clock, "--seed", "1", "--json")
    assert ran.code == 0, ran.err
    (episode,) = ran.json["episodes"]
    (path,) = records()
    with Record(path) as record:
        steps = [event for event in record.events() if event["kind"] == "step"]
    assert episode["reason"] in {*BY_POSITION, "flag"}, "on a busy machine a flag may fall"
    assert all(seat["illegal"] == seat["late"] == 0 for seat in episode["seats"])
    assert episode["ticks"] == len(steps) > 20

    ran = arena("record", "pgn", str(path))
    assert (ran.code, ran.err) == (0, "")
    game = chess.pgn.read_game(io.StringIO(ran.out))
    assert game is not None
    assert game.errors == []
    check_moves_and_clocks(game, steps, base_s, increment_s)
    check_headers(game, episode, clock)
    assert verified([path])[0]["ok"]


def check_moves_and_clocks(
    game: chess.pgn.Game, steps: list[dict[str, Any]], base_s: float, increment_s: float
) -> None:
    board, left = chess.Board(), {"player_0": base_s, "player_1": base_s}
    for number, (node, step) in enumerate(zip(game.mainline(), steps, strict=True)):
        ((agent, action),) = step["actions"].items()
        assert agent == ("player_0", "player_1")[number % 2]
        move = action_to_move(board, int(action))
        assert node.move == move
        assert move in board.legal_moves
        assert node.clock() == pytest.approx(step["clocks"][agent], abs=0.001)
        assert 0 < step["clocks"][agent] <= left[agent] + increment_s + 0.001, "time only runs down"
        left[agent] = step["clocks"][agent]
        board.push(move)


def check_headers(game: chess.pgn.Game, episode: dict[str, Any], clock: str) -> None:
    ranks = {seat["agent"]: seat["rank"] for seat in episode["seats"]}
    board = game.end().board()
    result = {-1: "1-0", 0: "1/2-1/2", 1: "0-1"}[ranks["player_0"] - ranks["player_1"]]
    assert game.headers["Result"] == result
    assert game.headers["Termination"] == ("time forfeit" if episode["reason"] == "flag" else "normal")
    assert game.headers["TimeControl"] == clock.replace("s", "")
    assert game.headers["White"] == game.headers["Black"] == "Stockfish"
    assert game.headers["PlyCount"] == str(episode["ticks"])
    match episode["reason"]:
        case "checkmate":
            assert board.is_checkmate()
            assert board.result() == result
        case "stalemate":
            assert board.is_stalemate()
        case "insufficient_material":
            assert board.is_insufficient_material()
        case "claimable_draw":
            assert board.can_claim_draw()


def engines() -> set[int]:
    """Process ids of the engines that run as our children."""
    return {pid for pid in children() if "stockfish" in command_of(pid)}


def play_and_look(look: Callable[[Match], None], plies: int) -> tuple[EpisodeOutcome, ListSink]:
    """Two engines at fixed nodes; ``look`` is called after every tick that did something."""
    waker, sink = Waker(), ListSink()
    rules = RuleChoices(pace="fast", max_ticks=plies)
    setup = MatchSetup("chess", ("*=stockfish:nodes=300",), rules=rules, seed=1)
    with open_session(setup, Stage(time.perf_counter, waker.wake), None, sink=sink) as session:
        session.start()
        run(session.match, time.perf_counter, waker, look)
    waker.close()
    return session.match.outcomes[0], sink


def test_an_engine_that_is_killed_is_restarted_and_the_game_goes_on(stockfish: str) -> None:
    killed: list[int] = []

    def look(match: Match) -> None:
        if match.tick_number == 10 and not killed:
            killed.append(min(engines()))
            os.kill(killed[0], signal.SIGKILL)

    outcome, sink = play_and_look(look, 40)
    assert killed
    assert [event["status"] for event in sink.of("seat")] == ["restarted"]
    assert outcome.ticks == len(sink.of("step")) > 20
    assert outcome.reason in {*BY_POSITION, "max_ticks"}
    assert all(seat.forfeited is None for seat in outcome.seats)


def test_an_engine_that_is_killed_twice_forfeits(stockfish: str) -> None:
    first: set[int] = set()
    killed: list[int] = []

    def look(match: Match) -> None:
        if match.tick_number == 10 and not killed:
            first.update(engines())
            killed.append(min(first))
            os.kill(killed[0], signal.SIGKILL)
        elif match.tick_number >= 16 and len(killed) == 1:
            (fresh,) = engines() - first
            killed.append(fresh)
            os.kill(fresh, signal.SIGKILL)

    outcome, sink = play_and_look(look, 400)
    assert len(killed) == 2
    assert outcome.reason == "crash"
    loser = next(seat for seat in outcome.seats if seat.forfeited)
    winner = next(seat for seat in outcome.seats if not seat.forfeited)
    assert (loser.forfeited, loser.rank, winner.rank) == ("crash", 2, 1)
    assert [event["status"] for event in sink.of("seat")] == ["restarted", "failed"]
    assert "signal 9" in outcome.detail or "SIGKILL" in outcome.detail
