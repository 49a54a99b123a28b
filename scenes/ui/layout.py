"""Cutting rectangles into rows, columns and grids. Pure functions; every length is in final pixels."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect


def lengths(total: int, parts: Sequence[int | float], gap: int) -> list[int]:
    """Share `total` pixels among `parts` with `gap` between them.

    An int is a length in pixels; a float is a weight, and the weights share what is left over.
    """
    fixed = sum(part for part in parts if isinstance(part, int))
    whole = sum(part for part in parts if isinstance(part, float)) or 1.0
    rest = max(0, total - fixed - gap * (len(parts) - 1))
    result: list[int] = []
    used = 0.0
    for part in parts:
        if isinstance(part, int):
            result.append(part)
            continue
        # Rounding the running sum, not each part, so that the parts add up to the rest exactly.
        before = round(used)
        used += rest * part / whole
        result.append(round(used) - before)
    return result


def columns(rect: Rect, parts: Sequence[int | float], gap: int = 0) -> list[Rect]:
    """Cut `rect` into columns from left to right; for `parts` see `lengths`."""
    x = rect.x
    result = []
    for width in lengths(rect.width, parts, gap):
        result.append(Rect(x, rect.y, width, rect.height))
        x += width + gap
    return result


def rows(rect: Rect, parts: Sequence[int | float], gap: int = 0) -> list[Rect]:
    """Cut `rect` into rows from top to bottom; for `parts` see `lengths`."""
    y = rect.y
    result = []
    for height in lengths(rect.height, parts, gap):
        result.append(Rect(rect.x, y, rect.width, height))
        y += height + gap
    return result


def stack(rect: Rect, height: int, count: int, gap: int = 0) -> list[Rect]:
    """Give `count` rows of `height` from the top of `rect`; they may run past its bottom."""
    return [Rect(rect.x, rect.y + index * (height + gap), rect.width, height) for index in range(count)]


def grid(rect: Rect, count: int, per_row: int, height: int, gap: int = 0) -> list[Rect]:
    """Give `count` cells of `height`, `per_row` a row, filling the width of `rect`; they may run past its
    bottom.
    """
    widths = lengths(rect.width, [1.0] * per_row, gap)
    result = []
    for index in range(count):
        row, column = divmod(index, per_row)
        x = rect.x + sum(widths[:column]) + gap * column
        result.append(Rect(x, rect.y + row * (height + gap), widths[column], height))
    return result


def inset(rect: Rect, x: int, y: int | None = None) -> Rect:
    """Give `rect` less `x` pixels at each side and `y` (or `x`) at top and bottom."""
    return rect.inflate(-2 * x, -2 * (x if y is None else y))


def centered(rect: Rect, width: int, height: int) -> Rect:
    """Give a rectangle of that size, no larger than `rect`, in its middle."""
    result = Rect(0, 0, min(width, rect.width), min(height, rect.height))
    result.center = rect.center
    return result
