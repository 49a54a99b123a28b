"""What the view draws, with no more than the viewer may see."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal

from arena.games.physics.world import VX, VY
from arena.games.tanks import numbers as n
from arena.games.tanks.field import sightlines
from arena.games.tanks.layouts import LAYOUTS
from arena.games.tanks.sight import fan

if TYPE_CHECKING:
    from arena.games.tanks.game import Tanks

_SHELL_TRAIL = 10
_PUBLIC = frozenset({"explosion", "whistle", "win"})
"""Everybody hears of these."""


def scene(game: Tanks, viewer: Collection[str] | Literal["all"]) -> dict[str, Any]:
    """The common frame and, besides the bodies: ``arena`` (size and walls; the middle is the origin),
    ``sight`` (an outline for each agent that looks), ``standing``, ``flare`` (metres) and ``flare_in_s``.
    Only tanks of the viewer have ``ammo`` and ``reload``, as only their own observations tell of these.
    """
    looking = [agent for agent in game.standing() if viewer != "all" and agent in viewer]
    tanks, shells, events = _seen(game, viewer)
    frame = game.frame()
    frame["events"] = [event for event, told in zip(frame["events"], events, strict=True) if told]
    eyes, walls = game.eyes(), sightlines(game.layout)
    flare_in_s = game.max_ticks * n.FLARE_AT / 60.0 - game.world.ticks / 60.0
    return {
        **frame,
        "arena": {
            "width": n.WIDTH,
            "height": n.HEIGHT,
            "walls": [list(wall) for wall in LAYOUTS[game.layout].walls],
            "layout": LAYOUTS[game.layout].name,
        },
        "bodies": [
            *(_tank(game, tank, viewer) for tank in tanks),
            *(_shell(game, shell) for shell in shells),
        ],
        "sight": {agent: fan(walls, eyes[game.agents.index(agent)], game.flare_m) for agent in looking},
        "standing": game.standing(),
        "flare": game.flare_m,
        "flare_in_s": max(0.0, flare_in_s),
    }


def _seen(game: Tanks, viewer: Collection[str] | Literal["all"]) -> tuple[list[int], list[int], list[bool]]:
    """The tanks and shells that are shown, and for each event whether it is."""
    flying = list(game.shells.flying)
    everybody = range(len(game.agents))
    if viewer == "all":
        return list(everybody), flying, [True] * len(game.events)
    mine = [tank for tank in everybody if game.agents[tank] in viewer]
    seen = game.look()
    shown = {*mine, *(tank for tank in everybody if not game.alive[tank])}
    shown.update(other for tank in mine for other in seen.tanks_of[tank])
    lit = {shell for tank in mine for shell in seen.shells_of[tank]}
    kept = game.witnesses[len(game.witnesses) - len(game.events) :]
    told = [
        event.kind in _PUBLIC or event.agent in viewer or any(saw[tank] for tank in mine)
        for event, saw in zip(game.events, kept, strict=True)
    ]
    return sorted(shown), sorted(lit), told


def _tank(game: Tanks, tank: int, viewer: Collection[str] | Literal["all"]) -> dict[str, Any]:
    agent, row = game.agents[tank], game.tanks[tank]
    body = {
        "kind": "tank",
        "agent": agent,
        "team": game.teams.get(agent, ""),
        "radius": n.RADIUS,
        "trail": [list(pose) for pose in game.world.trail(tank, 1)],
        "vx": float(row[VX]),
        "vy": float(row[VY]),
        "in_play": bool(game.alive[tank]),
        "health": int(game.health[tank]),
        "visible": True,
    }
    if viewer == "all" or agent in viewer:  # nobody can see how many shells another tank has
        body["ammo"] = int(game.ammunition[tank])
        body["reload"] = 1.0 - float(game.reload[tank]) / (n.RELOAD_S * 60.0)
    return body


def _shell(game: Tanks, shell: int) -> dict[str, Any]:
    agent, row = game.agents[shell // n.IN_FLIGHT], game.shells.state[shell]
    return {
        "kind": "shell",
        "agent": agent,
        "team": game.teams.get(agent, ""),
        "radius": n.SHELL_RADIUS,
        "trail": [list(pose) for pose in game.world.trail(game.shells.rows[shell], _SHELL_TRAIL)],
        "vx": float(row[VX]),
        "vy": float(row[VY]),
        "in_play": True,
        "bounces": int(game.shells.spent[shell]),
    }
