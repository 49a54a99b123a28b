"""A house driven by the test itself, with guests that play in the same thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from arena.home import Home, arena_home
from arena.hosting.console import Console
from arena.hosting.guests import Guest
from arena.hosting.house import House
from arena.hosting.port import Port
from arena.hosting.reception import HouseEvent, HouseRules
from arena.league.store import Store
from arena.records.record import Record
from arena.session import MatchSetup
from arena.wire.arrays import NamedArray
from arena.wire.codec import decode
from arena.wire.keys import KeyPair
from arena.wire.messages import (
    Act,
    Action,
    Block,
    Bye,
    End,
    Hello,
    Join,
    Joined,
    Message,
    Ping,
    Pong,
    Ready,
    Refusal,
    Refused,
    Remark,
    Reset,
    View,
)
from tests.arena.hosting.callers import PATIENCE_S, Caller


class Player(Caller):
    """A guest that plays the first legal action, unless ``choose`` says otherwise."""

    def __init__(
        self, endpoint: str, choose: Callable[[Act], Message | None] | None = None, **more: Any
    ) -> None:
        super().__init__(endpoint, **more)
        self.choose = choose or first_legal
        self.joined: Joined | None = None
        self.refused: list[Refused] = []
        self.hellos: list[Hello] = []
        self.acts: list[Act] = []
        self.ends: list[End] = []
        self.views: list[View] = []
        self.remarks: list[str] = []
        self.byes: list[Bye] = []
        self.wants: tuple[str, ...] = ()
        self.refuses: Refusal | None = None
        """Why it plays nothing, if so."""

    def play(self) -> bool:
        """Take what is there and answer it; whether anything was."""
        if self.socket.closed or not self.socket.poll(0):
            return False
        frames = self.socket.recv_multipart()
        self.heard += frames
        self.take(decode(frames))
        return True

    def take(self, message: Message) -> None:
        kept = _KEPT.get(type(message))
        if kept is not None:
            getattr(self, kept).append(message)
        match message:
            case Joined():
                self.joined = message
            case Ping():
                self.say(Pong(message.number, message.match))
            case Hello() if self.refuses is not None:
                self.say(Refused(message.match, self.refuses, "not this one"))
            case Hello():
                self.say(Ready(message.match, wants=self.wants))
            case Reset():
                self.say(Ready(message.match, message.episode))
            case Act() if (answer := self.choose(message)) is not None:
                self.say(answer)
            case Remark():
                self.remarks.append(message.message)


_KEPT = {Refused: "refused", Hello: "hellos", Act: "acts", End: "ends", View: "views", Bye: "byes"}


def first_legal(act: Act) -> Message:
    """The lowest legal action of every row."""
    return answer(act, lambda row: int(np.flatnonzero(row)[0]))


def answer(act: Act, pick: Callable[[Any], int]) -> Message:
    """An answer to all rows of ``act``, from their masks."""
    blocks = []
    for block in act.blocks:
        masks = block.arrays["legal"][0].data
        actions = np.array([pick(row) for row in masks], np.int64)
        blocks.append(Block(block.group, ids=block.ids, arrays={"action": (NamedArray((), actions),)}))
    return Action(act.match, tuple(blocks))


class Inn:
    """A house with players; everything closes with it."""

    def __init__(self, rules: HouseRules | None = None, *, keys: KeyPair | None = None) -> None:
        self.events: list[HouseEvent] = []
        self.home: Home = arena_home()
        self.house = House(
            Port("tcp://127.0.0.1:*", keys),
            self.home,
            time.monotonic,
            self.events.append,
            rules=rules,
            key=keys.public if keys else "",
        )
        self.console = Console(self.house)
        self.players: list[Player] = []

    def player(self, place: str = "queue", name: str = "", **more: Any) -> Player:
        """A guest that has its place, and the house knows it."""
        role = more.pop("role", "bot")
        player = self.stranger(**more)
        player.say(Join(token=self.house.token(place).partition(".")[0], name=name, role=role))
        self.until(lambda: player.joined and self.knows(player.joined.name))
        return player

    def knows(self, name: str, what: str = "joined") -> bool:
        """Whether the house, too, has noticed: its gate hears of guests before it does."""
        return any(event.fields["name"] == name for event in self.told(what))

    def stranger(self, **more: Any) -> Player:
        self.players.append(Player(self.house.gate.endpoint, **more))
        return self.players[-1]

    def back(self, player: Player, **more: Any) -> Player:
        """The same guest on a new connection."""
        assert player.joined is not None
        again = self.stranger(**more)
        again.say(Join(resume=player.joined.resume))
        self.until(lambda: again.joined and self.knows(again.joined.name, "returned"))
        return again

    def guest(self, player: Player) -> Guest:
        assert player.joined is not None
        return self.house.guest_named(player.joined.name)

    def until(self, true: Callable[[], object]) -> None:
        """Let the house and the players act until ``true()``."""
        give_up = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < give_up, [event.text for event in self.events[-20:]]
            busy = self.house.turn(time.monotonic())
            busy = sum(player.play() for player in self.players) > 0 or busy
            if not busy:
                self.house.waker.wait(0.002)

    def told(self, kind: str) -> list[HouseEvent]:
        return [event for event in self.events if event.kind == kind]

    def close(self) -> None:
        self.house.close()
        for player in self.players:
            player.close()

    # ---- what is left when it is closed ---------------------------------------------------------------

    def records(self) -> list[Path]:
        return sorted(self.home.records_dir.glob("*.arena"))

    def recorded(self) -> dict[tuple[str, int], dict[str, int]]:
        """(match, episode) -> agent -> rank, as the records have it."""
        found: dict[tuple[str, int], dict[str, int]] = {}
        for path in self.records():
            with Record(path) as record:
                for outcome in record.outcomes():
                    assert (outcome.match_id, outcome.episode) not in found
                    ranks = {seat.agent: seat.rank for seat in outcome.seats}
                    found[outcome.match_id, outcome.episode] = ranks
        return found

    def in_league(self) -> dict[tuple[str, int], dict[str, int]]:
        return league_rows(self.home)


def league_rows(home: Home) -> dict[tuple[str, int], dict[str, int]]:
    """(match, episode) -> agent -> rank, as the league has it."""
    import sqlalchemy as sa

    from arena.league.schema import seats

    found: dict[tuple[str, int], dict[str, int]] = {}
    with Store.open(home) as store, store.reading() as db:
        for row in db.execute(sa.select(seats.c.match_id, seats.c.episode, seats.c.agent, seats.c.rank)):
            ranks = found.setdefault((row.match_id, row.episode), {})
            assert row.agent not in ranks
            ranks[row.agent] = row.rank
    return found


def setup(game: str = "tictactoe", *seats: str, **more: Any) -> MatchSetup:
    return MatchSetup(game, seats, **more)
