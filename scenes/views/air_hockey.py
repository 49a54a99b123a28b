"""Air hockey: a dark table of ice with rails, mallets in the colours of the teams, a puck with a tail."""

from __future__ import annotations

from math import ceil, pi

import numpy as np
import pygame

from scenes.ui.palette import Colour, mix
from scenes.views.physics import bodies, fx, ground, hud, sprites
from scenes.views.physics.colours import TEAM_COLOURS, TEAM_MARKS, colour_of, team_colour, team_title
from scenes.views.physics.field import XY, Bounds, Field, backdrop, begun, fit
from scenes.views.physics.pointer import draw_pointer
from scenes.views.physics.rehearsal import moments
from scenes.views.physics.still import pick, spots
from scenes.views.style import Size, Snapshot, ViewStyle

__all__ = ["draw", "moments", "pick", "spots"]

ICE: Colour = (31, 45, 62)
ICE_LIGHT: Colour = (108, 150, 186)
LINES: Colour = (88, 116, 144)
RAIL: Colour = (58, 68, 88)
RAIL_EDGE: Colour = (92, 106, 132)
PUCK: Colour = (250, 246, 232)
PUCK_DARK: Colour = (58, 62, 72)
RAIL_M = 0.6
"""Width of the rail round the table."""
SLOT_M = 0.4
"""How deep one sees into the goals; a puck that went in slides below the rail."""
HOLES_M = 0.6
"""Distance of the air holes."""
TURNS = 24
"""Angles at which the puck's spin is drawn, in a third of a turn: it has three notches."""
GLOW_S = 1.2
SERVE = 0.225
"""How far from the middle the puck is served, as a share of the table's width."""
CLOCK_S = 3.0
"""From here on the puck shows how long it may still stay in its half."""
BURSTS = fx.BURSTS | {
    "hit": fx.Burst(14, 0.36, 10.0, 0.08, ring=1.2, ring_s=0.26, flash=0.7),
    "goal": fx.Burst(54, 1.1, 17.0, 0.13, ring=4.2, ring_s=0.6, flash=3.2),
}


def draw(
    snapshot: Snapshot, size: Size, alpha: float = 1.0, style: ViewStyle | None = None
) -> pygame.Surface:
    """The table between the tick before and the newest; see :class:`scenes.views.style.View`."""
    style = style or ViewStyle()
    table = snapshot["table"]
    half = table["width"] / 2, table["height"] / 2
    bounds = (-half[0], -half[1], half[0], half[1])
    still = fit(size, (bounds[0] - RAIL_M, bounds[1] - RAIL_M, bounds[2] + RAIL_M, bounds[3] + RAIL_M))
    key = ("air hockey", size, *half, table["goal"], style.palette.background)
    picture = backdrop(key, lambda: _table(still, bounds, table["goal"], style))
    offset = fx.shake(snapshot, alpha, still, style)
    surface, field = begun(picture, offset, style.palette.background), still.shifted(offset)

    def colour(event: fx.Event) -> Colour:
        if event["kind"] == "goal":
            return team_colour(_scorer(event), style)
        return mix(colour_of(snapshot, event["agent"], style), PUCK, 0.35) if event["agent"] else PUCK

    _draw_goal_light(surface, field, bounds, table["goal"], snapshot, alpha, style)
    if style.animate:
        fx.draw_rings(surface, field, snapshot, alpha, colour, BURSTS)
    _draw_serve(surface, field, snapshot, style)
    _draw_puck(surface, field, snapshot, alpha, style)
    _draw_mallets(surface, field, snapshot, alpha, style)
    hud.draw_score(surface, still, snapshot, style, snapshot["target"])
    _draw_moment(surface, still, snapshot, alpha, style)
    if style.animate:
        fx.draw_sparks(surface, field, snapshot, alpha, colour, BURSTS)
    return surface


def _scorer(event: fx.Event) -> str:
    """Red attacks to the right: a goal there is red's."""
    return "red" if event["x"] > 0 else "blue"


def _draw_serve(surface: pygame.Surface, field: Field, snapshot: Snapshot, style: ViewStyle) -> None:
    """Where the puck will lie in a moment: a ring in the colour of who is served fills up."""
    team = snapshot["serve"]
    if not team:
        return
    side = -1 if team == "red" else 1
    x, y = snapshot.get("serve_at", (side * SERVE * snapshot["table"]["width"], 0.0))
    radius = max(field.px(body["radius"]) for body in snapshot["bodies"] if body["kind"] == "puck")
    share = 1 - min(1.0, snapshot["serve_in_s"])
    bodies.draw_gauge(surface, field.at(x, y), 1.3 * radius, share, team_colour(team, style))


