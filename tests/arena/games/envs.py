"""Small environments with the habits that adapters and hosts must cope with."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from pettingzoo import AECEnv, ParallelEnv

NAMES = ("ann", "bob", "cid", "dot")


class Scripted(AECEnv[str, Any, Any]):  # type: ignore[misc]
    """Agents move in turn and end when told to: `ends` holds `(tick, agent, "t" or "x" or "tx")`.

    It shows each agent one array that it goes on writing in. `lazy`: a dead agent takes its last step when
    its turn comes round, not at once.
    """

    metadata = {"name": "scripted", "render_modes": []}  # noqa: RUF012 - as PettingZoo has it

    def __init__(
        self, count: int = 3, ends: Sequence[tuple[int, str, str]] = (), *, lazy: bool = False
    ) -> None:
        self.possible_agents = list(NAMES[:count])
        self.ends = tuple(ends)
        self.lazy = lazy
        self.render_mode = None
        self.log: list[tuple[str, Any]] = []
        self.shown = {agent: np.zeros(2, np.int64) for agent in self.possible_agents}

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        return spaces.Box(0, 1000, (2,), np.int64)

    def action_space(self, agent: str) -> spaces.Space[Any]:
        return spaces.Discrete(5)

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        self.tick = 0
        self.log.clear()
        self.agents = self.possible_agents[:]
        self.order = self.possible_agents[:]
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self.infos = {agent: {"tick": 0} for agent in self.agents}
        self.agent_selection = self.agents[0]

    def observe(self, agent: str) -> Any:
        self.shown[agent][:] = self.tick, NAMES.index(agent)
        return self.shown[agent]

    def step(self, action: Any) -> None:
        agent = self.agent_selection
        if self.dead(agent):
            assert action is None, "a dead agent was given an action"
            self.log.append(("buried", agent))
            self.bury(agent)
            return
        assert action is not None, "a live agent was given none"
        self.log.append((agent, action))
        self.tick += 1
        for name in self.agents:
            self.rewards[name] = reward(self.tick, name)
            self.infos[name]["tick"] = self.tick
        for tick, name, how in self.ends:
            if tick == self.tick and name in self.agents:
                self.terminations[name] |= "t" in how
                self.truncations[name] |= "x" in how
        self.select_after(agent)

    def select_after(self, agent: str) -> None:
        """The next in the circle; dead agents first unless lazy."""
        place = self.order.index(agent)
        circle = [name for name in self.order[place + 1 :] + self.order[: place + 1] if name in self.agents]
        dead = [name for name in circle if self.dead(name)]
        if dead and not self.lazy:
            self.after_dead = agent
            self.agent_selection = dead[0]
        elif circle:
            self.agent_selection = circle[0]

    def bury(self, agent: str) -> None:
        self.agents.remove(agent)
        for book in (self.rewards, self.terminations, self.truncations, self.infos, self._cumulative_rewards):
            del book[agent]
        self._clear_rewards()
        self.select_after(agent if self.lazy else self.after_dead)

    def dead(self, agent: str) -> bool:
        return self.terminations[agent] or self.truncations[agent]


def reward(tick: int, agent: str) -> float:
    """What Scripted gives; different for every tick and agent."""
    return tick + NAMES.index(agent) / 10


class Deserter(Scripted):
    """Stands for an environment that removes an agent from its books without a word."""

    def step(self, action: Any) -> None:
        super().step(action)
        if self.tick == 2 and "bob" in self.agents:
            self.agents.remove("bob")
            del self.terminations["bob"], self.truncations["bob"], self.rewards["bob"]


class Crowd(ParallelEnv[str, Any, Any]):  # type: ignore[misc]
    """A parallel environment in which `guest_1` joins at tick 2; it reuses its arrays and containers."""

    metadata = {"name": "crowd", "render_modes": ["rgb_array"]}  # noqa: RUF012

    def __init__(self, guest: str = "guest_1", render_mode: str | None = None) -> None:
        self.possible_agents = ["ann", "bob"]
        self.guest = guest
        self.render_mode = render_mode
        self.board = np.zeros(3, np.float32)

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        return spaces.Dict({"board": spaces.Box(0, 99, (3,)), "action_mask": spaces.Box(0, 1, (4,), np.int8)})

    def action_space(self, agent: str) -> spaces.Space[Any]:
        return spaces.Discrete(4)

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, Any]:
        self.agents = self.possible_agents[:]
        self.tick = 0
        self.board[:] = 0
        return self._seen(), {agent: {} for agent in self.agents}

    def step(self, actions: dict[str, Any]) -> tuple[Any, ...]:
        assert set(actions) == set(self.agents)
        self.tick += 1
        self.board += 1
        ended = {agent: agent == "bob" and self.tick == 3 for agent in self.agents}
        out = dict.fromkeys(self.agents, self.tick >= 5)
        answer: tuple[Any, ...] = (
            self._seen(),
            dict.fromkeys(self.agents, 0.5),
            ended,
            out,
            {agent: {} for agent in self.agents},
        )
        self.agents = [agent for agent in self.agents if not ended[agent] and not out[agent]]
        if self.tick == 2:
            self.agents.append(self.guest)
            answer[0][self.guest] = self._view()
        return answer

    def render(self) -> Any:
        return np.full((20, 30 + self.tick, 3), (self.tick, 100, 200), np.uint8)

    def close(self) -> None:
        return None

    def _view(self) -> dict[str, Any]:
        return {"board": self.board, "action_mask": np.array([1, 0, 1, 1], np.int8)}

    def _seen(self) -> dict[str, Any]:
        return {agent: self._view() for agent in self.agents}


class Vanishing(Crowd):
    """Drops an agent without saying that it ended."""

    def step(self, actions: dict[str, Any]) -> tuple[Any, ...]:
        answer = super().step(actions)
        self.agents = [agent for agent in self.agents if agent != "bob"]
        return answer


class Gate(gymnasium.Env[Any, Any]):
    """Waits in `step` and in `render` for files to appear; says things on both streams; fails on action 2."""

    metadata = {"render_modes": ["rgb_array"]}  # noqa: RUF012
    observation_space = spaces.Discrete(1000)
    action_space = spaces.Discrete(3)

    def __init__(self, step_gate: str = "", render_gate: str = "", render_mode: str | None = None) -> None:
        self.step_gate, self.render_gate = step_gate, render_gate
        self.render_mode = render_mode
        self.tick = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, Any]:
        super().reset(seed=seed)
        self.tick = 0
        print("hello from the environment", flush=True)
        return 0, {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        wait_for(self.step_gate)
        if action == 2:
            raise RuntimeError("the physics exploded")
        self.tick += 1
        return self.tick, 1.0, self.tick >= 50, False, {}

    def render(self) -> Any:
        if self.tick:
            wait_for(self.render_gate)
        return np.full((8, 8, 3), self.tick, np.uint8)


def wait_for(path: str) -> None:
    while path and not Path(path).exists():
        time.sleep(0.005)


class Vandal(gymnasium.Env[Any, Any]):
    """Does to pygame what environments do."""

    observation_space = spaces.Discrete(2)
    action_space = spaces.Discrete(2)
    render_mode = None

    def __init__(self) -> None:
        self.vandalise()

    def vandalise(self) -> None:
        import pygame

        pygame.display.init()
        surface = pygame.display.set_mode((123, 45))
        assert surface.get_size() == (123, 45)
        pygame.display.set_caption("mine now")
        pygame.display.flip()
        assert pygame.event.get() == []
        assert pygame.event.poll().type == pygame.NOEVENT
        pygame.event.clear()
        pygame.event.pump()
        pygame.font.quit()
        pygame.mixer.quit()
        pygame.joystick.quit()
        pygame.display.quit()
        pygame.quit()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, Any]:
        self.vandalise()
        return 0, {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.vandalise()
        return 0, 0.0, True, False, {}

    def close(self) -> None:
        self.vandalise()


class Blind(Gate):
    """Its first picture fails."""

    def render(self) -> Any:
        if self.tick == 0:
            raise ValueError("too dark")
        return super().render()


class Nursery(Gate):
    """Starts a program of its own that holds its standard error open, and leaves it behind."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, Any]:
        child = subprocess.Popen(["sleep", "60"])
        super().reset(seed=seed)
        return child.pid, {}
