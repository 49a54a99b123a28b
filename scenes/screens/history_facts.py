"""What the history shows of a match: read from the league and from its record, in a thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from arena.errors import ArenaError
from arena.home import Home
from arena.league.intake import take_in
from arena.league.queries import MatchLine, history, match
from arena.league.schema import episodes
from arena.league.store import Store
from arena.match.choices import RuleChoices
from arena.records.record import Record
from arena.session import MatchSetup

LIMIT = 500
"""How many of the newest matches are listed."""
_RULES = ("pace", "on_late", "late_answer", "on_illegal", "move_limit_s", "ready_timeout_s", "max_ticks")
"""Rules that a record tells in the very words of `RuleChoices`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One match of the list."""

    line: MatchLine
    duration_s: float
    """Of all its episodes."""


@dataclass(frozen=True, slots=True)
class Details:
    """All there is to say about one match."""

    line: MatchLine
    outcomes: tuple[Mapping[str, Any], ...]
    path: Path
    seed: str
    """In words: a number, or why there is none to show."""
    setup: MatchSetup | None
    """To play it again; ``None`` where the record cannot be read."""
    problem: str = ""
    """What is wrong with the record."""


def rows(home: Home) -> list[Row]:
    """The newest matches, after taking in what a crash may have left behind."""
    with Store.open(home) as store:
        take_in(home, store)
        lines = history(store, limit=LIMIT)
        with store.reading() as db:
            total = sa.select(episodes.c.match_id, sa.func.sum(episodes.c.duration_s)).group_by("match_id")
            lasted = {match_id: float(duration_s) for match_id, duration_s in db.execute(total)}
        return [Row(line, lasted.get(line.id, 0.0)) for line in lines]


def details(home: Home, line: MatchLine) -> Details:
    """The outcomes of one match, and what its record tells."""
    with Store.open(home) as store:
        _, outcomes = match(store, line.id)
    path = home.records_dir / line.record
    try:
        with Record(path) as record:
            return Details(
                line, tuple(outcomes), path, _seed(record), setup_of(record.header), record.damage or ""
            )
    except ArenaError as error:
        return Details(line, tuple(outcomes), path, "in the record", None, str(error))


def setup_of(header: Mapping[str, Any]) -> MatchSetup:
    """The same match once more, with a seed of its own."""
    rules = header.get("rules", {})
    known = {item.name for item in fields(RuleChoices)}
    chosen = {name: rules[name] for name in _RULES if name in known and rules.get(name) is not None}
    delays = ",".join(f"{agent}={ticks}" for agent, ticks in rules.get("delays", {}).items() if ticks)
    return MatchSetup(
        str(header["game"]),
        tuple(f"{agent}={spec}" for agent, spec in _seating(header)),
        options={name: str(value) for name, value in header.get("options", {}).items()},
        rules=RuleChoices(
            **chosen,
            hz=rules.get("hz") or None,
            clock=rules.get("clock") or "",
            delay=delays,
            lag_allowance_s=rules.get("lag_allowance_s", 0.0),
        ),
        episodes=int(header.get("episodes", 1)),
        rated=bool(header.get("rated")),
    )


def _seating(header: Mapping[str, Any]) -> list[tuple[str, str]]:
    seating = header.get("seating", {})
    pairs = seating.items() if isinstance(seating, Mapping) else seating
    return [(str(agent), str(spec)) for agent, spec in pairs]


def _seed(record: Record) -> str:
    try:
        return str(record.seed())
    except ArenaError:
        return "withheld: the match was never closed"