def _draw_puck(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float, style: ViewStyle
) -> None:
    table = snapshot["table"]
    half = table["width"] / 2 + SLOT_M, table["height"] / 2
    surface.set_clip(field.area((-half[0], -half[1], half[0], half[1])))
    for body in bodies.in_play(snapshot, "puck"):
        x, y, angle = bodies.pose(body, alpha)
        at, radius = field.at(x, y), sprites.quarter(field.px(body["radius"]))
        bodies.draw_shadow(surface, at, radius, 0.35)
        bodies.draw_trail(surface, field, body, alpha, mix(PUCK, ICE_LIGHT, 0.5), 0.55)
        _place_puck(surface, at, radius, angle)
        left_s = snapshot.get("clock_s", CLOCK_S)
        if left_s < CLOCK_S and not snapshot["serve"]:
            bodies.draw_gauge(surface, at, 1.3 * radius, left_s / CLOCK_S, style.palette.warn)
    surface.set_clip(None)


def _draw_mallets(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float, style: ViewStyle
) -> None:
    places = [
        (body, field.at(*bodies.pose(body, alpha)[:2]), sprites.quarter(field.px(body["radius"])))
        for body in bodies.in_play(snapshot, "mallet")
    ]
    for _, at, radius in places:
        bodies.draw_shadow(surface, at, radius, 0.5)
    for body, at, radius in places:
        colour = team_colour(body["team"], style)
        bodies.draw_push(surface, at, radius, body["thrust"], mix(colour, PUCK, 0.45))
        _place_mallet(surface, at, radius, TEAM_MARKS.get(body["team"], "dot"), colour)
    for body, at, radius in places:
        words = bodies.label(snapshot, body["agent"], style)
        bodies.draw_name(surface, field, at, radius, words, style.palette.text)
        draw_pointer(surface, field, body["agent"], (at[0], at[1] - 1.4 * radius), style)


def _place_mallet(surface: pygame.Surface, at: XY, radius: float, kind: str, colour: Colour) -> None:
    def make(shift: XY) -> pygame.Surface:
        side = sprites.even(2 * radius + 4)
        layers = sprites.Layers(side, side, shift)
        away = layers.away()
        layers.fill(radius - away, mix(colour, (0, 0, 0), 0.42))
        layers.fill(0.94 * radius - away, colour)
        shine = np.clip(1 - layers.away(-0.45 * radius, -0.5 * radius) / radius, 0, 1)
        layers.glaze(shine * np.clip(0.94 * radius - away + 0.5, 0, 1), PUCK, 0.32)
        layers.fill(0.72 * radius - away, mix(colour, (0, 0, 0), 0.28))
        # The handle stands up: its shadow falls to the lower right.
        layers.glaze(
            np.clip(1 - layers.away(0.07 * radius, 0.1 * radius) / (0.62 * radius), 0, 1), (0, 0, 0), 0.6
        )
        layers.fill(0.46 * radius - away, mix(colour, PUCK, 0.12))
        layers.glaze(
            np.clip(1 - layers.away(-0.16 * radius, -0.18 * radius) / (0.5 * radius), 0, 1)
            * np.clip(0.46 * radius - away + 0.5, 0, 1),
            PUCK,
            0.4,
        )
        layers.fill(sprites.mark(layers, kind, 0.27 * radius), mix(colour, (0, 0, 0), 0.72))
        return layers.image()

    sprites.stamp(surface, ("mallet", radius, colour, kind), make, at)


def _place_puck(surface: pygame.Surface, at: XY, radius: float, angle: float) -> None:
    turn = round(angle / (2 * pi / 3) * TURNS) % TURNS
    spun = turn / TURNS * (2 * pi / 3)

    def make(shift: XY) -> pygame.Surface:
        side = sprites.even(2 * radius + 4)
        layers = sprites.Layers(side, side, shift)
        away = layers.away()
        layers.fill(radius - away, mix(PUCK, PUCK_DARK, 0.55))
        layers.fill(0.92 * radius - away, PUCK)
        layers.glaze(np.clip(layers.away(-0.4 * radius, -0.4 * radius) / (2.4 * radius), 0, 1)
                     * np.clip(0.92 * radius - away, 0, 1), PUCK_DARK, 0.3)  # fmt: skip
        ring = 0.07 * radius - np.abs(away - 0.64 * radius)
        ways = np.cos(3 * (np.arctan2(layers.y, layers.x) - spun))
        layers.fill(np.minimum(ring, (ways + 0.55) * radius), PUCK_DARK, 0.8)
        layers.fill(0.2 * radius - away, PUCK_DARK, 0.85)
        return layers.image()

    sprites.stamp(surface, ("puck", radius, turn), make, at)


