"""Which key does what, for the people at this screen: the first lines of a match's log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from arena.games.entry import CatalogEntry
from arena.match.controller import Controller
from arena.match.match import Match
from controllers.human import HumanController
from scenes.match.people import People
from scenes.screens.game_card import key_sign

_ARROWS = frozenset({"up", "down", "left", "right"})


def key_lines(match: Match, people: People, names: Mapping[str, str]) -> Iterator[str]:
    """For each seat with keys or a pad of its own its name, then its controls, one a line: ``W  Forward``."""
    held = {agent: match.seats[agent].holder.controller for agent in people.agents}
    return lines_of(match.entry, held, names)


def lines_of(entry: CatalogEntry, held: Mapping[str, Controller], names: Mapping[str, str]) -> Iterator[str]:
    """The same for seats of ``entry`` and who holds each. Controls without a key, such as doing nothing, are
    left out.
    """
    for agent, controller in held.items():
        scheme = entry.scheme(agent)
        if scheme is None or not isinstance(controller, HumanController) or controller.layout is None:
            continue
        slots = controller.layout.slots
        controls = [control for control in scheme.controls if slots.get(control.slot)]
        if controls:
            yield names[agent]
        for control in controls:
            keys = dict.fromkeys(map(_told, slots[control.slot]))  # there are two Enters
            yield f"{' or '.join(keys)}  {control.label}"


def _told(key: str) -> str:
    """The key in letters: the font of logs has no arrows."""
    return f"Arrow {key}" if key in _ARROWS else key_sign(key)
