"""How players run and boost, and how they kick the ball; all in arrays over the players."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.game import HZ
from arena.games.physics.world import SPIN, VX, VY, X, Y
from arena.games.soccer.pitch import BALL_M, PLAYER_M

TOP_MPS, BOOST_TOP_MPS = 9.0, 14.0
"""Speeds that a player nears with full thrust, without and with boost."""
GRIP_PER_S = 3.2
"""Share of the difference to that speed made up in a second: how weighty a player feels."""
TANK_S, REFILL_S = 1.3, 4.5
"""How long a full tank lasts, and how long an empty one takes to fill while boost is not pressed."""
KICK_MPS = 11.0
"""A boosting player's ball leaves faster than the player by at least this much."""
KICK_REACH_M = 0.12
"""How near the ball must come to be kicked."""
BALL_TOP_MPS = 34.0
ROLL_PER_S = 0.55
"""Share of its speed that the ball loses in a second."""
SPIN_LOSS_PER_S = 0.9
CURVE = 0.012
"""Sideways pull on a spinning ball: metres a second squared, for each metre a second and radian a second."""
SPIN_TOP = 40.0
KICK_SPIN = 0.35
"""Share of the speed across the line of a kick that turns the ball."""

_TICK_S = 1.0 / HZ
_KEEP = 1.0 - GRIP_PER_S * _TICK_S
_PUSH_MPS, _BOOST_PUSH_MPS = TOP_MPS * GRIP_PER_S * _TICK_S, BOOST_TOP_MPS * GRIP_PER_S * _TICK_S
_ROLL = 1.0 - ROLL_PER_S * _TICK_S
_TURN = 1.0 - SPIN_LOSS_PER_S * _TICK_S
_DRAIN, _REFILL = _TICK_S / TANK_S, _TICK_S / REFILL_S
_TOUCH_M = PLAYER_M + BALL_M + KICK_REACH_M


def run(
    players: NDArray[np.float64], pushes: NDArray[np.float64], tanks: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Let the players' rows of the world's table gain speed, and use up their tanks; who boosts.

    ``pushes``: of shape ``(players, 3)``, as people see the pitch; a push is no longer than 1.
    """
    thrust = pushes[:, :2]
    gain = _PUSH_MPS / np.maximum(np.hypot(pushes[:, 0], pushes[:, 1]), 1.0)
    pressed = pushes[:, 2] > 0.5
    if pressed.any():
        boosts = pressed & (tanks >= _DRAIN)
        tanks -= _DRAIN * boosts
        tanks += _REFILL * ~pressed
        gain *= 1.0 + (_BOOST_PUSH_MPS / _PUSH_MPS - 1.0) * boosts
    else:
        boosts = pressed
        tanks += _REFILL
    np.minimum(tanks, 1.0, out=tanks)
    velocity = players[:, VX : VY + 1]
    velocity *= _KEEP
    velocity += thrust * gain[:, None]
    return boosts


def roll(ball: NDArray[np.float64]) -> None:
    """Let the ball's row of the table slow down and curve."""
    vx, vy, spin = ball[VX].item(), ball[VY].item(), ball[SPIN].item() * _TURN
    pull = CURVE * spin * _TICK_S
    vx, vy = (vx - pull * vy) * _ROLL, (vy + pull * vx) * _ROLL
    ball[VX], ball[VY] = _limited(vx, vy)
    ball[SPIN] = min(SPIN_TOP, max(-SPIN_TOP, spin))


def kick(players: NDArray[np.float64], ball: NDArray[np.float64], boosts: NDArray[np.bool_]) -> list[int]:
    """Let those of ``boosts`` who reach the ball within this tick kick it; their rows.

    A ball that leaves fast enough already is left alone, so that one touch is one kick. Kicks at the same
    moment add up, in whatever order.
    """
    way = ball[X : Y + 1] - players[:, X : Y + 1]
    distance = np.hypot(way[:, 0], way[:, 1])
    close = boosts & (distance < _TOUCH_M + BOOST_TOP_MPS * _TICK_S)
    if not close.any():
        return []
    rows = []
    vx, vy = ball[VX].item(), ball[VY].item()
    more_x = more_y = spin = 0.0
    for row in np.flatnonzero(close).tolist():
        span = distance[row].item() or 1.0
        to_x, to_y = way[row, 0].item() / span, way[row, 1].item() / span
        own_x, own_y = players[row, VX].item(), players[row, VY].item()
        nearing = (own_x - vx) * to_x + (own_y - vy) * to_y
        if span - nearing * _TICK_S < _TOUCH_M and nearing > -KICK_MPS:
            rows.append(row)
            more = nearing + KICK_MPS
            more_x, more_y = more_x + more * to_x, more_y + more * to_y
            spin -= KICK_SPIN * (to_x * own_y - to_y * own_x) / BALL_M
    ball[VX], ball[VY] = _limited(vx + more_x, vy + more_y)
    ball[SPIN] += spin
    return rows


def _limited(vx: float, vy: float) -> tuple[float, float]:
    speed = (vx * vx + vy * vy) ** 0.5
    scale = BALL_TOP_MPS / speed if speed > BALL_TOP_MPS else 1.0
    return vx * scale, vy * scale
