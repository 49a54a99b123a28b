"""Clocks of turn-based games: one a seat or a team, Fischer increment, never scaled by speed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from arena.games.entry import CatalogEntry
from arena.match.controller import ClockView, Descriptor
from arena.match.rules import ClockRule, Rules


class Clocks:
    """Time left for each side, in seconds on the driver's clock. At most one side runs at a time a seat is
    asked.
    """

    def __init__(
        self, rule: ClockRule, sides: Mapping[str, str], lag_allowance_s: Mapping[str, float]
    ) -> None:
        """``sides``: agent -> side (its team, or itself). ``lag_allowance_s``: agent -> seconds given back a
        move.
        """
        self._rule = rule
        self._sides = dict(sides)
        self._lag = dict(lag_allowance_s)
        self._left = dict.fromkeys(self._sides.values(), rule.base_s)
        self._running: dict[str, float] = {}
        """Agent -> when its clock was started."""
        self._paused_at: float | None = None

    def start(self, agent: str, now: float) -> None:
        """Start the clock of ``agent``; nothing happens if it runs. In a pause it begins to count with the
        resumption.
        """
        self._running.setdefault(agent, self._counted(now))

    def _counted(self, now: float) -> float:
        """``now``, but no later than the pause that stopped all counting."""
        return now if self._paused_at is None else min(now, self._paused_at)

    def running(self, agent: str) -> bool:
        """Whether the clock of ``agent`` has been started."""
        return agent in self._running

    def left_s(self, agent: str, now: float) -> float:
        """Seconds left for ``agent`` at ``now``; below 0 once the flag has fallen."""
        left = self._left[self._sides[agent]]
        started = self._running.get(agent)
        if started is None:
            return left
        return left - max(0.0, self._counted(now) - started - self._lag.get(agent, 0.0))

    def stop(self, agent: str, decided_at: float) -> bool:
        """Stop at the moment of decision; false if the flag had fallen by then."""
        left = self.left_s(agent, decided_at)
        self._running.pop(agent, None)
        if left <= 0:
            self._left[self._sides[agent]] = 0.0
            return False
        self._left[self._sides[agent]] = left
        return True

    def add_increment(self, agent: str) -> None:
        """``agent`` has made a move. An answer that is no move earns nothing."""
        self._left[self._sides[agent]] += self._rule.increment_s

    def halt(self, agent: str) -> None:
        """Stop without charging or adding anything (undo, takeover of a cancelled request)."""
        self._running.pop(agent, None)

    def settle(self, agents: Iterable[str], now: float) -> None:
        """The game is over for ``agents``: book the time they used so far, at most all of it, and stop."""
        for agent in set(agents) & set(self._running):
            self._left[self._sides[agent]] = max(0.0, self.left_s(agent, now))
            self.halt(agent)

    def charge(self, agent: str, now: float) -> None:
        """Book the time used so far and go on running: a takeover keeps the clock."""
        if agent in self._running:
            self._left[self._sides[agent]] = self.left_s(agent, now)
            self._running[agent] = self._counted(now)

    def flagged(self, now: float) -> str | None:
        """An agent whose running clock is at or below zero, or ``None``."""
        if self._paused_at is not None:
            return None
        for agent in self._running:
            if self.left_s(agent, now) <= 0:
                return agent
        return None

    def next_flag(self, now: float) -> float | None:
        """When the first running clock will fall if nothing happens, on the driver's clock."""
        if self._paused_at is not None or not self._running:
            return None
        return min(now + self.left_s(agent, now) for agent in self._running)

    def pause(self, now: float) -> None:
        """Stop counting for everybody."""
        if self._paused_at is None:
            self._paused_at = now

    def resume(self, now: float) -> None:
        """Go on counting where :meth:`pause` stopped."""
        if self._paused_at is not None:
            shift = now - self._paused_at
            self._running = {agent: started + shift for agent, started in self._running.items()}
            self._paused_at = None

    def views(self, now: float) -> dict[str, ClockView]:
        """Agent -> clock, as sent with requests."""
        return {agent: ClockView(self.left_s(agent, now), self._rule.increment_s) for agent in self._sides}

    def snapshot(self) -> dict[str, float]:
        """Side -> seconds left, without what runs: kept for each move so that undo can restore it."""
        return dict(self._left)

    def restore(self, snapshot: Mapping[str, float]) -> None:
        """Put back a :meth:`snapshot`; nothing runs afterwards."""
        self._left = dict(snapshot)
        self._running.clear()


def match_clocks(rules: Rules, entry: CatalogEntry, held_by: Mapping[str, Descriptor]) -> Clocks | None:
    """The clocks of one episode, or ``None``: one a team or agent, remote seats with their lag allowance."""
    if rules.clock is None:
        return None
    sides = {agent: entry.team_of(agent) or agent for agent in held_by}
    remote = {agent: rules.lag_allowance_s for agent, holder in held_by.items() if holder.backend == "zmq"}
    return Clocks(rules.clock, sides, remote)
