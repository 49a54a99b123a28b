"""What the view draws, with no more than the viewer may see."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.world import VX, VY
from arena.games.tanks import numbers as n
from arena.games.tanks.layouts import LAYOUTS
from arena.games.tanks.sight import Eyes

if TYPE_CHECKING:
    from arena.games.tanks.game import Tanks

_SHELL_TRAIL = 10
_PUBLIC = frozenset({"explosion", "whistle", "win"})
"""Everybody hears of these."""


def scene(game: Tanks, viewer: Collection[str] | Literal["all"]) -> dict[str, Any]:
    """The common frame and, besides the bodies: ``arena`` (size and walls; the middle is the origin),
    ``sight`` (an outline for each agent that looks), ``standing``, ``flare`` (metres) and ``flare_in_s``.
    """
    looking = [agent for agent in game.standing() if viewer != "all" and agent in viewer]
    eyes = game.eyes()
    tanks, shells, events = _seen(game, viewer, eyes)
    frame = game.frame()
    frame["events"] = [event for event, told in zip(frame["events"], events, strict=True) if told]
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
            *(_tank(game, tank) for tank in tanks),
            *(_shell(game, shell) for shell in shells),
        ],
        "sight": {agent: eyes.fan(game.agents.index(agent)) for agent in looking},
        "standing": game.standing(),
        "flare": game.flare_m,
        "flare_in_s": max(0.0, flare_in_s),
    }


def _seen(
    game: Tanks, viewer: Collection[str] | Literal["all"], eyes: Eyes
) -> tuple[list[int], list[int], list[bool]]:
    """The tanks and shells that are shown, and for each event whether it is."""
    flying = np.flatnonzero(game.shells.flying)
    if viewer == "all":
        return list(range(len(game.agents))), flying.tolist(), [True] * len(game.events)
    mine: NDArray[np.bool_] = np.array([agent in viewer for agent in game.agents])
    looks = mine & game.alive
    _, tanks, shells = eyes.look(game.shells.state[flying, :2].T)
    known = tanks | game.report.mates
    shown = mine | ~game.alive | known[looks].any(axis=0)
    lit = flying[shells[looks].any(axis=0)]
    kept = [np.array(seen, np.bool_) for seen in game.witnesses[len(game.witnesses) - len(game.events) :]]
    told = [
        event.kind in _PUBLIC or event.agent in viewer or bool(mine[seen].any())
        for event, seen in zip(game.events, kept, strict=True)
    ]
    return np.flatnonzero(shown).tolist(), lit.tolist(), told


def _tank(game: Tanks, tank: int) -> dict[str, Any]:
    agent, row = game.agents[tank], game.tanks[tank]
    return {
        "kind": "tank",
        "agent": agent,
        "team": game.teams.get(agent, ""),
        "radius": n.RADIUS,
        "trail": [list(pose) for pose in game.world.trail(tank, 1)],
        "vx": float(row[VX]),
        "vy": float(row[VY]),
        "in_play": bool(game.alive[tank]),
        "health": int(game.health[tank]),
        "ammo": int(game.ammunition[tank]),
        "reload": 1.0 - float(game.reload[tank]) / (n.RELOAD_S * 60.0),
        "visible": True,
    }


def _shell(game: Tanks, shell: int) -> dict[str, Any]:
    agent, row = game.agents[int(game.shells.owner[shell])], game.shells.state[shell]
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
