"""Games that are played with sticks and keys: a pointer means nothing in them."""

from __future__ import annotations

from scenes.views.style import NOTHING, Legal, Pick, Point, Size, Snapshot, ViewStyle


def pick(snapshot: Snapshot, size: Size, pos: Point, legal: Legal, style: ViewStyle) -> Pick:
    """Clicks choose nothing."""
    return NOTHING


def spots(snapshot: Snapshot, size: Size, legal: Legal, style: ViewStyle) -> list[Point]:
    """There is nowhere to click."""
    return []
