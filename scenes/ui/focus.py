"""Where the focus goes: the next control in reading order, or the nearest one in a direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pygame

T = TypeVar("T")

# Being off to the side counts this many times as much as being far ahead.
SIDEWAYS_COST = 3


def step(order: Sequence[T], current: T | None, by: int) -> T | None:
    """Give the item `by` places after `current` (before, if negative), going round; None if there is none."""
    if not order:
        return None
    if current is None or current not in order:
        return order[0] if by > 0 else order[-1]
    return order[(order.index(current) + by) % len(order)]


def nearest(
    origin: pygame.Rect, candidates: Sequence[tuple[T, pygame.Rect]], direction: tuple[int, int]
) -> T | None:
    """Give the candidate that a person would expect in `direction` (one of the four unit steps) from
    `origin`.

    What overlaps the origin's row (or column) wins over what is off to the side; None if nothing lies that
    way.
    """
    best: tuple[float, T] | None = None
    for item, rect in candidates:
        cost = distance(origin, rect, direction)
        if cost is not None and (best is None or cost < best[0]):
            best = (cost, item)
    return best[1] if best else None


def distance(origin: pygame.Rect, rect: pygame.Rect, direction: tuple[int, int]) -> float | None:
    """Give the cost of going from `origin` to `rect`, or None if it does not lie in `direction`."""
    dx, dy = direction
    if dx:
        ahead = rect.left - origin.right if dx > 0 else origin.left - rect.right
        forward = (rect.centerx - origin.centerx) * dx
        aside = gap((origin.top, origin.bottom), (rect.top, rect.bottom))
        shift = abs(rect.centery - origin.centery)
    else:
        ahead = rect.top - origin.bottom if dy > 0 else origin.top - rect.bottom
        forward = (rect.centery - origin.centery) * dy
        aside = gap((origin.left, origin.right), (rect.left, rect.right))
        shift = abs(rect.centerx - origin.centerx)
    thickness = min(origin.width, rect.width) if dx else min(origin.height, rect.height)
    if forward <= 0 or ahead < -thickness // 2:
        return None
    return max(0, ahead) + SIDEWAYS_COST * aside + shift / 100


def gap(a: tuple[int, int], b: tuple[int, int]) -> int:
    """Give the distance between two spans, 0 if they overlap."""
    return max(0, b[0] - a[1], a[0] - b[1])
