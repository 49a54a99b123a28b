"""Takes records into the league that it does not know, or knew unfinished: after a crash, a copy, a lost
database.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from arena.errors import ArenaError
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
    """File name -> what is wrong with it."""


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
            with Record(path) as record:
                facts = [
                    Fact(record.match_id, path.name, event)
                    for event in record.events()
                    if event["kind"] in KINDS
                ]
                if not facts or facts[0].event["kind"] != "open":
                    found.unreadable[path.name] = record.damage or "it holds no header"
                    continue
                status, match_id = record.status, record.match_id
        except OSError as error:
            found.unreadable[path.name] = str(error)
            continue
        except ArenaError as error:
            found.unreadable[path.name] = str(error)
            continue
        store.apply(facts)
        store.set_status(match_id, status, size)
        found.taken.append(match_id)
    return found
