"""Where an AEC environment keeps its books: who is alive, whose turn it is, rewards, ends and infos."""

from __future__ import annotations

from typing import Any

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
