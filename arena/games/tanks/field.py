"""The world of tanks: all layouts stand in one space, and a tank meets only the walls of the one in play."""

from __future__ import annotations

from functools import cache

import pymunk

from arena.games.physics.world import World
from arena.games.tanks.feelers import Feelers
from arena.games.tanks.layouts import BORDERS, LAYOUTS, Rectangle
from arena.games.tanks.numbers import MASS, RADIUS, SHELL_RADIUS, SHELL_SPEED
from arena.games.tanks.shells import Shells
from arena.games.tanks.walls import Bounces, Sightlines

_TANK, _BORDER = 1 << 30, 1 << 29


class Field:
    """The space, its tanks (rows 0, 1, ...) and their shells."""

    def __init__(self, tanks: int) -> None:
        self.world = world = World(cell_m=2 * RADIUS, substeps=2)
        # Chipmunk lets bodies sink 0.1 into each other: nothing in pixels, much in metres.
        world.space.collision_slop, world.space.collision_bias = 0.01, 0.5**60
        self._shapes: list[pymunk.Shape] = []
        for tank in range(tanks):
            world.add_disc(RADIUS, MASS, elasticity=0.3)
            self._shapes.extend(world.bodies[tank].shapes)
        self.shells = Shells(world, tanks)
        for wall in BORDERS:
            self._build(wall, _BORDER)
        for number, layout in enumerate(LAYOUTS):
            for wall in layout.walls:
                self._build(wall, 1 << number)
        world.close()

    def choose(self, layout: int) -> None:
        """Put the walls of that layout up and take all others down."""
        for shape in self._shapes:
            shape.filter = pymunk.ShapeFilter(categories=_TANK, mask=_TANK | _BORDER | 1 << layout)

    def _build(self, wall: Rectangle, category: int) -> None:
        left, top, right, bottom = wall
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        shape = pymunk.Poly(self.world.space.static_body, corners)
        shape.elasticity, shape.friction = 0.2, 0.0
        shape.filter = pymunk.ShapeFilter(categories=category)
        self.world.space.add(shape)


@cache
def sightlines(layout: int) -> Sightlines:
    """The walls of a layout, to look at."""
    return Sightlines(LAYOUTS[layout].walls)


@cache
def feelers(layout: int) -> Feelers:
    """What tanks feel the walls of a layout with."""
    return Feelers(LAYOUTS[layout].walls)


@cache
def bounces(layout: int) -> Bounces:
    """The walls of a layout, for shells to come back from."""
    return Bounces((*BORDERS, *LAYOUTS[layout].walls), SHELL_RADIUS, 1.5 * SHELL_SPEED / 60.0)