def _draw_goal_light(
    surface: pygame.Surface,
    field: Field,
    bounds: Bounds,
    goal: float,
    snapshot: Snapshot,
    alpha: float,
    style: ViewStyle,
) -> None:
    """The slot that was scored in shines for a while."""
    for event, age in fx.recent(snapshot, alpha, GLOW_S, "goal"):
        side = 1 if event["x"] > 0 else -1
        radius = max(4, round(field.px(0.75 * goal)))
        image = sprites.glow(radius, team_colour(_scorer(event), style), 0.75)
        steps = max(1, ceil(8 * (1 - age / GLOW_S)))
        image = sprites.dimmed(image, steps / 8)
        at = field.at(side * bounds[2], (bounds[1] + bounds[3]) / 2)
        surface.blit(image, image.get_rect(center=(round(at[0]), round(at[1]))))


def _draw_moment(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float, style: ViewStyle
) -> None:
    if snapshot["over"]:
        hud.draw_verdict(surface, field, snapshot, style)
        return
    for event, age in fx.recent(snapshot, alpha, hud.MOMENT_S, "goal"):
        team = _scorer(event)
        scorer = bodies.label(snapshot, event["agent"], style) if event["agent"] else team_title(team)
        hud.draw_moment(surface, field, "GOAL", f"{scorer} scores", team_colour(team, style), age, style)


def _table(field: Field, bounds: Bounds, goal: float, style: ViewStyle) -> pygame.Surface:
    """All that never moves."""
    surface = pygame.Surface(field.size, 0, 32)
    surface.fill(style.palette.background)
    ice = field.area(bounds)
    rail = max(2, round(field.px(RAIL_M)))
    outer = ice.inflate(2 * rail, 2 * rail)
    edge = max(1, rail // 8)
    ground.rounded_frame(surface, outer, 1.5 * rail, edge, RAIL_EDGE, RAIL)
    ground.plate(surface, ice.inflate(2 * edge, 2 * edge), 2 * edge, mix(RAIL, (0, 0, 0), 0.45))
    _draw_slots(surface, field, ice, goal)
    ground.plate(surface, ice, edge, ICE)
    ground.light(surface, ice, ICE_LIGHT, 0.3, (0.5, 0.42))
    if not field.small:
        _draw_holes(surface, field, bounds)
        ground.grain(surface, ice, 46, (210, 230, 250), 0.10)
    _draw_lines(surface, field, ice, goal)
    return surface


def _draw_holes(surface: pygame.Surface, field: Field, bounds: Bounds) -> None:
    """The grid of holes that the air comes from."""
    image = sprites.dot(max(0.5, field.px(0.035)), mix(ICE, (0, 0, 0), 0.5), 0.5)
    columns, rows = (round((bounds[side + 2] - bounds[side]) / HOLES_M) for side in (0, 1))
    for column in range(columns):
        for row in range(rows):
            x = bounds[0] + (column + 0.5) * (bounds[2] - bounds[0]) / columns
            y = bounds[1] + (row + 0.5) * (bounds[3] - bounds[1]) / rows
            at = field.at(x, y)
            surface.blit(image, image.get_rect(center=(round(at[0]), round(at[1]))))


def _draw_lines(surface: pygame.Surface, field: Field, ice: pygame.Rect, goal: float) -> None:
    width = max(1.0, field.px(0.07))
    middle = ice.centerx, ice.centery
    paint = mix(ICE, LINES, 0.85)
    surface.set_clip(ice)
    for team, x in (("red", ice.left), ("blue", ice.right)):
        colour = mix(ICE, TEAM_COLOURS[team], 0.6)
        ground.hoop(surface, (x, middle[1]), field.px(0.72 * goal), width, colour)
    ground.hoop(surface, middle, field.px(0.17 * 9), width, paint)
    pygame.draw.rect(surface, paint, (middle[0] - width / 2, ice.top, max(1, round(width)), ice.height))
    pygame.draw.aacircle(surface, paint, middle, max(2.0, field.px(0.16)))
    surface.set_clip(None)


def _draw_slots(surface: pygame.Surface, field: Field, ice: pygame.Rect, goal: float) -> None:
    depth, height = max(2, round(field.px(SLOT_M))), round(field.px(goal))
    for team, left in (("red", ice.left - depth), ("blue", ice.right)):
        slot = pygame.Rect(left, ice.centery - height // 2, depth, height)
        surface.fill((6, 8, 12), slot)
        line = max(1, depth // 4)
        inner = slot.left if team == "red" else slot.right - line
        surface.fill(TEAM_COLOURS[team], (inner, slot.top, line, slot.height))
