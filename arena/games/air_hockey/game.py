"""The rules of air hockey, and its state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import copysign, hypot
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from arena.games.air_hockey import table
from arena.games.air_hockey.controls import CONTROLS
from arena.games.air_hockey.observation import COLUMNS, make_observer
from arena.games.air_hockey.scene import scene_of
from arena.games.physics import checks
from arena.games.physics.game import HZ, Game
from arena.games.physics.world import SPIN, VX, VY, X, Y

SIDES = ("red", "blue")
"""The teams: red has the left half."""
WAIT_TICKS = round(1.0 * HZ)
"""From a goal or a whistle to the serve."""
CLOCK_TICKS = round(7.0 * HZ)
"""How long a puck may stay in one half."""
SPOTS = ((-3.6, 0.0), (-3.6, -2.6), (-3.6, 2.6))
"""Where red is served, the first that is free; turned for blue. So far apart that a mallet stands on one of
them at most.
"""

DRAG, _SPIN_DRAG = 0.9975, 0.99
"""What a tick leaves of the puck's speed and spin: 0.86 and 0.55 a second."""
_PULL = table.PULL_MPS2 / HZ
"""How far a mallet changes its speed in a tick."""
_AWAY_M = 1000.0
"""Where the puck is while there is none."""
_POCKET_DRAG = 0.8
_LOUD_MPS = 1.5
"""From this change of speed on, a bounce can be seen and heard."""
_FULL_MPS = 30.0
"""A change of speed of full power."""
_QUIET_TICKS = 5
"""A mallet that touches the puck again within this time is not heard again."""
_SAVE_MPS = 8.0
"""Stopping a puck of this speed on its way into the goal is a save."""
_NEAR_M = 0.6
"""How far a puck may be from the mallet that hit it within the tick."""
_OVERLAP_M = 0.04
_POTENTIAL = 0.1
"""What it is worth, for shaping, to have the puck at the other goal rather than in the middle."""


