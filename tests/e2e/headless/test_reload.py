"""A checkpoint that is overwritten while its policy plays: the match goes on as it was, with an event."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gymnasium import spaces

from arena.games import catalog
from arena.games.hosts import make_host
from arena.match.choices import RuleChoices
from arena.match.match import Match
from arena.session import MatchSetup, open_session
from tests.arena.match.fakes import ListSink
from tests.e2e.headless.driving import Driver
from tests.wire_kit import save_policy

GAME, SEAT = "mpe2/simple_tag-v3", "agent_0"
TICKS, SPOILED_AT = 200, 100
PATIENCE_S = 40.0


def checkpoint(path: Path) -> None:
    host = make_host(catalog.get(GAME), {}, frames=False)
    save_policy(path, host.observation_space(SEAT), host.action_space(SEAT), name="Tagger")
    host.close()


def play(path: Path, spoil: Callable[[], Any] | None = None) -> ListSink:
    """A match of the checkpoint; at one tick it is spoiled, and the match waits until that was noticed."""
    setup = MatchSetup(
        GAME,
        (f"{SEAT}=policy:{path}", "*=random"),
        options={"max_cycles": str(TICKS)},
        rules=RuleChoices(pace="realtime", hz=60.0),
        seed=5,
    )
    driver, sink = Driver(), ListSink()
    spoiled: list[int] = []

    def look(match: Match) -> None:
        if spoil is None or spoiled or match.tick_number != SPOILED_AT:
            return
        spoiled.append(spoil())
        match.pause(driver.clock())
        give_up = time.monotonic() + PATIENCE_S
        while not remarks(sink):
            assert time.monotonic() < give_up, "nobody noticed"
            match.tick(driver.clock())
            driver.waker.wait(0.05)
        match.resume(driver.clock())

    with open_session(setup, driver.stage, None, sink=sink) as session:
        driver.run(session, look)
    driver.waker.close()
    return sink


def remarks(sink: ListSink) -> list[str]:
    return [event["message"] for event in sink.of("seat") if event["status"] == "warning"]


def steps(sink: ListSink) -> list[Any]:
    return [(event["tick"], event["actions"], event["sources"]) for event in sink.of("step")]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("corrupt", "cannot be read as a safetensors file"),
        ("other_spaces", "the observation space of agent_0"),
    ],
)
def test_a_spoiled_checkpoint_changes_nothing_but_an_event(how: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "tagger.safetensors"
    checkpoint(path)
    calm = play(path)
    assert not remarks(calm)
    assert len(steps(calm)) == TICKS

    def spoil() -> None:
        if how == "corrupt":
            path.write_bytes(path.read_bytes()[:-40])
        else:
            save_policy(path, spaces.Box(0, 1, (3,)), spaces.Discrete(2), name="Stranger")

    rough = play(path, spoil)
    assert steps(rough) == steps(calm)
    assert rough.of("outcome")[0]["digest"] == calm.of("outcome")[0]["digest"]
    (remark,) = remarks(rough)
    assert remark.startswith("Tagger was not reloaded")
    assert why in remark
    assert {event["kind"] for event in rough.events} - {event["kind"] for event in calm.events} == {
        "seat",
        "pause",
        "resume",
    }
