"""The league's database: events of matches go in, each as often as you like, with the same result.

Importing this imports SQLAlchemy (a fifth of a second): import it where it is needed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from arena.errors import MisfitError, RecordError, StoreError
from arena.home import Home
from arena.ids import ulid_time_s
from arena.league.facts import Fact
from arena.league.schema import SCHEMA, episodes, matches, meta, metadata, players, seats
from arena.match.outcome import EpisodeOutcome
from arena.records.record import Status, outcome_of

BUSY_TIMEOUT_S = 5.0


class Store:
    """One database. Methods raise :class:`StoreError`; close it, or use it as a context manager."""

    def __init__(self, url: str) -> None:
        """``url`` as SQLAlchemy has it; SQLite gets WAL, a busy timeout and ``synchronous=NORMAL``."""
        self.url = url
        with self._errors("open"):
            self.engine = sa.create_engine(url)
            if self.engine.dialect.name == "sqlite":
                sa.event.listen(self.engine, "connect", _set_pragmas)
        try:
            self._prepare()
        except StoreError:
            self.engine.dispose()
            raise

    @classmethod
    def open(cls, home: Home) -> Self:
        """The database of ``home``."""
        return cls(f"sqlite:///{home.db_path}")

    def _prepare(self) -> None:
        with self._errors("open"), self.engine.begin() as db:
            _create(db)
            _insert(db, meta, [{"key": "schema", "value": str(SCHEMA)}], ["key"], keep=True)
            found = db.execute(sa.select(meta.c.value).where(meta.c.key == "schema")).scalar_one()
        if not found.isdecimal() or int(found) > SCHEMA:
            raise StoreError(
                f"the league {self.url} has schema {found}, this Arena knows up to {SCHEMA}: update Arena"
            )

    def apply(self, facts: Sequence[Fact]) -> None:
        """Take in events of matches, in order and in one transaction.

        Raises :class:`RecordError` where an event does not hold what its kind says, :class:`MisfitError`
        where it holds what no column takes.
        """
        try:
            with self._errors("write"), self.engine.begin() as db:
                for kind, alike in groupby(facts, key=lambda item: str(item.event["kind"])):
                    _APPLY[kind](db, list(alike))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            ids = ", ".join(dict.fromkeys(fact.match_id for fact in facts))
            raise RecordError(f"the events of {ids} are not those of a match: {error!r}") from error

    def set_status(self, match_id: str, status: Status, taken_bytes: int) -> None:
        """Say how a match ended, and how long its record was when it was read."""
        with self._errors("write"), self.engine.begin() as db:
            changed = {"status": str(status), "taken_bytes": taken_bytes}
            db.execute(matches.update().where(matches.c.id == match_id).values(changed))

    def known(self) -> dict[str, tuple[Status, int]]:
        """Match id -> status and bytes taken in, of every match."""
        with self._errors("read"), self.engine.connect() as db:
            rows = db.execute(sa.select(matches.c.id, matches.c.status, matches.c.taken_bytes))
            return {row.id: (Status(row.status), row.taken_bytes) for row in rows}

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection for queries (see :mod:`arena.league.queries`)."""
        with self._errors("read"), self.engine.connect() as db:
            yield db

    @contextlib.contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise MisfitError(
                f"the league {self.url} refuses an entry that does not fit: {error.orig}"
            ) from error
        except SQLAlchemyError as error:
            why = getattr(error, "orig", None) or error
            raise StoreError(
                f"cannot {what} the league {self.url}: {why}; records are whole without it, "
                "and are taken in when it works again"
            ) from error

    def close(self) -> None:
        """Close all connections. Safe to call twice."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={int(BUSY_TIMEOUT_S * 1000)}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _create(db: sa.Connection) -> None:
    """Make what is missing. ``create_all`` looks first and makes then, and fails if another process was
    quicker.
    """
    for table in metadata.sorted_tables:
        db.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            db.execute(CreateIndex(index, if_not_exists=True))


def _insert(
    db: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str], *, keep: bool
) -> None:
    """Insert ``rows``; one with the same ``keys`` is kept as it is, or gets the new values."""
    if not rows:
        return
    make = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    if keep:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    else:
        fresh = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=fresh)
    db.execute(statement, rows)


def _add_players(db: sa.Connection, descriptors: Sequence[Mapping[str, Any]], created: float) -> None:
    rows = {
        str(descriptor["id"]): {
            "id": str(descriptor["id"]),
            "name": str(descriptor.get("name") or descriptor["id"]),
            "kind": "human" if descriptor.get("human") else str(descriptor.get("backend") or "unknown"),
            "descriptor": dict(descriptor),
            "created": created,
        }
        for descriptor in descriptors
    }
    _insert(db, players, list(rows.values()), ["id"], keep=True)


def _apply_opens(db: sa.Connection, items: Sequence[Fact]) -> None:
    for item in items:
        header = {name: value for name, value in item.event.items() if name not in {"v", "kind", "seq", "t"}}
        started = ulid_time_s(item.match_id)
        row = {
            "id": item.match_id,
            "game": str(header.get("game", "")),
            "started": started,
            "plan": header,
            "record": item.record,
            "status": str(Status.UNFINISHED),
            "rated": bool(header.get("rated")),
            "taken_bytes": 0,
        }
        _insert(db, matches, [row], ["id"], keep=True)
        _add_players(db, list(header.get("players", {}).values()), started)


def _apply_swaps(db: sa.Connection, items: Sequence[Fact]) -> None:
    for item in items:
        _add_players(db, [item.event["descriptor"]], ulid_time_s(item.match_id))


def _apply_outcomes(db: sa.Connection, items: Sequence[Fact]) -> None:
    """Three statements however many episodes: one at a time they cost ten times the quickest games."""
    outcomes = [(item.match_id, outcome_of(item.event)) for item in items]
    strangers = {seat.player: match_id for match_id, outcome in reversed(outcomes) for seat in outcome.seats}
    for match_id in dict.fromkeys(strangers.values()):  # each is added by the first match that names it
        ids = [player for player, where in strangers.items() if where == match_id]
        _add_players(db, [{"id": player} for player in ids], ulid_time_s(match_id))
    _insert(db, episodes, [_episode_row(*one) for one in outcomes], _EPISODE_KEY, keep=False)
    seated = [row for one in outcomes for row in _seat_rows(*one)]
    _insert(db, seats, seated, [*_EPISODE_KEY, "agent"], keep=False)


def _episode_row(match_id: str, outcome: EpisodeOutcome) -> dict[str, Any]:
    return {
        "match_id": match_id,
        "episode": outcome.episode,
        "reason": str(outcome.reason),
        "detail": outcome.detail,
        "ticks": outcome.ticks,
        "duration_s": outcome.duration_s,
        "digest": outcome.digest,
        "void": outcome.void,
        "seated": outcome.seated,
        "outcome": outcome.to_dict(),
    }


def _seat_rows(match_id: str, outcome: EpisodeOutcome) -> list[dict[str, Any]]:
    return [
        {
            "match_id": match_id,
            "episode": outcome.episode,
            "agent": seat.agent,
            "player": seat.player,
            "rank": seat.rank,
            "score": seat.score,
            "total_reward": seat.total_reward,
            "forfeited": seat.forfeited,
        }
        for seat in outcome.seats
    ]


def _apply_closes(db: sa.Connection, items: Sequence[Fact]) -> None:
    for item in items:
        status = Status.ABORTED if item.event.get("reason") == "aborted" else Status.FINISHED
        db.execute(matches.update().where(matches.c.id == item.match_id).values(status=str(status)))


_EPISODE_KEY = ("match_id", "episode")
_APPLY = {"open": _apply_opens, "swap": _apply_swaps, "outcome": _apply_outcomes, "close": _apply_closes}
