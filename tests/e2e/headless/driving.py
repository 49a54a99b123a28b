"""Drives a real match with time in the test's hand: no slot comes before every seat has answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.home import Home
from arena.match.match import Match, Phase
from arena.session import MatchSetup, Session, Stage, open_session
from arena.waker import Waker
from tests.arena.match.fakes import Clock, ListSink

PATIENCE_S = 120.0


@dataclass
class Driver:
    """What a stage needs, and a loop for a session opened on it."""

    drawing: bool = False
    resources: Mapping[str, Any] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    waker: Waker = field(default_factory=Waker)

    @property
    def stage(self) -> Stage:
        return Stage(self.clock, self.waker.wake, drawing=self.drawing, resources=self.resources)

    def run(self, session: Session, look: Callable[[Match], None] = lambda _match: None) -> None:
        """Play to the end; ``look`` is called after every tick that did something."""
        match, until = session.match, time.monotonic() + PATIENCE_S
        session.start()
        while not match.finished:
            if match.tick(self.clock()):
                look(match)
            elif self._all_answered(match):
                self.clock.now = max(self.clock.now, match.next_wakeup(self.clock.now) or 0.0)
            else:
                assert time.monotonic() < until, "nobody answers any more"
                self.waker.wait(0.01)

    @staticmethod
    def _all_answered(match: Match) -> bool:
        """Whether the next thing to happen is that time goes on: a slot is due, or the next episode."""
        if match.phase is Phase.INTERMISSION:
            return True
        if match.phase is not Phase.PLAYING or not match.pacer.realtime:
            return False
        return not match._stepping and all(match.seats[agent].outstanding is None for agent in match.due)


def play(
    setup: MatchSetup,
    *,
    drawing: bool = False,
    home: Home | None = None,
    look: Callable[[Match], None] = lambda _match: None,
) -> ListSink:
    """Play a match; its events. With a ``home`` they go to a record instead and the list stays empty."""
    driver, sink = Driver(drawing), ListSink()
    try:
        with open_session(setup, driver.stage, home, sink=None if home else sink) as session:
            driver.run(session, look)
    finally:
        driver.waker.close()
    return sink
