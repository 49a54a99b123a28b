"""What a server is told of its seats besides requests: each step, as one message a tick, and how it ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from arena.match.controller import EpisodeStart, EpisodeSummary
from arena.wire.messages import End, Observe, Result
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


def end_of(match_id: str, summary: EpisodeSummary, own: Collection[str]) -> End:
    """How an episode ended, for a server that has the seats ``own``: nobody hears what others did wrong."""

    def mine(counts: Mapping[str, int]) -> dict[str, int]:
        return {agent: count for agent, count in counts.items() if agent in own}

    return End(
        match_id,
        summary.episode,
        summary.reason,
        summary.ticks,
        dict(summary.ranks),
        {agent: float(value) for agent, value in summary.returns.items()},
        late=mine(summary.late),
        illegal=mine(summary.illegal),
        clipped=mine(summary.clipped),
    )
