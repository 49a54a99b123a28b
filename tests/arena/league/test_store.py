"""The league: told live or from records, once or five times, it says the same."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from arena.bus.journal import Journal
from arena.errors import StoreError, UnknownNameError
from arena.home import Home, arena_home
from arena.ids import new_ulid, ulid_time_s
from arena.league import queries
from arena.league.facts import KINDS, Fact
from arena.league.feed import Fanout, LeagueFeed, StoreThread
from arena.league.intake import take_in
from arena.league.store import Store
from tests.arena.records.sample import Emission, a_match, descriptor, emit_all, opening, outcome


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return arena_home(tmp_path / "home")


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as store:
        yield store


def facts(match_id: str, emissions: Iterable[Emission]) -> list[Fact]:
    return [
        Fact(match_id, f"{match_id}.arena", {"kind": item.kind, **item.fields})
        for item in emissions
        if item.kind in KINDS
    ]


def everything(store: Store) -> dict[str, list[tuple]]:
    tables = ("players", "matches", "episodes", "seats")
    with sqlite3.connect(store.url.removeprefix("sqlite:///")) as db:
        return {table: sorted(db.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}


def record_of(home: Home, emissions: Iterable[Emission], match_id: str) -> Path:
    with Journal.open(home.records_dir, match_id, live=False, publish=False) as journal:
        emit_all(journal, iter(list(emissions)))
    return journal.path


def test_a_match_lands_in_the_history(store: Store) -> None:
    match_id = new_ulid()
    store.apply(facts(match_id, a_match(match_id)))
    (line,) = queries.history(store)
    assert (line.id, line.game, line.status, line.episodes) == (
        match_id,
        "classic/tictactoe-v3",
        "finished",
        2,
    )
    assert line.started == ulid_time_s(match_id)
    assert line.reasons == {"win": 2}
    assert [
        (seat.agent, seat.player, seat.name, seat.wins, seat.draws, seat.losses) for seat in line.seats
    ] == [
        ("player_1", "anna", "Anna", 1, 0, 1),
        ("player_2", "bot", "Bot", 1, 0, 1),
    ]


def test_told_again_in_any_portion_it_says_the_same(store: Store) -> None:
    match_id = new_ulid()
    told = facts(match_id, a_match(match_id, episodes=3))
    store.apply(told)
    once = everything(store)
    for fact in told:
        store.apply([fact])
    store.apply(told + told)
    assert everything(store) == once


def test_told_live_or_from_the_record_it_is_the_same(home: Home, tmp_path: Path) -> None:
    match_id = new_ulid()
    thread = StoreThread(lambda: Store.open(home))
    with Journal.open(home.records_dir, match_id, live=False, publish=False) as journal:
        emit_all(Fanout(journal, LeagueFeed(thread, match_id, journal.path.name)), a_match(match_id))
    assert thread.flush()
    thread.close()
    assert thread.fault is None
    with Store.open(home) as store:
        live = everything(store)
        assert take_in(home, store).taken == []
    home.db_path.rename(tmp_path / "lost.db")
    with Store.open(home) as store:
        assert take_in(home, store).taken == [match_id]
        taken = everything(store)
    strip = [row[:-1] for row in live["matches"]]
    assert [row[:-1] for row in taken["matches"]] == strip  # the last column says where it was learnt from
    assert {**taken, "matches": strip} == {**live, "matches": strip}


def test_an_unfinished_record_is_taken_in_once_and_again_when_it_has_grown(home: Home, store: Store) -> None:
    match_id = new_ulid()
    events = list(a_match(match_id))
    cut = next(index for index, item in enumerate(events) if item.kind == "outcome") + 3
    path = record_of(home, events[:cut], match_id)
    assert take_in(home, store).taken == [match_id]
    (line,) = queries.history(store)
    assert (line.status, line.episodes) == ("unfinished", 1)
    assert take_in(home, store).taken == []
    path.unlink()
    record_of(home, events, match_id)
    assert take_in(home, store).taken == [match_id]
    (line,) = queries.history(store)
    assert (line.status, line.episodes) == ("finished", 2)


def test_what_is_being_written_is_left_alone(home: Home, store: Store) -> None:
    match_id = new_ulid()
    with Journal.open(home.records_dir, match_id, live=True) as journal:
        emit_all(journal, iter(list(a_match(match_id))[:5]))
        journal.flush()
        found = take_in(home, store)
        assert (found.taken, found.live) == ([], [match_id])
    assert take_in(home, store).taken == [match_id]


def test_records_that_cannot_be_read_are_named_and_stop_nobody(home: Home, store: Store) -> None:
    (home.records_dir / "AAA.arena").write_bytes(b"")
    (home.records_dir / "BBB.arena").write_bytes(b"junk" * 100)
    match_id = new_ulid()
    record_of(home, a_match(match_id, close="aborted"), match_id)
    found = take_in(home, store)
    assert found.taken == [match_id]
    assert set(found.unreadable) == {"AAA.arena", "BBB.arena"}
    assert queries.history(store)[0].status == "aborted"


def test_killed_mid_match_its_results_are_taken_in_at_the_next_start(home: Home, store: Store) -> None:
    code = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from arena.bus.journal import Journal
        from tests.arena.records.sample import a_match, emit_all
        match_id = sys.argv[2]
        journal = Journal.open(Path(sys.argv[1]), match_id, live=True)
        events = list(a_match(match_id, episodes=3, close=None))
        emit_all(journal, iter(events))
        assert journal.flush()
        journal.emit("reset", 9.0, {"episode": 3, "agents": []})  # not in the file yet
        os.kill(os.getpid(), 9)
    """)
    match_id = new_ulid()
    subprocess.run([sys.executable, "-c", code, str(home.records_dir), match_id], check=False)
    assert take_in(home, store).taken == [match_id]
    (line,) = queries.history(store)
    assert (line.status, line.episodes) == ("unfinished", 3)


