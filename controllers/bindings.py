"""Which key stands for what: layouts, people's own changes to them, and whether they are enough for a game.

A game's controls name slots (:data:`arena.games.entry.SLOTS`); a layout maps each slot to keys, buttons or
halves of a stick. Layouts are named ``keyboard/wasd``, ``keyboard/arrows``, ``keyboard/ijkl``,
``keyboard/full`` and ``pad/standard``. A person's changes hold for all games or for one, and the more exact
ones win.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from arena.errors import OptionError, UnknownNameError
from arena.games.entry import SLOTS, Control
from assets import read_bytes

DEVICES = ("keyboard", "pad")
PAD_BUTTONS = (
    "a", "b", "x", "y", "back", "guide", "start", "leftstick", "rightstick", "leftshoulder", "rightshoulder",
    "dpup", "dpdown", "dpleft", "dpright",
)  # fmt: skip
PAD_AXES = ("leftx", "lefty", "rightx", "righty", "lefttrigger", "righttrigger")
PAD_TRIGGERS = ("lefttrigger", "righttrigger")
PAD_INPUTS = (
    *PAD_BUTTONS,
    *(f"{axis}{sign}" for axis in PAD_AXES if axis not in PAD_TRIGGERS for sign in "-+"),
    *(f"{trigger}+" for trigger in PAD_TRIGGERS),
)
"""Everything on a pad that a slot can be bound to."""

_KEYS_PER_SLOT = 6
_KEY_LENGTH = 32

Slots = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A full set of bindings for one kind of device."""

    name: str
    """``keyboard/wasd``."""
    title: str
    slots: Slots

    @property
    def device(self) -> str:
        """The kind of device it is for: ``keyboard`` or ``pad``."""
        return self.name.partition("/")[0]

    def keys(self, controls: Iterable[Control]) -> frozenset[str]:
        """The keys that these controls use."""
        return frozenset(key for control in controls for key in self.slots.get(control.slot, ()))


@cache
def layouts() -> Mapping[str, Layout]:
    """The layouts that Arena comes with, by name."""
    found: dict[str, Layout] = {}
    for device in DEVICES:
        table = tomllib.loads(read_bytes(f"bindings/{device}.toml").decode())
        for short, data in table.items():
            name = f"{device}/{short}"
            title = data.pop("title")
            found[name] = Layout(name, title, parse_slots(data, device, f"layout {name}"))
    return MappingProxyType(found)


def default_layout(name: str) -> Layout:
    """The layout ``name`` as Arena comes with it; an unknown one raises with the list of those there are."""
    try:
        return layouts()[name]
    except KeyError:
        raise UnknownNameError("layout", name, layouts()) from None


def parse_slots(data: Any, device: str, where: str) -> dict[str, tuple[str, ...]]:
    """Check slots read from a file: known slots, lists of sensible keys, no key twice.

    Raises :class:`OptionError`; ``where`` begins the sentence.
    """
    if not isinstance(data, Mapping):
        raise OptionError(f"{where}: {data!r} is not a table of slots with lists of keys")
    slots: dict[str, tuple[str, ...]] = {}
    for slot, keys in data.items():
        if slot not in SLOTS:
            raise UnknownNameError("slot", str(slot), SLOTS, f"({where})")
        slots[slot] = _parse_keys(keys, device, f"{where}, {slot}")
    check_keys(slots, where)
    return slots


def check_keys(slots: Slots, where: str) -> None:
    """Raise :class:`OptionError` if one key stands for two slots."""
    used: dict[str, str] = {}
    for slot, keys in slots.items():
        for key in keys:
            if used.setdefault(key, slot) != slot:
                both = f"{used[key]} and to {slot}"
                raise OptionError(f"{where}: {key!r} is bound to {both}; give each a key of its own")


def _parse_keys(keys: Any, device: str, where: str) -> tuple[str, ...]:
    if not isinstance(keys, Sequence) or isinstance(keys, str) or len(keys) > _KEYS_PER_SLOT:
        raise OptionError(f"{where}: {keys!r} is not a list of at most {_KEYS_PER_SLOT} keys")
    for key in keys:
        if not isinstance(key, str) or not 0 < len(key) <= _KEY_LENGTH or not key.isprintable():
            raise OptionError(f"{where}: {key!r} is not the name of a key")
        if device == "pad" and key not in PAD_INPUTS:
            raise UnknownNameError("gamepad input", key, PAD_INPUTS, f"({where})")
    return tuple(dict.fromkeys(keys))


