"""One of our games: its rules over a :class:`World`, in arrays, without PettingZoo and without pictures.

The environment (``env.py``) and the many copies for training (``arena.games.vector``) both drive this class,
so that both play exactly the same game.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.controls import Controls
from arena.games.physics.features import Feature
from arena.games.physics.world import World

HZ = 60.0
"""Ticks a second of all our games."""

EVENTS_S = 1.5
"""How long an event stays in snapshots: as long as a view may show it."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something worth seeing, hearing or feeling. Views draw it as a function of its age alone."""

    tick: int
    kind: str
    x: float
    y: float
    agent: str = ""
    """Whom it concerns: whose pad shakes."""
    power: float = 1.0
    """0 to 1."""


class Game(ABC):
    """The rules. After :meth:`reset` or :meth:`tick` its results stand in ``rewards``, ``shaping``,
    ``alive``, ``over`` and ``timed_out``.
    """

    name: ClassVar[str]
    """Of the game and of its view: ``sumo``."""
    controls: ClassVar[Controls]

    agents: tuple[str, ...]
    teams: Mapping[str, str]
    """Agent -> team; empty where everybody plays for themselves."""
    features: tuple[Feature, ...]
    """What an observation holds, the same for every agent."""
    world: World

    _built: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Remember what it is built of, for :meth:`__reduce__`: Chipmunk's space has no plain form."""
        game = super().__new__(cls)
        game._built = args, options
        return game

    def __init__(
        self, agents: tuple[str, ...], teams: Mapping[str, str], world: World, max_ticks: int
    ) -> None:
        self.agents, self.teams, self.world, self.max_ticks = agents, dict(teams), world, max_ticks
        count = len(agents)
        self.rewards: NDArray[np.float64] = np.zeros(count)
        """What the last tick was worth by the outcome alone (goals, victory); shape ``(agents,)``."""
        self.shaping: NDArray[np.float64] = np.zeros(count)
        """What it brought besides, for training only: a difference of potentials; shape ``(agents,)``."""
        self.alive: NDArray[np.bool_] = np.ones(count, np.bool_)
        """Who still plays; shape ``(agents,)``."""
        self.over = self.timed_out = False
        """It has ended; by the clock alone."""
        self.rng = np.random.default_rng(0)
        """The only source of chance."""
        self.events: deque[Event] = deque()

    # ---- playing ------------------------------------------------------------------------------------------

    def reset(self, rng: np.random.Generator) -> None:
        """Begin an episode; ``rng`` decides all that is left to chance in it."""
        self.rng = rng
        self.rewards[:] = self.shaping[:] = 0.0
        self.alive[:] = True
        self.over = self.timed_out = False
        self.events.clear()
        self.start()
        self.world.begin()

    def tick(self, pushes: NDArray[np.float64]) -> None:
        """One tick. ``pushes``: float64 of shape ``(agents, axes)`` within the controls' limits, in each
        agent's own frame; rows of those who are out count for nothing.
        """
        self.rewards.fill(0.0)
        self.shaping.fill(0.0)
        self.act(pushes)
        self.world.step()
        self.settle()
        if not self.over and self.world.ticks >= self.max_ticks:
            self.over = self.timed_out = True
            self.expire()
        events, oldest = self.events, self.world.ticks - EVENTS_S * HZ
        while events and events[0].tick < oldest:
            events.popleft()

    @abstractmethod
    def start(self) -> None:
        """Set the world's table and all counters for a new episode."""

    @abstractmethod
    def act(self, pushes: NDArray[np.float64]) -> None:
        """Turn the pushes into velocities in the world's table."""

    @abstractmethod
    def settle(self) -> None:
        """Apply the rules to what the physics made of it."""

    def expire(self) -> None:  # noqa: B027 - most games have nothing to settle
        """Time is up: settle what the end by the clock is worth."""

    # ---- telling ------------------------------------------------------------------------------------------

    @abstractmethod
    def observe(self) -> NDArray[np.float32]:
        """A new array of the observations of all agents, shape ``(agents, len(features))``; zeros for those
        who are out.
        """

    @abstractmethod
    def scores(self) -> dict[str, float]:
        """The figure that ranks each agent; the larger the better. Teams are ranked by their sum."""

    @abstractmethod
    def verdict(self) -> tuple[Literal["win", "draw", "max_ticks"], str]:
        """After the end: why, in the words of :class:`arena.match.outcome.Reason`, and a detail for
        people.
        """

    @abstractmethod
    def scene(self, viewer: Collection[str] | Literal["all"]) -> dict[str, Any]:
        """Plain data for the view, with no more than ``viewer`` may see. Begin with :meth:`frame`."""

    def frame(self) -> dict[str, Any]:
        """What every scene has."""
        return {
            "game": self.name,
            "agents": list(self.agents),
            "teams": dict(self.teams),
            "to_move": None,
            "over": self.over,
            "tick": self.world.ticks,
            "hz": HZ,
            "left_s": max(0.0, (self.max_ticks - self.world.ticks) / HZ),
            "events": [asdict(event) for event in self.events],
        }

    def note(self, kind: str, x: float, y: float, agent: str = "", power: float = 1.0) -> None:
        """Tell the view of an event of this tick."""
        power = min(1.0, max(0.0, float(power)))
        self.events.append(Event(self.world.ticks, kind, float(x), float(y), agent, power))

    # ---- states -------------------------------------------------------------------------------------------

    @abstractmethod
    def counters(self) -> dict[str, Any]:
        """All state besides what stands in the world and in this base class, as plain data."""

    @abstractmethod
    def set_counters(self, counters: Mapping[str, Any]) -> None:
        """Put back what :meth:`counters` gave."""

    def save(self) -> dict[str, Any]:
        """The whole state, as plain data; :meth:`restore` runs on to exactly the same future."""
        return {
            "game": self.name,
            "agents": list(self.agents),
            "world": self.world.save(),
            "alive": self.alive.tolist(),
            "over": self.over,
            "timed_out": self.timed_out,
            "rng": self.rng.bit_generator.state,
            "events": [asdict(event) for event in self.events],
            "counters": self.counters(),
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Put back a saved state, of this game object or of another built with the same options.

        Raises :class:`ValueError` for a state of another game or other agents.
        """
        if saved["game"] != self.name or tuple(saved["agents"]) != self.agents:
            mine, theirs = f"{self.name} of {len(self.agents)}", f"{saved['game']} of {len(saved['agents'])}"
            raise ValueError(f"a state of {theirs} does not fit {mine}; build the game with the same options")
        self.world.restore(saved["world"])
        self.alive[:] = saved["alive"]
        self.over, self.timed_out = bool(saved["over"]), bool(saved["timed_out"])
        self.rng = np.random.default_rng()
        self.rng.bit_generator.state = saved["rng"]
        self.events = deque(Event(**event) for event in saved["events"])
        self.set_counters(saved["counters"])

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles are games built alike, with the state put back."""
        return _rebuild, (type(self), *self._built, self.save())


def _rebuild(kind: type[Game], args: tuple[Any, ...], options: dict[str, Any], saved: dict[str, Any]) -> Game:
    game = kind(*args, **options)
    game.restore(saved)
    return game
