"""Opponents at air hockey: they block what comes fast at their goal and strike what lies in their half.

All of them know where their own mallet is by now, since they know what they asked of it. They differ in how
late they see the puck, in how steady their hand is, and in how well they foresee the way of the puck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, sin
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from arena.games.air_hockey.game import AirHockey
from arena.games.air_hockey.observation import make_observer
from arena.games.air_hockey.table import (
    GOAL_M,
    HEIGHT_M,
    MALLET_M,
    PUCK_MPS,
    REACH_M,
    TOP_MPS,
    WIDTH_M,
)
from controllers.scripts.air_hockey_motion import Mover, OwnMallet, ahead
from controllers.scripts.physics import Hand, PhysicsScript, Reflexes

_AT = PhysicsScript.places(make_observer(2, 1).features)
"""Where the entries stand; those of a match of two against two, which come last, are longer."""
_ALONE = len(make_observer(1, 1).features)
_RIVALS = (("rival_0_dx", "rival_0_dy"), ("rival_1_dx", "rival_1_dy"))

_GOAL_X, _POST_Y = WIDTH_M / 2, GOAL_M / 2
_WAIT_X = -5.8
"""Where a mallet waits to be served."""
_CORNER_X = -6.2
"""Behind this line a mallet cannot get behind the puck to strike it forward."""
_FAR_X = 0.3
"""A puck beyond this is out of reach."""
_LOOK_TICKS = (0, 4, 8, 13, 18, 24, 32, 42)


@dataclass(frozen=True, slots=True)
class Style:
    """What a level knows."""

    pace: float
    """Share of the top speed that it uses."""
    bounces: bool
    """It foresees how the puck comes off the boards."""
    aims: tuple[float, ...]
    """Where on the other goal's line it shoots, in metres from its middle: past whoever stands in the way
    with most room.
    """
    block_mps: float
    """A puck that comes faster than this is blocked, not struck."""
    keep_x: float
    """Where it stands to guard."""
    foresees: bool
    """It goes where the puck will cross that line, not where the puck is."""


_LOYALTY = 0.8
"""How much more room, in metres, a target needs before one that was taken is given up for it."""
_AIMS = (-1.4, 1.4)


class AirHockeyScript(PhysicsScript):
    """See the module."""

    controls = AirHockey.controls
    levels: ClassVar[Mapping[str, Reflexes]] = {
        "novice": Reflexes(delay_ticks=18, turn_per_tick=0.12, error=0.3),
        "club": Reflexes(delay_ticks=12, turn_per_tick=0.2, error=0.24),
        "master": Reflexes(delay_ticks=9, turn_per_tick=0.4, error=0.12),
    }
    styles: ClassVar[Mapping[str, Style]] = {
        "novice": Style(0.9, bounces=False, aims=_AIMS, block_mps=14.0, keep_x=-6.8, foresees=False),
        "club": Style(0.8, bounces=True, aims=_AIMS, block_mps=12.0, keep_x=-7.0, foresees=True),
        "master": Style(0.9, bounces=True, aims=_AIMS, block_mps=11.0, keep_x=-6.2, foresees=True),
    }

    def __init__(self, level: str, *, discrete: bool = False) -> None:
        super().__init__(level, discrete=discrete)
        self.style = self.styles[level]
        self._own: dict[str, OwnMallet] = {}
        self._height: dict[str, float] = {}

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """Forget everything; ``seed`` decides the errors."""
        super().reset(agents, seed)
        self._height.clear()
        self._own = {agent: OwnMallet(self.reflexes.delay_ticks) for agent in agents}

    def decide(self, agent: str, seen: NDArray[np.float64], hand: Hand) -> Sequence[float]:
        """Wait for the serve, guard or strike."""
        row: list[float] = seen.tolist()
        lag = len(hand.seen) - 1
        own = self._own[agent].now(_own(row), (hand.sent[0], hand.sent[1]), lag)
        if row[_AT["serve_in"]] > 0.0:
            return self._go(own, _WAIT_X if row[_AT["serve_to"]] > 0.0 else self.style.keep_x, 0.0)
        puck = ahead(_puck(row), lag, bounces=self.style.bounces)
        theirs = puck.x > _FAR_X and puck.vx > -1.0
        if theirs or puck.vx < -self.style.block_mps or _mate_is_nearer(row, own, puck):
            return self._guard(own, puck, hand)
        return self._strike(agent, own, puck, row, hand)

    # ---- what to do ---------------------------------------------------------------------------------------

    def _guard(self, own: Mover, puck: Mover, hand: Hand) -> Sequence[float]:
        """Be where the puck will cross the line before the goal, or between it and the goal."""
        line = self.style.keep_x
        y = puck.y * 0.35
        if puck.vx < -2.0 and puck.x > line:
            ticks = round((line + MALLET_M - puck.x) / puck.vx * 60.0) if self.style.foresees else 0
            y = ahead(puck, min(max(0, ticks), 90), bounces=self.style.bounces).y
        y += 2.0 * hand.error[1]
        limit = _POST_Y + 0.3
        return self._go(own, line, min(max(y, -limit), limit))

    def _strike(self, agent: str, own: Mover, puck: Mover, row: list[float], hand: Hand) -> Sequence[float]:
        """Get behind the puck, then drive through it to where it shall go."""
        meet = self._meeting(own, puck)
        to_x, to_y = self._aim(agent, meet, own, row, hand.error[0])
        away_x, away_y = meet.x - own.x, meet.y - own.y
        along, aside = away_x * to_x + away_y * to_y, away_y * to_x - away_x * to_y
        if along > 0.4 and abs(aside) < 0.2 + 0.15 * along:
            aside *= 3.0 / max(along, 1.0)
            push_x, push_y = to_x - aside * to_y, to_y + aside * to_x
            size = hypot(push_x, push_y) / self.style.pace
            return push_x / size, push_y / size
        if along < 0.6 and abs(aside) < REACH_M + 0.2:
            side = -1.0 if aside > 0.0 else 1.0
            apart = (REACH_M + 0.5) * side
            return self._go(own, meet.x - to_x - apart * to_y, meet.y - to_y + apart * to_x)
        behind = REACH_M + 0.5
        return self._go(own, meet.x - behind * to_x, meet.y - behind * to_y)

    def _meeting(self, own: Mover, puck: Mover) -> Mover:
        """Where the mallet can first be at the puck in its own half."""
        speed = self.style.pace * TOP_MPS / 60.0
        meet = puck
        for ticks in _LOOK_TICKS:
            meet = ahead(puck, ticks, bounces=self.style.bounces)
            if meet.x < 0.0 and hypot(meet.x - own.x, meet.y - own.y) - REACH_M < ticks * speed:
                break
        return meet

    def _aim(
        self, agent: str, meet: Mover, own: Mover, row: list[float], error: float
    ) -> tuple[float, float]:
        """The direction to strike in, of length 1."""
        if meet.x < _CORNER_X:
            to_x, to_y = 0.35, 1.0 if meet.y > 0.0 else -1.0
        else:
            rivals = _rivals(row, own)
            last = self._height.get(agent)
            height = max(self.style.aims, key=lambda y: _room(meet, y, rivals) + _LOYALTY * (y == last))
            self._height[agent] = height
            to_x, to_y = _GOAL_X - meet.x, height - meet.y
        size = hypot(to_x, to_y)
        to_x, to_y = to_x / size, to_y / size
        return to_x * cos(error) - to_y * sin(error), to_x * sin(error) + to_y * cos(error)

    def _go(self, own: Mover, x: float, y: float) -> Sequence[float]:
        """Towards a place, slower when near."""
        push_x, push_y = (x - own.x) * 0.9 - own.vx * 0.02, (y - own.y) * 0.9 - own.vy * 0.02
        size = max(1.0, hypot(push_x, push_y)) / self.style.pace
        return push_x / size, push_y / size


def _room(meet: Mover, height: float, rivals: Sequence[tuple[float, float]]) -> float:
    """How far from the nearest rival a shot at that height passes."""
    steep = (height - meet.y) / (_GOAL_X - meet.x)
    return min(abs(meet.y + steep * (x - meet.x) - y) for x, y in rivals)


def _own(row: list[float]) -> Mover:
    x, y = row[_AT["own_x"]] * WIDTH_M / 2, row[_AT["own_y"]] * HEIGHT_M / 2
    return Mover(x, y, row[_AT["own_vx"]] * TOP_MPS, row[_AT["own_vy"]] * TOP_MPS)


def _puck(row: list[float]) -> Mover:
    x, y = row[_AT["puck_x"]] * WIDTH_M / 2, row[_AT["puck_y"]] * HEIGHT_M / 2
    return Mover(x, y, row[_AT["puck_vx"]] * PUCK_MPS, row[_AT["puck_vy"]] * PUCK_MPS)


def _rivals(row: list[float], own: Mover) -> list[tuple[float, float]]:
    """Where they were seen."""
    was = _own(row)
    names = _RIVALS[:1] if len(row) == _ALONE else _RIVALS
    return [(was.x + row[_AT[x]] * WIDTH_M, was.y + row[_AT[y]] * HEIGHT_M) for x, y in names]


def _mate_is_nearer(row: list[float], own: Mover, puck: Mover) -> bool:
    if len(row) == _ALONE:
        return False
    was = _own(row)
    x, y = was.x + row[_AT["mate_0_dx"]] * WIDTH_M, was.y + row[_AT["mate_0_dy"]] * HEIGHT_M
    return hypot(x - puck.x, y - puck.y) < hypot(was.x - puck.x, was.y - puck.y)