def test_filters_find_parts_of_names_in_any_case_and_nothing_by_wildcard(store: Store) -> None:
    first, second = sorted((new_ulid(), new_ulid()))  # two of one millisecond come in any order
    store.apply(facts(first, [opening(first, ("anna", "bot")), outcome(first, 0, (1, 2))]))
    chess = "classic/chess-v6"
    store.apply(
        facts(
            second,
            [
                opening(second, ("eve", "stockfish:elo=1500"), game=chess),
                outcome(second, 0, (1, 1), ("eve", "stockfish:elo=1500"), game=chess),
            ],
        )
    )
    assert [line.id for line in queries.history(store)] == [second, first]
    assert [line.id for line in queries.history(store, limit=1)] == [second]
    assert [line.id for line in queries.history(store, game="CHESS")] == [second]
    assert [line.id for line in queries.history(store, player="Elo=15")] == [second]
    assert [line.id for line in queries.history(store, player="ann", game="tictac")] == [first]
    assert queries.history(store, player="%") == []
    assert queries.history(store, player="ann", game="chess") == []


def test_wins_draws_and_losses_are_counted_by_rank(store: Store) -> None:
    match_id = new_ulid()
    results = [(1, 2), (1, 2), (2, 1), (1, 1)]
    told = [opening(match_id), *(outcome(match_id, episode, ranks) for episode, ranks in enumerate(results))]
    told += [outcome(match_id, 4, (0, 0)), outcome(match_id, 5, (1, 2), void=True)]
    store.apply(facts(match_id, told))
    found = {line.id: line for line in queries.all_players(store)}
    assert (found["anna"].episodes, found["anna"].wins, found["anna"].draws, found["anna"].losses) == (
        6,
        2,
        1,
        1,
    )
    assert (found["bot"].wins, found["bot"].draws, found["bot"].losses) == (1, 1, 2)
    assert queries.head_to_head(store, "anna", "bot") == queries.HeadToHead(2, 1, 1)
    assert queries.head_to_head(store, "bot", "anna") == queries.HeadToHead(1, 1, 2)
    assert queries.head_to_head(store, "anna", "nobody") == queries.HeadToHead(0, 0, 0)


