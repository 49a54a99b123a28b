"""``arena/tanks-v0``: two to six tanks among walls, who see only what is ahead of them; the last one wins.

Shells ricochet once. The rules stand in :mod:`arena.games.tanks.game`, the observation entry by entry in
:mod:`arena.games.tanks.observation` and in the docs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # the catalog's entry lies in this package too, and must not cost what an environment does
    from arena.games.physics.controls import Variant
    from arena.games.physics.env import GameEnv

__all__ = ["env", "parallel_env"]


def parallel_env(  # noqa: PLR0913, PLR0917 - options of a game are its factory's arguments
    players: int = 2,
    teams: bool = False,  # noqa: FBT001, FBT002
    max_seconds: float = 60.0,
    friendly_fire: bool = True,  # noqa: FBT001, FBT002
    layout: str = "random",
    actions: Variant = "continuous",
    observations: Literal["vector", "pixels"] = "vector",
    shaping: float = 0.0,
    render_mode: str | None = None,
) -> GameEnv:
    """All move at once, 60 times a second.

    ``players``: 2 to 6 tanks; with ``teams`` an even number, half of them red and half blue.
    ``friendly_fire``: shells hurt mates too. ``layout``: the field, or ``random``. Raises
    :class:`arena.errors.OptionError` for options out of their limits.
    """
    from arena.games.physics.env import GameEnv
    from arena.games.tanks.game import Tanks

    game = Tanks(players, teams=teams, max_seconds=max_seconds, friendly_fire=friendly_fire, layout=layout)
    return GameEnv(game, actions=actions, observations=observations, shaping=shaping, render_mode=render_mode)


def env(**options: Any) -> Any:
    """The same game one agent at a time (AEC); ``options`` are those of :func:`parallel_env`."""
    from pettingzoo.utils.conversions import parallel_to_aec

    return parallel_to_aec(parallel_env(**options))
