"""Which key does what: the bindings of one layout, for everybody or one person, in all games or one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from arena.errors import ArenaError
from arena.games import catalog
from arena.games.entry import SLOTS
from controllers.bindings import layouts
from scenes.devices import captured_name
from scenes.screens import form
from scenes.screens.game_card import key_sign
from scenes.ui import Button, Captured, Choice, KeyCapture, Label, Toggle, Widget
from scenes.ui.text import CAPTION

if TYPE_CHECKING:
    from scenes.app import App

EVERYBODY, EVERY_GAME = "", ""
_SLOT_NAMES = {"primary": "First action", "secondary": "Second action", "tertiary": "Third action",
               "quaternary": "Fourth action"}  # fmt: skip
_ALONE = "keyboard/full"


class Controls:
    """The fields, made anew after each change by ``refresh``."""

    def __init__(self, app: App, refresh: Callable[[], None]) -> None:
        self._app, self._refresh = app, refresh
        self.layout = next(iter(layouts()))
        self.player = EVERYBODY
        self.game = EVERY_GAME
        self.digits = False

    def widgets(self) -> list[Widget]:
        """What to choose, one row a slot, and the way back to the standard."""
        clashing = self.clashes()
        rows = [self._row(slot, clashing) for slot in SLOTS if self.digits or not slot.startswith("digit")]
        told = "; ".join(dict.fromkeys(clashing.values()))
        return [
            form.heading("Bindings"),
            *self._choices(),
            Toggle("Show number keys", self.digits, self._show_digits),
            Button("Back to the standard", self.reset, icon="rotate-ccw"),
            *([Label(told, CAPTION, colour="warn", wrap=True)] if told else []),
            form.heading("Keys" if self.layout.startswith("keyboard") else "Buttons"),
            *rows,
        ]

    def _choices(self) -> list[Widget]:
        known = layouts()
        names = list(known)
        people = [EVERYBODY, *self._app.settings.names]
        games = [EVERY_GAME, *(entry.id for entry in catalog.entries() if not entry.pointer)]
        titles = {entry.id: entry.title for entry in catalog.entries()}
        return [
            Choice("Layout", names, names.index(self.layout), self._choose("layout"),
                   name=layout_title),
            Choice("For", people, people.index(self.player) if self.player in people else 0,
                   self._choose("player"), name=lambda who: who or "Everybody"),
            Choice("In", games, games.index(self.game), self._choose("game"),
                   name=lambda game: titles.get(game, "All games")),
        ]  # fmt: skip

    def _row(self, slot: str, clashing: dict[str, str]) -> KeyCapture:
        keys = self._app.hub.bindings.layout(self.layout, self.player, self.game).slots.get(slot, ())
        pad = self.layout.startswith("pad")
        row = KeyCapture(
            slot_title(slot),
            told(keys),
            partial(self._bind, slot),
            accepts=("pad_button", "pad_axis") if pad else ("key",),
            on_clear=lambda: self._clear(slot),
        )
        row.LABEL_SHARE = Choice.LABEL_SHARE
        row.conflict = slot in clashing
        row.tooltip = clashing.get(slot, "Press Enter, then the new key; Delete unbinds")
        return row

    def clashes(self) -> dict[str, str]:
        """Slot -> why two people beside each other could not play: their layouts share the key.

        The layout of the whole keyboard is for one person alone, so it may share keys with the others.
        """
        if self.layout == _ALONE or not self.layout.startswith("keyboard"):
            return {}
        book = self._app.hub.bindings
        others = [name for name in layouts() if name.startswith("keyboard")]
        others = [name for name in others if name not in {_ALONE, self.layout}]
        found: dict[str, str] = {}
        for slot, keys in book.layout(self.layout, self.player, self.game).slots.items():
            for other in others:
                slots = book.layout(other, game=self.game).slots
                shared = {key for used in slots.values() for key in used} & set(keys)
                if shared:
                    name = layout_title(other)
                    keys_told = told(tuple(sorted(shared)))
                    found[slot] = f"{keys_told} is a key of {name} too: both cannot play at once"
        return found

    def reset(self) -> None:
        """Forget the changes to this layout for this person and game."""
        self._app.hub.bindings.reset(self.layout, self.player, self.game)
        self._app.store.save()
        self._refresh()

    def _clear(self, slot: str) -> None:
        self._set(slot, ())

    def _bind(self, slot: str, captured: Captured) -> str | None:
        return self._set(slot, (captured_name(captured),))

    def _set(self, slot: str, keys: tuple[str, ...]) -> str | None:
        """Bind and save; the answer is what the row shows."""
        try:
            self._app.hub.bindings.rebind(self.layout, slot, keys, self.player, self.game)
            self._app.store.save()
        except ArenaError as error:
            self._app.say(str(error), "bad")
            return None
        self._refresh()
        return told(keys)

    def _choose(self, name: str) -> Callable[[str], None]:
        def change(value: str) -> None:
            setattr(self, name, value)
            self._refresh()

        return change

    def _show_digits(self, digits: bool) -> None:  # noqa: FBT001 - what a toggle tells
        self.digits = digits
        self._refresh()


def layout_title(name: str) -> str:
    """A layout for people: ``W A S D``."""
    return layouts()[name].title


def slot_title(slot: str) -> str:
    """A slot for people."""
    if slot.startswith("digit"):
        return f"Number {slot.removeprefix('digit')}"
    return _SLOT_NAMES.get(slot, slot.capitalize())


def told(keys: tuple[str, ...]) -> str:
    """Keys as they are printed."""
    return ", ".join(map(key_sign, keys))
