"""What a backend is to the server: something that decides for a batch of seats, whoever asked and from
wherever.

A batch holds rows of identical spaces from all matches whose requests were waiting. State belongs to a
session (one match's seats) or to a seat; the server makes both, keeps them and drops them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import WireError
from arena.wire.arrays import Layout, NamedArray
from arena.wire.messages import Act, Group, Hello, Observe, Policy, Refusal, Result


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """What the server asks of every model it loads."""

    mode: str | None = None
    """``deterministic`` or ``sampled``; ``None``: what the model says."""
    device: str = "cpu"
    """As PyTorch writes it, e.g. ``cuda:0``."""
    threads: int = 1
    """For numeric libraries. More than one costs 5 to 40 times as much where anything else runs."""


class RefusedError(WireError):
    """The backend does not play this; ``reason`` and text go to the client."""

    def __init__(self, reason: Refusal, message: str) -> None:
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Crash:
    """Stands in an answer for a seat whose policy raised; its session is over."""

    message: str


@dataclass(slots=True)
class Session:
    """One match's seats at this server."""

    hello: Hello
    observations: tuple[Layout, ...]
    """Per group."""
    actions: tuple[Layout, ...]
    kinds: tuple[str, ...]
    """Per group: equal for groups with equal spaces, here or in other sessions."""
    seats: dict[str, Seat] = field(default_factory=dict)
    """Agent -> seat, in the order of the match's seats, from ``reset`` on."""
    episode: int = -1
    memory: Any = None
    """The backend's own."""
    model: str = ""
    """Which of the server's models plays it."""
    backend: Backend | None = field(default=None, repr=False)
    """What decides in this episode: a newer one is taken with the next ``reset``."""


@dataclass(slots=True)
class Seat:
    """One agent, for one episode."""

    agent: str
    session: Session
    seed: int
    rng: np.random.Generator
    """Of its own, from ``seed``: the same decisions whoever else is served."""
    memory: Any = None
    """The backend's own (recurrent state, stacked frames); ``None`` after every reset."""


@dataclass(slots=True)  # to be read only
class Batch:
    """Rows to decide. Arrays have one row a seat and must not be changed."""

    observation: Layout
    action: Layout
    arrays: tuple[NamedArray, ...]
    """One a leaf of ``observation``."""
    legal: NDArray[np.int8] | None
    """Masks, shape ``(rows, n)``; ``None`` where every action is legal."""
    seats: Sequence[Seat]
    acts: Sequence[Act]
    """For each row the message that asked, with tick, budget, clocks and position."""

    def __len__(self) -> int:
        return len(self.seats)

    def part(self, rows: Sequence[int]) -> Batch:
        """Some of its rows, in this order."""
        chosen = list(rows)
        return replace(
            self,
            arrays=tuple(NamedArray(array.path, array.data[chosen]) for array in self.arrays),
            legal=None if self.legal is None else self.legal[chosen],
            seats=[self.seats[row] for row in chosen],
            acts=[self.acts[row] for row in chosen],
        )


class Backend:
    """Base of backends: plays any game, keeps no state; subclasses write :meth:`decide`."""

    policy = Policy()
    wants: tuple[str, ...] = ()
    """``position``, ``result``, ``observe``: what clients shall send besides requests."""

    def accept(self, hello: Hello) -> tuple[Group, ...]:
        """The spaces it was made for in the order of the hello's groups, if it knows, else ``()``.

        Raises :class:`RefusedError` where it does not play this.
        """
        return ()

    def begin(self, session: Session) -> None:
        """An episode begins; its seats are new."""

    def decide(self, batch: Batch) -> Sequence[Any]:
        """One action of the action space a row; ``None`` abstains, :class:`Crash` ends that row's session."""
        raise NotImplementedError

    def keep(self, batch: Batch) -> Callable[[], None]:
        """What puts the memories and generators of the batch's seats back as they are now.

        Asked before :meth:`decide` for several sessions at once: where that raises they are put back, and
        each session is decided by itself, so that none pays for another. May raise where a memory cannot be
        copied: then each is decided by itself at once.
        """
        seats = list({id(seat): seat for seat in batch.seats}.values())
        sessions = list({id(seat.session): seat.session for seat in seats}.values())
        holders: list[Session | Seat] = [*sessions, *seats]
        kept = copy.deepcopy([holder.memory for holder in holders])
        states = [seat.rng.bit_generator.state for seat in seats]

        def put_back() -> None:
            for holder, memory in zip(holders, kept, strict=True):
                holder.memory = memory
            for seat, state in zip(seats, states, strict=True):
                seat.rng.bit_generator.state = state

        return put_back

    def learn(self, session: Session, message: Result | Observe) -> None:
        """What a tick did (only with ``result`` or ``observe`` in :attr:`wants`)."""

    def end(self, session: Session) -> None:
        """The session is over."""
