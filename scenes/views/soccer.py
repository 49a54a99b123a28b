"""Soccer: a walled pitch, numbered players with jets, a ball that rolls; goals are shouted."""

from __future__ import annotations

import pygame

from scenes.ui.palette import Colour
from scenes.views import shapes, soccer_figures, soccer_pitch
from scenes.views.physics import bodies, fx, hud
from scenes.views.physics.bodies import Body
from scenes.views.physics.brush import Brush
from scenes.views.physics.colours import colour_of, mark_of, team_colour, team_title
from scenes.views.physics.field import XY, Field, backdrop, begun, fit
from scenes.views.physics.pointer import draw_pointer
from scenes.views.physics.rehearsal import moments
from scenes.views.physics.still import pick, spots
from scenes.views.style import Size, Snapshot, ViewStyle

__all__ = ["draw", "moments", "pick", "spots"]

GRASS_DUST: Colour = (190, 214, 196)
FULL_SPIN = 24.0
"""Radians a second from which on a ball cannot be seen to spin faster."""
FLICKER_TICKS = 3
BURSTS = {
    **fx.BURSTS,
    "hit": fx.Burst(9, 0.35, 8.0, 0.09, ring=1.1, ring_s=0.25),
    "wall": fx.Burst(6, 0.3, 5.0, 0.07),
    "goal": fx.Burst(54, 1.2, 17.0, 0.16, ring=5.0, ring_s=0.6, flash=3.2),
    "whistle": fx.Burst(ring=1.6, ring_s=0.4),
}
JETS = {"boost": BURSTS.pop("boost")}
"""What lies under the players."""


def draw(
    snapshot: Snapshot, size: Size, alpha: float = 1.0, style: ViewStyle | None = None
) -> pygame.Surface:
    """The match at ``alpha`` of the way to the newest tick; see :class:`scenes.views.style.View`."""
    style = style or ViewStyle()
    pitch = snapshot["pitch"]
    reach = pitch["width"] / 2 + pitch["goal_depth"] + 0.5, pitch["height"] / 2 + 0.5
    field = fit(size, (-reach[0], -reach[1], *reach))
    ground = style.palette.background
    still = backdrop(("soccer", size, ground, *pitch.values()), lambda: _stadium(field, snapshot, style))
    # The last picture stays: it must not stay off its place.
    shift = (0.0, 0.0) if snapshot["over"] and alpha <= 1 else fx.shake(snapshot, alpha, field, style)
    surface = begun(still, shift, ground)
    _draw_play(surface, field.shifted(shift), snapshot, alpha, style)
    _draw_words(surface, field, snapshot, alpha, style)
    return surface


def _stadium(field: Field, snapshot: Snapshot, style: ViewStyle) -> pygame.Surface:
    brush = Brush(field, style.palette.background)
    soccer_pitch.paint(brush, snapshot["pitch"], team_colour("red", style), team_colour("blue", style))
    return brush.image()


def _draw_play(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float, style: ViewStyle
) -> None:
    def colour_at(event: fx.Event) -> Colour:
        if event["kind"] == "goal":
            return team_colour(_scored(event), style)
        return colour_of(snapshot, event["agent"], style) if event["agent"] else GRASS_DUST

    fx.draw_rings(surface, field, snapshot, alpha, colour_at, BURSTS)
    players = [(body, field.at(*bodies.pose(body, alpha)[:2])) for body in bodies.in_play(snapshot, "player")]
    if style.animate:
        fx.draw_sparks(surface, field, snapshot, alpha, colour_at, JETS)
    for body, at in players:
        bodies.draw_shadow(surface, at, field.px(body["radius"]))
        words = style.names.get(body["agent"], "")
        bodies.draw_name(surface, field, at, field.px(body["radius"]), words, style.palette.text)
    for body, at in players:
        _draw_player(surface, field, snapshot, body, at, alpha, style)
    for body in bodies.in_play(snapshot, "ball"):
        _draw_ball(surface, field, body, alpha)
    for body, at in players:
        tip = at[0], at[1] - 1.3 * field.px(body["radius"])
        draw_pointer(surface, field, body["agent"], tip, style)
    if style.animate:
        fx.draw_sparks(surface, field, snapshot, alpha, colour_at, BURSTS)


def _draw_player(
    surface: pygame.Surface,
    field: Field,
    snapshot: Snapshot,
    body: Body,
    at: XY,
    alpha: float,
    style: ViewStyle,
) -> None:
    colour, radius = colour_of(snapshot, body["agent"], style), field.px(body["radius"])
    push = body["thrust"][0], body["thrust"][1]
    if body["boosting"]:
        if not field.small:
            bodies.draw_trail(surface, field, body, alpha, colour, 0.4)
        flicker = snapshot["tick"] // FLICKER_TICKS + body["number"] if style.animate else 0
        way = push if push != (0.0, 0.0) else (body["vx"], body["vy"])
        soccer_figures.stamp_flame(surface, at, radius, way, flicker)
    look = colour, mark_of(snapshot, body["agent"])
    soccer_figures.stamp_player(surface, at, radius, look, str(body["number"]))
    if not field.small:
        if not body["boosting"]:
            bodies.draw_push(surface, at, radius, push, colour)
        bodies.draw_gauge(surface, at, radius * 1.18, body["boost"], style.palette.text)


def _draw_ball(surface: pygame.Surface, field: Field, body: Body, alpha: float) -> None:
    x, y, angle = bodies.pose(body, alpha)
    at, radius = field.at(x, y), field.px(body["radius"])
    bodies.draw_trail(surface, field, body, alpha, (255, 255, 255), 0.45)
    bodies.draw_shadow(surface, at, radius, 0.5)
    soccer_figures.stamp_ball(surface, at, radius, (x / body["radius"], y / body["radius"]))
    if not field.small:
        soccer_figures.draw_swirl(surface, at, radius, angle, abs(body["spin"]) / FULL_SPIN)


def _draw_words(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, alpha: float, style: ViewStyle
) -> None:
    golden = snapshot.get("golden", False)
    hud.draw_score(surface, field, snapshot, style, 0 if golden else snapshot["target"])
    if golden and not field.small:
        edge = max(6, field.em(28)), field.score_y
        height = max(10, field.em(20))
        shapes.write(surface, "Golden goal", "semibold", height, style.palette.warn, midleft=edge)
    if snapshot["over"]:
        hud.draw_verdict(surface, field, snapshot, style)
        return
    # Above the ball, which everybody looks at.
    centre = round(field.left), round(field.top - field.px(0.27 * snapshot["pitch"]["height"]))
    hud.draw_countdown(surface, field, snapshot["kickoff_in_s"], style, centre)
    for event, age in fx.recent(snapshot, alpha, hud.MOMENT_S, "goal"):
        team = _scored(event)
        scorer = event["agent"]
        own = bool(scorer) and snapshot["teams"].get(scorer) != team
        words = bodies.label(snapshot, scorer, style) if scorer else team_title(team)
        detail = f"{words} (own goal)" if own else words
        hud.draw_moment(surface, field, "GOAL", detail, team_colour(team, style), age, style)


def _scored(event: fx.Event) -> str:
    """The team that a goal counts for: the one that plays towards it."""
    return "red" if event["x"] > 0 else "blue"
