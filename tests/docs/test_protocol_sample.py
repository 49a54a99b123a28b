"""The server printed in docs/protocol.md, which uses none of our code, takes a seat."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from arena.home import ipc_endpoint
from arena.match.controller import Descriptor, EpisodeSummary
from arena.wire import limits
from controllers.policy import PolicyController
from tests.wire_kit import PAIR, Driver, board, board_seats, vector_seats

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


@pytest.fixture
def endpoint(tmp_path):
    (sample,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert "arena" not in sample
    assert len([line for line in sample.splitlines() if line.strip()]) <= 48
    script = tmp_path / "last.py"
    script.write_text(sample, encoding="utf-8")
    where = ipc_endpoint("sample")
    with subprocess.Popen([sys.executable, "-I", str(script), where]) as process:
        yield where
        process.kill()


def seat(endpoint, seats, entry=None):
    controller = PolicyController(Descriptor("policy:sample", "sample"), seats, endpoint=endpoint)
    driver = Driver(controller, seats, *([entry] if entry else []))
    driver.reset()
    return driver


def test_the_sample_server_plays_episodes(endpoint):
    driver = seat(endpoint, board_seats())
    for episode in range(2):
        driver.ready()
        seen = board()
        seen["action_mask"][6:] = 0
        assert driver.answers({"player_1": seen, "player_2": board(2)}) == [5, 8]
        driver.controller.on_episode_end("player_1", EpisodeSummary(episode, "win", {}, {}, 1))
        driver.reset(episode=episode + 1)
    assert driver.notices == []
    driver.close()


def test_the_sample_server_refuses_what_it_cannot_play(endpoint):
    driver = seat(endpoint, vector_seats("a"), PAIR)
    driver.until(lambda: driver.notices)
    assert "I play discrete actions only" in driver.notices[0].message
    driver.close()


def test_the_page_names_the_limits_that_hold():
    page = PAGE.read_text(encoding="utf-8")
    assert (limits.HEADER_BYTES, limits.ARRAYS) == (128 * 1024, 128)
    assert f"{limits.ARRAY_BYTES >> 20} MiB an array, {limits.MESSAGE_BYTES >> 20} MiB a message" in page
    assert f"{limits.DIMENSIONS} axes (seats included), paths of {limits.DEPTH} steps" in page
    assert f"{limits.SEATS} rows, lists of {limits.LIST_ITEMS} and maps of {limits.MAP_ITEMS} entries" in page
