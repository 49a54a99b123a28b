"""The pitch: how large it is, what stands round it, and who waits where for a kick-off.

The middle is (0, 0), x runs to the right and y down. Red has the goal on the left.
"""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.world import World

LENGTH_M, WIDTH_M = 32.0, 18.0
HALF_LENGTH_M, HALF_WIDTH_M = LENGTH_M / 2, WIDTH_M / 2
GOAL_M, GOAL_DEPTH_M = 6.6, 2.0
"""Between the posts, and from the line to the net."""
CORNER_M = 3.0
"""Radius of the rounded corners: a ball never sticks in one."""
CENTRE_CIRCLE_M = 3.0
PLAYER_M, BALL_M = 0.9, 0.5
"""Radii."""
PLAYER_KG, BALL_KG = 4.0, 0.8

_WALL_M = 0.4
_CORNER_PIECES = 5
_STRIKER_M, _BACK_M = (-4.6, 1.6), (-10.5, -1.6)
_MORE_M = ((-7.0, -5.0), (-7.0, 5.0))
_JITTER_M = 0.5


def build(players: int) -> World:
    """A closed world with ``players`` discs in rows 0, 1, ... and the ball in the last row."""
    world = World(cell_m=2 * PLAYER_M)
    for _ in range(players):
        world.add_disc(PLAYER_M, PLAYER_KG, elasticity=0.5, friction=0.5)
    world.add_disc(BALL_M, BALL_KG, elasticity=0.9, friction=0.7, turns=True)
    line = _round()
    world.add_walls(line, thickness=_WALL_M, elasticity=0.85, friction=0.5)
    world.add_walls([(-x, -y) for x, y in line], thickness=_WALL_M, elasticity=0.85, friction=0.5)
    for side in (-1.0, 1.0):
        world.add_walls(_net(side), thickness=_WALL_M, elasticity=0.15, friction=0.9)
    world.close()
    return world


def _round() -> list[tuple[float, float]]:
    """The middle of the wall from the right goal's lower post round the bottom to the left goal's."""
    out = _WALL_M / 2
    right, bottom, post = HALF_LENGTH_M + out, HALF_WIDTH_M + out, GOAL_M / 2 + out
    radius = CORNER_M + out
    quarter = [pi / 2 * piece / _CORNER_PIECES for piece in range(_CORNER_PIECES + 1)]
    corner = [(right - radius * (1 - cos(a)), bottom - radius * (1 - sin(a))) for a in quarter]
    return [(right, post), *corner, *((-x, y) for x, y in reversed(corner)), (-right, post)]


def _net(side: float) -> list[tuple[float, float]]:
    """The middle of the wall about one goal."""
    line, post = HALF_LENGTH_M + _WALL_M / 2, GOAL_M / 2 + _WALL_M / 2
    back = HALF_LENGTH_M + GOAL_DEPTH_M + _WALL_M / 2
    return [(side * line, -post), (side * back, -post), (side * back, post), (side * line, post)]


def formation(players_per_team: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Where everybody waits for a kick-off, all of red before all of blue: shape ``(2 * players, 2)``.

    A little is left to chance; blue stands as red does, turned by half a turn.
    """
    red = np.array((_STRIKER_M, _BACK_M, *_MORE_M)[:players_per_team])
    red *= (1.0, 1.0 if rng.integers(2) else -1.0)
    red += rng.uniform(-_JITTER_M, _JITTER_M, red.shape)
    return np.concatenate((red, -red))
