"""Sumo: round wrestlers on a ring that shrinks; whoever's centre leaves it is out, the last one stands.

Two to eight, everyone for themselves or in two teams. See ``docs/games/sumo.md`` for the rules, the
observation entry by entry, and how strong the scripts are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # the catalog's entry lies in this package too, and must not cost what an environment does
    from arena.games.physics.controls import Variant
    from arena.games.physics.env import GameEnv

__all__ = ["env", "parallel_env"]


def parallel_env(
    players: int = 2,
    teams: bool = False,  # noqa: FBT001, FBT002 - options of a game are its factory's arguments
    max_seconds: float = 45.0,
    actions: Variant = "continuous",
    observations: Literal["vector", "pixels"] = "vector",
    shaping: float = 0.0,
    render_mode: str | None = None,
) -> GameEnv:
    """Sumo as a PettingZoo parallel environment.

    ``players``: 2 to 8, an even number with ``teams``. ``max_seconds``: 5 to 600; the ring's timetable
    stretches with it. ``actions``: ``continuous`` (Box of thrust x, thrust y, dash) or ``discrete`` (18).
    ``shaping``: factor of the training reward that is added to that of the outcome.

    Raises :class:`arena.errors.OptionError` for anything else.
    """
    from arena.games.physics.env import GameEnv
    from arena.games.sumo.game import Sumo

    return GameEnv(
        Sumo(players, teams=teams, max_seconds=max_seconds),
        actions=actions,
        observations=observations,
        shaping=shaping,
        render_mode=render_mode,
    )


def env(**options: Any) -> Any:
    """The same game one agent at a time (AEC); ``options`` are those of :func:`parallel_env`."""
    from pettingzoo.utils.conversions import parallel_to_aec

    return parallel_to_aec(parallel_env(**options))
