"""The reception of a house: tables with open seats, tokens for them, the queue, and who is where.

All of it belongs to the driver's thread. The gate tells what happens from threads of its own; that becomes
notes, which the driver reads between two rounds of its loop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from arena.errors import OptionError, SeatError
from arena.home import Home
from arena.hosting.gate import Gate
from arena.hosting.guests import Guest
from arena.hosting.openings import Opening
from arena.hosting.pairing import Queue
from arena.hosting.port import Port
from arena.hosting.running import Running
from arena.hosting.tokens import EXPIRES_S, TokenBook
from arena.session import MatchSetup
from arena.waker import Waker

QUEUE = "queue"
"""The place of who waits for any match."""

AT_ONCE = 64
"""Matches at a time if nobody says otherwise; each has a record, a stream and three threads."""


@dataclass(frozen=True, slots=True)
class HouseRules:
    """How a host deals with its guests."""

    grace_s: float = 30.0
    """How long the place of a guest that dropped is kept."""
    expires_s: float = EXPIRES_S
    """How long a token is good."""
    matches: int = 1
    """In a row at a table, and for those who were paired."""
    at_once: int = AT_ONCE
    total: int = 0
    """Matches after which the host stops; 0: it goes on."""
    hold: bool = False
    """Begin matches only when told to."""


@dataclass(frozen=True, slots=True)
class HouseEvent:
    """Something that whoever runs the host may want to know."""

    kind: str
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """Seats that are held from match to match."""

    number: int
    opening: Opening
    guests: dict[int, Guest] = field(default_factory=dict)
    """By group; the others are empty."""
    left: int = 1
    """Matches still to be played without being told to."""
    running: Running | None = None
    fault: str = ""
    """Why its last match could not be opened; it waits to be started again."""

    @property
    def empty(self) -> list[int]:
        """The groups that nobody sits in."""
        return [group for group in self.opening.open_groups if group not in self.guests]

    def place(self, group: int) -> str:
        """What tokens call a seat of it."""
        return f"t{self.number}.{group}"


@dataclass(frozen=True, slots=True)
class Again:
    """Guests who were paired for more than one match, between two of them."""

    opening: Opening
    company: tuple[Guest, ...]
    left: int


class Reception:
    """Seats guests at tables and in the queue; knows who plays and who is away."""

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
        """``home`` ``None`` keeps no records and no results. ``key``: the host's public key, for tokens."""
        self.rules = rules or HouseRules()
        self.clock, self.waker = clock, Waker()
        self.tables: dict[int, Table] = {}
        self.offers: list[Opening] = []
        """What those in the queue play, in turn."""
        self.queue: Queue[int] = Queue()
        """Of guests, by number."""
        self.running: dict[int, Running] = {}
        self.promised: list[Again] = []
        self._home, self._on_event = home, on_event
        self._notes: deque[Callable[[], None]] = deque()
        self._away: dict[int, float] = {}
        """Guest number -> since when it is away."""
        self.key = key
        self.book = TokenBook(key)
        self.gate = Gate(port, self.book, self, clock, wake=self.waker.wake, games=games)

    def tell(self, kind: str, text: str, **fields: Any) -> None:
        """Report to whoever runs the host."""
        self._on_event(HouseEvent(kind, text, fields))

    def later(self, act: Callable[[], None]) -> None:
        """Have ``act`` done by the loop, between two rounds. From any thread."""
        self._notes.append(act)
        self.waker.wake()

    def read_notes(self) -> None:
        """Do what was left to be done."""
        while self._notes:
            self._notes.popleft()()

    # ---- tables and tokens --------------------------------------------------------------------------------

    def open_table(self, setup: MatchSetup) -> Table:
        """A table with open seats; tokens are :meth:`token`'s business."""
        opening = Opening.of(self._with_grace(setup), self._home)
        table = Table(len(self.tables) + 1, opening, left=self.rules.matches)
        self.tables[table.number] = table
        return table

    def offer(self, setup: MatchSetup) -> Opening:
        """Something for the queue to play."""
        opening = Opening.of(self._with_grace(setup), self._home)
        self.offers.append(opening)
        return opening

    def _with_grace(self, setup: MatchSetup) -> MatchSetup:
        """A seat that is lost is waited for as long as its place is kept."""
        if setup.rules.ready_timeout_s is not None:
            return setup
        return replace(setup, rules=replace(setup.rules, ready_timeout_s=self.rules.grace_s))

    def token(self, place: str) -> str:
        """A token for the queue or for a free seat; an older one for the same seat is good no more.

        Raises :class:`SeatError` where nobody can be seated there.
        """
        if place == QUEUE:
            if not self.offers:
                raise SeatError("this host has no queue; start it with --queue")
        else:
            place = _place_of(self.seat_of(place))
            # the gate knows best: a note that somebody came or left may be on its way still
            sitting = [guest.name for guest in list(self.gate.door.guests.values()) if guest.place == place]
            if sitting:
                raise SeatError(f"{sitting[0]} sits there; `kick {sitting[0]}` first")
            self.book.revoke(place)
        return self.book.issue(place, self.clock(), self.rules.expires_s)

    def offer_token(self, place: str) -> None:
        """Make a token and tell it to whoever runs the host, who gives it to whom they like."""
        text = self.token(place)
        place = place if place == QUEUE else _place_of(self.seat_of(place))
        where = self._place_in_words(place)
        self.tell("token", f"{where}: {text}", token=text, place=place, address=self.gate.endpoint)

    def seat_of(self, place: str) -> tuple[Table, int]:
        """The table and group that a place is. Raises :class:`SeatError`."""
        for table in self.tables.values():
            for group in table.opening.open_groups:
                if place in {table.place(group), f"t{table.number}.{table.opening.seat_name(group)}"}:
                    return table, group
        known = [table.place(group) for table in self.tables.values() for group in table.opening.open_groups]
        raise SeatError(f"no open seat {place!r}; seats: {', '.join(known) or 'none'}")

    # ---- guests: notes from the gate, then what they mean -------------------------------------------------

    def guest_joined(self, guest: Guest) -> None:
        """From the gate, in any thread."""
        self.later(lambda: self._seat(guest))

    def guest_dropped(self, guest: Guest, why: str) -> None:
        """From the gate, in any thread."""
        self.later(lambda: self._miss(guest, why))

    def guest_returned(self, guest: Guest) -> None:
        """From the gate, in any thread."""
        self.later(lambda: self._meet_again(guest))

    def guest_left(self, guest: Guest, why: str) -> None:
        """From the gate, in any thread."""
        self.later(lambda: self._lose(guest, why))

    def describe_place(self, guest: Guest) -> str:
        """Its place in words. From the gate, with its lock held: looks at nothing that changes."""
        if guest.place == QUEUE or guest.role != "person":
            return self._place_in_words(guest.place)
        table, group = self.seat_of(guest.place)
        return f"{table.opening.entry.title} at table {table.number}, {table.opening.told_name(group)}"

    def _place_in_words(self, place: str) -> str:
        """For consoles and bots, with seats as commands and programs call them."""
        if place == QUEUE:
            return "the queue"
        table, group = self.seat_of(place)
        return f"{table.opening.seat_name(group)} at table {table.number}, {table.opening.entry.title}"

    def _seat(self, guest: Guest) -> None:
        where = self._place_in_words(guest.place)
        self.tell(
            "joined", f"{guest.name} joined: {where}", guest=guest.id, name=guest.name, place=guest.place
        )
        if guest.gone:
            return
        if guest.place == QUEUE:
            self.enter_queue(guest, self.clock())
        else:
            table, group = self.seat_of(guest.place)
            table.guests[group] = guest

    def _miss(self, guest: Guest, why: str) -> None:
        if not guest.gone and not guest.is_here:
            self._away.setdefault(guest.number, self.clock())
            self.queue.leave(guest.number)
            self.tell("dropped", why, guest=guest.id, name=guest.name)

    def _meet_again(self, guest: Guest) -> None:
        self._away.pop(guest.number, None)
        self.tell("returned", f"{guest.name} is back", guest=guest.id, name=guest.name)
        if guest.place == QUEUE and not self.is_playing(guest):
            self.enter_queue(guest, self.clock())

    def _lose(self, guest: Guest, why: str) -> None:
        self._away.pop(guest.number, None)
        self.queue.leave(guest.number, for_good=True)
        for again in [again for again in self.promised if guest in again.company]:
            self.promised.remove(again)
            for other in again.company:
                if not self.is_playing(other):
                    self.enter_queue(other, self.clock())
        for table in self.tables.values():
            table.guests = {group: other for group, other in table.guests.items() if other is not guest}
        self.tell("left", why, guest=guest.id, name=guest.name)

    def is_playing(self, guest: Guest) -> bool:
        """Whether a match with it runs, or one is promised to it."""
        promised = any(guest in again.company for again in self.promised)
        return promised or any(guest in one.guests.values() for one in self.running.values())

    def enter_queue(self, guest: Guest, now: float) -> None:
        """Have it wait for a match, if it is here and does not yet."""
        if guest.gone or not guest.is_here or guest.number in self.queue:
            return
        self.queue.enter(guest.number, now)
        waiting = len(self.queue)
        self.gate.tell(guest, f"You are number {waiting} in the queue" + (", next" if waiting == 1 else ""))

    def forget_absent(self, now: float) -> None:
        """Places are kept for the grace, or as long as a match is on: that one goes by its own rules."""
        for number, since in list(self._away.items()):
            guest = self.gate.door.guests.get(number)
            if guest is None or guest.is_here:
                del self._away[number]
            elif now - since > self.rules.grace_s and not any(
                guest in one.guests.values() for one in self.running.values()
            ):
                del self._away[number]
                self.gate.dismiss(guest, f"{guest.name} did not come back within {self.rules.grace_s:g} s")

    def guest_named(self, name: str) -> Guest:
        """Who is called so, or has this id. Raises :class:`OptionError`."""
        for guest in self.gate.door.guests.values():
            if name.casefold() in {guest.name.casefold(), guest.id}:
                return guest
        known = ", ".join(guest.name for guest in self.gate.door.guests.values()) or "nobody"
        raise OptionError(f"no guest {name!r} is here; here are: {known}")


def _place_of(seat: tuple[Table, int]) -> str:
    table, group = seat
    return table.place(group)
