"""Soccer games put into positions of the tests' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.world import VX, VY, X, Y
from arena.games.soccer.game import FREEZE_TICKS, Soccer

STILL = (0.0, 0.0, 0.0)


def kicked_off(
    seed: int = 0, *, players_per_team: int = 2, goals: int = 3, max_seconds: float = 120.0
) -> Soccer:
    """A game right after the first kick-off, with everybody parked along the upper side."""
    game = Soccer(players_per_team=players_per_team, goals=goals, max_seconds=max_seconds)
    game.reset(np.random.default_rng(seed))
    play(game, {}, FREEZE_TICKS)
    park(game)
    return game


def park(game: Soccer) -> None:
    """Put everybody out of the ball's way."""
    count = len(game.agents)
    game.players[:] = 0.0
    game.players[:, X] = np.linspace(-10.0, 10.0, count)
    game.players[:, Y] = -8.0


def put(game: Soccer, agent: str, x: float, y: float) -> None:
    """Stand a player somewhere."""
    game.players[game.agents.index(agent), X : Y + 1] = x, y


def roll(game: Soccer, x: float, y: float, vx: float = 0.0, vy: float = 0.0) -> None:
    """Lay the ball somewhere, rolling."""
    game.ball[:] = 0.0
    game.ball[[X, Y, VX, VY]] = x, y, vx, vy


def pushes(game: Soccer, wanted: Mapping[str, Sequence[float]]) -> NDArray[np.float64]:
    """A table of pushes; who is not named does nothing."""
    return np.array([wanted.get(agent, STILL) for agent in game.agents], np.float64)


def play(game: Soccer, wanted: Mapping[str, Sequence[float]], ticks: int) -> list[str]:
    """Play on with the same pushes, until the end at most; the kinds of the events that came."""
    kinds = []
    for _ in range(ticks):
        if game.over:
            break
        game.tick(pushes(game, wanted))
        kinds += [event.kind for event in game.events if event.tick == game.world.ticks]
    return kinds
