"""How an episode ended, and the result row that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from arena.games.entry import CatalogEntry
from arena.match.outcome import EpisodeOutcome, Reason, SeatResult
from arena.match.plan import MatchPlan
from arena.match.scoring import Ledger, ranks, scores
from arena.match.seats import SeatState


@dataclass(frozen=True, slots=True)
class Ending:
    """Why an episode is over and what that means for ranks."""

    reason: Reason
    detail: str = ""
    void: bool = False
    """No result: nobody is ranked."""
    level: bool = False
    """Everybody who did not forfeit ties."""

    @classmethod
    def truncation(cls, entry: CatalogEntry, reason: Reason, detail: str = "") -> Self:
        """A limit ended the episode: the catalog says what that is worth."""
        return cls(reason, detail, void=entry.on_truncation == "void", level=entry.on_truncation == "draw")


def judge(entry: CatalogEntry, ledger: Ledger, verdict: tuple[str, str] | None, ticks: int) -> Ending:
    """The ending of an episode that ended by itself; ``verdict`` is the game's own word, if it has one."""
    if verdict is not None:
        return Ending(Reason(verdict[0]), verdict[1])
    if ledger.truncated and not ledger.terminated:
        return Ending.truncation(entry, Reason.TRUNCATED)
    if entry.scoring == "cooperative" or len(ledger.agents) == 1:
        return Ending(Reason.TERMINATED)
    ranking = ranks(entry, scores(entry, ledger, ticks), ())
    return Ending(Reason.DRAW if len(set(ranking.values())) == 1 else Reason.WIN)


def outcome_of(  # noqa: PLR0913 a row has many fields, all named
    plan: MatchPlan,
    entry: CatalogEntry,
    episode: int,
    ending: Ending,
    ledger: Ledger,
    seats: Mapping[str, SeatState],
    *,
    ticks: int,
    duration_s: float,
    changed: bool,
    digest: str,
    missed_slots: int,
    env_slow: int,
) -> EpisodeOutcome:
    """The one row that an episode leaves."""
    figures = scores(entry, ledger, ticks)
    forfeited = [agent for agent, seat in seats.items() if seat.forfeit is not None]
    ranking = dict.fromkeys(seats, 0) if ending.void else ranks(entry, figures, forfeited, level=ending.level)
    return EpisodeOutcome(
        match_id=plan.match_id,
        episode=episode,
        game_id=entry.id,
        reason=ending.reason,
        detail=ending.detail,
        ticks=ticks,
        duration_s=round(duration_s, 6),
        seats=tuple(
            _seat_result(entry, seat, ranking[agent], figures[agent], ledger) for agent, seat in seats.items()
        ),
        void=ending.void,
        seated="changed" if changed else "as_planned",
        digest=digest,
        missed_slots=missed_slots,
        env_slow=env_slow,
    )


def _seat_result(entry: CatalogEntry, seat: SeatState, rank: int, score: float, ledger: Ledger) -> SeatResult:
    counts = seat.counts
    return SeatResult(
        agent=seat.agent,
        player=seat.holder.controller.descriptor.id,
        rank=rank,
        score=score,
        total_reward=float(ledger.total.get(seat.agent, 0.0)),
        team=entry.team_of(seat.agent),
        forfeited=None if seat.forfeit is None else seat.forfeit[0],
        decisions=counts.decisions,
        late=counts.late,
        clipped=counts.clipped,
        illegal=counts.illegal,
        latency_p50_ms=counts.latency_ms(0.5),
        latency_p99_ms=counts.latency_ms(0.99),
    )
