"""Who stands, who went out when, and what that is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEVEL_M = 1e-6
"""Two who go out in the same tick are equal if their distances from the centre differ by less than this."""


class Ranking:
    """Scores and rewards of one episode; ``alive`` is the game's own array, which this class changes.

    Everyone for themselves: the score is the number of wrestlers who went out before, ties share the mean;
    the reward, paid at one's own end, runs linearly from -1 for the first one out to 1 for the last one
    standing.

    In teams: who goes out gets -1, and whoever stands on the winning side when it is decided gets 1.
    The score is 1 for those, so that the larger sum of a team wins, also by the clock.
    """

    def __init__(self, teams: Sequence[int], alive: NDArray[np.bool_]) -> None:
        """``teams``: number of each one's team, 0 or 1; empty where everybody plays for themselves."""
        self._teams = np.array(teams, np.intp)
        self._alive = alive
        self.scores: NDArray[np.float64] = np.zeros(len(alive))
        self.winners: tuple[int, ...] = ()
        """Who stood on the winning side at the end; empty for a draw and before."""

    def begin(self) -> None:
        """A new episode: all are there."""
        self.scores[:] = 0.0
        self.winners = ()

    def put_out(
        self, gone_now: Sequence[int], distances: NDArray[np.float64], rewards: NDArray[np.float64]
    ) -> bool:
        """The wrestlers ``gone_now`` left the ring in the same tick. ``distances``: metres from its centre,
        by wrestler. Writes their rewards, and everybody's if that was the end; returns whether it was.
        """
        out = np.array(gone_now, np.intp)
        gone = len(self._alive) - int(self._alive.sum())
        standing = np.flatnonzero(self._alive)
        self._alive[out] = False
        places = _places(-distances[out])
        if len(self._teams):
            return self._put_out_of_team(out, places, standing, rewards)
        self.scores[out] = gone + places
        left = np.flatnonzero(self._alive)
        if len(left) > 1:
            rewards[out] = self._worth(self.scores[out])
            return False
        self.scores[left] = len(self._alive) - 1
        rewards[standing] = self._worth(self.scores[standing])
        top = self.scores[standing].max()
        if top == len(self._alive) - 1:  # those level at the top have less
            self.winners = (int(standing[np.argmax(self.scores[standing])]),)
        return True

    def expire(self, rewards: NDArray[np.float64]) -> None:
        """Time is up: all who stand are level, or the larger team wins."""
        left = np.flatnonzero(self._alive)
        if len(self._teams):
            self.scores[left] = 1.0
            counts = np.bincount(self._teams[left], minlength=2)
            lead = int(np.sign(counts[0] - counts[1]))
            rewards[left] = np.where(self._teams[left] == 0, lead, -lead)
        else:
            self.scores[left] = (2 * len(self._alive) - len(left) - 1) / 2
            rewards[left] = self._worth(self.scores[left])

    def _worth(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        worth: NDArray[np.float64] = 2.0 * scores / (len(self._alive) - 1) - 1.0
        return worth

    def _put_out_of_team(
        self,
        out: NDArray[np.intp],
        places: NDArray[np.float64],
        standing: NDArray[np.intp],
        rewards: NDArray[np.float64],
    ) -> bool:
        rewards[out] = -1.0
        left = np.bincount(self._teams[self._alive], minlength=2)
        if left.all():
            return False
        if left.any():
            winner = int(np.argmax(left))
        else:  # the last of both went out together: whose best one got less far has won
            best = [places[self._teams[out] == team].max() for team in (0, 1)]
            if best[0] == best[1]:
                rewards[standing] = 0.0
                return True
            winner = int(np.argmax(best))
        won = standing[self._teams[standing] == winner]
        self.winners = tuple(int(wrestler) for wrestler in won)
        rewards[standing] = -1.0
        rewards[won] = self.scores[won] = 1.0
        return True


def _places(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many of ``values`` are less than each, those level with it counted half."""
    difference = values[:, None] - values[None, :]
    below = (difference > LEVEL_M).sum(axis=1)
    level = (np.abs(difference) <= LEVEL_M).sum(axis=1) - 1
    places: NDArray[np.float64] = below + level / 2
    return places
