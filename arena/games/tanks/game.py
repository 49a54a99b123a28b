"""Tanks: the rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import cos, pi, sin
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from arena.errors import OptionError
from arena.games.physics.controls import Axis, Controls
from arena.games.physics.game import HZ, Game
from arena.games.physics.world import ANGLE, SPIN, VX, VY, X, Y
from arena.games.tanks import numbers as n
from arena.games.tanks.field import Field
from arena.games.tanks.layouts import BORDERS, LAYOUTS
from arena.games.tanks.observation import FAST, Report, relative_shells, relative_tanks
from arena.games.tanks.outcome import by_rank, verdict
from arena.games.tanks.scene import scene
from arena.games.tanks.shells import Flight
from arena.games.tanks.sight import Eyes
from arena.games.tanks.walls import Array, Walls

LEAST, MOST = 2, 6
"""Tanks of a game."""
ANY_LAYOUT = "random"
_TICK_S = 1.0 / HZ
_RELOAD, _SUPPLY = round(n.RELOAD_S * HZ), round(n.SUPPLY_S * HZ)
_FARTHEST = 40.0
"""Metres at which the flare shows all of the field."""
_PARKED = 1000.0
_PRESSED = 0.5


def _listed() -> list[tuple[float, float, float]]:
    pushes = (0.0, 1.0, -1.0)
    return [(throttle, turn, fire) for fire in (0.0, 1.0) for throttle in pushes for turn in pushes]


class Tanks(Game):
    """The last tank, or team, that stands wins."""

    name = "tanks"
    controls = Controls(
        (
            Axis("throttle", "ahead, or back below 0"),
            Axis("turn", "to the right, or left below 0"),
            Axis("fire", "pressed above 0.5; let go between two shots", 0.0),
        ),
        _listed(),
    )

    def __init__(
        self,
        players: int = 2,
        *,
        teams: bool = False,
        max_seconds: float = 60.0,
        friendly_fire: bool = True,
        layout: str = ANY_LAYOUT,
    ) -> None:
        """Raises :class:`OptionError` for an option out of its limits."""
        agents, sides = _seats(players, teams=teams)
        if not 10.0 <= max_seconds <= 600.0:
            raise OptionError(f"max_seconds={max_seconds!r}: choose a number from 10 to 600")
        names = [one.name for one in LAYOUTS]
        if layout not in (ANY_LAYOUT, *names):
            raise OptionError(f"layout={layout!r}: choose {ANY_LAYOUT} or one of {', '.join(names)}")
        self.field = Field(players)
        super().__init__(agents, sides, self.field.world, round(max_seconds * HZ))
        self.shells = self.field.shells
        self._layouts = [names.index(layout)] if layout != ANY_LAYOUT else list(range(len(LAYOUTS)))
        team = [sides.get(agent, agent) for agent in agents]
        self.report = Report(team, [side == "blue" for side in sides.values()] or [False] * players)
        self.features = self.report.features
        self._harmed_later = ~self.report.mates | friendly_fire
        self._harmed = self._harmed_later & ~np.eye(players, dtype=bool)
        self.health = np.full(players, n.HEALTH)
        self.ammunition, self.reload, self.supply = (np.zeros(players, np.int64) for _ in range(3))
        self.armed = np.ones(players, np.bool_)
        self.place = np.zeros(players)
        """Order of going out, from 0; of those that stand: the number of tanks."""
        self.layout = 0
        self.witnesses: list[list[bool]] = []
        """Of each event kept: which tanks saw it."""
        self._lines = [Walls((*BORDERS, *one.walls)) for one in LAYOUTS]
        self._shell_lines = [Walls((*BORDERS, *one.walls), n.SHELL_RADIUS) for one in LAYOUTS]
        self._before = np.zeros((2, players))
        self._flight: Flight | None = None
        self._first_flare = round(n.FLARE_AT * self.max_ticks)

    # ---- playing ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """A field by chance, tanks opposite each other."""
        count = len(self.agents)
        self.layout = int(self._layouts[int(self.rng.integers(len(self._layouts)))])
        self.field.choose(self.layout)
        self.health[:], self.ammunition[:] = n.HEALTH, n.AMMUNITION
        self.reload[:] = self.supply[:] = 0
        self.armed[:], self.place[:] = True, count
        self.witnesses.clear()
        self.shells.clear()
        left = np.array(LAYOUTS[self.layout].starts)[self.rng.permutation(3)[: (count + 1) // 2]]
        places = np.concatenate((left, -left))
        if not self.teams:
            places = places[self.rng.permutation(len(places))[:count]]
        tanks = self.tanks
        tanks[:] = 0.0
        tanks[:, :2] = places
        tanks[:, ANGLE] = np.where(places[:, 0] < 0.0, 0.0, pi)

    @property
    def tanks(self) -> Array:
        """Their rows of the world's table."""
        return self.world.state[: len(self.agents)]

    @property
    def flare_m(self) -> float:
        """How far the flare shows every tank, in metres; 0 before it goes up."""
        ticks = self.world.ticks - self._first_flare
        return min(_FARTHEST, max(0.0, ticks * n.FLARE_SPEED / HZ))

    def act(self, pushes: NDArray[np.float64]) -> None:
        """Drive, fire, and work out how the shells fly."""
        if self.world.ticks == self._first_flare:
            self.note("whistle", 0.0, 0.0)
        self._drive(pushes)
        self.reload -= self.reload > 0
        short = (self.ammunition < n.AMMUNITION) & self.alive
        self.supply[:] = (self.supply + 1) * short
        full = self.supply >= _SUPPLY
        self.ammunition += full
        self.supply[full] = 0
        pressed = pushes[:, 2] > _PRESSED
        shoots = pressed & self.armed & (self.reload == 0) & (self.ammunition > 0) & self.alive
        self.armed |= ~pressed
        new = [self._fire(tank) for tank in np.flatnonzero(shoots).tolist()] if shoots.any() else []
        self._before = self.tanks[:, :2].T.copy()
        fired = [shell for shell in new if shell >= 0]
        self._flight = self.shells.fly(self._shell_lines[self.layout], fired)

    def _drive(self, pushes: NDArray[np.float64]) -> None:
        """Tracks: quick along, hardly sideways, and able to turn on the spot."""
        tanks = self.tanks
        c, s = np.cos(tanks[:, ANGLE]), np.sin(tanks[:, ANGLE])
        vx, vy = tanks[:, VX], tanks[:, VY]
        ahead, right = vx * c + vy * s, vy * c - vx * s
        throttle = pushes[:, 0] * self.alive
        wanted = throttle * np.where(throttle > 0.0, n.FORWARD, n.REVERSE)
        pull, twist = n.PULL * _TICK_S, n.TURN_PULL * _TICK_S
        ahead += np.minimum(np.maximum(wanted - ahead, -pull), pull)
        right *= 1.0 - n.GRIP * _TICK_S
        spin = tanks[:, SPIN]
        wanted = pushes[:, 1] * self.alive * n.TURN - spin
        spin += np.minimum(np.maximum(wanted, -twist), twist)
        tanks[:, VX], tanks[:, VY] = ahead * c - right * s, ahead * s + right * c

    def _fire(self, tank: int) -> int:
        """Fire; the number of the shell, or -1 while all shells of this tank are in flight."""
        shell = self.shells.free(tank)
        if shell < 0:
            return shell
        row = self.tanks[tank]
        x, y, angle = float(row[X]), float(row[Y]), float(row[ANGLE])
        c, s = cos(angle), sin(angle)
        self.shells.fire(shell, x, y, angle)
        row[VX] -= n.RECOIL * c
        row[VY] -= n.RECOIL * s
        self.ammunition[tank] -= 1
        self.reload[tank], self.armed[tank] = _RELOAD, False
        self.note("shot", x + n.MUZZLE * c, y + n.MUZZLE * s, self.agents[tank])
        return shell

    def settle(self) -> None:
        """Ricochets, hits, and who is out."""
        if self._flight is not None:
            before = self.health.copy()
            self._strike(self._flight)
            self._flight = None
            if (before != self.health).any():
                self.shaping += self._lead(self.health) - self._lead(before)
                out = self.alive & (self.health == 0)
                if out.any():
                    self._remove(out)
        del self.witnesses[: len(self.witnesses) - len(self.events)]

    def _strike(self, flight: Flight) -> None:
        """Shells hit tanks, come back from walls, or burst at them."""
        shells, flying, owners = self.shells, flight.shells, self.shells.owner[flight.shells]
        later = self._harmed_later[owners] & self.alive
        first = np.where(shells.spent[flying, None], later, self._harmed[owners] & self.alive)
        tanks = self.tanks
        hits = shells.hits(flight, self._before, tanks[:, :2].T, first, later)
        for hit in hits:
            speed = shells.state[hit.shell, VX : VY + 1] * (n.KNOCK / n.SHELL_SPEED)
            tanks[hit.tank, VX : VY + 1] += speed
            self.health[hit.tank] = max(0, self.health[hit.tank] - 1)
            shells.stop(hit.shell)
            self.note("hit", hit.x, hit.y, self.agents[hit.tank])
        if not flight.met.any():
            return
        gone = {hit.shell for hit in hits}
        for index in np.flatnonzero(flight.met).tolist():
            shell = int(flying[index])
            if shell in gone:
                continue
            owner = self.agents[int(owners[index])]
            if flight.ends[index]:
                shells.stop(shell)
                self.note("wall", *_point(flight.end, index), owner, 0.5)
            else:
                shells.spent[shell] = True
                self.note("bounce", *_point(flight.turn, index), owner, 0.5)

    def _lead(self, health: NDArray[np.int_]) -> Array:
        """The potential of shaping: own health against that of all enemies, 1 and -1 at most."""
        enemies = self.report.enemies
        lead: Array = (health - enemies @ health / enemies.sum(axis=1)) * (1.0 / n.HEALTH)
        return lead

    def _remove(self, out: NDArray[np.bool_]) -> None:
        """Take the tanks that are out off the field; end the game when one side at most is left."""
        below = float((~self.alive).sum())
        self.place[out] = below
        for tank in np.flatnonzero(out).tolist():
            row = self.tanks[tank]
            self.note("explosion", float(row[X]), float(row[Y]), self.agents[tank])
        self.alive &= ~out
        sides = {self.teams.get(agent, agent) for agent in self.standing()}
        self.over = len(sides) <= 1
        if self.teams:
            self.rewards[out] = -1.0
            self.rewards[self.alive] = 1.0 if self.over else 0.0
        else:
            self.rewards[out] = by_rank(self.place, len(self.agents))[out]
            self.rewards[self.alive] = 1.0 if self.over else 0.0
        for tank in np.flatnonzero(out).tolist():
            row = self.tanks[tank]
            row[:] = 0.0
            row[X] = _PARKED + 50.0 * tank
            self.world.jumped(tank)
        if self.over:
            self._cheer(self.standing())

    def expire(self) -> None:
        """Time is up: health decides."""
        if self.teams:
            worth = np.array([self._team_health(self.teams[agent]) for agent in self.agents])
            best, worst = worth.max(), worth.min()
            self.rewards[:] = (np.sign(2 * worth - best - worst)) * self.alive
        else:
            worth = self.place + self.health * self.alive
            self.rewards[:] = by_rank(worth, len(self.agents)) * self.alive
        top = worth == worth.max()
        if top.sum() == 1 or (self.teams and not top.all()):
            self._cheer([agent for agent, wins in zip(self.agents, top & self.alive, strict=True) if wins])

    def _team_health(self, team: str) -> int:
        mine = [self.teams[agent] == team for agent in self.agents]
        return int(self.health[mine].sum())

    def _cheer(self, winners: list[str]) -> None:
        for agent in winners:
            row = self.tanks[self.agents.index(agent)]
            self.note("win", float(row[X]), float(row[Y]), agent)

    # ---- telling ------------------------------------------------------------------------------------------

    def standing(self) -> list[str]:
        """Who is still in."""
        return [agent for agent, alive in zip(self.agents, self.alive.tolist(), strict=True) if alive]

    def eyes(self) -> Eyes:
        """What can be seen now."""
        tanks = self.tanks
        return Eyes(self._lines[self.layout], tanks[:, :2].T, tanks[:, ANGLE], self.flare_m)

    def note(self, kind: str, x: float, y: float, agent: str = "", power: float = 1.0) -> None:
        """As in every game; and note who sees it."""
        super().note(kind, x, y, agent, power)
        seen = self.eyes().see(np.array([[x], [y]]))[:, 0] & self.alive
        self.witnesses.append(seen.tolist())

    def observe(self) -> NDArray[np.float32]:
        """See the base class."""
        tanks, eyes, flying = self.tanks, self.eyes(), np.flatnonzero(self.shells.flying)
        shells = self.shells.state[flying]
        walls, seen, lit = eyes.look(shells[:, :2].T)
        health = self.health * (1.0 / n.HEALTH)
        owners, spent = self.shells.owner[flying], self.shells.spent[flying]
        if flying.size:
            lit &= np.where(spent, self._harmed_later[owners].T, self._harmed[owners].T)
        seen = (seen | self.report.mates) & self.alive
        told = self.report.write(
            self._own(eyes, tanks, health),
            self.layout,
            walls,
            (*relative_tanks(eyes, tanks, health), seen),
            (*relative_shells(eyes, shells, spent), lit),
        )
        if not self.alive.all():
            told[~self.alive] = 0.0
        return told

    def _own(self, eyes: Eyes, tanks: Array, health: Array) -> Array:
        """The first entries of each observation, shape ``(tanks, 13)``."""
        own = np.empty((len(health), 13))
        vx, vy, c, s = tanks[:, VX], tanks[:, VY], eyes.cos, eyes.sin
        own[:, :2] = tanks[:, :2] * (2.0 / n.WIDTH, 2.0 / n.HEIGHT)
        own[:, 2], own[:, 3] = c, s
        own[:, 4] = (vx * c + vy * s) * (1.0 / FAST)
        own[:, 5] = (vy * c - vx * s) * (1.0 / FAST)
        own[:, 6] = tanks[:, SPIN] * (1.0 / n.TURN)
        own[:, 7] = health
        own[:, 8] = self.ammunition * (1.0 / n.AMMUNITION)
        own[:, 9] = self.reload * (1.0 / _RELOAD)
        own[:, 10] = self.armed
        own[:, 11] = 1.0 - self.world.ticks / self.max_ticks
        own[:, 12] = self.flare_m / n.WIDTH
        return own

    def scores(self) -> dict[str, float]:
        """Order of going out, then health; of a team the health that is left."""
        worth = self.health if self.teams else self.place + self.health * self.alive
        return dict(zip(self.agents, worth.astype(float).tolist(), strict=True))

    def verdict(self) -> tuple[Literal["win", "draw", "max_ticks"], str]:
        """See the base class."""
        return verdict(self.agents, self.teams, self.alive, self.health, timed_out=self.timed_out)

    def scene(self, viewer: Collection[str] | Literal["all"]) -> dict[str, Any]:
        """See :func:`arena.games.tanks.scene.scene`."""
        return scene(self, viewer)

    # ---- states -------------------------------------------------------------------------------------------

    def counters(self) -> dict[str, Any]:
        """See the base class."""
        return {
            "layout": self.layout,
            "witnesses": [list(seen) for seen in self.witnesses],
            **{name: getattr(self, name).tolist() for name in _COUNTED},
            "flying": self.shells.flying.tolist(),
            "spent": self.shells.spent.tolist(),
        }

    def set_counters(self, counters: Mapping[str, Any]) -> None:
        """See the base class."""
        self.layout = int(counters["layout"])
        self.field.choose(self.layout)
        self.witnesses = [list(seen) for seen in counters["witnesses"]]
        for name in _COUNTED:
            getattr(self, name)[:] = counters[name]
        self.shells.flying[:], self.shells.spent[:] = counters["flying"], counters["spent"]


_COUNTED = ("health", "ammunition", "reload", "supply", "armed", "place")


def _point(places: Array, index: int) -> tuple[float, float]:
    return float(places[0, index]), float(places[1, index])


def _seats(players: int, *, teams: bool) -> tuple[tuple[str, ...], dict[str, str]]:
    """The agents, and the team of each where there are teams."""
    if not LEAST <= players <= MOST or players != int(players):
        raise OptionError(f"players={players!r}: choose a whole number from {LEAST} to {MOST}")
    if not teams:
        return tuple(f"tank_{number}" for number in range(players)), {}
    if players % 2:
        raise OptionError(f"players={players!r} with teams: choose 2, 4 or 6, half of them in each team")
    sides = {f"{team}_{number}": team for team in ("red", "blue") for number in range(players // 2)}
    return tuple(sides), sides
