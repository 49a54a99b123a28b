"""Play: find a game. A grid of pictures with a search and filters, and what there is to know about each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pygame

from arena.games import catalog
from arena.games.entry import CatalogEntry
from scenes.screens import pictures, words
from scenes.screens.game_card import GameDetails
from scenes.screens.page import GAP, Page
from scenes.ui import Button, Card, Choice, Label, ScrollView, TextField, layout

if TYPE_CHECKING:
    from scenes.app import App

CARD_WIDTH, CARD_HEIGHT = 200, 208
DETAILS = 320
ANY = ""
PLAYERS = (ANY, "1", "2", "3+")
PACES = (ANY, "wait", "realtime")
_PACE_NAMES = {ANY: "Any pace", "wait": "In turns", "realtime": "Real time"}
_PLAYER_NAMES = {ANY: "Any number", "1": "1 player", "2": "2 players", "3+": "3 or more"}


class PickerScreen(Page):
    """Choose a game; the lobby follows."""

    title = "Play"

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.entries = catalog.entries()
        self.search = TextField("", placeholder="Search", icon="search", on_change=lambda _: self.filter())
        families = [ANY, *dict.fromkeys(entry.family for entry in self.entries)]
        self.family = Choice("", families, on_change=lambda _: self.filter(), name=self._family_name)
        self.players = Choice("", PLAYERS, on_change=lambda _: self.filter(), name=_PLAYER_NAMES.__getitem__)
        self.pace = Choice("", PACES, on_change=lambda _: self.filter(), name=_PACE_NAMES.__getitem__)
        self.cards = {entry.id: self._card(entry) for entry in self.entries}
        self.grid = ScrollView(self._arrange_cards)
        self.nothing = Label("No game is like that. Loosen the search or a filter.", colour="muted")
        self.details = GameDetails(self.app.hub)
        self.choose = Button("Set up a match", self._open_shown, icon="arrow-right", kind="primary")
        self.picked: CatalogEntry = self.entries[0]

    def _card(self, entry: CatalogEntry) -> Card:
        pace = "real time" if entry.pace == "realtime" else "in turns"
        card = Card(
            entry.title,
            f"{words.seats(entry)}, {pace}",
            partial(self.open, entry),
            picture=pictures.picture(entry),
            picture_key=entry.id,
            icon=pictures.icon(entry),
        )
        card.TEXT_HEIGHT = 58  # one line below the title
        return card

    @staticmethod
    def _family_name(family: str) -> str:
        return words.FAMILIES.get(family, family.capitalize()) if family else "All families"

    def build(self) -> None:
        """Add everything; the focus is on the first game."""
        super().build()
        self.ui.add(self.search, self.family, self.players, self.pace, self.grid, self.nothing)
        self.ui.add(self.details, self.choose)
        self.filter()
        self._show(self.entries[0])
        self.ui.focus(self.cards[self.entries[0].id])

    # ---- finding -------------------------------------------------------------------------------------------

    @property
    def found(self) -> list[CatalogEntry]:
        """The games that the search and the filters let through."""
        return [entry for entry in self.entries if self._fits(entry)]

    def _fits(self, entry: CatalogEntry) -> bool:
        text = self.search.text.casefold()
        told = f"{entry.title} {entry.id} {entry.summary} {words.family(entry)}".casefold()
        seats = len(entry.seats)
        players = self.players.value
        return (
            all(word in told for word in text.split())
            and self.family.value in {ANY, entry.family}
            and self.pace.value in {ANY, entry.pace}
            and (not players or (seats >= 3 if players == "3+" else seats == int(players)))
        )

    def filter(self) -> None:
        """Show what fits."""
        found = self.found
        self.grid.set_items([self.cards[entry.id] for entry in found])
        self.nothing.visible = not found
        self.choose.enabled = bool(found)
        if found and self.picked not in found:
            self._show(found[0])
        self.subtitle.text = f"{len(found)} of {len(self.entries)} games"

    # ---- choosing ------------------------------------------------------------------------------------------

    def open(self, entry: CatalogEntry) -> None:
        """Go to the lobby of a game."""
        from scenes.screens.lobby import LobbyScreen

        self.app.push(LobbyScreen(self.app, entry))

    def _open_shown(self) -> None:
        self.open(self.picked)

    def update(self, now: float) -> bool:
        """The details follow the pointer and the focus."""
        pointed = next((entry for entry in self.entries if self.cards[entry.id].state.hovered), None)
        focused = next((entry for entry in self.entries if self.cards[entry.id].state.focused), None)
        wanted = pointed or focused
        if wanted is None or wanted is self.picked:
            return False
        self._show(wanted)
        return True

    def _show(self, entry: CatalogEntry) -> None:
        self.cards[self.picked.id].selected = False
        self.cards[entry.id].selected = True
        self.picked = entry
        self.details.show(entry)

    # ---- places --------------------------------------------------------------------------------------------

    def arrange(self, rect: pygame.Rect) -> None:
        """Filters above the grid, details at the right where there is room."""
        px, gap = self.px, self.px(GAP)
        wide = rect.width >= px(900)
        self.details.visible = self.choose.visible = wide
        left = rect
        if wide:
            left, right = layout.columns(rect, [1.0, px(DETAILS)], gap + px(8))
            self.details.place(right)
            button = pygame.Rect(0, 0, right.width - 2 * px(20), px(46))
            button.midbottom = (right.centerx, right.bottom - px(20))
            self.choose.place(button)
        bar, grid = layout.rows(left, [px(40), 1.0], gap)
        cells = layout.columns(bar, [1.3, 1.2, 1.0, 1.0], px(10))
        for widget, cell in zip((self.search, self.family, self.players, self.pace), cells, strict=True):
            widget.place(cell)
        self.grid.place(grid.inflate(2 * px(6), 0))
        self.nothing.place(pygame.Rect(grid.x, grid.y, grid.width, px(48)))

    def _arrange_cards(self, rect: pygame.Rect) -> None:
        px = self.px
        per_row = max(1, (rect.width + px(14)) // (px(CARD_WIDTH) + px(14)))
        cells = layout.grid(rect, len(self.grid.items), per_row, px(CARD_HEIGHT), px(14))
        for card, cell in zip(self.grid.items, cells, strict=True):
            card.place(cell)
