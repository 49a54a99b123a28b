"""Chooses what to play with somebody whose game we were not told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from arena.errors import GameError, SeatError
from arena.games import catalog
from arena.games.entry import CatalogEntry
from arena.wire.checks.bench import Bench
from arena.wire.checks.cast import Cast, imagined, played
from arena.wire.checks.check import Failed
from arena.wire.checks.peer import Dial
from arena.wire.messages import Ready, Refusal

FIRST = "classic/tictactoe-v3"
"""The game that is tried first: small, quick, with masks."""

_TRY_ANOTHER = {Refusal.GAME, Refusal.SPACES, Refusal.AGENTS}


def choose_cast(
    dial: Dial, game: str | None, positions: int, patience_s: float, options: Mapping[str, str]
) -> Cast:
    """Seats and positions of ``game``, else of the first game of the catalog that is not refused.

    Who tells other spaces than the game's is asked in positions drawn from those. Somebody who plays nothing,
    or is not there, gets the first game, and the checks will tell. Raises
    :class:`arena.errors.UnknownNameError` for a game that does not exist.
    """
    if game is not None:
        return played(catalog.get(game), positions)
    for bench in _candidates(dial, patience_s, options):
        try:
            answer = bench.dialogue().greet_for_refusal()
        except Failed:
            bench.close()
            break
        bench.close()
        if isinstance(answer, Ready):
            entry = bench.cast.entry
            if answer.groups and not _equal(bench, answer):
                return imagined(entry, answer.groups, positions)
            return played(entry, positions)
        if answer.reason not in _TRY_ANOTHER:
            break
    return played(catalog.get(FIRST), positions)


def _candidates(dial: Dial, patience_s: float, options: Mapping[str, str]) -> Iterator[Bench]:
    """A bench for each game that can be made here and crosses the wire."""
    for entry in _entries():
        try:
            yield Bench(dial, played(entry, 1), patience_s, options)
        except (GameError, SeatError):
            continue


def _entries() -> Iterator[CatalogEntry]:
    yield catalog.get(FIRST)
    yield from (entry for entry in catalog.entries() if entry.id != FIRST)


def _equal(bench: Bench, ready: Ready) -> bool:
    ours = [(group.observation, group.action) for group in bench.cast.wire.groups]
    return ours == [(group.observation, group.action) for group in ready.groups]
