"""The chess pieces: outlines of our own in the Staunton manner, on a square of 100 units.

A piece is a list of parts from the bottom up; each part is outlined and then filled, so that parts which
overlap show the collars and rims of a turned piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import pygame

from scenes.ui.palette import Colour
from scenes.views.shapes import XY, Canvas, box, cached, circle, mirrored, path


@dataclass(frozen=True)
class Wood:
    """Colours of one side's pieces: fill from left to right, outline, and the lines inside."""

    left: Colour
    right: Colour
    outline: Colour
    line: Colour


WHITE = Wood((255, 253, 247), (226, 217, 200), (46, 40, 36), (84, 74, 66))
BLACK = Wood((92, 88, 94), (44, 42, 48), (18, 17, 20), (206, 200, 194))
OUTLINE = 2.6
LINE = 2.2

Part = list[XY]


def _foot() -> list[Part]:
    return [box(19, 83, 81, 92, 3.5), box(25, 76.5, 75, 84, 3.5)]


def _stem(bottom: float, neck: float, top: float) -> Part:
    """The body from the foot up to a neck of half-width ``neck`` at height ``top``."""
    right = path((50 + bottom, 78), (50 + bottom - 1, 68, 50 + neck + 1, 66, 50 + neck, top))
    return mirrored(right)


def _pawn() -> list[Part]:
    head = circle((50, 33.5), 13)
    return [*_foot(), _stem(20, 7, 48), box(36, 45.5, 64, 51, 2.7), head]


def _bishop() -> list[Part]:
    mitre = mirrored(path((57, 47), (72, 40, 66, 24, 50, 15)))
    return [*_foot(), _stem(19, 7.5, 50), box(35.5, 46.5, 64.5, 52.5, 2.9), circle((50, 12.5), 4.6), mitre]


def _rook() -> list[Part]:
    body = mirrored(path((69, 78), (65, 66, 64, 58, 63.5, 42)))
    crown = mirrored([(72, 36), (72, 17), (62, 17), (62, 23.5), (55.5, 23.5), (55.5, 17)])
    return [*_foot(), body, box(30, 34.5, 70, 43, 2), crown]


def _queen() -> list[Part]:
    tips = [(24, 22), (37.5, 15), (50, 12.5), (62.5, 15), (76, 22)]
    right = [(61, 44), (76, 22), (66, 32), (62.5, 15), (56, 29.5), (50, 12.5)]
    crown = mirrored(right)
    balls = [circle(tip, 4) for tip in tips]
    return [*_foot(), _stem(20, 10, 46), box(35, 42.5, 65, 49, 3), crown, *balls]


def _king() -> list[Part]:
    cross = mirrored([(53, 22), (53, 15.5), (59, 15.5), (59, 10), (53, 10), (53, 4.5)])
    crown = mirrored(path((61, 44), (66, 37, 70, 31, 68, 25.5), (66, 20.5, 58, 20, 50, 20.5)))
    return [*_foot(), _stem(20, 10, 46), cross, box(35, 42.5, 65, 49, 3), crown]


def _knight() -> list[Part]:
    head = path(
        (71, 78),
        (80, 52, 77, 25, 55, 18.5),  # the mane, up the back
        (54, 11),  # ears
        (49.5, 16.5),
        (46, 9.5),
        (43, 18.5),
        (33, 22, 27, 34, 20, 47),  # forehead to nose
        (16.5, 53, 20, 61, 27, 60.5),
        (30, 60, 31.5, 57, 35, 56.5),  # mouth
        (42, 56, 46, 53, 50, 47),
        (51, 60, 30, 62, 29, 78),  # throat and chest
    )
    return [*_foot(), head]


_PARTS = {"p": _pawn, "n": _knight, "b": _bishop, "r": _rook, "q": _queen, "k": _king}


def _details(kind: str) -> list[list[XY]]:
    """Lines drawn over the finished piece."""
    return {
        "b": [path((54.5, 22), (52, 32))],
        "r": [path((36, 66), (64, 66))],
        "k": [path((50, 26), (50, 38))],
        "n": [
            path((66, 70), (71, 52, 68, 33, 56, 26.5)),
            path((24.5, 52.5), (26, 51.5)),
        ],
    }.get(kind, [])


def piece(letter: str, side: int) -> pygame.Surface:
    """The piece of a FEN letter on a square of ``side`` pixels; cached, do not draw on it."""
    return cached(("piece", letter, side), lambda: _draw(letter, side))


def _draw(letter: str, side: int) -> pygame.Surface:
    kind, wood = letter.lower(), WHITE if letter.isupper() else BLACK
    canvas = Canvas(side, side)
    for part in _PARTS[kind]():
        canvas.stroke(part, 2 * OUTLINE, wood.outline, closed=True)
        canvas.shade(part, wood.left, wood.right)
    for line in _details(kind):
        canvas.stroke(line, LINE, wood.line)
    if kind == "n":
        canvas.dot((40, 32), 2.9, wood.line)
    return canvas.image()
