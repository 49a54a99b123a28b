"""The short ways through the wrappers of an AEC environment: to its books (who is alive, whose turn it is,
rewards, ends, infos), and to its ``step`` and ``observe``.
"""

from __future__ import annotations

from typing import Any

from gymnasium import spaces

_BOOKS = frozenset({"agents", "agent_selection", "rewards", "terminations", "truncations", "infos"})


def books_of(env: Any) -> Any:
    """The innermost environment that holds ``rewards``, ``terminations`` and the like itself.

    Reading them through a stack of wrappers costs more than a step of a small game. A wrapper that keeps
    books of its own (attributes, or properties on its class) is where we stop.
    """
    from pettingzoo.utils.wrappers.base import BaseWrapper

    while isinstance(env, BaseWrapper):
        own = vars(env).keys() | {name for kind in type(env).__mro__ for name in vars(kind)}
        if own & _BOOKS:
            break
        env = env.env
    return env


def behind_checks(env: Any) -> Any:
    """``env`` without the layers on top that only look whether ``reset`` came first and actions are legal.

    All of that holds here, since each action is checked before it gets near an environment; having it looked
    up again costs as much as a step of a small game. ``reset`` and ``render`` still go through all layers.
    """
    from pettingzoo.utils.wrappers import (
        AssertOutOfBoundsWrapper,
        OrderEnforcingWrapper,
        TerminateIllegalWrapper,
    )

    while type(env) in {AssertOutOfBoundsWrapper, OrderEnforcingWrapper} or (
        type(env) is TerminateIllegalWrapper and _shows_masks(env)
    ):
        env = env.env
    return env


def _shows_masks(env: Any) -> bool:
    """Whether every observation holds the mask that our own check goes by (it may be in ``info`` instead)."""
    seen = [env.observation_space(agent) for agent in env.possible_agents]
    return all(isinstance(space, spaces.Dict) and "action_mask" in space.spaces for space in seen)
