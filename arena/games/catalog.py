"""The catalog: which games there are, under which names, and what Arena knows of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from arena.errors import UnknownNameError
from arena.games import sources
from arena.games.entry import CatalogEntry
from arena.games.options import OptionInfo, describe_options, resolve_options

__all__ = [
    "OptionInfo",
    "broken_plug_ins",
    "describe_options",
    "entries",
    "get",
    "ids",
    "resolve_options",
    "short_name",
]

GROUP = "arena.games"
"""Entry points of this group name an iterable of :class:`CatalogEntry`; ours are there without one."""

_VERSION = re.compile(r"[-_]v\d+$")
_SEPARATOR = re.compile(r"[^a-z0-9]+")


@cache
def entries() -> tuple[CatalogEntry, ...]:
    """Every entry, family by family, each in the order of the picker; those of plug-ins last."""
    from arena.games.catalog_data import butterfly, classic, gymnasium, mpe2, ours, sisl

    families = (ours, classic, butterfly, sisl, mpe2, gymnasium)
    known = [entry for family in families for entry in family.ENTRIES]
    taken = {entry.id for entry in known}
    for added, _problem in _plugged_in().values():
        known += [entry for entry in added if entry.id not in taken]  # nobody replaces a game unasked
        taken.update(entry.id for entry in added)
    return tuple(known)


def broken_plug_ins() -> dict[str, str]:
    """Plug-ins that cannot be loaded, by name, and why; their games are missing, all others are there."""
    return {name: problem for name, (_added, problem) in _plugged_in().items() if problem}


def ids() -> tuple[str, ...]:
    """The ids of :func:`entries`, in their order."""
    return tuple(entry.id for entry in entries())


def short_name(entry: CatalogEntry) -> str:
    """The id without family and version: ``chess``, ``simple_spread``, ``CartPole``."""
    return entry.id if ":" in entry.id else _VERSION.sub("", entry.id.rpartition("/")[2])


@cache
def get(name: str) -> CatalogEntry:
    """The entry for a name.

    A full id (``classic/chess-v6``), or what is left of it without family, version or both (``chess``,
    ``chess-v6``), in any spelling of case, hyphens and underscores. Beyond the catalog: any other id of
    PettingZoo's registries, ``mpe2/<name>-vN``, ``gymnasium/<Id>`` or a bare Gymnasium id, and
    ``module:factory``; those get an entry derived from the environment itself, which is made once for that.

    Raises:
        UnknownNameError: nobody knows the name; nothing else is tried after a typing error.
        MissingPartError: the game needs a package that is not installed.
        GameError: a derived game fails to be made.
    """
    known = {entry.id: entry for entry in entries()}
    if name in known:
        return known[name]
    found = {entry.id for entry in entries() if _plain(name) in _spellings(entry)}
    if len(found) == 1:
        return known[found.pop()]
    if found:
        raise UnknownNameError("game", name, found, "Several fit; write the whole id.")
    from arena.games.derived import derive

    return derive(_beyond(name))


def _beyond(name: str) -> str:
    """The full id of a game that is not in the catalog."""
    if sources.FACTORY_ID.match(name):
        return name
    for candidate in (name, f"{sources.GYMNASIUM}{name}"):
        if sources.exists(candidate):
            return candidate
    matches = [
        known
        for known in sources.pettingzoo_ids()
        if _plain(name) in {_plain(known), _plain(_VERSION.sub("", known))}
    ]
    if len(matches) == 1:
        return matches[0]
    raise UnknownNameError(
        "game",
        name,
        {*(short_name(entry) for entry in entries())},
        "Also any PettingZoo id, mpe2/<name>-vN, gymnasium/<Id> or module:factory.",
    )


def _plain(text: str) -> str:
    return _SEPARATOR.sub("", text.lower())


@cache
def _spellings_of(game_id: str, title: str) -> frozenset[str]:
    """What names a game: parts of its id, its title, and initials of three words or more (``kaz``)."""
    family, _, name = game_id.rpartition("/")
    unversioned = _VERSION.sub("", name)
    initials = "".join(word[0] for word in title.split())
    words = (
        game_id,
        f"{family}/{unversioned}",
        name,
        unversioned,
        title,
        *([initials] if len(initials) > 2 else ()),
    )
    return frozenset(_plain(word) for word in words)


def _spellings(entry: CatalogEntry) -> frozenset[str]:
    return _spellings_of(entry.id, entry.title)


@cache
def _plugged_in() -> Mapping[str, tuple[tuple[CatalogEntry, ...], str]]:
    """What each plug-in adds, or why it adds nothing."""
    found: dict[str, tuple[tuple[CatalogEntry, ...], str]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            added = tuple(point.load())
        except Exception as error:  # noqa: BLE001 - a stranger's code; it takes no other with it
            found[point.name] = ((), f"{point.value} cannot be loaded: {error!r}")
            continue
        odd = next((entry for entry in added if not isinstance(entry, CatalogEntry)), None)
        found[point.name] = (
            (added, "") if odd is None else ((), f"{point.value} holds {odd!r}, no CatalogEntry")
        )
    return found
