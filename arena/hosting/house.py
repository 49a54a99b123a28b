"""The house: many matches in one loop, guests that come and go, tables with open seats, and a queue.

One thread, the driver's, owns everything here; guests and consoles leave notes and wake it. Each match is a
:class:`arena.session.Session` of its own with its own record; results of all go through one league thread.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from queue import SimpleQueue
from typing import Protocol

from arena.errors import ArenaError, SeatError
from arena.home import Home
from arena.hosting.guests import Guest
from arena.hosting.openings import Opening
from arena.hosting.port import Port
from arena.hosting.reception import Again, HouseEvent, HouseRules, Reception, Table
from arena.hosting.running import Running
from arena.match.outcome import Reason
from arena.session import Session, Stage, league_thread, open_session

FAILURES_MAX = 3
"""A bot that fails in so many matches in a row is shown out of the queue: it only costs others theirs."""

_FAILINGS = {Reason.CRASH: "crashed in", Reason.REFUSED: "refused"}

_log = logging.getLogger(__name__)


class Sleeper(Protocol):
    """What the loop blocks in: the house's waker, or something that listens for Ctrl-C as well."""

    def wait(self, timeout_s: float | None) -> bool:
        """Block until woken or the time has passed."""

    def check(self) -> None:
        """Raise what was put off."""


