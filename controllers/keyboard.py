"""A person at the keyboard: ``human:keyboard`` alone, ``human:keyboard/wasd`` and others beside each
other.
"""

from __future__ import annotations

from arena.errors import UnknownNameError
from controllers.bindings import layouts
from controllers.inputs import KEYBOARD, InputHub
from controllers.way import Way

ALONE = "full"


def find(target: str, hub: InputHub, player: str, game: str) -> Way:
    """The way of ``keyboard`` or ``keyboard/<layout>``; an unknown layout raises with the list of those there
    are.
    """
    short = target.partition("/")[2] or ALONE
    known = [name.partition("/")[2] for name, layout in layouts().items() if layout.device == "keyboard"]
    if short not in known:
        raise UnknownNameError("keyboard layout", short, known)
    name = f"keyboard/{short}"
    device = hub.device(KEYBOARD)
    return Way(name, device, hub.bindings.layout(name, player, game))
