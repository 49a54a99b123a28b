"""Arena's own games; each game's folder holds its entry."""

from __future__ import annotations

from arena.games.air_hockey.entry import ENTRY as AIR_HOCKEY
from arena.games.entry import CatalogEntry
from arena.games.soccer.entry import ENTRY as SOCCER
from arena.games.sumo.entry import ENTRY as SUMO
from arena.games.tanks.entry import ENTRY as TANKS

ENTRIES: tuple[CatalogEntry, ...] = (SUMO, AIR_HOCKEY, TANKS, SOCCER)
