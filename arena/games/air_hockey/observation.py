"""What an agent sees: everything, from where its mallet is and with its own attack to the right.

Nobody has a heading, so all of it is a linear map of the world's table and five counters (:data:`TOLD`).
"""

from __future__ import annotations

from collections.abc import Sequence

from arena.games.air_hockey.table import HEIGHT_M, PUCK_MPS, PUCK_SPIN, TOP_MPS, WIDTH_M
from arena.games.physics.features import Feature, LinearMap, Terms
from arena.games.physics.world import SPIN, VX, VY, X, Y

COLUMNS = 6
"""Of the world's table."""
TOLD = ("serve_in", "serve_to", "clock", "lead", "left")
"""What follows the table in the state vector. Of these ``serve_to``, ``clock`` and ``lead`` are signed: they
speak of blue where they are above 0 and of red where they are below. ``lead`` is in goals, the others are
shares.
"""


def make_observer(per_team: int, goals: int) -> LinearMap:
    """The closed map for ``per_team`` red mallets, as many blue ones and the puck, in this order."""
    sight = _Sight(per_team)
    own, puck = sight.own, [len(sight.own)] * len(sight.own)
    sight.place("own", "own mallet", own)
    sight.motion("own", "own mallet", own, TOP_MPS)
    sight.place("puck", "puck, or of the next serve", puck)
    sight.offset("puck", "puck", puck)
    sight.motion("puck", "puck", puck, PUCK_MPS)
    spin = Feature("puck_spin", "turning of the puck, clockwise", f"{PUCK_SPIN:g} rad/s")
    sight.map.add(spin, lambda agent: ({COLUMNS * puck[agent] + SPIN: 1 / PUCK_SPIN}, 0.0))
    sight.told(Feature("serve_in", "wait before the serve; 0 while the puck is in play", "1 s", low=0.0))
    sight.told(Feature("serve_to", "who will be served: 1 the own team, -1 the other, 0 nobody"), turns=1.0)
    clock = "how long the puck has been in the own half (above 0) or in the other (below 0)"
    sight.told(Feature("clock", clock, "7 s"), turns=1.0)
    sight.told(Feature("lead", "own goals less theirs", f"{goals} goals"), turns=1.0 / goals)
    sight.told(Feature("left", "time that is left", "the time limit", low=0.0))
    for number in range(per_team):
        sight.offset(f"rival_{number}", f"rival {number}", sight.rivals(number))
        sight.motion(f"rival_{number}", f"rival {number}", sight.rivals(number), TOP_MPS)
    for number in range(per_team - 1):
        sight.offset(f"mate_{number}", "mate", sight.mates(number))
        sight.motion(f"mate_{number}", "mate", sight.mates(number), TOP_MPS)
    sight.map.close()
    return sight.map


class _Sight:
    """Adds entries in pairs. ``bodies``: for each agent, the row of the body that the entry is about."""

    def __init__(self, per_team: int) -> None:
        self._per_team, mallets = per_team, 2 * per_team
        self._told = COLUMNS * (mallets + 1)
        self._sign = [1.0] * per_team + [-1.0] * per_team
        self.own = list(range(mallets))
        self.map = LinearMap(mallets, self._told + len(TOLD))

    def rivals(self, number: int) -> list[int]:
        """The rival of that number of each agent."""
        first = [self._per_team] * self._per_team + [0] * self._per_team
        return [row + number for row in first]

    def mates(self, number: int) -> list[int]:
        """The mate of that number of each agent."""
        size = self._per_team
        return [agent // size * size + (agent + 1 + number) % size for agent in self.own]

    def place(self, name: str, whose: str, bodies: Sequence[int]) -> None:
        """Where a body is on the table."""
        ahead = Feature(f"{name}_x", f"place of the {whose}, ahead of the middle", f"{WIDTH_M / 2:g} m")
        aside = Feature(f"{name}_y", f"place of the {whose}, rightward of the middle", f"{HEIGHT_M / 2:g} m")
        self._pair((ahead, aside), bodies, (X, Y), (2 / WIDTH_M, 2 / HEIGHT_M), from_own=False)

    def offset(self, name: str, whose: str, bodies: Sequence[int]) -> None:
        """Where a body is, seen from the own mallet."""
        ahead = Feature(f"{name}_dx", f"from the own mallet to the {whose}, ahead", f"{WIDTH_M:g} m")
        aside = Feature(f"{name}_dy", f"from the own mallet to the {whose}, rightward", f"{HEIGHT_M:g} m")
        self._pair((ahead, aside), bodies, (X, Y), (1 / WIDTH_M, 1 / HEIGHT_M), from_own=True)

    def motion(self, name: str, whose: str, bodies: Sequence[int], top_mps: float) -> None:
        """How a body moves over the table."""
        ahead = Feature(f"{name}_vx", f"speed of the {whose}, ahead", f"{top_mps:g} m/s")
        aside = Feature(f"{name}_vy", f"speed of the {whose}, rightward", f"{top_mps:g} m/s")
        self._pair((ahead, aside), bodies, (VX, VY), (1 / top_mps, 1 / top_mps), from_own=False)

    def told(self, feature: Feature, turns: float = 0.0) -> None:
        """A counter, the one that is named like the feature. ``turns``: it is signed, and this is its scale
        for blue.
        """
        index = self._told + TOLD.index(feature.name)
        self.map.add(feature, lambda agent: ({index: -turns * self._sign[agent] if turns else 1.0}, 0.0))

    def _pair(
        self,
        features: tuple[Feature, Feature],
        bodies: Sequence[int],
        columns: tuple[int, int],
        scales: tuple[float, float],
        *,
        from_own: bool,
    ) -> None:
        for feature, column, scale in zip(features, columns, scales, strict=True):

            def terms(agent: int, column: int = column, scale: float = scale) -> tuple[Terms, float]:
                scale *= self._sign[agent]
                found = {COLUMNS * bodies[agent] + column: scale}
                if from_own:
                    found[COLUMNS * agent + column] = -scale
                return found, 0.0

            self.map.add(feature, terms)
