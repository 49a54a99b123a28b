"""The league when things go wrong: a refusing database, records that are no matches, a crowd at the door."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from arena.bus.journal import Journal
from arena.errors import StoreError
from arena.home import Home, arena_home
from arena.ids import new_ulid
from arena.league import queries
from arena.league.facts import Fact
from arena.league.feed import LeagueFeed, StoreThread
from arena.league.intake import take_in
from arena.league.store import Store
from tests.arena.records.sample import Emission, a_match, emit_all, opening, outcome


@pytest.fixture
def home(tmp_path) -> Home:
    return arena_home(tmp_path / "home")


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as store:
        yield store


def played(home: Home, emissions: Sequence[Emission], match_id: str, name: str = "") -> None:
    with Journal.open(home.records_dir, match_id, live=False, publish=False) as journal:
        emit_all(journal, iter(emissions))
    if name:
        journal.path.rename(home.records_dir / f"{name}.arena")


def altered(emissions: Sequence[Emission], kind: str, **fields: Any) -> list[Emission]:
    return [
        replace(item, fields={**item.fields, **fields}) if item.kind == kind else item for item in emissions
    ]


def scored(emission: Emission, score: float) -> Mapping[str, Any]:
    return {"seats": [{**seat, "score": score} for seat in emission.fields["seats"]]}


def test_a_database_that_does_not_answer_is_not_asked_for_each_result_anew(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, entered = [], threading.Event()

    def locked(_store: Store, facts: Sequence[Fact]) -> None:
        asked.append(len(facts))
        raise StoreError("database is locked")  # after the five seconds of its busy timeout

    def open_when_all_wait() -> Store:
        entered.wait(10)
        return Store.open(home)

    monkeypatch.setattr(Store, "apply", locked)
    match_id = new_ulid()
    thread = StoreThread(open_when_all_wait)
    emit_all(LeagueFeed(thread, match_id, "x.arena"), a_match(match_id, episodes=50))
    entered.set()
    thread.close()
    assert asked == [52]
    assert thread.fault is not None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("outcome", {"reason": "abducted"}),
        ("outcome", scored(outcome("", 0, (1, 2)), float("nan"))),
        ("open", {"players": {"player_1": {"name": "nobody"}}}),
        ("open", {"players": ["anna"]}),
    ],
)
def test_a_record_that_says_what_no_league_takes_stops_no_others(
    home: Home, store: Store, kind: str, fields: Mapping[str, Any]
) -> None:
    odd, sound = sorted((new_ulid(), new_ulid()))
    played(home, altered(list(a_match(odd)), kind, **fields), odd)
    played(home, list(a_match(sound)), sound)
    found = take_in(home, store)
    assert found.taken == [sound]
    assert list(found.unreadable) == [f"{odd}.arena"]
    assert [line.id for line in queries.history(store)] == [sound]


def test_a_record_whose_match_has_no_real_id_stops_no_others(home: Home, store: Store) -> None:
    sound = new_ulid()
    played(home, [opening("me"), outcome("me", 0, (1, 2))], "me")
    played(home, list(a_match(sound)), sound)
    found = take_in(home, store)
    assert found.taken == [sound]
    assert list(found.unreadable) == ["me.arena"]


@pytest.mark.parametrize("name", ["0-a-piece", "a-piece"])  # before and behind the whole one
def test_a_cut_copy_of_a_record_takes_nothing_back(home: Home, store: Store, name: str) -> None:
    match_id = new_ulid()
    whole = list(a_match(match_id))
    played(home, whole[:30], match_id, name)
    played(home, whole, match_id)
    for _ in range(2):
        assert list(take_in(home, store).unreadable) == [f"{name}.arena"]
        (line,) = queries.history(store)
        assert (line.status, line.episodes) == ("finished", 2)
    assert take_in(home, store).taken == []


def test_two_who_both_find_no_tables_both_get_in(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SQLiteDialect, "has_table", lambda *_, **__: False)  # what each saw when it looked
    Store.open(home).close()
    Store.open(home).close()
