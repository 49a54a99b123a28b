"""How episodes end: reasons, ranks, and the one row per episode that everything else is derived from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why an episode ended."""

    WIN = "win"
    DRAW = "draw"
    CHECKMATE = "checkmate"
    STALEMATE = "stalemate"
    INSUFFICIENT_MATERIAL = "insufficient_material"
    CLAIMABLE_DRAW = "claimable_draw"
    AGREED_DRAW = "agreed_draw"
    RESIGN = "resign"
    FLAG = "flag"
    FOLD = "fold"
    SHOWDOWN = "showdown"
    TERMINATED = "terminated"
    TRUNCATED = "truncated"
    MAX_TICKS = "max_ticks"
    ILLEGAL = "illegal"
    CRASH = "crash"
    DISCONNECT = "disconnect"
    REFUSED = "refused"
    """A server or guest does not play this: before a match begins, it is off; later, it forfeits."""
    LATE = "late"
    ENVIRONMENT = "environment"
    ABORTED = "aborted"
    UNFINISHED = "unfinished"


@dataclass(slots=True)  # to be read only; not frozen, which would make it six times as slow to make
class SeatResult:
    """What one seat made of one episode."""

    agent: str
    player: str
    """Descriptor id of the controller that held the seat at the end."""
    rank: int
    """1 is best; equal ranks are ties; a forfeiter ranks below everyone; 0: not ranked (cooperative, void).
    """
    score: float
    """The figure that ranked it (return, final reward, order of death)."""
    total_reward: float
    team: str | None = None
    forfeited: str | None = None
    decisions: int = 0
    late: int = 0
    clipped: int = 0
    illegal: int = 0
    latency_p50_ms: float | None = None
    latency_p99_ms: float | None = None


@dataclass(slots=True)  # to be read only, as SeatResult
class EpisodeOutcome:
    """One episode's result: a rating fact unless ``void`` or not ``as_seated``."""

    match_id: str
    episode: int
    game_id: str
    reason: Reason
    detail: str
    ticks: int
    duration_s: float
    seats: tuple[SeatResult, ...]
    void: bool = False
    seated: str = "as_planned"
    """``as_planned`` or ``changed`` (takeover, substitution): never rated."""
    digest: str = ""
    missed_slots: int = 0
    env_slow: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def winners(self) -> tuple[str, ...]:
        """Agents ranked first, empty where all share one rank or nobody is ranked."""
        ranks = {seat.rank for seat in self.seats}
        if self.void or len(ranks) < 2:
            return ()
        return tuple(seat.agent for seat in self.seats if seat.rank == 1)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as journalled and stored."""
        plain = {name: getattr(self, name) for name in _OUTCOME_FIELDS}  # ten times as quick as asdict
        plain["reason"] = str(self.reason)
        plain["seats"] = [{name: getattr(seat, name) for name in _SEAT_FIELDS} for seat in self.seats]
        plain["extra"] = dict(self.extra)
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> EpisodeOutcome:
        """Inverse of :meth:`to_dict`."""
        known = {name: data[name] for name in _OUTCOME_FIELDS if name in data}
        known["reason"] = Reason(known["reason"])
        known["seats"] = tuple(SeatResult(**seat) for seat in known["seats"])
        return cls(**known)


_OUTCOME_FIELDS = tuple(field.name for field in fields(EpisodeOutcome))
_SEAT_FIELDS = tuple(field.name for field in fields(SeatResult))
