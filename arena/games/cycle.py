"""A whole tick of an AEC environment that PettingZoo converted to a parallel one, without the converter's
detours.

The converter (``pettingzoo.utils.conversions.aec_to_parallel_wrapper``, which all parallel games of
PettingZoo and MPE2 go through) observes every agent twice a tick and reads each attribute through the whole
stack of wrappers. This does the same steps in the same order, observes once, and reads the books where they
are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arena.errors import GameError
from arena.games.books import behind_checks, books_of

Tick = tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, Any]]


def stepper(env: Any) -> Callable[[Mapping[str, Any]], Tick]:
    """What steps the parallel environment ``env``: a :class:`Cycle` for converted ones, else its own
    ``step``.
    """
    from pettingzoo.utils.conversions import aec_to_parallel_wrapper

    if type(env) is aec_to_parallel_wrapper:
        return Cycle(env).step
    step: Callable[[Mapping[str, Any]], Tick] = env.step
    return step


class Cycle:
    """Steps a converted environment; ``reset`` stays the converter's, whose ``agents`` is kept up to date."""

    def __init__(self, converted: Any) -> None:
        self._converted = converted
        self._env = behind_checks(converted.aec_env)
        self._books: Any = None

    def step(self, actions: Mapping[str, Any]) -> Tick:
        """As ``ParallelEnv.step``."""
        env = self._env
        if self._books is None:
            self._books = books_of(env)
        books = self._books
        rewards: dict[str, float] = {}
        for agent in tuple(books.agents):
            if agent != books.agent_selection:
                raise GameError(
                    f"{books.agent_selection} was selected in the turn of {agent}; "
                    "in a parallel game all move in turn, and agents end at the end of a round only"
                )
            env.step(actions[agent])
            for other, reward in books.rewards.items():
                rewards[other] = rewards.get(other, 0.0) + reward
        terminations, truncations = dict(books.terminations), dict(books.truncations)
        infos = dict(books.infos)
        observations = {agent: env.observe(agent) for agent in books.agents}
        while books.agents and (
            books.terminations[books.agent_selection] or books.truncations[books.agent_selection]
        ):
            env.step(None)
        self._converted.agents = books.agents
        return observations, rewards, terminations, truncations, infos
