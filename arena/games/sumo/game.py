"""The rules of sumo, over a world of heavy discs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from math import hypot, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from arena.errors import OptionError
from arena.games.physics import checks
from arena.games.physics.game import HZ, Game
from arena.games.physics.world import VX, VY, World, X, Y
from arena.games.sumo.controls import CONTROLS
from arena.games.sumo.observation import Facts, observer, visible
from arena.games.sumo.ranking import Ranking
from arena.games.sumo.ring import Ring

PLAYERS = (2, 8)
SECONDS = (5.0, 600.0)

RADIUS_M = 0.9
MASS_KG = 120.0
BOUNCE = 0.7
"""Share of the speed of approach that two wrestlers keep after they met."""
THRUST_MPS2 = 16.0
"""Acceleration by legs alone. With both resistances below it makes for about 7 m/s."""
DRAG_PER_S = 1.8
"""Deceleration by speed, 1/s ..."""
GRIP_MPS2 = 3.5
"""... and by friction, which stops a slide for good and takes weight to overcome."""
DASH_MPS = 10.5
"""Speed that a dash brings in its direction ..."""
DASH_KEEPS = 0.4
"""... on top of this share of the velocity before, so that it turns on the spot too."""
DASH_WAIT_TICKS = 72
DASH_SEEN_TICKS, DASH_TRAIL = 16, 14
"""A dash leaves a trail for this long, of so many ticks."""
HIT_MPS, HARD_MPS = 1.2, 9.0
"""A change of velocity in one tick that counts as a hit, and one that is a hit of full power."""
PLACE = 0.55
"""Share of the ring's radius at which they begin."""
TOUCH_M = 0.3
"""Two who touched may be as far apart again at the end of the tick."""
_THRUST, _GRIP, _KEEPS = THRUST_MPS2 / HZ, GRIP_MPS2 / HZ, 1.0 - DRAG_PER_S / HZ
"""By tick."""


