"""The two ways to act: pushes on continuous axes, or one of a list of actions that stand for such pushes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any, Literal

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import OptionError

Variant = Literal["continuous", "discrete"]
VARIANTS: tuple[Variant, ...] = ("continuous", "discrete")

_D = 1 / sqrt(2)
DIRECTIONS = (
    (0.0, 0.0),
    (1.0, 0.0),
    (_D, _D),
    (0.0, 1.0),
    (-_D, _D),
    (-1.0, 0.0),
    (-_D, -_D),
    (0.0, -1.0),
    (_D, -_D),
)
"""Nothing, then the eight ways clockwise on a screen from the right: right, down-right, down, ..."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One continuous control."""

    name: str
    meaning: str
    low: float = -1.0
    high: float = 1.0


class Controls:
    """What every agent of a game can do, in both variants."""

    def __init__(self, axes: Sequence[Axis], listed: Sequence[Sequence[float]]) -> None:
        """``listed``: discrete action -> its value on each axis; action 0 does nothing."""
        self.axes = tuple(axes)
        self.listed = np.array(listed, np.float64)
        self._low = np.array([axis.low for axis in axes])
        self._high = np.array([axis.high for axis in axes])
        self._limits = [(axis.low, axis.high) for axis in axes]

    def space(self, variant: Variant) -> spaces.Space[Any]:
        """A new action space. Raises :class:`OptionError` for what is no variant."""
        if variant == "continuous":
            return spaces.Box(self._low.astype(np.float32), self._high.astype(np.float32), dtype=np.float32)
        if variant == "discrete":
            return spaces.Discrete(len(self.listed))
        raise OptionError(f"actions={variant!r} is no way to act; choose one of {', '.join(VARIANTS)}")

    def read(
        self, variant: Variant, agents: Sequence[str], actions: Mapping[str, Any]
    ) -> NDArray[np.float64]:
        """The pushes of ``agents``, float64 of shape ``(agents, axes)``, within the axes' limits.

        Raises :class:`ValueError` for an agent without an action and for what is no action.
        """
        try:
            given = [actions[agent] for agent in agents]
        except KeyError:
            missing = ", ".join(agent for agent in agents if agent not in actions)
            raise ValueError(
                f"no action for {missing}; each step needs one for {', '.join(agents)}"
            ) from None
        if variant == "discrete":
            listed = [self._listed(agent, action) for agent, action in zip(agents, given, strict=True)]
            return self.pushes(np.array(listed, np.intp))
        try:
            pushes = np.array(given, np.float64).reshape(len(agents), len(self.axes))
            return pushes if self._inside(pushes.tolist()) else self.clipped(pushes)
        except (TypeError, ValueError):
            odd = next(agent for agent in agents if not self._fits(actions[agent]))
            shape = f"{len(self.axes)} finite numbers ({', '.join(axis.name for axis in self.axes)})"
            raise ValueError(f"action {actions[odd]!r} of {odd} is not {shape}") from None

    def pushes(self, numbers: NDArray[np.intp]) -> NDArray[np.float64]:
        """Discrete actions of shape ``(...,)`` as pushes of shape ``(..., axes)``."""
        return self.listed[numbers]

    def numbers(self, actions: NDArray[Any]) -> NDArray[np.intp]:
        """Discrete actions as an index array. Raises :class:`ValueError` for one that is not in the list."""
        numbers = actions.astype(np.intp)
        if numbers.size and not 0 <= int(numbers.min()) <= int(numbers.max()) < len(self.listed):
            raise ValueError(f"a discrete action must be a whole number from 0 to {len(self.listed) - 1}")
        return numbers

    def clipped(self, pushes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pushes within the limits. Raises :class:`ValueError` where one is no number."""
        if not isfinite(np.add.reduce(pushes, axis=None)):  # half of what `np.isfinite(pushes.sum())` takes
            raise ValueError("an action must be of finite numbers")
        return pushes.clip(self._low, self._high)

    def _inside(self, rows: list[list[float]]) -> bool:
        """Whether all values are within the limits, asked in Python: of so few that takes half as long as an
        array's ``clip``, and what is no number is not within them either.
        """
        for row in rows:
            for value, (low, high) in zip(row, self._limits, strict=True):
                if not low <= value <= high:
                    return False
        return True

    def _listed(self, agent: str, action: Any) -> int:
        try:
            number = int(action)
            fits = 0 <= number < len(self.listed) and number == action
        except (TypeError, ValueError, OverflowError):
            fits = False
        if not fits:
            raise ValueError(
                f"action {action!r} of {agent} is not a whole number from 0 to {len(self.listed) - 1}"
            )
        return number

    def _fits(self, action: Any) -> bool:
        try:
            values = np.asarray(action, np.float64)
        except (TypeError, ValueError):
            return False
        return values.shape == (len(self.axes),) and bool(np.isfinite(values).all())