def test_who_took_over_is_a_player_too(store: Store) -> None:
    match_id = new_ulid()
    swap = Emission(
        "swap", 1.0, {"agent": "player_1", "controller": "x", "descriptor": descriptor("carl", human=True)}
    )
    store.apply(facts(match_id, [opening(match_id), swap, outcome(match_id, 0, (1, 2), ("carl", "bot"))]))
    (line,) = queries.history(store)
    assert [seat.name for seat in line.seats] == ["Carl", "Bot"]
    assert {player.id: player.kind for player in queries.all_players(store)}["carl"] == "human"


def test_one_match_in_full(store: Store) -> None:
    match_id = new_ulid()
    store.apply(facts(match_id, a_match(match_id)))
    line, outcomes = queries.match(store, match_id)
    assert line.id == match_id
    assert [item["episode"] for item in outcomes] == [0, 1]
    with pytest.raises(UnknownNameError, match="unknown match"):
        queries.match(store, "01")


def test_a_result_that_does_not_fit_takes_no_others_with_it(home: Home) -> None:
    match_id, orphan = new_ulid(), new_ulid()
    entered = threading.Event()

    def open_when_all_wait() -> Store:
        entered.wait(10)
        return Store.open(home)

    thread = StoreThread(open_when_all_wait)
    told = facts(match_id, a_match(match_id))
    for fact in [told[0], *facts(orphan, [outcome(orphan, 0, (1, 2))]), *told[1:]]:
        thread.submit(fact)
    entered.set()
    thread.close()
    thread.close()
    assert thread.fault is not None
    with Store.open(home) as store:
        (line,) = queries.history(store)
        assert (line.id, line.status, line.episodes) == (match_id, "finished", 2)


def test_a_match_of_which_a_result_was_lost_stays_open_until_its_record_is_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up for a moment: the league must not believe that it knows the whole match."""
    match_id = new_ulid()
    events = list(a_match(match_id))
    record_of(home, events, match_id)
    apply = Store.apply

    def apply_all_but_the_second(self: Store, items: Sequence[Fact]) -> None:
        if any(item.event.get("episode") == 1 for item in items):
            raise StoreError("disk full")
        apply(self, items)

    thread = StoreThread(lambda: Store.open(home))
    with monkeypatch.context() as patch:
        patch.setattr(Store, "apply", apply_all_but_the_second)
        for fact in facts(match_id, events):
            thread.submit(fact)
            assert thread.flush()
        thread.close()
    with Store.open(home) as store:
        (line,) = queries.history(store)
        assert (line.status, line.episodes) == ("unfinished", 1)
        assert take_in(home, store).taken == [match_id]
        (line,) = queries.history(store)
        assert (line.status, line.episodes) == ("finished", 2)


def test_a_database_that_cannot_be_opened_is_a_fault_and_no_crash(home: Home) -> None:
    home.db_path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="cannot open the league"):
        Store.open(home)
    thread = StoreThread(lambda: Store.open(home))
    match_id = new_ulid()
    emit_all(LeagueFeed(thread, match_id, "x.arena"), a_match(match_id))
    assert thread.flush()
    thread.close()
    assert thread.fault is not None


def test_a_newer_league_is_refused(home: Home) -> None:
    Store.open(home).close()
    with sqlite3.connect(home.db_path) as db:
        db.execute("UPDATE meta SET value = '99'")
    with pytest.raises(StoreError, match="schema 99"):
        Store.open(home)


def _tell(home: Home, ids: list[str]) -> None:
    with Store.open(home) as store:
        for match_id in ids:
            store.apply(facts(match_id, a_match(match_id)))


def test_several_processes_write_at_once(home: Home) -> None:
    Store.open(home).close()
    shared = new_ulid()
    ids = [[shared, *(new_ulid() for _ in range(10))] for _ in range(3)]
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_tell, args=(home, own)) for own in ids]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    with Store.open(home) as store:
        lines = queries.history(store, limit=100)
        assert {line.id for line in lines} == {match_id for own in ids for match_id in own}
        assert {line.episodes for line in lines} == {2}


def test_the_feed_imports_no_database() -> None:
    code = "import sys, arena.league.feed, arena.bus.journal; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
