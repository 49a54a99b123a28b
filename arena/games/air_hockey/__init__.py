"""Air hockey: mallets that never leave their half, one puck, two goals.

``pettingzoo.make("parallel", "arena/air_hockey-v0")``; see docs/games/air_hockey.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # the catalog's entry lies in this package too, and must not cost what an environment does
    from arena.games.physics.controls import Variant
    from arena.games.physics.env import GameEnv

__all__ = ["env", "parallel_env"]


def parallel_env(
    players_per_team: int = 1,
    goals: int = 5,
    max_seconds: float = 180.0,
    actions: Variant = "continuous",
    observations: Literal["vector", "pixels"] = "vector",
    shaping: float = 0.0,
    render_mode: str | None = None,
) -> GameEnv:
    """A new game: the first team with ``goals`` goals wins; after ``max_seconds`` the one that has more.

    Raises :class:`arena.errors.OptionError` for an option out of its range.
    """
    from arena.games.air_hockey.game import AirHockey
    from arena.games.physics.env import GameEnv

    return GameEnv(
        AirHockey(players_per_team, goals, max_seconds),
        actions=actions,
        observations=observations,
        shaping=shaping,
        render_mode=render_mode,
    )


def env(**options: Any) -> Any:
    """The same game one agent at a time (AEC); ``options`` are those of :func:`parallel_env`."""
    from pettingzoo.utils.conversions import parallel_to_aec

    return parallel_to_aec(parallel_env(**options))
