"""The still parts of tanks: a paved hall, walls with a little height, and the dark where nobody looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.physics.brush import Brush
from scenes.views.physics.field import Field

FLOOR: Colour = (66, 72, 87)
SEAM: Colour = (55, 60, 74)
TOP: Colour = (128, 136, 157)
TOP_EDGE: Colour = (168, 176, 196)
SIDE: Colour = (78, 85, 105)
RIM: Colour = (44, 52, 70)
RIM_EDGE: Colour = (98, 111, 139)
SHADOW: Colour = (6, 8, 12)
DARK: Colour = (114, 118, 136)
"""What is left of the light, in 255ths, where nobody looks."""
RIM_M = 0.4
EDGE_M = 0.1
TILE_M = 2.0
SIDE_M = 0.26
"""Height of the wall's side that is seen, within its footprint."""
CAST_M = 0.34
"""Length of the walls' shadows."""
ROUND_M = 0.12
BLUR = 4
"""The picture of the dark is shrunk so many times, which makes its edge soft."""

Arena = Mapping[str, Any]
Outline = Sequence[Sequence[float]]


def paint(brush: Brush, arena: Arena) -> None:
    """Draw the hall around the origin."""
    x, y = arena["width"] / 2, arena["height"] / 2
    for grown, colour, down in ((RIM_M + 0.06, SHADOW, 0.2), (RIM_M, RIM, 0.0), (EDGE_M, RIM_EDGE, 0.0)):
        box = shapes.box(-x - grown, -y - grown, x + grown, y + grown, 1.2 * grown)
        brush.fill([(px, py + down) for px, py in box], colour)
    _paint_tiles(brush, x, y)
    # The rim stands up: its shadow falls from the left and from above.
    shade = mix(FLOOR, SHADOW, 0.42)
    brush.box(-x, -y, x, -y + CAST_M, shade)
    brush.box(-x, -y, -x + 0.7 * CAST_M, y, shade)
    for left, top, right, bottom in arena["walls"]:
        dx, dy = min(0.7 * CAST_M, x - right), min(CAST_M, y - bottom)
        corners = [(left, bottom), (left, top), (right, top), (right + dx, top + dy)]
        brush.fill([*corners, (right + dx, bottom + dy), (left + dx, bottom + dy)], shade)
    brush.light([(-x, -y), (x, -y), (x, y), (-x, y)], 0.74)
    _paint_walls(brush, arena["walls"])


def _paint_tiles(brush: Brush, x: float, y: float) -> None:
    brush.box(-x, -y, x, y, FLOOR)
    columns, rows = round(2 * x / TILE_M), round(2 * y / TILE_M)
    wide, high = 2 * x / columns, 2 * y / rows
    for column in range(columns):
        for row in range(rows):
            share = (column * 7 + row * 13 + column * row * 5) % 8 / 8
            left, top = column * wide - x, row * high - y
            brush.box(left, top, left + wide, top + high, mix(FLOOR, SEAM, 0.55 * share))
    for column in range(1, columns):
        brush.line([(column * wide - x, -y), (column * wide - x, y)], 0.05, SEAM)
    for row in range(1, rows):
        brush.line([(-x, row * high - y), (x, row * high - y)], 0.05, SEAM)


def _paint_walls(brush: Brush, walls: Sequence[Sequence[float]]) -> None:
    """Sides first and tops last, so that walls that cross are one."""
    sides = [min(SIDE_M, (bottom - top) / 3) for _, top, _, bottom in walls]
    for left, top, right, bottom in walls:
        brush.fill(shapes.box(left, top, right, bottom, ROUND_M), SIDE)
    for (left, top, right, bottom), side in zip(walls, sides, strict=True):
        brush.fill(shapes.box(left, top, right, bottom - side, ROUND_M), TOP_EDGE)
    for (left, top, right, bottom), side in zip(walls, sides, strict=True):
        brush.fill(shapes.box(left + 0.07, top + 0.07, right - 0.04, bottom - side - 0.03, ROUND_M), TOP)


def draw_dark(
    surface: pygame.Surface,
    still: pygame.Surface,
    field: Field,
    shift: tuple[int, int],
    arena: Arena,
    sights: Iterable[Outline],
) -> None:
    """Dim the hall except within ``sights``; walls stay as they are in ``still``, the picture of the hall.

    ``shift``: pixels by which ``surface`` is off its place.
    """
    x, y = arena["width"] / 2, arena["height"] / 2
    area = field.area((-x, -y, x, y))
    fine = 1 if field.small else 2
    mask = pygame.Surface((max(1, area.width // fine), max(1, area.height // fine)), 0, 32)
    mask.fill(DARK)
    across, down = mask.get_width() / (2 * x), mask.get_height() / (2 * y)
    for outline in sights:
        points = [((px + x) * across, (py + y) * down) for px, py in outline]
        pygame.draw.polygon(mask, (255, 255, 255), points)
    # Shrunk and enlarged again, its steps become a soft edge.
    blurred = max(1, mask.get_width() // BLUR), max(1, mask.get_height() // BLUR)
    soft = pygame.transform.smoothscale(mask, blurred)
    soft = pygame.transform.smoothscale(soft, (max(1, area.width), max(1, area.height)))
    surface.blit(soft, area.move(shift), special_flags=pygame.BLEND_MULT)
    for wall in arena["walls"]:
        place = field.area((wall[0], wall[1], wall[2], wall[3]))
        surface.blit(still, place.move(shift), place)
