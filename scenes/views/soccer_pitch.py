"""The still parts of soccer: a walled pitch of mown grass with its lines, and two goals with nets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.physics.brush import Brush
from scenes.views.shapes import XY

GRASS: tuple[Colour, Colour] = ((33, 83, 60), (38, 92, 67))
LINE: Colour = (150, 188, 167)
WALL: Colour = (44, 52, 70)
WALL_EDGE: Colour = (98, 111, 139)
POCKET: Colour = (21, 45, 40)
NET: Colour = (74, 98, 98)
SHADOW: Colour = (6, 8, 12)
STRIPES = 12
WALL_M = 0.36
EDGE_M = 0.1
LINE_M = 0.09
MESH_M = 0.3

Pitch = Mapping[str, Any]


def paint(brush: Brush, pitch: Pitch, left: Colour, right: Colour) -> None:
    """Draw the pitch around the origin; ``left`` and ``right`` are the colours of who defends there."""
    for grown, colour, down in ((WALL_M + 0.06, SHADOW, 0.2), (WALL_M, WALL, 0.0), (EDGE_M, WALL_EDGE, 0.0)):
        for outline in _outlines(pitch, grown):
            brush.fill([(x, y + down) for x, y in outline], colour)
    _paint_pockets(brush, pitch)
    _paint_grass(brush, pitch)
    _paint_lines(brush, pitch)
    brush.light(_outlines(pitch, 0.0)[0], 0.72)
    _paint_mouth(brush, pitch, -1, left)
    _paint_mouth(brush, pitch, 1, right)


def _corner(pitch: Pitch) -> float:
    return float(min(pitch["corner_radius"], pitch["height"] / 2))


def _outlines(pitch: Pitch, grown: float) -> list[list[XY]]:
    """The pitch and its two pockets, ``grown`` metres larger on each side."""
    x, y = pitch["width"] / 2 + grown, pitch["height"] / 2 + grown
    deep, mouth = pitch["width"] / 2 + pitch["goal_depth"] + grown, pitch["goal"] / 2 + grown
    return [
        shapes.box(-x, -y, x, y, _corner(pitch) + grown),
        shapes.box(-deep, -mouth, deep, mouth, min(0.4, pitch["goal_depth"] / 2) + grown),
    ]


def _paint_pockets(brush: Brush, pitch: Pitch) -> None:
    near, mouth = pitch["width"] / 2, pitch["goal"] / 2
    deep = near + pitch["goal_depth"]
    brush.fill(shapes.box(-deep, -mouth, deep, mouth, min(0.4, pitch["goal_depth"] / 2)), POCKET)
    for side in (-1, 1):
        for x in np.arange(near + MESH_M, deep - MESH_M / 3, MESH_M):
            brush.line([(side * x, -mouth + 0.05), (side * x, mouth - 0.05)], 0.04, NET)
        for y in np.arange(MESH_M / 2, mouth - MESH_M / 4, MESH_M):
            for row in (-y, y):
                brush.line([(side * near, row), (side * (deep - 0.05), row)], 0.04, NET)


def _paint_grass(brush: Brush, pitch: Pitch) -> None:
    width, height, corner = pitch["width"], pitch["height"], _corner(pitch)
    for stripe in range(STRIPES):
        xs = np.linspace(stripe / STRIPES, (stripe + 1) / STRIPES, 25) * width - width / 2
        tops = [_half_height(x, width, height, corner) for x in xs]
        upper = [(x, -y) for x, y in zip(xs, tops, strict=True)]
        lower = [(x, y) for x, y in zip(xs, tops, strict=True)]
        brush.fill([*upper, *reversed(lower)], GRASS[stripe % 2])


def _half_height(x: float, width: float, height: float, corner: float) -> float:
    """Half the height of a rectangle with round corners at ``x`` from its middle."""
    past = abs(x) - (width / 2 - corner)
    if past <= 0:
        return height / 2
    return height / 2 - corner + math.sqrt(max(0.0, corner * corner - past * past))


def _paint_lines(brush: Brush, pitch: Pitch) -> None:
    near, half_h, mouth = pitch["width"] / 2, pitch["height"] / 2, pitch["goal"] / 2
    radius = pitch["centre_radius"]
    brush.line([(0, -half_h), (0, half_h)], LINE_M, LINE)
    brush.ring((0, 0), radius, LINE_M, LINE)
    brush.dot((0, 0), 0.17, LINE)
    reach_y = min(half_h - 1.2, mouth + 2.4)
    reach_x = min(near * 0.3, mouth + 1.5)
    for side in (-1, 1):
        edge = side * (near - reach_x)
        box = [(side * near, -reach_y), (edge, -reach_y), (edge, reach_y), (side * near, reach_y)]
        brush.line(box, LINE_M, LINE)
        brush.line(_bow(edge, side, radius * 0.55), LINE_M, LINE)
        brush.dot((side * (near - reach_x * 0.68), 0), 0.12, LINE)


def _bow(x: float, side: int, radius: float) -> list[XY]:
    """The arc in front of a penalty area, towards the middle."""
    turns = np.linspace(-math.pi / 2, math.pi / 2, 24) * 0.72
    sunk = radius * math.cos(turns[0])
    return [(x - side * (radius * math.cos(turn) - sunk), radius * math.sin(turn)) for turn in turns]


def _paint_mouth(brush: Brush, pitch: Pitch, side: int, colour: Colour) -> None:
    """Goal line and posts in the colour of the team."""
    x, mouth = side * pitch["width"] / 2, pitch["goal"] / 2
    deep = side * (pitch["width"] / 2 + pitch["goal_depth"] + EDGE_M / 2)
    brush.line([(x, -mouth), (x, mouth)], 0.13, mix(colour, GRASS[0], 0.25))
    frame = [(x, -mouth - EDGE_M / 2), (deep, -mouth - EDGE_M / 2)]
    brush.line([*frame, *((px, -py) for px, py in reversed(frame))], 0.14, mix(colour, WALL, 0.35))
    for y in (-mouth, mouth):
        brush.dot((x, y + 0.08), 0.3, SHADOW)
        brush.dot((x, y), 0.28, mix(colour, (255, 255, 255), 0.25))
