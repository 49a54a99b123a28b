"""What a match sounds like: moves, captures, checks, lateness, the end, the countdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arena.match.match import Match
from arena.match.outcome import EpisodeOutcome
from scenes.match.driver import Driver


class Ears:
    """Compares the match with what it was and plays what is new; `play(name)` may be called at any time."""

    def __init__(self, driver: Driver, play: Callable[[str], None]) -> None:
        self._driver, self._play = driver, play
        self._steps = (driver.match.episode, 0)
        self._ended = 0
        self._countdown: int | None = None
        self._captured = ""
        self._late = 0

    def listen(self, snapshot: Mapping[str, Any] | None, people: tuple[str, ...]) -> None:
        """Play what has happened since the last call."""
        match = self._driver.match
        self._hear_countdown()
        steps = (match.episode, match.tick_number)
        stepped, self._steps = steps != self._steps and match.tick_number > 0, steps
        if len(match.outcomes) > self._ended:
            self._ended = len(match.outcomes)
            self._play(end_sound(match.outcomes[-1], people))
        elif stepped and not match.pacer.realtime:
            self._play(self._step_sound(snapshot or {}))
        late = sum(match.seats[agent].counts.late for agent in people if agent in match.seats)
        if late > self._late:
            self._play("late")
        self._late = late

    def _hear_countdown(self) -> None:
        number, before = self._driver.countdown, self._countdown
        self._countdown = number
        if number != before:
            if number is not None:
                self._play("countdown")
            elif before == 1:
                self._play("go")

    def _step_sound(self, snapshot: Mapping[str, Any]) -> str:
        captured = str(snapshot.get("captured", snapshot.get("prisoners", "")))
        grew = captured != self._captured and len(self._driver.moves) > 1
        self._captured = captured
        if snapshot.get("check"):
            return "check"
        return "capture" if grew else "move"


def end_sound(outcome: EpisodeOutcome, people: tuple[str, ...]) -> str:
    """``win``, ``lose`` or ``draw`` as the people here feel it; ``win`` where none of them plays."""
    if outcome.void or not outcome.winners:
        return "draw"
    if not people or any(agent in outcome.winners for agent in people):
        return "win"
    return "lose"


def shake(match: Match, snapshot: Mapping[str, Any] | None) -> str | None:
    """The agent whose pad should shake for what the last step did (its king is in check), or ``None``."""
    if snapshot is None or not snapshot.get("check") or not match.due:
        return None
    return match.due[0]
