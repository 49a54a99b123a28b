"""Moments of our physics games that their views are tested with, and how they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pygame

from scenes.views import load
from scenes.views.style import ViewStyle
from tests.scenes.views import physics_samples as samples
from tests.scenes.views.physics_samples import event

TILE, PANE = (320, 180), (560, 400)
NAMES = {"red_0": "Ada", "blue_0": "air_hockey/club", "wrestler_0": "Ada", "wrestler_1": "sumo/master"}
STYLE = ViewStyle(names=NAMES)
SOCCER_STYLE = ViewStyle(names={"red_0": "Ada", "blue_0": "soccer/club"}, orientation="red_0")
TANKS_STYLE = ViewStyle(names={"tank_0": "Ada", "red_0": "Ada"}, orientation="tank_0")
STYLES = {"air_hockey": STYLE, "sumo": STYLE, "soccer": SOCCER_STYLE, "tanks": TANKS_STYLE}

HIT = samples.air_hockey(event("hit", 5, -3.2, 0.6, "red_0", 0.9), event("wall", 9, 1, -4.4))
GOAL = samples.air_hockey(event("goal", 8, 8.5, 0.4, "red_0"), players=2)
SERVE = samples.air_hockey(serve="blue", serve_in_s=0.4)
FIVE = samples.air_hockey(event("goal", 0, 8.5, 0.4, "red_0"), over=True, goals={"red": 5, "blue": 1})
CLASH = samples.sumo(event("hit", 4, -0.2, 0.3, "wrestler_0", 0.9), event("dash", 8, 2, 1, "wrestler_1"))
EIGHT = samples.sumo(
    event("knock_out", 10, 5, 3, "wrestler_4"), players=8, out=(4,),
    ring={"radius": 5.5, "goal": 4.2, "shrinking": True},
)  # fmt: skip
TEAMS = samples.sumo(players=4, teams=True, left_s=7.2)
LAST = samples.sumo(event("knock_out", 0, 4.4, 1, "wrestler_1"), out=(1,), over=True)

RUNNING = samples.player("red_0", vx=6.0, vy=1.0, ticks=14, boost=0.4, boosting=True, thrust=[1.0, 0.2])
PUSHING = samples.player("blue_0", vx=-3.0, thrust=[-0.8, 0.6], boost=0.8)
PLAY = samples.soccer(
    event("boost", 6, -5.2, 1.5, "red_0", 0.8), event("hit", 4, 0.6, 0.4, "blue_0", 0.7),
    changed=(RUNNING, PUSHING), ball=samples.ball(3.0, 0.8, vx=16.0, vy=4.0, spin=22.0),
)  # fmt: skip
KICK_OFF = samples.soccer(kickoff_in_s=0.6, per_team=3)
SCORED = samples.soccer(event("goal", 20, 16.9, 1.2, "red_0"), ball=samples.ball(17.0, 1.3))
GOLDEN = samples.soccer(per_team=4, golden=True, left_s=8.0)
WON = samples.soccer(event("goal", 0, -16.9, 1.2, "blue_0"), over=True, goals={"red": 1, "blue": 3})

LOOK = [[-9.0, 1.0], [-1.0, -2.0], [-1.0, 4.0]]
"""What the first tank sees: a wedge."""
SIX = tuple(f"tank_{index}" for index in range(6))
FOUR = ("red_0", "red_1", "blue_0", "blue_1")
DRIVING = samples.tank(0, vx=5.6, vy=1.2, ammo=3, reload=0.4)
GONE = samples.tank(3, pose=(1150.0, 0.0, 0.0), in_play=False, health=0)
FIGHT = samples.tanks(
    event("shot", 4, -7.8, 1.3, "tank_0"), event("bounce", 7, -1.2, 5.4, "tank_2", 0.5),
    event("hit", 6, 8.4, -1.4, "tank_1"), event("explosion", 18, 3.0, 4.0, "tank_3"),
    agents=SIX, shells=(samples.shell(-6.8, 1.5), samples.shell(3.0, 2.0, "tank_2")),
    changed=(DRIVING, samples.tank(1, health=1), GONE),
)  # fmt: skip
SIGHT = samples.tanks(
    sight={"tank_0": LOOK}, hidden=("tank_1",), changed=(DRIVING,), shells=(samples.shell(-5.0, 1.5),)
)
PAIRS = samples.tanks(agents=FOUR, flare=6.0, flare_in_s=0.0, left_s=14.0)
SURVIVED = samples.tanks(
    event("explosion", 0, 8.0, -1.5, "tank_1"), event("win", 0, -9.0, 1.0, "tank_0"), over=True,
    changed=(samples.tank(1, in_play=False, health=0, pose=(1050.0, 0.0, 0.0)),),
)  # fmt: skip

Case = tuple[Mapping[str, Any], float]
"""A snapshot, and how far the picture is on its way to it."""
CASES: dict[str, Case] = {
    "air_hockey_hit": (HIT, 0.5),
    "air_hockey_goal": (GOAL, 0.5),
    "air_hockey_serve": (SERVE, 1.0),
    "air_hockey_end": (FIVE, 1.0),
    "sumo_clash": (CLASH, 0.5),
    "sumo_eight": (EIGHT, 0.25),
    "sumo_teams": (TEAMS, 1.0),
    "sumo_end": (LAST, 1.0),
    "soccer_play": (PLAY, 0.5),
    "soccer_kick_off": (KICK_OFF, 1.0),
    "soccer_goal": (SCORED, 0.5),
    "soccer_golden": (GOLDEN, 1.0),
    "soccer_end": (WON, 1.0),
    "tanks_fight": (FIGHT, 0.5),
    "tanks_sight": (SIGHT, 1.0),
    "tanks_teams": (PAIRS, 1.0),
    "tanks_end": (SURVIVED, 1.0),
}
MOMENTS = {
    "air_hockey": "air_hockey_hit",
    "sumo": "sumo_clash",
    "soccer": "soccer_play",
    "tanks": "tanks_fight",
}
"""A case of each game in which bodies move."""


def picture(
    snapshot: Mapping[str, Any],
    size: tuple[int, int] = PANE,
    alpha: float = 1.0,
    style: ViewStyle | None = None,
) -> pygame.Surface:
    """The snapshot as its game is drawn."""
    game = snapshot["game"]
    return load(game).draw(snapshot, size, alpha, STYLES[game] if style is None else style)


def pixels(
    snapshot: Mapping[str, Any],
    size: tuple[int, int] = PANE,
    alpha: float = 1.0,
    style: ViewStyle | None = None,
) -> bytes:
    """All of :func:`picture`."""
    return picture(snapshot, size, alpha, style).get_buffer().raw
