"""Who plays soccer: numbered players, what drives them, and a ball that rolls."""

from __future__ import annotations

from math import cos, floor, pi, sin

import numpy as np
import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.physics import sprites
from scenes.views.physics.field import XY
from scenes.views.physics.sprites import Layers, Plane

FLAME_TURNS, FLAME_KINDS = 40, 3
FLAME: tuple[Colour, Colour] = ((255, 172, 64), (255, 244, 206))
"""Its skirt and its heart."""
LEATHER: Colour = (244, 246, 248)
PATCH: Colour = (38, 42, 54)
NUMBERED_PX = 9
"""Players of a smaller radius have no number: nobody could read it."""
ROLL_STEPS = 8
PATCH_EVERY = 1.25
"""Radians of the ball's surface between two dark patches."""
SWIRL_TURNS = 12


def stamp_player(
    surface: pygame.Surface, at: XY, radius: float, look: tuple[Colour, str], words: str
) -> None:
    """A disc of ``radius`` pixels in a colour with a mark of the team, and a number in the middle."""
    whole = max(2.0, round(radius * 2) / 2)

    def make(shift: XY) -> pygame.Surface:
        image = _disc(whole, look, shift)
        if whole >= NUMBERED_PX:
            number = shapes.text(words, "number-bold", round(whole * 0.84), (255, 255, 255))
            middle = image.get_width() / 2 + shift[0], image.get_height() / 2 + shift[1]
            image.blit(number, number.get_rect(center=(round(middle[0]), round(middle[1]))))
        return image

    sprites.stamp(surface, ("player", whole, look, words), make, at)


def _disc(radius: float, look: tuple[Colour, str], shift: XY) -> pygame.Surface:
    colour, mark = look
    side = sprites.even(2 * radius + 4)
    layers = Layers(side, side, shift)
    away = layers.away()
    layers.fill(radius - away, mix(colour, (0, 0, 0), 0.55))
    body = 0.9 * radius - away
    layers.fill(body, colour)
    # A little light from the top left makes it a cap and no flat coin.
    shine = np.clip(1 - np.hypot(layers.x + 0.35 * radius, layers.y + 0.42 * radius) / radius, 0, 1)
    layers.glaze(shine * np.clip(body + 0.5, 0, 1), (255, 255, 255), 0.32)
    dark = mix(colour, (8, 10, 16), 0.62)
    if mark == "bar":
        layers.fill(np.minimum(0.2 * radius - np.abs(layers.x), body), dark)
    else:
        layers.fill(max(0.8, 0.07 * radius) - np.abs(away - 0.72 * radius), dark)
    if radius >= NUMBERED_PX:
        layers.fill(0.54 * radius - away, mix(colour, (8, 10, 16), 0.78))
    return layers.image()


def stamp_flame(surface: pygame.Surface, at: XY, radius: float, push: XY, flicker: int) -> None:
    """The jet behind a player of ``radius`` pixels at ``at`` who boosts along ``push``."""
    turn = round(np.arctan2(-push[1], -push[0]) / (2 * pi) * FLAME_TURNS) % FLAME_TURNS
    whole, kind = max(3, round(radius)), flicker % FLAME_KINDS

    def make() -> pygame.Surface:
        return _flame(whole, 2 * pi * turn / FLAME_TURNS, 0.86 + 0.14 * kind)

    image = sprites.kept(("flame", whole, turn, kind), make)
    surface.blit(image, image.get_rect(center=(round(at[0]), round(at[1]))))


def _flame(radius: int, turn: float, length: float) -> pygame.Surface:
    side = sprites.even(2 * radius * (0.7 + 1.55 * length) + 4)
    layers = Layers(side, side)
    along = (layers.x * cos(turn) + layers.y * sin(turn)) / radius
    across = np.abs(layers.y * cos(turn) - layers.x * sin(turn)) / radius
    for (reach, width), colour, opacity in zip(((1.55, 0.66), (1.0, 0.36)), FLAME, (0.8, 0.95), strict=True):
        far = np.clip((along - 0.6) / (reach * length), 0, 1)
        half = width * np.sqrt(np.clip(1 - far, 0, 1)) * (1 - 0.35 * far)
        soft = np.clip((half - across) / 0.22, 0, 1) * np.clip((along - 0.45) / 0.2, 0, 1) * (1 - far**2)
        layers.glaze(soft, colour, opacity)
    return layers.image()


def stamp_ball(surface: pygame.Surface, at: XY, radius: float, way: XY) -> None:
    """The ball; ``way``: its place in radii, which says how far it has rolled."""
    whole = max(2.0, round(radius * 2) / 2)
    steps = tuple(floor(part / PATCH_EVERY % 1.0 * ROLL_STEPS) for part in way)

    def make(shift: XY) -> pygame.Surface:
        return _ball(whole, (steps[0] / ROLL_STEPS * PATCH_EVERY, steps[1] / ROLL_STEPS * PATCH_EVERY), shift)

    sprites.stamp(surface, ("ball", whole, steps), make, at)


def _ball(radius: float, rolled: XY, shift: XY) -> pygame.Surface:
    side = sprites.even(2 * radius + 4)
    layers = Layers(side, side, shift)
    away = layers.away()
    layers.fill(radius - away, (26, 30, 38))
    body = 0.93 * radius - away
    layers.fill(body, LEATHER)
    if radius >= 5:
        layers.glaze(_patches(layers, radius, rolled) * np.clip(body + 0.5, 0, 1), PATCH, 0.92)
    shade = np.clip(np.hypot(layers.x + 0.3 * radius, layers.y + 0.36 * radius) / (1.5 * radius) - 0.3, 0, 1)
    layers.glaze(shade * np.clip(body + 0.5, 0, 1), (20, 26, 40), 0.75)
    return layers.image()


def _patches(layers: Layers, radius: float, rolled: XY) -> Plane:
    """Dark patches that turn with the ball: places on its surface measured in radians from the top."""
    share = np.clip(layers.away() / radius, 1e-3, 0.999)
    bend = np.arcsin(share) / share / radius
    x, y = layers.x * bend - rolled[0], layers.y * bend - rolled[1]
    x, y = (np.mod(part + PATCH_EVERY / 2, PATCH_EVERY) - PATCH_EVERY / 2 for part in (x, y))
    inside: Plane = np.clip((0.34 - np.hypot(x, y)) * radius * np.sqrt(1 - share * share) + 0.5, 0, 1)
    return inside


def draw_swirl(surface: pygame.Surface, at: XY, radius: float, angle: float, strength: float) -> None:
    """Two arcs round a ball that spins; ``strength`` 0 to 1."""
    turn = floor(angle / pi * SWIRL_TURNS) % SWIRL_TURNS
    whole, level = max(3, round(radius)), min(4, floor(strength * 5))
    if level < 1:
        return

    def make() -> pygame.Surface:
        side = sprites.even(3.2 * whole)
        layers = Layers(side, side)
        band = 0.09 * whole - np.abs(layers.away() - 1.36 * whole)
        from_turn = np.mod(np.arctan2(layers.y, layers.x) - pi * turn / SWIRL_TURNS, pi) / pi
        layers.glaze(np.clip(band + 0.5, 0, 1) * from_turn**2, (255, 255, 255), 0.2 * level)
        return layers.image()

    image = sprites.kept(("swirl", whole, turn, level), make)
    surface.blit(image, image.get_rect(center=(round(at[0]), round(at[1]))))
