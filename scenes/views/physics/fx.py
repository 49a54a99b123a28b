"""Sparks, rings, flashes and a shaking screen: each a function of an event and its age, and of nothing else.

So a live match, its replay and its video show the same picture at the same tick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import cos, exp, pi, sin
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pygame

from scenes.ui.cache import Lru
from scenes.ui.palette import Colour
from scenes.views.physics import sprites
from scenes.views.physics.field import XY, Field
from scenes.views.style import Snapshot, ViewStyle

Event = Mapping[str, Any]
ColourOf = Callable[[Event], Colour]

WHITE: Colour = (255, 255, 255)
FLASH_S = 0.16
RING_PX = 128
"""Radius of the rings that are kept."""
SHAKE_S = 0.45
SHAKE_PX = 11.0
"""Greatest swing on a picture 720 pixels high."""
SHAKES: Mapping[str, float] = {"knock_out": 0.8, "goal": 1.0, "explosion": 0.9, "hit": 0.3}
"""Event kind -> how hard it shakes at power 1."""
LEAST_HIT = 0.6
"""Softer hits do not shake."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What one kind of event looks like at power 1. Lengths are metres, times seconds."""

    count: int = 0
    """How many sparks."""
    life_s: float = 0.5
    speed: float = 8.0
    """Metres a second at the start; sparks slow down by air."""
    radius: float = 0.12
    ring: float = 0.0
    """How far a ring spreads; 0 for none."""
    ring_s: float = 0.35
    flash: float = 0.0
    """Radius of a light that fades at once; 0 for none."""


BURSTS: dict[str, Burst] = {
    "hit": Burst(14, 0.4, 9.0, 0.10, ring=1.3, ring_s=0.28, flash=0.8),
    "wall": Burst(7, 0.32, 6.0, 0.07),
    "bounce": Burst(7, 0.3, 7.0, 0.07),
    "save": Burst(12, 0.4, 8.0, 0.09, ring=1.2, ring_s=0.3),
    "goal": Burst(46, 1.1, 15.0, 0.15, ring=4.5, ring_s=0.6, flash=3.0),
    "knock_out": Burst(32, 0.8, 11.0, 0.15, ring=3.0, ring_s=0.5, flash=1.8),
    "dash": Burst(9, 0.4, 5.0, 0.13),
    "boost": Burst(8, 0.35, 5.0, 0.12),
    "shot": Burst(7, 0.25, 7.0, 0.08, flash=0.6),
    "explosion": Burst(42, 0.8, 12.0, 0.18, ring=2.6, ring_s=0.45, flash=2.4),
    "serve": Burst(0, ring=1.6, ring_s=0.5),
    "kickoff": Burst(0, ring=2.0, ring_s=0.5),
}
"""Event kind -> its look; a view passes its own table where its scale is another."""


class _Spark(NamedTuple):
    dx: float
    dy: float
    speed: float
    life: float
    size: float


_clouds: Lru[tuple[_Spark, ...]] = Lru(256)


def age_s(snapshot: Snapshot, event: Event, alpha: float) -> float:
    """Seconds since ``event``, at ``alpha`` of the way to the newest tick."""
    age: float = (snapshot["tick"] - event["tick"] + alpha) / snapshot["hz"]
    return age


def recent(snapshot: Snapshot, alpha: float, within_s: float, *kinds: str) -> Iterator[tuple[Event, float]]:
    """Events of these kinds (all, if none is named), oldest first, with their ages in seconds.

    What the last tick of a match brought begins only where ``alpha`` runs on beyond 1: a picture of the end
    that stands still shall not stand in a flash.
    """
    for event in snapshot["events"]:
        if snapshot["over"] and alpha <= 1 and event["tick"] >= snapshot["tick"]:
            continue
        age = age_s(snapshot, event, alpha)
        if 0 <= age < within_s and (not kinds or event["kind"] in kinds):
            yield event, age


def shake(snapshot: Snapshot, alpha: float, field: Field, style: ViewStyle) -> XY:
    """How far the picture is off its place now, in pixels."""
    if not (style.animate and style.shake) or field.small:
        return 0.0, 0.0
    x = y = 0.0
    for event, age in recent(snapshot, alpha, SHAKE_S, *SHAKES):
        power = event["power"]
        if event["kind"] == "hit" and power < LEAST_HIT:
            continue
        swing = SHAKES[event["kind"]] * power * (1 - age / SHAKE_S) ** 2
        turn = Random(_seed(event)).uniform(0, 2 * pi)
        x += swing * cos(turn) * sin(age * 61)
        y += swing * sin(turn) * sin(age * 53 + 1)
    reach = SHAKE_PX * field.size[1] / 720
    return max(-1.3, min(1.3, x)) * reach, max(-1.3, min(1.3, y)) * reach


