"""What happens on the pitch that people want to see, hear and feel; and who touched the ball last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any

from arena.games.physics.world import VX, VY, X, Y
from arena.games.soccer.pitch import BALL_M, GOAL_M, HALF_LENGTH_M, PLAYER_M

if TYPE_CHECKING:
    from arena.games.soccer.game import Soccer
    from arena.games.soccer.motion import Row

_KNOCK_MPS = 1.2
"""A change of the ball's velocity by this much in a tick is a hit."""
_BUMP_MPS = 3.0
_LOUD_MPS = 22.0
"""The change of velocity that is a hit of full power."""
_NEAR_M = PLAYER_M + BALL_M + 0.3
_SAVE_S = 0.7
"""A ball that would have been in the goal within this time was saved."""


class Watch:
    """Compares what stood before a step of the world with what came out of it."""

    def __init__(self, game: Soccer) -> None:
        self._game = game
        self._boosted: Sequence[bool] = game.boosts
        self._kicks: Sequence[int] = []
        self._rows: Sequence[Row] = []
        self.touched = ["", ""]
        """Who touched the ball last in red and in blue since the kick-off."""

    def forget(self) -> None:
        """A new kick-off."""
        self.touched[:] = "", ""

    def before(self, rows: Sequence[Row], boosted: Sequence[bool], kicks: Sequence[int]) -> None:
        """How a step begins. ``rows``: of the world's table, players and ball; ``boosted``: who boosted in
        the tick before; ``kicks``: who kicks the ball in this one.
        """
        self._rows, self._boosted, self._kicks = rows, boosted, kicks

    def after(self, rows: Sequence[Row]) -> None:
        """Tell of what happened in the step that led to ``rows``."""
        game, ball, was = self._game, rows[-1], self._rows[-1]
        if game.boosts != self._boosted:
            for number, (boosts, did) in enumerate(zip(game.boosts, self._boosted, strict=True)):
                if boosts and not did:
                    self._tell("boost", rows, number, game.tanks[number])
        for number in self._kicks:
            self._touch(number)
            game.note("hit", ball[X], ball[Y], game.agents[number], 1.0)
        knock = sqrt((ball[VX] - was[VX]) ** 2 + (ball[VY] - was[VY]) ** 2)
        if knock > _KNOCK_MPS and not self._kicks:
            self._knocked(rows, knock)
        for number in range(len(rows) - 1):
            now, then = rows[number], self._rows[number]
            bump = max(abs(now[VX] - then[VX]), abs(now[VY] - then[VY]))
            if bump > _BUMP_MPS:
                self._tell("hit", rows, number, bump / _LOUD_MPS)

    def _tell(self, kind: str, rows: Sequence[Row], number: int, power: float) -> None:
        row = rows[number]
        self._game.note(kind, row[X], row[Y], self._game.agents[number], power)

    def _knocked(self, rows: Sequence[Row], knock: float) -> None:
        """The ball was hit by the player next to it, else by a wall."""
        game, (x, y, *_) = self._game, rows[-1]
        squares = [(row[X] - x) ** 2 + (row[Y] - y) ** 2 for row in rows[:-1]]
        square = min(squares)
        if square > _NEAR_M**2:
            game.note("wall", x, y, "", knock / _LOUD_MPS)
            return
        number = squares.index(square)
        self._touch(number)
        kind = "save" if self._saved(number, rows[-1]) else "hit"
        game.note(kind, x, y, game.agents[number], knock / _LOUD_MPS)

    def _saved(self, number: int, ball: Row) -> bool:
        """Whether the ball was on its way into the goal of that player, and is no more."""
        vx, vy = self._rows[-1][VX], self._rows[-1][VY]
        side = -1.0 if number < self._game.per_team else 1.0
        if vx * side <= 0.0 or ball[VX] * side > 0.0:
            return False
        time_s = (HALF_LENGTH_M - ball[X] * side) / (vx * side)
        return 0.0 < time_s < _SAVE_S and abs(ball[Y] + vy * time_s) < GOAL_M / 2

    def _touch(self, number: int) -> None:
        self.touched[number >= self._game.per_team] = self._game.agents[number]

    def scorer(self, team: int) -> str:
        """Who is to be praised for a goal of that team; nobody where only the others touched the ball."""
        return self.touched[team]

    def counters(self) -> dict[str, Any]:
        """All that outlasts a tick, as plain data."""
        return {"touched": list(self.touched)}

    def set_counters(self, counters: Mapping[str, Any]) -> None:
        """Put back what :meth:`counters` gave."""
        self.touched[:] = counters["touched"]
