"""A person's window, as the host sees it: what was said to it, and what it says; without sockets or time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Self, TypeVar

import numpy as np

from arena.match.match import Match, Phase
from arena.session import MatchSetup, Session, Stage, open_session
from arena.wire.arrays import NamedArray
from arena.wire.codec import decode, encode
from arena.wire.link import LinkHandler
from arena.wire.messages import (
    Act,
    Action,
    Block,
    Command,
    Hello,
    Input,
    Message,
    Ping,
    Pong,
    Ready,
    Reset,
    View,
)
from controllers.remote_person import RemotePerson
from controllers.remote_table import TableFacts

M = TypeVar("M")


class Clock:
    """Time that tests move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Window:
    """A guest and its channel in one. ``polite``: it says ready, and answers pings, by itself."""

    role, name, player_id, endpoint = "person", "Ada", "guest:Ada", "guest Ada"

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.polite = self.echoes = True
        self.is_connected = False
        self.droppable: list[bool] = []
        self._handler: LinkHandler | None = None
        self._lock: Any = threading.RLock()
        self._number = 0

    # ---- a guest -------------------------------------------------------------------------------------------

    def dial(self, handler: LinkHandler, lock: Any) -> Window:
        self._handler, self._lock = handler, lock
        return self

    # ---- a channel -----------------------------------------------------------------------------------------

    def send(self, frames: Sequence[Any], *, droppable: bool = False) -> bool:
        if not self.is_connected:
            return False
        message = decode([bytes(frame) for frame in frames])
        self.said.append(message)
        self.droppable.append(droppable)
        match message:
            case Hello() if self.polite:
                self.say(Ready(message.match, wants=("view",)))
            case Reset() if self.polite:
                self.say(Ready(message.match, message.episode))
            case Ping() if self.echoes:
                self.say(Pong(message.number, message.match))
        return True

    def pump(self) -> None:
        """All comes at once here."""

    def close(self) -> None:
        self.is_connected = False

    # ---- what the person does ------------------------------------------------------------------------------

    def come(self) -> None:
        with self._lock:
            self.is_connected = True
            assert self._handler is not None
            self._handler.connected()

    def go(self) -> None:
        with self._lock:
            self.is_connected = False
            assert self._handler is not None
            self._handler.disconnected()

    def say(self, message: Message) -> None:
        with self._lock:
            assert self._handler is not None
            self._handler.received([bytes(frame) for frame in encode(message)])

    def babble(self) -> None:
        """Send what is no message at all."""
        with self._lock:
            assert self._handler is not None
            self._handler.received([b"\xc1"])

    def heard(self, kind: type[M]) -> list[M]:
        return [message for message in self.said if isinstance(message, kind)]

    @property
    def view(self) -> View:
        return self.heard(View)[-1]

    @property
    def table(self) -> TableFacts:
        return TableFacts.from_plain(self.view.table)

    def move(self, action: int) -> None:
        """Answer what was asked last."""
        act = self.heard(Act)[-1]
        arrays = {"action": (NamedArray((), np.array([action], np.int64)),)}
        self.say(Action(act.match, (Block(0, ids=act.blocks[0].ids, arrays=arrays),)))

    def hold(self, *actions: int, episode: int = 0) -> None:
        """Hold each for as long as it takes to press the next."""
        hello = self.heard(Hello)[-1]
        agents = hello.groups[0].agents[:1]
        for action in actions:
            self._number += 1
            arrays = {"action": (NamedArray((), np.array([action], np.int64)),)}
            self.say(Input(hello.match, episode, self._number, (Block(0, agents=agents, arrays=arrays),)))

    def command(self, word: str) -> None:
        hello = self.heard(Hello)[-1]
        self.say(Command(hello.match, hello.groups[0].agents[0], word))


class Far:
    """A match with a person far away in some seats, driven as a host does."""

    def __init__(self, setup: MatchSetup, window: Window | None = None) -> None:
        self.clock, self.window = Clock(), window or Window()
        resources = {"guests": {"g1": self.window}}
        stage = Stage(self.clock, lambda: None, drawing=True, resources=resources)
        self.session: Session = open_session(setup, stage, None)
        self.match: Match = self.session.match
        controllers = [seat.holder.controller for seat in self.match.seats.values()]
        self.person = next(one for one in controllers if isinstance(one, RemotePerson))
        self.session.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def turn(self, times: int = 1, pass_s: float = 0.0) -> None:
        """Go round the host's loop."""
        for _ in range(times):
            self.clock.now += pass_s
            self.match.tick(self.clock.now)
            self.person.look(self.match, self.clock.now)
            self.match.shown(self.clock.now)

    def begin(self) -> None:
        """The person is there, and the game is on."""
        self.window.come()
        self.turn(5)
        assert self.match.phase is Phase.PLAYING, self.match.waiting_for()
