"""The rules of soccer: goals, kick-offs, the clock, and balls that get stuck."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from arena.games.physics import checks
from arena.games.physics.game import HZ, Game
from arena.games.physics.world import X, Y
from arena.games.soccer import motion, pitch
from arena.games.soccer.controls import CONTROLS
from arena.games.soccer.observation import observer
from arena.games.soccer.scene import scene
from arena.games.soccer.watch import Watch

TEAM_SIZES = (2, 4)
GOALS_LIMITS = (1, 20)
SECONDS_LIMITS = (10.0, 3600.0)
GOLDEN_S = 30.0
"""Longest time that is played on where it is level at the end of the regular time."""
FREEZE_TICKS = 60
"""How long everybody stands still before a kick-off."""
CHEER_TICKS = 45
"""How long play goes on after a goal before everybody is put in place; nothing counts then."""
STUCK_M, STUCK_TICKS = 1.5, 240
"""A ball that comes no further than this in this time is stuck: there is a kick-off."""


class Soccer(Game):
    """Two teams of round players, one ball, two goals."""

    name = "soccer"
    controls = CONTROLS

    def __init__(self, *, players_per_team: int = 2, goals: int = 3, max_seconds: float = 120.0) -> None:
        """Raises :class:`OptionError` for options outside their limits."""
        players_per_team = checks.whole("players_per_team", players_per_team, *TEAM_SIZES)
        goals = checks.whole("goals", goals, *GOALS_LIMITS)
        max_seconds = checks.number("max_seconds", max_seconds, *SECONDS_LIMITS)
        agents = tuple(f"{team}_{number}" for team in ("red", "blue") for number in range(players_per_team))
        teams = {agent: agent.partition("_")[0] for agent in agents}
        self.per_team, self.target = players_per_team, goals
        self.regular_ticks = round(max_seconds * HZ)
        world = pitch.build(len(agents))
        super().__init__(agents, teams, world, self.regular_ticks + round(GOLDEN_S * HZ))
        self.observer = observer(players_per_team, goals, self.regular_ticks, FREEZE_TICKS + CHEER_TICKS)
        self.features = tuple(self.observer.features)
        count = len(agents)
        self.players, self.ball = world.state[:count], world.state[count]
        self.tanks = [1.0] * count
        """How full each player's boost is, 0 to 1."""
        self.boosts = [False] * count
        """Who boosts in this tick."""
        self.thrust: list[tuple[float, float]] = [(0.0, 0.0)] * count
        """The last pushes, as people see the pitch."""
        self.goals = [0, 0]
        """Of red and of blue."""
        self.wait = 0
        """Ticks until play goes on; everybody stands still in the last :data:`FREEZE_TICKS` of them."""
        self.watch = Watch(self)
        self._anchor, self._anchored = (0.0, 0.0), 0
        self._sides = [1.0] * players_per_team + [-1.0] * players_per_team
        self._potential = [0.0] * count
        self._facts = np.zeros((count + 1) * 6 + count + 4)
        self._bodies = world.state.reshape(-1)

    # ---- playing ------------------------------------------------------------------------------------------

    @property
    def golden(self) -> bool:
        """The regular time is over, level: the next goal decides."""
        return self.world.ticks >= self.regular_ticks and not self.timed_out

    @property
    def frozen(self) -> bool:
        """Everybody stands still before a kick-off."""
        return 0 < self.wait <= FREEZE_TICKS

    def start(self) -> None:
        """Level, and a kick-off."""
        self.goals[:] = 0, 0
        self._kick_off()
        self._potential = self._potentials()

    def _kick_off(self) -> None:
        """Put everybody in place."""
        self.players[:] = 0.0
        self.players[:, X : Y + 1] = pitch.formation(self.per_team, self.rng)
        self.ball[:] = 0.0
        count = len(self.agents)
        self.tanks, self.boosts, self.thrust = [1.0] * count, [False] * count, [(0.0, 0.0)] * count
        self.wait = FREEZE_TICKS
        self.watch.forget()
        for row in range(count + 1):
            self.world.jumped(row)

    def act(self, pushes: NDArray[np.float64]) -> None:
        """Players run, the ball rolls, and is kicked."""
        if self.frozen:
            return
        rows: list[motion.Row] = self.world.state.tolist()
        *players, ball = rows
        before, self.boosts, self.thrust = self.boosts, [], []
        for number, (ahead, aside, button) in enumerate(pushes.tolist()):
            side = self._sides[number]
            push = ahead * side, aside * side
            self.tanks[number], boosts = motion.run(players[number], (*push, button), self.tanks[number])
            self.boosts.append(boosts)
            self.thrust.append(push)
        motion.roll(ball)
        kicks = motion.kick(players, ball, self.boosts) if True in self.boosts else []
        self.world.state[:] = rows
        self.watch.before(rows, before, kicks)

    def settle(self) -> None:
        """Goals, stuck balls, the clock."""
        if not self.frozen:
            self.watch.after(self.world.state.tolist())
        if self.wait:
            self._pause()
        if not self.wait and not self.over:
            self._referee()
        potential = self._potentials()
        if potential != self._potential:
            self.shaping[:] = [now - before for now, before in zip(potential, self._potential, strict=True)]
            self._potential = potential
        if self.world.ticks >= self.regular_ticks and not self.over and self.goals[0] != self.goals[1]:
            self.over = self.timed_out = True
            self._whistle()
            self._cheer()

    def _pause(self) -> None:
        self.wait -= 1
        if self.wait == FREEZE_TICKS:
            self._kick_off()
        elif self.wait == 0:
            self._anchor, self._anchored = (0.0, 0.0), self.world.ticks
            self.note("kickoff", 0.0, 0.0)

    def _referee(self) -> None:
        x, y = self.ball[X].item(), self.ball[Y].item()
        if abs(x) > pitch.HALF_LENGTH_M + pitch.BALL_M and abs(y) < pitch.GOAL_M / 2:
            self._goal(0 if x > 0 else 1, x, y)
            return
        ticks, (at_x, at_y) = self.world.ticks, self._anchor
        if (x - at_x) ** 2 + (y - at_y) ** 2 > STUCK_M**2:
            self._anchor, self._anchored = (x, y), ticks
        elif ticks - self._anchored >= STUCK_TICKS or abs(y) > pitch.HALF_WIDTH_M:
            self._whistle()
            self._kick_off()

    def _goal(self, team: int, x: float, y: float) -> None:
        decides = self.golden and self.goals[0] == self.goals[1]
        self.goals[team] += 1
        self.rewards[:] = self._sides if team == 0 else [-side for side in self._sides]
        self.note("goal", x, y, self.watch.scorer(team))
        if self.goals[team] >= self.target or decides:
            self.over = True
            self._cheer()
        else:
            self.wait = FREEZE_TICKS + CHEER_TICKS

    def _whistle(self) -> None:
        self.note("whistle", self.ball[X].item(), self.ball[Y].item())

    def _cheer(self) -> None:
        """Tell who has won."""
        first = 0 if self.goals[0] > self.goals[1] else self.per_team
        for row in range(first, first + self.per_team):
            self.note("win", self.players[row, X].item(), self.players[row, Y].item(), self.agents[row])

    def expire(self) -> None:
        """Level to the very end."""
        self._whistle()

    def _potentials(self) -> list[float]:
        """How good it looks for each player: the ball far up the pitch, and the player near it."""
        *players, (x, y, *_) = self.world.state.tolist()
        return [
            (side * x - 0.25 * sqrt((row[X] - x) ** 2 + (row[Y] - y) ** 2)) / pitch.LENGTH_M
            for side, row in zip(self._sides, players, strict=True)
        ]

    # ---- telling ------------------------------------------------------------------------------------------

    def facts(self) -> NDArray[np.float64]:
        """The state vector that :attr:`observer` maps; see :class:`~arena.games.soccer.observation.Layout`.

        It is written over by the next call.
        """
        facts, bodies, count = self._facts, self._bodies, len(self.agents)
        facts[: len(bodies)] = bodies
        facts[len(bodies) : len(bodies) + count] = self.tanks
        ticks = self.world.ticks
        golden = self.golden
        left = (self.max_ticks if golden else self.regular_ticks) - ticks
        facts[-4:] = self.goals[0] - self.goals[1], left, self.wait, golden
        return facts

    def observe(self) -> NDArray[np.float32]:
        """See the base class; nobody is ever out."""
        return self.observer(self.facts())

    def scores(self) -> dict[str, float]:
        """The goals of each player's team."""
        return {agent: float(self.goals[self.teams[agent] == "blue"]) for agent in self.agents}

    def verdict(self) -> tuple[Literal["win", "draw", "max_ticks"], str]:
        """See the base class."""
        red, blue = self.goals
        words = f"red {red}, blue {blue}"
        if red == blue:
            return "draw", words
        return ("max_ticks", f"{words} when time was up") if self.timed_out else ("win", words)

    def scene(self, viewer: Collection[str] | Literal["all"]) -> dict[str, Any]:
        """Everybody sees everything."""
        return scene(self)

    # ---- states -------------------------------------------------------------------------------------------

    def counters(self) -> dict[str, Any]:
        """See the base class."""
        return {
            "goals": list(self.goals),
            "wait": self.wait,
            "tanks": list(self.tanks),
            "boosts": list(self.boosts),
            "thrust": [list(push) for push in self.thrust],
            "anchor": [*self._anchor, self._anchored],
            "potential": list(self._potential),
            "watch": self.watch.counters(),
        }

    def set_counters(self, counters: Mapping[str, Any]) -> None:
        """See the base class."""
        self.goals[:] = counters["goals"]
        self.wait = int(counters["wait"])
        self.tanks, self.boosts = list(counters["tanks"]), list(counters["boosts"])
        self.thrust = [(float(x), float(y)) for x, y in counters["thrust"]]
        x, y, ticks = counters["anchor"]
        self._anchor, self._anchored = (float(x), float(y)), int(ticks)
        self._potential = list(counters["potential"])
        self.watch.set_counters(counters["watch"])
