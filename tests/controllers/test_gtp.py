"""Go engines as real processes: well-behaved, misbehaving, and GNU Go."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import MissingPartError, OptionError, SeatError
from arena.games.go_actions import action_to_vertex, vertex_to_action
from arena.match.controller import ClockView, Descriptor
from arena.match.kinds import BuildContext, ControllerSpec
from arena.match.outcome import Reason
from controllers import programs
from controllers.gtp import GNUGO_ARGUMENTS, KIND, GtpConfig, GtpController
from tests.controllers.helpers import Driver, entry, seat

PLAYER = Path(__file__).parent.parent / "players" / "engines" / "gtp_player.py"
GO = entry("classic/go-v5", view="go")
SIZE = 5
SEATS = [seat("black_0", spaces.Discrete(SIZE * SIZE + 1))]

Make = Callable[..., Driver]


@pytest.fixture
def player() -> Iterator[Make]:
    made: list[Driver] = []

    def make(*argv: str, command: tuple[str, ...] = (), seed: int = 1, **config: Any) -> Driver:
        run = command or (sys.executable, "-P", str(PLAYER), *argv)
        controller = GtpController(GtpConfig(run, **config), Descriptor("gtp:player", "Player"))
        made.append(Driver(controller, SEATS, GO, seed))
        made[-1].start()
        return made[-1]

    yield make
    for driver in made:
        driver.controller.close()


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """What the engine was told, without ids and greeting."""
    path = tmp_path / "heard.txt"
    monkeypatch.setenv("GTP_PLAYER_LOG", str(path))
    return lambda: [line.split(" ", 1)[1] for line in path.read_text().splitlines()][3:]


def request(moves: list[str], size: int = SIZE, **fields: Any) -> dict[str, Any]:
    """Fields of a request after `moves`, Black first."""
    legal = np.ones(size * size + 1, np.int8)
    for vertex in moves:
        if vertex != "pass":
            legal[vertex_to_action(vertex, size)] = 0
    history = [["BW"[number % 2], vertex] for number, vertex in enumerate(moves)]
    return {"legal": legal, "position": {"size": size, "komi": 7.5, "moves": history}, **fields}


def ask(driver: Driver, moves: list[str], **fields: Any) -> str:
    return action_to_vertex(driver.ask("black_0", **request(moves, **fields)), SIZE)


def test_only_news_is_played_and_another_past_is_set_up_anew(
    player: Make, log: Callable[[], list[str]]
) -> None:
    driver = player()
    assert ask(driver, []) == "A1"
    assert ask(driver, ["A1", "C3"]) == "B1"
    assert ask(driver, ["D4", "C3"]) == "A1"  # after an undo
    empty_board = [f"boardsize {SIZE}", "clear_board", "komi 7.5"]
    assert log() == [
        *empty_board, "genmove B",
        "play W C3", "genmove B",
        *empty_board, "play B D4", "play W C3", "genmove B",
    ]  # fmt: skip
    driver.start(episode=1)
    assert ask(driver, ["A1"]) == "B1"  # as White
    assert log()[-5:] == [*empty_board, "play B A1", "genmove W"]


def test_time_is_told_before_each_move(player: Make, log: Callable[[], list[str]]) -> None:
    driver = player()
    ask(driver, [], clocks={"black_0": ClockView(60.5, 0.0)})
    ask(driver, ["A1", "pass"], clocks={"black_0": ClockView(42.0, 0.0)})
    times = [line for line in log() if line.startswith("time")]
    assert times == ["time_settings 60 0 0", "time_left B 60 0", "time_left B 42 0"]


def test_pass_and_the_engines_name(player: Make) -> None:
    driver = player("PASS")
    assert ask(driver, ["C3"]) == "pass"
    assert driver.controller.readiness() is None
    assert driver.controller.descriptor.policy == "Player 1.0"


def test_chatter_is_not_an_answer(player: Make) -> None:
    driver = player("chatter")
    assert ask(driver, []) == "A1"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("die", "ended with exit code 1 (last words: no territory left)"),
        ("Z99", "answered 'Z99', which is not legal at move 2"),
        ("taken", "answered 'C3', which is not legal at move 2"),
    ],
)
def test_one_fault_is_mended_the_second_fails_the_seat(
    player: Make, tmp_path: Path, fault: str, said: str
) -> None:
    driver = player(fault, "--once", str(tmp_path / "done"))
    assert ask(driver, ["C3"]) == "A1"
    assert [notice.kind for notice in driver.notices] == ["restarted"]
    assert said in driver.notices[0].message
    driver = player(fault)
    assert driver.wait(driver.send("black_0", **request(["C3"]))) is None
    assert [notice.kind for notice in driver.notices] == ["restarted", "failed"]
    assert driver.notices[1].reason is (Reason.CRASH if fault == "die" else Reason.ILLEGAL)


def test_resigning_is_said_as_such(player: Make) -> None:
    driver = player("resign")
    assert driver.wait(driver.send("black_0", **request([]))) is None
    assert [(notice.kind, notice.reason) for notice in driver.notices] == [("failed", Reason.RESIGN)]


def test_a_cancelled_move_is_not_delivered_and_the_next_one_is_right(player: Make) -> None:
    driver = player("slow")
    cancelled = driver.send("black_0", **request([]))
    driver.controller.cancel([cancelled.request_id])
    assert ask(driver, ["E5", "A1"]) == "B1"


@pytest.mark.parametrize("fault", ["hang", "silent"])
def test_an_engine_that_says_nothing_is_the_matchs_business_and_is_killed(player: Make, fault: str) -> None:
    driver = player(fault)
    asked = driver.send("black_0", **request([]))
    assert driver.wait(asked, timeout_s=0.2) is None
    assert driver.notices == []  # the leak guard sees that it is gone after `close`


def test_a_setup_command_the_engine_lacks_fails_at_once(player: Make) -> None:
    failed = player(setup=("level 3",)).notice("failed")
    assert "unknown engine command 'level'" in failed.message
    driver = player("level", setup=("level 3",))
    assert ask(driver, []) == "A1"


def gnugo_game(player: Make, gnugo: str, seed: int) -> list[str]:
    config = {"setup": ("level 1",), "seed_command": "set_random_seed"}
    driver = player(command=(gnugo, *GNUGO_ARGUMENTS), seed=seed, **config)
    games: list[list[str]] = []
    for _ in range(2):
        driver.start()
        games.append([])
        while len(games[-1]) < 12:
            games[-1].append(ask(driver, games[-1]))
    assert driver.notices == []
    assert games[0] == games[1]
    return games[0]


def test_gnu_go_plays_both_colours_alike_from_equal_seeds(player: Make, gnugo: str) -> None:
    game = gnugo_game(player, gnugo, 5)
    assert len(set(game)) == 12
    assert gnugo_game(player, gnugo, 5) == game


def test_gnu_go_sees_the_board_as_we_do(player: Make, gnugo: str) -> None:
    """White's four stones on the first line have one liberty left."""
    driver = player(command=(gnugo, *GNUGO_ARGUMENTS))
    assert ask(driver, ["A2", "A1", "B2", "B1", "C2", "C1", "D2", "D1"]) == "E1"


CONTEXT = BuildContext(GO, tuple(SEATS), "wait")


def test_kind(gnugo: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = ControllerSpec("gtp:level=3", "gtp", "", {"level": "3"})
    KIND.check(spec, CONTEXT)
    described = KIND.build(spec, CONTEXT).descriptor
    assert (described.id, described.name) == ("gtp:gnugo,level=3", "GNU Go (level=3)")
    assert described.deterministic
    with pytest.raises(SeatError, match="plays go, not classic/chess-v6"):
        KIND.check(spec, BuildContext(entry("classic/chess-v6"), (), "wait"))
    with pytest.raises(OptionError, match="level='x'"):
        KIND.check(ControllerSpec("", "gtp", "", {"level": "x"}), CONTEXT)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_ALSO_IN", ())
    with pytest.raises(MissingPartError, match=r"install (gnugo|gnu-go)`"):
        KIND.check(ControllerSpec("gtp", "gtp"), CONTEXT)
