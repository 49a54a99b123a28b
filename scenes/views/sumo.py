"""Sumo: a clay ring with a rope of straw on a dark platform, and round wrestlers with their marks."""

from __future__ import annotations

from functools import partial
from math import cos, hypot, pi, sin

import numpy as np
import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.physics import bodies, fx, ground, hud, sprites
from scenes.views.physics.colours import colour_of, mark_of, team_colour, team_title
from scenes.views.physics.field import XY, Field, backdrop, begun, fit
from scenes.views.physics.pointer import draw_pointer
from scenes.views.physics.rehearsal import moments
from scenes.views.physics.still import pick, spots
from scenes.views.style import Size, Snapshot, ViewStyle

__all__ = ["draw", "moments", "pick", "spots"]

PLATFORM: Colour = (37, 35, 41)
PLATFORM_EDGE: Colour = (62, 58, 66)
WORN: Colour = (50, 45, 48)
CLAY: Colour = (86, 70, 60)
CLAY_LIGHT: Colour = (196, 160, 124)
ROPE: Colour = (212, 188, 138)
ROPE_DARK: Colour = (134, 110, 76)
DUST: Colour = (206, 184, 152)
WHITE: Colour = (250, 246, 238)
PLATFORM_M = 1.5
"""From the ring at the start to the edge of the platform."""
ROPE_M = 0.2
BALE_M = 0.75
"""Length of one bale of the rope."""
FALL_S = 0.6
"""How long who is out is seen to fall."""
OUT_S = 1.1
OUT_M = 1.5
"""How far above the place the word OUT begins."""
BURSTS = fx.BURSTS | {
    "hit": fx.Burst(12, 0.4, 8.0, 0.09, ring=1.5, ring_s=0.28, flash=0.9),
    "dash": fx.Burst(10, 0.45, 4.5, 0.15),
    "knock_out": fx.Burst(30, 0.8, 10.0, 0.15, ring=2.4, ring_s=0.5, flash=1.6),
}


def draw(
    snapshot: Snapshot, size: Size, alpha: float = 1.0, style: ViewStyle | None = None
) -> pygame.Surface:
    """The ring between the tick before and the newest; see :class:`scenes.views.style.View`."""
    style = style or ViewStyle()
    ring = snapshot["ring"]
    reach = ring["start_radius"] + PLATFORM_M
    still = fit(size, (-reach, -reach, reach, reach))
    # A ring that rests is part of the backdrop; one that shrinks is drawn anew in every picture.
    rests = None if ring["shrinking"] else ring["radius"]
    key = ("sumo", size, ring["start_radius"], rests, style.palette.background)
    picture = backdrop(key, lambda: _ground(still, ring["start_radius"], rests, style))
    offset = fx.shake(snapshot, alpha, still, style)
    surface, field = begun(picture, offset, style.palette.background), still.shifted(offset)
    if rests is None:
        _draw_ring(surface, field, ring["start_radius"], ring["radius"], _warning(snapshot, alpha, style))
        _draw_goal(surface, field, ring, style)

    def colour(event: fx.Event) -> Colour:
        if event["kind"] == "knock_out":
            return colour_of(snapshot, event["agent"], style)
        return DUST if event["kind"] == "dash" else WHITE

    if style.animate:
        fx.draw_rings(surface, field, snapshot, alpha, colour, BURSTS)
    _draw_fallen(surface, field, snapshot, alpha, style)
    _draw_wrestlers(surface, field, snapshot, alpha, style)
    if style.animate:
        fx.draw_sparks(surface, field, snapshot, alpha, colour, BURSTS)
    _draw_words(surface, still, snapshot, alpha, style)
    return surface


def _draw_wrestlers(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float, style: ViewStyle
) -> None:
    places = [
        (body, field.at(*bodies.pose(body, alpha)[:2]), sprites.quarter(field.px(body["radius"])))
        for body in bodies.in_play(snapshot, "wrestler")
    ]
    for body, at, radius in places:
        colour = colour_of(snapshot, body["agent"], style)
        bodies.draw_trail(surface, field, body, alpha, colour, 0.6)
        bodies.draw_shadow(surface, at, radius, 0.5)
    for body, at, radius in places:
        colour = colour_of(snapshot, body["agent"], style)
        bodies.draw_push(surface, at, radius, body["thrust"], mix(colour, WHITE, 0.5))
        kind = mark_of(snapshot, body["agent"])
        key = ("wrestler", radius, colour, kind)
        sprites.stamp(surface, key, partial(_wrestler, radius, colour, kind), at)
        bodies.draw_gauge(surface, at, radius * 1.13, body["dash"], mix(colour, WHITE, 0.7))
    for body, at, radius in places:
        words = bodies.label(snapshot, body["agent"], style)
        bodies.draw_name(surface, field, at, radius, words, style.palette.text)
        draw_pointer(surface, field, body["agent"], (at[0], at[1] - 1.4 * radius), style)


