"""A game of ours as a PettingZoo parallel environment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from arena.errors import OptionError
from arena.games.physics import checks
from arena.games.physics.controls import Variant
from arena.games.physics.features import box
from arena.games.physics.game import HZ, Game
from arena.games.physics.picture import picture
from arena.games.physics.window import Window

OBSERVATIONS = ("vector", "pixels")
RENDER_MODES = ("human", "rgb_array")
PIXELS = (96, 96)
"""Width and height of an observation in pixels."""
PICTURE = (960, 540)
"""Width and height of a rendered picture."""


class GameEnv(ParallelEnv[str, Any, Any]):  # type: ignore[misc]  # PettingZoo has no types
    """One game. Rewards are those of the outcome plus ``shaping`` times those for training.

    An agent that is out is terminated and leaves ``agents``; at the time limit all that are left are
    truncated. ``infos[agent]["score"]`` ranks at the end of an agent's episode.
    """

    def __init__(
        self,
        game: Game,
        *,
        actions: Variant = "continuous",
        observations: Literal["vector", "pixels"] = "vector",
        shaping: float = 0.0,
        render_mode: str | None = None,
    ) -> None:
        """Raises :class:`OptionError` for an option that is none of its choices."""
        if observations not in OBSERVATIONS:
            raise OptionError(f"observations={observations!r}: choose one of {', '.join(OBSERVATIONS)}")
        if render_mode is not None and render_mode not in RENDER_MODES:
            raise OptionError(
                f"render_mode={render_mode!r}: choose human, rgb_array, or None for no pictures"
            )
        self.game, self.variant = game, actions
        self.shaping = checks.number("shaping", shaping, 0.0, 100.0)
        self.render_mode = render_mode
        self.metadata: dict[str, Any] = {
            "name": f"{game.name}_v0",
            "render_modes": list(RENDER_MODES),
            "render_fps": int(HZ),
            "is_parallelizable": True,
        }
        self.possible_agents = list(game.agents)
        self.agents: list[str] = []
        self._pixels = observations == "pixels"
        shape = (PIXELS[1], PIXELS[0], 3)
        self.observation_spaces: dict[str, spaces.Space[Any]] = {
            agent: spaces.Box(0, 255, shape, np.uint8) if self._pixels else box(game.features)
            for agent in game.agents
        }
        self.action_spaces: dict[str, spaces.Space[Any]] = {
            agent: game.controls.space(actions) for agent in game.agents
        }
        self.state_space = box(game.features * len(game.agents))
        """What :meth:`state` gives."""
        self._index = {agent: index for index, agent in enumerate(game.agents)}
        self._pushes = np.zeros((len(game.agents), len(game.controls.axes)))
        self._rng: np.random.Generator | None = None
        self._window: Window | None = None

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """See the game's page in the docs for what each entry means."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """A Box of pushes, or Discrete."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Begin an episode. Without ``seed`` the one before decides; the first is then by chance."""
        if seed is not None or self._rng is None:
            self._rng = np.random.default_rng(seed)
        self.game.reset(self._rng)
        self.agents = list(self.possible_agents)
        self._show()
        return self._observations(self.agents), {agent: {} for agent in self.agents}

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """One tick of 1/60 s. Raises :class:`ValueError` where an agent's action is missing or is none."""
        game, agents = self.game, self.agents
        if not agents:
            return {}, {}, {}, {}, {}
        self._tick(actions)
        self._show()
        worth = game.rewards + self.shaping * game.shaping if self.shaping else game.rewards
        everyone = dict(zip(self.possible_agents, worth.tolist(), strict=True))
        rewards = everyone if len(agents) == len(everyone) else {agent: everyone[agent] for agent in agents}
        observations = self._observations(agents)
        infos: dict[str, dict[str, Any]] = {agent: {} for agent in agents}
        terminated, truncated = dict.fromkeys(agents, False), dict.fromkeys(agents, False)
        if game.over or game.alive.tolist().count(True) < len(agents):
            self._end(agents, terminated, truncated, infos)
        return observations, rewards, terminated, truncated, infos

    def arena_skip(self, actions: Mapping[str, Any]) -> None:
        """The same tick as :meth:`step`, of which nobody is told: nothing is observed, drawn or returned.

        For running through an episode that is known. Raises as :meth:`step` does.
        """
        if not self.agents:
            return
        self._tick(actions)
        alive = self.game.alive.tolist()
        if self.game.over:
            self.agents = []
        elif False in alive:
            self.agents = [agent for agent in self.agents if alive[self._index[agent]]]

    def _tick(self, actions: Mapping[str, Any]) -> None:
        """Have the game make a tick of the actions of all who still play."""
        game, agents = self.game, self.agents
        pushes = game.controls.read(self.variant, agents, actions)
        if len(agents) != len(self._index):
            table = np.zeros_like(self._pushes)
            table[[self._index[agent] for agent in agents]] = pushes
            pushes = table
        game.tick(pushes)

    def _end(
        self,
        agents: list[str],
        terminated: dict[str, bool],
        truncated: dict[str, bool],
        infos: dict[str, dict[str, Any]],
    ) -> None:
        """Mark who is out, or everybody at the end, with their scores."""
        scores = self.game.scores()
        for agent in agents:
            out = not self.game.alive[self._index[agent]]
            terminated[agent] = out or (self.game.over and not self.game.timed_out)
            truncated[agent] = self.game.timed_out and not out
            if out or self.game.over:
                infos[agent]["score"] = scores[agent]
        self.agents = [agent for agent in agents if not terminated[agent] and not truncated[agent]]

    def _observations(self, agents: list[str]) -> dict[str, Any]:
        if self._pixels:
            return {agent: self.pixels(agent) for agent in agents}
        rows = self.game.observe()
        if len(agents) == len(rows):
            return dict(zip(agents, rows, strict=False))  # to ask an array for more than it has takes long
        return {agent: rows[self._index[agent]] for agent in agents}

    def pixels(self, agent: str) -> NDArray[np.uint8]:
        """What ``agent`` sees now, drawn: uint8 of shape ``(96, 96, 3)``."""
        return self._picture((agent,), PIXELS)

    def _picture(self, viewer: Collection[str] | Literal["all"], size: tuple[int, int]) -> NDArray[np.uint8]:
        return picture(self.game.name, self.game.scene(viewer), size)

    def state(self) -> NDArray[np.float32]:
        """All vector observations in one row, for centralised critics; zeros for agents that are out."""
        return self.game.observe().reshape(-1)

    @property
    def np_random(self) -> np.random.Generator:
        """The game's only source of chance, under the name by which wrappers ask for it."""
        if self._rng is None:
            self._rng = np.random.default_rng()
        return self._rng

    def render(self) -> NDArray[np.uint8] | None:
        """The whole field as it is now, uint8 of shape ``(540, 960, 3)``, drawn by our own view, with
        ``render_mode="rgb_array"``. With ``human`` each step is shown in a window at 60 steps a second, and
        nothing is returned.
        """
        return self._picture("all", PICTURE) if self.render_mode == "rgb_array" else None

    def _show(self) -> None:
        """Bring the window up to date, where there is one."""
        if self.render_mode == "human":
            self._window = self._window or Window(self.metadata["name"], PICTURE)
            self._window.show(self._picture("all", PICTURE))

    def snapshot(self, viewer: Collection[str] | Literal["all"] = "all") -> dict[str, Any]:
        """Plain data to draw, with no more than the agents ``viewer`` may see."""
        return self.game.scene(viewer)

    def save_state(self) -> dict[str, Any]:
        """The whole state as plain data; see :meth:`restore_state`."""
        return {"agents": list(self.agents), "game": self.game.save()}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Put back a saved state: the same actions then lead to exactly the same future.

        It may come from another environment of the same options. Raises :class:`ValueError` if it does not
        fit.
        """
        self.game.restore(state["game"])
        self.agents = list(state["agents"])
        self._rng = self.game.rng

    def __getstate__(self) -> dict[str, Any]:
        """All but the window: a copy opens its own."""
        return {**self.__dict__, "_window": None}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        if self._rng is not None:
            self._rng = self.game.rng

    def close(self) -> None:
        """Close the window, if there is one. Safe to call twice."""
        window, self._window = self._window, None
        if window is not None:
            window.close()
