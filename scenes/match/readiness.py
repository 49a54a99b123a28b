"""What a window does between the first picture of a real-time game and its first slot.

Everything that a view paints once is painted (see :mod:`scenes.views.physics.rehearsal`), and Python's search
for cycles is freed of all that was there before: a whole search costs the time of several slots (65 ms with
100,000 objects), it comes about once a second while a game is drawn, and it finds nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

from scenes.match.board import BoardPane

PART_S = 0.040
"""What is done at most between two pictures, in which nothing moves yet, unless one part takes longer."""


class Readiness:
    """Gets one board ready, a part at a time; again for each episode, which finds nearly all done."""

    def __init__(self, pane: BoardPane, clock: Callable[[], float]) -> None:
        self._pane, self._clock = pane, clock
        self._parts: Iterator[None] | None = None
        self._size = (0, 0)

    def go_on(self) -> bool:
        """Do the next parts; true if the game may begin."""
        if self._parts is None or self._size != self._pane.rect.size:
            self._parts, self._size = self._pane.rehearse(), self._pane.rect.size
        until = self._clock() + PART_S
        for _ in self._parts:
            if self._clock() >= until:
                return False
        self._parts = None
        spare_what_is_there()
        return True


def spare_what_is_there() -> None:
    """Collect what nobody needs, then let no later search look at what is left, until :func:`search_all`."""
    gc.collect()
    gc.freeze()


def search_all() -> None:
    """Searches look at everything again."""
    gc.unfreeze()
