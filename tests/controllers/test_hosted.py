from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from arena.errors import OptionError
from arena.home import runtime_dir
from arena.match.outcome import Reason
from arena.processes import module_command
from controllers.hosted import hosted
from controllers.server_process import ServerProcess
from tests.wire_kit import Driver, board, board_seats, context

BOTS = "tests.players.bots.bots"


@pytest.fixture
def host():
    """A function that hosts a bot of `tests/players/bots` and gets it ready."""
    drivers = []

    def make(name, *agents, ready=True, **kwargs):
        seats = board_seats(*agents)
        driver = Driver(hosted(f"{BOTS}:{name}", kwargs, context(seats)), seats)
        drivers.append(driver)
        driver.reset()
        if ready:
            driver.ready()
        return driver

    yield make
    for driver in drivers:
        driver.close()


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_bot_decides_for_all_its_seats_at_once(host):
    driver = host("First")
    assert driver.answers({"player_1": board(), "player_2": board(4)}) == [0, 4]
    assert driver.notices == []
    assert driver.controller.status("player_1")["latency_ms"] > 0


def test_it_gets_its_own_observation_seed_options_and_position(host):
    driver = host("Noted", answer=3)
    assert driver.answers({"player_1": board()}) == [3 + 11 % 2]
    assert driver.answers({"player_2": board()}, position={"moves": [4, 0, 8]}) == [3]


def test_episodes_follow_each_other_in_the_same_process(host):
    driver = host("Noted")
    pid = driver.controller._server.pid
    driver.reset(episode=1, seed=12)
    driver.ready()
    assert driver.answers({"player_1": board()}) == [0]
    driver.reset(match_id="M2", seed=13)
    driver.ready()
    assert driver.answers({"player_1": board()}) == [1]
    assert driver.controller._server.pid == pid


@pytest.mark.parametrize("name", ["Sleeper", "Burner", "GilHolder"])
def test_a_busy_bot_never_holds_up_the_loop(host, name):
    driver = host(name, seconds=60.0)
    driver.ask({"player_1": board()})
    for _ in range(60):  # none of these waits for the bot, or it would take an hour
        driver.ask({"player_2": board()})
        driver.poll()
        driver.controller.status("player_1")
    assert driver.decisions == []
    pid = driver.controller._server.pid
    driver.close()
    assert gone(pid)


def test_a_slow_answer_arrives_later(host):
    driver = host("Sleeper", seconds=0.2)
    ids = driver.ask({"player_1": board(2)}, deadline=time.monotonic() + 0.05)
    driver.until(lambda: driver.decisions)
    (decision,) = driver.decisions
    assert (decision.request_id, decision.action) == (ids[0], 2)
    assert driver.controller.status("player_1")["late"] == 1


def test_an_exception_fails_the_seats_with_its_text(host):
    driver = host("Raises")
    driver.ask({"player_1": board()})
    driver.until(lambda: driver.notices)
    assert driver.kinds() == ["failed", "failed"]
    assert driver.notices[0].reason is Reason.CRASH
    told = driver.notices[0].message
    assert told.startswith("the bot crashed: Raises raised ValueError: no idea (bots.py, line "), told


def test_what_is_waited_for_is_called_what_it_is(host):
    driver = host("Raises", ready=False)
    assert (driver.controller.readiness() or "").startswith("the bot is starting")


def test_an_exception_at_reset_fails_before_the_first_tick(host):
    driver = host("RaisesAtReset", ready=False)
    driver.until(lambda: driver.notices)
    assert "RuntimeError: not today" in driver.notices[0].message
    assert driver.controller.readiness() is None


@pytest.mark.parametrize("bot", ["Nobody", "nowhere:Bot"])
def test_a_bot_that_cannot_be_loaded_says_so_and_is_not_tried_twice(bot):
    seats = board_seats("player_1")
    driver = Driver(hosted(bot if ":" in bot else f"{BOTS}:{bot}", {}, context(seats)), seats)
    driver.reset()
    driver.until(lambda: driver.notices)
    assert driver.kinds() == ["failed"]
    assert "exit code 2" in driver.notices[0].message
    assert bot.partition(":")[0] in driver.notices[0].message
    driver.close()


