"""Rock, paper, scissors: ``cycle`` plays them in turn, ``counter`` looks for what follows what."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from arena.match.controller import SimpleController

_CHOICES = 3


class Cycle(SimpleController):
    """Rock, paper, scissors, rock, ..."""

    inline = True
    deterministic = True

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """Begin at a choice that depends on ``seed``."""
        self._next = dict.fromkeys(agents, seed % _CHOICES)

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """0 rock, 1 paper, 2 scissors."""
        choice = self._next[agent]
        self._next[agent] = (choice + 1) % _CHOICES
        return choice


class Counterer(SimpleController):
    """Beats what the opponent has most often played after its own last choice; ties and the start by chance.

    The observation is the opponent's last choice, 0 to 2, and 3 before the first round.
    """

    inline = True
    deterministic = True

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """Forget the opponent."""
        self._random = random.Random(seed)
        self._followers: dict[str, dict[int, Counter[int]]] = {
            agent: defaultdict(Counter) for agent in agents
        }
        self._seen: dict[str, int | None] = dict.fromkeys(agents)

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """0 rock, 1 paper, 2 scissors."""
        last, before = int(observation), self._seen[agent]
        followers = self._followers[agent]
        if last < _CHOICES:
            if before is not None:
                followers[before][last] += 1
            self._seen[agent] = last
        counts = [followers[last][choice] for choice in range(_CHOICES)]
        expected = self._random.choice(
            [choice for choice in range(_CHOICES) if counts[choice] == max(counts)]
        )
        return (expected + 1) % _CHOICES
