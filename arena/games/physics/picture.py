"""Pictures of a game by the view registered for it, without a window."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import MissingPartError

_VIEWS = "arena.views"


def picture(view: str, scene: Mapping[str, Any], size: tuple[int, int]) -> NDArray[np.uint8]:
    """``scene`` as the view of that name draws it: uint8 of shape ``(height, width, 3)``.

    Raises :class:`MissingPartError` where no such view is installed.
    """
    from pygame import surfarray

    surface = _view(view).draw(scene, size, 1.0)
    return np.ascontiguousarray(surfarray.array3d(surface).swapaxes(0, 1))


@cache
def _view(name: str) -> Any:
    for point in entry_points(group=_VIEWS, name=name):
        return point.load()
    raise MissingPartError(
        f"there is no view {name!r} to draw with; install Arena anew: pip install arena-seats"
    )
