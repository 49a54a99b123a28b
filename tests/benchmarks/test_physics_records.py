"""How quickly a recorded match of our own games is played again from its seed and actions, in CPU time.

This is what seeking does; `arena verify` compares every reward, end and digest besides. A match is played
again several times, and each of its seconds counts with its best round: all rounds do exactly the same.
"""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.match.runner import run
from arena.records.record import Record
from arena.records.replay import Replay
from arena.records.verify import verify
from arena.session import MatchSetup, Stage, open_session
from arena.waker import Waker
from tests.benchmarks.budget import hold

GAMES = ("sumo", "air_hockey", "tanks", "soccer")
HZ, ROUNDS, SEED = 60, 9, 3


def recorded(game: str, ticks: int = 900) -> Path:
    """The record of matches between its strongest scripts, up to 15 s of each episode."""
    setup = MatchSetup(
        f"arena/{game}-v0",
        ("*=script:master",),
        rules=RuleChoices(pace="fast", max_ticks=ticks),
        episodes=2,
        seed=SEED,
    )
    waker = Waker()
    with open_session(setup, Stage(time.perf_counter, waker.wake), arena_home()) as session:
        session.start()
        run(session.match, time.perf_counter, waker)
        path = session.record_path
    waker.close()
    assert path is not None
    return path


def seconds_again(path: Path) -> list[float]:
    """CPU seconds that each second of the match took, from the first reset on; what is left at the end is no
    whole second and does not count.
    """
    marks = []
    with Record(path) as record, Replay(record) as replay:
        marks.append(time.process_time())
        steps = 0
        for moment in replay.moments():
            if moment.event["kind"] == "step":
                steps += 1
                if steps % HZ == 0:
                    marks.append(time.process_time())
    return [until - since for since, until in pairwise(marks)]


@pytest.mark.bench
@pytest.mark.parametrize("game", GAMES)
def test_a_record_is_played_again(game: str) -> None:
    path = recorded(game)
    report = verify(path)
    assert report.ok, report.problem
    rounds = [seconds_again(path) for _ in range(ROUNDS)]
    best = [min(seconds) for seconds in zip(*rounds, strict=True)]
    took_s = sum(best)
    note = (
        f"{took_s / len(best) / HZ * 1e6:.0f} us of CPU a tick; {len(best)} s of script:master, "
        "each second at its best"
    )
    hold(f"played again: {game} / real time", len(best) / took_s, at_least=100, note=note)
