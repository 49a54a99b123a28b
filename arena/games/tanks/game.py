"""Tanks: the rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import cos, pi, sin
from struct import Struct
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from arena.errors import OptionError
from arena.games.physics import checks
from arena.games.physics.game import HZ, Game
from arena.games.physics.world import ANGLE, SPIN, VX, VY, X, Y
from arena.games.tanks import numbers as n
from arena.games.tanks.controls import CONTROLS
from arena.games.tanks.field import Field, bounces, feelers, sightlines
from arena.games.tanks.layouts import LAYOUTS
from arena.games.tanks.observation import Report, Seen
from arena.games.tanks.outcome import by_rank, verdict
from arena.games.tanks.scene import scene
from arena.games.tanks.shells import Path, Place, first_hit
from arena.games.tanks.sight import Eye, Watch, eye
from arena.games.tanks.walls import Array

LEAST, MOST = 2, 6
"""Tanks of a game."""
ANY_LAYOUT = "random"
_TICK_S = 1.0 / HZ
_PULL, _TWIST, _SLIDE = n.PULL * _TICK_S, n.TURN_PULL * _TICK_S, 1.0 - n.GRIP * _TICK_S
"""Of a tick: how much the engine and the tracks change a speed at most, and what is left of a slide."""
_RELOAD, _SUPPLY = round(n.RELOAD_S * HZ), round(n.SUPPLY_S * HZ)
_PER_HIT, _PER_SHELL, _PER_TICK = 1.0 / n.HEALTH, 1.0 / n.AMMUNITION, 1.0 / _RELOAD
_FARTHEST = 40.0
"""Metres at which the flare shows all of the field."""
_PARKED = 1000.0
_ROW = Struct("6d")
"""Of the world's table: packed, a row takes half the time that an array takes to read it from a list."""
_PRESSED = 0.5


