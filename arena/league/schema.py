"""The tables. Every fact in them stands in a record, too: they can be thrown away and taken in again.

Times are Unix seconds. An episode's row in full (`outcome`) is JSON; the columns beside it are what is
searched for.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
)

SCHEMA = 1

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

players = Table(
    "players",
    metadata,
    Column("id", String, primary_key=True),  # a controller's Descriptor.id
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),  # human, or Descriptor.backend: uci, zmq, inline, ...
    Column("descriptor", JSON, nullable=False),
    Column("created", Float, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("game", String, nullable=False),
    Column("started", Float, nullable=False),
    Column("plan", JSON, nullable=False),  # the record's header
    Column("record", String, nullable=False),  # file name in the records folder
    Column("status", String, nullable=False),  # arena.records.record.Status
    Column("rated", Boolean, nullable=False),
    Column("taken_bytes", Integer, nullable=False),  # size of the record when it was taken in; 0: told live
    Index("matches_by_game", "game", "id"),
)

episodes = Table(
    "episodes",
    metadata,
    Column("match_id", ForeignKey("matches.id", ondelete="CASCADE"), primary_key=True),
    Column("episode", Integer, primary_key=True),
    Column("reason", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("ticks", Integer, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("digest", String, nullable=False),
    Column("void", Boolean, nullable=False),
    Column("seated", String, nullable=False),
    Column("outcome", JSON, nullable=False),
)

seats = Table(
    "seats",
    metadata,
    Column("match_id", String(26), primary_key=True),
    Column("episode", Integer, primary_key=True),
    Column("agent", String, primary_key=True),
    Column("player", ForeignKey("players.id"), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("total_reward", Float, nullable=False),
    Column("forfeited", String),
    ForeignKeyConstraint(
        ["match_id", "episode"], ["episodes.match_id", "episodes.episode"], ondelete="CASCADE"
    ),
    Index("seats_by_player", "player", "match_id"),
)
