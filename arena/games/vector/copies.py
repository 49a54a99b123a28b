"""Copies of one game in this process, stepped together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, cast

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from arena.errors import ArenaError, OptionError
from arena.games.physics.env import GameEnv
from arena.games.physics.features import LinearMap
from arena.games.vector.board import Board, Field, fields, own

Seeds = int | Sequence[int] | None
Infos = dict[str, NDArray[Any]]


def make_env(name: str, options: Mapping[str, Any]) -> GameEnv:
    """One environment of the game ``name``. Raises :class:`OptionError` for options it does not have."""
    factory = import_module(f"arena.games.{name}").parallel_env
    try:
        return cast("GameEnv", factory(**options))
    except TypeError as error:
        raise OptionError(f"{name}: {error}") from None


def layout_of(env: GameEnv) -> dict[str, Field]:
    """The arrays of copies of ``env``."""
    agent = env.possible_agents[0]
    seen, act = env.observation_space(agent), env.action_space(agent)
    assert seen.shape is not None
    return fields(len(env.possible_agents), seen.shape, str(seen.dtype), act.shape or ())


class VectorGame(ABC):
    """A batch of copies, as Gymnasium's vector environments but for an axis of agents: all arrays begin with
    ``(copies, agents)``.

    Copies whose game is over begin the next one within the same step (Gymnasium's ``SAME_STEP``): the
    observations are then those of the new beginning, and ``infos`` tells of the old end.
    """

    metadata: Mapping[str, Any] = {"autoreset_mode": AutoresetMode.SAME_STEP}

    def __init__(self, env: GameEnv, copies: int, board: Board) -> None:
        """``env``: one of the copies, or another of the same options; ``board``: what :meth:`run` writes."""
        agent = env.possible_agents[0]
        self.agents = tuple(env.possible_agents)
        self.copies = self.num_envs = copies
        self.single_observation_space = env.observation_space(agent)
        self.single_action_space = env.action_space(agent)
        each = len(self.agents)
        self.observation_space = batch_space(batch_space(self.single_observation_space, each), copies)
        self.action_space: spaces.Space[Any] = batch_space(
            batch_space(self.single_action_space, each), copies
        )
        self._board = board
        self._controls, self._variant = env.game.controls, env.variant
        self._begun = False

    @abstractmethod
    def run(self, command: str) -> None:
        """Have all copies carry out ``begin`` or ``step``, and wait for them."""

    def reset(self, seed: Seeds = None) -> tuple[NDArray[Any], Infos]:
        """Begin anew. Copy ``n`` gets the seed ``seed + n``, or the one at its place in a list; without
        seeds each goes on with its own chance.

        Gives the observations, shape ``(copies, agents, ...)``, and infos.
        """
        if seed is None:
            seeds = np.full(self.copies, -1)
        elif isinstance(seed, int | np.integer):
            seeds = int(seed) + np.arange(self.copies)
        else:
            seeds = np.asarray(seed, np.int64)
            if seeds.shape != (self.copies,):
                raise OptionError(
                    f"{len(seeds)} seeds for {self.copies} copies; give one for each, or one number"
                )
        if seed is not None and seeds.min() < 0:
            raise OptionError(f"a seed must be 0 or more, not {seeds.min()}")
        self._board["seeds"][:] = seeds
        self.run("begin")
        self._begun = True
        return self._board["observations"].copy(), {"alive": self._board["alive"].copy()}

    def step(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_], Infos]:
        """One tick of every copy. ``actions``: float of shape ``(copies, agents, axes)``, or whole numbers of
        shape ``(copies, agents)``; those of agents that are out count for nothing.

        Gives observations, rewards, terminated, truncated, each ``(copies, agents, ...)``, and infos:
        ``alive`` (who plays on), ``over`` (copies whose game ended, shape ``(copies,)``), and for these
        ``final_observations`` and ``scores``. Raises :class:`ValueError` for actions that are none, and
        :class:`ArenaError` before the first :meth:`reset`.
        """
        if not self._begun:
            raise ArenaError("no game has begun: call reset() before the first step()")
        board = self._board
        given = np.asarray(actions)
        if given.shape != board["actions"].shape:
            raise ValueError(
                f"actions of shape {given.shape}; they must be of shape {board['actions'].shape}"
            )
        try:
            np.copyto(board["actions"], given, casting="same_kind")
        except TypeError:
            raise ValueError(f"actions are {given.dtype}; listed actions are whole numbers") from None
        self.run("step")
        infos = {name: board[name].copy() for name in ("alive", "over", "final_observations", "scores")}
        return (
            board["observations"].copy(),
            board["rewards"].copy(),
            board["terminated"].copy(),
            board["truncated"].copy(),
            infos,
        )

    def pushes(self) -> NDArray[np.float64]:
        """What the actions on the board push. Raises :class:`ValueError` for what is no action."""
        actions = self._board["actions"]
        if self._variant == "discrete":
            return self._controls.pushes(self._controls.numbers(actions))
        return self._controls.clipped(actions.astype(np.float64))

    def close(self) -> None:  # noqa: B027 - copies in this process have nothing to free
        """Free everything. Safe to call twice."""


class Copies(VectorGame):
    """All copies in this process."""

    def __init__(self, envs: Sequence[GameEnv], board: Board | None = None) -> None:
        """``board``: where to write, if not into arrays of our own."""
        first = envs[0]
        super().__init__(first, len(envs), board if board is not None else own(layout_of(first), len(envs)))
        self._envs = list(envs)
        self._games = [env.game for env in envs]
        self._rngs: list[np.random.Generator | None] = [None] * len(envs)
        linear = isinstance(getattr(first.game, "observer", None), LinearMap)
        self._seen_at_once = linear and self._board["observations"].dtype == np.float32

    def run(self, command: str) -> None:
        """See :class:`VectorGame`."""
        {"begin": self._begin, "step": self._step}[command]()

    def _begin(self) -> None:
        for copy, (game, seed) in enumerate(zip(self._games, self._board["seeds"].tolist(), strict=True)):
            rng = self._rngs[copy]
            if seed >= 0 or rng is None:
                rng = self._rngs[copy] = np.random.default_rng(seed if seed >= 0 else None)
            game.reset(rng)
        self._board["alive"][:] = True
        self._board["over"][:] = False
        self._see()

    def _step(self) -> None:
        board, shaping = self._board, self._envs[0].shaping
        pushes = self.pushes()
        board["terminated"][:] = board["truncated"][:] = board["over"][:] = False
        ended = []
        for copy, game in enumerate(self._games):
            game.tick(pushes[copy])
            worth = game.rewards + shaping * game.shaping if shaping else game.rewards
            board["rewards"][copy] = worth * board["alive"][copy]
            if game.over or not game.alive.all():
                self._settle(copy, game)
                if game.over:
                    ended.append(copy)
        for copy in ended:
            board["final_observations"][copy] = self._observation(copy)
            rng = self._rngs[copy]
            assert rng is not None
            self._games[copy].reset(rng)
            board["alive"][copy] = True
        self._see()

    def _settle(self, copy: int, game: Any) -> None:
        """Who is out now, or everybody at the end."""
        board = self._board
        alive, before = game.alive, board["alive"][copy].copy()
        board["terminated"][copy] = before & (~alive | (game.over and not game.timed_out))
        board["truncated"][copy] = before & alive & game.timed_out
        board["alive"][copy] = alive
        board["over"][copy] = game.over
        if game.over:
            board["scores"][copy] = [game.scores()[agent] for agent in self.agents]

    def _see(self) -> None:
        """Write all observations: in one product where they are linear and all agents play."""
        board = self._board
        if not self._seen_at_once:
            for copy in range(self.copies):
                board["observations"][copy] = self._observation(copy)
            return
        games = cast("Any", self._games)
        board["observations"][:] = games[0].observer(np.stack([game.facts() for game in games]))
        for copy, game in enumerate(games):
            if not game.alive.all():
                board["observations"][copy] = game.observe()

    def _observation(self, copy: int) -> NDArray[Any]:
        if self._board["observations"].dtype == np.uint8:
            env = self._envs[copy]
            return np.stack([env.pixels(agent) for agent in self.agents])
        return self._games[copy].observe()
