"""What may suddenly happen in a game of bodies, as snapshots to draw before it begins.

Views paint sparks, rings, flames and words when they are first wanted and keep them. In the middle of a game
that takes the time of several slots; so a window draws all of it once beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import cos, pi, sin
from typing import Any

from scenes.views.physics.bodies import GAUGE_STEPS, Body
from scenes.views.style import Snapshot

STEPS, LAST_S = 40, 1.35
"""How many pictures of what happens, and how old it is in the last: no word stands longer. What is young
changes quickly and is drawn closer in time.
"""
KINDS = (
    "hit", "wall", "bounce", "save", "goal", "knock_out", "dash", "boost", "shot", "explosion", "whistle",
)  # fmt: skip
"""Events that come without notice; a view passes over those that its game does not have."""
WORDS: Mapping[str, tuple[Any, ...]] = {
    "kickoff_in_s": (3.0, 2.0, 1.0),
    "golden": (False, True),
    "flare_in_s": (5.0, 4.0, 3.0, 2.0, 1.0, 0.0),
    "serve_in_s": (0.75, 0.5, 0.25),
}
"""Parts of a snapshot that are told in words or numbers, and what they come to."""


def moments(snapshot: Snapshot) -> Iterator[tuple[Snapshot, float]]:
    """Snapshots to draw, each with its ``alpha``: all that may happen to everybody, then every ending."""
    begun = {**snapshot, "over": False}
    for step in range(STEPS):
        age_s = LAST_S * (step / STEPS) ** 1.7
        yield _busy(begun, step), age_s * snapshot["hz"]
    for ending in _endings(snapshot):
        yield ending, 1.0


def _busy(snapshot: Snapshot, step: int) -> Snapshot:
    """Everything at once, just now; in another state and with another score for each ``step``."""
    told = {name: values[step % len(values)] for name, values in WORDS.items() if name in snapshot}
    if "goals" in snapshot:
        told["goals"] = dict.fromkeys(snapshot["goals"], step % 10)
    events = [_event(snapshot, kind, agent) for agent in ("", *snapshot["agents"]) for kind in KINDS]
    return {
        **snapshot,
        **told,
        "events": events,
        "bodies": [_stirred(body, step) for body in snapshot["bodies"]],
    }


def _event(snapshot: Snapshot, kind: str, agent: str) -> Mapping[str, Any]:
    """One that ``agent`` (or nobody) caused, on the side at which its team scores."""
    side = -1.0 if snapshot["teams"].get(agent) == "blue" else 1.0
    return {"tick": snapshot["tick"], "kind": kind, "x": side, "y": 0.0, "agent": agent, "power": 1.0}


def _stirred(body: Body, step: int) -> Body:
    """The body as it pushes one way or another, with its stores filled to some share, and hurt."""
    turn, share = 2 * pi * step / STEPS, step % GAUGE_STEPS / GAUGE_STEPS
    states = {
        "thrust": [cos(turn), sin(turn)],
        "boosting": True,
        "boost": share,
        "dash": share,
        "reload": share,
        "health": 1,
    }
    return {**body, **{name: value for name, value in states.items() if name in body}}


def _endings(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Each side wins; nobody does."""
    teams, goals = snapshot["teams"], snapshot.get("goals", {})
    over = {**snapshot, "over": True, "events": []}
    winners = {teams.get(agent, agent): agent for agent in snapshot["agents"]}
    for side, agent in winners.items():
        yield {
            **over,
            "events": [_event(snapshot, "win", agent)],
            "standing": [agent],
            "goals": {team: int(team == side) for team in goals},
        }
    yield {**over, "standing": [], "goals": dict.fromkeys(goals, 0)}
