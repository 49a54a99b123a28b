"""Soccer as a team: the one who is there first goes to the ball, one guards the way to the goal, the others
offer themselves for a pass.

Nobody tells the others anything: each works out from what it sees who is nearest, so a person who runs for
the ball is given room. All lengths are in metres, seen from the middle of the pitch, attacking to the right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from arena.games.soccer import pitch
from arena.games.soccer.controls import CONTROLS
from arena.games.soccer.motion import ROLL_PER_S, TOP_MPS
from controllers.scripts.physics import Hand, PhysicsScript, Reflexes
from controllers.scripts.soccer_sight import Body, Sight

_TOUCH_M = pitch.PLAYER_M + pitch.BALL_M
_TURN_S = 0.25
"""A player comes where it is after this time at its present speed, however it pushes."""
_STEP_S = 0.15
_STEPS = 16
"""How far the ball's way is thought ahead."""
THINK_TICKS = 3
"""It makes up its mind so often."""
_IDLE_S = 0.7
"""Added to the time that a mate needs who does not go for the ball."""


_ROOM_M = 4.0
"""Nobody else comes nearer to the ball than this."""


@dataclass(frozen=True, slots=True)
class Craft:
    """What a level knows of the game."""

    foresight: float
    """Share of its own delay that it makes up for by thinking ahead."""
    intercepts: bool
    """Runs to where the ball will be."""
    kick_within: float
    """It kicks when the ball is less than this beside the line of its aim, as a share of the way to it."""
    passes: bool
    """Passes to a mate who is free and further up."""
    range_m: float
    """From how far it shoots."""


