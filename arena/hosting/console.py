"""The console of a host: one line of words, one answer. All of it runs in the driver's thread."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import NamedTuple

from arena.errors import ArenaError, OptionError, SeatError, UnknownNameError
from arena.hosting.house import House
from arena.hosting.reception import QUEUE, Table
from arena.hosting.running import Running

TOKENS_AT_ONCE = 1000


class Word(NamedTuple):
    """One command."""

    usage: str
    help: str
    act: Callable[[Console, list[str]], list[str]]


class Console:
    """Commands to a house. ``do`` raises nothing: what is wrong is part of the answer."""

    def __init__(self, house: House) -> None:
        self._house = house

    def do(self, line: str) -> list[str]:
        """Carry out one line; the lines to show."""
        try:
            name, *words = shlex.split(line) or [""]
            if not name:
                return []
            if name not in WORDS:
                raise UnknownNameError("command", name, WORDS, "`help` says what each does.")
            return WORDS[name].act(self, words)
        except ValueError as error:
            return [f"cannot read that line: {error}"]
        except ArenaError as error:
            return [str(error)]

    # ---- looking ------------------------------------------------------------------------------------------

    def list_matches(self, words: list[str]) -> list[str]:
        """Every match that runs."""
        _nothing_more("list", words)
        lines = [f"{one.title} - {_state(one)}" for one in self._house.running.values()]
        lines.append(f"{len(self._house.running)} running, {self._house.ended} over")
        if self._house.holding:
            lines.append("no match begins by itself: `start` changes that")
        return lines

    def seats(self, words: list[str]) -> list[str]:
        """Every table and who sits there."""
        _nothing_more("seats", words)
        lines = []
        for table in self._house.tables.values():
            state = f"match {table.running.number}" if table.running else table.fault or "no match"
            lines.append(f"table {table.number}, {table.opening.entry.title}: {state}")
            for group, seat in enumerate(table.opening.groups):
                lines.append(f"  {table.place(group)}  {'+'.join(seat.agents)}: {self._sitter(table, group)}")
        return lines or ["no tables: everybody plays out of the queue"]

    def _sitter(self, table: Table, group: int) -> str:
        if group not in table.opening.open_groups:
            return table.opening.groups[group].spec.text
        guest = table.guests.get(group)
        if guest is None:
            return "open"
        return guest.name + ("" if guest.is_here else " (away)")

    def queue(self, words: list[str]) -> list[str]:
        """Who waits, and who else is here."""
        _nothing_more("queue", words)
        guests = self._house.gate.door.guests
        waiting = [guests[number].name for number in self._house.queue.order if number in guests]
        lines = [f"{place}. {name}" for place, name in enumerate(waiting, 1)] or ["nobody waits"]
        playing = [guest.name for guest in list(guests.values()) if self._house.is_playing(guest)]
        return [*lines, f"playing: {', '.join(playing) or 'nobody'}"]

    def help(self, words: list[str]) -> list[str]:
        """What can be said."""
        _nothing_more("help", words)
        width = max(len(word.usage) for word in WORDS.values())
        return [f"{word.usage:<{width}}  {word.help}" for word in WORDS.values()]

    # ---- matches ------------------------------------------------------------------------------------------

    def start(self, words: list[str]) -> list[str]:
        """Let matches begin, or begin one at a table."""
        house = self._house
        if words:
            table = self._table(_only("start", words))
            house.begin_table(table, house.clock())
            return []
        house.holding = False
        for table in house.tables.values():
            table.fault = ""
        return ["matches begin as soon as their seats are taken"]

    def rematch(self, words: list[str]) -> list[str]:
        """Another match at a table, as soon as all are here."""
        tables = list(self._house.tables.values())
        if not words and len(tables) != 1:
            raise OptionError("say which table: rematch 1")
        table = self._table(words[0]) if words else tables[0]
        if table.running is not None:
            raise SeatError(f"match {table.running.number} is still being played at table {table.number}")
        table.left, table.fault = 1, ""
        missing = [table.opening.seat_name(group) for group in table.empty]
        return [f"it begins when {' and '.join(missing)} is taken" if missing else "it begins at once"]

    def pause(self, words: list[str]) -> list[str]:
        """Stop one match, or all."""
        return self._each(words, "paused", lambda one, now: one.match.pause(now, "the host"))

    def resume(self, words: list[str]) -> list[str]:
        """Go on with one match, or all."""
        return self._each(words, "goes on", lambda one, now: one.match.resume(now))

    def abort(self, words: list[str]) -> list[str]:
        """End a match without a result."""
        if not words:
            raise OptionError("say which match: abort 3")
        return self._each(words, "ended", lambda one, now: one.abort(now, "ended by the host"))

    def _each(self, words: list[str], told: str, act: Callable[[Running, float], None]) -> list[str]:
        now = self._house.clock()
        chosen = [self._match(word) for word in words] or list(self._house.running.values())
        for one in chosen:
            act(one, now)
        self._house.waker.wake()
        return [f"match {one.number} {told}" for one in chosen] or ["no match is running"]

    # ---- guests -------------------------------------------------------------------------------------------

    def token(self, words: list[str]) -> list[str]:
        """New tokens."""
        house = self._house
        place = words[0] if words else QUEUE
        count = _number(words[1], 1, TOKENS_AT_ONCE) if len(words) > 1 else 1
        _nothing_more("token", words[2:])
        if place != QUEUE and count > 1:
            raise OptionError("a seat takes one guest, so it has one token; a queue has as many as you like")
        for _ in range(count):
            house.offer_token(place)
        return []

    def kick(self, words: list[str]) -> list[str]:
        """Show somebody out."""
        guest = self._house.guest_named(" ".join(words))
        self._house.gate.dismiss(guest, "the host showed you out")
        return [f"{guest.name} was shown out"]

    def say(self, words: list[str]) -> list[str]:
        """A sentence to everybody."""
        if not words:
            raise OptionError("say what: say ten minutes left")
        guests = [guest for guest in list(self._house.gate.door.guests.values()) if guest.is_here]
        for guest in guests:
            self._house.gate.tell(guest, " ".join(words))
        return [f"told {len(guests)} guests"]

    def stop(self, words: list[str]) -> list[str]:
        """End everything."""
        _nothing_more("stop", words)
        self._house.stop()
        return []

    # ---- words --------------------------------------------------------------------------------------------

    def _match(self, word: str) -> Running:
        number = _number(word.removeprefix("m"), 1, self._house.begun or 1)
        one = self._house.running.get(number)
        if one is None:
            running = ", ".join(map(str, self._house.running)) or "none"
            raise SeatError(f"match {number} is not running; running: {running}")
        return one

    def _table(self, word: str) -> Table:
        tables = self._house.tables
        if not tables:
            raise SeatError("this host has no tables: everybody plays out of the queue")
        return tables[_number(word.removeprefix("t"), 1, len(tables))]


def _state(one: Running) -> str:
    match = one.match
    if match.paused:
        return f"paused by {match.paused_by or 'nobody'} at tick {match.tick_number}"
    if waiting := match.waiting_for():
        return f"waits: {'; '.join(waiting)}"
    return f"episode {match.episode + 1} of {match.plan.episodes}, tick {match.tick_number}"


def _number(word: str, low: int, high: int) -> int:
    if not word.isascii() or not word.isdecimal() or not low <= int(word[:9]) <= high:
        raise OptionError(f"{word!r} is not a number from {low} to {high}")
    return int(word[:9])


def _only(name: str, words: Sequence[str]) -> str:
    _nothing_more(name, words[1:])
    return words[0]


def _nothing_more(name: str, words: Sequence[str]) -> None:
    if words:
        raise OptionError(f"{name} does not take {' '.join(words)!r}; `help` says what each command takes")


WORDS = {
    "list": Word("list", "the matches that run", Console.list_matches),
    "start": Word("start [TABLE]", "let matches begin by themselves, or begin one", Console.start),
    "pause": Word("pause [MATCH...]", "stop matches; all if none is named", Console.pause),
    "resume": Word("resume [MATCH...]", "go on", Console.resume),
    "abort": Word("abort MATCH...", "end matches without a result", Console.abort),
    "rematch": Word("rematch [TABLE]", "another match at a table", Console.rematch),
    "token": Word("token [SEAT|queue] [N]", "new tokens; seats as `seats` names them", Console.token),
    "kick": Word("kick NAME", "show a guest out; its seat forfeits", Console.kick),
    "seats": Word("seats", "tables, and who sits there", Console.seats),
    "queue": Word("queue", "who waits, and who plays", Console.queue),
    "say": Word("say TEXT", "a sentence to all guests", Console.say),
    "stop": Word("stop", "end matches, tell guests, leave", Console.stop),
    "help": Word("help", "this list", Console.help),
}
"""What a console understands."""
