"""What happens on the pitch that people want to see, hear and feel; and who touched the ball last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.world import VX, VY, X, Y
from arena.games.soccer.pitch import BALL_M, GOAL_M, HALF_LENGTH_M, PLAYER_M

if TYPE_CHECKING:
    from arena.games.soccer.game import Soccer

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
        self._ball = (0.0, 0.0)
        self._boosted, self._kicks = game.boosts, list[int]()
        self._speeds = np.zeros((len(game.agents), 2))
        self.touched = ["", ""]
        """Who touched the ball last in red and in blue since the kick-off."""

    def forget(self) -> None:
        """A new kick-off."""
        self.touched[:] = "", ""

    def before(self, boosted: NDArray[np.bool_], kicks: list[int]) -> None:
        """With which velocities a step begins. ``boosted``: who boosted in the tick before; ``kicks``: who
        kicks the ball in this one.
        """
        game = self._game
        self._boosted, self._kicks = boosted, kicks
        ball = game.ball
        self._ball = ball[VX].item(), ball[VY].item()
        self._speeds[:] = game.players[:, VX : VY + 1]

    def after(self) -> None:
        """Tell of what happened in the step."""
        game, ball = self._game, self._game.ball
        begun = game.boosts > self._boosted
        if begun.any():
            for row in np.flatnonzero(begun).tolist():
                self._tell("boost", row, game.tanks[row].item())
        for row in self._kicks:
            self._touch(row)
            game.note("hit", ball[X].item(), ball[Y].item(), game.agents[row], 1.0)
        was_x, was_y = self._ball
        knock = ((ball[VX].item() - was_x) ** 2 + (ball[VY].item() - was_y) ** 2) ** 0.5
        if knock > _KNOCK_MPS and not self._kicks:
            self._knocked(knock)
        bumps = np.abs(game.players[:, VX : VY + 1] - self._speeds)
        if bumps.max() > _BUMP_MPS:
            for row in np.flatnonzero(bumps.max(axis=1) > _BUMP_MPS).tolist():
                self._tell("hit", row, bumps[row].max().item() / _LOUD_MPS)

    def _tell(self, kind: str, row: int, power: float) -> None:
        at = self._game.players[row]
        self._game.note(kind, at[X].item(), at[Y].item(), self._game.agents[row], power)

    def _knocked(self, knock: float) -> None:
        """The ball was hit by the player next to it, else by a wall."""
        game, ball = self._game, self._game.ball
        x, y = ball[X].item(), ball[Y].item()
        way = game.players[:, X : Y + 1] - ball[X : Y + 1]
        square = np.einsum("ij,ij->i", way, way)
        row = int(square.argmin())
        if square[row] > _NEAR_M**2:
            game.note("wall", x, y, "", knock / _LOUD_MPS)
            return
        self._touch(row)
        kind = "save" if self._saved(row, x, y) else "hit"
        game.note(kind, x, y, game.agents[row], knock / _LOUD_MPS)

    def _saved(self, row: int, x: float, y: float) -> bool:
        """Whether the ball was on its way into the goal of that player, and is no more."""
        vx, vy = self._ball
        side = -1.0 if row < self._game.per_team else 1.0
        if vx * side <= 0.0 or self._game.ball[VX].item() * side > 0.0:
            return False
        time_s = (HALF_LENGTH_M - x * side) / (vx * side)
        return 0.0 < time_s < _SAVE_S and abs(y + vy * time_s) < GOAL_M / 2

    def _touch(self, row: int) -> None:
        self.touched[row >= self._game.per_team] = self._game.agents[row]

    def scorer(self, team: int) -> str:
        """Who is to be praised for a goal of that team; nobody where only the others touched the ball."""
        return self.touched[team]

    def counters(self) -> dict[str, Any]:
        """All that outlasts a tick, as plain data."""
        return {"touched": list(self.touched)}

    def set_counters(self, counters: Mapping[str, Any]) -> None:
        """Put back what :meth:`counters` gave."""
        self.touched[:] = counters["touched"]
