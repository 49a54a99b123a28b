"""Sumo: get between the other one and the centre, then push; and know when to get back oneself."""

from __future__ import annotations

import cmath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from arena.games.sumo.game import GRIP_MPS2, RADIUS_M, THRUST_MPS2, Sumo
from arena.games.sumo.observation import SPEED_MPS
from arena.games.sumo.ring import start_radius
from controllers.scripts.physics import Hand, PhysicsScript, Reflexes


@dataclass(frozen=True, slots=True)
class Style:
    """What a level knows, besides its reflexes."""

    margin_m: float
    """It turns back where it would come to rest this near to the edge."""
    dash_gap_m: float
    """It dashes at others from this near."""
    inner: float
    """How well it must stand between the centre and the other one to push: cosine of the angle there; -1: it
    just charges.
    """
    ahead: float = 0.0
    """How much of its delay it makes up for by carrying on what it saw."""
    saves: bool = False
    """It dashes back when it slides out."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another wrestler who stands; metres and metres a second as complex numbers ``x + iy``."""

    place: complex
    velocity: complex
    dash: float


@dataclass(frozen=True, slots=True)
class Sight:
    """An observation in metres; see :class:`Rival`."""

    place: complex
    velocity: complex
    dash: float
    ring: float
    rivals: tuple[Rival, ...]


_OWN, _EACH = 9, 6
_BRAKE_MPS2 = THRUST_MPS2 + GRIP_MPS2


class SumoWrestler(PhysicsScript):
    """It goes for whoever is nearest, and counts the edge as near too."""

    controls = Sumo.controls
    buttons: ClassVar[frozenset[str]] = frozenset({"dash"})
    levels: ClassVar[Mapping[str, Reflexes]] = {
        "novice": Reflexes(delay_ticks=18, turn_per_tick=0.16, error=0.08),
        "club": Reflexes(delay_ticks=12, turn_per_tick=0.18, error=0.15),
        "master": Reflexes(delay_ticks=7, turn_per_tick=0.18, error=0.18),
    }
    styles: ClassVar[Mapping[str, Style]] = {
        "novice": Style(margin_m=1.1, dash_gap_m=0.8, inner=0.4, ahead=0.8),
        "club": Style(margin_m=0.7, dash_gap_m=1.2, inner=0.2, ahead=0.75, saves=True),
        "master": Style(margin_m=0.7, dash_gap_m=1.2, inner=0.2, ahead=0.6, saves=True),
    }

    def decide(self, agent: str, seen: NDArray[np.float64], hand: Hand) -> Sequence[float]:
        """See :meth:`PhysicsScript.decide`."""
        style = self.styles[self.level]
        sight = read(
            seen, mates=_mates(agent, len(seen)), ahead_s=style.ahead * self.reflexes.delay_ticks / 60
        )
        thrust, dash = self._back_inside(sight, style) or self._attack(sight, style, hand)
        thrust *= cmath.rect(1.0, hand.error[0])
        return thrust.real, thrust.imag, float(dash)

    @staticmethod
    def _back_inside(sight: Sight, style: Style) -> tuple[complex, bool] | None:
        """Where it would slide too near to the edge, or over it."""
        speed = abs(sight.velocity)
        rest = sight.place + sight.velocity * speed / (2 * _BRAKE_MPS2)
        reach = sight.ring - abs(rest)
        if reach > style.margin_m:
            return None
        return -unit(rest), style.saves and reach < 0.0 and sight.dash == 1.0

    def _attack(self, sight: Sight, style: Style, hand: Hand) -> tuple[complex, bool]:
        if not sight.rivals:
            return -sight.place, False
        rival = min(sight.rivals, key=lambda one: abs(one.place - sight.place))
        away = rival.place - sight.place
        towards, outwards = unit(away), unit(rival.place or away)
        gap = abs(away) - 2 * RADIUS_M
        closing = rival.velocity - sight.velocity
        if dot(towards, outwards) < style.inner:
            inside = outwards * max(0.0, abs(rival.place) - 2 * RADIUS_M - 0.5)
            return unit(inside - sight.place), False
        across = closing - dot(closing, towards) * towards
        thrust = unit(towards + across * 0.15)
        way = complex(hand.push[0], hand.push[1])
        aimed = dot(unit(way), towards) > 0.9 and abs(way) > 0.5
        return thrust, aimed and gap < style.dash_gap_m and sight.dash == 1.0


def read(seen: NDArray[np.float64], *, mates: int, ahead_s: float) -> Sight:
    """An observation in metres, carried on by ``ahead_s`` seconds as if nobody did anything; the first
    ``mates`` of the others are on the own side.
    """
    row = seen.tolist()
    players = (len(row) - _OWN) // _EACH + 1
    scale = start_radius(players)
    velocity = complex(row[2], row[3]) * SPEED_MPS
    place = complex(row[0], row[1]) * scale + velocity * ahead_s
    rivals = []
    for first in range(_OWN + _EACH * mates, len(row), _EACH):
        x, y, vx, vy, dash, stands = row[first : first + _EACH]
        if stands:
            motion = complex(vx, vy) * (2 * SPEED_MPS)
            off = complex(x, y) * (2 * scale) + motion * ahead_s
            rivals.append(Rival(place + off, velocity + motion, dash))
    return Sight(place, velocity, row[4], row[5] * scale, tuple(rivals))


@cache
def _mates(agent: str, entries: int) -> int:
    """How many of those whom ``agent`` sees are on its side."""
    players = (entries - _OWN) // _EACH + 1
    return 0 if agent.startswith("wrestler_") else players // 2 - 1


def unit(vector: complex) -> complex:
    """Of length 1; 0 stays 0."""
    length = abs(vector)
    return vector / length if length > 1e-9 else 0j


def dot(one: complex, other: complex) -> float:
    """The scalar product."""
    return one.real * other.real + one.imag * other.imag
