"""Tanks: find the other one, aim where it will be, and get out of the way of shells."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import atan2, cos, hypot, pi, sin
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from arena.games.tanks.game import Tanks as Game
from arena.games.tanks.layouts import LAYOUTS
from arena.games.tanks.numbers import (
    FORWARD,
    HEIGHT,
    RADIUS,
    RELOAD_S,
    SHELL_SPEED,
    SIGHT,
    TURN,
    TURN_PULL,
    WIDTH,
)
from arena.games.tanks.observation import FAST, SHELLS, features
from controllers.scripts.physics import Hand, PhysicsScript, Reflexes
from controllers.scripts.tanks_map import Place, clear, towards

_TICK_S = 1.0 / 60.0
_OWN = PhysicsScript.places(features(1, 0))
"""Where the entries stand that every observation has."""
_FIELD = _OWN[f"layout_{LAYOUTS[0].name}"]
_ENEMY, _ENEMY_ENTRIES, _SHELL_ENTRIES = _OWN["enemy_0_seen"], 8, 6
_ALONE = "tank_"
"""So agents are called who have no mates."""
_STUCK_TICKS, _BACK_TICKS = 40, 30
_TWIST = TURN_PULL / TURN * _TICK_S
"""How much of its fastest turn a tank gains or loses in a tick."""
_EASE = 0.1
"""At what stands still it aims with this share of its error, and for this share of its time."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a level knows, besides its reflexes."""

    foresight: float
    """How much of its delay it makes up for by carrying on what it saw and did."""
    lead: float
    """How well it aims ahead of what moves: 1 is right."""
    gain: float
    """Turn for each radian that it is off."""
    calm: float
    """It fires when its aim is off by no more than this, in radii of the target."""
    steady_ticks: int
    """It fires at what drives at full speed once its aim has been good for so long."""
    keep_m: float
    """The distance it likes to fight at."""
    dodge_s: float = 0.0
    """It gets out of the way of shells that are this near, in seconds."""
    weaves: bool = False
    """It keeps moving while it fights."""
    memory_s: float = 2.0
    """It goes for where it saw someone for so long."""


@dataclass(slots=True)
class Mind:
    """What one tank remembers within an episode."""

    turns: deque[float]
    """Its own turns of the ticks that it has not seen yet."""
    rounds: list[Place]
    """Where it looks for others, in this order."""
    last: Place | None = None
    """Where it saw someone last, and how many ticks ago."""
    ago: int = 0
    still: int = 0
    """For how many ticks it has driven without getting anywhere; below 0, it backs out."""
    tick: int = 0
    steady: int = 0
    """For how many ticks its aim has been good."""
    spin: float = 0.0
    """How fast it turns, as a share of the most."""


@dataclass(slots=True)
class Sight:
    """An observation in metres, carried on to now."""

    layout: int
    place: Place
    heading: float
    velocity: Place
    ready: bool
    enemies: list[tuple[Place, Place]] = field(default_factory=list)
    """Place and velocity of each."""
    shells: list[tuple[Place, Place]] = field(default_factory=list)