class House(Reception):
    """Begins matches as soon as their guests are here, and drives all of them to their ends."""

    def __init__(
        self,
        port: Port,
        home: Home | None,
        clock: Callable[[], float],
        on_event: Callable[[HouseEvent], None],
        *,
        rules: HouseRules | None = None,
        key: str = "",
        games: Sequence[str] = (),
    ) -> None:
        """``home`` ``None`` keeps no records and no results. ``key``: the host's public key, for tokens;
        ``games`` are told to guests. ``on_event`` is called from the driver's thread, and from the one that
        closes matches.
        """
        super().__init__(port, home, clock, on_event, rules=rules, key=key, games=games)
        self.begun = self.ended = 0
        self.holding = self.rules.hold
        """No match begins now."""
        self.stopping = False
        self._failures: Counter[int] = Counter()
        """Guest number -> matches out of the queue in a row in which its bot crashed, or that it refused."""
        self._league = None if home is None else league_thread(home)
        self._closing: SimpleQueue[Session | None] = SimpleQueue()
        self._closer = threading.Thread(target=self._close_sessions, name="host closing", daemon=True)
        self._closer.start()

    # ---- the loop -----------------------------------------------------------------------------------------

    def run(self, sleeper: Sleeper) -> None:
        """Host until :meth:`stop`; whatever ends it, matches end, results are stored and guests are told."""
        try:
            while not self.stopping:
                sleeper.check()
                if not self.turn(self.clock()):
                    sleeper.wait(self._sleep_s(self.clock()))
        finally:
            self.close()

    def turn(self, now: float) -> bool:
        """One round of everything; whether a match did something, so that there may be more at once."""
        self.read_notes()
        self.gate.tick(now)
        self.forget_absent(now)
        busy = False
        for one in list(self.running.values()):
            busy = one.step(now) or busy
            self._announce_results(one)
            if one.over(now):
                self._finish(one, now)
        self._begin_due(now)
        return busy

    def _sleep_s(self, now: float) -> float:
        times = [self.gate.next_wakeup(now)]
        times += [due for one in self.running.values() if (due := one.next_wakeup(now)) is not None]
        return max(0.0, min(times) - now)

    def stop(self) -> None:
        """Have :meth:`run` end. From any thread."""
        self.stopping = True
        self.waker.wake()

    def close(self) -> None:
        """End everything. Safe to call twice."""
        now = self.clock()
        for one in list(self.running.values()):
            one.abort(now, "the host closed")
            self._announce_results(one)
            self._finish(one, now)
        self._closing.put(None)
        self._closer.join()
        self.gate.close()
        if self._league is not None:
            self._league.close()
        self.waker.close()

    @property
    def league_fault(self) -> str:
        """What could not be written to the league, if anything; records are whole without it."""
        fault = None if self._league is None else self._league.fault
        return "" if fault is None else str(fault)

    def _close_sessions(self) -> None:
        """In a thread of its own: records are finished and streams wait for their readers."""
        while (session := self._closing.get()) is not None:
            try:
                session.close()
            except Exception as error:  # noqa: BLE001 - one that does not close must not keep others open
                self.tell("fault", f"a match did not close: {error!r}")

    # ---- beginning and ending matches ---------------------------------------------------------------------

    def _begin_due(self, now: float) -> None:
        if self.holding or self.stopping:
            return
        for table in self.tables.values():
            wanted = table.running is None and table.left > 0 and not table.fault and not table.empty
            if wanted and self._may_begin(table.guests.values()):
                self.begin_table(table, now)
        for again in self.promised[:]:
            if self._may_begin(again.company):
                self.promised.remove(again)
                self._begin_company(again, now)
        self._pair(now)

    def _may_begin(self, guests: Iterable[Guest] = ()) -> bool:
        left = self.rules.total - self.begun if self.rules.total else 1
        has_room = left > 0 and len(self.running) < self.rules.at_once
        return has_room and all(guest.is_here for guest in guests)

    def begin_table(self, table: Table, now: float) -> None:
        """Begin the next match at a table. Raises :class:`SeatError` where it cannot be."""
        if table.running is not None:
            raise SeatError(f"match {table.running.number} is being played at table {table.number}")
        if table.empty:
            missing = ", ".join(table.opening.seat_name(group) for group in table.empty)
            raise SeatError(f"nobody sits at {missing} of table {table.number} yet")
        table.left, table.fault = max(0, table.left - 1), ""
        table.running = self._begin(table.opening, table.guests, now, table.number)
        if table.running is None:
            table.fault = "its match could not be opened"

    def _pair(self, now: float) -> None:
        while self.offers and self._may_begin():
            opening = self.offers[self.begun % len(self.offers)]
            playing = any(one.table is None for one in self.running.values())
            company = self.queue.next_company(len(opening.open_groups), now, others_playing=playing)
            if company is None:
                return
            here = self.gate.door.guests
            guests = tuple(here[number] for number in company if number in here)
            if len(guests) < len(company):  # one left this very moment; the note of it is on its way
                return
            if not self._begin_company(Again(opening, guests, self.rules.matches), now):
                return

    def _begin_company(self, again: Again, now: float) -> bool:
        by_number = {guest.number: guest for guest in again.company}
        seats = self.queue.seat(list(by_number), again.opening.open_groups)
        guests = {group: by_number[number] for group, number in seats.items()}
        if self._begin(again.opening, guests, now, None) is None:
            self.holding = True
            self.tell("note", "no more matches begin by themselves until you say `start`")
            for guest in again.company:
                self.enter_queue(guest, now)
            return False
        if again.left > 1:
            self.promised.append(Again(again.opening, again.company, again.left - 1))
        return True

    def _begin(
        self, opening: Opening, guests: Mapping[int, Guest], now: float, table: int | None
    ) -> Running | None:
        number = self.begun + 1
        people = any(guest.role == "person" for guest in guests.values())
        resources = {"guests": {guest.id: guest for guest in guests.values()}}
        stage = Stage(self.clock, self.waker.wake, drawing=people, resources=resources)
        try:
            session = open_session(opening.filled(guests, number), stage, self._home, league=self._league)
        except Exception as error:  # noqa: BLE001 - games and bots are strangers' code; other matches go on
            known = isinstance(error, ArenaError | OSError)
            why = str(error) if known else f"{type(error).__name__}: {error}"
            _log.log(logging.DEBUG if known else logging.ERROR, "a match cannot be opened", exc_info=True)
            self.tell("fault", f"no match of {opening.entry.title} can be opened: {why}")
            for guest in guests.values():
                self.gate.tell(guest, f"no match can be opened: {why}", "warning")
            return None
        self.begun = number
        running = self.running[number] = Running(number, opening, session, guests, table)
        running.start(now)
        seating = {agent: player.name for agent, player in running.match.descriptors().items()}
        self.tell(
            "match_began",
            running.title,
            match=running.match.plan.match_id,
            number=number,
            game=opening.entry.id,
            players=seating,
            table=table,
        )
        return running

    def _announce_results(self, one: Running) -> None:
        for outcome in one.match.outcomes[one.told :]:
            names = {agent: player.name for agent, player in one.match.descriptors().items()}
            ranked = ", ".join(
                f"{names[seat.agent]} {seat.score:g}" + (f" ({seat.forfeited})" if seat.forfeited else "")
                for seat in outcome.seats
            )
            text = f"match {one.number}, episode {outcome.episode + 1}: {outcome.reason}; {ranked}"
            self.tell("result", text, number=one.number, outcome=outcome.to_dict())
        one.told = len(one.match.outcomes)

    def _finish(self, one: Running, now: float) -> None:
        """It is over: free it in the closing thread, and its guests for what is next."""
        del self.running[one.number]
        self.ended += 1
        self._closing.put(one.session)
        fields = {"number": one.number, "match": one.match.plan.match_id, "fault": one.fault}
        self.tell(
            "match_ended", f"match {one.number} is over" + (f": {one.fault}" * bool(one.fault)), **fields
        )
        table = None if one.table is None else self.tables[one.table]
        if table is not None:
            table.running = None
        else:
            self._send_away_failing(one)
            for guest in one.guests.values():
                if not self.is_playing(guest):
                    self.enter_queue(guest, now)
        if self.rules.total and self.ended >= self.rules.total:
            self.stop()

    def _send_away_failing(self, one: Running) -> None:
        """Count in whose seats the bot crashed or refused; who does so too often leaves the queue."""
        seats = [seat for outcome in one.match.outcomes for seat in outcome.seats]
        failed = {seat.agent: seat.forfeited for seat in seats if seat.forfeited in _FAILINGS}
        for group, guest in one.guests.items():
            faults = [failed[agent] for agent in one.opening.groups[group].agents if agent in failed]
            if not faults:
                self._failures.pop(guest.number, None)
                continue
            self._failures[guest.number] += 1
            if self._failures[guest.number] >= FAILURES_MAX:
                del self._failures[guest.number]
                told = f"{_FAILINGS[Reason(faults[-1])]} {FAILURES_MAX} matches in a row and left the queue"
                self.gate.dismiss(guest, f"{guest.name} {told}; mend it and join again with a new token")
