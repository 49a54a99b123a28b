"""Brings results to the league as they happen, from a thread of its own: a commit never waits on the tick
thread.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from arena.bus.events import EventSink
from arena.errors import ArenaError, MisfitError, RecordError, StoreError
from arena.league.facts import KINDS, Fact

if TYPE_CHECKING:
    from arena.league.store import Store

GATHER_S = 0.2
"""How long a result waits for others to share its transaction; nobody who flushes or closes waits."""


class StoreThread:
    """Opens a store and writes what is submitted, in order, in as few transactions as the pace allows.

    What cannot be written is not lost: its match does not count as ended here, so its record is read by
    :func:`arena.league.intake.take_in` at the next start. :attr:`fault` tells what happened; nothing is
    raised where matches run.
    """

    def __init__(self, open_store: Callable[[], Store]) -> None:
        """``open_store`` is called in the thread: importing the database costs the caller nothing."""
        self.fault: StoreError | None = None
        self._open_store = open_store
        self._queue: queue.SimpleQueue[Fact | threading.Event | None] = queue.SimpleQueue()
        self._hurry = threading.Event()
        self._incomplete: set[str] = set()
        """Matches of which something could not be written."""
        self._thread = threading.Thread(target=self._run, name="league", daemon=True)
        self._thread.start()

    def submit(self, item: Fact) -> None:
        """Write this soon. From any thread."""
        self._queue.put(item)

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until all that was submitted is written or known to have failed; false on time-out."""
        done = threading.Event()
        self._queue.put(done)
        self._hurry.set()
        return done.wait(timeout_s)

    def close(self) -> None:
        """Write what is left and end. Safe to call twice."""
        self._queue.put(None)
        self._hurry.set()
        self._thread.join()

    def _run(self) -> None:
        store = self._opened()
        ended = False
        while not ended:
            items = self._take()
            ended = None in items
            facts = [item for item in items if isinstance(item, Fact)]
            if store is not None and facts:
                self._write(store, facts)
            for item in items:
                if isinstance(item, threading.Event):
                    item.set()
        if store is not None:
            store.close()

    def _take(self) -> list[Fact | threading.Event | None]:
        """Whatever has come within a moment of the first."""
        items = [self._queue.get()]
        self._hurry.wait(GATHER_S)
        self._hurry.clear()  # before the queue is emptied: who puts something in hurries again
        return items + [self._queue.get() for _ in range(self._queue.qsize())]

    def _opened(self) -> Store | None:
        try:
            return self._open_store()
        except StoreError as error:
            self.fault = error
            return None

    def _write(self, store: Store, facts: list[Fact]) -> None:
        facts = [fact for fact in facts if not self._ends_incomplete(fact)]
        try:
            store.apply(facts)
        except ArenaError as error:
            misfit = isinstance(error, MisfitError | RecordError)
            if misfit and len(facts) > 1:
                for fact in facts:  # one that does not fit takes no others with it
                    self._write(store, [fact])
                return
            self._incomplete.update(fact.match_id for fact in facts)
            self.fault = StoreError(f"a result is not in the league: {error}")

    def _ends_incomplete(self, fact: Fact) -> bool:
        return fact.event["kind"] == "close" and fact.match_id in self._incomplete


class LeagueFeed:
    """An :class:`arena.bus.events.EventSink` that tells a :class:`StoreThread` of one match."""

    def __init__(self, thread: StoreThread, match_id: str, record: str) -> None:
        """``record`` is the file name of the record."""
        self._thread, self._match_id, self._record = thread, match_id, record

    def emit(self, kind: str, t: float, fields: Mapping[str, Any], *, private: bool = False) -> None:
        """Pass on headers, takeovers, results and ends; drop the rest."""
        if kind in KINDS:
            self._thread.submit(Fact(self._match_id, self._record, {"kind": kind, **fields}))


class Fanout:
    """An :class:`arena.bus.events.EventSink` that tells several, in order."""

    def __init__(self, *sinks: EventSink) -> None:
        self._sinks = sinks

    def emit(self, kind: str, t: float, fields: Mapping[str, Any], *, private: bool = False) -> None:
        """Tell each."""
        for sink in self._sinks:
            sink.emit(kind, t, fields, private=private)
