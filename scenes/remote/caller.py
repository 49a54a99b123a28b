"""The guest's end of the line to a host: joins, comes back after a drop, knows how far away the host is.

Messages are taken in the reactor's thread under one lock; the window reads what is there once a frame, under
the same lock, and never waits for the line.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from arena import __version__
from arena.errors import WireError
from arena.hosting.tokens import read_token
from arena.wire.codec import decode, encode
from arena.wire.endpoints import full_address
from arena.wire.keys import KeyPair
from arena.wire.link import Link
from arena.wire.messages import (
    VERSION,
    Act,
    Bye,
    End,
    Hello,
    Join,
    Joined,
    Message,
    Ping,
    Policy,
    Pong,
    Ready,
    Refusal,
    Refused,
    Remark,
    Reset,
    View,
)
from scenes.remote.played import Played

BEAT_S = 1.0
"""Between two signs of life; a host takes a guest for lost after three."""
SILENT_S = 6.0
"""A line that is up but brings nothing for so long is hung up and dialled anew."""
REMARKS_KEPT = 50
AGAIN_S = 1.0
"""Between two tries to come in where the host is full, or back while it holds the old line for alive."""
PARTING_S = 1.0
"""How long the host's goodbye is waited for: who hangs up at once may not be heard."""


class Stage(StrEnum):
    """How far we are with the host."""

    DIALLING = "dialling"
    """Nobody answers there yet."""
    JOINING = "joining"
    """There is somebody; we asked to come in."""
    IN = "in"
    """We have a place."""
    AWAY = "away"
    """We have a place, but the line is cut; it is dialled again and again."""
    OUT = "out"
    """The host does not want us (any more)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where we stand, as the window shows it."""

    stage: Stage
    since: float
    """When that stage began, on the caller's clock."""
    why: str = ""
    refusal: Refusal | None = None
    name: str = ""
    """What we are called there."""
    place: str = ""
    games: tuple[str, ...] = ()


