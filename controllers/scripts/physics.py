"""What the scripts of our physics games have in common: they see late, turn slowly and aim with an error, as
declared.

A script reads the same observation and gives the same actions as a policy. How strong it is depends on what
it knows; that it can be beaten depends on its :class:`Reflexes`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
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
    push: list[float]
    """What it wanted to push last, one figure an axis."""
    sent: Sequence[float]
    """What it pushed last: the same, or where actions are listed the one on the list."""
    owed: list[float]
    """What the list could not give so far, one figure an axis."""
    rng: np.random.Generator
    fresh: Iterator[list[float]]
    """What is added to the error in each tick."""
    error: tuple[float, float] = (0.0, 0.0)
    """Two independent figures of standard deviation ``Reflexes.error``, drifting."""


DRIFT = 0.96
"""Share of the error that stays from tick to tick: it changes within about half a second."""
_PRESSED = 0.5
_MOST_OWED = 0.75
"""Of one axis, so that nothing is made up for long after it was wanted."""
_AT_ONCE = 256
"""Errors drawn together, which is quicker and gives the same ones."""


def _errors(rng: np.random.Generator, deviation: float) -> Iterator[list[float]]:
    """Pairs of independent normal figures, without end."""
    while True:
        yield from rng.normal(0.0, deviation, (_AT_ONCE, 2)).tolist()


class PhysicsScript(SimpleController):
    """Derive, name the game's ``controls`` and the ``levels``, and write :meth:`decide`."""

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
        self._buttons = [number for number, axis in enumerate(axes) if axis.name in self.buttons]
        self._limits = [
            (10.0 if axis.name in self.buttons else self.reflexes.turn_per_tick, axis.low, axis.high)
            for axis in axes
        ]

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
        deviation = self.reflexes.error * (1 - DRIFT**2) ** 0.5
        for index, agent in enumerate(agents):
            rng, still = np.random.default_rng([seed, index]), [0.0] * len(self.controls.axes)
            seen = deque[NDArray[np.float64]](maxlen=self.reflexes.delay_ticks + 1)
            self._hands[agent] = Hand(seen, still, still, still, rng, _errors(rng, deviation))

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> Any:
        """Pushes as float32 of shape ``(axes,)``, or the number of the action nearest to them."""
        hand = self._hands[agent]
        hand.seen.append(np.asarray(observation, np.float64))
        if self.reflexes.error:
            (one, other), (more, most) = hand.error, next(hand.fresh)
            hand.error = DRIFT * one + more, DRIFT * other + most
        wanted = self.decide(agent, hand.seen[0], hand)
        hand.push = [
            min(max(last + min(max(wish - last, -turn), turn), low), high)
            for wish, last, (turn, low, high) in zip(wanted, hand.push, self._limits, strict=True)
        ]
        if self.discrete:
            return self._listed(hand)
        hand.sent = hand.push
        return np.array(hand.push, np.float32)

    def _listed(self, hand: Hand) -> int:
        """The number of an action such that over some ticks all together come to what is wanted: what one
        leaves undone is added to the next, so that a tank can also turn slowly. A button is pressed in the
        direction wanted right now.
        """
        pressed = any(hand.push[axis] > _PRESSED for axis in self._buttons)
        wish = list(hand.push)
        if not pressed:
            wish = [push + owed for push, owed in zip(wish, hand.owed, strict=True)]
        number = int(np.argmin(((self.controls.listed - wish) ** 2).sum(axis=1)))
        hand.sent = self.controls.listed[number].tolist()
        hand.owed = [
            0.0 if axis in self._buttons else min(max(want - did, -_MOST_OWED), _MOST_OWED)
            for axis, (want, did) in enumerate(zip(wish, hand.sent, strict=True))
        ]
        return number
