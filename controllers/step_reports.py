"""What each step did to the seats of one server, collected to go out as one message a tick."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from arena.match.controller import EpisodeStart
from arena.wire.messages import Observe, Result
from arena.wire.seats import Seats, TickRow


class StepReports:
    """The rows of the running tick. A request says which tick it is; between two, each report is one more."""

    def __init__(self, tick: int = 0) -> None:
        """``tick``: steps made so far."""
        self.tick = tick
        self.waiting: dict[str, TickRow] = {}
        """Seats that there is something to tell of."""

    def applied(self, agent: str, action: Any, source: str) -> None:
        """What acted for a seat, and whose it was."""
        row = self.waiting.setdefault(agent, TickRow())
        row.action, row.source = action, source

    def stepped(
        self,
        agent: str,
        observation: Any,
        reward: float,
        *,
        terminated: bool,
        truncated: bool,
    ) -> None:
        """What the step meant for a seat."""
        row = self.waiting.setdefault(agent, TickRow())
        row.observation, row.reward = observation, reward
        row.terminated, row.truncated = terminated, truncated

    def take(self, seats: Seats, start: EpisodeStart, held: Collection[str]) -> list[Result | Observe]:
        """What is to be told of the last step, once: of seats that are ``held``, then of those that others
        hold.
        """
        if not self.waiting:
            return []
        rows, self.waiting = self.waiting, {}
        self.tick += 1
        ours = {agent: row for agent, row in rows.items() if agent in held}
        theirs = {agent: row for agent, row in rows.items() if agent not in held}
        told: list[Result | Observe] = []
        if ours:
            told.append(seats.result(start, self.tick, ours))
        if theirs:
            told.append(seats.observe(start, self.tick, theirs))
        return told
