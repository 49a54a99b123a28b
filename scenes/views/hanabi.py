"""Hanabi: fireworks, tokens, discards, everybody else's hand, and one's own from behind with what hints told.

A click on an own card offers to play or to discard it; a click on another's card offers its colour and its
rank.
"""

from __future__ import annotations

from typing import Any

import pygame

from scenes.ui.palette import Colour
from scenes.views import shapes
from scenes.views.hanabi_cards import COLOURS, dot, face, known_back, slot
from scenes.views.style import NOTHING, Legal, Pick, Point, Size, Snapshot, ViewStyle

NAMES = {"R": "red", "Y": "yellow", "G": "green", "W": "white", "B": "blue"}
INFORMATION: Colour = (88, 166, 255)
LIFE: Colour = (240, 92, 98)
RATIO = 0.76
KNOWLEDGE = 0.2
"""Height of a line of knowledge over a card's width."""
SIDE_SHARE = 0.27
"""Share of the width that tokens and discards take."""


class Table:
    """Where everything lies. Row 0 is the fireworks, then the others' hands, the last row is one's own."""

    def __init__(self, size: Size, snapshot: Snapshot, style: ViewStyle) -> None:
        self.size = size
        first, count = style.seen_from(snapshot), len(snapshot["agents"])
        self.own = first
        self.others = [(first + step) % count for step in range(1, count)]
        self.gap = max(3, min(size) // 80)
        side = round(min(size[0] * SIDE_SHARE, size[1] * 0.36))
        self.row = (size[1] - 2 * self.gap) // (count + 1)
        self.label = min(22, max(9, round(self.row * 0.11)))
        self.width, self.card = self._card_size(snapshot, side)
        places = max(snapshot["hand_size"], len(snapshot["colours"]))
        used = places * (self.width + 2 * self.gap)
        left = max(self.gap, (size[0] - used - side - 2 * self.gap) // 2)
        self.main = pygame.Rect(left, self.gap, used, size[1] - 2 * self.gap)
        self.side = pygame.Rect(self.main.right + self.gap, self.gap, side - self.gap, self.main.height)

    def _card_size(self, snapshot: Snapshot, side: int) -> Size:
        """As large as the rows and the places in them allow; below a card are two lines of knowledge."""
        places = max(snapshot["hand_size"], len(snapshot["colours"]))
        widest = (self.size[0] - side - 2 * self.gap) // places - 2 * self.gap
        highest = self.row - 2 * self.label - 2 * self.gap
        width = max(8, min(widest, round(highest / (1 / RATIO + 2 * KNOWLEDGE))))
        return width, round(width / RATIO)

    def line(self, index: int) -> int:
        """Top of row ``index``."""
        return self.main.top + index * self.row

    def cards(self, row: int, count: int) -> list[pygame.Rect]:
        """The areas of ``count`` cards in ``row``."""
        top = self.line(row) + self.label * 2
        step = self.width + 2 * self.gap
        return [
            pygame.Rect(self.main.left + place * step, top, self.width, self.card) for place in range(count)
        ]

    def hand_row(self, seat: int) -> int:
        """The row of a seat's hand."""
        return len(self.others) + 1 if seat == self.own else 1 + self.others.index(seat)

    def hand(self, snapshot: Snapshot, seat: int) -> list[pygame.Rect]:
        """The areas of a seat's cards."""
        return self.cards(self.hand_row(seat), len(snapshot["hands"][seat]))

    def offers(self, snapshot: Snapshot, selected: str) -> list[pygame.Rect]:
        """The areas of the two buttons over the selected card."""
        seat, place = _selection(selected)
        card = self.hand(snapshot, seat)[place]
        height = round(card.height * 0.36)
        width = max(card.width, round(height * 2.7))
        upper = pygame.Rect(0, 0, width, height)
        upper.midbottom = (card.centerx, card.centery - self.gap // 2)
        upper.left = max(upper.left, self.main.left)
        return [upper, upper.move(0, height + self.gap)]


def draw(snapshot: Snapshot, size: Size, alpha: float, style: ViewStyle) -> pygame.Surface:
    """The table; see :class:`scenes.views.style.View`."""
    table = Table(size, snapshot, style)
    surface = shapes.blank(size, style.palette.background)
    _draw_fireworks(surface, table, snapshot, style)
    for seat in (*table.others, table.own):
        _draw_hand(surface, table, snapshot, style, seat)
    _draw_side(surface, table, snapshot, style)
    if style.selected and _valid(snapshot, style.selected):
        _draw_offers(surface, table, snapshot, style)
    return surface


def pick(snapshot: Snapshot, size: Size, pos: Point, legal: Legal, style: ViewStyle) -> Pick:
    """A card first, then one of the two things to do with it."""
    table = Table(size, snapshot, style)
    if style.selected and _valid(snapshot, style.selected):
        for rect, (action, _) in zip(
            table.offers(snapshot, style.selected), _offered(snapshot, style.selected, table), strict=True
        ):
            if rect.collidepoint(pos):
                return Pick(action=action) if action in legal else Pick(selected=style.selected)
    for seat in range(len(snapshot["hands"])):
        for place, rect in enumerate(table.hand(snapshot, seat)):
            selected = f"{seat}:{place}"
            usable = any(action in legal for action, _ in _offered(snapshot, selected, table))
            if rect.collidepoint(pos) and usable and selected != style.selected:
                return Pick(selected=selected)
    return NOTHING


def spots(snapshot: Snapshot, size: Size, legal: Legal, style: ViewStyle) -> list[Point]:
    """The cards something can be done with; with one selected, its buttons."""
    table = Table(size, snapshot, style)
    if style.selected and _valid(snapshot, style.selected):
        offered = zip(
            table.offers(snapshot, style.selected), _offered(snapshot, style.selected, table), strict=True
        )
        return [rect.center for rect, (action, _) in offered if action in legal]
    return [
        rect.center
        for seat in range(len(snapshot["hands"]))
        for place, rect in enumerate(table.hand(snapshot, seat))
        if any(action in legal for action, _ in _offered(snapshot, f"{seat}:{place}", table))
    ]


def action_rows(snapshot: Snapshot, legal: Legal) -> list[tuple[str, list[int]]]:
    """The legal actions in groups with a heading, for a list of buttons."""
    hand, colours, ranks = snapshot["hand_size"], len(snapshot["colours"]), snapshot["ranks"]
    agents, mover = snapshot["agents"], snapshot["to_move"]
    others = len(agents) - 1
    groups: dict[str, list[int]] = {"Play": [], "Discard": []}
    for action in sorted(legal):
        if action < 2 * hand:
            groups["Discard" if action < hand else "Play"].append(action)
            continue
        hint = action - 2 * hand
        by_colour = hint < others * colours
        step = hint // colours if by_colour else (hint - others * colours) // ranks
        seat = (agents.index(mover) + 1 + step) % len(agents)
        groups.setdefault(f"Tell {agents[seat]}", []).append(action)
    return [(heading, actions) for heading, actions in groups.items() if actions]


def _selection(selected: str) -> tuple[int, int]:
    seat, _, place = selected.partition(":")
    return int(seat), int(place)


def _valid(snapshot: Snapshot, selected: str) -> bool:
    seat, place = _selection(selected)
    return seat < len(snapshot["hands"]) and place < len(snapshot["hands"][seat])


def _offered(snapshot: Snapshot, selected: str, table: Table) -> list[tuple[int, str]]:
    """Two actions with their words; -1 for one that does not exist (a hint about a card that is not seen).

    Order of the actions: discard by place, play by place, colours of the next player, of the one after, ...,
    then ranks likewise.
    """
    seat, place = _selection(selected)
    hand, colours, ranks = snapshot["hand_size"], len(snapshot["colours"]), snapshot["ranks"]
    if seat == table.own:
        return [(hand + place, "Play"), (place, "Discard")]
    card = snapshot["hands"][seat][place]["card"]
    if card is None:
        return [(-1, ""), (-1, "")]
    step, others = (seat - table.own) % len(snapshot["agents"]) - 1, len(snapshot["agents"]) - 1
    colour = 2 * hand + step * colours + snapshot["colours"].index(card[0])
    rank = 2 * hand + others * colours + step * ranks + int(card[1]) - 1
    return [(colour, f"Tell {NAMES[card[0]]}"), (rank, f"Tell {card[1]}")]


def _draw_fireworks(surface: pygame.Surface, table: Table, snapshot: Snapshot, style: ViewStyle) -> None:
    total = sum(snapshot["fireworks"].values())
    best = len(snapshot["colours"]) * snapshot["ranks"]
    _heading(surface, table, 0, f"Fireworks  {total} of {best}", style, due=False)
    for letter, rect in zip(snapshot["colours"], table.cards(0, len(snapshot["colours"])), strict=True):
        height = snapshot["fireworks"][letter]
        image = face(letter + str(height), rect.size) if height else slot(letter, rect.size, style)
        surface.blit(image, rect)


def _draw_hand(
    surface: pygame.Surface, table: Table, snapshot: Snapshot, style: ViewStyle, seat: int
) -> None:
    agent, row = snapshot["agents"][seat], table.hand_row(seat)
    _heading(surface, table, row, style.name(agent), style, due=snapshot["to_move"] == agent)
    for card, rect in zip(snapshot["hands"][seat], table.hand(snapshot, seat), strict=True):
        hidden = card["card"] is None
        image = known_back(card, rect.size) if hidden else face(card["card"], rect.size)
        surface.blit(image, rect)
        surface.blit(_knowledge(card, rect.width, snapshot, style), (rect.left, rect.bottom + table.gap // 2))


def _heading(
    surface: pygame.Surface, table: Table, row: int, words: str, style: ViewStyle, *, due: bool
) -> None:
    colour = style.palette.accent if due else style.palette.muted
    spot = (table.main.left, table.line(row) + table.label)
    words = shapes.shortened(
        f"{words}  \N{MIDDLE DOT}  to move" if due else words, "semibold", table.label, table.main.width
    )
    shapes.write(surface, words, "semibold", table.label, colour, midleft=spot)


def _knowledge(card: dict[str, Any], width: int, snapshot: Snapshot, style: ViewStyle) -> pygame.Surface:
    """Below a card: the colours and ranks its holder must still reckon with; a named rank is bright."""
    letters, ranks = snapshot["colours"], snapshot["ranks"]
    palette, line = style.palette, round(width * KNOWLEDGE)

    def make() -> pygame.Surface:
        image = pygame.Surface((width, 2 * line), pygame.SRCALPHA)
        for index, letter in enumerate(letters):
            disc = dot(
                max(2, round(line * 0.3)), COLOURS[letter] if letter in card["colours"] else palette.overlay
            )
            image.blit(disc, disc.get_rect(center=(round(width / len(letters) * (index + 0.5)), line // 2)))
        for index in range(ranks):
            possible = str(index + 1) in card["ranks"]
            ink = palette.text if card["rank"] == index + 1 else palette.muted if possible else palette.line
            spot = (round(width / ranks * (index + 0.5)), line + line // 2)
            shapes.write(image, str(index + 1), "number-bold", round(line * 0.78), ink, center=spot)
        return image

    key = (
        "hanabi knowledge",
        letters,
        ranks,
        card["colours"],
        card["ranks"],
        card["rank"],
        width,
        palette.text,
    )
    return shapes.cached(key, make)


def _draw_side(surface: pygame.Surface, table: Table, snapshot: Snapshot, style: ViewStyle) -> None:
    """Tokens, the deck, and what lies on the discard pile by colour."""
    palette, side = style.palette, table.side
    surface.blit(shapes.panel(side.size, palette.surface, 2 * table.gap), side)
    unit = max(6, round(side.width * 0.075))
    left, top = side.left + unit, side.top + unit
    for name, count, most, colour in (
        ("Information", snapshot["information"], snapshot["max_information"], INFORMATION),
        ("Lives", snapshot["lives"], snapshot["max_lives"], LIFE),
    ):
        shapes.write(surface, name, "medium", unit, palette.muted, topleft=(left, top))
        top += round(unit * 2.1)
        for index in range(most):
            step = min(unit * 1.4, (side.width - 2 * unit) / max(1, most))
            disc = dot(max(2, round(step * 0.36)), colour if index < count else palette.overlay)
            surface.blit(disc, disc.get_rect(center=(round(left + step * (index + 0.5)), top)))
        top += round(unit * 1.3)
    shapes.write(surface, "Deck", "medium", unit, palette.muted, topleft=(left, top))
    deck = str(snapshot["deck"])
    shapes.write(surface, deck, "number-bold", unit, palette.text, topright=(side.right - unit, top))
    top += round(unit * 2.2)
    shapes.write(surface, "Discarded", "medium", unit, palette.muted, topleft=(left, top))
    top += round(unit * 2)
    area = pygame.Rect(left, top, side.width - 2 * unit, round(unit * 1.75 * len(snapshot["colours"])))
    _draw_discards(surface, area, unit, snapshot, style)
    top = area.bottom + unit
    area = pygame.Rect(left, top, area.width, side.bottom - top - unit)
    _draw_history(surface, area, unit, snapshot, style)


def _draw_discards(
    surface: pygame.Surface, area: pygame.Rect, unit: int, snapshot: Snapshot, style: ViewStyle
) -> None:
    """One line a colour: the discarded ranks in order."""
    for row, letter in enumerate(snapshot["colours"]):
        ranks = sorted(card[1] for card in snapshot["discards"] if card[0] == letter)
        line = area.top + round((row + 0.5) * unit * 1.75)
        disc = dot(max(2, round(unit * 0.4)), COLOURS[letter])
        surface.blit(disc, disc.get_rect(center=(area.left + unit // 2, line)))
        words = "  ".join(ranks) or "\N{EN DASH}"
        ink = style.palette.text if ranks else style.palette.faint
        words = shapes.shortened(words, "number", unit, area.width - 2 * unit)
        shapes.write(surface, words, "number", unit, ink, midleft=(area.left + round(unit * 1.6), line))


def _draw_history(
    surface: pygame.Surface, area: pygame.Rect, unit: int, snapshot: Snapshot, style: ViewStyle
) -> None:
    """The newest moves that fit, newest first."""
    lines = max(0, (area.height - round(unit * 1.9)) // round(unit * 1.6))
    if lines < 1 or not snapshot["history"]:
        return
    shapes.write(surface, "Moves", "medium", unit, style.palette.muted, topleft=area.topleft)
    for index, (agent, words) in enumerate(reversed(snapshot["history"][-lines:])):
        line = f"{_briefly(words, snapshot, style)}  \N{MIDDLE DOT}  {style.name(agent)}"
        line = shapes.shortened(line, "regular", unit, area.width)
        spot = (area.left, area.top + round(unit * 1.9) + index * round(unit * 1.6))
        shapes.write(surface, line, "regular", unit, style.palette.text, topleft=spot)


def _briefly(words: str, snapshot: Snapshot, style: ViewStyle) -> str:
    """A move in words with names for agents; with two players, whom a hint is for goes without saying."""
    for agent in snapshot["agents"]:
        named = "" if len(snapshot["agents"]) == 2 else f" {style.name(agent)}"
        words = words.replace(f" {agent}", named)
    return words


def _draw_offers(surface: pygame.Surface, table: Table, snapshot: Snapshot, style: ViewStyle) -> None:
    selected = style.selected or ""
    seat, place = _selection(selected)
    card = table.hand(snapshot, seat)[place]
    ring = shapes.panel(
        card.size, style.palette.background, card.height // 9, style.palette.accent, table.gap // 2
    )
    surface.blit(shapes.faded(ring, 0.55), card)
    offered = zip(table.offers(snapshot, selected), _offered(snapshot, selected, table), strict=True)
    for rect, (action, words) in offered:
        possible = action in style.legal
        over = possible and style.hover is not None and rect.collidepoint(style.hover)
        fill = (
            style.palette.accent_hover
            if over
            else style.palette.accent
            if possible
            else style.palette.overlay
        )
        surface.blit(shapes.panel(rect.size, fill, rect.height // 4), rect)
        ink = style.palette.on_accent if possible else style.palette.faint
        shapes.write(surface, words, "semibold", round(rect.height * 0.42), ink, center=rect.center)
