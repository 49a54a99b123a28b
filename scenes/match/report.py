"""What is left of a match once it is over, for the result screen: taken before everything is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from arena.games.contract import Frame
from arena.games.entry import CatalogEntry
from arena.match.outcome import EpisodeOutcome, Reason, SeatResult
from arena.session import MatchSetup
from scenes.match import looks
from scenes.match.driver import Driver, Move
from scenes.match.people import People
from scenes.screens import words


@dataclass(frozen=True, slots=True)
class Report:
    """One match, over."""

    setup: MatchSetup
    entry: CatalogEntry
    match_id: str
    seed: int
    seating: tuple[tuple[str, str], ...]
    """``(agent, controller)`` as planned."""
    names: Mapping[str, str]
    people: tuple[str, ...]
    """The agents who sat at this screen at the end."""
    bottom: str
    outcomes: tuple[EpisodeOutcome, ...]
    moves: tuple[Move, ...]
    clocks: Mapping[str, float]
    record: Path | None
    snapshot: Mapping[str, Any] | None
    frame: Frame | None
    """The last frame of a game without a view of ours."""

    @classmethod
    def of(cls, setup: MatchSetup, driver: Driver, people: People, names: Mapping[str, str], bottom: str,
           now: float) -> Report:  # fmt: skip
        """The report of a finished match whose environment is still there."""
        match = driver.match
        drawn = match.entry.view is not None and match.last_result is not None
        return cls(
            setup=setup,
            entry=match.entry,
            match_id=match.plan.match_id,
            seed=match.plan.seed,
            seating=match.plan.seating,
            names=dict(names),
            people=people.agents,
            bottom=bottom,
            outcomes=tuple(match.outcomes),
            moves=tuple(driver.moves),
            clocks=match.clocks_left(now),
            record=driver.session.record_path,
            snapshot=match.host.snapshot("all") if drawn else None,
            frame=match.host.frame() if match.entry.view is None else None,
        )

    @property
    def agents(self) -> tuple[str, ...]:
        """The seats, in the environment's order."""
        return tuple(agent for agent, _ in self.seating)

    def swapped(self) -> MatchSetup:
        """The same match with everybody one seat further."""
        specs = [spec for _, spec in self.seating]
        moved = [*specs[-1:], *specs[:-1]]
        seats = tuple(f"{agent}={spec}" for agent, spec in zip(self.agents, moved, strict=True))
        return replace(self.setup, seats=seats)


def headline(
    outcome: EpisodeOutcome, entry: CatalogEntry, names: Mapping[str, str], people: tuple[str, ...]
) -> str:
    """Who won, in a few words."""
    if outcome.void:
        return {Reason.ABORTED: "Match stopped", Reason.REFUSED: "No match"}.get(outcome.reason, "No result")
    winners = outcome.winners
    if entry.scoring == "cooperative" or len(outcome.seats) == 1:
        total = outcome.seats[0].score
        return f"Score {looks.score_text(total)}"
    if not winners:
        return "Draw"
    if len(people) == 1:
        return "You win" if people[0] in winners else "You lose"
    team = entry.team_of(winners[0])
    if team is not None and len(winners) > 1:
        return f"Team {team} wins"
    return f"{' and '.join(names[agent] for agent in winners)} {'wins' if len(winners) == 1 else 'win'}"


def reason(outcome: EpisodeOutcome, names: Mapping[str, str]) -> str:
    """Why it ended, with names in place of agents: ``Checkmate · White mates``."""
    told, detail = words.reason(str(outcome.reason)), looks.with_names(outcome.detail, names)
    told = told[:1].upper() + told[1:]
    return f"{told} · {detail}" if detail else told


@dataclass(frozen=True, slots=True)
class Tally:
    """One seat over all episodes."""

    agent: str
    won: int
    drawn: int
    lost: int
    score: float
    decisions: int
    late: int
    latency_p50_ms: float | None
    latency_p99_ms: float | None
    forfeited: str | None


def tallies(outcomes: tuple[EpisodeOutcome, ...]) -> list[Tally]:
    """One row a seat."""
    if not outcomes:
        return []
    return [_tally(outcomes, index) for index in range(len(outcomes[0].seats))]


def _tally(outcomes: tuple[EpisodeOutcome, ...], index: int) -> Tally:
    rows: list[SeatResult] = [outcome.seats[index] for outcome in outcomes]
    won = sum(row.agent in outcome.winners for row, outcome in zip(rows, outcomes, strict=True))
    drawn = sum(not outcome.void and not outcome.winners for outcome in outcomes)
    lost = sum(not outcome.void for outcome in outcomes) - won - drawn
    last = rows[-1]
    return Tally(
        agent=last.agent,
        won=won,
        drawn=drawn,
        lost=lost,
        score=sum(row.score for row in rows),
        decisions=sum(row.decisions for row in rows),
        late=sum(row.late for row in rows),
        latency_p50_ms=last.latency_p50_ms,
        latency_p99_ms=last.latency_p99_ms,
        forfeited=next((row.forfeited for row in reversed(rows) if row.forfeited), None),
    )
