"""The programs printed in docs/protocol.md, which use none of our code, take a seat."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from arena.home import ipc_endpoint
from arena.match.controller import Descriptor, EpisodeSummary
from arena.wire import limits
from arena.wire.keys import KeyPair
from arena.wire.messages import COMMANDS, LEVELS, ROLES, WANTS, Message, Refusal
from controllers.dialling import dialling
from controllers.policy import PolicyController
from tests.arena.hosting.callers import Lodge
from tests.players.proxy import proxy
from tests.wire_kit import PAIR, PATIENCE_S, Driver, board, board_seats, vector_seats

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "protocol.md").read_text(encoding="utf-8")
SAMPLES = sorted((DOCS / "samples").glob("*.py"))


@pytest.fixture
def endpoint():
    where = ipc_endpoint("sample")
    with subprocess.Popen([sys.executable, "-I", str(DOCS / "samples" / "server.py"), where]) as process:
        yield where
        process.kill()


def seat(endpoint, seats, entry=None):
    controller = PolicyController(Descriptor("policy:sample", "sample"), seats, dial=dialling(endpoint))
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


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_short_free_of_our_code_and_printed_whole(sample):
    text = sample.read_text(encoding="utf-8")
    assert text.startswith("# SPDX-License-Identifier: MIT\n")
    assert not re.search(r"^\s*(import|from) .*\b(arena|controllers|workers|scenes)\b", text, re.MULTILINE)
    assert len([line for line in text.splitlines() if line.strip()]) <= 48
    assert f"```python\n{text}```" in PAGE
    assert f"(samples/{sample.name})" in PAGE


def test_the_page_names_every_message_reason_and_word():
    kinds = {message.kind for message in Message.__args__}
    assert set(re.findall(r"\*\*`(\w+)`\*\*", PAGE)) == kinds
    for word in (*Refusal, *COMMANDS, *LEVELS, *ROLES, *WANTS):
        assert f"`{word}`" in PAGE or f": {word}`" in PAGE, word


def test_the_page_names_the_limits_that_hold():
    page = " ".join(PAGE.split())
    for words in (
        f"Header {limits.HEADER_BYTES >> 10} KiB, {limits.ARRAYS} arrays a message",
        f"{limits.ARRAY_BYTES >> 20} MiB an array, {limits.MESSAGE_BYTES >> 20} MiB a message",
        f"{limits.DIMENSIONS} axes (seats included), paths of {limits.DEPTH} steps",
        f"{limits.SEATS} rows, lists of {limits.LIST_ITEMS} and maps of {limits.MAP_ITEMS} entries",
        f"names of {limits.NAME_CHARS} and sentences of {limits.TEXT_CHARS} characters",
        f"nested {limits.PLAIN_DEPTH} deep; pictures of {limits.PICTURE_SIDE} pixels a side",
        f"{limits.MESSAGES_BURST:.0f} messages or {limits.BYTES_BURST / 2**20:.0f} MiB at once",
        f"{limits.MESSAGES_PER_S:.0f} messages or {limits.BYTES_PER_S / 2**20:.0f} MiB a second",
        f"Beyond {limits.REMARKS_TOLD} an episode",
        f"{limits.BROKEN_IN_ROW} in a row".replace("3", "three"),
    ):
        assert words in page, words


@pytest.fixture
def lodge():
    built = Lodge(keys=KeyPair.generate())
    yield built
    built.close()


def test_the_sample_bot_joins_an_encrypted_host_comes_back_after_a_drop_and_goes_home(lodge):
    token = lodge.book.issue("seat", time.monotonic())
    with (
        proxy(lodge.gate.endpoint, "--delay-ms", "1", "--jitter-ms", "0", "--stall-share", "0") as line,
        subprocess.Popen(
            [sys.executable, "-I", str(DOCS / "samples" / "bot.py"), line.address, token],
            stderr=subprocess.PIPE,
            text=True,
        ) as bot,
    ):
        try:
            lodge.until(lambda: lodge.listener.guests)
            (guest,) = lodge.listener.guests
            seats = board_seats()
            driver = Driver(PolicyController(Descriptor("guest:g1", "Last"), seats, dial=guest.dial), seats)
            driver.reset()
            driver.ready()
            assert driver.answers({"player_1": board(), "player_2": board(2)}) == [8, 8]
            line.cut(0.2)
            lodge.until(lambda: ("returned", guest.name) in lodge.listener.told)
            driver.until(lambda: driver.kinds() == ["lost"] * 2 + ["restored"] * 2)
            seen = board()
            seen["action_mask"][4:] = 0
            assert driver.answers({"player_1": seen}) == [3]
            lodge.gate.dismiss(guest, "thank you for playing")
            assert bot.communicate(timeout=PATIENCE_S)[1].strip() == "thank you for playing"
            driver.close()
        finally:
            bot.kill()