def missing(controls: Iterable[Control], layout: Layout) -> tuple[Control, ...]:
    """The controls that no key of ``layout`` reaches: a seat needs this to be empty."""
    return tuple(control for control in controls if not layout.slots.get(control.slot))


@dataclass(frozen=True, slots=True)
class Change:
    """One person's own keys for some slots of one layout."""

    player: str
    """Whose they are; ``""`` for everybody at this machine."""
    game: str
    """The catalog id they hold for; ``""`` for all games."""
    layout: str
    slots: Slots = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str, str]:
        """What it is about."""
        return self.player, self.game, self.layout


class BindingBook:
    """The layouts with everybody's changes. Serialised as a list of plain tables, for the settings file."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self._changes: dict[tuple[str, str, str], Change] = {}
        for change in changes:
            self._put(change)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BindingBook) and self._changes == other._changes

    __hash__ = None  # type: ignore[assignment]  # it changes

    def layout(self, name: str, player: str = "", game: str = "") -> Layout:
        """The layout ``name`` as ``player`` has it in ``game``.

        Where a change binds a key that another slot had by default, the key moves: it never means two things.
        """
        layout = default_layout(name)
        for place in dict.fromkeys((who, what, name) for who in ("", player) for what in ("", game)):
            change = self._changes.get(place)
            if change is not None:
                layout = replace(layout, slots=_overlay(layout.slots, change.slots))
        return layout

    def rebind(self, name: str, slot: str, keys: Sequence[str], player: str = "", game: str = "") -> Layout:
        """Give ``slot`` other keys for ``player`` (``""``: everybody) in ``game`` (``""``: all); returns the
        new layout.

        Raises an :class:`arena.errors.ArenaError` for an unknown layout, slot or pad input.
        """
        device = default_layout(name).device
        fresh = parse_slots({slot: list(keys)}, device, f"layout {name}")
        held = self._changes.get((player, game, name), Change(player, game, name))
        self._put(replace(held, slots=_overlay(held.slots, fresh)))
        return self.layout(name, player, game)

    def reset(self, name: str, player: str = "", game: str = "") -> None:
        """Forget the changes of ``player`` for ``game`` in one layout."""
        self._changes.pop((player, game, name), None)

    def changes(self) -> tuple[Change, ...]:
        """All changes, in a stable order."""
        return tuple(self._changes[place] for place in sorted(self._changes))

    def to_data(self) -> list[dict[str, Any]]:
        """Plain tables, as `from_data` reads them."""
        return [
            {
                "player": change.player,
                "game": change.game,
                "layout": change.layout,
                "slots": {slot: list(change.slots[slot]) for slot in SLOTS if slot in change.slots},
            }
            for change in self.changes()
        ]

    @classmethod
    def from_data(cls, data: Any) -> BindingBook:
        """Inverse of `to_data`; raises an :class:`arena.errors.ArenaError` that says which table is wrong."""
        if not isinstance(data, Sequence) or isinstance(data, str):
            raise OptionError(f"bindings: {data!r} is not a list of tables")
        return cls(_parse_change(table, f"bindings, table {number}") for number, table in enumerate(data, 1))

    def _put(self, change: Change) -> None:
        self._changes[change.place] = change


def _parse_change(table: Any, where: str) -> Change:
    if not isinstance(table, Mapping):
        raise OptionError(f"{where}: {table!r} is not a table with player, game, layout and slots")
    words = [table.get(key, "") for key in ("player", "game", "layout")]
    if not all(isinstance(word, str) for word in words):
        raise OptionError(f"{where}: player, game and layout are texts, got {words!r}")
    player, game, name = words
    layout = default_layout(name)
    return Change(player, game, name, parse_slots(table.get("slots", {}), layout.device, where))


def _overlay(below: Slots, above: Slots) -> dict[str, tuple[str, ...]]:
    """``below`` with the slots of ``above``; a key that ``above`` uses is taken away from every other
    slot.
    """
    moved = {key for keys in above.values() for key in keys}
    merged = {slot: tuple(key for key in keys if key not in moved) for slot, keys in below.items()}
    merged.update(above)
    return merged