class Tanks(Game):
    """The last tank, or team, that stands wins."""

    name = "tanks"
    controls = CONTROLS

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
        players, teams = checks.whole("players", players, LEAST, MOST), checks.flag("teams", teams)
        friendly_fire = checks.flag("friendly_fire", friendly_fire)
        max_seconds = checks.number("max_seconds", max_seconds, 10.0, 600.0)
        agents, sides = _seats(players, teams=teams)
        names = [one.name for one in LAYOUTS]
        if layout not in (ANY_LAYOUT, *names):
            raise OptionError(f"layout={layout!r}: choose {ANY_LAYOUT} or one of {', '.join(names)}")
        self.field = Field(players)
        super().__init__(agents, sides, self.field.world, round(max_seconds * HZ))
        self.tanks: Array = self.world.state[:players]
        """Their rows of the world's table."""
        self._memory = self.tanks.data
        self.shells = self.field.shells
        self._layouts = [names.index(layout)] if layout != ANY_LAYOUT else list(range(len(LAYOUTS)))
        team = [sides.get(agent, agent) for agent in agents]
        self.report = Report(team, [side == "blue" for side in sides.values()] or [False] * players)
        self.features = self.report.features
        mates = self.report.mates
        self._later = [[friendly_fire or not mate for mate in row] for row in mates]
        self._first = [[hurts and a != b for b, hurts in enumerate(row)] for a, row in enumerate(self._later)]
        """Whose shells can hurt whom: after the ricochet, and before it."""
        self._enemies = np.array(self.report.enemies, np.float64)
        self.health = [n.HEALTH] * players
        self.ammunition, self.reload, self.supply = ([0] * players for _ in range(3))
        self.armed = [True] * players
        """Whether the trigger was let go since the last shot."""
        self.place = np.zeros(players)
        """Order of going out, from 0; of those that stand: the number of tanks."""
        self.layout = 0
        self.witnesses: list[list[bool]] = []
        """Of each event kept: which tanks saw it."""
        self._paths: list[Path] = []
        self._before: list[Place] = []
        self._first_flare = round(n.FLARE_AT * self.max_ticks)

    # ---- playing ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """A field by chance, tanks opposite each other."""
        count = len(self.agents)
        self.layout = int(self._layouts[int(self.rng.integers(len(self._layouts)))])
        self.field.choose(self.layout)
        self.health, self.ammunition = [n.HEALTH] * count, [n.AT_START] * count
        self.reload, self.supply, self.armed = [0] * count, [0] * count, [True] * count
        self.place[:] = count
        self.witnesses.clear()
        self.shells.clear()
        left = np.array(LAYOUTS[self.layout].starts)[self.rng.permutation(3)[: (count + 1) // 2]]
        places = np.concatenate((left, -left))
        if not self.teams:
            places = places[self.rng.permutation(len(places))[:count]]
        tanks = self.tanks
        tanks[:] = 0.0
        tanks[:, :2] = places
        tanks[:, ANGLE] = np.where(places[:, 0] < 0.0, 0.0, pi) + self.rng.uniform(-pi / 2, pi / 2)

    @property
    def flare_m(self) -> float:
        """How far the flare shows every tank, in metres; 0 before it goes up."""
        ticks = self.world.ticks - self._first_flare
        return min(_FARTHEST, ticks * n.FLARE_SPEED / HZ) if ticks > 0 else 0.0

    def act(self, pushes: NDArray[np.float64]) -> None:
        """Drive, fire, and work out how the shells fly."""
        if self.world.ticks == self._first_flare:
            self.note("whistle", 0.0, 0.0)
        rows, wanted, new = self.tanks.tolist(), pushes.tolist(), []
        for tank, stands in enumerate(self.alive.tolist()):
            if stands:
                throttle, turn, fire = wanted[tank]
                _drive(rows[tank], throttle, turn)
                shell = self._trigger(tank, rows[tank], pressed=fire > _PRESSED)
                if shell >= 0:
                    new.append(shell)
                _ROW.pack_into(self._memory, tank * _ROW.size, *rows[tank])
        if self.shells.flying:
            self._before = [(row[X], row[Y]) for row in rows]
            self._paths = self.shells.fly(bounces(self.layout), new)

    def _trigger(self, tank: int, row: list[float], *, pressed: bool) -> int:
        """Load and, if it is wanted and possible, fire; the number of the shell, or -1."""
        if self.reload[tank]:
            self.reload[tank] -= 1
        if self.ammunition[tank] < n.AMMUNITION:
            self.supply[tank] += 1
            if self.supply[tank] >= _SUPPLY:
                self.supply[tank] = 0
                self.ammunition[tank] += 1
        if not pressed:
            self.armed[tank] = True
            return -1
        if not self.armed[tank] or self.reload[tank] or not self.ammunition[tank]:
            return -1
        x, y, angle = row[X], row[Y], row[ANGLE]
        shell = self.shells.fire(tank, x, y, angle)
        if shell < 0:
            return -1
        c, s = cos(angle), sin(angle)
        row[VX] -= n.RECOIL * c
        row[VY] -= n.RECOIL * s
        self.ammunition[tank] -= 1
        self.reload[tank], self.armed[tank] = _RELOAD, False
        self.note("shot", x + n.MUZZLE * c, y + n.MUZZLE * s, self.agents[tank])
        return shell

    def settle(self) -> None:
        """Ricochets, hits, and who is out."""
        if self._paths:
            before = list(self.health)
            self._strike(self._paths)
            self._paths = []
            if self.health != before:
                after = np.array(self.health)
                self.shaping += self._lead(after) - self._lead(np.array(before))
                out = self.alive & (after == 0)
                if out.any():
                    self._remove(out)
        del self.witnesses[: len(self.witnesses) - len(self.events)]

    def _strike(self, paths: list[Path]) -> None:
        """Shells hit tanks, earliest first, come back from walls, or burst at them."""
        shells, places = self.shells, self.tanks[:, :2].tolist()
        ways = [
            (tank, self._before[tank], places[tank])
            for tank, stands in enumerate(self.alive.tolist())
            if stands
        ]
        hits = []
        for path in paths:
            owner = path.shell // n.IN_FLIGHT
            later = self._later[owner]
            hit = first_hit(path, ways, later if shells.spent[path.shell] else self._first[owner], later)
            if hit is not None:
                hits.append(hit)
            elif path.met:
                self._ricochet(path, self.agents[owner])
        for hit in sorted(hits):
            self.tanks[hit.tank, VX : VY + 1] += shells.state[hit.shell, VX : VY + 1] * (
                n.KNOCK / n.SHELL_SPEED
            )
            self.health[hit.tank] = max(0, self.health[hit.tank] - 1)
            shells.stop(hit.shell)
            self.note("hit", hit.x, hit.y, self.agents[hit.tank])

    def _ricochet(self, path: Path, owner: str) -> None:
        if path.bursts:
            self.shells.stop(path.shell)
            self.note("wall", *path.end, owner, 0.5)
        else:
            self.shells.spent[path.shell] = True
            self.note("bounce", *path.turn, owner, 0.5)

    def _lead(self, health: NDArray[np.int_]) -> Array:
        """The potential of shaping: own health against that of all enemies, 1 and -1 at most."""
        lead: Array = (health - self._enemies @ health / self._enemies.sum(axis=1)) * (1.0 / n.HEALTH)
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
            worth = self.place + np.array(self.health) * self.alive
            self.rewards[:] = by_rank(worth, len(self.agents)) * self.alive
        top = worth == worth.max()
        if top.sum() == 1 or (self.teams and not top.all()):
            self._cheer([agent for agent, wins in zip(self.agents, top & self.alive, strict=True) if wins])

    def _team_health(self, team: str) -> int:
        left = zip(self.agents, self.health, strict=True)
        return sum(health for agent, health in left if self.teams[agent] == team)

    def _cheer(self, winners: list[str]) -> None:
        for agent in winners:
            row = self.tanks[self.agents.index(agent)]
            self.note("win", float(row[X]), float(row[Y]), agent)

    # ---- telling ------------------------------------------------------------------------------------------

    def standing(self) -> list[str]:
        """Who is still in."""
        return [agent for agent, alive in zip(self.agents, self.alive.tolist(), strict=True) if alive]

    def eyes(self) -> list[Eye]:
        """What each tank looks with."""
        return [eye(x, y, angle) for x, y, angle in self.tanks[:, :3].tolist()]

    def look(self, *, harmful: bool = False) -> Seen:
        """What everybody sees; of shells all, or only those that can do harm to who looks."""
        tanks, shells = self.tanks.tolist(), self._in_flight()
        eyes = [eye(x, y, angle) for x, y, angle, _, _, _ in tanks]
        watch = Watch(sightlines(self.layout), self.flare_m)
        standing = [tank for tank, stands in enumerate(self.alive.tolist()) if stands]
        tanks_of: list[list[int]] = [[] for _ in tanks]
        shells_of: list[list[int]] = [[] for _ in tanks]
        for viewer in standing:
            one, mates = eyes[viewer], self.report.mates[viewer]  # mates always know of each other
            tanks_of[viewer] = [
                other
                for other in standing
                if other != viewer and (mates[other] or watch.tank(one, eyes[other].x, eyes[other].y))
            ]
            if shells:
                shells_of[viewer] = [
                    shell
                    for shell, row in shells.items()
                    if (not harmful or self._hurts(shell, viewer)) and watch.point(one, row[0], row[1])
                ]
        return Seen(standing, eyes, tanks, self.health, tanks_of, shells, shells_of)

    def _in_flight(self) -> dict[int, tuple[float, ...]]:
        """Number of a shell -> place, speed, whether it has ricocheted."""
        if not self.shells.flying:
            return {}
        rows = self.shells.state.tolist()
        shells: dict[int, tuple[float, ...]] = {}
        for shell in self.shells.flying:
            x, y, _, vx, vy, _ = rows[shell]
            shells[shell] = x, y, vx, vy, float(self.shells.spent[shell])
        return shells

    def note(self, kind: str, x: float, y: float, agent: str = "", power: float = 1.0) -> None:
        """As in every game; and note who sees it."""
        super().note(kind, x, y, agent, power)
        watch = Watch(sightlines(self.layout), self.flare_m)
        inside = abs(x) <= n.WIDTH / 2 and abs(y) <= n.HEIGHT / 2  # a muzzle may stick in a wall
        eyes = zip(self.eyes(), self.alive.tolist(), strict=True)
        self.witnesses.append([inside and stands and watch.point(one, x, y) for one, stands in eyes])

    def observe(self) -> NDArray[np.float32]:
        """See the base class."""
        seen, feel = self.look(harmful=True), feelers(self.layout)
        left, flare = 1.0 - self.world.ticks / self.max_ticks, self.flare_m / n.WIDTH
        mine = [
            (
                self.health[tank] * _PER_HIT,
                self.ammunition[tank] * _PER_SHELL,
                self.reload[tank] * _PER_TICK,
                float(self.armed[tank]),
                left,
                flare,
            )
            for tank in seen.standing
        ]
        free = [feel.free(seen.eyes[tank]) for tank in seen.standing]
        return self.report.table(seen, mine, self.layout, free)

    def _hurts(self, shell: int, tank: int) -> bool:
        whom = self._later if self.shells.spent[shell] else self._first
        return whom[shell // n.IN_FLIGHT][tank]

    def scores(self) -> dict[str, float]:
        """Order of going out, then health; of a team the health that is left."""
        rows = zip(self.agents, self.health, self.alive.tolist(), self.place.tolist(), strict=True)
        return {
            agent: (health if stands else 0) + (0.0 if self.teams else place)
            for agent, health, stands, place in rows
        }

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
            "place": self.place.tolist(),
            **{name: list(getattr(self, name)) for name in _COUNTED},
            "flying": list(self.shells.flying),
            "spent": list(self.shells.spent),
        }

    def set_counters(self, counters: Mapping[str, Any]) -> None:
        """See the base class."""
        self.layout = int(counters["layout"])
        self.field.choose(self.layout)
        self.witnesses = [list(seen) for seen in counters["witnesses"]]
        self.place[:] = counters["place"]
        for name in _COUNTED:
            setattr(self, name, list(counters[name]))
        self.shells.flying, self.shells.spent = list(counters["flying"]), list(counters["spent"])
        self._paths = []


_COUNTED = ("health", "ammunition", "reload", "supply", "armed")


def _drive(row: list[float], throttle: float, turn: float) -> None:
    """Tracks: quick along, hardly sideways, and able to turn on the spot. Changes ``row``."""
    angle, vx, vy, spin = row[ANGLE], row[VX], row[VY], row[SPIN]
    c, s = cos(angle), sin(angle)
    ahead, right = vx * c + vy * s, (vy * c - vx * s) * _SLIDE
    wanted = throttle * (n.FORWARD if throttle > 0.0 else n.REVERSE)
    ahead += min(_PULL, max(-_PULL, wanted - ahead))
    row[VX], row[VY] = ahead * c - right * s, ahead * s + right * c
    row[SPIN] = spin + min(_TWIST, max(-_TWIST, turn * n.TURN - spin))


def _seats(players: int, *, teams: bool) -> tuple[tuple[str, ...], dict[str, str]]:
    """The agents, and the team of each where there are teams."""
    if not teams:
        return tuple(f"tank_{number}" for number in range(players)), {}
    if players % 2:
        raise OptionError(f"players={players!r} with teams: choose 2, 4 or 6, half of them in each team")
    sides = {f"{team}_{number}": team for team in ("red", "blue") for number in range(players // 2)}
    return tuple(sides), sides
