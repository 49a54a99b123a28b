"""Many copies of one of our games at once, in arrays, for training.

>>> from arena.games.vector import make_vector
>>> games = make_vector("sumo", 64, players=2)
>>> observations, infos = games.reset(seed=7)  # float32 of shape (64, 2, entries)

Every copy plays exactly what a single environment plays under the same seed and actions. ``processes=N``
spreads the copies over as many processes, which changes nothing but the speed.
"""

from __future__ import annotations

from typing import Any

from arena.errors import OptionError
from arena.games.registration import GAMES
from arena.games.vector.copies import Copies, VectorGame, make_env
from arena.games.vector.spread import Spread

__all__ = ["Copies", "Spread", "VectorGame", "make_vector"]


def make_vector(name: str, copies: int, *, processes: int = 1, **options: Any) -> VectorGame:
    """``copies`` of the game ``name`` (``sumo`` or ``arena/sumo-v0``); ``options`` are those of its
    ``parallel_env``.

    With ``processes`` above 1 the copies are spread evenly over so many processes. Close what is returned.
    Raises :class:`OptionError` for options that do not fit.
    """
    plain = name.removeprefix("arena/").removesuffix("-v0")
    if plain not in GAMES:
        raise OptionError(f"{name!r} is none of our games; choose one of {', '.join(GAMES)}")
    if copies < 1:
        raise OptionError(f"copies={copies}: at least 1")
    if not 1 <= processes <= copies:
        raise OptionError(f"processes={processes}: from 1 to the {copies} copies")
    if processes == 1:
        return Copies([make_env(plain, options) for _ in range(copies)])
    return Spread(plain, copies, processes, options)
