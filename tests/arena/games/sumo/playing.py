"""Seeded play of sumo without PettingZoo."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from arena.games.sumo.game import Sumo

IDLE = (0.0, 0.0, 0.0)


def begun(players: int = 2, *, teams: bool = False, max_seconds: float = 45.0, seed: int = 1) -> Sumo:
    """A game at its first tick."""
    game = Sumo(players, teams=teams, max_seconds=max_seconds)
    game.reset(np.random.default_rng(seed))
    return game


def put(game: Sumo, *places: tuple[float, float]) -> None:
    """Everyone at rest at these places."""
    game.world.state[:] = 0.0
    game.world.state[:, :2] = places


def tick(game: Sumo, pushes: Mapping[int, tuple[float, float, float]] | None = None) -> None:
    """One tick; who is not named does nothing."""
    rows = [(pushes or {}).get(index, IDLE) for index in range(len(game.agents))]
    game.tick(np.array(rows))


def kinds(game: Sumo) -> list[str]:
    """What has happened of late."""
    return [event.kind for event in game.events]


def wild(rng: np.random.Generator, count: int, before: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pushes that hold for a while and meet often: towards the centre and about, with dashes."""
    fresh = rng.random((count, 1)) < 0.1
    pushes: NDArray[np.float64] = np.where(fresh, rng.uniform(-1.0, 1.0, (count, 3)), before)
    return pushes