class Sumo(Game):
    """See ``docs/games/sumo.md``."""

    name = "sumo"
    controls = CONTROLS

    def __init__(self, players: int = 2, *, teams: bool = False, max_seconds: float = 45.0) -> None:
        """Raises :class:`OptionError` for options outside their limits."""
        players, teams = checks.whole("players", players, *PLAYERS), checks.flag("teams", teams)
        max_seconds = checks.number("max_seconds", max_seconds, *SECONDS)
        if teams and players % 2:
            raise OptionError(f"players={players} with teams: choose an even number, or teams=False")
        half = players // 2
        names = [f"{team}_{index}" for team in ("red", "blue") for index in range(half)]
        agents = tuple(names if teams else (f"wrestler_{index}" for index in range(players)))
        sides = [index // half for index in range(players)] if teams else []
        max_ticks = round(max_seconds * HZ)
        world = World(cell_m=2 * RADIUS_M)
        for _ in range(players):
            world.add_disc(RADIUS_M, MASS_KG, elasticity=BOUNCE)
        world.close()
        team_of = {agent: agent.partition("_")[0] for agent in agents} if teams else {}
        super().__init__(agents, team_of, world, max_ticks)
        self.ring = Ring(players, max_ticks)
        self.ranking = Ranking(sides, self.alive)
        self._sides = sides
        self._others = [_others(index, players, sides) for index in range(players)]
        self.observer = observer(self.ring.start_radius, max_seconds, self._others)
        self.features = tuple(self.observer.features)
        self._layout = Facts(players)
        self._facts = np.zeros(self._layout.length)
        self._ready = self._facts[self._layout.dash]
        self._against = _against(players, sides)
        self._parked = np.array([[1000.0 + 50.0 * index, 0, 0, 0, 0, 0] for index in range(players)])
        self.thrust: list[tuple[float, float]] = [(0.0, 0.0)] * players
        """The last pushes, at most 1 long."""
        self._before: list[list[float]] = []
        """The world's table as the step begins; no state beyond a tick."""
        self._held = [False] * players
        self._ready_at = [0] * players
        self._dashed: list[tuple[float, float, int]] = []
        """Who dashed in this tick, and from where: told once the tick has its number."""
        self._potential = np.zeros(players)
        self._see()

    # ---- playing ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """A regular polygon, turned by chance; teams alternate round it."""
        count = len(self.agents)
        turn = self.rng.uniform(0.0, 2 * np.pi)
        order = self.rng.permutation(count)
        if self._sides:
            half = count // 2
            order = np.stack([order[order < half], order[order >= half]], axis=1).reshape(-1)
        angles = np.zeros(count)
        angles[order] = turn + 2 * np.pi / count * np.arange(count)
        self.world.state[:] = 0.0
        out = PLACE * self.ring.start_radius
        self.world.state[:, X], self.world.state[:, Y] = out * np.cos(angles), out * np.sin(angles)
        self.thrust = [(0.0, 0.0)] * count
        self._held = [False] * count
        self._ready_at = [0] * count
        self.ranking.begin()
        self._see()
        self._rest(0)
        self._potential = self._against @ np.full(count, PLACE)

    def act(self, pushes: NDArray[np.float64]) -> None:
        """Thrust, resistance and dashes, once a tick."""
        rows: list[list[float]] = self.world.state.tolist()  # of so few, quicker than sums of arrays
        asked = pushes.tolist()
        self.thrust = [(0.0, 0.0)] * len(rows)
        for wrestler in self._standing:
            (x, y, button), row = asked[wrestler], rows[wrestler]
            size, speed = max(1.0, sqrt(x * x + y * y)), sqrt(row[VX] ** 2 + row[VY] ** 2)
            self.thrust[wrestler] = x, y = x / size, y / size
            keeps = max(0.0, _KEEPS - _GRIP / speed) if speed else 0.0
            row[VX], row[VY] = row[VX] * keeps + x * _THRUST, row[VY] * keeps + y * _THRUST
            pressed = button > 0.5
            if pressed and not self._held[wrestler]:
                self._dash(wrestler, row)
            self._held[wrestler] = pressed
        self.world.state[:] = rows
        self._before = rows

    def _dash(self, wrestler: int, row: list[float]) -> None:
        """Once it may again. Without thrust it goes where one moves; at rest it goes nowhere, and is not
        spent.
        """
        now, (x, y), (vx, vy) = self.world.ticks, self.thrust[wrestler], row[VX : VY + 1]
        if not (x or y):
            x, y = vx, vy
        size = hypot(x, y)
        if now < self._ready_at[wrestler] or size < 1e-6:
            return
        gain = DASH_MPS / size
        row[VX], row[VY] = DASH_KEEPS * vx + gain * x, DASH_KEEPS * vy + gain * y
        self._ready_at[wrestler] = now + DASH_WAIT_TICKS
        self._dashed.append((row[X], row[Y], wrestler))

    def _rest(self, tick: int) -> None:
        """Those who dashed get their breath back."""
        waits = DASH_WAIT_TICKS
        self._ready[:] = [1.0 - (at - tick) / waits if at > tick else 1.0 for at in self._ready_at]

    def settle(self) -> None:
        """Hits are told, whoever left the ring is out, and the ring shrinks."""
        tick = self.world.ticks
        if tick in self.ring.begins:
            self.note("shrink", 0.0, 0.0)
        for x, y, wrestler in self._dashed:
            self.note("dash", x, y, self.agents[wrestler])
        self._dashed.clear()
        if tick <= max(self._ready_at):
            self._rest(tick)
        rows: list[list[float]] = self.world.state.tolist()
        self._tell_hits(rows)
        radius = self.ring.table[tick, 0].item()
        distance = [sqrt(row[X] * row[X] + row[Y] * row[Y]) for row in rows]
        out = [wrestler for wrestler in self._standing if distance[wrestler] > radius]
        if out:
            self._put_out(out, np.array(distance))
        potential = self._against.dot([min(far / radius, 1.0) for far in distance])
        np.subtract(potential, self._potential, out=self.shaping)
        self._potential = potential

    def _put_out(self, out: list[int], distance: NDArray[np.float64]) -> None:
        state = self.world.state
        self.over = self.ranking.put_out(out, distance, self.rewards)
        won_at = {wrestler: state[wrestler, : Y + 1].tolist() for wrestler in self.ranking.winners}
        for wrestler in out:
            x, y, _angle, vx, vy, _spin = state[wrestler].tolist()
            self.note("knock_out", x, y, self.agents[wrestler], float(np.hypot(vx, vy)) / HARD_MPS)
            state[wrestler] = self._parked[wrestler]
            self.thrust[wrestler] = 0.0, 0.0
            self._held[wrestler] = False
            self.world.jumped(wrestler)
        self._see()
        for wrestler, (x, y) in won_at.items():
            self.note("win", x, y, self.agents[wrestler])

    def expire(self) -> None:
        """Those who still stand are level, or the larger team wins."""
        self.note("whistle", 0.0, 0.0)
        self.ranking.expire(self.rewards)

    def _tell_hits(self, rows: list[list[float]]) -> None:
        """Chipmunk changes a velocity only where two touch: they were hit. ``rows``: after the step."""
        jolts = {}
        for wrestler in self._standing:
            now, then = rows[wrestler], self._before[wrestler]
            jolt = abs(now[VX] - then[VX]) + abs(now[VY] - then[VY])
            if jolt > HIT_MPS:
                jolts[wrestler] = hypot(now[VX] - then[VX], now[VY] - then[VY])
        for one, other in combinations(jolts, 2):
            power = min(jolts[one], jolts[other])
            (x, y), (to_x, to_y) = rows[one][: Y + 1], rows[other][: Y + 1]
            if power < HIT_MPS or hypot(to_x - x, to_y - y) > 2 * RADIUS_M + TOUCH_M:
                continue
            speeds = [hypot(*self._before[wrestler][VX : VY + 1]) for wrestler in (one, other)]
            slower = one if speeds[0] < speeds[1] else other
            self.note("hit", (x + to_x) / 2, (y + to_y) / 2, self.agents[slower], power / HARD_MPS)

    # ---- telling ------------------------------------------------------------------------------------------

    def facts(self) -> NDArray[np.float64]:
        """The state vector of :attr:`observer`, laid out as :class:`Facts`; the same array each time."""
        facts = self._facts
        facts[: self.world.state.size] = self.world.state.reshape(-1)
        facts[self._layout.ring] = self.ring.table[self.world.ticks]
        return facts

    def observe(self) -> NDArray[np.float32]:
        """See :meth:`Game.observe`."""
        seen = self.observer(self.facts())
        return seen if self._all_in else seen * self.shown

    def _see(self) -> None:
        """Somebody came or went."""
        self._all_in = bool(self.alive.all())
        self._standing = np.flatnonzero(self.alive).tolist()
        self._facts[self._layout.standing] = self.alive
        self.shown: NDArray[np.float32] = visible(self.features, self._others, self.alive)
        """1 for each entry of an observation that shows something now; shape ``(agents, entries)``."""

    def scores(self) -> dict[str, float]:
        """See :class:`Ranking`."""
        return dict(zip(self.agents, self.ranking.scores.tolist(), strict=True))

    def verdict(self) -> tuple[Literal["win", "draw", "max_ticks"], str]:
        """See :meth:`Game.verdict`."""
        if self.timed_out:
            return "max_ticks", f"{int(self.alive.sum())} still stand"
        if not self.ranking.winners:
            return "draw", "the last ones went out together"
        winner = self.agents[self.ranking.winners[0]]
        if self.teams:
            return "win", f"{self.teams[winner]} wins, {int(self.alive.sum())} standing"
        return "win", f"{winner} is the last one standing"

    def scene(self, viewer: Collection[str] | Literal["all"]) -> dict[str, Any]:
        """Everybody sees everything."""
        radius, goal, _rest, _left = self.ring.table[self.world.ticks].tolist()
        ring = {
            "radius": radius,
            "start_radius": self.ring.start_radius,
            "goal": goal,
            "shrinking": radius > goal,
        }
        standing = [self.agents[wrestler] for wrestler in self._standing]
        bodies = [self._body(wrestler) for wrestler in range(len(self.agents))]
        return {**self.frame(), "ring": ring, "bodies": bodies, "standing": standing}

    def _body(self, wrestler: int) -> dict[str, Any]:
        agent, row = self.agents[wrestler], self.world.state[wrestler]
        waits = self._ready_at[wrestler] - self.world.ticks
        dashing = waits > DASH_WAIT_TICKS - DASH_SEEN_TICKS
        return {
            "kind": "wrestler",
            "agent": agent,
            "team": self.teams.get(agent, ""),
            "radius": RADIUS_M,
            "trail": [list(pose) for pose in self.world.trail(wrestler, DASH_TRAIL if dashing else 1)],
            "vx": float(row[VX]),
            "vy": float(row[VY]),
            "in_play": bool(self.alive[wrestler]),
            "dash": float(self._ready[wrestler]),
            "thrust": list(self.thrust[wrestler]),
        }

    # ---- states -------------------------------------------------------------------------------------------

    def counters(self) -> dict[str, Any]:
        """See :meth:`Game.counters`."""
        return {
            "thrust": [list(push) for push in self.thrust],
            "held": list(self._held),
            "ready_at": list(self._ready_at),
            "potential": self._potential.tolist(),
            "scores": self.ranking.scores.tolist(),
            "winners": list(self.ranking.winners),
        }

    def set_counters(self, counters: Mapping[str, Any]) -> None:
        """See :meth:`Game.set_counters`."""
        self.thrust = [(float(x), float(y)) for x, y in counters["thrust"]]
        self._held = [bool(held) for held in counters["held"]]
        self._ready_at = [int(tick) for tick in counters["ready_at"]]
        self._potential = np.array(counters["potential"], np.float64)
        self.ranking.scores[:] = counters["scores"]
        self.ranking.winners = tuple(counters["winners"])
        self._rest(self.world.ticks)
        self._see()


def _others(index: int, count: int, sides: list[int]) -> list[int]:
    """The others as ``index`` sees them: round the list from the next one on; in teams mates first, then
    opponents.
    """
    around = [(index + step) % count for step in range(1, count)]
    if not sides:
        return around
    return sorted(around, key=lambda other: sides[other] != sides[index])


def _against(count: int, sides: list[int]) -> NDArray[np.float64]:
    """Matrix that gives, from shares of the way to the edge, the mean of one's opponents less one's own."""
    foes = np.array(
        [[a != b if not sides else sides[a] != sides[b] for b in range(count)] for a in range(count)]
    )
    matrix: NDArray[np.float64] = foes / foes.sum(axis=1, keepdims=True) - np.eye(count)
    return matrix
