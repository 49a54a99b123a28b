"""The moments of one episode, for games in which a move can be taken back."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

from arena.games.digest import Digest
from arena.match.scoring import Ledger


@dataclass(frozen=True, slots=True)
class Moment:
    """What a match must know to go on from an earlier position."""

    due: tuple[str, ...]
    ledger: Ledger
    digest: Digest
    clocks: Mapping[str, float] | None


class History:
    """One :class:`Moment` per position of the present line; empty and free where the game has no undo."""

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled
        self._moments: list[Moment] = []

    def clear(self) -> None:
        """A new episode."""
        self._moments.clear()

    def add(
        self, due: tuple[str, ...], ledger: Ledger, digest: Digest, clocks: Mapping[str, float] | None
    ) -> None:
        """Keep the present position."""
        if self.enabled:
            self._moments.append(Moment(due, copy.deepcopy(ledger), digest.copy(), clocks))

    def steps_back(self, agent: str) -> int:
        """Steps to the newest earlier position in which ``agent`` was to move; 0 if there is none."""
        for steps, moment in enumerate(reversed(self._moments)):
            if steps and agent in moment.due:
                return steps
        return 0

    def go_back(self, steps: int) -> Moment:
        """Drop the newest ``steps`` moments; returns a fresh copy of the one that is now newest."""
        del self._moments[-steps:]
        kept = self._moments[-1]
        return Moment(kept.due, copy.deepcopy(kept.ledger), kept.digest.copy(), kept.clocks)
