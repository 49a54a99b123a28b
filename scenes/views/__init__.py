"""How games look: one module a game, pure functions of a snapshot, found by name through entry points."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import cast

from arena.errors import UnknownNameError
from scenes.views.style import View

GROUP = "arena.views"


@cache
def load(name: str) -> View:
    """The view registered as ``name``. Errors: :class:`UnknownNameError` listing those there are."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in found:
        raise UnknownNameError("view", name, found, f"Views register in the entry-point group {GROUP!r}.")
    return cast("View", found[name].load())
