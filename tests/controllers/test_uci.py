"""UCI engines as real processes: well-behaved, misbehaving, and Stockfish."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import chess
import pytest
from gymnasium import spaces

from arena.games.chess_actions import action_to_move
from arena.match.controller import ClockView, Descriptor
from arena.match.outcome import Reason
from controllers.uci import UciConfig, UciController
from controllers.uci_engine import Setting
from controllers.uci_protocol import Limits
from tests.controllers.helpers import Driver, clocks, entry, seat
from tests.leaks import children

PLAYER = Path(__file__).parent.parent / "players" / "engines" / "uci_player.py"
CHESS = entry("classic/chess-v6", view="chess")
SEATS = [seat("player_0", spaces.Discrete(4672))]

Make = Callable[..., Driver]


@pytest.fixture
def player() -> Iterator[Make]:
    """Make a driver with the scripted engine; engines are closed and seen off at the end."""
    made: list[Driver] = []

    def make(*argv: str, command: tuple[str, ...] = (), **config: Any) -> Driver:
        run = command or (sys.executable, "-P", str(PLAYER), *argv)
        controller = UciController(UciConfig(run, **config), Descriptor("uci:player", "Player"))
        made.append(Driver(controller, SEATS, CHESS))
        made[-1].start()
        return made[-1]

    yield make
    for driver in made:
        driver.controller.close()
        driver.controller.close()


def move(driver: Driver, board: chess.Board, **fields: Any) -> chess.Move:
    action = driver.ask("player_0", state=board, **fields)
    found = action_to_move(board, action)
    assert found in board.legal_moves
    return found


def first(board: chess.Board) -> str:
    return min(found.uci() for found in board.legal_moves)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    path = tmp_path / "heard.txt"
    monkeypatch.setenv("UCI_PLAYER_LOG", str(path))
    return lambda: path.read_text().splitlines()


def test_position_history_options_and_limits_reach_the_engine(
    player: Make, log: Callable[[], list[str]]
) -> None:
    driver = player(
        settings=(Setting("hash", "32"), Setting("use_book", "off"), Setting("Style", "wild attack")),
        limits=Limits(nodes=500, depth=6, use_clock=False),
    )
    board = chess.Board()
    for text in ("e2e4", "e7e5"):
        board.push_uci(text)
    assert move(driver, board, clocks=clocks(player_0=(60, 1), player_1=(50, 1))).uci() == first(board)
    assert log() == [
        "uci",
        "setoption name Hash value 32",
        "setoption name Use Book value false",
        "setoption name Style value Wild Attack",
        "ucinewgame",
        "setoption name Clear Hash",
        "isready",
        "position startpos moves e2e4 e7e5",
        "go nodes 500 depth 6",
    ]


def test_a_game_from_another_position_and_the_next_episode(
    player: Make, log: Callable[[], list[str]]
) -> None:
    driver = player()
    board = chess.Board("8/P6k/8/8/8/8/8/K7 w - - 0 1")
    assert move(driver, board).uci() == first(board)
    board.push_uci("a7a8n")
    assert move(driver, board).uci() == first(board)  # as Black: the action is mirrored
    driver.start(episode=1)
    move(driver, chess.Board())
    heard = log()
    assert "position fen 8/P6k/8/8/8/8/8/K7 w - - 0 1 moves a7a8n" in heard
    assert heard.count("uci") == 1
    assert heard.count("ucinewgame") == 2


def test_match_clocks_are_sent_in_colours(player: Make, log: Callable[[], list[str]]) -> None:
    driver = player()
    driver.be_ready()
    board = chess.Board()
    board.push_uci("e2e4")
    move(driver, board, clocks={"player_0": ClockView(60.9, 2.0), "player_1": ClockView(30.0, 0.5)})
    words = log()[-1].split()
    asked = dict(zip(words[1::2], map(int, words[2::2]), strict=True))
    assert list(asked) == ["wtime", "btime", "winc", "binc"]
    assert (asked["wtime"], asked["winc"], asked["binc"]) == (30_000, 500, 2000)
    assert 59_000 < asked["btime"] <= 60_900  # its own, less what passed since it was asked


def test_without_clock_or_limits_it_thinks_100_ms_or_until_the_deadline(
    player: Make, log: Callable[[], list[str]]
) -> None:
    driver = player()
    move(driver, chess.Board())
    assert log()[-1] == "go movetime 100"
    move(driver, chess.Board(), deadline=time.monotonic() + 0.08)
    assert 1 <= int(log()[-1].removeprefix("go movetime ")) <= 50


def test_readiness_names_what_is_missing_then_the_engine_is_known_by_name(player: Make) -> None:
    driver = player()
    assert driver.controller.readiness() == "waiting for Player to answer uciok"
    move(driver, chess.Board())
    assert driver.controller.readiness() is None
    assert driver.controller.descriptor.policy == "Player"


def test_status_shows_the_search(player: Make) -> None:
    driver = player()
    assert driver.controller.status("player_0") == {}
    move(driver, chess.Board())
    expected = {"score": "-0.35", "depth": 3, "nps": 1000, "pv": "a3"}
    assert driver.controller.status("player_0") == expected


def test_draws_by_its_own_score(player: Make) -> None:
    driver = player()
    for fullmove, accepted in ((19, False), (20, True)):
        board = chess.Board(f"4k3/4p3/8/8/8/8/4P3/4K3 w - - 0 {fullmove}")
        move(driver, board)  # says -0.35
        assert driver.controller.answer_draw("player_0") is accepted
    assert player(draws="always").controller.answer_draw("player_0") is True
    assert player(draws="never").controller.answer_draw("player_0") is False


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("die", "ended with exit code 3 (last words: assertion failed: king is missing)"),
        ("segfault", "was ended by signal 11"),
        ("close-stdout", "closed its output"),
        ("illegal", "answered 'e1e8', which is not legal in rnbqkbnr/"),
        ("garbage", "answered '\\x00♔', which is not legal"),
        ("none", "answered '(none)', which is not legal"),
        ("empty", "answered '', which is not legal"),
    ],
)
def test_one_fault_is_mended_by_a_restart(player: Make, tmp_path: Path, fault: str, said: str) -> None:
    driver = player(f"{fault}@2", "--once", str(tmp_path / "done"))
    board = chess.Board()
    for _ in range(4):
        board.push(move(driver, board))
    assert [notice.kind for notice in driver.notices] == ["restarted"]
    assert said in driver.notices[0].message


@pytest.mark.parametrize(
    ("fault", "reason", "said"),
    [
        ("die@3", Reason.CRASH, "exit code 3"),
        ("illegal", Reason.ILLEGAL, "answered 'e1e8', which is not legal"),
        ("die-at-start", Reason.CRASH, "exit code 1 (last words: cannot load the network)"),
    ],
)
def test_the_second_fault_of_an_episode_fails_the_seat(
    player: Make, fault: str, reason: Reason, said: str
) -> None:
    driver = player(fault)
    board = chess.Board()
    for _ in range(20):
        decision = driver.wait(driver.send("player_0", state=board))
        if decision is None:
            break
        board.push(action_to_move(board, decision.action))
    assert [notice.kind for notice in driver.notices] == ["restarted", "failed"]
    failed = driver.notices[1]
    assert (failed.agent, failed.reason) == ("player_0", reason)
    assert said in failed.message
    driver.send("player_0", state=board)  # a seat that failed keeps quiet
    assert driver.controller.poll() == []


def test_each_episode_has_its_own_restart(player: Make) -> None:
    driver = player("die@3")
    for episode in range(3):
        if episode:
            driver.start(episode=episode)
        board = chess.Board()
        board.push(move(driver, board))
        move(driver, board)
    assert [notice.kind for notice in driver.notices] == ["restarted"] * 2


@pytest.mark.parametrize("fault", ["flood", "chatter", "huge-line"])
def test_noise_does_not_hide_the_answer(player: Make, fault: str) -> None:
    driver = player(fault)
    board = chess.Board()
    assert move(driver, board).uci() == first(board)
    assert driver.notices == []


def test_a_hung_engine_costs_nobody_and_close_kills_it(player: Make) -> None:
    driver = player("hang@2")
    move(driver, chess.Board())
    request = driver.send("player_0", state=chess.Board())
    assert driver.wait(request, timeout_s=0.2) is None
    assert driver.notices == []  # the match's limits end this
    driver.controller.cancel([request.request_id])
    driver.controller.close()
    see_off()


@pytest.mark.parametrize("fault", ["slow-quit", "no-uciok", "deaf"])
def test_engines_that_do_not_leave_are_killed(player: Make, fault: str) -> None:
    driver = player(fault)
    request = driver.send("player_0", state=chess.Board())
    driver.wait(request, timeout_s=0.2)
    driver.controller.close()
    see_off()


def see_off() -> None:
    """Wait for the reading threads, which wait for their engines."""
    for thread in threading.enumerate():
        if thread.name.startswith("engine-"):
            thread.join(5)
            assert not thread.is_alive()
    assert not [pid for pid in children() if "uci_player" in Path(f"/proc/{pid}/cmdline").read_text()]


def test_a_full_input_pipe_holds_nobody_up(player: Make) -> None:
    driver = player("deaf")
    board = chess.Board()
    for text in ["g1f3", "g8f6", "f3g1", "f6g8"] * 2000:
        board.push_uci(text)
    for _ in range(20):  # some 40 KB each, into a pipe of 64
        request = driver.send("player_0", state=board)
        driver.controller.cancel([request.request_id])
    assert driver.controller.poll() == []


def test_a_cancelled_search_answers_nothing_and_the_next_one_answers_itself(player: Make) -> None:
    driver = player("ignore-stop")
    board = chess.Board()
    cancelled = driver.send("player_0", state=board)
    while driver.controller.seats["player_0"].engine._state.name != "THINKING":  # type: ignore[attr-defined]
        driver.awake.wait(0.01)
        driver.controller.readiness()
    driver.controller.cancel([cancelled.request_id])
    board.push_uci("e2e4")
    assert move(driver, board).uci() == first(board)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (Setting("Stile", "Solid"), "unknown engine option 'Stile'; did you mean 'Style'"),
        (Setting("Style", "Calm"), "Style='Calm' is not one of Solid, Wild Attack"),
        (Setting("Hash", "4096"), "Hash=4096 is not a whole number at least 1 and at most 1024"),
    ],
)
def test_an_option_the_engine_does_not_take_fails_at_once(player: Make, setting: Setting, said: str) -> None:
    driver = player(settings=(setting,))
    assert said in driver.notice("failed").message
    assert len(driver.notices) == 1


def test_a_program_that_cannot_run_fails_with_the_reason(player: Make, tmp_path: Path) -> None:
    program = tmp_path / "engine"
    program.write_bytes(b"\x7fELF nonsense")
    program.chmod(0o755)
    driver = player(command=(str(program),))
    assert "cannot be started: Exec format error" in driver.notice("failed").message


def test_no_descriptor_is_leaked(player: Make) -> None:
    def cycle() -> None:
        driver = player("illegal")
        assert driver.wait(driver.send("player_0", state=chess.Board())) is None
        driver.controller.close()
        see_off()

    cycle()
    before = len(list(Path("/proc/self/fd").iterdir()))
    cycle()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_takeover_lets_the_engine_go(player: Make) -> None:
    driver = player()
    move(driver, chess.Board())
    driver.controller.on_leave("player_0")
    see_off()
    assert driver.controller.status("player_0") == {}


def play_out(driver: Driver, plies: int) -> list[str]:
    board = chess.Board()
    for _ in range(plies):
        if board.is_game_over():
            break
        board.push(move(driver, board))
    return [found.uci() for found in board.move_stack]


def test_stockfish_at_fixed_nodes_plays_alike_every_time(player: Make, stockfish: str) -> None:
    config = {"command": (stockfish,), "limits": Limits(nodes=2000, use_clock=False)}
    driver = player(settings=(Setting("Threads", "1"), Setting("Hash", "16")), **config)
    game = play_out(driver, 60)
    driver.start(episode=1)
    assert play_out(driver, 60) == game
    assert play_out(player(**config), 60) == game
    assert driver.notices == []
    assert driver.controller.status("player_0")["depth"] > 1


def test_stockfish_finds_mate_and_under_promotion(player: Make, stockfish: str) -> None:
    driver = player(command=(stockfish,), limits=Limits(depth=12, use_clock=False))
    board = chess.Board("8/5P1k/5K2/6P1/8/8/8/8 w - - 0 1")
    board.push(move(driver, board))
    board = chess.Board("6rk/6pp/8/6N1/8/8/8/6K1 w - - 0 1")
    board.push(move(driver, board))
    assert board.is_checkmate()
    assert driver.controller.status("player_0")["score"] == "#1"
