"""The ring's timetable: how large it is when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.game import HZ

LAST_RADIUS_M = 0.8
"""At the end two wrestlers, who are wider than that, cannot both have their centres inside."""

STAGES = 5
FIRST = 0.1
"""Share of the match before the ring first shrinks."""
LAST = 0.55
"""Share of the match at which the rest after its last move would end."""
MOVING = 0.4
"""Share of a stage during which it shrinks; then it rests."""


def start_radius(players: int) -> float:
    """Metres; more wrestlers need more room."""
    return 3.7 + 0.75 * players


class Ring:
    """Radii by tick. It shrinks in :data:`STAGES` moves with rests between, so that people can read it."""

    def __init__(self, players: int, max_ticks: int) -> None:
        self.start_radius = start_radius(players)
        span = (LAST - FIRST) * max_ticks / STAGES
        begins = FIRST * max_ticks + span * np.arange(STAGES)
        sizes = np.linspace(self.start_radius, LAST_RADIUS_M, STAGES + 1)
        ticks = np.arange(max_ticks + 1)
        corners = np.stack([begins, begins + MOVING * span], axis=1).reshape(-1)
        levels = np.stack([sizes[:-1], sizes[1:]], axis=1).reshape(-1)
        radius = np.interp(ticks, corners, levels)
        stage = np.searchsorted(begins, ticks, side="right")
        goal = sizes[stage]
        ahead = np.append(begins, max_ticks)[stage] - ticks
        rest = np.where(radius > goal, 0.0, np.maximum(ahead, 0.0)) / HZ
        left = (max_ticks - ticks) / HZ
        self.table: NDArray[np.float64] = np.stack([radius, goal, rest, left], axis=1)
        """By tick, shape ``(max_ticks + 1, 4)``: its radius, metres; the radius where the move under way, or
        the one before this rest, ends; seconds until it shrinks again (at its last size: until the end), 0
        while it does; seconds of the match left.
        """
        self.begins = frozenset(int(np.ceil(tick)) for tick in begins)
        """The ticks at which it begins to shrink."""
