"""Fields set up by hand, for tests of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.world import ANGLE, X, Y
from arena.games.tanks.game import Tanks

NOTHING = (0.0, 0.0, 0.0)
FIRE = (0.0, 0.0, 1.0)


def field(*places: tuple[float, float, float], layout: str = "pillars", **options: Any) -> Tanks:
    """A game of so many tanks at ``(x, y, heading)``."""
    game = Tanks(len(places), layout=layout, **options)
    game.reset(np.random.default_rng(0))
    put(game, *places)
    return game


def put(game: Tanks, *places: tuple[float, float, float]) -> None:
    """Put the tanks there, at rest."""
    game.tanks[:] = 0.0
    game.tanks[:, [X, Y, ANGLE]] = places
    for tank in range(len(places)):
        game.world.jumped(tank)


def tick(game: Tanks, pushes: Mapping[int, Sequence[float]] | None = None) -> list[dict[str, Any]]:
    """One tick in which only the tanks listed act; its events."""
    table: NDArray[np.float64] = np.zeros((len(game.agents), 3))
    for tank, push in (pushes or {}).items():
        table[tank] = push
    before = list(game.events)
    game.tick(table)
    new = [event for event in game.events if not any(event is old for old in before)]
    return [{"kind": event.kind, "agent": event.agent} for event in new]


def until(game: Tanks, kind: str, ticks: int = 300) -> int:
    """Wait for an event of that kind; how many ticks it took."""
    for count in range(ticks):
        if any(event["kind"] == kind for event in tick(game)):
            return count
    raise AssertionError(f"no {kind} within {ticks} ticks; there were {[one.kind for one in game.events]}")


def entry(game: Tanks, tank: int, name: str) -> float:
    """One entry of a tank's observation."""
    names = [feature.name for feature in game.features]
    return float(game.observe()[tank, names.index(name)])
