"""Vector observations, documented entry by entry; most of them a linear map of the state.

Relative positions, speeds, cool-downs and distances to straight walls are sums of state entries. Written as
one matrix for all agents, a tick's observations are one product, for one copy of a game or for a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Feature:
    """One entry of an observation: what it means, in which unit, and within which limits it stays."""

    name: str
    meaning: str
    unit: str = "1"
    """What 1 stands for: ``"10 m"``, ``"8 m/s"``, ``"1"`` for shares and flags."""
    low: float = -1.0
    high: float = 1.0


def box(features: Sequence[Feature]) -> spaces.Box:
    """The observation space of ``features``, float32 of shape ``(len(features),)``."""
    low = np.array([feature.low for feature in features], np.float32)
    high = np.array([feature.high for feature in features], np.float32)
    return spaces.Box(low, high, dtype=np.float32)


def table(features: Sequence[Feature]) -> str:
    """The entries as a Markdown table, for the docs."""
    head = "| # | entry | meaning | 1 is | range |\n| --- | --- | --- | --- | --- |\n"
    return head + "".join(
        f"| {number} | `{one.name}` | {one.meaning} | {one.unit} | {one.low:g} to {one.high:g} |\n"
        for number, one in enumerate(features)
    )


Terms = Mapping[int, float]
"""Index in the state vector -> factor."""


class LinearMap:
    """``clip(vector @ matrix + offset)`` for all agents at once.

    The vector is what a game lays out: its world's table, flattened, and whatever else it counts. All agents
    have the same entries, each seen from where it is.
    """

    def __init__(self, agents: int, length: int) -> None:
        """``length``: of the state vector."""
        self.features: list[Feature] = []
        self._agents, self._length = agents, length
        self._columns: list[list[tuple[Terms, float]]] = []
        self._matrix = np.zeros((length, 0))
        self._offset = self._low = self._high = np.zeros(0)

    def add(self, feature: Feature, seen_by: Callable[[int], tuple[Terms, float]]) -> None:
        """Add an entry. ``seen_by(agent's index)`` gives its terms, in units of the feature, and a
        constant.
        """
        self.features.append(feature)
        self._columns.append([seen_by(agent) for agent in range(self._agents)])

    def close(self) -> None:
        """All entries are there: make the matrix."""
        count = len(self.features)
        matrix = np.zeros((self._length, self._agents, count))
        offset = np.zeros((self._agents, count))
        for entry, column in enumerate(self._columns):
            for agent, (terms, constant) in enumerate(column):
                offset[agent, entry] = constant
                for index, factor in terms.items():
                    matrix[index, agent, entry] += factor
        self._matrix = np.ascontiguousarray(matrix.reshape(self._length, -1))
        self._offset = offset.reshape(-1)
        self._low = np.tile(np.array([one.low for one in self.features]), self._agents)
        self._high = np.tile(np.array([one.high for one in self.features]), self._agents)

    def __call__(self, vector: NDArray[np.float64]) -> NDArray[np.float32]:
        """The observations of all agents, float32 of shape ``(..., agents, entries)``, for state vectors of
        shape ``(..., length)``.
        """
        # A product a row, not one for all rows: a sum in another order could differ in the last bit, and what
        # many copies see must be what one sees. Of one row `dot` is the same product, called quicker.
        seen: NDArray[np.float64]
        if vector.ndim == 1:
            seen = vector.dot(self._matrix)
        else:
            seen = np.matmul(vector[..., None, :], self._matrix)[..., 0, :]
        seen += self._offset
        np.maximum(seen, self._low, out=seen)
        np.minimum(seen, self._high, out=seen)
        return seen.astype(np.float32).reshape(*vector.shape[:-1], self._agents, len(self.features))
