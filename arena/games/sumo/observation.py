"""What a wrestler sees: everything, relative to itself and to the ring's centre, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.features import Feature, LinearMap, Terms
from arena.games.physics.world import VX, VY, X, Y

SPEED_MPS = 15.0
"""What 1 stands for in a velocity."""
_COLUMNS = 6


class Facts:
    """How the state vector is laid out: the world's table, then who stands, the dashes, and the ring."""

    def __init__(self, count: int) -> None:
        self.standing = slice(_COLUMNS * count, (_COLUMNS + 1) * count)
        self.dash = slice(self.standing.stop, self.standing.stop + count)
        self.radius = self.dash.stop
        self.goal, self.rest, self.left = self.radius + 1, self.radius + 2, self.radius + 3
        self.ring = slice(self.radius, self.left + 1)
        """As the columns of :attr:`Ring.table`."""
        self.length = self.ring.stop


def observer(start_radius: float, max_seconds: float, others: Sequence[Sequence[int]]) -> LinearMap:
    """The map from facts to observations. ``others``: by wrestler, the others in the order in which they are
    seen.
    """
    count = len(others)
    facts = Facts(count)
    seen = LinearMap(count, facts.length)

    def fixed(index: int, unit: float) -> Callable[[int], tuple[Terms, float]]:
        return lambda _agent: ({index: 1.0 / unit}, 0.0)

    def own(column: int, unit: float) -> Callable[[int], tuple[Terms, float]]:
        return lambda agent: ({_COLUMNS * agent + column: 1.0 / unit}, 0.0)

    metres, speed = f"{start_radius:g} m", f"{SPEED_MPS:g} m/s"
    rest = "time until it shrinks again, or at its last size until the end, 10 s at most; 0 while it shrinks"
    for name, column in (("x", X), ("y", Y)):
        seen.add(
            Feature(f"own_{name}", "own place, from the ring's centre", metres), own(column, start_radius)
        )
    for name, column in (("x", VX), ("y", VY)):
        seen.add(Feature(f"own_v{name}", "own velocity", speed), own(column, SPEED_MPS))
    seen.add(
        Feature("own_dash", "own dash: 0 just used, 1 ready", low=0.0),
        lambda agent: ({facts.dash.start + agent: 1.0}, 0.0),
    )
    seen.add(Feature("ring", "radius of the ring", metres, low=0.0), fixed(facts.radius, start_radius))
    seen.add(
        Feature("ring_goal", "radius to which it is shrinking, or has shrunk", metres, low=0.0),
        fixed(facts.goal, start_radius),
    )
    seen.add(
        Feature("ring_rest", rest, "10 s", low=0.0),
        fixed(facts.rest, 10.0),
    )
    seen.add(
        Feature("time_left", "time until the end by the clock", f"{max_seconds:g} s", low=0.0),
        fixed(facts.left, max_seconds),
    )
    for place in range(count - 1):
        _add_other(seen, facts, place, others, start_radius)
    seen.close()
    return seen


def _add_other(
    seen: LinearMap, facts: Facts, place: int, others: Sequence[Sequence[int]], start_radius: float
) -> None:
    """The entries of the ``place``-th other wrestler."""

    def relative(column: int, unit: float) -> Callable[[int], tuple[Terms, float]]:
        def terms(agent: int) -> tuple[Terms, float]:
            other = others[agent][place]
            return {_COLUMNS * other + column: 1.0 / unit, _COLUMNS * agent + column: -1.0 / unit}, 0.0

        return terms

    def fact(first: int) -> Callable[[int], tuple[Terms, float]]:
        return lambda agent: ({first + others[agent][place]: 1.0}, 0.0)

    who, width = f"other{place}", 2 * start_radius
    for name, column in (("x", X), ("y", Y)):
        seen.add(Feature(f"{who}_{name}", "its place, from here", f"{width:g} m"), relative(column, width))
    for name, column in (("x", VX), ("y", VY)):
        meaning, unit = "its velocity, relative to the own", f"{2 * SPEED_MPS:g} m/s"
        seen.add(Feature(f"{who}_v{name}", meaning, unit), relative(column, 2 * SPEED_MPS))
    seen.add(Feature(f"{who}_dash", "its dash: 0 just used, 1 ready", low=0.0), fact(facts.dash.start))
    seen.add(Feature(f"{who}_in", "1 while it stands, else all of its entries are 0", low=0.0),
             fact(facts.standing.start))  # fmt: skip


def visible(
    features: Sequence[Feature], others: Sequence[Sequence[int]], alive: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """1 for each entry that shows something, 0 for those of wrestlers who are out; shape
    ``(wrestlers, entries)``.
    """
    each = sum(feature.name.startswith("other0_") for feature in features)
    own = len(features) - each * (len(alive) - 1)
    shown = alive[np.array(others, np.intp).reshape(len(alive), -1)]
    mask = np.concatenate([np.ones((len(alive), own), np.bool_), np.repeat(shown, each, axis=1)], axis=1)
    return (mask & alive[:, None]).astype(np.float32)
