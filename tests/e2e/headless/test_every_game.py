"""Every game of the catalog, one after the other in one process: an episode each, legal and on record."""

from __future__ import annotations

import time

import pytest

from arena.games import catalog
from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.match.runner import run
from arena.session import MatchSetup, Stage, open_session
from arena.waker import Waker
from tests.e2e.headless.shell import arena, records, verified


@pytest.mark.slow
def test_every_game_plays_an_episode_at_random_and_its_record_verifies_elsewhere() -> None:
    games = catalog.ids()
    assert len(games) >= 30
    waker = Waker()
    ticks: dict[str, int] = {}
    for game in games:
        setup = MatchSetup(game, ("*=random",), rules=RuleChoices(pace="fast"), seed=3)
        with open_session(setup, Stage(time.perf_counter, waker.wake), arena_home()) as session:
            session.start()
            run(session.match, time.perf_counter, waker)
        (outcome,) = session.match.outcomes
        ticks[game] = outcome.ticks
        assert not outcome.void, f"{game}: {outcome.reason} {outcome.detail}"
        for seat in outcome.seats:
            assert (seat.illegal, seat.late, seat.forfeited) == (0, 0, None), game
            assert seat.decisions or outcome.ticks < len(outcome.seats), game
    waker.close()

    reports = verified(records())
    assert {report["game"]: report["ticks"] for report in reports} == ticks
    assert [report["game"] for report in reports if not report["ok"]] == []
    assert all(check["complete"] for report in reports for check in report["episodes"])
    assert {line["game"] for line in arena("history", "--json", "--limit", "100").json} == set(games)
