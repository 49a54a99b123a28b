"""Who comes in: joins and returns are judged here, without sockets, threads or clocks of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from arena.errors import WireError
from arena.hosting.guests import Guest, Line, Peer
from arena.hosting.names import shown_name
from arena.hosting.tokens import TokenBook, TokenError, digest, new_secret
from arena.wire import limits
from arena.wire.messages import VERSION, Join, Refusal

WRONG_MAX = 3
"""Refused joins of one connection after which it must wait, twice as long each time."""
WAIT_S = 2.0
WAIT_MAX_S = 60.0

SILENT_S = 3.0
"""A guest of which nothing was heard for so long may be followed by a newer connection with its secret; a
person counts as lost.
"""

ROLES = ("bot", "person")


class TurnedAwayError(WireError):
    """A join that is refused; reason and text go to who asked."""

    def __init__(self, reason: Refusal, message: str) -> None:
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A join that was granted."""

    guest: Guest
    secret: str
    """What brings it back later."""
    returned: bool
    """It was here before."""


class Door:
    """Tokens turn strangers into guests, and secrets bring guests back."""

    def __init__(self, book: TokenBook, line: Line, still_there: Callable[[Guest], bool]) -> None:
        """``still_there``: whether the connection of a guest is up, found out by trying."""
        self.book = book
        self.guests: dict[int, Guest] = {}
        self._line, self._still_there = line, still_there
        self._last = 0

    def admit(self, peer: Peer, join: Join, now: float) -> Admitted:
        """Seat who is at ``peer``, or raise :class:`TurnedAwayError`; wrong secrets slow the peer down."""
        if peer.guest is not None and peer.guest.peer is peer:
            raise TurnedAwayError(
                Refusal.MALFORMED, "this connection has joined already; one is enough for all matches"
            )
        if VERSION not in join.versions:
            raise TurnedAwayError(
                Refusal.VERSION, f"this host speaks version {VERSION}, not {list(join.versions)}"
            )
        if join.role not in ROLES:
            raise TurnedAwayError(
                Refusal.MALFORMED, f"role {join.role[:40]!r} is not one of {', '.join(ROLES)}"
            )
        try:
            if join.resume:
                admitted = self._return(peer, join, now)
            else:
                admitted = self._welcome_again(peer, join, now) or self._arrive(peer, join, now)
        except TurnedAwayError as error:
            if error.reason is Refusal.TOKEN:
                _slow_down(peer, now)
            raise
        peer.wrong = 0
        return admitted

    def leave(self, guest: Guest) -> None:
        """It will not come back: its secret is worthless now."""
        guest.gone = True
        self.guests.pop(guest.number, None)

    def _arrive(self, peer: Peer, join: Join, now: float) -> Admitted:
        if len(self.guests) >= limits.PEERS:
            raise TurnedAwayError(Refusal.BUSY, f"this host is full: it takes {limits.PEERS} guests")
        try:
            place = self.book.redeem(join.token, now)
        except TokenError as error:
            raise TurnedAwayError(Refusal.TOKEN, str(error)) from None
        self._last += 1
        taken = [guest.name for guest in self.guests.values()]
        secret = new_secret()
        guest = Guest(
            self._last,
            shown_name(join.name, taken, default=f"{join.role} {self._last}"),
            join.role,
            place,
            self._line,
            digest(secret),
            key=peer.key,
            client=join.client,
            token=self.book.number_of(join.token),
        )
        self.guests[guest.number] = guest
        return Admitted(guest, f"{guest.number}-{secret}", returned=False)

    def _welcome_again(self, peer: Peer, join: Join, now: float) -> Admitted | None:
        """A guest whose line broke before it heard its secret has only its token: let it in with a new
        secret, if it is who came with that token. That is so while nobody has spoken yet, or by its key.
        """
        number = self.book.number_of(join.token)
        guest = next((one for one in self.guests.values() if one.token == number is not None), None)
        if guest is None or guest.key != peer.key or (guest.spoke and (guest.is_here or not guest.key)):
            return None
        self._leave_seated(guest, now)
        secret = new_secret()
        guest.secret = digest(secret)
        return Admitted(guest, f"{guest.number}-{secret}", returned=True)

    def _return(self, peer: Peer, join: Join, now: float) -> Admitted:
        number, _, secret = join.resume.partition("-")
        guest = self.guests.get(int(number)) if number.isascii() and number.isdecimal() else None
        if guest is None or not guest.knows(secret) or guest.key != peer.key:
            raise TurnedAwayError(
                Refusal.TOKEN, "nobody here has this resume secret any more; join with a new token"
            )
        self._leave_seated(guest, now)
        return Admitted(guest, join.resume, returned=True)

    def _leave_seated(self, guest: Guest, now: float) -> None:
        """Turn away whoever would take the place of a guest that is there."""
        if guest.is_here and now - guest.heard_at < SILENT_S and self._still_there(guest):
            raise TurnedAwayError(
                Refusal.BUSY,
                f"{guest.name} is connected; if that is an older connection of yours, try again in a moment",
            )


def _slow_down(peer: Peer, now: float) -> None:
    peer.wrong += 1
    if peer.wrong >= WRONG_MAX:
        peer.wait_until = now + min(WAIT_MAX_S, WAIT_S * 2 ** (peer.wrong - WRONG_MAX))
