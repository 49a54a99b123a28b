"""Tanks: a walled hall, tanks that leave tracks and smoke, glowing shells, the dark where nobody looks."""

from __future__ import annotations

from math import atan2, ceil, cos, pi, sin

import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import shapes, tanks_figures, tanks_floor
from scenes.views.physics import bodies, fx, hud
from scenes.views.physics.bodies import Body
from scenes.views.physics.brush import Brush
from scenes.views.physics.colours import colour_of, mark_of, team_title
from scenes.views.physics.field import XY, Field, backdrop, begun, fit
from scenes.views.physics.pointer import draw_pointer
from scenes.views.physics.rehearsal import moments
from scenes.views.physics.still import pick, spots
from scenes.views.style import Size, Snapshot, ViewStyle

__all__ = ["draw", "moments", "pick", "spots"]

SPARK: Colour = (255, 214, 140)
AMMUNITION: Colour = (240, 196, 92)
FULL_AMMUNITION, FULL_HEALTH = 5, 2
FLARE_SOON_S = 5.0
BURSTS = {
    "shot": fx.Burst(6, 0.2, 7.0, 0.08, flash=0.7),
    "bounce": fx.Burst(9, 0.32, 8.0, 0.07, ring=0.5, ring_s=0.2),
    "wall": fx.Burst(12, 0.34, 7.0, 0.08, ring=0.7, ring_s=0.25, flash=0.5),
    "hit": fx.Burst(18, 0.42, 9.0, 0.10, ring=1.5, ring_s=0.3, flash=1.3),
    "explosion": fx.Burst(40, 0.9, 12.0, 0.14, ring=3.4, ring_s=0.5, flash=3.0),
    "whistle": fx.Burst(ring=9.0, ring_s=0.9),
}


def draw(
    snapshot: Snapshot, size: Size, alpha: float = 1.0, style: ViewStyle | None = None
) -> pygame.Surface:
    """The hall between the tick before and the newest; see :class:`scenes.views.style.View`."""
    style = style or ViewStyle()
    arena, ground = snapshot["arena"], style.palette.background
    reach = arena["width"] / 2 + tanks_floor.RIM_M, arena["height"] / 2 + tanks_floor.RIM_M
    still = fit(size, (-reach[0], -reach[1], *reach))
    walls = tuple(tuple(wall) for wall in arena["walls"])
    key = ("tanks", size, ground, arena["width"], arena["height"], walls)
    picture = backdrop(key, lambda: _hall(still, snapshot, style))
    # The last picture stays: it must not stay off its place.
    offset = (0.0, 0.0) if snapshot["over"] and alpha <= 1 else fx.shake(snapshot, alpha, still, style)
    surface, field = begun(picture, offset, ground), still.shifted(offset)
    _draw_tracks(surface, field, snapshot, alpha)
    if _hides(snapshot):
        shift = round(offset[0]), round(offset[1])
        tanks_floor.draw_dark(surface, picture, still, shift, arena, snapshot["sight"].values())
    _draw_play(surface, field, snapshot, alpha, style)
    _draw_words(surface, still, snapshot, style)
    return surface


def _hall(field: Field, snapshot: Snapshot, style: ViewStyle) -> pygame.Surface:
    brush = Brush(field, style.palette.background)
    tanks_floor.paint(brush, snapshot["arena"])
    return brush.image()


def _hides(snapshot: Snapshot) -> bool:
    """Whether this is what some see, and no picture of everything."""
    shown = {body["agent"] for body in snapshot["bodies"] if body["kind"] == "tank"}
    return bool(snapshot["sight"]) or any(agent not in shown for agent in snapshot["standing"])


def _draw_tracks(surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float) -> None:
    for body in bodies.in_play(snapshot, "tank"):
        trail = body["trail"]
        turned = trail[-1][2] - trail[-2][2] if len(trail) > 1 else 0.0
        spin = ((turned + pi) % (2 * pi) - pi) * snapshot["hz"]
        pose = bodies.pose(body, alpha)
        tanks_figures.draw_tracks(surface, field, pose, _ahead(body, pose[2]), spin, body["radius"])


def _ahead(body: Body, angle: float) -> float:
    """Metres a second along the tracks."""
    return float(body["vx"] * cos(angle) + body["vy"] * sin(angle))


def _draw_play(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float, style: ViewStyle
) -> None:
    def colour(event: fx.Event) -> Colour:
        if event["kind"] in ("hit", "explosion") and event["agent"]:
            return mix(colour_of(snapshot, event["agent"], style), SPARK, 0.4)
        return SPARK

    fx.draw_rings(surface, field, snapshot, alpha, colour, BURSTS)
    tanks = [(body, bodies.pose(body, alpha)) for body in bodies.in_play(snapshot, "tank")]
    for body, (x, y, _) in tanks:
        at, radius = field.at(x, y), field.px(body["radius"])
        bodies.draw_shadow(surface, at, 1.12 * radius, 0.55)
        words = bodies.label(snapshot, body["agent"], style)
        bodies.draw_name(surface, field, at, 1.56 * radius, words, style.palette.text)
    for body, pose in tanks:
        _draw_tank(surface, field, snapshot, body, pose, style)
    for body in bodies.in_play(snapshot, "shell"):
        _draw_shell(surface, field, snapshot, body, alpha, style)
    for body, (x, y, _) in tanks:
        _draw_state(surface, field, snapshot, body, field.at(x, y), alpha, style)
    for event, age in fx.recent(snapshot, alpha, tanks_figures.BLAST_S, "explosion"):
        who = f"{event['agent']} {event['tick']}"
        tanks_figures.draw_blast(surface, field, field.at(event["x"], event["y"]), age, who)
    if style.animate:
        fx.draw_sparks(surface, field, snapshot, alpha, colour, BURSTS)


