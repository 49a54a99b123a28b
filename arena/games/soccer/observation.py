"""What a player sees, entry by entry: everything as if its own team attacked to the right."""

from __future__ import annotations

from collections.abc import Callable

from arena.games.physics.features import Feature, LinearMap
from arena.games.physics.world import SPIN, VX, VY, X, Y
from arena.games.soccer.pitch import HALF_LENGTH_M

COLUMNS = 6
"""Of the world's table."""
UNIT_M, UNIT_MPS, UNIT_SPIN = 16.0, 16.0, 40.0
_FAR, _FAST = 2.3, 2.2


class Layout:
    """Where things stand in the state vector: the world's table row by row, one tank a player, then these."""

    def __init__(self, players: int) -> None:
        self.players, self.ball = players, players
        self.tanks = (players + 1) * COLUMNS
        self.lead = self.tanks + players
        """Goals of red less those of blue."""
        self.left, self.wait, self.golden = self.lead + 1, self.lead + 2, self.lead + 3
        self.length = self.lead + 4

    def at(self, row: int, column: int) -> int:
        """Place of an entry of the table."""
        return row * COLUMNS + column


Seen = Callable[[int], tuple[dict[int, float], float]]


class _Writer:
    """Adds entries to a map, each seen from every player."""

    def __init__(self, per_team: int, layout: Layout, observer: LinearMap) -> None:
        self.per_team, self.layout, self.observer = per_team, layout, observer

    def side(self, agent: int) -> float:
        """1 for red, who attack to the right anyway; -1 for blue."""
        return 1.0 if agent < self.per_team else -1.0

    def other(self, agent: int, steps: int, *, mate: bool) -> int:
        """The player ``steps`` places after ``agent``, in its own team or in the other, round and round."""
        team, number = divmod(agent, self.per_team)
        return (team if mate else 1 - team) * self.per_team + (number + steps) % self.per_team

    def add(
        self, name: str, meaning: str, unit: str, limit: float, seen: Seen, low: float | None = None
    ) -> None:
        self.observer.add(Feature(name, meaning, unit, -limit if low is None else low, limit), seen)

    def motion(self, name: str, words: str, who: Callable[[int], int], *, relative: bool) -> None:
        """Four entries: where a body is, seen from the player or from the middle, and its velocity."""
        at, unit = self.layout.at, f"{UNIT_M:g} m"
        where = f"way to {words}" if relative else f"where {words} is, from the middle of the pitch"
        for axis, column in (("x", X), ("y", Y)):

            def place(agent: int, column: int = column) -> tuple[dict[int, float], float]:
                scale = self.side(agent) / UNIT_M
                terms = {at(who(agent), column): scale}
                if relative:
                    terms[at(agent, column)] = -scale
                return terms, 0.0

            self.add(f"{name}_{axis}", f"{where}, {axis}", unit, _FAR if relative else 1.2, place)
        for axis, column in (("vx", VX), ("vy", VY)):

            def speed(agent: int, column: int = column) -> tuple[dict[int, float], float]:
                return {at(who(agent), column): self.side(agent) / UNIT_MPS}, 0.0

            meaning = f"velocity of {words}, {axis[1]}"
            self.add(f"{name}_{axis}", meaning, f"{UNIT_MPS:g} m/s", _FAST, speed)

    def goal(self, name: str, words: str, *, own: bool) -> None:
        """Two entries: the way to the middle of a goal's line."""
        line = -HALF_LENGTH_M if own else HALF_LENGTH_M
        for axis, column, end in (("x", X, line), ("y", Y, 0.0)):

            def place(agent: int, column: int = column, end: float = end) -> tuple[dict[int, float], float]:
                return {self.layout.at(agent, column): -self.side(agent) / UNIT_M}, end / UNIT_M

            self.add(f"{name}_{axis}", f"way to the middle of {words}, {axis}", f"{UNIT_M:g} m", _FAR, place)

    def tank(self, name: str, words: str, who: Callable[[int], int]) -> None:
        self.add(
            f"{name}_boost", f"boost left to {words}", "full", 1.0,
            lambda agent: ({self.layout.tanks + who(agent): 1.0}, 0.0), low=0.0,
        )  # fmt: skip


def observer(per_team: int, goals: int, period_ticks: int, wait_ticks: int) -> LinearMap:
    """The map from the state vector to the observations of all players.

    Teammates and opponents come in a fixed order: of the mates, the next by number first; of the opponents,
    the one of the same number first. ``period_ticks``: of the regular time. ``wait_ticks``: longest wait for
    a kick-off.
    """
    layout = Layout(2 * per_team)
    seen = LinearMap(layout.players, layout.length)
    write = _Writer(per_team, layout, seen)
    write.motion("self", "the player", lambda agent: agent, relative=False)
    write.tank("self", "the player", lambda agent: agent)
    write.motion("ball", "the ball", lambda _: layout.ball, relative=True)
    spin = layout.at(layout.ball, SPIN)
    write.add(
        "ball_spin", "spin of the ball, clockwise on a screen", f"{UNIT_SPIN:g} rad/s", 1.5,
        lambda _: ({spin: 1 / UNIT_SPIN}, 0.0),
    )  # fmt: skip
    write.goal("goal", "the goal to score in", own=False)
    write.goal("home", "the goal to guard", own=True)
    for step in range(1, per_team):
        _player(write, f"mate_{step}", f"teammate {step}", step, mate=True)
    for step in range(per_team):
        _player(write, f"rival_{step}", f"opponent {step}", step, mate=False)
    write.add(
        "lead", "goals ahead", f"{goals} goals", 1.0,
        lambda agent: ({layout.lead: write.side(agent) / goals}, 0.0),
    )  # fmt: skip
    left = ({layout.left: 1.0 / period_ticks}, 0.0)
    write.add("left", "time left", "the regular time", 1.0, lambda _: left, low=0.0)
    golden = ({layout.golden: 1.0}, 0.0)
    write.add("golden", "1: the next goal decides", "1", 1.0, lambda _: golden, low=0.0)
    wait = ({layout.wait: 1.0 / wait_ticks}, 0.0)
    write.add("wait", "until play goes on", f"{wait_ticks / 60:g} s", 1.0, lambda _: wait, low=0.0)
    seen.close()
    return seen


def _player(write: _Writer, name: str, words: str, step: int, *, mate: bool) -> None:
    def who(agent: int) -> int:
        return write.other(agent, step, mate=mate)

    write.motion(name, words, who, relative=True)
    write.tank(name, words, who)
