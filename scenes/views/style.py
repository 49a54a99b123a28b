"""What a view is told besides the game: who looks, what they have picked so far, and the colours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pygame
from numpy.typing import NDArray

from scenes.ui.palette import Colour, Palette

Size = tuple[int, int]
Point = tuple[int, int]
Snapshot = Mapping[str, Any]
Legal = Collection[int]
"""Actions the person here may choose now; empty while it is not their turn."""


@dataclass(frozen=True, slots=True)
class Pick:
    """What a click comes to: an action, a part of one, or nothing (which drops what was selected)."""

    action: int | None = None
    selected: str | None = None
    """Goes into :attr:`ViewStyle.selected` until the next click (``"e2"``; ``"e7e8"`` awaits a promotion)."""


NOTHING = Pick()
APART = " \N{MIDDLE DOT} "
"""In a name, between who plays and the seat, where several are called the same."""


@dataclass(frozen=True, slots=True)
class ViewStyle:
    """How one person looks at a game. Points are pixels of the surface that is drawn."""

    palette: Palette = field(default_factory=Palette)
    orientation: str | None = None
    """The agent who sits at the bottom; ``None``: the first."""
    legal: Legal = ()
    selected: str | None = None
    """:attr:`Pick.selected` of the last click."""
    hover: Point | None = None
    """Where the pointer is."""
    dragging: bool = False
    """The pointer carries what is selected."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Agent -> who plays it, for views that show seats."""
    animate: bool = True
    """``False`` with reduced motion: every change is shown at once."""
    shake: bool = True
    """Whether hard hits may shake the picture; never without ``animate``."""

    def name(self, agent: str) -> str:
        """Who plays ``agent``, or the agent itself."""
        return self.names.get(agent, agent)

    def colour(self, snapshot: Snapshot, agent: str) -> Colour:
        """The seat colour of ``agent``."""
        return self.palette.seat(snapshot["agents"].index(agent))

    def seen_from(self, snapshot: Snapshot) -> int:
        """Index of the agent at the bottom."""
        agents = snapshot["agents"]
        return agents.index(self.orientation) if self.orientation in agents else 0


class View(Protocol):
    """One game's drawing: pure functions of a module, named in the entry-point group ``arena.views``.

    A view that paints much when something first happens also has ``moments(snapshot)``: snapshots, each with
    its ``alpha``, to draw before real time begins (:func:`scenes.views.physics.rehearsal.moments`).
    """

    def draw(self, snapshot: Snapshot, size: Size, alpha: float, style: ViewStyle) -> pygame.Surface:
        """The game at ``alpha`` (0 to 1) of the way from before the last move to now."""

    def pick(self, snapshot: Snapshot, size: Size, pos: Point, legal: Legal, style: ViewStyle) -> Pick:
        """What a click at ``pos`` means."""

    def spots(self, snapshot: Snapshot, size: Size, legal: Legal, style: ViewStyle) -> list[Point]:
        """Where a click means something now: what a gamepad or the arrow keys step through."""


def legal_actions(mask: NDArray[np.int8] | None) -> frozenset[int]:
    """The actions an action mask allows; nothing without a mask."""
    return frozenset() if mask is None else frozenset(np.flatnonzero(mask).tolist())


def eased(alpha: float, style: ViewStyle) -> float:
    """Progress with a soft start and end (3t^2 - 2t^3), or 1 where motion is not wanted."""
    t = min(1.0, max(0.0, alpha)) if style.animate else 1.0
    return t * t * (3 - 2 * t)
