"""Questions to the league. Results are facts; whatever follows from them is counted here, not stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from arena.errors import UnknownNameError
from arena.league.schema import episodes, matches, players, seats
from arena.league.store import Store


@dataclass(slots=True)
class SeatLine:
    """One agent in one match, over its episodes. With takeovers, the player is that of the last episode."""

    agent: str
    player: str
    name: str
    wins: int = 0
    draws: int = 0
    losses: int = 0
    score: float = 0.0
    """Sum over the episodes."""


@dataclass(slots=True)
class MatchLine:
    """One match of the history."""

    id: str
    game: str
    started: float
    """Unix seconds."""
    status: str
    rated: bool
    record: str
    episodes: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    """Why its episodes ended, and how often."""
    seats: list[SeatLine] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for ``--json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PlayerLine:
    """One player and what it has played."""

    id: str
    name: str
    kind: str
    episodes: int
    wins: int
    draws: int
    losses: int


@dataclass(frozen=True, slots=True)
class HeadToHead:
    """Episodes in which two players sat at the same game; ``wins`` are those of the first."""

    wins: int
    draws: int
    losses: int


def history(
    store: Store, *, game: str | None = None, player: str | None = None, limit: int = 20
) -> list[MatchLine]:
    """The newest matches first. ``game`` and ``player`` are parts of ids or names, in any case."""
    wanted = sa.select(matches).order_by(matches.c.id.desc()).limit(limit)
    if game:
        wanted = wanted.where(matches.c.game.icontains(game, autoescape=True))
    if player:
        seated = (
            sa.select(seats.c.match_id)
            .join(players, players.c.id == seats.c.player)
            .where(
                players.c.id.icontains(player, autoescape=True)
                | players.c.name.icontains(player, autoescape=True)
            )
        )
        wanted = wanted.where(matches.c.id.in_(seated))
    with store.reading() as db:
        lines = {row["id"]: _line(row) for row in db.execute(wanted).mappings()}
        _fill(db, lines)
    return list(lines.values())


def match(store: Store, match_id: str) -> tuple[MatchLine, list[dict[str, Any]]]:
    """One match and its outcomes in full; raises :class:`UnknownNameError`."""
    with store.reading() as db:
        row = db.execute(sa.select(matches).where(matches.c.id == match_id)).mappings().one_or_none()
        if row is None:
            near = db.execute(sa.select(matches.c.id).order_by(matches.c.id.desc()).limit(10)).scalars()
            raise UnknownNameError("match", match_id, near)
        lines = {match_id: _line(row)}
        _fill(db, lines)
        asked = sa.select(episodes.c.outcome).where(episodes.c.match_id == match_id)
        return lines[match_id], list(db.execute(asked.order_by(episodes.c.episode)).scalars())


def all_players(store: Store) -> list[PlayerLine]:
    """Every player by name, with wins, draws and losses over all games."""
    best = _best_and_worst()
    won, drawn, lost = _points(best)
    asked = (
        sa.select(
            players.c.id,
            players.c.name,
            players.c.kind,
            sa.func.count(seats.c.episode).label("episodes"),
            sa.func.coalesce(sa.func.sum(won), 0).label("wins"),
            sa.func.coalesce(sa.func.sum(drawn), 0).label("draws"),
            sa.func.coalesce(sa.func.sum(lost), 0).label("losses"),
        )
        .select_from(
            players.outerjoin(seats, seats.c.player == players.c.id).outerjoin(
                best, (best.c.match_id == seats.c.match_id) & (best.c.episode == seats.c.episode)
            )
        )
        .group_by(players.c.id, players.c.name, players.c.kind)
        .order_by(players.c.name, players.c.id)
    )
    with store.reading() as db:
        return [PlayerLine(*row) for row in db.execute(asked)]


def head_to_head(store: Store, first: str, second: str) -> HeadToHead:
    """How player ``first`` did against ``second`` (ids), by rank; void episodes do not count."""
    mine, other = seats.alias("mine"), seats.alias("other")
    asked = (
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((mine.c.rank < other.c.rank, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((mine.c.rank == other.c.rank, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((mine.c.rank > other.c.rank, 1), else_=0)), 0),
        )
        .select_from(
            mine.join(
                other,
                (mine.c.match_id == other.c.match_id)
                & (mine.c.episode == other.c.episode)
                & (mine.c.agent != other.c.agent),
            ).join(
                episodes,
                (episodes.c.match_id == mine.c.match_id) & (episodes.c.episode == mine.c.episode),
            )
        )
        .where(mine.c.player == first, other.c.player == second)
        .where(mine.c.rank > 0, other.c.rank > 0, episodes.c.void.is_(False))
    )
    with store.reading() as db:
        return HeadToHead(*db.execute(asked).one())


def _best_and_worst() -> sa.Subquery:
    """Episodes that ranked several seats, with the best and worst rank."""
    return (
        sa.select(
            seats.c.match_id,
            seats.c.episode,
            sa.func.min(seats.c.rank).label("best"),
            sa.func.max(seats.c.rank).label("worst"),
        )
        .join(episodes, (episodes.c.match_id == seats.c.match_id) & (episodes.c.episode == seats.c.episode))
        .where(episodes.c.void.is_(False))
        .group_by(seats.c.match_id, seats.c.episode)
        .having((sa.func.min(seats.c.rank) > 0) & (sa.func.count() > 1))
        .subquery("ranked")
    )


def _points(ranked: sa.Subquery) -> tuple[sa.Case[int], sa.Case[int], sa.Case[int]]:
    """Won, drawn, lost: 1 or 0. All level: drawn. First: won. Anything else: lost."""
    level = ranked.c.best == ranked.c.worst
    won = sa.case((~level & (seats.c.rank == ranked.c.best), 1), else_=0)
    drawn = sa.case((level, 1), else_=0)
    lost = sa.case((~level & (seats.c.rank > ranked.c.best), 1), else_=0)
    return won, drawn, lost


def _line(row: sa.RowMapping) -> MatchLine:
    line = MatchLine(row["id"], row["game"], row["started"], row["status"], row["rated"], row["record"])
    for agent, descriptor in (
        row["plan"].get("players", {}).items()
    ):  # a match without a result has seats, too
        line.seats.append(SeatLine(agent, descriptor["id"], descriptor.get("name") or descriptor["id"]))
    return line


def _fill(db: sa.Connection, lines: Mapping[str, MatchLine]) -> None:
    """Add up the episodes of ``lines``."""
    asked = sa.select(episodes.c.match_id, episodes.c.reason).where(episodes.c.match_id.in_(lines))
    for row in db.execute(asked.order_by(episodes.c.episode)):
        line = lines[row.match_id]
        line.episodes += 1
        line.reasons[row.reason] = line.reasons.get(row.reason, 0) + 1
    ranked = _best_and_worst()
    won, drawn, lost = _points(ranked)
    rows = db.execute(
        sa.select(
            seats,
            players.c.name,
            *(points.label(name) for points, name in ((won, "won"), (drawn, "drawn"), (lost, "lost"))),
        )
        .join(players, players.c.id == seats.c.player)
        .outerjoin(ranked, (ranked.c.match_id == seats.c.match_id) & (ranked.c.episode == seats.c.episode))
        .where(seats.c.match_id.in_(lines))
        .order_by(seats.c.match_id, seats.c.episode)
    )
    for row in rows:
        line = lines[row.match_id]
        seat = next((seat for seat in line.seats if seat.agent == row.agent), None)
        if seat is None:
            seat = SeatLine(row.agent, row.player, row.name)
            line.seats.append(seat)
        seat.player, seat.name = row.player, row.name
        seat.wins, seat.draws, seat.losses = (
            seat.wins + row.won,
            seat.draws + row.drawn,
            seat.losses + row.lost,
        )
        seat.score += row.score
