"""Faults of environments as released that would break a promise of ours, each put right from outside.

Keyed by exact id, so that a new version of a game is looked at anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def before_call(game_id: str, raw: Any) -> Callable[[], None] | None:
    """What must run before each ``reset``, ``step`` and ``observe`` of ``raw``, the unwrapped environment."""
    if game_id == "classic/go-v5":
        return lambda: _own_board_size(raw)
    return None


def before_reset(game_id: str, raw: Any) -> Callable[[], None] | None:
    """What must run before each ``reset`` of ``raw``."""
    if game_id == "butterfly/knights_archers_zombies-v11":
        # Its spawn timer runs on from the episode before: the same seed then gives another episode.
        return raw.zombie_spawn_interval.reset  # type: ignore[no-any-return]
    return None


def _own_board_size(raw: Any) -> None:
    """The rules of Go keep the board's size in module globals, set by whichever board was made last."""
    from pettingzoo.classic.go import go_base

    if go_base.N != raw._N:  # noqa: SLF001 - there is no public way
        raw._overwrite_go_global_variables(raw._N)  # noqa: SLF001
