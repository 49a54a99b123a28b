"""The cards of hanabi from both sides, each colour with a shape of its own; painted once a size and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.cards import BACK, BACK_LINE, FACE, INK
from scenes.views.style import Size, ViewStyle

COLOURS: Mapping[str, Colour] = {
    "R": (226, 78, 74),
    "Y": (240, 196, 66),
    "G": (72, 184, 110),
    "W": (232, 234, 238),
    "B": (76, 142, 240),
}


def dot(radius: int, colour: Colour) -> pygame.Surface:
    """A disc: a token, or a colour that hints have left possible."""

    def make() -> pygame.Surface:
        canvas = shapes.Canvas(2 * radius + 1, 2 * radius + 1)
        canvas.dot((50, 50), 48, colour)
        return canvas.image()

    return shapes.cached(("hanabi dot", radius, colour), make)


def face(card: str, size: Size) -> pygame.Surface:
    """A card seen from the front: rank, and a shape for each colour that needs no colour vision."""

    def make() -> pygame.Surface:
        colour = COLOURS[card[0]]
        image = shapes.panel(size, mix(colour, (20, 24, 34), 0.08), size[1] // 9).copy()
        inner = (size[0] - size[1] // 10, size[1] - size[1] // 10)
        well = shapes.panel(inner, mix(colour, (16, 19, 28), 0.8), size[1] // 12)
        image.blit(well, well.get_rect(center=(size[0] // 2, size[1] // 2)))
        ink = mix(colour, (255, 255, 255), 0.2)
        shapes.write(
            image, card[1], "bold", round(size[1] * 0.48), ink, center=(size[0] // 2, round(size[1] * 0.38))
        )
        mark = _shape(card[0], round(size[1] * 0.24), colour)
        image.blit(mark, mark.get_rect(center=(size[0] // 2, round(size[1] * 0.76))))
        return image

    return shapes.cached(("hanabi face", card, size), make)


def slot(letter: str, size: Size, style: ViewStyle) -> pygame.Surface:
    """Where a firework will begin."""

    def make() -> pygame.Surface:
        background = style.palette.background
        edge, width = mix(background, COLOURS[letter], 0.4), max(1, size[1] // 60)
        image = shapes.panel(size, style.palette.surface, size[1] // 9, edge, width).copy()
        mark = _shape(letter, round(size[1] * 0.3), edge)
        image.blit(mark, mark.get_rect(center=(size[0] // 2, size[1] // 2)))
        return image

    return shapes.cached(("hanabi slot", letter, size, style.palette.background), make)


def known_back(card: dict[str, Any], size: Size) -> pygame.Surface:
    """One's own card from behind, with the colour and rank that hints have named."""
    colour, rank = card["colour"], card["rank"]

    def make() -> pygame.Surface:
        fill = mix(COLOURS[colour], (20, 24, 34), 0.55) if colour else BACK
        edge = COLOURS[colour] if colour else BACK_LINE
        image = shapes.panel(size, fill, size[1] // 9, edge, max(2, size[1] // 24)).copy()
        centre = (size[0] // 2, size[1] // 2)
        if rank:
            shapes.write(image, str(rank), "bold", round(size[1] * 0.48), FACE, center=centre)
        elif colour:
            mark = _shape(colour, round(size[1] * 0.34), COLOURS[colour])
            image.blit(mark, mark.get_rect(center=centre))
        else:
            shapes.write(image, "?", "semibold", round(size[1] * 0.36), BACK_LINE, center=centre)
        return image

    return shapes.cached(("hanabi back", colour, rank, size), make)


def _shape(letter: str, side: int, colour: Colour) -> pygame.Surface:
    """A shape of its own for each colour."""

    def make() -> pygame.Surface:
        canvas = shapes.Canvas(side, side)
        canvas.fill(_SHAPES[letter], colour)
        if letter == "W":
            canvas.dot((50, 50), 22, mix(colour, INK, 0.75))
        return canvas.image()

    return shapes.cached(("hanabi shape", letter, side, colour), make)


def _star() -> list[shapes.XY]:
    outer, inner = shapes.circle((50, 54), 48, 10), shapes.circle((50, 54), 20, 10)
    turned = [(outer if index % 2 else inner)[index] for index in range(10)]
    return [(50 + (y - 54), 54 - (x - 50)) for x, y in turned]


_SHAPES: Mapping[str, list[shapes.XY]] = {
    "R": [(50, 2), (90, 50), (50, 98), (10, 50)],
    "Y": _star(),
    "G": [(50, 8), (96, 90), (4, 90)],
    "W": shapes.circle((50, 50), 45),
    "B": shapes.box(10, 10, 90, 90, 8),
}
