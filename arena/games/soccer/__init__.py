"""Soccer: two teams of two to four round players, a ball with spin, boost, and two goals.

Everything is imported when a game is made, so that the catalog can read this package's entry cheaply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from arena.games.physics.controls import Variant
    from arena.games.physics.env import GameEnv


def parallel_env(
    players_per_team: int = 2,
    goals: int = 3,
    max_seconds: float = 120.0,
    actions: Variant = "continuous",
    observations: Literal["vector", "pixels"] = "vector",
    shaping: float = 0.0,
    render_mode: str | None = None,
) -> GameEnv:
    """Soccer as a PettingZoo parallel environment.

    ``players_per_team``: 2 to 4. ``goals``: so many win at once. ``max_seconds``: then the leader wins, and
    where it is level the next goal does, for up to 30 s more. Raises :class:`arena.errors.OptionError` for
    options out of range.
    """
    from arena.games.physics.env import GameEnv
    from arena.games.soccer.game import Soccer

    game = Soccer(players_per_team=players_per_team, goals=goals, max_seconds=max_seconds)
    return GameEnv(game, actions=actions, observations=observations, shaping=shaping, render_mode=render_mode)


def env(**options: Any) -> Any:
    """The same game one agent at a time (AEC); ``options`` are those of :func:`parallel_env`."""
    from pettingzoo.utils.conversions import parallel_to_aec

    return parallel_to_aec(parallel_env(**options))
