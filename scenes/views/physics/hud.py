"""The quiet line of score and time above the field, numbers that count down, and words for great moments."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.physics import bodies, sprites
from scenes.views.physics.colours import TEAM_MARKS, team_colour, team_title
from scenes.views.physics.field import Field
from scenes.views.style import Snapshot, ViewStyle

MOMENT_S = 1.3
"""How long the word of a great moment stands."""
LAST_S = 10.0
"""From here on the clock warns."""


def clock_text(left_s: float) -> str:
    """Seconds as people read them, rounded up: ``1:05``, and ``0:00`` only when time is up."""
    minutes, seconds = divmod(ceil(max(0.0, left_s) - 1e-9), 60)
    return f"{minutes}:{seconds:02d}"


def draw_clock(
    surface: pygame.Surface, field: Field, left_s: float, style: ViewStyle, **place: tuple[int, int]
) -> None:
    """The time that is left, where ``place`` (``center=``, ``midright=``) says."""
    colour = style.palette.warn if 0 < left_s <= LAST_S else style.palette.muted
    shapes.write(surface, clock_text(left_s), "number", max(10, field.em(24)), colour, **place)


def draw_score(
    surface: pygame.Surface, field: Field, snapshot: Snapshot, style: ViewStyle, target: int = 0
) -> None:
    """``Red 3 : 1 Blue`` in the middle of the top, the clock at the right, the goals to reach at the left."""
    if field.tiny:
        return
    palette, middle = style.palette, (field.size[0] // 2, field.score_y)
    goals = snapshot["goals"]
    red, blue = list(goals)[:2]
    height = max(13, field.em(42))
    gap = round(height * 0.42)
    colon = shapes.write(surface, ":", "number-bold", height, palette.faint, center=middle)
    for team, side in ((red, -1), (blue, 1)):
        image = shapes.text(str(goals[team]), "number-bold", height, palette.text)
        spot = (middle[0] + side * (gap + colon.width // 2), middle[1])
        number = surface.blit(image, image.get_rect(**{"midright" if side < 0 else "midleft": spot}))
        _draw_team(surface, field, team, side, number, style)
    edge = max(6, field.em(28))
    draw_clock(surface, field, snapshot["left_s"], style, midright=(field.size[0] - edge, middle[1]))
    if target and not field.small:
        words = f"First to {target}"
        shapes.write(
            surface, words, "medium", max(10, field.em(20)), palette.faint, midleft=(edge, middle[1])
        )


def _draw_team(
    surface: pygame.Surface, field: Field, team: str, side: int, number: pygame.Rect, style: ViewStyle
) -> None:
    """A team's sign and name beside its score; ``side`` -1: left of it."""
    colour, sign = team_colour(team, style), max(4, field.em(11))
    gap = round(sign * 1.5)
    x = number.left - gap - sign if side < 0 else number.right + gap + sign
    y = number.centery
    image = team_sign(team, sign, colour)
    surface.blit(image, image.get_rect(center=(x, y)))
    if field.small:
        return
    x += side * (sign + gap)
    place = {"midright" if side < 0 else "midleft": (x, y)}
    shapes.write(surface, team_title(team), "semibold", max(10, field.em(24)), colour, **place)


def team_sign(team: str, radius: int, colour: Colour) -> pygame.Surface:
    """A small disc with the mark of a team."""
    return agent_sign(TEAM_MARKS.get(team, "dot"), radius, colour)


def agent_sign(kind: str, radius: int, colour: Colour) -> pygame.Surface:
    """A small disc with a mark of :data:`scenes.views.physics.colours.MARKS`."""

    def make() -> pygame.Surface:
        layers = sprites.Layers(2 * radius + 2, 2 * radius + 2)
        layers.fill(radius - layers.away(), colour)
        layers.fill(sprites.mark(layers, kind, 0.56 * radius), mix(colour, (0, 0, 0), 0.72))
        return layers.image()

    return sprites.kept(("sign", kind, radius, colour), make)


class Sign(NamedTuple):
    """One who takes part, for :func:`draw_standing`."""

    mark: str
    """Of :data:`scenes.views.physics.colours.MARKS`."""
    colour: Colour
    standing: bool
    name: str


