"""What the scripts of our physics games have in common: they see late, turn slowly and aim with an error, as
declared.

A script reads the same observation and gives the same actions as a policy. How strong it is depends on what
it knows; that it can be beaten depends on its :class:`Reflexes`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.controls import Controls
from arena.games.physics.features import Feature
from arena.match.controller import SimpleController


@dataclass(frozen=True, slots=True)
class Reflexes:
    """What a level is held to."""

    delay_ticks: int
    """It acts on what it saw this many ticks ago."""
    turn_per_tick: float
    """How far each of its pushes may change in one tick; from one end to the other is 2."""
    error: float = 0.0
    """Standard deviation of a slowly drifting error in :attr:`Hand.error`."""


@dataclass(slots=True)
class Hand:
    """One seat's memory within an episode."""

    seen: deque[NDArray[np.float64]]
    push: NDArray[np.float64]
    rng: np.random.Generator
    error: NDArray[np.float64]
    """Two independent figures of standard deviation ``Reflexes.error``, drifting."""


DRIFT = 0.96
"""Share of the error that stays from tick to tick: it changes within about half a second."""


class PhysicsScript(SimpleController):
    """Derive, name the game's ``controls`` and ``features``, the ``levels``, and write :meth:`decide`."""

    inline = True
    deterministic = True

    controls: ClassVar[Controls]
    levels: ClassVar[Mapping[str, Reflexes]]
    buttons: ClassVar[frozenset[str]] = frozenset()
    """Axes that are pressed rather than pushed: the turn limit is none of theirs."""

    def __init__(self, level: str, *, discrete: bool = False) -> None:
        """``discrete``: the actions wanted are numbers of the list, not pushes."""
        self.level, self.reflexes, self.discrete = level, self.levels[level], discrete
        self._hands: dict[str, Hand] = {}
        axes = self.controls.axes
        turn = [10.0 if axis.name in self.buttons else self.reflexes.turn_per_tick for axis in axes]
        self._turn = np.array(turn)
        self._low = np.array([axis.low for axis in axes])
        self._high = np.array([axis.high for axis in axes])

    @abstractmethod
    def decide(self, agent: str, seen: NDArray[np.float64], hand: Hand) -> Sequence[float]:
        """The pushes wanted, one an axis. ``seen``: the observation, as late as the level sees it."""

    @classmethod
    def places(cls, features: Sequence[Feature]) -> dict[str, int]:
        """Name of an entry -> where it stands in an observation."""
        return {feature.name: place for place, feature in enumerate(features)}

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """Forget everything; ``seed`` decides the errors."""
        self._hands.clear()
        for index, agent in enumerate(agents):
            self._hands[agent] = Hand(
                deque(maxlen=self.reflexes.delay_ticks + 1),
                np.zeros(len(self.controls.axes)),
                np.random.default_rng([seed, index]),
                np.zeros(2),
            )

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> Any:
        """Pushes as float32 of shape ``(axes,)``, or the number of the action nearest to them."""
        hand = self._hands[agent]
        hand.seen.append(np.asarray(observation, np.float64))
        error = self.reflexes.error
        if error:
            fresh = hand.rng.normal(0.0, error * (1 - DRIFT**2) ** 0.5, 2)
            hand.error = DRIFT * hand.error + fresh
        wanted = np.asarray(self.decide(agent, hand.seen[0], hand), np.float64)
        change = np.minimum(np.maximum(wanted - hand.push, -self._turn), self._turn)
        hand.push = np.minimum(np.maximum(hand.push + change, self._low), self._high)
        if self.discrete:
            return int(np.argmin(((self.controls.listed - hand.push) ** 2).sum(axis=1)))
        return hand.push.astype(np.float32)
