"""Ways through the fields of tanks. The walls are no secret: an observation says which field it is."""

from __future__ import annotations

from collections import deque
from functools import cache
from math import inf

from arena.games.tanks.layouts import BORDERS, LAYOUTS, Rectangle
from arena.games.tanks.numbers import HEIGHT, RADIUS, WIDTH
from arena.games.tanks.walls import blocked

Place = tuple[float, float]
Cell = tuple[int, int]

_COLUMNS, _ROWS = int(WIDTH), int(HEIGHT)
_CLEAR = RADIUS + 0.15
"""A tank drives this far from walls."""
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, -1))


def clear(layout: int, start: Place, end: Place, *, room: float = 0.0) -> bool:
    """Whether nothing stands between two places; ``room``: for a disc of that radius."""
    return not blocked(_walls(layout, room), *start, end[0] - start[0], end[1] - start[1])


def towards(layout: int, start: Place, goal: Place) -> Place:
    """Where to drive next on the shortest way from ``start`` to ``goal``."""
    if clear(layout, start, goal, room=RADIUS):
        return goal
    far, here = _distances(layout, _cell(layout, goal)), _cell(layout, start)
    target = _middle(here)
    for _ in range(6):
        if far[here] == 0:
            return target
        here = min(_neighbours(layout, here), key=lambda cell: far.get(cell, _COLUMNS * _ROWS))
        if target != _middle(here) and not clear(layout, start, _middle(here), room=RADIUS):
            return target
        target = _middle(here)
    return target


@cache
def _walls(layout: int, room: float) -> tuple[Rectangle, ...]:
    return tuple(
        (left - room, top - room, right + room, bottom + room)
        for left, top, right, bottom in (*BORDERS, *LAYOUTS[layout].walls)
    )


def _middle(cell: Cell) -> Place:
    return cell[0] + 0.5 - WIDTH / 2, cell[1] + 0.5 - HEIGHT / 2


@cache
def _free(layout: int) -> frozenset[Cell]:
    """The cells in whose middle a tank can stand."""
    cells = [(column, row) for column in range(_COLUMNS) for row in range(_ROWS)]
    return frozenset(cell for cell in cells if not _blocked(layout, *_middle(cell)))


def _blocked(layout: int, x: float, y: float) -> bool:
    walls = _walls(layout, _CLEAR)
    return any(left < x < right and top < y < bottom for left, top, right, bottom in walls)


def _cell(layout: int, place: Place) -> Cell:
    """The free cell nearest to a place."""
    x, y = place[0] + WIDTH / 2, place[1] + HEIGHT / 2
    here = (int(x), int(y))
    free = _free(layout)
    if here in free:
        return here
    return min(sorted(free), key=lambda cell: (cell[0] + 0.5 - x) ** 2 + (cell[1] + 0.5 - y) ** 2)


@cache
def _neighbours(layout: int, cell: Cell) -> tuple[Cell, ...]:
    """Cells to go on to; past no corner."""
    free, (column, row) = _free(layout), cell
    return tuple(
        (column + right, row + down)
        for right, down in _STEPS
        if {(column + right, row + down), (column + right, row), (column, row + down)} <= free
    )


@cache
def _distances(layout: int, goal: Cell) -> dict[Cell, float]:
    """Steps to ``goal`` from each cell from which it can be reached; a slanting step counts 1.4."""
    far, waiting = {goal: 0.0}, deque([goal])
    while waiting:
        here = waiting.popleft()
        for cell in _neighbours(layout, here):
            slant = cell[0] != here[0] and cell[1] != here[1]
            steps = far[here] + (1.4 if slant else 1.0)
            if steps < far.get(cell, inf) - 1e-9:
                far[cell] = steps
                waiting.append(cell)
    return far