def draw_rings(
    surface: pygame.Surface,
    field: Field,
    snapshot: Snapshot,
    alpha: float,
    colour_of: ColourOf,
    bursts: Mapping[str, Burst] = BURSTS,
) -> None:
    """Rings and flashes: lie on the ground, so draw them below the bodies."""
    for event, age in recent(snapshot, alpha, 1.0, *bursts):
        burst, power, colour = bursts[event["kind"]], event["power"], colour_of(event)
        grown, at = 0.35 + 0.65 * power, field.at(event["x"], event["y"])
        if burst.flash and age < FLASH_S:
            # In steps of a quarter, so that few lights are kept.
            radius = max(2, round(field.px(burst.flash * round(4 * grown) / 4)))
            image = sprites.dimmed(sprites.glow(radius, WHITE, 0.5, 0.05), (1 - age / FLASH_S) * grown)
            surface.blit(image, image.get_rect(center=(round(at[0]), round(at[1]))))
        if burst.ring and age < burst.ring_s:
            share = age / burst.ring_s
            spread = 0.15 + 0.85 * (1 - (1 - share) ** 3)
            width = field.px(0.16 * grown) * (1 - share)
            draw_ring(surface, at, field.px(burst.ring * grown) * spread, width, colour, 0.7 * (1 - share))


def draw_ring(
    surface: pygame.Surface, at: XY, radius: float, width: float, colour: Colour, opacity: float
) -> None:
    """A circle's line. Rings grow, so no two are alike: each is scaled from one of a few that are kept, and
    coloured then.
    """
    if radius < 1 or opacity <= 0:
        return
    thickness = max(1.5 / RING_PX, round(width / radius * 32) / 32)
    side = max(2, round(2 * radius * (RING_PX + 1) / RING_PX))

    def make() -> pygame.Surface:
        layers = sprites.Layers(2 * RING_PX + 2, 2 * RING_PX + 2)
        half = thickness * RING_PX / 2
        band = np.clip(half + 0.5 - np.abs(layers.away() - (RING_PX - half)), 0, 1)
        return layers.tinted(band, WHITE)

    image = pygame.transform.smoothscale(sprites.kept(("ring", thickness), make), (side, side))
    image.fill(colour, special_flags=pygame.BLEND_RGB_MULT)
    # A line thinner than a pixel is as faint as it is thin.
    image.set_alpha(round(255 * min(1.0, opacity) * min(1.0, max(0.35, width))))
    surface.blit(image, image.get_rect(center=(round(at[0]), round(at[1]))))


def draw_sparks(
    surface: pygame.Surface,
    field: Field,
    snapshot: Snapshot,
    alpha: float,
    colour_of: ColourOf,
    bursts: Mapping[str, Burst] = BURSTS,
) -> None:
    """Sparks fly over the bodies; there are none on tiles."""
    if field.small:
        return
    drawn = []
    for event, age in recent(snapshot, alpha, 1.5, *bursts):
        burst, power = bursts[event["kind"]], event["power"]
        if age >= burst.life_s:
            continue
        colour, reach = colour_of(event), _reach(burst.speed * (0.4 + 0.6 * power), age)
        for spark in _cloud(event, max(3, round(burst.count * power)) if burst.count else 0):
            left = 1 - age / (burst.life_s * spark.life)
            if left <= 0:
                continue
            way = reach * spark.speed
            x, y = field.at(event["x"] + spark.dx * way, event["y"] + spark.dy * way)
            image = sprites.dot(field.px(burst.radius) * spark.size * (0.3 + 0.7 * left), colour, left)
            drawn.append((image, (round(x) - image.get_width() // 2, round(y) - image.get_height() // 2)))
    surface.fblits(drawn)


def _reach(speed: float, age: float) -> float:
    """How far a spark has come that air slows down."""
    return speed * (1 - exp(-5.0 * age)) / 5.0


def _cloud(event: Event, count: int) -> tuple[_Spark, ...]:
    seed = _seed(event)

    def make() -> tuple[_Spark, ...]:
        dice = Random(seed)
        sparks = []
        for index in range(count):
            turn = 2 * pi * (index + dice.uniform(-0.5, 0.5)) / max(1, count)
            sparks.append(
                _Spark(
                    cos(turn),
                    sin(turn),
                    dice.uniform(0.25, 1.0),
                    dice.uniform(0.5, 1.0),
                    dice.uniform(0.5, 1.15),
                )
            )
        return tuple(sparks)

    return _clouds.get((seed, count), make)


def _seed(event: Event) -> str:
    """The same dice for the same event, on every machine."""
    return f"{event['kind']} {event['tick']} {event['agent']} {event['x']:.3f} {event['y']:.3f}"
