"""What views draw: see :func:`scene_of`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arena.games.air_hockey import table
from arena.games.physics.game import HZ
from arena.games.physics.world import SPIN, VX, VY, X

if TYPE_CHECKING:
    from arena.games.air_hockey.game import AirHockey

_PUCK_TRAIL, _TRAIL = 14, 1


def scene_of(game: AirHockey) -> dict[str, Any]:
    """Plain data: the frame, ``table`` (metres, its middle is the origin), ``bodies`` (mallets in the order
    of the agents, then the puck), ``goals``, ``target``, ``serve`` (the team that will be served, or
    nothing), ``serve_in_s`` and ``clock_s`` (how long the puck may stay in its half).
    """
    serve = "" if game.serve_to is None else ("red", "blue")[game.serve_to]
    return {
        **game.frame(),
        "table": {
            "width": table.WIDTH_M,
            "height": table.HEIGHT_M,
            "goal": table.GOAL_M,
            "goal_depth": table.POCKET_M,
        },
        "bodies": [*(_mallet(game, row) for row in range(len(game.agents))), _puck(game)],
        "goals": {"red": game.goals[0], "blue": game.goals[1]},
        "target": game.target,
        "serve": serve,
        "serve_in_s": game.serve_ticks / HZ if serve else 0.0,
        "clock_s": game.clock_s,
    }


def _mallet(game: AirHockey, row: int) -> dict[str, Any]:
    agent = game.agents[row]
    return {
        **_body(game, row, "mallet", table.MALLET_M, _TRAIL),
        "agent": agent,
        "team": game.teams[agent],
        "in_play": True,
        "thrust": list(game.thrust[row]),
    }


def _puck(game: AirHockey) -> dict[str, Any]:
    row = len(game.agents)
    return {
        **_body(game, row, "puck", table.PUCK_M, _PUCK_TRAIL),
        "agent": "",
        "team": "",
        "in_play": abs(float(game.world.state[row, X])) < table.WIDTH_M,
        "spin": float(game.world.state[row, SPIN]),
    }


def _body(game: AirHockey, row: int, kind: str, radius: float, ticks: int) -> dict[str, Any]:
    return {
        "kind": kind,
        "radius": radius,
        "trail": [list(pose) for pose in game.world.trail(row, ticks)],
        "vx": float(game.world.state[row, VX]),
        "vy": float(game.world.state[row, VY]),
    }
