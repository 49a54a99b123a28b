"""Vector shapes on surfaces: drawn four times too large, shrunk once, cached by the callers.

Lengths are in units of the caller's own grid; a canvas says how many pixels a unit is. Shapes are opaque
while they are large, so that shrinking weighs colours rightly; the result has straight alpha.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise

import numpy as np
import pygame

from scenes.ui.cache import Lru
from scenes.ui.palette import Colour
from scenes.ui.text import TextBook, TextStyle

OVERSAMPLING = 4
CORNER_STEPS = 24
XY = tuple[float, float]

_images: Lru[pygame.Surface] = Lru(512)
_book = TextBook(1.0, 1024)


def cached(key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
    """The image of ``key``, made once; do not draw on it."""
    return _images.get(key, make)


def text(words: str, face: str, height: int, colour: Colour) -> pygame.Surface:
    """One line in a face of :data:`scenes.ui.text.FILES`, ``height`` pixels to the em; do not draw on it."""
    return _book.render(words, TextStyle(face, max(6, height)), colour)


def shortened(words: str, face: str, height: int, width: int) -> str:
    """``words`` cut with an ellipsis to ``width`` pixels."""
    return _book.shorten(words, TextStyle(face, max(6, height)), width)


def write(
    surface: pygame.Surface, words: str, face: str, height: int, colour: Colour, **place: tuple[int, int]
) -> pygame.Rect:
    """Draw one line where ``place`` says (``center=``, ``midleft=``, ... of a rect); give its area."""
    image = text(words, face, height, colour)
    return surface.blit(image, image.get_rect(**place))


def panel(
    size: tuple[int, int], fill: Colour, radius: int, edge: Colour | None = None, width: int = 2
) -> pygame.Surface:
    """A rectangle with round corners and maybe an edge of ``width`` pixels inside it; lengths are pixels."""
    size = (max(1, size[0]), max(1, size[1]))

    def make() -> pygame.Surface:
        canvas = Canvas(*size, units=size[0])
        if edge is not None:
            canvas.fill(box(0, 0, *size, radius), edge)
        inset = width if edge is not None else 0
        canvas.fill(box(inset, inset, size[0] - inset, size[1] - inset, max(0, radius - inset)), fill)
        return canvas.image()

    return cached(("panel", size, fill, radius, edge, width), make)


def curve(start: XY, first: XY, second: XY, end: XY, steps: int = 18) -> list[XY]:
    """Points of a cubic Bezier curve, without its start."""
    points = []
    for index in range(1, steps + 1):
        t = index / steps
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append(
            (
                a * start[0] + b * first[0] + c * second[0] + d * end[0],
                a * start[1] + b * first[1] + c * second[1] + d * end[1],
            )
        )
    return points


def path(start: XY, *pieces: Sequence[float]) -> list[XY]:
    """A polygon from straight pieces ``(x, y)`` and curves ``(x1, y1, x2, y2, x, y)``."""
    points = [start]
    for piece in pieces:
        if len(piece) == 2:
            points.append((piece[0], piece[1]))
        else:
            x1, y1, x2, y2, x, y = piece
            points.extend(curve(points[-1], (x1, y1), (x2, y2), (x, y)))
    return points


def mirrored(right: Sequence[XY], axis: float = 50.0) -> list[XY]:
    """A closed outline from its right half, listed from bottom to top."""
    return [*right, *((2 * axis - x, y) for x, y in reversed(right))]


def circle(centre: XY, radius: float, steps: int = 48) -> list[XY]:
    """A circle as a polygon."""
    turns = (2 * math.pi * index / steps for index in range(steps))
    return [(centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)) for turn in turns]


def box(left: float, top: float, right: float, bottom: float, radius: float) -> list[XY]:
    """A rectangle with round corners as a polygon."""
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    points: list[XY] = []
    for x, y, turn in (
        (right - r, bottom - r, 0),
        (left + r, bottom - r, 1),
        (left + r, top + r, 2),
        (right - r, top + r, 3),
    ):
        for step in range(CORNER_STEPS + 1):
            angle = (turn + step / CORNER_STEPS) * math.pi / 2
            points.append((x + r * math.cos(angle), y + r * math.sin(angle)))
    return points


class Canvas:
    """A transparent picture of ``width`` by ``height`` pixels, ``units`` across."""

    def __init__(self, width: int, height: int, units: float = 100.0) -> None:
        self.size = (max(1, width), max(1, height))
        self._factor = self.size[0] * OVERSAMPLING / max(1.0, units)
        self._large = pygame.Surface(
            (self.size[0] * OVERSAMPLING, self.size[1] * OVERSAMPLING), pygame.SRCALPHA
        )

    def fill(self, outline: Iterable[XY], colour: Colour) -> None:
        """Fill a polygon."""
        pygame.draw.polygon(self._large, colour, self._scaled(outline))

    def shade(self, outline: Iterable[XY], left: Colour, right: Colour) -> None:
        """Fill a polygon with a gradient from the left edge of the picture to the right."""
        layer = pygame.Surface(self._large.get_size(), pygame.SRCALPHA)
        pygame.draw.polygon(layer, (255, 255, 255), self._scaled(outline))
        two = pygame.Surface((2, 1), pygame.SRCALPHA)
        two.set_at((0, 0), left)
        two.set_at((1, 0), right)
        gradient = pygame.transform.smoothscale(two, self._large.get_size())
        layer.blit(gradient, (0, 0), special_flags=pygame.BLEND_RGBA_MULT)
        self._large.blit(layer, (0, 0))

    def stroke(self, points: Iterable[XY], width: float, colour: Colour, *, closed: bool = False) -> None:
        """Draw a line of ``width`` units with round joints and ends."""
        line, half = self._scaled(points), width * self._factor / 2
        if closed:
            line.append(line[0])
        for start, end in pairwise(line):
            length = math.dist(start, end)
            if length > 0:
                dx, dy = (end[0] - start[0]) * half / length, (end[1] - start[1]) * half / length
                corners = [(start[0] - dy, start[1] + dx), (start[0] + dy, start[1] - dx)]
                corners += [(end[0] + dy, end[1] - dx), (end[0] - dy, end[1] + dx)]
                pygame.draw.polygon(self._large, colour, corners)
        for point in line:
            pygame.draw.circle(self._large, colour, point, half)

    def dot(self, centre: XY, radius: float, colour: Colour) -> None:
        """Fill a circle."""
        (point,) = self._scaled([centre])
        pygame.draw.circle(self._large, colour, point, radius * self._factor)

    def erase(self, outline: Iterable[XY]) -> None:
        """Make a polygon transparent again."""
        pygame.draw.polygon(self._large, (0, 0, 0, 0), self._scaled(outline))

    def image(self) -> pygame.Surface:
        """The picture at its real size."""
        small = pygame.transform.smoothscale(self._large, self.size)
        # Shrinking has averaged transparent black into the edges: weigh it out again.
        pixels, alpha = pygame.surfarray.pixels3d(small), pygame.surfarray.pixels_alpha(small)
        weight = np.maximum(alpha, 1)[..., None].astype(np.uint16)
        pixels[:] = np.minimum(255, (pixels.astype(np.uint32) * 255 + weight // 2) // weight).astype(np.uint8)
        del pixels, alpha
        return small

    def _scaled(self, points: Iterable[XY]) -> list[XY]:
        return [(x * self._factor, y * self._factor) for x, y in points]


def faded(image: pygame.Surface, opacity: float) -> pygame.Surface:
    """A copy of ``image`` at ``opacity`` (0 to 1)."""
    copy = image.copy()
    copy.set_alpha(round(255 * opacity))
    return copy


def blank(size: tuple[int, int], colour: Colour) -> pygame.Surface:
    """A new opaque surface."""
    surface = pygame.Surface(size, 0, 32)
    surface.fill(colour)
    return surface
