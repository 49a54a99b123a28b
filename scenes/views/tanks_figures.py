"""Tanks from above with their gauges and tracks, shells, smoke and blasts."""

from __future__ import annotations

from functools import partial
from math import cos, degrees, exp, floor, pi, sin
from random import Random

import numpy as np
import pygame

from scenes.ui.cache import Lru
from scenes.ui.palette import Colour, mix
from scenes.views.physics import sprites
from scenes.views.physics.bodies import Pose
from scenes.views.physics.field import XY, Field
from scenes.views.physics.sprites import Layers, Plane
from scenes.views.style import ViewStyle

TURNS = 120
"""Angles at which tanks are kept."""
TREADS = 3
"""Pictures of the moving tracks."""
CLEAT_EVERY = 0.28
SHARPNESS = 2
REACH = 1.55
"""Half the side of a tank's picture, in radii: the barrel fits in."""
OUTLINE: Colour = (16, 18, 24)
RUBBER: Colour = (40, 43, 52)
CLEAT: Colour = (96, 101, 116)
FIRE: tuple[Colour, ...] = ((255, 238, 190), (255, 176, 72), (226, 96, 44), (92, 88, 92), (58, 58, 66))
"""Of a blast, from its flash to its smoke."""
SMOKE: Colour = (24, 26, 32)
BLAST_S = 1.1
MARKS = 14
"""Dabs of each track behind a tank at full speed."""

_tanks: Lru[pygame.Surface] = Lru(1500)


def stamp_tank(
    surface: pygame.Surface, at: XY, radius: float, angle: float, look: tuple[Colour, str], tread: int
) -> None:
    """A tank of ``radius`` pixels that points along ``angle``; ``tread`` moves its tracks on."""
    whole, turn, tread = (
        max(2.0, round(radius * 2) / 2),
        round(angle / (2 * pi) * TURNS) % TURNS,
        tread % TREADS,
    )

    def make() -> pygame.Surface:
        # All treads at once, with the first picture: not when a tank sets off and nobody can wait.
        masters = [
            sprites.kept(("tank", whole, look, each), partial(_tank, whole * SHARPNESS, look, each))
            for each in range(TREADS)
        ]
        return pygame.transform.rotozoom(masters[tread], -degrees(2 * pi * turn / TURNS), 1 / SHARPNESS)

    image = _tanks.get((whole, look, turn, tread), make)
    surface.blit(image, image.get_rect(center=(round(at[0]), round(at[1]))))


def _tank(radius: float, look: tuple[Colour, str], tread: int) -> pygame.Surface:
    colour, mark = look
    side = sprites.even(2 * REACH * radius)
    layers = Layers(side, side)
    dark = mix(colour, (8, 10, 16), 0.68)
    for track in (-0.65, 0.65):
        layers.fill(_slab(layers, radius, (-0.04, track), (0.98, 0.28), 0.14), OUTLINE)
        rubber = _slab(layers, radius, (-0.04, track), (0.93, 0.23), 0.1)
        layers.fill(rubber, RUBBER)
        cleats = np.mod(layers.x / radius - tread * CLEAT_EVERY / TREADS, CLEAT_EVERY) - CLEAT_EVERY / 2
        layers.fill(np.minimum(rubber - 0.03 * radius, (0.05 - np.abs(cleats)) * radius), CLEAT)
    layers.fill(_slab(layers, radius, (-0.04, 0), (0.9, 0.56), 0.16), OUTLINE)
    hull = _slab(layers, radius, (-0.04, 0), (0.84, 0.5), 0.12)
    layers.fill(hull, colour)
    light = np.clip(0.5 - layers.y / radius, 0, 1) * np.clip(hull + 0.5, 0, 1)
    layers.glaze(light, (255, 255, 255), 0.2)
    layers.fill(_slab(layers, radius, (-0.68, 0), (0.07, 0.34), 0.04), dark)
    layers.fill(_slab(layers, radius, (0.72, 0), (0.74, 0.17), 0.05), OUTLINE)
    layers.fill(_slab(layers, radius, (0.72, 0), (0.69, 0.11), 0.03), mix(colour, (228, 233, 242), 0.55))
    layers.fill(_slab(layers, radius, (1.36, 0), (0.13, 0.2), 0.05), OUTLINE)
    turret = layers.away(-0.06 * radius, 0)
    layers.fill(0.5 * radius - turret, OUTLINE)
    layers.fill(0.44 * radius - turret, mix(colour, (255, 255, 255), 0.25))
    shifted = Layers(side, side, (-0.06 * radius, 0))
    layers.fill(sprites.mark(shifted, mark, 0.27 * radius), mix(colour, (8, 10, 16), 0.8))
    return layers.image()


def _slab(layers: Layers, radius: float, centre: XY, half: XY, corner: float) -> Plane:
    """How far pixels lie inside a rectangle with round corners; all in radii."""
    x = np.abs(layers.x / radius - centre[0]) - half[0] + corner
    y = np.abs(layers.y / radius - centre[1]) - half[1] + corner
    outside = np.hypot(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0)
    inside: Plane = (corner - outside) * radius
    return inside