class Tanks(PhysicsScript):
    """The levels differ in what :class:`Style` says and in their reflexes."""

    controls = Game.controls
    buttons = frozenset({"fire"})
    levels: ClassVar[Mapping[str, Reflexes]] = {
        "novice": Reflexes(18, 0.1, 0.21),
        "club": Reflexes(12, 0.25, 0.08),
        "master": Reflexes(6, 0.5, 0.02),
    }
    styles: ClassVar[Mapping[str, Style]] = {
        "novice": Style(
            foresight=0.9,
            lead=0.0,
            gain=1.2,
            calm=1.2,
            steady_ticks=20,
            keep_m=12.0,
            dodge_s=1.0,
            memory_s=2.0,
        ),
        "club": Style(
            foresight=0.9,
            lead=0.9,
            gain=1.6,
            calm=1.0,
            steady_ticks=9,
            keep_m=8.0,
            dodge_s=0.8,
            weaves=True,
            memory_s=3.0,
        ),
        "master": Style(
            foresight=1.0,
            lead=1.0,
            gain=2.5,
            calm=0.9,
            steady_ticks=0,
            keep_m=7.0,
            dodge_s=1.0,
            weaves=True,
            memory_s=5.0,
        ),
    }

    def __init__(self, level: str, *, discrete: bool = False) -> None:
        """See :class:`PhysicsScript`."""
        super().__init__(level, discrete=discrete)
        self._style = self.styles[level]
        self._minds: dict[str, Mind] = {}

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """See the base class."""
        super().reset(agents, seed)
        delay = max(1, self.reflexes.delay_ticks)
        self._minds = {}
        for agent in agents:
            order = self._hands[agent].rng.permutation(len(_ROUNDS))
            self._minds[agent] = Mind(deque([0.0] * delay, maxlen=delay), [_ROUNDS[one] for one in order])

    def decide(self, agent: str, seen: NDArray[np.float64], hand: Hand) -> Sequence[float]:
        """Dodge first, then fight who is in sight, else go and look."""
        mind, style = self._minds[agent], self._style
        mind.turns.append(self._turned(mind, hand.sent[1]))
        mind.tick += 1
        sight = self._read(seen, mind, teams=not agent.startswith(_ALONE))
        if mind.tick == 1:  # others begin opposite: look there first, then in the middle
            mind.rounds.sort(key=lambda place: _sign(place[0] * sight.place[0]))
        throttle, turn, fire = self._fight_or_hunt(sight, mind, hand)
        if style.dodge_s:
            throttle = self._dodge(sight, throttle)
        return throttle, turn, float(fire and hand.sent[2] < 0.5)

    def _turned(self, mind: Mind, asked: float) -> float:
        """How far it turned in the tick before; listed turns are all or nothing, and take some ticks."""
        if self.discrete:
            mind.spin += min(_TWIST, max(-_TWIST, asked - mind.spin))
            return mind.spin
        return asked

    # ---- seeing -------------------------------------------------------------------------------------------

    def _read(self, seen: NDArray[np.float64], mind: Mind, *, teams: bool) -> Sight:
        entries = seen.tolist()
        late_s = self.reflexes.delay_ticks * _TICK_S * self._style.foresight
        c, s = entries[2], entries[3]
        x, y = entries[0] * WIDTH / 2, entries[1] * HEIGHT / 2
        vx, vy = _unturned(c, s, entries[4] * FAST, entries[5] * FAST)
        heading = atan2(s, c) + sum(mind.turns) * TURN * _TICK_S * self._style.foresight
        sight = Sight(
            int(seen[_FIELD : _FIELD + len(LAYOUTS)].argmax()),
            (x + vx * late_s, y + vy * late_s),
            heading,
            (vx, vy),
            ready=entries[_OWN["reload"]] * RELOAD_S <= late_s and entries[_OWN["ammunition"]] > 0.0,
        )

        def carried(at: int, fast: int, unit: float) -> tuple[Place, Place]:
            right, down = _unturned(c, s, entries[at + 1] * SIGHT, entries[at + 2] * SIGHT)
            speed_x, speed_y = _unturned(c, s, entries[fast] * unit, entries[fast + 1] * unit)
            return (x + right + speed_x * late_s, y + down + speed_y * late_s), (speed_x, speed_y)

        enemies, shells = _blocks(len(entries), teams=teams)
        sight.enemies = [carried(at, at + 5, FAST) for at in enemies if entries[at]]
        sight.shells = [carried(at, at + 3, SHELL_SPEED) for at in shells if entries[at]]
        return sight

    # ---- doing --------------------------------------------------------------------------------------------

    def _fight_or_hunt(self, sight: Sight, mind: Mind, hand: Hand) -> tuple[float, float, bool]:
        if sight.enemies:
            place, velocity = sight.enemies[0]
            mind.last, mind.ago = place, 0
            if clear(sight.layout, sight.place, place):
                return self._fight(sight, place, velocity, mind, hand)
        mind.ago += 1
        if mind.last is not None:
            near = hypot(mind.last[0] - sight.place[0], mind.last[1] - sight.place[1]) < 2.0
            if mind.ago > self._style.memory_s * 60 or (near and not sight.enemies):
                mind.last = None
        return (*self._hunt(sight, mind), False)

    def _fight(
        self, sight: Sight, place: Place, velocity: Place, mind: Mind, hand: Hand
    ) -> tuple[float, float, bool]:
        style = self._style
        far = hypot(place[0] - sight.place[0], place[1] - sight.place[1])
        flight_s = far / SHELL_SPEED * style.lead
        aim = (place[0] + velocity[0] * flight_s, place[1] + velocity[1] * flight_s)
        hard = _EASE + (1.0 - _EASE) * min(1.0, hypot(*velocity) / FORWARD)
        off = _bearing(sight, aim) + hand.error[0] * hard
        mind.steady = mind.steady + 1 if abs(off) < style.calm * RADIUS / max(1.0, far) else 0
        fire = sight.ready and mind.steady > style.steady_ticks * hard
        if far > style.keep_m + 1.5:
            throttle = 1.0 if abs(off) < 0.8 else 0.3
        elif far < style.keep_m - 1.5:
            throttle = -1.0
        else:
            throttle = (1.0 if mind.tick // 40 % 2 else -1.0) if style.weaves else 0.0
        return throttle, off * style.gain, fire

    def _hunt(self, sight: Sight, mind: Mind) -> tuple[float, float]:
        """Drive to where someone was last, or round the field."""
        if mind.last is not None:
            goal = mind.last
        else:
            goal = mind.rounds[0]
            if hypot(goal[0] - sight.place[0], goal[1] - sight.place[1]) < 2.5:
                mind.rounds.append(mind.rounds.pop(0))
                goal = mind.rounds[0]
        if mind.still < 0:
            mind.still += 1
            return -1.0, 0.6
        off = _bearing(sight, towards(sight.layout, sight.place, goal))
        throttle = 1.0 if abs(off) < 0.5 else max(0.0, 0.9 - abs(off))
        crawls = hypot(*sight.velocity) < 0.1 * FORWARD and throttle > 0.5
        mind.still = mind.still + 1 if crawls else 0
        if mind.still > _STUCK_TICKS:
            mind.still = -_BACK_TICKS
        return throttle, off * self._style.gain

    def _dodge(self, sight: Sight, throttle: float) -> float:
        """Drive ahead or back, whichever takes it out of the way of a shell."""
        c, s = cos(sight.heading), sin(sight.heading)
        for place, (vx, vy) in sight.shells:
            way_x, way_y = place[0] - sight.place[0], place[1] - sight.place[1]
            soon_s = -(way_x * vx + way_y * vy) / (SHELL_SPEED * SHELL_SPEED)
            aside = (way_x * -vy + way_y * vx) / SHELL_SPEED
            if 0.0 < soon_s < self._style.dodge_s and abs(aside) < RADIUS + 0.6:
                across = (c * -vy + s * vx) / SHELL_SPEED
                return -1.0 if aside * across > 0.0 else 1.0
        return throttle


_ROUNDS = (*LAYOUTS[0].starts, *((-x, -y) for x, y in LAYOUTS[0].starts), (0.0, 5.5), (0.0, -5.5))
"""Where there may be someone."""


@cache
def _blocks(length: int, *, teams: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where the entries of enemies and of shells begin in an observation of that length."""
    shells = length - SHELLS * _SHELL_ENTRIES
    tanks = (shells - _ENEMY) // _ENEMY_ENTRIES
    enemies = (tanks + 1) // 2 if teams else tanks
    return tuple(range(_ENEMY, _ENEMY + enemies * _ENEMY_ENTRIES, _ENEMY_ENTRIES)), tuple(
        range(shells, length, _SHELL_ENTRIES)
    )


def _sign(value: float) -> int:
    return (value > 0.0) - (value < 0.0)


def _unturned(c: float, s: float, ahead: float, right: float) -> Place:
    """From a tank's own frame to the field's."""
    return ahead * c - right * s, ahead * s + right * c


def _bearing(sight: Sight, place: Place) -> float:
    """How far to the right of ahead a place is, -pi to pi."""
    off = atan2(place[1] - sight.place[1], place[0] - sight.place[0]) - sight.heading
    return (off + pi) % (2 * pi) - pi