def test_a_bot_that_dies_is_restarted_once(host, tmp_path):
    driver = host("Dies", "player_1", memory=str(tmp_path / "memory"))
    first = driver.controller._server.pid
    assert driver.answers({"player_1": board(1)}) == [1]
    driver.ask({"player_1": board(1)})
    driver.until(lambda: "restored" in driver.kinds())
    assert driver.kinds() == ["lost", "restarted", "restored"]
    assert "exit code 7; its last words: these are my last words" in driver.notices[1].message
    assert driver.controller._server.pid != first
    assert driver.answers({"player_1": board(3)}) == [3]
    assert driver.answers({"player_1": board(4)}) == [4]


def test_a_bot_that_dies_again_fails_with_its_last_words(host):
    driver = host("Dies", "player_1")
    driver.answers({"player_1": board()})
    driver.ask({"player_1": board()})
    driver.until(lambda: "restored" in driver.kinds())
    driver.answers({"player_1": board()})
    driver.ask({"player_1": board()})
    driver.until(lambda: "failed" in driver.kinds())
    assert driver.notices[-1].reason is Reason.CRASH
    assert "these are my last words" in driver.notices[-1].message
    driver.reset(episode=1)
    driver.ready()
    assert driver.answers({"player_1": board(2)}) == [2]


def test_a_killed_bot_is_told_at_once_and_restarted(host):
    driver = host("First", "player_1")
    os.kill(driver.controller._server.pid, signal.SIGKILL)
    driver.until(lambda: "restored" in driver.kinds())
    assert driver.kinds() == ["lost", "restarted", "restored"]
    assert "ended by signal 9" in driver.notices[1].message


def test_a_bot_that_dies_before_it_is_ready_fails(host, monkeypatch):
    monkeypatch.setenv("ARENA_TEST_DIES_AT_START", "1")
    driver = host("DiesAtStart", "player_1", ready=False)
    driver.until(lambda: driver.notices)
    assert driver.kinds() == ["failed"]
    assert "exit code 9" in driver.notices[0].message


@pytest.mark.parametrize(
    ("answer", "said"), [("float", "float64"), ("array", "shape"), ("text", "shape"), ("object", "shape")]
)
def test_an_answer_that_is_no_action_reaches_the_match_as_illegal(host, answer, said):
    driver = host("Odd", answer=answer)
    (action,) = driver.answers({"player_1": board()})
    assert said in repr(action)


def test_an_answer_of_none_abstains(host):
    assert host("Odd", answer="none").answers({"player_1": board()}) == [None]


def test_a_bot_that_prints_a_lot_goes_on(host):
    driver = host("Chatty")
    for number in range(3):
        assert driver.answers({"player_1": board(number)}) == [number]


def test_options_must_be_plain():
    with pytest.raises(OptionError, match="must be text, numbers"):
        hosted(f"{BOTS}:First", {"x": np.zeros(2)}, context(board_seats()))


def test_nothing_is_left_behind(host):
    driver = host("First")
    pid = driver.controller._server.pid
    assert list(runtime_dir().iterdir())
    driver.close()
    driver.controller.close()
    assert gone(pid)
    assert list(runtime_dir().iterdir()) == []


PARENT = f"""
import sys, time
from controllers.hosted import hosted
from tests.wire_kit import Driver, board, board_seats, context
seats = board_seats("player_1")
driver = Driver(hosted("{BOTS}:" + sys.argv[1], {{"seconds": 60.0}}, context(seats)), seats)
driver.reset()
driver.ready()
driver.ask({{"player_1": board()}})
print(driver.controller._server.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("name", ["Sleeper", "GilHolder"])
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_bot_dies_with_a_parent_that_is_killed(name):
    with subprocess.Popen([sys.executable, "-c", PARENT, name], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    give_up = time.monotonic() + 10
    while not gone(pid):
        assert time.monotonic() < give_up, "the bot outlived its parent"
        time.sleep(0.01)


def test_the_child_uses_one_thread_a_library(monkeypatch):
    assert "-P" in module_command("workers.policy_server")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    seats = board_seats("player_1")
    controller = hosted(f"{BOTS}:First", {}, context(seats))
    driver = Driver(controller, seats)
    driver.reset()
    assert isinstance(controller._server, ServerProcess)
    environment = Path(f"/proc/{controller._server.pid}/environ").read_bytes().split(b"\0")
    assert b"OMP_NUM_THREADS=1" in environment
    driver.close()