def draw_tracks(
    surface: pygame.Surface, field: Field, pose: Pose, speed: float, spin: float, radius: float
) -> None:
    """The marks a tank has just left, had it always driven as now: ``speed`` m/s and ``spin`` rad/s."""
    count = min(MARKS, round(abs(speed) / 6.0 * MARKS))
    if field.small or count < 2:
        return
    x, y, angle = pose
    step_s, half, dabs = 0.028, 0.62 * radius, []
    for index in range(count):
        image = sprites.dot(field.px(0.2 * radius), (10, 12, 16), 0.34 * (1 - index / count))
        offset = image.get_width() // 2
        c, s = cos(angle), sin(angle)
        for side in (-half, half):
            px, py = field.at(x - c * 0.7 * radius - s * side, y - s * 0.7 * radius + c * side)
            dabs.append((image, (round(px) - offset, round(py) - offset)))
        x, y, angle = x - c * speed * step_s, y - s * speed * step_s, angle - spin * step_s
    surface.fblits(dabs)


def draw_pips(
    surface: pygame.Surface, middle: XY, size: XY, full: tuple[int, int], colour: Colour, style: ViewStyle
) -> None:
    """A row of small bars, so many of so many ``full``; ``size`` of each in pixels."""
    wide, high = max(2, round(size[0])), max(2, round(size[1]))
    gap = max(1, round(0.5 * high))
    filled, count = full

    def make() -> pygame.Surface:
        row = pygame.Surface((count * wide + (count - 1) * gap + 2, high + 2), pygame.SRCALPHA, 32)
        row.fill((0, 0, 0, 130))
        for index in range(count):
            shown = colour if index < filled else style.palette.line
            row.fill(shown, (1 + index * (wide + gap), 1, wide, high))
        return row

    image = sprites.kept(("pips", wide, high, full, colour, style.palette.line), make)
    surface.blit(image, image.get_rect(center=(round(middle[0]), round(middle[1]))))


def stamp_shell(surface: pygame.Surface, at: XY, radius: float, angle: float, colour: Colour) -> None:
    """A glowing bolt of at least a few pixels."""
    whole, turn = max(1.5, round(radius * 2) / 2), round(angle / pi * 24) % 24

    def make(shift: XY) -> pygame.Surface:
        side = sprites.even(9 * whole)
        layers = Layers(side, side, shift)
        glow = np.clip(1 - layers.away() / (4.2 * whole), 0, 1)
        layers.glaze(glow * glow, colour, 0.55)
        along = layers.x * cos(pi * turn / 24) + layers.y * sin(pi * turn / 24)
        across = layers.y * cos(pi * turn / 24) - layers.x * sin(pi * turn / 24)
        body = np.hypot(np.maximum(np.abs(along) - 0.9 * whole, 0), across)
        layers.fill(1.15 * whole - body, colour)
        layers.fill(0.75 * whole - body, (255, 252, 236))
        return layers.image()

    sprites.stamp(surface, ("shell", whole, turn, colour), make, at)


def draw_smoke(surface: pygame.Surface, at: XY, radius: float, now_s: float, who: str) -> None:
    """A tank that the next hit destroys smokes."""
    dice = Random(who)
    for index in range(5):
        turn, start = dice.uniform(-0.5, 0.5), dice.random()
        share = (now_s * 0.8 + start + index / 5) % 1.0
        x = at[0] + radius * (0.5 * turn + share * (0.5 + turn))
        y = at[1] - radius * (0.5 + 1.4 * share)
        size = max(2, 2 * round(radius * (0.24 + 0.4 * share) / 2))
        image = sprites.dimmed(sprites.glow(size, SMOKE, 0.75, 0.2), 1.1 * (1 - share))
        surface.blit(image, image.get_rect(center=(round(x), round(y))))


def draw_blast(surface: pygame.Surface, field: Field, at: XY, age_s: float, who: str) -> None:
    """A tank bursts: fire that turns to smoke."""
    share = age_s / BLAST_S
    if not 0 <= share < 1:
        return
    dice, spread = Random(who), 1 - exp(-5 * share)
    for index in range(9):
        turn, far, size = dice.uniform(0, 2 * pi), dice.random() ** 0.5, dice.uniform(0.6, 1.1)
        way = field.px(1.5) * far * spread * (index > 0)
        stage = min(len(FIRE) - 1, floor((share * 1.15 + 0.12 * far) * len(FIRE)))
        grown = max(2, 2 * round(field.px(0.9) * size * (0.5 + 0.7 * spread) / 2))
        image = sprites.dimmed(sprites.glow(grown, FIRE[stage], 0.9, 0.25), 1.15 * (1 - share))
        x, y = at[0] + way * cos(turn), at[1] + way * sin(turn) - field.px(0.5) * share
        surface.blit(image, image.get_rect(center=(round(x), round(y))))
