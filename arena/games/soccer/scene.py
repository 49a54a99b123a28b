"""The pitch as plain data, for views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arena.games.physics.game import HZ
from arena.games.physics.world import SPIN, VX, VY
from arena.games.soccer import pitch

if TYPE_CHECKING:
    from arena.games.soccer.game import Soccer

_TRAIL = 14

_PITCH = {
    "width": pitch.LENGTH_M,
    "height": pitch.WIDTH_M,
    "goal": pitch.GOAL_M,
    "goal_depth": pitch.GOAL_DEPTH_M,
    "centre_radius": pitch.CENTRE_CIRCLE_M,
    "corner_radius": pitch.CORNER_M,
}


def scene(game: Soccer) -> dict[str, Any]:
    """All there is to draw; lengths in metres from the middle of the pitch, y down."""
    regular = game.world.ticks < game.regular_ticks
    left = (game.regular_ticks if regular else game.max_ticks) - game.world.ticks
    return {
        **game.frame(),
        "left_s": max(0.0, left / HZ) if not game.over or regular else 0.0,
        "golden": game.golden,
        "pitch": dict(_PITCH),
        "bodies": [*(_player(game, row) for row in range(len(game.agents))), _ball(game)],
        "goals": {"red": game.goals[0], "blue": game.goals[1]},
        "target": game.target,
        "kickoff_in_s": game.wait / HZ if game.frozen else 0.0,
        "cheering": game.wait > 0 and not game.frozen,
    }


def _player(game: Soccer, row: int) -> dict[str, Any]:
    agent, boosting = game.agents[row], game.boosts[row]
    return {
        **_body(game, row, "player", agent, pitch.PLAYER_M, _TRAIL if boosting else 1),
        "number": row % game.per_team,  # as the name of the agent ends
        "boost": game.tanks[row],
        "boosting": boosting,
        "thrust": list(game.thrust[row]),
    }


def _ball(game: Soccer) -> dict[str, Any]:
    body = _body(game, len(game.agents), "ball", "", pitch.BALL_M, _TRAIL)
    return {**body, "spin": game.ball[SPIN].item()}


def _body(game: Soccer, row: int, kind: str, agent: str, radius: float, ticks: int) -> dict[str, Any]:
    state = game.world.state[row]
    return {
        "kind": kind,
        "agent": agent,
        "team": game.teams.get(agent, ""),
        "radius": radius,
        "trail": [list(pose) for pose in game.world.trail(row, ticks)],
        "vx": state[VX].item(),
        "vy": state[VY].item(),
        "in_play": True,
    }