def _draw_tank(
    surface: pygame.Surface,
    field: Field,
    snapshot: Snapshot,
    body: Body,
    pose: tuple[float, float, float],
    style: ViewStyle,
) -> None:
    agent, speed = body["agent"], _ahead(body, pose[2])
    tread = 0
    if style.animate and abs(speed) > 0.4:
        tread = snapshot["tick"] // 2 * (1 if speed > 0 else -1)
    look = colour_of(snapshot, agent, style), mark_of(snapshot, agent)
    tanks_figures.stamp_tank(surface, field.at(*pose[:2]), field.px(body["radius"]), pose[2], look, tread)


def _draw_shell(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, body: Body, alpha: float, style: ViewStyle
) -> None:
    x, y, _ = bodies.pose(body, alpha)
    colour = mix(colour_of(snapshot, body["agent"], style), SPARK, 0.35)
    bodies.draw_trail(surface, field, body, alpha, colour, 0.8)
    angle = atan2(body["vy"], body["vx"])
    tanks_figures.stamp_shell(surface, field.at(x, y), field.px(body["radius"]), angle, colour)


def _draw_state(
    surface: pygame.Surface,
    field: Field,
    snapshot: Snapshot,
    body: Body,
    at: XY,
    alpha: float,
    style: ViewStyle,
) -> None:
    """Smoke and health, and of those who look (or of all) the gun's reload and the shells that are left."""
    radius, palette, agent = field.px(body["radius"]), style.palette, body["agent"]
    hurt = body["health"] < FULL_HEALTH
    if hurt and style.animate and not field.small:
        now_s = (snapshot["tick"] + alpha) / snapshot["hz"]
        tanks_figures.draw_smoke(surface, at, radius, now_s, agent)
    if hurt or not field.small:
        colour, above = palette.warn if hurt else palette.text, (at[0], at[1] - 1.5 * radius)
        size = 0.6 * radius, 0.12 * radius
        tanks_figures.draw_pips(surface, above, size, (body["health"], FULL_HEALTH), colour, style)
    draw_pointer(surface, field, agent, (at[0], at[1] - 1.75 * radius), style)
    if not field.small and (not snapshot["sight"] or agent in snapshot["sight"]):
        bodies.draw_gauge(surface, at, 0.68 * radius, body["reload"], AMMUNITION)
        size, below = (0.19 * radius, 0.15 * radius), (at[0], at[1] + 1.5 * radius)
        tanks_figures.draw_pips(surface, below, size, (body["ammo"], FULL_AMMUNITION), AMMUNITION, style)


def _draw_words(surface: pygame.Surface, field: Field, snapshot: Snapshot, style: ViewStyle) -> None:
    standing = frozenset(snapshot["standing"])
    signs = [
        hud.Sign(
            mark_of(snapshot, agent),
            colour_of(snapshot, agent, style),
            agent in standing,
            bodies.label(snapshot, agent, style),
        )
        for agent in snapshot["agents"]
    ]
    hud.draw_standing(surface, field, signs, snapshot["left_s"], style)
    _draw_flare(surface, field, snapshot, style)
    if snapshot["over"]:
        _draw_end(surface, field, snapshot, style)


def _draw_flare(surface: pygame.Surface, field: Field, snapshot: Snapshot, style: ViewStyle) -> None:
    """Tell of the light that ends all hiding."""
    soon_s = snapshot["flare_in_s"]
    if field.small or soon_s > FLARE_SOON_S:
        return
    words = f"Flare in {ceil(soon_s)}" if soon_s > 0 else "Flare: walls hide nobody near"
    place = max(6, field.em(28)), field.score_y
    shapes.write(surface, words, "medium", max(10, field.em(20)), style.palette.warn, midleft=place)


def _draw_end(surface: pygame.Surface, field: Field, snapshot: Snapshot, style: ViewStyle) -> None:
    winners = [event["agent"] for event in snapshot["events"] if event["kind"] == "win"]
    if not winners:
        words = hud.level_words(snapshot, "explosion", style)
        hud.draw_end(surface, field, words, style.palette.text, style)
        return
    team, colour = snapshot["teams"].get(winners[0]), colour_of(snapshot, winners[0], style)
    words = team_title(team) if team else bodies.label(snapshot, winners[0], style)
    hud.draw_end(surface, field, f"{words} wins", colour, style)