def draw_standing(
    surface: pygame.Surface, field: Field, signs: Sequence[Sign], left_s: float, style: ViewStyle
) -> None:
    """A row of who is still in at the top, the clock at the right; two have their names beside them."""
    if field.tiny:
        return
    radius = max(3, field.em(13))
    step, y = round(radius * 2.9), field.score_y
    x = field.size[0] // 2 - step * (len(signs) - 1) // 2
    for index, sign in enumerate(signs):
        if sign.standing:
            image = agent_sign(sign.mark, radius, sign.colour)
        else:
            image = sprites.hoop(radius * 0.8, max(1.0, radius * 0.16), style.palette.line_strong)
        surface.blit(image, image.get_rect(center=(x, y)))
        if len(signs) == 2 and not field.small:
            height, gap = max(10, field.em(24)), 2 * radius * (2 * index - 1)
            words = shapes.shortened(sign.name, "semibold", height, field.size[0] // 4)
            place = {"midleft" if index else "midright": (x + gap, y)}
            shapes.write(surface, words, "semibold", height, sign.colour, **place)
        x += step
    edge = max(6, field.em(28))
    draw_clock(surface, field, left_s, style, midright=(field.size[0] - edge, y))


def draw_countdown(
    surface: pygame.Surface, field: Field, left_s: float, style: ViewStyle, centre: tuple[int, int]
) -> None:
    """A number that counts whole seconds down, a little larger as each begins. Nothing at 0."""
    if left_s <= 0 or field.tiny:
        return
    whole = ceil(left_s - 1e-9)
    young = min(1.0, (whole - left_s) / 0.18) if style.animate else 1.0
    height = max(18, field.em(120))
    _draw_swollen(surface, str(whole), height, style.palette.text, centre, young)


def draw_moment(
    surface: pygame.Surface,
    field: Field,
    words: str,
    detail: str,
    colour: Colour,
    age_s: float,
    style: ViewStyle,
) -> None:
    """A great word across the field (``GOAL``), with a line below: comes quickly, goes softly."""
    if not 0 <= age_s < MOMENT_S or field.tiny:
        return
    young = min(1.0, age_s / 0.16) if style.animate else 1.0
    leaving = min(1.0, (MOMENT_S - age_s) / 0.35)
    centre = field.size[0] // 2, field.header + (field.size[1] - field.header) // 2
    height = _fitting(words, max(22, field.em(128)), round(0.9 * field.size[0]))
    below = detail if not field.small else ""
    _draw_band(surface, centre[1], round(height * (1.75 if below else 1.5)), leaving * young, style)
    lift = round(height * 0.2) if below else 0
    _draw_swollen(surface, words, height, colour, (centre[0], centre[1] - lift), young, leaving)
    if below:
        image = shapes.text(below, "medium", max(11, field.em(30)), style.palette.text)
        image = shapes.faded(image, leaving * young)
        surface.blit(image, image.get_rect(center=(centre[0], centre[1] + round(height * 0.55))))


def draw_end(surface: pygame.Surface, field: Field, words: str, colour: Colour, style: ViewStyle) -> None:
    """How it ended, in the upper part of the field; it stands still, since the match ticks no more."""
    if field.tiny:
        return
    height = _fitting(words, max(18, field.em(76)), round(0.9 * field.size[0]))
    centre = field.size[0] // 2, field.header + round(0.17 * (field.size[1] - field.header))
    _draw_band(surface, centre[1], round(height * 1.5), 1.0, style)
    _draw_swollen(surface, words, height, colour, centre, 1.0)


def _draw_band(surface: pygame.Surface, y: int, height: int, opacity: float, style: ViewStyle) -> None:
    """A dark veil across the picture, for words to stand on."""
    veil = pygame.Surface((surface.get_width(), height))
    veil.fill(style.palette.background)
    veil.set_alpha(round(120 * opacity))
    surface.blit(veil, veil.get_rect(midleft=(0, y)))


def draw_verdict(surface: pygame.Surface, field: Field, snapshot: Snapshot, style: ViewStyle) -> None:
    """After the end of a game of goals: which team won, or that nobody did."""
    goals = snapshot["goals"]
    leader = max(goals, key=lambda team: goals[team])
    level = len(set(goals.values())) == 1
    words = "Draw" if level else f"{team_title(leader)} wins"
    colour = style.palette.text if level else team_colour(leader, style)
    draw_end(surface, field, words, colour, style)


def level_words(snapshot: Snapshot, fall: str, style: ViewStyle) -> str:
    """That nobody won; of many, two who share the first place are named. ``fall``: kind of the event that
    takes one out.
    """
    newest = [event for event in snapshot["events"] if event["tick"] == snapshot["tick"]]
    level = snapshot["standing"] or [event["agent"] for event in newest if event["kind"] == fall]
    if snapshot["teams"] or len(level) != 2 or len(snapshot["agents"]) == 2:
        return "Draw"
    return "Draw: " + " and ".join(bodies.label(snapshot, agent, style) for agent in level)


def _draw_swollen(
    surface: pygame.Surface,
    words: str,
    height: int,
    colour: Colour,
    centre: tuple[int, int],
    young: float,
    opacity: float = 1.0,
) -> None:
    """Words that shrink from one and a half times their size as ``young`` goes from 0 to 1."""
    image = shapes.text(words, "number-bold", height, colour)
    eased = 1 - (1 - young) ** 3
    if eased < 1:
        factor = 1.5 - 0.5 * eased
        image = pygame.transform.smoothscale_by(image, factor)
    if opacity * eased < 1:
        image = shapes.faded(image, opacity * eased)
    surface.blit(image, image.get_rect(center=centre))


def _fitting(words: str, height: int, width: int) -> int:
    """``height`` pixels, or what makes the words fit ``width``."""
    wide = shapes.text(words, "number-bold", height, (0, 0, 0)).get_width()
    return height if wide <= width else max(6, height * width // wide)
