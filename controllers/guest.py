"""Seats a guest of a host: a bot or a person that dialled in with a token (``arena join``).

The seat word ``guest:ID`` is written by the host itself (:mod:`arena.hosting.house`), which hands its guests
over as a resource; nobody else can seat one.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol

from arena.errors import SeatError
from arena.match.controller import Descriptor
from arena.match.kinds import BuildContext, ControllerSpec, Option
from arena.wire.link import Channel, LinkHandler
from arena.wire.seats import Seats
from controllers.policy import PolicyController
from controllers.remote_person import RemotePerson

RESOURCE = "guests"
"""The driver's resource: a mapping from ids to guests."""


class Guest(Protocol):
    """What is needed of a guest (:class:`arena.hosting.guests.Guest` is one)."""

    @property
    def name(self) -> str:
        """As it is shown."""

    @property
    def role(self) -> str:
        """``bot`` or ``person``."""

    @property
    def player_id(self) -> str:
        """Who it is in the league."""

    def dial(self, handler: LinkHandler, lock: threading.RLock | Any) -> Channel:
        """A channel of its own for one controller."""


class GuestPolicy(PolicyController):
    """A guest's bot. With whom there will be no conversation, that one has left."""

    barred_as = None


class GuestKind:
    """``guest:g7``: the seventh guest of the host that plays this match."""

    name = "guest"
    summary = "a bot or a person that joined an `arena host` with a token; seated by the host"
    options: tuple[Option, ...] = ()
    free_options = False

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """The guest is at this host, and the game's spaces can cross the wire."""
        _guest(spec, context)
        Seats(context.seats)

    def build(self, spec: ControllerSpec, context: BuildContext) -> PolicyController:
        """The controller; it greets the guest after its first ``reset``."""
        guest = _guest(spec, context)
        person = guest.role == "person"
        descriptor = Descriptor(
            id=guest.player_id,
            name=guest.name,
            description=f"{'a person' if person else 'a bot'} who joined this host",
            policy="person" if person else "",
            backend="remote" if person else "zmq",
            human=person,
        )
        if person:
            return RemotePerson(descriptor, context.seats, dial=guest.dial, pace=context.pace, hz=context.hz)
        return GuestPolicy(descriptor, context.seats, dial=guest.dial)


def _guest(spec: ControllerSpec, context: BuildContext) -> Guest:
    guests: Mapping[str, Guest] = context.resources.get(RESOURCE, {})
    guest = guests.get(spec.target)
    if guest is None:
        raise SeatError(
            f"{spec.text}: guests are seated by the host they joined; write `arena host GAME SEAT=open`, and "
            "give the token that it prints to who shall sit there"
        )
    return guest


KIND = GuestKind()
"""What the entry point names."""
