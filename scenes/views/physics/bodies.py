"""Where bodies are between two ticks, and what all of them have: shadows, trails, names, gauges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import atan2, cos, dist, pi, sin
from typing import Any

import numpy as np
import pygame

from scenes.ui.palette import Colour
from scenes.views import shapes
from scenes.views.physics import sprites
from scenes.views.physics.field import XY, Field
from scenes.views.style import APART, Snapshot, ViewStyle

Body = Mapping[str, Any]
Pose = tuple[float, float, float]
"""x and y in metres, angle in radians."""

SHADOW: Colour = (0, 0, 0)
GAUGE_STEPS = 24
PUSH_TURNS, PUSH_STEPS = 48, 4


def pose(body: Body, alpha: float) -> Pose:
    """Where ``body`` is at ``alpha`` (0 to 1) of the way from the tick before to the newest."""
    trail = body["trail"]
    x, y, angle = trail[-1]
    if len(trail) < 2 or alpha >= 1:
        return x, y, angle
    before = trail[-2]
    back = 1 - max(0.0, alpha)
    turn = (angle - before[2] + pi) % (2 * pi) - pi
    return x - back * (x - before[0]), y - back * (y - before[1]), angle - back * turn


def in_play(snapshot: Snapshot, *kinds: str) -> Iterator[Body]:
    """The bodies of these kinds that take part."""
    return (body for body in snapshot["bodies"] if body["kind"] in kinds and body["in_play"])


def draw_shadow(surface: pygame.Surface, at: XY, radius: float, opacity: float = 0.42) -> None:
    """A soft shadow below a body of ``radius`` pixels; light falls from the top left."""
    image = sprites.glow(round(radius * 1.28), SHADOW, opacity, 0.55)
    lift = radius * 0.12
    surface.blit(image, image.get_rect(center=(round(at[0] + lift), round(at[1] + 1.6 * lift))))


def draw_trail(
    surface: pygame.Surface, field: Field, body: Body, alpha: float, colour: Colour, opacity: float = 0.5
) -> None:
    """A comet's tail through the last places of ``body``: thinner and fainter the older they are."""
    if len(body["trail"]) < 3:
        return
    points = [field.at(x, y) for x, y, _ in body["trail"][:-1]]
    points.append(field.at(*pose(body, alpha)[:2]))
    lengths = [dist(start, end) for start, end in pairwise(points)]
    total, radius = sum(lengths), field.px(body["radius"])
    if total < 1.2 * radius:
        return
    # Fades in with length, so that a tail does not pop up.
    strength = opacity * min(1.0, (total / radius - 1.2) / 2)
    step, done, stamps = max(2.0, 0.3 * radius), 0.0, []
    for (start, end), length in zip(pairwise(points), lengths, strict=True):
        while done < length:
            part = done / length
            stamps.append((start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])))
            done += step
        done -= length
    for index, (x, y) in enumerate(stamps):
        young = (index + 1) / len(stamps)
        image = sprites.soft(radius * (0.35 + 0.7 * young), colour, 0.6 * strength * young * young)
        surface.blit(image, (round(x) - image.get_width() // 2, round(y) - image.get_height() // 2))


def draw_name(
    surface: pygame.Surface, field: Field, at: XY, radius: float, words: str, colour: Colour
) -> None:
    """Who plays below a body, without the seat, which its colour and mark say; nothing on tiles."""
    if field.small or not words:
        return
    height = max(11, field.em(17))
    name, _, _ = words.partition(APART)
    fitted = shapes.shortened(name, "semibold", height, round(max(7 * height, 5 * radius)))
    for image, lift in (
        (shapes.text(fitted, "semibold", height, SHADOW), 1),
        (shapes.text(fitted, "semibold", height, colour), 0),
    ):
        place = image.get_rect(midtop=(round(at[0]), round(at[1] + radius * 1.08) + lift))
        # Wholly on the picture, also where the body is at its lower edge.
        surface.blit(image, place.clamp(surface.get_rect()))


def draw_gauge(surface: pygame.Surface, at: XY, radius: float, share: float, colour: Colour) -> None:
    """An arc round a body that fills clockwise from the top: a cool-down, a store. Nothing when full."""
    steps = round(min(1.0, max(0.0, share)) * GAUGE_STEPS)
    if steps >= GAUGE_STEPS:
        return
    outer, line = max(4, round(radius)), max(2, round(radius * 0.1))

    def make() -> pygame.Surface:
        layers = sprites.Layers(2 * outer + 2, 2 * outer + 2)
        band = line / 2 - np.abs(layers.away() - (outer - line / 2))
        layers.fill(band, (0, 0, 0), 0.35)
        turn = np.mod(np.arctan2(layers.x, -layers.y), 2 * pi)
        layers.fill(np.minimum(band, (2 * pi * steps / GAUGE_STEPS - turn) * layers.away()), colour)
        return layers.image()

    image = sprites.kept(("gauge", outer, line, steps, colour), make)
    surface.blit(image, image.get_rect(center=(round(at[0]), round(at[1]))))


def draw_push(surface: pygame.Surface, at: XY, radius: float, push: XY, colour: Colour) -> None:
    """An arc beside the rim where a body pushes to (each axis -1 to 1), longer the harder it does."""
    strength = min(1.0, (push[0] ** 2 + push[1] ** 2) ** 0.5)
    if strength < 0.12:
        return
    turn = round(atan2(push[1], push[0]) / (2 * pi) * PUSH_TURNS) % PUSH_TURNS
    steps = max(1, round(strength * PUSH_STEPS))
    outer, line = max(4, round(1.3 * radius)), max(2.0, 0.09 * radius)
    heading, half = 2 * pi * turn / PUSH_TURNS, 0.14 + 0.44 * steps / PUSH_STEPS
    middle = outer * cos(heading), outer * sin(heading)

    def make() -> pygame.Surface:
        side = sprites.even(2 * half * outer + 2 * line)
        layers = sprites.Layers(side, side, (-middle[0], -middle[1]))
        along = layers.x * cos(heading) + layers.y * sin(heading)
        off = np.arctan2(np.abs(layers.y * cos(heading) - layers.x * sin(heading)), along)
        band = line / 2 - np.abs(layers.away() - (outer - line / 2))
        layers.fill(np.minimum(band, (half - off) * outer), colour)
        return layers.image()

    image = sprites.kept(("push", outer, line, turn, steps, colour), make)
    surface.blit(image, image.get_rect(center=(round(at[0] + middle[0]), round(at[1] + middle[1]))))


def label(snapshot: Snapshot, agent: str, style: ViewStyle) -> str:
    """Who plays ``agent``, as people read it: a name, or ``Red 0`` for ``red_0``, as in the panels."""
    return style.names.get(agent) or agent.replace("_", " ").capitalize()
