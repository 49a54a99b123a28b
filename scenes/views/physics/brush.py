"""Still pictures in metres: painted three times too large, shrunk once, kept by the caller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, floor, hypot

import pygame

from scenes.ui.palette import Colour
from scenes.views.physics.field import XY, Field

LARGE_PX = 640
"""Wider pictures are painted twice too large instead: nobody sees it, and it is done sooner."""


class Brush:
    """Paints opaquely, in the metres of a field, on a picture of its size."""

    def __init__(self, field: Field, ground: Colour) -> None:
        self.size = field.size
        times = 2 if self.size[0] > LARGE_PX else 3
        self._scale, self._centre = field.scale * times, (field.left * times, field.top * times)
        self._large = pygame.Surface((self.size[0] * times, self.size[1] * times), 0, 32)
        self._large.fill(ground)

    def fill(self, outline: Iterable[XY], colour: Colour) -> None:
        """Fill a polygon."""
        pygame.draw.polygon(self._large, colour, [self._pixel(point) for point in outline])

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """Fill a rectangle with sharp corners."""
        self.fill([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def dot(self, centre: XY, radius: float, colour: Colour) -> None:
        """Fill a circle."""
        pygame.draw.circle(self._large, colour, self._pixel(centre), radius * self._scale)

    def ring(self, centre: XY, radius: float, width: float, colour: Colour) -> None:
        """Draw a circle whose line is ``width`` metres wide, half of it within the radius."""
        outer = (radius + width / 2) * self._scale
        pygame.draw.circle(
            self._large, colour, self._pixel(centre), outer, max(1, round(width * self._scale))
        )

    def line(self, points: Sequence[XY], width: float, colour: Colour) -> None:
        """Draw a line of ``width`` metres with round joints."""
        pixels, half = [self._pixel(point) for point in points], max(0.5, width * self._scale / 2)
        for (x0, y0), (x1, y1) in pairwise(pixels):
            length = hypot(x1 - x0, y1 - y0)
            if length > 0:
                dx, dy = (x1 - x0) * half / length, (y1 - y0) * half / length
                corners = [(x0 - dy, y0 + dx), (x0 + dy, y0 - dx), (x1 + dy, y1 - dx), (x1 - dy, y1 + dx)]
                pygame.draw.polygon(self._large, colour, corners)
        for pixel in pixels:
            pygame.draw.circle(self._large, colour, pixel, half)

    def light(self, outline: Sequence[XY], dimmest: float) -> None:
        """Dim a polygon from its middle outwards; ``dimmest`` (0 to 1) is left at the corners round it."""
        pixels = [self._pixel(point) for point in outline]
        left, top = (floor(min(pixel[axis] for pixel in pixels)) for axis in (0, 1))
        right, bottom = (ceil(max(pixel[axis] for pixel in pixels)) for axis in (0, 1))
        area = pygame.Rect(left, top, max(1, right - left), max(1, bottom - top))
        light = pygame.transform.smoothscale(_fading(dimmest), area.size)
        outside = pygame.Surface(area.size, 0, 32)
        outside.fill((255, 255, 255))
        pygame.draw.polygon(outside, (0, 0, 0), [(x - left, y - top) for x, y in pixels])
        light.blit(outside, (0, 0), special_flags=pygame.BLEND_MAX)
        self._large.blit(light, area, special_flags=pygame.BLEND_MULT)

    def image(self) -> pygame.Surface:
        """The picture at its real size, opaque."""
        return pygame.transform.smoothscale(self._large, self.size)

    def _pixel(self, point: XY) -> XY:
        return self._centre[0] + point[0] * self._scale, self._centre[1] + point[1] * self._scale


def _fading(dimmest: float) -> pygame.Surface:
    grid = pygame.Surface((33, 33), 0, 32)
    for column in range(33):
        for row in range(33):
            away = ((column / 16 - 1) ** 2 + (row / 16 - 1) ** 2) / 2
            level = round(255 * (1 - (1 - dimmest) * away))
            grid.set_at((column, row), (level, level, level))
    return grid