class Soccer(PhysicsScript):
    """``script:soccer/...``."""

    controls = CONTROLS
    buttons = frozenset({"boost"})
    levels: ClassVar[Mapping[str, Reflexes]] = {
        "novice": Reflexes(delay_ticks=18, turn_per_tick=0.12, error=0.32),
        "club": Reflexes(delay_ticks=12, turn_per_tick=0.35, error=0.1),
        "master": Reflexes(delay_ticks=8, turn_per_tick=0.25, error=0.3),
    }
    crafts: ClassVar[Mapping[str, Craft]] = {
        "novice": Craft(0.5, intercepts=False, kick_within=0.35, passes=False, range_m=9.0),
        "club": Craft(0.95, intercepts=True, kick_within=0.4, passes=False, range_m=18.0),
        "master": Craft(0.8, intercepts=True, kick_within=0.4, passes=True, range_m=18.0),
    }

    def __init__(self, level: str, *, discrete: bool = False) -> None:
        """See the base class."""
        super().__init__(level, discrete=discrete)
        self.craft = self.crafts[level]
        self._chasing: dict[str, bool] = {}
        self._wishes: dict[str, tuple[int, tuple[float, float, float]]] = {}

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """See the base class."""
        super().reset(agents, seed)
        self._chasing.clear()
        self._wishes.clear()

    def decide(self, agent: str, seen: NDArray[np.float64], hand: Hand) -> Sequence[float]:
        """See the base class; it keeps to what it wants for :data:`THINK_TICKS`."""
        ticks, wish = self._wishes.get(agent, (0, (0.0, 0.0, 0.0)))
        if ticks % THINK_TICKS == 0:
            wish = self._wish(agent, seen, hand)
        self._wishes[agent] = ticks + 1, wish
        return wish

    def _wish(self, agent: str, seen: NDArray[np.float64], hand: Hand) -> tuple[float, float, float]:
        sight = Sight.read(seen, self.craft.foresight * self.reflexes.delay_ticks / 60)
        if sight.waits:
            return 0.0, 0.0, 0.0
        way = ball_way(sight.ball) if self.craft.intercepts else [(sight.ball.x, sight.ball.y)]
        own_s, meeting = time_to(sight.me, way)
        mates_s = [time_to(mate, way)[0] + _idle_s(mate, sight.ball) for mate in sight.mates]
        margin_s = 0.12 if self._chasing.get(agent) else -0.12
        chases = not mates_s or own_s < min(mates_s) + margin_s
        self._chasing[agent] = chases
        if chases:
            return self._chase(sight, meeting, hand)
        return self._hold(sight, min(range(len(mates_s)), key=mates_s.__getitem__))

    # ---- at the ball --------------------------------------------------------------------------------------

    def _chase(self, sight: Sight, meeting: tuple[float, float], hand: Hand) -> tuple[float, float, float]:
        me, ball = sight.me, Body(*meeting, sight.ball.vx, sight.ball.vy)
        aim_x, aim_y = self._aim(sight, ball)
        to_x, to_y = unit(aim_x - ball.x, aim_y - ball.y)
        if wedged(sight):
            return (*unit(sight.ball.x - me.x, sight.ball.y - me.y), 1.0)
        to_x, to_y = unit(to_x - hand.error[0] * to_y, to_y + hand.error[0] * to_x)
        at_x, at_y = ball.x - me.x, ball.y - me.y
        along, aside = at_x * to_x + at_y * to_y, at_x * to_y - at_y * to_x
        if along > 0.4 and abs(aside) < max(0.25, 0.45 * along):
            # Behind it: through the ball, and into line with it on the way.
            x, y = ball.x + to_x + 1.2 * aside * to_y, ball.y + to_y - 1.2 * aside * to_x
            push_x, push_y = unit(x - me.x, y - me.y)
        else:
            push_x, push_y = self._behind(me, ball, (to_x, to_y), along, aside)
        return push_x, push_y, self._boost(sight, (to_x, to_y), hand)

    @staticmethod
    def _behind(
        me: Body, ball: Body, to: tuple[float, float], along: float, aside: float
    ) -> tuple[float, float]:
        """The push that leads round the ball to where it can be struck from."""
        x, y = ball.x - to[0] * (_TOUCH_M + 0.5), ball.y - to[1] * (_TOUCH_M + 0.5)
        if along < 0.6 and abs(aside) < _TOUCH_M + 0.7:
            side = 1.0 if aside < 0 else -1.0
            if abs(ball.y - to[0] * side * 2.0) > pitch.HALF_WIDTH_M - pitch.PLAYER_M:
                side = -side
            x, y = x + to[1] * side * 2.0, y - to[0] * side * 2.0
        edge_x, edge_y = pitch.HALF_LENGTH_M - pitch.PLAYER_M, pitch.HALF_WIDTH_M - pitch.PLAYER_M
        x, y = min(edge_x, max(-edge_x, x)), min(edge_y, max(-edge_y, y))
        return steer(me, x, y, ball.vx, ball.vy)

    def _boost(self, sight: Sight, to: tuple[float, float], hand: Hand) -> float:
        """Whether to press: to kick the ball where it is wanted."""
        me, ball = sight.me, sight.ball
        at_x, at_y = ball.x - me.x, ball.y - me.y
        gap = hypot(at_x, at_y) - _TOUCH_M + 0.5 * hand.error[1]
        along, aside = at_x * to[0] + at_y * to[1], abs(at_x * to[1] - at_y * to[0])
        if gap < 0.6 and along > 0 and aside < self.craft.kick_within * along:
            far = hypot(pitch.HALF_LENGTH_M - ball.x, ball.y)
            return 1.0 if far < self.craft.range_m or ball.x < -4.0 else 0.0
        return 0.0

    def _aim(self, sight: Sight, ball: Body) -> tuple[float, float]:
        """Where the ball should go."""
        line = pitch.HALF_LENGTH_M
        if ball.x < -8.0 and abs(ball.y) < 6.0:
            return 0.0, (8.0 if ball.y >= 0 else -8.0)
        if self.craft.passes and line - ball.x > 11.0:
            for mate in sight.mates:
                if mate.x > ball.x + 3.0 and free(mate, ball, sight.rivals):
                    return mate.x + 1.5, mate.y
        return line, 0.0

    # ---- away from the ball -------------------------------------------------------------------------------

    def _hold(self, sight: Sight, chaser: int) -> tuple[float, float, float]:
        """Guard the goal if no mate but the one at the ball is further back; else be free for a pass."""
        me, ball = sight.me, sight.ball
        others = sorted((mate for at, mate in enumerate(sight.mates) if at != chaser), key=lambda one: one.x)
        if not others or me.x <= others[0].x:
            return self._guard(sight)
        upper = me.y < others[1].y if len(others) > 1 else ball.y > 0
        x = min(pitch.HALF_LENGTH_M - 4.0, max(-9.0, ball.x + 5.0))
        y = min(6.5, max(-6.5, ball.y + (-6.5 if upper else 6.5)))
        if hypot(x - ball.x, y - ball.y) < _ROOM_M:
            x = ball.x - _ROOM_M
        return (*steer(me, x, y), 0.0)

    def _guard(self, sight: Sight) -> tuple[float, float, float]:
        """Stand between the ball and the goal, nearer to the goal the nearer the ball comes."""
        me, ball = sight.me, sight.ball
        home = -pitch.HALF_LENGTH_M
        if self.craft.intercepts and ball.vx < -6.0:
            time_s = (me.x - ball.x) / ball.vx
            if 0.0 < time_s < 1.2:
                y = ball.y + ball.vy * time_s
                return (*steer(me, me.x - 0.3, min(4.0, max(-4.0, y))), 0.0)
        share = 0.5
        x = max(home + 1.3, home + share * (ball.x - home))
        y = share * ball.y * (1.0 if ball.x > -6.0 else 0.8)
        return (*steer(me, x, y), 0.0)


