"""Playing cards and chips: faces with a large index, a back of our own, suits as vector shapes."""

from __future__ import annotations

import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.shapes import XY, Canvas, box, circle, mirrored, path

RATIO = 0.7
"""Width of a card over its height."""
FACE: Colour = (250, 249, 245)
EDGE: Colour = (196, 196, 196)
INK: Colour = (36, 40, 50)
RED: Colour = (208, 44, 58)
BACK: Colour = (38, 62, 112)
BACK_LINE: Colour = (92, 124, 186)


def width_of(height: int) -> int:
    """Width in pixels of a card ``height`` pixels high."""
    return max(4, round(height * RATIO))


def face(card: str, height: int) -> pygame.Surface:
    """The face of a card such as ``"Th"``; cached, do not draw on it."""
    return shapes.cached(("card", card, height), lambda: _draw_face(card, height))


def back(height: int) -> pygame.Surface:
    """The back of a card; cached, do not draw on it."""
    return shapes.cached(("card back", height), lambda: _draw_back(height))


def slot(height: int, colour: Colour) -> pygame.Surface:
    """An outline where a card will lie."""
    size = (width_of(height), height)
    line = mix(colour, (255, 255, 255), 0.16)
    return shapes.panel(size, colour, height // 12, line, max(1, height // 70))


def suit(letter: str, side: int, colour: Colour) -> pygame.Surface:
    """A suit (``c``, ``d``, ``h``, ``s``) on a square of ``side`` pixels."""

    def make() -> pygame.Surface:
        canvas = Canvas(side, side)
        for part in _SUITS[letter]():
            canvas.fill(part, colour)
        return canvas.image()

    return shapes.cached(("suit", letter, side, colour), make)


def chip(side: int, colour: Colour) -> pygame.Surface:
    """A chip seen from above."""

    def make() -> pygame.Surface:
        canvas = Canvas(side, side)
        canvas.dot((50, 50), 49, mix(colour, (0, 0, 0), 0.35))
        canvas.dot((50, 50), 46, colour)
        for x, y in circle((50, 50), 38, 8):
            canvas.dot((x, y), 8, FACE)
        canvas.dot((50, 50), 31, colour)
        canvas.stroke(circle((50, 50), 29), 4, FACE, closed=True)
        return canvas.image()

    return shapes.cached(("chip", side, colour), make)


def _draw_face(card: str, height: int) -> pygame.Surface:
    rank, letter = ("10" if card[0] == "T" else card[0]), card[1]
    ink, width = (RED if letter in "dh" else INK), width_of(height)
    image = shapes.panel((width, height), FACE, height // 12, EDGE, max(1, height // 90)).copy()
    index = shapes.text(rank, "bold", round(height * 0.3), ink)
    column = round(width * 0.27)
    image.blit(index, index.get_rect(center=(column, round(height * 0.19))))
    small = suit(letter, max(4, round(height * 0.19)), ink)
    image.blit(small, small.get_rect(center=(column, round(height * 0.42))))
    large = suit(letter, round(height * 0.47), ink)
    image.blit(large, large.get_rect(bottomright=(round(width * 0.95), round(height * 0.96))))
    return image


def _draw_back(height: int) -> pygame.Surface:
    width = width_of(height)
    canvas = Canvas(width, height, width)
    inset, radius = width * 0.06, height / 12
    canvas.fill(box(0, 0, width, height, radius), FACE)
    canvas.fill(box(inset, inset, width - inset, height - inset, radius * 0.7), BACK)
    step = width / 6
    for row in range(1, round(height / step)):
        for column in range(1, 6):
            if (row + column) % 2 == 0:
                x, y, reach = column * step, row * height / round(height / step), step * 0.34
                canvas.fill([(x - reach, y), (x, y - reach), (x + reach, y), (x, y + reach)], BACK_LINE)
    return canvas.image()


def _heart() -> list[list[XY]]:
    return [mirrored(path((50, 90), (62, 76, 92, 60, 92, 36), (92, 16, 64, 8, 50, 30)))]


def _diamond() -> list[list[XY]]:
    return [mirrored(path((50, 94), (58, 78, 70, 62, 82, 50), (70, 38, 58, 22, 50, 6)))]


def _spade() -> list[list[XY]]:
    leaf = mirrored(path((50, 64), (64, 82, 92, 76, 92, 56), (92, 38, 62, 26, 50, 6)))
    return [leaf, mirrored(path((66, 93), (56, 86, 53, 76, 52, 58)))]


def _club() -> list[list[XY]]:
    leaves = [circle((50, 27), 20), circle((28, 57), 20), circle((72, 57), 20), circle((50, 50), 12)]
    return [*leaves, mirrored(path((66, 93), (56, 86, 53, 76, 52, 52)))]


_SUITS = {"h": _heart, "d": _diamond, "s": _spade, "c": _club}
