"""An observation of soccer in metres and seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.games.soccer.observation import UNIT_M, UNIT_MPS

_BODY = 5
"""Entries of a player: place, velocity, boost."""
_BALL, _GOALS, _REST = 5, 4, 4


@dataclass(slots=True)
class Body:
    """A player, or the ball, from the middle of the pitch."""

    x: float
    y: float
    vx: float
    vy: float
    boost: float = 0.0


@dataclass(slots=True)
class Sight:
    """Who is where."""

    me: Body
    ball: Body
    mates: list[Body]
    rivals: list[Body]
    waits: bool
    """Play has not begun."""

    @classmethod
    def read(cls, seen: NDArray[np.float64], ahead_s: float) -> Sight:
        """``ahead_s``: all bodies are where they will be by then if nobody pushes."""
        values: list[float] = seen.tolist()
        per_team = (len(values) - _BALL - _GOALS - _REST) // (2 * _BODY)
        x, y = values[0] * UNIT_M, values[1] * UNIT_M
        first = _BODY + _BALL + _GOALS

        def body(start: int, from_x: float, from_y: float, *, boost: bool = True) -> Body:
            dx, dy, vx, vy = values[start : start + 4]
            vx, vy = vx * UNIT_MPS, vy * UNIT_MPS
            full = values[start + 4] if boost else 0.0
            at_x, at_y = from_x + dx * UNIT_M + vx * ahead_s, from_y + dy * UNIT_M + vy * ahead_s
            return Body(at_x, at_y, vx, vy, full)

        others = [body(first + _BODY * number, x, y) for number in range(2 * per_team - 1)]
        return cls(
            body(0, 0.0, 0.0),
            body(_BODY, x, y, boost=False),
            others[: per_team - 1],
            others[per_team - 1 :],
            waits=values[-1] > 0.0,
        )
