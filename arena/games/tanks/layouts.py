"""The walls of the fields and where tanks start; each layout looks the same turned by 180 degrees."""

from __future__ import annotations

from dataclasses import dataclass

from arena.games.tanks.numbers import HEIGHT, WIDTH

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom, in metres."""

BORDER = 2.0
"""Thickness of the walls round the field."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One field."""

    name: str
    walls: tuple[Rectangle, ...]
    """Those inside the field."""
    starts: tuple[tuple[float, float], ...]
    """Places of the left side, for up to three tanks; those of the right side lie opposite."""


def _turned(half: tuple[Rectangle, ...], middle: tuple[Rectangle, ...] = ()) -> tuple[Rectangle, ...]:
    """``half`` and its image turned by 180 degrees; ``middle`` is its own image."""
    return (*middle, *half, *((-right, -bottom, -left, -top) for left, top, right, bottom in half))


_STARTS = ((-12.2, 0.0), (-11.0, -5.8), (-11.0, 5.8))

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "pillars",
        _turned(((-7.4, -4.8, -5.6, -3.0), (-7.4, 3.0, -5.6, 4.8)), ((-1.3, -1.3, 1.3, 1.3),)),
        _STARTS,
    ),
    Layout(
        "gates",
        _turned(((-6.0, -8.0, -5.0, -2.0), (-6.0, 1.4, -5.0, 5.0)), ((-0.5, -3.6, 0.5, 3.6),)),
        _STARTS,
    ),
    Layout(
        "corners",
        _turned(
            ((-8.2, -4.8, -3.4, -4.0), (-8.2, -4.8, -7.4, -1.2), (-4.6, 2.4, -3.8, 5.4)),
            ((-1.6, -0.5, 1.6, 0.5),),
        ),
        _STARTS,
    ),
    Layout(
        "cross",
        _turned(
            ((-9.2, -3.9, -6.8, -3.0), (-9.2, 3.0, -6.8, 3.9)),
            ((-3.6, -0.5, 3.6, 0.5), (-0.5, -3.6, 0.5, 3.6)),
        ),
        _STARTS,
    ),
    Layout(
        "lanes",
        _turned(((-8.6, -2.8, -2.2, -2.0), (-4.8, 2.6, -4.0, 8.0), (-9.0, 2.0, -8.2, 4.6))),
        _STARTS,
    ),
)

_X, _Y = WIDTH / 2, HEIGHT / 2
BORDERS: tuple[Rectangle, ...] = (
    (-_X - BORDER, -_Y - BORDER, -_X, _Y + BORDER),
    (_X, -_Y - BORDER, _X + BORDER, _Y + BORDER),
    (-_X - BORDER, -_Y - BORDER, _X + BORDER, -_Y),
    (-_X - BORDER, _Y, _X + BORDER, _Y + BORDER),
)
"""The walls round every field."""