class AirHockey(Game):
    """Two teams with half a table each; first to ``goals``."""

    name: ClassVar[str] = "air_hockey"
    controls = CONTROLS

    def __init__(self, players_per_team: int = 1, goals: int = 5, max_seconds: float = 180.0) -> None:
        """Raises :class:`OptionError` for an option out of its range."""
        self.per_team = players_per_team = checks.whole("players_per_team", players_per_team, 1, 2)
        self.target = checks.whole("goals", goals, 1, 99)
        max_seconds = checks.number("max_seconds", max_seconds, 1.0, 3600.0)
        agents = tuple(f"{side}_{number}" for side in SIDES for number in range(players_per_team))
        teams = {agent: agent.partition("_")[0] for agent in agents}
        world = table.make_world(len(agents))
        super().__init__(agents, teams, world, round(max_seconds * HZ))
        self.observer = make_observer(self.per_team, self.target)
        self.features = tuple(self.observer.features)
        count = len(agents)
        self.goals = [0, 0]
        """Of red, of blue."""
        self.serve_to: int | None = None
        """The team that gets the next puck, 0 red, 1 blue; ``None`` while one is in play."""
        self.serve_ticks = 0
        """Until the serve."""
        self.thrust: list[tuple[float, float]] = [(0.0, 0.0)] * count
        """What the mallets were last asked for, as on the screen, in shares of the top speed."""
        self._half, self._half_ticks = 0, 0  # in whose half the puck is, and for how long
        self._touched = -1  # whose mallet touched the puck last
        self._potential = 0.0
        self._inbound = (0.0, 0.0)  # the puck's speed before the step; no state beyond a tick
        self._sign = np.repeat((1.0, -1.0), self.per_team)[:, None]
        self._limits = [table.half(side) for side in (-1.0, 1.0) for _ in range(self.per_team)]
        self._puck, self._table = world.state[count], world.state.reshape(-1)
        self._places, self._speeds = world.state[:count, : Y + 1], world.state[:count, VX : VY + 1]

    # ---- playing ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Mallets at home; chance says who is served first."""
        self.world.state[:] = 0.0
        aside = 2.2 * (np.arange(self.per_team) - (self.per_team - 1) / 2)
        self._places[:, X] = -5.0 * self._sign[:, 0]
        self._places[:, Y] = np.concatenate((aside, -aside))
        self._puck[X] = _AWAY_M
        self.goals, self._touched, self._potential = [0, 0], -1, 0.0
        self.thrust = [(0.0, 0.0)] * len(self.agents)
        self._call(int(self.rng.integers(2)))

    def act(self, pushes: NDArray[np.float64]) -> None:
        """Each mallet draws near to the speed wanted, no faster than it can and never out of its half."""
        rows: list[list[float]] = self.world.state.tolist()  # of so few, quicker than sums of arrays
        self.thrust, speeds = [], []
        for number, (ahead, aside) in enumerate(pushes.tolist()):
            size = max(1.0, hypot(ahead, aside)) * (1.0 if number < self.per_team else -1.0)
            push_x, push_y = ahead / size, aside / size
            self.thrust.append((push_x, push_y))
            least, most = self._limits[number]
            x, y, _angle, vx, vy, _spin = rows[number]
            change_x, change_y = push_x * table.TOP_MPS - vx, push_y * table.TOP_MPS - vy
            share = _PULL / max(_PULL, hypot(change_x, change_y))
            vx = min(max(vx + change_x * share, (least[X] - x) * HZ), (most[X] - x) * HZ)
            vy = min(max(vy + change_y * share, (least[Y] - y) * HZ), (most[Y] - y) * HZ)
            speeds.append((vx, vy))
        self._speeds[:] = speeds
        vx, vy, spin = rows[-1][VX:]
        self._inbound = vx, vy = vx * DRAG, vy * DRAG
        self._puck[VX:] = vx, vy, spin * _SPIN_DRAG

    def settle(self) -> None:
        """Move the puck on: keep it on the table, count goals, blow the whistle, serve."""
        rows: list[list[float]] = self.world.state.tolist()
        self._confine(rows)
        if self.serve_to is None:
            self._play(rows)
        else:
            self._wait()
        waits = self.over or self.serve_to is not None
        potential = 0.0 if waits else _POTENTIAL * float(self._puck[X]) / (table.WIDTH_M / 2)
        if potential != self._potential:
            self.shaping[:] = self._sign[:, 0] * (potential - self._potential)
            self._potential = potential

    def _confine(self, rows: list[list[float]]) -> None:
        """Mallets that were knocked out of their half are put back, in ``rows`` (the world's table as plain
        numbers) and in the table itself.
        """
        for number, (least, most) in enumerate(self._limits):
            x, y = rows[number][: Y + 1]
            if x < least[X] or x > most[X] or y < least[Y] or y > most[Y]:
                inside = [min(max(x, least[X]), most[X]), min(max(y, least[Y]), most[Y])]
                rows[number][: Y + 1] = self._places[number] = inside

    def _play(self, rows: list[list[float]]) -> None:
        puck = rows.pop()
        at = (puck[X], puck[Y])
        gaps = [hypot(row[X] - at[X], row[Y] - at[Y]) - table.REACH_M for row in rows]
        gap = min(gaps)
        nearest = gaps.index(gap)
        self._hear(puck, rows[nearest], nearest, gap)
        if self._tame(puck):
            self._puck[:] = puck
        if gap < -_OVERLAP_M:
            self._free(rows, at, gaps)
        x = puck[X]
        if abs(x) > table.WIDTH_M / 2 + table.PUCK_M:
            self._goal(0 if x > 0 else 1)
            return
        half = 0 if x < -table.PUCK_M else 1 if x > table.PUCK_M else self._half
        self._half_ticks = self._half_ticks + 1 if half == self._half else 0
        self._half = half
        if self._half_ticks >= CLOCK_TICKS:
            self.note("whistle", x, puck[Y])
            self._puck[:] = _AWAY_M, 0.0, 0.0, 0.0, 0.0, 0.0
            self._call(1 - half)

    # ---- the puck -----------------------------------------------------------------------------------------

    def _hear(self, puck: list[float], mallet: list[float], nearest: int, gap: float) -> None:
        """Tell what the puck met, by how its speed changed. ``mallet``: the row of the ``nearest`` one."""
        vx, vy = self._inbound
        change_x, change_y = puck[VX] - vx, puck[VY] - vy
        change = hypot(change_x, change_y)
        if change < _LOUD_MPS:
            return
        from_x, from_y = puck[X] - mallet[X], puck[Y] - mallet[Y]
        along = change_x * from_x + change_y * from_y
        if gap > _NEAR_M or (gap > _OVERLAP_M and along < 0.7 * change * hypot(from_x, from_y)):
            self.note("wall", puck[X], puck[Y], power=change / _FULL_MPS)
            return
        agent, self._touched = self.agents[nearest], nearest
        if self._is_pushed_on(agent):
            return
        share = table.MALLET_M / table.REACH_M
        x, y = puck[X] - from_x * (1 - share), puck[Y] - from_y * (1 - share)
        self.note("hit", x, y, agent, change / _FULL_MPS)
        goal_x = -table.WIDTH_M / 2 * float(self._sign[nearest, 0])
        if vx * goal_x > _SAVE_MPS * abs(goal_x):
            at_goal = puck[Y] + vy * (goal_x - puck[X]) / vx
            if abs(at_goal) < table.GOAL_M / 2:
                self.note("save", x, y, agent, abs(vx) / table.PUCK_MPS)

    def _is_pushed_on(self, agent: str) -> bool:
        """That mallet hit the puck a moment ago: it pushes it along."""
        since = self.world.ticks - _QUIET_TICKS
        return any(e.kind == "hit" and e.agent == agent and e.tick > since for e in reversed(self.events))

    @staticmethod
    def _tame(puck: list[float]) -> bool:
        """Keep the puck within its limits of speed, spin and place; whether that changed it."""
        fast = hypot(puck[VX], puck[VY]) / table.PUCK_MPS
        if fast > 1.0:
            puck[VX], puck[VY] = puck[VX] / fast, puck[VY] / fast
        wild = abs(puck[SPIN]) > table.PUCK_SPIN
        if wild:
            puck[SPIN] = table.PUCK_SPIN if puck[SPIN] > 0 else -table.PUCK_SPIN
        return table.keep_in(puck) or fast > 1.0 or wild

    def _free(self, rows: list[list[float]], at: tuple[float, float], gaps: list[float]) -> None:
        """Mallets that were pressed into the puck give way: it is held by a wall or by another mallet."""
        for row, gap in zip(rows, gaps, strict=True):
            if -table.REACH_M < gap < -_OVERLAP_M:
                share = gap / (table.REACH_M + gap)
                row[X] -= (row[X] - at[X]) * share
                row[Y] -= (row[Y] - at[Y]) * share
        self._places[:] = [row[: Y + 1] for row in rows]
        self._confine(rows)

    def _goal(self, team: int) -> None:
        self.goals[team] += 1
        self.rewards[:] = self._sign[:, 0] if team == 0 else -self._sign[:, 0]
        scorer = self._touched if self._touched // self.per_team == team else -1
        x, y = self._puck[:2].tolist()
        self.note("goal", x, y, self.agents[scorer] if scorer >= 0 else "")
        if self.goals[team] >= self.target:
            self.over = True
            self.note("win", x, y)
        else:
            self._call(1 - team)

    def _call(self, team: int) -> None:
        """``team`` is served in a second."""
        self.serve_to, self.serve_ticks = team, WAIT_TICKS
        self._half, self._half_ticks = team, 0

    def _wait(self) -> None:
        """The puck comes to rest behind the goal line, if that is where it is; then the serve."""
        self.serve_ticks -= 1
        if self.serve_ticks <= 0:
            self._serve()
            return
        x, y, turn, vx, vy, spin = self._puck.tolist()
        if x != _AWAY_M:
            deep, wide = table.WIDTH_M / 2 + table.POCKET_M - table.PUCK_M, table.GOAL_M / 2 - table.PUCK_M
            line = table.WIDTH_M / 2 + table.PUCK_M
            x = copysign(min(max(abs(x), line), deep), x)
            y, drag = min(max(y, -wide), wide), _POCKET_DRAG
            self._puck[:] = x, y, turn, vx * drag, vy * drag, spin * drag

    def _serve(self) -> None:
        x, y = next(spot for spot in map(self._spot, range(len(SPOTS))) if self._is_free(*spot))
        self._puck[:] = x, y, 0.0, 0.0, 0.0, 0.0
        self.world.jumped(len(self.agents))
        self.serve_to, self._touched = None, -1
        self.note("serve", x, y)

    def _spot(self, number: int) -> tuple[float, float]:
        x, y = SPOTS[number]
        return (-x, -y) if self.serve_to == 1 else (x, y)

    def _is_free(self, x: float, y: float) -> bool:
        away = self._places - (x, y)
        return bool((np.hypot(away[:, 0], away[:, 1]) > table.REACH_M).all())

    # ---- telling ------------------------------------------------------------------------------------------

    def facts(self) -> NDArray[np.float64]:
        """What observations are made of: the world's table, row by row, and the counters in
        :data:`~arena.games.air_hockey.observation.TOLD`.
        """
        half, wait, to = (self._half_ticks / CLOCK_TICKS) * (2 * self._half - 1), 0.0, 0.0
        if self.serve_to is not None:
            half, wait, to = 0.0, self.serve_ticks / WAIT_TICKS, 2.0 * self.serve_to - 1.0
        red, blue = self.goals
        told = (wait, to, half, blue - red, 1.0 - self.world.ticks / self.max_ticks)
        vector = np.concatenate((self._table, told))
        if self.serve_to is not None:
            puck = COLUMNS * len(self.agents)
            vector[puck : puck + COLUMNS] = (*self._spot(0), 0.0, 0.0, 0.0, 0.0)
        return vector

    @property
    def clock_s(self) -> float:
        """Seconds for which the puck may still stay in its half."""
        return (CLOCK_TICKS - self._half_ticks) / HZ

    def observe(self) -> NDArray[np.float32]:
        """See :class:`Game`; nobody is ever out."""
        return self.observer(self.facts())

    def scores(self) -> dict[str, float]:
        """Goals of the team, shared among its players."""
        return {agent: self.goals[SIDES.index(self.teams[agent])] / self.per_team for agent in self.agents}

    def verdict(self) -> tuple[Literal["win", "draw", "max_ticks"], str]:
        """The goals, and whether they or the clock ended it."""
        red, blue = self.goals
        return "max_ticks" if self.timed_out else "win", f"red {red}, blue {blue}"

    def scene(self, viewer: Collection[str] | Literal["all"]) -> dict[str, Any]:
        """The whole table for everybody: nothing is hidden."""
        return scene_of(self)

    # ---- states -------------------------------------------------------------------------------------------

    def counters(self) -> dict[str, Any]:
        """Goals, the serve, the clock of the half, and what the mallets were asked for."""
        return {
            "goals": list(self.goals),
            "serve_to": self.serve_to,
            "serve_ticks": self.serve_ticks,
            "half": self._half,
            "half_ticks": self._half_ticks,
            "touched": self._touched,
            "potential": self._potential,
            "thrust": [list(push) for push in self.thrust],
        }

    def set_counters(self, counters: Mapping[str, Any]) -> None:
        """Put back what :meth:`counters` gave."""
        self.goals = list(counters["goals"])
        self.serve_to, self.serve_ticks = counters["serve_to"], int(counters["serve_ticks"])
        self._half, self._half_ticks = int(counters["half"]), int(counters["half_ticks"])
        self._touched, self._potential = int(counters["touched"]), float(counters["potential"])
        self.thrust = [(float(x), float(y)) for x, y in counters["thrust"]]
