"""Who has won, in figures and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray


def by_rank(worth: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """-1 for the last to 1 for the first of ``count``, evenly between; those level share what they take.

    ``worth``: the larger the better, shape ``(count,)``.
    """
    below = (worth[:, None] > worth[None, :]).sum(axis=1)
    level = (worth[:, None] == worth[None, :]).sum(axis=1) - 1
    rewards: NDArray[np.float64] = (2 * below + level) / (count - 1) - 1.0
    return rewards


def verdict(
    agents: Sequence[str],
    teams: Mapping[str, str],
    alive: NDArray[np.bool_],
    health: Sequence[int],
    *,
    timed_out: bool,
) -> tuple[Literal["win", "draw", "max_ticks"], str]:
    """See :meth:`arena.games.physics.game.Game.verdict`."""
    left = dict(zip(agents, health, strict=True))
    if timed_out:
        if teams:
            sides = dict.fromkeys(teams.values(), 0)
            for agent, team in teams.items():
                sides[team] += left[agent]
            return "max_ticks", "time is up, health " + ", ".join(f"{k} {v}" for k, v in sides.items())
        standing = [agent for agent, stands in zip(agents, alive, strict=True) if stands]
        return "max_ticks", "time is up, health " + ", ".join(f"{one} {left[one]}" for one in standing)
    standing = [agent for agent, stands in zip(agents, alive, strict=True) if stands]
    if not standing:
        return "draw", "the last tanks went up together"
    if teams:
        return "win", f"{teams[standing[0]]} wins with {len(standing)} left"
    return "win", f"{standing[0]} is the last one standing"
