"""Where a mallet and the puck will be at air hockey, for scripts: by the game's own figures, and as well as a
person could tell; spin and mallets in the way are left out.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import hypot

from arena.games.air_hockey.game import DRAG
from arena.games.air_hockey.table import (
    GOAL_M,
    HEIGHT_M,
    MALLET_M,
    PUCK_M,
    PULL_MPS2,
    TOP_MPS,
    WALL_BOUNCE,
    WIDTH_M,
)
from arena.games.physics.game import HZ

_END_X, _SIDE_Y = WIDTH_M / 2 - PUCK_M, HEIGHT_M / 2 - PUCK_M
"""Where the middle of the puck turns round."""
_OWN_X, _OWN_Y = (MALLET_M - WIDTH_M / 2, -MALLET_M), HEIGHT_M / 2 - MALLET_M
_PULL = PULL_MPS2 / HZ


@dataclass(slots=True)
class Mover:
    """A mallet or the puck, in metres and metres a second, its player's attack to the right."""

    x: float
    y: float
    vx: float
    vy: float


def ahead(puck: Mover, ticks: int, *, bounces: bool) -> Mover:
    """The puck after so many ticks. Without ``bounces`` it is taken to stop at the boards."""
    if not ticks:
        return puck
    left = DRAG**ticks
    way_s = (1.0 - left) / (1.0 - DRAG) / HZ
    x, y, vx, vy = puck.x + puck.vx * way_s, puck.y + puck.vy * way_s, puck.vx * left, puck.vy * left
    if not bounces:
        return Mover(min(max(x, -_END_X), _END_X), min(max(y, -_SIDE_Y), _SIDE_Y), vx, vy)
    y, vy = _turned(y, vy, _SIDE_Y)
    if abs(y) > GOAL_M / 2 or x > 0.0:
        x, vx = _turned(x, vx, _END_X)
    return Mover(x, y, vx, vy)


def _turned(at: float, speed: float, wall: float) -> tuple[float, float]:
    while abs(at) > wall:
        edge = wall if at > 0.0 else -wall
        at, speed = edge - (at - edge) * WALL_BOUNCE, -speed * WALL_BOUNCE
    return at, speed


class OwnMallet:
    """Knows where the own mallet is by now, though it is seen late: from what was asked of it since."""

    def __init__(self, lag: int) -> None:
        """``lag``: how many ticks late it is seen at most."""
        self._asked: deque[tuple[float, float]] = deque(maxlen=lag)
        self._thought: deque[Mover] = deque(maxlen=lag + 1)

    def now(self, seen: Mover, asked: tuple[float, float], lag: int) -> Mover:
        """``seen``: the mallet as it was ``lag`` ticks ago; ``asked``: the push of the tick before."""
        if not lag:
            self._thought.append(seen)
            return seen
        self._asked.append(asked)
        thought = self._thought[0]
        if len(self._thought) > lag:
            thought = self._thought[-lag]
        if abs(thought.vx - seen.vx) + abs(thought.vy - seen.vy) + abs(thought.x - seen.x) < 1e-3:
            own = moved(self._thought[-1], asked)
        else:
            own = seen
            for push in self._asked:
                own = moved(own, push)
        self._thought.append(own)
        return own


def moved(mallet: Mover, push: tuple[float, float]) -> Mover:
    """A mallet after a tick in which it was asked for ``push``."""
    push_x, push_y = push
    size = hypot(push_x, push_y)
    top = TOP_MPS / size if size > 1.0 else TOP_MPS
    vx, vy = mallet.vx, mallet.vy
    change_x, change_y = push_x * top - vx, push_y * top - vy
    size = hypot(change_x, change_y)
    share = _PULL / size if size > _PULL else 1.0
    x, y = mallet.x, mallet.y
    to_x = min(max(x + (vx + change_x * share) / HZ, _OWN_X[0]), _OWN_X[1])
    to_y = min(max(y + (vy + change_y * share) / HZ, -_OWN_Y), _OWN_Y)
    return Mover(to_x, to_y, (to_x - x) * HZ, (to_y - y) * HZ)