# ---- geometry -------------------------------------------------------------------------------------------


def unit(x: float, y: float) -> tuple[float, float]:
    """The same way, of length 1; to the right where there is none."""
    length = hypot(x, y)
    return (x / length, y / length) if length > 1e-9 else (1.0, 0.0)


def wedged(sight: Sight) -> bool:
    """The ball is stuck between the player, who touches it, and a wall or an opponent, and may be kicked on:
    not towards the own goal.
    """
    me, ball = sight.me, sight.ball
    x, y = ball.x - me.x, ball.y - me.y
    if hypot(x, y) > _TOUCH_M + 0.7 or hypot(ball.vx, ball.vy) > 3.0:
        return False
    home_x, home_y = unit(-pitch.HALF_LENGTH_M - ball.x, -ball.y)
    if ball.x < 0.0 and (x * home_x + y * home_y) > 0.5 * hypot(x, y):
        return False
    if abs(ball.x) > pitch.HALF_LENGTH_M - 1.5 or abs(ball.y) > pitch.HALF_WIDTH_M - 1.5:
        return True
    return any(hypot(rival.x - ball.x, rival.y - ball.y) < _TOUCH_M + 0.3 for rival in sight.rivals)


def steer(me: Body, x: float, y: float, vx: float = 0.0, vy: float = 0.0) -> tuple[float, float]:
    """The push to come to a point that moves with that velocity, and to stay there."""
    wish_x, wish_y = 3.5 * (x - me.x) + vx, 3.5 * (y - me.y) + vy
    push_x, push_y = (1.6 * wish_x - 0.6 * me.vx) / TOP_MPS, (1.6 * wish_y - 0.6 * me.vy) / TOP_MPS
    length = max(1.0, hypot(push_x, push_y))
    return push_x / length, push_y / length


def ball_way(ball: Body) -> list[tuple[float, float]]:
    """Where the ball will be each :data:`_STEP_S`, if nobody touches it."""
    x, y, vx, vy = ball.x, ball.y, ball.vx * _STEP_S, ball.vy * _STEP_S
    keep = 1.0 - ROLL_PER_S * _STEP_S
    edge_x, edge_y = pitch.HALF_LENGTH_M - pitch.BALL_M, pitch.HALF_WIDTH_M - pitch.BALL_M
    way = [(x, y)]
    for _ in range(_STEPS):
        x, y = x + vx, y + vy
        if abs(y) > edge_y:
            y, vy = (2 * edge_y - y if y > 0 else -2 * edge_y - y), -0.75 * vy
        if abs(x) > edge_x:
            x, vx = (2 * edge_x - x if x > 0 else -2 * edge_x - x), -0.75 * vx
        vx, vy = vx * keep, vy * keep
        way.append((x, y))
    return way


def time_to(player: Body, way: Sequence[tuple[float, float]]) -> tuple[float, tuple[float, float]]:
    """How long the player needs to the ball on its way, and where they meet."""
    x, y = player.x + player.vx * _TURN_S, player.y + player.vy * _TURN_S
    needs_s, point = 0.0, way[0]
    for number, point in enumerate(way):
        needs_s = max(0.0, hypot(point[0] - x, point[1] - y) - _TOUCH_M) / TOP_MPS
        if needs_s <= number * _STEP_S:
            break
    return needs_s, point


def _idle_s(mate: Body, ball: Body) -> float:
    """Who neither is at the ball nor runs there will not be there first."""
    x, y = ball.x - mate.x, ball.y - mate.y
    far = hypot(x, y)
    nearing = (mate.vx * x + mate.vy * y) / (far or 1.0)
    return 0.0 if far < 3.0 or nearing > 1.5 else _IDLE_S


def free(mate: Body, ball: Body, rivals: Sequence[Body]) -> bool:
    """No opponent stands by the mate or in the way of a pass."""
    to_x, to_y = mate.x - ball.x, mate.y - ball.y
    length = hypot(to_x, to_y)
    for rival in rivals:
        x, y = rival.x - ball.x, rival.y - ball.y
        along, aside = (x * to_x + y * to_y) / length, abs(x * to_y - y * to_x) / length
        if 0.0 < along < length + 2.0 and aside < 1.2 + 0.15 * along:
            return False
    return length > 4.0
