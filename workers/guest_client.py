"""A bot as a guest: dials a host, joins with a token, and serves its matches with a desk of its own.

Receiving is the reactor's business, deciding that of the thread that calls :meth:`GuestClient.run`; a model
that thinks for long is no less connected for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from arena.errors import ControllerError, WireError
from arena.waker import Waker
from arena.wire.codec import decode, encode
from arena.wire.keys import KeyPair
from arena.wire.link import Link
from arena.wire.messages import Bye, Join, Joined, Message, Ping, Refusal, Refused, Remark
from workers.desk import Desk
from workers.match_news import MatchNews
from workers.models import Model

PATIENCE_S = 60.0
"""How long a host that is gone is looked for."""

HUSH_S = 3.0
"""A host that has not answered for this long is said to be silent, once."""

PARTING_S = 1.0
"""How long the answer to a goodbye is waited for."""

PING_S = 1.0
AGAIN_S = 0.25
AGAIN_MAX_S = 4.0
"""A return that is refused for now is tried again this much later, twice as long each time."""

EVENTS_MAX = 16_384
"""Messages of a host that may wait while a model thinks: it asks each seat once, and pings twice a second."""
EVENT_BYTES_MAX = 128 * 1024 * 1024
"""Of all of them."""

_HOST = "host"
_TO_US = b"\xa5match\xa0"
"""In the header of what is about no match: an empty text behind the key."""

_FINAL = frozenset({Refusal.TOKEN, Refusal.VERSION, Refusal.UNSUPPORTED, Refusal.MALFORMED})
"""Refusals that asking again does not change."""

_log = logging.getLogger(__name__)


class GuestClient:
    """One bot at one host. The host is the desk's only peer, with a session a match."""

    def __init__(
        self,
        models: Sequence[Model],
        address: str,
        token: str,
        *,
        name: str = "",
        key: str = "",
        own: KeyPair | None = None,
        tell: Callable[[str], None] = lambda _line: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``key``: the host's public key, where it encrypts. ``tell`` gets lines for the bot's owner: where
        it sits, each result, what it raised. Raises an :class:`arena.errors.ArenaError` for what cannot be
        dialled.
        """
        self.desk = Desk(*models)
        self._name = name or self.desk.models[0].name
        self._token, self._resume = token, ""
        self._tell, self._clock = tell, clock
        self._news = MatchNews(tell)
        self._remark = ""
        """What the host said last, not to be shown twice: a place in the queue is told after every match."""
        self._waker = Waker()
        self._events: deque[list[bytes] | str] = deque()
        """Messages, and words for what happened to the line; filled by the reactor's thread."""
        self._event_bytes = 0
        self._counting = threading.Lock()
        """Guards the line above."""
        self._flooded = False
        """More came than may wait: nothing more is taken."""
        self._encrypted = bool(key)
        self._stopping = False
        self._tries = 0
        self._join_at: float | None = None
        self._ping_at = 0.0
        self._seen_at = clock()
        """When somebody was last at the other end."""
        self._told_silence = False
        self._ended: str | None = None
        self._link = Link(address, self, threading.RLock(), key=key, own=own)

    # ---- the link's side: in the reactor's thread ---------------------------------------------------------

    def connected(self) -> None:
        """A host is there."""
        self._note("connected")

    def disconnected(self) -> None:
        """It is gone; the link dials again."""
        self._note("disconnected")

    def received(self, frames: list[bytes]) -> None:
        """It said something."""
        self._note(frames)

    def barred(self, why: str) -> None:
        """The keys do not fit."""
        self._note(why)

    def _note(self, event: list[bytes] | str) -> None:
        if self._flooded:
            return
        size = _size_of(event)
        with self._counting:
            self._event_bytes += size
        waiting = len(self._events)
        self._flooded = waiting >= EVENTS_MAX or (waiting > 0 and self._event_bytes > EVENT_BYTES_MAX)
        if not self._flooded:
            self._events.append(event)
        self._waker.wake()

    def _next_event(self) -> list[bytes] | str:
        event = self._events.popleft()
        with self._counting:
            self._event_bytes -= _size_of(event)
        return event

    # ---- the bot's side -----------------------------------------------------------------------------------

    def run(self) -> str:
        """Play until the host says goodbye, or :meth:`stop`; gives the host's last sentence.

        Raises :class:`ControllerError` where the host refuses us for good, or is gone for too long.
        """
        try:
            while self._ended is None and not self._stopping:
                self._turn(self._patience_s())
                self._keep_up(self._clock())
            if self._ended is None:
                self._part()
            return self._ended or ""
        finally:
            self._link.close()
            self._waker.close()

    def _turn(self, wait_s: float) -> None:
        self._waker.wait(wait_s)
        if self._flooded:
            raise ControllerError(
                f"{self._link.endpoint} sent more than {EVENTS_MAX} messages or {EVENT_BYTES_MAX >> 20} MiB "
                "that this bot had no time to read; it left: a host that asks for moves sends far less"
            )
        while self._events:
            self._handle(self._next_event())
        self._send(self.desk.flush())

    def _part(self) -> None:
        """Say goodbye and wait a moment for the host's: who hangs up at once may not be heard."""
        self._say(Bye("", message="the bot was stopped"))
        give_up = self._clock() + PARTING_S
        while self._ended is None and self._link.is_connected and (left_s := give_up - self._clock()) > 0:
            self._turn(left_s)

    def stop(self) -> None:
        """Have :meth:`run` say goodbye and return. From any thread or signal handler."""
        self._stopping = True
        self._waker.wake()

    def _patience_s(self) -> float:
        silent_s = PATIENCE_S if self._told_silence else HUSH_S
        times = [self._ping_at if self._link.is_connected else self._seen_at + silent_s]
        if self._join_at is not None:
            times.append(self._join_at)
        return max(0.0, min(times) - self._clock())

    def _keep_up(self, now: float) -> None:
        """What time brings: signs of life, another try, the end of patience."""
        if self._link.is_connected:
            self._seen_at, self._told_silence = now, False
            if self._join_at is not None and now >= self._join_at:
                self._join()
            if now >= self._ping_at:
                self._ping_at = now + PING_S
                self._say(Ping())
        elif now - self._seen_at >= PATIENCE_S:
            raise ControllerError(f"no host answers at {self._link.endpoint} for {PATIENCE_S:g} s")
        elif not self._told_silence and now - self._seen_at >= HUSH_S:
            self._told_silence = True
            _log.info("no host answers at %s yet; trying for %g s", self._link.endpoint, PATIENCE_S)

    def _handle(self, event: list[bytes] | str) -> None:
        if event == "connected":
            self._ping_at = self._clock() + PING_S
            self._join()
        elif event == "disconnected":
            self._seen_at = self._clock()
            self.desk.forget(_HOST)
        elif isinstance(event, str):
            raise ControllerError(event if self._encrypted else self._wants_key())
        else:
            self._hear(event)

    def _wants_key(self) -> str:
        where = self._link.endpoint
        return f"{where} is no plain host; an encrypted one's tokens end in '.' and its key: paste all of it"

    def _hear(self, frames: list[bytes]) -> None:
        """What is about a match is the desk's, the rest is ours."""
        try:
            message = decode(frames) if _TO_US in frames[0] else None
        except WireError:
            message = None  # the desk says what is wrong with it
        match message:
            case Joined():
                self._resume, self._tries, self._join_at = message.resume, 0, None
                self._tell(f"joined as {message.name}: {message.place}")
            case Refused(match=""):
                self._refused(message)
            case Bye(match=""):
                self._ended = message.message or "the host said goodbye"
            case Remark(match=""):
                if message.message != self._remark:
                    _log.info("%s", message.message)
                self._remark = message.message
            case _:
                self._news.heard(frames)
                self._send(self.desk.handle(_HOST, frames))

    def _refused(self, refused: Refused) -> None:
        if refused.reason in _FINAL:
            raise ControllerError(f"the host refused us ({refused.reason}): {refused.message}")
        wait_s = min(AGAIN_MAX_S, AGAIN_S * 2**self._tries)
        self._tries += 1
        self._join_at = self._clock() + wait_s
        _log.info("%s; trying again in %g s", refused.message, wait_s)

    def _join(self) -> None:
        self._join_at = None
        if self._resume:
            self._say(Join(resume=self._resume, name=self._name))
        else:
            self._say(Join(token=self._token, name=self._name))

    def _say(self, message: Message) -> None:
        self._link.send(encode(message))

    def _send(self, replies: Sequence[tuple[object, Sequence[object]]]) -> None:
        for _, frames in replies:
            self._news.said(frames)
            self._link.send(frames)


def _size_of(event: list[bytes] | str) -> int:
    return 0 if isinstance(event, str) else sum(map(len, event))
