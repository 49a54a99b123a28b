"""Who plays next: a queue that is fair to those who wait, varies the company, and swaps seats.

No clock of its own: whoever calls says what time it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, permutations
from typing import Generic, TypeVar

Who = TypeVar("Who", bound=Hashable)
Spot = TypeVar("Spot", bound=Hashable)

PATIENCE_S = 3.0
"""How long those who have just met wait for other company before they meet again."""

_ORDERS_MAX = 5040
"""Seat orders that are compared: all of them up to seven seats."""


@dataclass(slots=True)
class _Waiting:
    since: float


@dataclass(slots=True)
class _Past:
    company: frozenset[Hashable] = frozenset()
    """Who it played with last."""
    sat: Counter[Hashable] = field(default_factory=Counter)
    """How often in which seat."""


class Queue(Generic[Who]):
    """Those that wait for a match, by any hashable name."""

    def __init__(self) -> None:
        self._waiting: dict[Who, _Waiting] = {}
        self._past: dict[Who, _Past] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, who: Who) -> bool:
        return who in self._waiting

    @property
    def order(self) -> list[Who]:
        """Who waits, longest first."""
        return list(self._waiting)

    def enter(self, who: Who, now: float) -> None:
        """Wait, behind all others. Who waits already keeps their place."""
        self._waiting.setdefault(who, _Waiting(now))

    def leave(self, who: Who, *, for_good: bool = False) -> None:
        """Wait no more; ``for_good`` forgets with whom and where they played."""
        self._waiting.pop(who, None)
        if for_good:
            self._past.pop(who, None)

    def next_company(self, size: int, now: float, *, others_playing: bool) -> list[Who] | None:
        """The next ``size`` to play together, or ``None``: too few, or worth waiting for other company.

        Who has waited longest always plays, with those of the others who have waited longest and were not in
        the same company last time. Where only they are left, they meet again, at once if nobody else is
        playing (``others_playing``), else after :data:`PATIENCE_S`.
        """
        if len(self._waiting) < size or size < 1:
            return None
        first, *others = self._waiting
        company = [first]
        for who in others:
            if len(company) < size and not any(self._met(who, other) for other in company):
                company.append(who)
        if len(company) < size:
            if others_playing and now - self._waiting[first].since < PATIENCE_S:
                return None
            company += islice((who for who in others if who not in company), size - len(company))
        return company

    def patience_ends(self) -> float | None:
        """When the one who waits longest takes any company; ``None`` where nobody waits."""
        first = next(iter(self._waiting.values()), None)
        return None if first is None else first.since + PATIENCE_S

    def seat(self, company: Sequence[Who], seats: Sequence[Spot]) -> Mapping[Spot, Who]:
        """Seat -> who sits there: everybody where they sat least often so far. They wait no more.

        ``seats`` has as many entries as ``company``.
        """

        def unfairness(order: Sequence[Who]) -> int:
            return sum(self._past_of(who).sat[seat] ** 2 for who, seat in zip(order, seats, strict=True))

        best = min(islice(permutations(company), _ORDERS_MAX), key=unfairness)
        for who, seat in zip(best, seats, strict=True):
            past = self._past_of(who)
            past.sat[seat] += 1
            past.company = frozenset(company) - {who}
            self._waiting.pop(who, None)
        return dict(zip(seats, best, strict=True))

    def _met(self, one: Who, other: Who) -> bool:
        return one in self._past_of(other).company or other in self._past_of(one).company

    def _past_of(self, who: Who) -> _Past:
        return self._past.setdefault(who, _Past())
