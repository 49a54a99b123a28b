"""The table: its measures, and the world that stands for it.

The origin is the middle of the table. Red plays on the left and attacks to the right; blue the other way
round.
"""

from __future__ import annotations

import pymunk

from arena.games.physics.world import World

WIDTH_M, HEIGHT_M = 16.0, 9.0
GOAL_M, POCKET_M = 4.6, 1.0
"""Width of a goal, and how deep a puck that went in lies behind its line."""
MALLET_M, PUCK_M = 0.6, 0.38
"""Radii."""
REACH_M = MALLET_M + PUCK_M

TOP_MPS = 14.0
"""The fastest a mallet goes."""
PULL_MPS2 = 120.0
"""How quickly it changes its speed: from rest to the top in less than an eighth of a second."""
PUCK_MPS, PUCK_SPIN = 32.0, 40.0
"""The fastest a puck goes, and turns in radians a second."""

_MALLET_KG, _PUCK_KG = 12.0, 1.0
WALL_BOUNCE, _MALLET_BOUNCE = 0.93, 0.95
_WALL_GRIP, _MALLET_GRIP = 0.3, 0.35
_SLOP_M = 0.01
_WALL_M = 3.0
"""Thicker than anything moves within a tick."""
_CORNER_M = 0.12
"""Radius of the goal posts' edges."""
_WALLS, _PUCK, _MALLETS = 1, 2, 4


def make_world(mallets: int) -> World:
    """A closed world of ``mallets`` bodies, and the puck as the last row."""
    world = World(cell_m=2 * PUCK_M)
    world.space.collision_slop = _SLOP_M
    hits = pymunk.ShapeFilter(categories=_MALLETS, mask=_PUCK | _MALLETS)
    for _ in range(mallets):
        world.add_disc(MALLET_M, _MALLET_KG, elasticity=_MALLET_BOUNCE, friction=_MALLET_GRIP, filter=hits)
    touches = pymunk.ShapeFilter(categories=_PUCK, mask=_WALLS | _MALLETS)
    world.add_disc(PUCK_M, _PUCK_KG, elasticity=1.0, friction=1.0, turns=True, filter=touches)
    _add_walls(world)
    world.close()
    return world


def half(side: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the middle of a mallet of the left (-1) or the right half (1) may be: its least and its greatest
    ``(x, y)``.
    """
    middle, apart, aside = WIDTH_M / 4, WIDTH_M / 4 - MALLET_M, HEIGHT_M / 2 - MALLET_M
    return (side * middle - apart, -aside), (side * middle + apart, aside)


def keep_in(puck: list[float]) -> bool:
    """Put a puck that was pressed into a wall back on the table; ``puck`` is its row of the world's table,
    changed in place. Whether that was needed.
    """
    x, y = puck[0], puck[1]
    free_x, free_y = WIDTH_M / 2 - PUCK_M, HEIGHT_M / 2 - PUCK_M
    if abs(x) > WIDTH_M / 2 and abs(y) < GOAL_M / 2:
        free_x, free_y = WIDTH_M, GOAL_M / 2 - PUCK_M
    elif abs(y) < GOAL_M / 2:
        free_x = WIDTH_M / 2
    if abs(x) <= free_x + _SLOP_M and abs(y) <= free_y + _SLOP_M:
        return False
    for place, free in ((0, free_x), (1, free_y)):
        at = puck[place]
        if abs(at) > free:
            puck[place] = free if at > 0 else -free
            if puck[place + 3] * at > 0:
                puck[place + 3] *= -WALL_BOUNCE
    return True


def _add_walls(world: World) -> None:
    """Four sides, with a goal in the middle of the left and of the right one."""
    right, bottom, mouth = WIDTH_M / 2, HEIGHT_M / 2, GOAL_M / 2
    outside = right + _WALL_M
    for side in (-1.0, 1.0):
        _add_block(world, -outside, outside, side * bottom, side * (bottom + _WALL_M))
        for end in (-1.0, 1.0):
            _add_block(world, end * right, end * outside, side * mouth, side * bottom)


def _add_block(world: World, x0: float, x1: float, y0: float, y1: float) -> None:
    edge = _CORNER_M
    left, right = min(x0, x1) + edge, max(x0, x1) - edge
    top, bottom = min(y0, y1) + edge, max(y0, y1) - edge
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    block = pymunk.Poly(world.space.static_body, corners, radius=edge)
    block.elasticity, block.friction = WALL_BOUNCE, _WALL_GRIP
    block.filter = pymunk.ShapeFilter(categories=_WALLS, mask=_PUCK)
    world.space.add(block)