def _wrestler(radius: float, colour: Colour, kind: str, shift: XY = (0.0, 0.0)) -> pygame.Surface:
    side = sprites.even(2 * radius + 4)
    layers = sprites.Layers(side, side, shift)
    away = layers.away()
    inside = np.clip(0.94 * radius - away + 0.5, 0, 1)
    layers.fill(radius - away, mix(colour, (0, 0, 0), 0.5))
    layers.fill(0.94 * radius - away, colour)
    lit = layers.away(-0.45 * radius, -0.5 * radius) / radius
    layers.glaze(inside * np.clip(lit / 1.9 - 0.25, 0, 1), (0, 0, 0), 0.62)
    layers.glaze(inside * np.clip(1 - lit, 0, 1), WHITE, 0.3)
    layers.fill(0.035 * radius - np.abs(away - 0.74 * radius), mix(colour, (0, 0, 0), 0.4), 0.7)
    layers.fill(sprites.mark(layers, kind, 0.44 * radius), mix(colour, (0, 0, 0), 0.78))
    return layers.image()


def _draw_fallen(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float, style: ViewStyle
) -> None:
    """Who went out just now sinks beside the ring."""
    radii: dict[str, float] = {body["agent"]: body["radius"] for body in snapshot["bodies"]}
    for event, age in fx.recent(snapshot, alpha, FALL_S, "knock_out"):
        agent, share = event["agent"], age / FALL_S
        if agent not in radii or not style.animate:
            continue
        away = max(1e-6, hypot(event["x"], event["y"]))
        way = 1 + 1.1 * (1 - (1 - share) ** 2) / away
        colour, kind = colour_of(snapshot, agent, style), mark_of(snapshot, agent)
        size = sprites.quarter(field.px(radii[agent]))
        key = ("fallen wrestler", size, colour, kind)
        image = sprites.kept(key, partial(_wrestler, size, colour, kind))
        image = shapes.faded(pygame.transform.smoothscale_by(image, 1 - 0.45 * share), 1 - share**2)
        x, y = field.at(event["x"] * way, event["y"] * way)
        surface.blit(image, image.get_rect(center=(round(x), round(y))))


# ---- words -------------------------------------------------------------------------------------------------


def _draw_words(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float, style: ViewStyle
) -> None:
    signs = [
        hud.Sign(
            mark_of(snapshot, agent),
            colour_of(snapshot, agent, style),
            agent in snapshot["standing"],
            bodies.label(snapshot, agent, style),
        )
        for agent in snapshot["agents"]
    ]
    hud.draw_standing(surface, field, signs, snapshot["left_s"], style)
    if snapshot["over"]:
        _draw_end(surface, field, snapshot, style)
    elif not field.tiny:
        for event, age in fx.recent(snapshot, alpha, OUT_S, "knock_out"):
            _draw_out(surface, field, event, age, style)


def _draw_end(surface: pygame.Surface, field: Field, snapshot: Snapshot, style: ViewStyle) -> None:
    """Who won: whom the game names, else the team of which more are in when time is up; level is a draw."""
    teams = snapshot["teams"]
    won = [event["agent"] for event in snapshot["events"] if event["kind"] == "win"]
    sides = [teams.get(agent, agent) for agent in won or snapshot["standing"]]
    counts = sorted(((sides.count(side), side) for side in set(sides)), reverse=True)
    if not counts or (len(counts) > 1 and counts[0][0] == counts[1][0]):
        hud.draw_end(surface, field, hud.level_words(snapshot, "knock_out", style), style.palette.text, style)
        return
    side = counts[0][1]
    winner = team_title(side) if teams else bodies.label(snapshot, side, style)
    colour = team_colour(side, style) if teams else colour_of(snapshot, side, style)
    hud.draw_end(surface, field, f"{winner} wins", colour, style)


