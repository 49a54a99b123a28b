"""Matches for a home that has seen some."""

from __future__ import annotations

import time
from pathlib import Path

from arena.home import Home
from arena.match.choices import RuleChoices
from arena.session import MatchSetup, Stage, open_session

TICTACTOE = MatchSetup(
    "classic/tictactoe-v3",
    ("player_1=script:tictactoe/novice", "player_2=script:tictactoe/perfect"),
    rules=RuleChoices(pace="fast"),
    episodes=3,
    seed=7,
)
LEDUC = MatchSetup("classic/leduc_holdem-v4", ("*=random",), rules=RuleChoices(pace="fast"), seed=3)


def play(home: Home, setup: MatchSetup, *, ticks: int | None = None) -> Path:
    """Play a match to its end, or stop it after some ticks; returns its record."""
    with open_session(setup, Stage(time.perf_counter, lambda: None), home) as session:
        session.start()
        while not session.match.finished and (ticks is None or session.match.tick_number < ticks):
            session.match.tick(time.perf_counter())
        assert session.record_path is not None
        return session.record_path
