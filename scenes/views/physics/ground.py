"""Pieces of fields, drawn once into a backdrop: plates with round corners, soft light, grain."""

from __future__ import annotations

from random import Random

import numpy as np
import pygame

from scenes.ui.palette import Colour
from scenes.views.physics import sprites
from scenes.views.physics.field import XY


def plate(surface: pygame.Surface, area: pygame.Rect, radius: float, colour: Colour) -> None:
    """An opaque rectangle with smooth round corners of ``radius`` pixels."""
    r = max(0, min(round(radius), area.width // 2, area.height // 2))
    surface.fill(colour, area.inflate(-2 * r, 0))
    surface.fill(colour, area.inflate(0, -2 * r))
    for x in (area.left + r, area.right - 1 - r):
        for y in (area.top + r, area.bottom - 1 - r):
            if r:
                pygame.draw.aacircle(surface, colour, (x, y), r)


def rounded_frame(
    surface: pygame.Surface, area: pygame.Rect, radius: float, width: int, edge: Colour, inside: Colour
) -> None:
    """A plate with an edge of ``width`` pixels."""
    plate(surface, area, radius, edge)
    plate(surface, area.inflate(-2 * width, -2 * width), radius - width, inside)


def light(surface: pygame.Surface, area: pygame.Rect, colour: Colour, opacity: float, centre: XY) -> None:
    """Soft light on ``area`` from above ``centre`` (shares of its width and height)."""
    shades = sprites.Layers(64, 64)
    away = np.hypot(shades.x / 64 + 0.5 - centre[0], shades.y / 64 + 0.5 - centre[1])
    share = np.clip(1 - away / 0.75, 0, 1)
    # The same colour everywhere, so that growing blends opacity only.
    image = shades.tinted(share * share * (3 - 2 * share) * opacity, colour)
    surface.blit(pygame.transform.smoothscale(image, area.size), area)


def grain(surface: pygame.Surface, area: pygame.Rect, count: int, colour: Colour, opacity: float) -> None:
    """``count`` fine scratches, always the same."""
    dice = Random(7)
    layer = pygame.Surface(area.size, pygame.SRCALPHA, 32)
    layer.fill((*colour, 0))
    for _ in range(count):
        x, y = dice.uniform(0, area.width), dice.uniform(0, area.height)
        length, lean = dice.uniform(0.03, 0.12) * area.width, dice.uniform(-0.5, 0.5)
        strength = round(255 * opacity * dice.uniform(0.3, 1.0))
        pygame.draw.aaline(layer, (*colour, strength), (x, y), (x + length, y + lean * length))
    surface.blit(layer, area)


def hoop(surface: pygame.Surface, centre: XY, radius: float, width: float, colour: Colour) -> None:
    """A circle's line that lies half inside and half outside ``radius`` pixels."""
    pygame.draw.aacircle(surface, colour, centre, radius + width / 2, max(1, round(width)))