def _draw_out(surface: pygame.Surface, field: Field, event: fx.Event, age: float, style: ViewStyle) -> None:
    """The word OUT, above where it happened: comes quickly, rises, goes."""
    young = min(1.0, age / 0.14) if style.animate else 1.0
    image = shapes.text("OUT", "bold", max(11, field.em(40)), style.palette.text)
    if young < 1:
        image = pygame.transform.smoothscale_by(image, 1.5 - 0.5 * young)
    image = shapes.faded(image, young * min(1.0, (OUT_S - age) / 0.4))
    x, y = field.at(event["x"], event["y"])
    lift = field.px(OUT_M) + field.em(30) * (age / OUT_S if style.animate else 0.0)
    place = image.get_rect(center=(round(x), round(y - lift)))
    surface.blit(image, place.clamp(surface.get_rect()))


# ---- the ring ----------------------------------------------------------------------------------------------


def _ground(field: Field, start_radius: float, radius: float | None, style: ViewStyle) -> pygame.Surface:
    """All that never moves, and the ring where it rests at ``radius``."""
    key = ("sumo platform", field.size, start_radius, style.palette.background)
    surface = backdrop(key, lambda: _platform(field, start_radius, style)).copy()
    if radius is not None:
        _draw_ring(surface, field, start_radius, radius, 0.0)
    return surface


def _platform(field: Field, start_radius: float, style: ViewStyle) -> pygame.Surface:
    surface = pygame.Surface(field.size, 0, 32)
    surface.fill(style.palette.background)
    reach = start_radius + PLATFORM_M
    area = field.area((-reach, -reach, reach, reach))
    ground.rounded_frame(surface, area, field.px(1.1), max(1, round(field.px(0.06))), PLATFORM_EDGE, PLATFORM)
    ground.light(surface, area, CLAY_LIGHT, 0.10, (0.5, 0.5))
    pygame.draw.aacircle(surface, WORN, field.at(0, 0), max(1.0, field.px(start_radius)))
    return surface


def _draw_ring(
    surface: pygame.Surface, field: Field, start_radius: float, radius: float, warning: float
) -> None:
    """The clay in which wrestlers are in, its rope, and the lines in the middle while there is room."""
    centre, line = field.at(0, 0), max(1.5, field.px(ROPE_M))
    inner = max(1.0, field.px(radius) - line / 2)
    rope = mix(ROPE, (244, 150, 64), warning)
    pygame.draw.aacircle(surface, rope, centre, inner + line)
    pygame.draw.aacircle(surface, CLAY, centre, inner)
    glow = sprites.glow(round(field.px(0.98 * start_radius)), CLAY_LIGHT, 0.22)
    surface.blit(glow, glow.get_rect(center=(round(centre[0]), round(centre[1]))))
    bales = max(8, round(2 * pi * radius / BALE_M))
    for bale in range(bales if not field.small else 0):
        turn = 2 * pi * bale / bales
        start, end = ((centre[0] + r * cos(turn), centre[1] + r * sin(turn)) for r in (inner, inner + line))
        pygame.draw.aaline(surface, ROPE_DARK, start, end, max(1, round(line * 0.22)))
    if radius > 2.2:
        for side in (-1, 1):
            mark = field.area((side * 0.7 - 0.07, -0.6, side * 0.7 + 0.07, 0.6))
            surface.fill(mix(CLAY, WHITE, 0.55), mark)


def _draw_goal(surface: pygame.Surface, field: Field, ring: Snapshot, style: ViewStyle) -> None:
    """Where the ring that shrinks now will rest."""
    if "goal" not in ring or field.small:
        return
    # Drawn in each picture: to keep a sprite of this size would take the time of two slots as it shrinks.
    colour = mix(CLAY, style.palette.warn, 0.5)
    ground.hoop(surface, field.at(0, 0), field.px(ring["goal"]), max(1, field.em(2)), colour)


def _warning(snapshot: Snapshot, alpha: float, style: ViewStyle) -> float:
    """How much the rope of a shrinking ring glows now."""
    if not style.animate:
        return 0.6
    return 0.45 + 0.35 * sin((snapshot["tick"] + alpha) / snapshot["hz"] * 2 * pi * 1.5)
