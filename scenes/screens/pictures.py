"""The pictures of games, read once each; `tools/make_pictures.py` draws them."""

from __future__ import annotations

from functools import cache

import pygame

from arena.games.entry import CatalogEntry
from assets import asset_path

_ICONS = {"classic": "club", "butterfly": "gamepad-2", "sisl": "users", "mpe2": "circle-dot"}


def picture(entry: CatalogEntry) -> pygame.Surface | None:
    """The picture of ``entry``, or ``None`` if there is none (a game beyond the catalog)."""
    return _read(entry.picture)


def icon(entry: CatalogEntry) -> str:
    """What stands in for a picture."""
    return _ICONS.get(entry.family, "gamepad")


@cache
def _read(name: str) -> pygame.Surface | None:
    try:
        image = pygame.image.load(asset_path(name))
    except FileNotFoundError:
        return None
    whole = pygame.Surface(image.get_size(), depth=32)  # the files have a palette, which cannot be scaled
    whole.blit(image, (0, 0))
    return whole
