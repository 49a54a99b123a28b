"""How players run and boost, and how they kick the ball.

Of so few, plain numbers are quicker than arrays: all of this works on rows of the world's table as lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

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
_CLOSE_M = _TOUCH_M + BOOST_TOP_MPS * _TICK_S


Row = list[float]


def run(row: Row, push: Sequence[float], tank: float) -> tuple[float, bool]:
    """Let a player's row gain speed; what is left in its tank, and whether it boosts.

    ``push``: ahead, aside and the boost, as people see the pitch; it counts no longer than 1.
    """
    x, y, button = push
    pressed = button > 0.5
    boosts = pressed and tank >= _DRAIN
    gain = (_BOOST_PUSH_MPS if boosts else _PUSH_MPS) / max(1.0, sqrt(x * x + y * y))
    row[VX], row[VY] = row[VX] * _KEEP + x * gain, row[VY] * _KEEP + y * gain
    if boosts:
        tank -= _DRAIN
    elif not pressed:
        tank = min(1.0, tank + _REFILL)
    return tank, boosts


def roll(ball: Row) -> None:
    """Let the ball's row slow down and curve."""
    spin = ball[SPIN] * _TURN
    vx, vy, pull = ball[VX], ball[VY], CURVE * spin * _TICK_S
    ball[VX], ball[VY] = _limited((vx - pull * vy) * _ROLL, (vy + pull * vx) * _ROLL)
    ball[SPIN] = min(SPIN_TOP, max(-SPIN_TOP, spin))


def kick(players: Sequence[Row], ball: Row, boosts: Sequence[bool]) -> list[int]:
    """Let those of ``boosts`` who reach the ball within this tick kick it; their numbers.

    A ball that leaves fast enough already is left alone, so that one touch is one kick. Kicks at the same
    moment add up, in whatever order.
    """
    kicks: list[int] = []
    x, y, _angle, vx, vy, spin = ball
    more_x = more_y = 0.0
    for number, (player, boosting) in enumerate(zip(players, boosts, strict=True)):
        way_x, way_y = x - player[X], y - player[Y]
        if not boosting or way_x * way_x + way_y * way_y > _CLOSE_M * _CLOSE_M:
            continue
        span = sqrt(way_x * way_x + way_y * way_y) or 1.0
        to_x, to_y = way_x / span, way_y / span
        own_x, own_y = player[VX], player[VY]
        nearing = (own_x - vx) * to_x + (own_y - vy) * to_y
        if span - nearing * _TICK_S < _TOUCH_M and nearing > -KICK_MPS:
            kicks.append(number)
            more = nearing + KICK_MPS
            more_x, more_y = more_x + more * to_x, more_y + more * to_y
            spin -= KICK_SPIN * (to_x * own_y - to_y * own_x) / BALL_M
    if kicks:
        ball[VX], ball[VY] = _limited(vx + more_x, vy + more_y)
        ball[SPIN] = spin
    return kicks


def _limited(vx: float, vy: float) -> tuple[float, float]:
    speed = sqrt(vx * vx + vy * vy)
    scale = BALL_TOP_MPS / speed if speed > BALL_TOP_MPS else 1.0
    return vx * scale, vy * scale
