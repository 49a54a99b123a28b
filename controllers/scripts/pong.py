"""Cooperative pong: ``follower`` finds ball and paddle in the picture and keeps them level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.match.controller import SimpleController

_STAY, _UP, _DOWN = 0, 1, 2
_LEFT_PADDLE, _RIGHT_PADDLE = 12, 62
"""Columns at either side that only paddles take up at the default picture of 480; the right one is a cake."""
_NEAR_ENOUGH = 6.0
"""Pixels; one step of a paddle, so that it does not tremble."""


class Follower(SimpleController):
    """Reads the picture: uint8 of shape ``(height, width, 3)``, bright things on black."""

    inline = True
    deterministic = True

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """Until the ball is seen, keep to the middle."""
        self._ball: dict[str, float | None] = dict.fromkeys(agents)

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """0 stays, 1 moves up, 2 moves down."""
        bright: NDArray[np.bool_] = np.asarray(observation)[:, :, 0] > 127
        height, width = bright.shape
        field = bright[:, _LEFT_PADDLE : width - _RIGHT_PADDLE]
        ball = _middle(np.asarray(field.any(axis=1)))
        if ball is None:  # behind the tiers of the cake
            ball = self._ball[agent]
        self._ball[agent] = ball
        paddle = _middle(bright[:, 0 if agent.endswith("_0") else width - 1])
        if paddle is None:
            return _STAY
        off = (height / 2 if ball is None else ball) - paddle
        return _STAY if abs(off) <= _NEAR_ENOUGH else _DOWN if off > 0 else _UP


def _middle(rows: NDArray[np.bool_]) -> float | None:
    """The mean of the rows that are set."""
    found = rows.nonzero()[0]
    return float(found.mean()) if len(found) else None
