"""Our own games as their scripts play them, for pictures."""

from __future__ import annotations

from typing import Any

from arena.games.vector.copies import make_env
from controllers.scripts.registry import find
from controllers.simple import make

NAMES = ("Ada", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal")


class Scripted:
    """One game that goes on and on."""

    def __init__(self, name: str, level: str = "club", seed: int = 7, **options: Any) -> None:
        """``level`` is that of every seat."""
        self.env = make_env(name, options)
        self.names = dict(zip(self.env.possible_agents, NAMES, strict=False))
        script = find(f"{name}/{level}", f"arena/{name}-v0")
        assert script is not None
        self._players = {agent: make(script.target, script.arguments) for agent in self.env.possible_agents}
        self._seed = seed
        self._begin()

    def _begin(self) -> None:
        self._seen, _ = self.env.reset(seed=self._seed)
        for number, (agent, player) in enumerate(self._players.items()):
            player.reset([agent], self._seed * 100 + number)

    def step(self, ticks: int = 1) -> None:
        """Go on; a game that ends begins again."""
        for _ in range(ticks):
            if not self.env.agents:
                self._seed += 1
                self._begin()
            chosen = {
                agent: self._players[agent].select_action(agent, self._seen[agent], {})
                for agent in self.env.agents
            }
            self._seen, *_ = self.env.step(chosen)
