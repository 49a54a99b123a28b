"""The left half of the lobby: one row a seat, with a chooser and what is wrong with who sits there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import pygame

from arena.games.entry import CatalogEntry
from scenes.screens import words
from scenes.screens.lobby_draft import is_person
from scenes.screens.lobby_sitters import EMPTY, Sitter, has_options, offer_of, person_name, spoken
from scenes.ui import Button, Choice, Widget, layout
from scenes.ui.text import BODY_STRONG, CAPTION

ROW, ERROR = 68, 24
WHO = 168
"""Width of the seat's name."""


class Seating(Protocol):
    """What a row asks of the lobby."""

    def choose(self, agent: str, sitter: Sitter) -> None:
        """Seat ``sitter``, or ask what is missing."""

    def sit_by_click(self, agent: str) -> None:
        """Somebody clicked on the seat."""

    def open_options(self, agent: str) -> None:
        """Show the options of who sits there."""


class SeatRow(Widget):
    """One seat. `sync` shows what the draft and the findings say."""

    def __init__(self, entry: CatalogEntry, agent: str, number: int, lobby: Seating) -> None:
        super().__init__()
        self.entry, self.agent, self.number = entry, agent, number
        self.problem = ""
        self.empty = True
        self.person = False
        self.chooser: Choice[Sitter] = Choice(
            "",
            [EMPTY],
            on_change=lambda sitter: lobby.choose(agent, sitter),
            name=lambda sitter: sitter.label,
            icon=lambda sitter: sitter.icon,
        )
        self.sit = Button("Sit here", lambda: lobby.sit_by_click(agent), icon="log-in")
        self.options = Button(
            "", lambda: lobby.open_options(agent), icon="sliders-horizontal", tooltip="Name and options"
        )

    def sync(self, spec: str, offers: Sequence[Sitter], problem: str) -> None:
        """Show ``spec`` among ``offers``, and what is wrong with it."""
        self.empty, self.person, self.problem = not spec, is_person(spec), problem
        current = offer_of(spec, offers) if spec else EMPTY
        if person_name(spec):
            current = replace(current, label=spoken(spec))
        known = [offer.words for offer in offers if not offer.ask]
        places = [known.index(current.words)] if current.words in known else []
        shown = list(offers)
        if places:
            shown[places[0]] = current
        else:
            shown.insert(1, current)
        self.chooser.set_options(shown, places[0] if places else 1)
        self.sit.visible, self.options.visible = self.empty, not self.empty and has_options(spec)

    @property
    def height(self) -> int:
        """Pixels at scale 1."""
        return ROW + (ERROR if self.problem else 0)

    def children(self) -> Sequence[Widget]:
        """The chooser and the button beside it."""
        return self.chooser, self.sit, self.options

    def place(self, rect: pygame.Rect) -> None:
        """Name, chooser, button from left to right; the problem below."""
        super().place(rect)
        px = self.theme.px
        row = pygame.Rect(rect.x, rect.y, rect.width, px(ROW)).inflate(-2 * px(14), -2 * px(14))
        beside = self.sit.width_wanted() if self.empty else px(44)
        _, chooser, button = layout.columns(row, [min(px(WHO), row.width // 3), 1.0, beside], px(12))
        self.chooser.place(chooser)
        self.sit.place(button)
        self.options.place(button)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the panel with the seat's colour and name, then the controls."""
        theme, palette = self.theme, self.theme.palette
        px = theme.px
        line = palette.bad if self.problem else palette.line
        theme.paint.panel(surface, self.rect, palette.surface, px(theme.RADIUS), line, px(1))
        top = pygame.Rect(self.rect.x, self.rect.y, self.rect.width, px(ROW))
        colour = palette.seat(self.number)
        theme.paint.disc(surface, (top.x + px(24), top.centery), px(7), colour)
        if self.empty:
            theme.paint.disc(surface, (top.x + px(24), top.centery), px(4), palette.surface)
        who = pygame.Rect(top.x + px(44), top.y, self.chooser.rect.x - top.x - px(52), px(22))
        caption = words.side(self.entry, self.agent)
        who.centery = top.centery - (px(9) if caption else 0)
        theme.text.draw(surface, words.agent_name(self.agent), who, BODY_STRONG, palette.text)
        if caption:
            theme.text.draw(surface, caption, who.move(0, px(20)), CAPTION, palette.muted)
        for child in self.children():
            if child.visible:
                child.draw(surface)
        if self.problem:
            below = pygame.Rect(top.x + px(14), top.bottom - px(8), top.width - px(28), px(ERROR))
            theme.paint.icon(surface, "circle-alert", (below.x + px(8), below.centery), 14, palette.bad)
            text = pygame.Rect(below.x + px(22), below.y, below.width - px(22), below.height)
            theme.text.draw(surface, self.problem, text, CAPTION, palette.bad)