class Caller:
    """One person's line to one host. Close it."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        name: str,
        clock: Callable[[], float],
        wake: Callable[[], None],
        own: KeyPair | None = None,
    ) -> None:
        """``own``: who we are on an encrypted line, the same each time. Raises :class:`ArenaError` for what
        is no address or no token.
        """
        self.address = full_address(address)
        pasted = read_token(token)
        self.lock = threading.RLock()
        """Held by whoever reads or uses :attr:`played`."""
        self.played: Played | None = None
        """The newest match that seats us, also once it is over."""
        self.remarks: deque[tuple[int, str, str]] = deque(maxlen=REMARKS_KEPT)
        """Number, level and text of what the host said, oldest first."""
        self._token, self._key, self._own = pasted.spoken, pasted.key, own
        self.name, self._clock, self._wake = name, clock, wake
        self._resume = ""
        self._standing = Standing(Stage.DIALLING, clock())
        self._said = 0
        self._pings: dict[int, float] = {}
        self._ping = 0
        self._round_trip_s: float | None = None
        self._heard_at = clock()
        self._again_at: float | None = None
        self._ended = threading.Event()
        self._parted = threading.Event()
        """Nothing that we said is under way any more."""
        self._link: Link | None = None
        self._dial()
        self._beat = threading.Thread(target=self._beats, name="arena-guest-beat", daemon=True)
        self._beat.start()

    # ---- the window's side ------------------------------------------------------------------------------

    @property
    def standing(self) -> Standing:
        """Where we stand."""
        with self.lock:
            return self._standing

    def round_trip_s(self) -> float | None:
        """The newest way there and back, or how long one is awaited by now; ``None`` before the first."""
        with self.lock:
            if self._round_trip_s is None:
                return None
            return max(self._round_trip_s, *(self._clock() - sent for sent in self._pings.values()), 0.0)

    def pump(self) -> None:
        """Handle what has come, without waiting for a thread to be scheduled."""
        link = self._link
        if link is not None:
            link.pump()

    def close(self) -> None:
        """Say goodbye and hang up, once the host has answered or :data:`PARTING_S` have passed. Safe to call
        twice.
        """
        with self.lock:
            if self._ended.is_set():
                return
            self._ended.set()
            if self.played is not None and not self.played.over:
                for agent in self.played.agents:
                    self.played.command(agent, "leave")
            told = self._send(Bye("", message="left"))
            waits = told and self._standing.stage is Stage.IN
        self._beat.join()
        if waits:
            self._parted.wait(PARTING_S)
        if self._link is not None:
            self._link.close()

    # ---- the link's side: called with the lock held -----------------------------------------------------

    def connected(self) -> None:
        """Somebody is there: ask to come in, or back."""
        self._heard_at = self._clock()
        if self._standing.stage is Stage.OUT:
            return
        if not self._resume:
            self._stand(Stage.JOINING)
        self._ask()

    def _ask(self) -> None:
        self._again_at = None
        client = f"arena {__version__}"
        if self._resume:
            self._send(Join(resume=self._resume, name=self.name, role="person", client=client))
        else:
            self._send(Join(token=self._token, name=self.name, role="person", client=client))

    def disconnected(self) -> None:
        """The line is cut; it is dialled again by itself."""
        self._parted.set()
        self._pings.clear()
        if self.played is not None:
            self.played.lose()
        if self._standing.stage is Stage.OUT:
            return
        self._stand(Stage.AWAY if self._resume else Stage.DIALLING)

    def barred(self, why: str) -> None:
        """There is somebody, but no conversation with them."""
        self._parted.set()
        self._stand(Stage.OUT, why)

    def received(self, frames: list[bytes]) -> None:
        """The host said something. What cannot be read is passed over: the next view tells all again."""
        self._heard_at = self._clock()
        try:
            self._take(decode(frames))
        except WireError as error:
            self._remark("warning", f"the host sent what cannot be read: {error}")
        self._wake()

    # ---- messages ---------------------------------------------------------------------------------------

    def _take(self, message: Message) -> None:
        match message:
            case Ping():
                self._send(Pong(message.number, message.match))
            case Pong():
                sent = self._pings.pop(message.number, None)
                if sent is not None:
                    self._round_trip_s = self._clock() - sent
            case Joined():
                self._take_joined(message)
            case Refused():
                self._take_refused(message)
            case Remark():
                self._remark(message.level, message.message)
            case Hello():
                self._seat(message)
            case Bye():
                self._take_bye(message)
            case _:
                self._take_play(message)

    def _take_joined(self, joined: Joined) -> None:
        self._resume = joined.resume
        self._standing = Standing(
            Stage.IN, self._clock(), name=joined.name, place=joined.place, games=joined.games
        )

    def _take_refused(self, refused: Refused) -> None:
        if refused.match and self.played is not None and refused.match != self.played.id:
            return
        if refused.reason is Refusal.BUSY and not refused.match:
            self._again_at = self._clock() + AGAIN_S
            if not self._resume and refused.message != self._standing.why:
                self._stand(Stage.JOINING, refused.message)
            return
        self._stand(Stage.OUT, refused.message, refused.reason)

    def _seat(self, hello: Hello) -> None:
        """A match seats us, or we are back at it."""
        if VERSION not in hello.versions:
            problem = f"this window speaks version {VERSION} of the protocol, not {list(hello.versions)}"
            self._send(Refused(hello.match, Refusal.VERSION, problem))
            return
        before = self.played
        self.played = Played(hello, self._send, self._clock)
        if before is not None and before.id == hello.match:
            self.played.resets = before.resets
            self.played.views, self.played.facts = before.views, before.facts
            self.played.snapshot, self.played.frame = before.snapshot, before.frame
        policy = Policy(name=self._standing.name, label="person", backend="arena join")
        self._send(Ready(hello.match, policy=policy, wants=("view",)))

    def _take_bye(self, bye: Bye) -> None:
        if not bye.match:
            self._parted.set()
            self._stand(Stage.OUT, bye.message or "the host ended")
            self._send(Bye("", message="goodbye"))  # it waits for that before it hangs up
        elif self.played is not None and bye.match == self.played.id and not bye.agents:
            self.played.over, self.played.farewell = True, bye.message
            self._send(Bye(bye.match))

    def _take_play(self, message: Message) -> None:
        played = self.played
        if played is None or message.match != played.id:
            if isinstance(message, Reset | Act):
                self._send(Refused(message.match, Refusal.NO_SESSION, "this window sits at another table"))
            return
        match message:
            case Reset():
                played.reset(message)
                self._send(Ready(message.match, message.episode, wants=("view",)))
            case Act():
                played.act(message)
            case View():
                played.view(message)
            case End():
                played.asks.clear()
            case _:
                raise WireError(f"a host does not send {message.kind} messages to a person")

    # ---- small things -----------------------------------------------------------------------------------

    def _stand(self, stage: Stage, why: str = "", refusal: Refusal | None = None) -> None:
        now, before = self._clock(), self._standing
        self._standing = Standing(stage, now, why, refusal, before.name, before.place, before.games)
        self._wake()

    def _remark(self, level: str, text: str) -> None:
        self._said += 1
        self.remarks.append((self._said, level, text))

    def _send(self, message: Message) -> bool:
        return self._link is not None and self._link.send(encode(message))

    def _dial(self) -> None:
        link = Link(self.address, self, self.lock, key=self._key, own=self._own)
        with self.lock:
            self._link, self._heard_at = link, self._clock()
        link.pump()

    def _beats(self) -> None:
        """A sign of life each second, and an eye on the line."""
        while not self._ended.wait(BEAT_S):
            with self.lock:
                now = self._clock()
                stage, silent = self._standing.stage, now - self._heard_at > SILENT_S
                up = self._link is not None and self._link.is_connected
                if up and stage is Stage.IN:
                    self._ping += 1
                    self._pings[self._ping] = now
                    self._send(Ping(self._ping))
                if self._again_at is not None and now >= self._again_at:
                    self._ask()
                dead = up and silent and stage is not Stage.OUT
                link = self._link
            if dead and link is not None:
                self._hang_up(link)
            self._wake()

    def _hang_up(self, link: Link) -> None:
        """The line is up, but nothing comes: dial anew."""
        link.close()
        with self.lock:
            self.disconnected()
        if not self._ended.is_set():
            self._dial()
