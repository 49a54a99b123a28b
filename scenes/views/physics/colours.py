"""Who has which colour and which mark, so that colour is never the only sign."""

from __future__ import annotations

from scenes.ui.palette import Colour
from scenes.views.style import Snapshot, ViewStyle

TEAM_COLOURS: dict[str, Colour] = {"red": (240, 110, 58), "blue": (86, 180, 233)}
"""Vermilion and sky blue after Okabe and Ito: apart in hue and in lightness for every kind of eye."""
TEAM_MARKS = {"red": "bar", "blue": "ring"}
MARKS = ("dot", "bar", "ring", "cross", "triangle", "square", "bars", "diamond")
"""One for each of up to eight who play for themselves; see :func:`scenes.views.physics.sprites.mark`."""


def team_colour(team: str, style: ViewStyle) -> Colour:
    """The colour of a team; teams of any other name get that of the text."""
    return TEAM_COLOURS.get(team, style.palette.text)


def colour_of(snapshot: Snapshot, agent: str, style: ViewStyle) -> Colour:
    """The colour of an agent's team, or its own seat colour; that of the text for who is no agent."""
    team = snapshot["teams"].get(agent)
    if team:
        return team_colour(team, style)
    return style.colour(snapshot, agent) if agent in snapshot["agents"] else style.palette.text


def mark_of(snapshot: Snapshot, agent: str) -> str:
    """The mark of an agent's team, or its own."""
    team = snapshot["teams"].get(agent)
    if team in TEAM_MARKS:
        return TEAM_MARKS[team]
    return MARKS[snapshot["agents"].index(agent) % len(MARKS)] if agent in snapshot["agents"] else "dot"


def team_title(team: str) -> str:
    """``red`` as people read it: ``Red``."""
    return team.replace("_", " ").capitalize()
