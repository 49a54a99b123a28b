"""Knights, archers, zombies: ``guard`` turns to the zombie that is nearest to the line and strikes.

Reads the vector observation: row 0 is ``(0, x, y, heading x, heading y)``; every other row is ``(distance,
dx, dy, heading x, heading y)`` of one thing, all zeros where there is none. Positions are parts of the
screen's width and height. Zombies are the only things that head straight down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.match.controller import SimpleController

_FORWARD, _COUNTER_CLOCKWISE, _CLOCKWISE, _ATTACK, _NOTHING = 0, 2, 3, 4, 5
_ASPECT = 1280 / 720
_TURN_DEGREES = 10.0
_FLIGHT = 1 / 9
"""Speed of a zombie in parts of an arrow's: how far it walks while the arrow flies."""
_MACE_REACH = 0.1
"""Of the screen's height: body and mace of a knight."""


class Guard(SimpleController):
    """Archers aim ahead of a zombie and shoot; knights walk up to one and swing."""

    inline = True
    deterministic = True

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """One of the six actions of the game."""
        rows = np.asarray(observation, np.float64)
        target = self._target(rows)
        if target is None:
            return self._turn_towards(rows[0], np.array([0.0, -1.0])) or _NOTHING
        archer = agent.startswith("archer")
        way = target.copy()
        distance = math.hypot(*way)
        if archer:
            way[1] += distance * _FLIGHT
        turn = self._turn_towards(rows[0], way)
        if turn is not None:
            return turn
        return _ATTACK if archer or distance < _MACE_REACH else _FORWARD

    @staticmethod
    def _target(rows: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """The way to the zombie lowest on the screen, near ones first, in screen heights."""
        others = rows[1:]
        zombies = others[(others[:, 0] > 0) & (others[:, 3] == 0.0) & (others[:, 4] == 1.0)]
        if not len(zombies):
            return None
        urgency = zombies[:, 2] - 0.5 * zombies[:, 0]
        way: NDArray[np.float64] = zombies[int(np.argmax(urgency)), 1:3] * np.array([_ASPECT, 1.0])
        return way

    @staticmethod
    def _turn_towards(me: NDArray[np.float64], way: NDArray[np.float64]) -> int | None:
        """The turn that faces ``way``; ``None`` if it is faced as well as steps of ten degrees allow."""
        heading = me[3:5]
        cross = heading[0] * way[1] - heading[1] * way[0]
        degrees = math.degrees(math.atan2(cross, float(heading @ way)))
        if abs(degrees) <= _TURN_DEGREES / 2:
            return None
        return _CLOCKWISE if degrees > 0 else _COUNTER_CLOCKWISE
