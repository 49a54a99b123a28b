"""How quickly a recorded match of our own games is run through from its seed and actions, in CPU time.

Seeking skips: every tick is made from the actions on record, checked as ever, and nobody observes it. Beside
it stands, without a goal, what playing every moment takes: observations and the digest besides, as `arena
verify` has it before it compares. A match is run through several times, and each of its seconds counts with
its best round: all rounds do exactly the same.
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
from tests.benchmarks.budget import hold, tell

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


def seconds_of(path: Path, *, told: bool) -> list[float]:
    """CPU seconds that each second of the match took, from before the first reset on; what is left at the end
    is no whole second and does not count. ``told``: every moment is played, else skipped.
    """
    with Record(path) as record:
        steps = [event["seq"] for event in record.events() if event["kind"] == "step"]
        with Replay(record) as replay:
            moments = replay.moments()
            marks = [time.process_time()]
            for last in steps[HZ - 1 :: HZ]:
                if told:
                    for _ in range(replay.seq, last + 1):
                        next(moments)
                else:
                    replay.skip(last + 1)
                marks.append(time.process_time())
    return [until - since for since, until in pairwise(marks)]


def best_of(rounds: list[list[float]]) -> tuple[float, str]:
    """How many times quicker than real time each second at its best was, and what that comes to a tick."""
    best = [min(seconds) for seconds in zip(*rounds, strict=True)]
    tick_us = sum(best) / len(best) / HZ * 1e6
    return len(best) / sum(best), f"{tick_us:.0f} us of CPU a tick; {len(best)} s of script:master"


@pytest.mark.bench
@pytest.mark.parametrize("game", GAMES)
def test_a_record_is_run_through(game: str) -> None:
    path = recorded(game)
    report = verify(path)
    assert report.ok, report.problem
    skipped, played = [], []
    for _ in range(ROUNDS):
        skipped.append(seconds_of(path, told=False))
        played.append(seconds_of(path, told=True))
    ratio, note = best_of(skipped)
    hold(f"seeking in a record: {game} / real time", ratio, at_least=100, note=note)
    ratio, note = best_of(played)
    tell(f"every moment of it played: {game} / real time", f"{ratio:.0f}x", note)
