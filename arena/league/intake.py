"""Takes records into the league that it does not know, or knew unfinished: after a crash, a copy, a lost
database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from arena.errors import MisfitError, RecordError
from arena.home import Home
from arena.league.facts import KINDS, Fact
from arena.league.store import Store
from arena.records.format import SUFFIX
from arena.records.reader import is_being_written
from arena.records.record import Record, Status


@dataclass(slots=True)
class Intake:
    """What :func:`take_in` found, by match id."""

    taken: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    """Still being written by some process; left alone."""
    unreadable: dict[str, str] = field(default_factory=dict)
    """File name -> what is wrong with it. It will be tried again."""


def take_in(home: Home, store: Store) -> Intake:
    """Read every record whose match the league does not know as ended.

    Doing it again changes nothing: an unfinished record is read again only if it has grown. Raises
    :class:`StoreError` where the database fails; records that cannot be read are named in the result.
    """
    known = store.known()
    found = Intake()
    for path in sorted(home.records_dir.glob(f"*{SUFFIX}")):
        status, taken_bytes = known.get(path.stem, (Status.UNFINISHED, -1))
        if status is not Status.UNFINISHED:
            continue
        try:
            size = path.stat().st_size
            if size == taken_bytes:
                continue
            if is_being_written(path):
                found.live.append(path.stem)
                continue
            _take(path, size, store)
        except (RecordError, MisfitError) as error:
            found.unreadable[path.name] = str(error)
        except OSError as error:
            found.unreadable[path.name] = error.strerror or str(error)
        else:
            found.taken.append(path.stem)
    return found


def _take(path: Path, size: int, store: Store) -> None:
    with Record(path) as record:
        facts = [
            Fact(record.match_id, path.name, event) for event in record.events() if event["kind"] in KINDS
        ]
        if not facts or facts[0].event["kind"] != "open":
            raise RecordError(record.damage or "it holds no header")
        if record.match_id != path.stem:  # a copy, perhaps cut: the match has one record, and that its name
            raise RecordError(f"it holds the match {record.match_id}; name it {record.match_id}{SUFFIX}")
        status = record.status
    store.apply(facts)
    store.set_status(path.stem, status, size)
