"""One match of a host while it runs: driven beside others, and unable to take any of them along."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from arena.hosting.guests import Guest
from arena.hosting.openings import Opening
from arena.match.match import Match
from arena.session import Session

CURTAIN_S = 0.5
"""How long a match with people in it stays open after its end."""

_log = logging.getLogger(__name__)


class Running:
    """A match, who of the guests plays in it, and where it came from."""

    def __init__(
        self, number: int, opening: Opening, session: Session, guests: Mapping[int, Guest], table: int | None
    ) -> None:
        """``guests`` by group of seats; ``table`` is ``None`` for a match out of the queue."""
        self.number, self.opening, self.session, self.table = number, opening, session, table
        self.guests = dict(guests)
        self.told = 0
        """Episodes whose result was announced."""
        self.fault = ""
        """What broke it, if anything did."""
        self._ended_at: float | None = None

    @property
    def match(self) -> Match:
        """The match itself."""
        return self.session.match

    @property
    def people(self) -> list[Any]:
        """The controllers of those who play from a window of their own."""
        holders = self.match.table.holders
        return [holder.controller for holder in holders if hasattr(holder.controller, "look")]

    def over(self, now: float) -> bool:
        """Nothing more will happen, and people have had a moment to be shown how it ended."""
        if self.fault:
            return True
        if not self.match.finished:
            return False
        if self._ended_at is None:
            self._ended_at = now
        return not self.people or now >= self._ended_at + CURTAIN_S

    @property
    def title(self) -> str:
        """``match 3, Chess: Ada - Bob``."""
        names = [descriptor.name for descriptor in self.match.descriptors().values()]
        return f"match {self.number}, {self.opening.entry.title}: {' - '.join(dict.fromkeys(names))}"

    def start(self, now: float) -> None:
        """Begin. What fails here fails like everything later."""
        self._guarded(now, self.session.start)

    def step(self, now: float) -> bool:
        """Do what is due; whether anything was."""
        did = False

        def tick() -> None:
            nonlocal did
            did = self.match.tick(now)
            self.session.check_record(now)
            self._show(now)

        self._guarded(now, tick)
        return did

    def _show(self, now: float) -> None:
        """People on their own machines see what is new; they may say something in return (resign, draw)."""
        people = self.people
        for person in people:
            person.look(self.match, now)
        if people:
            self.match.shown(now)

    def next_wakeup(self, now: float) -> float | None:
        """When :meth:`step` is due at the latest; ``None``: when somebody wakes the driver."""
        try:
            if self._ended_at is not None:
                return self._ended_at + CURTAIN_S
            return self.match.next_wakeup(now)
        except Exception as error:  # noqa: BLE001 - see _guarded
            self._break(now, error)
            return now

    def abort(self, now: float, why: str) -> None:
        """End it without a result."""
        self._guarded(now, lambda: self.match.abort(now, why))

    def _guarded(self, now: float, act: Any) -> None:
        if self.fault:
            return
        try:
            act()
        except Exception as error:  # noqa: BLE001 - a fault in one match ends that one and no other
            self._break(now, error)

    def _break(self, now: float, error: Exception) -> None:
        _log.exception("match %d failed", self.number)
        self.fault = f"{type(error).__name__}: {error}"
        try:
            self.match.abort(now, f"the host could not go on: {self.fault}")
        except Exception:  # noqa: BLE001 - it is as broken as that; closing frees what it holds
            _log.exception("match %d could not be ended", self.number)
