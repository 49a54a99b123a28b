"""Matches to try the rules on: bodies put where a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from arena.games.air_hockey.game import WAIT_TICKS, AirHockey
from arena.games.physics.game import Game
from arena.games.physics.world import VX, X

STILL: tuple[float, float] = (0.0, 0.0)


def begun(seed: int = 1, **options: Any) -> AirHockey:
    """A match before its first serve."""
    game = AirHockey(**options)
    game.reset(np.random.default_rng(seed))
    return game


def served(seed: int = 1, **options: Any) -> AirHockey:
    """A match whose first puck has just been served; nobody has moved."""
    game = begun(seed, **options)
    run(game, WAIT_TICKS)
    assert game.serve_to is None
    return game


def put(game: AirHockey, body: int, x: float, y: float, vx: float = 0.0, vy: float = 0.0) -> None:
    """Move a body, by its row; -1 is the puck."""
    game.world.state[body] = 0.0
    game.world.state[body, X : X + 2] = x, y
    game.world.state[body, VX : VX + 2] = vx, vy


def place(game: AirHockey, body: int) -> tuple[float, float]:
    """Where a body is."""
    x, y = game.world.state[body, :2].tolist()
    return x, y


def run(game: AirHockey, ticks: int, pushes: Mapping[str, tuple[float, float]] | None = None) -> None:
    """So many ticks with the same pushes, or until the end."""
    asked = np.array([(pushes or {}).get(agent, STILL) for agent in game.agents])
    for _ in range(ticks):
        if not game.over:
            game.tick(asked)


def kinds(game: AirHockey) -> list[str]:
    """The events of the last tick."""
    return [event.kind for event in game.events if event.tick == game.world.ticks]


def chase(game: Game) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Pushes of all mallets straight at the puck at full speed."""
    count = len(game.agents)
    away = game.world.state[-1, :2] - game.world.state[:count, :2]
    turn = np.repeat((1.0, -1.0), count // 2)[:, None]
    pushed: np.ndarray[Any, np.dtype[np.float64]] = np.clip(away * turn * 5.0, -1.0, 1.0)
    return pushed
