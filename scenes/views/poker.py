"""Limit, no-limit and Leduc hold'em: one table for two to ten seats.

Nothing here is clicked: calls and raises are buttons of the match screen.
"""

from __future__ import annotations

import math
from typing import Any

import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import cards, shapes
from scenes.views.style import NOTHING, Legal, Pick, Point, Size, Snapshot, ViewStyle

FELT: Colour = (25, 74, 66)
FELT_EDGE: Colour = (17, 52, 48)
RAIL: Colour = (58, 44, 36)
CHIP: Colour = (214, 72, 62)
POT_CHIP: Colour = (84, 112, 196)
ON_FELT: Colour = (222, 238, 230)


class Table:
    """Where everything lies; ``unit`` is a hundredth of the shorter side."""

    def __init__(self, size: Size, seats: int) -> None:
        self.size, self.seats = size, seats
        self.unit = min(size) / 100
        self.middle = (size[0] // 2, size[1] // 2)
        self.card = round(self.unit * (17 if seats <= 3 else 14 if seats <= 6 else 11))
        self.plate = (round(self.unit * (34 if seats <= 3 else 25)), round(self.unit * 8.5))
        self.shared = self._shared_height()

    def _shared_height(self) -> int:
        """Height of the community cards; with seats at the sides, five must fit between them."""
        highest = self.unit * (18 if self.seats <= 6 else 15)
        if self.seats > 3:
            between = self.size[0] - 2 * (self.plate[0] + 9 * self.unit)
            highest = min(highest, max(between / 5.6, 5 * self.unit) / cards.RATIO)
        return max(6, round(highest))

    def px(self, units: float) -> int:
        """``units`` in whole pixels, at least one."""
        return max(1, round(units * self.unit))

    def seat(self, place: int) -> pygame.Rect:
        """The block of a seat, name plate and cards; place 0 is at the bottom, then clockwise."""
        block = pygame.Rect(0, 0, self.plate[0], self.plate[1] + self.card + self.px(1.5))
        reach_x = (self.size[0] - block.width) / 2 - self.unit * 2
        reach_y = (self.size[1] - block.height) / 2 - self.unit * 2
        turn = math.pi / 2 + 2 * math.pi * place / self.seats
        block.center = (
            round(self.middle[0] + reach_x * math.cos(turn)),
            round(self.middle[1] + reach_y * math.sin(turn)),
        )
        return block


def draw(snapshot: Snapshot, size: Size, alpha: float, style: ViewStyle) -> pygame.Surface:
    """The table; see :class:`scenes.views.style.View`."""
    table = Table(size, len(snapshot["seats"]))
    key = ("felt", size, style.palette.background)
    surface = shapes.cached(key, lambda: _felt(table, style)).copy()
    _draw_middle(surface, table, snapshot)
    first = style.seen_from(snapshot)
    for place in range(table.seats):
        seat = snapshot["seats"][(first + place) % table.seats]
        _draw_seat(surface, table, place, seat, snapshot, style)
    return surface


def pick(snapshot: Snapshot, size: Size, pos: Point, legal: Legal, style: ViewStyle) -> Pick:
    """Nothing: the actions are buttons beside the table."""
    return NOTHING


def spots(snapshot: Snapshot, size: Size, legal: Legal, style: ViewStyle) -> list[Point]:
    """None."""
    return []


def _felt(table: Table, style: ViewStyle) -> pygame.Surface:
    surface = shapes.blank(table.size, style.palette.background)
    rail = pygame.Rect(0, 0, *table.size).inflate(-table.px(8), -table.px(18))
    canvas = shapes.Canvas(rail.width, rail.height, rail.width)
    radius = min(rail.size) * 0.46
    for inset, colour in ((0, RAIL), (1.6, mix(RAIL, (0, 0, 0), 0.3)), (2.1, FELT_EDGE), (3.2, FELT)):
        edge = inset * table.unit
        canvas.fill(shapes.box(edge, edge, rail.width - edge, rail.height - edge, radius - edge), colour)
    inner = 9 * table.unit
    outline = shapes.box(inner, inner, rail.width - inner, rail.height - inner, radius - inner)
    canvas.stroke(outline, 0.35 * table.unit, mix(FELT, ON_FELT, 0.14), closed=True)
    surface.blit(canvas.image(), rail)
    return surface


def _draw_middle(surface: pygame.Surface, table: Table, snapshot: Snapshot) -> None:
    """Community cards with empty places, the pot above, the stage below."""
    places = 1 if snapshot["game"] == "leduc_holdem" else 5
    gap, width = table.px(1.4), cards.width_of(table.shared)
    left = table.middle[0] - (places * width + (places - 1) * gap) // 2
    top = table.middle[1] - table.shared // 2
    for index in range(places):
        shown = index < len(snapshot["community"])
        image = (
            cards.face(snapshot["community"][index], table.shared)
            if shown
            else cards.slot(table.shared, FELT)
        )
        surface.blit(image, (left + index * (width + gap), top))
    pot = (table.middle[0], top - table.px(4.4))
    _draw_chips(surface, table, pot, f"Pot {snapshot['pot']}", POT_CHIP, table.px(3.6))
    stage = (table.middle[0], top + table.shared + table.px(3.6))
    shapes.write(
        surface, snapshot["stage"].title(), "medium", table.px(2.9), mix(FELT, ON_FELT, 0.66), center=stage
    )


def _draw_chips(
    surface: pygame.Surface, table: Table, centre: Point, words: str, colour: Colour, height: int
) -> None:
    """A chip and words beside it, together centred."""
    image, label = (
        cards.chip(height, colour),
        shapes.text(words, "number-bold", round(height * 0.92), ON_FELT),
    )
    gap = height // 3
    left = centre[0] - (image.get_width() + gap + label.get_width()) // 2
    surface.blit(image, image.get_rect(midleft=(left, centre[1])))
    surface.blit(label, label.get_rect(midleft=(left + image.get_width() + gap, centre[1])))


def _draw_seat(
    surface: pygame.Surface,
    table: Table,
    place: int,
    seat: dict[str, Any],
    snapshot: Snapshot,
    style: ViewStyle,
) -> None:
    block = table.seat(place)
    above = block.centery < table.middle[1] - table.px(20)  # at the far side the cards lie below the name
    plate = pygame.Rect(block.left, block.top if above else block.bottom - table.plate[1], *table.plate)
    line = block.bottom - table.card if above else block.top
    _draw_hand(surface, table, (block.centerx, line), seat)
    _draw_plate(surface, table, plate, seat, snapshot, style)
    _draw_bet(surface, table, pygame.Rect(block.left, line, block.width, table.card), seat)


def _draw_bet(surface: pygame.Surface, table: Table, hand: pygame.Rect, seat: dict[str, Any]) -> None:
    """Bet and dealer button beside the cards: at the sides of the table both towards its middle."""
    aside = hand.centerx - table.middle[0]
    if abs(aside) < table.px(12):
        reach = len(seat["cards"]) * cards.width_of(table.card) // 2
        bet = (hand.centerx + reach + table.px(8), hand.centery)
        button = (hand.centerx - reach - table.px(5), hand.centery)
    else:
        inner = hand.left - table.px(5) if aside > 0 else hand.right + table.px(5)
        bet, button = (inner, hand.centery + table.px(1)), (inner, hand.centery - table.px(5))
    if seat["bet"]:
        _draw_chips(surface, table, bet, str(seat["bet"]), CHIP, table.px(3.2))
    if seat["button"]:
        disc = shapes.panel((table.px(4), table.px(4)), cards.FACE, table.px(2), cards.EDGE, 1)
        surface.blit(disc, disc.get_rect(center=button))
        shapes.write(surface, "D", "bold", table.px(2.3), cards.INK, center=button)


def _draw_hand(surface: pygame.Surface, table: Table, top: Point, seat: dict[str, Any]) -> None:
    width, gap = cards.width_of(table.card), table.px(1)
    count = len(seat["cards"])
    left = top[0] - (count * width + (count - 1) * gap) // 2
    for index, card in enumerate(seat["cards"]):
        image = cards.face(card, table.card) if card else cards.back(table.card)
        if seat["folded"]:
            image = shapes.faded(image, 0.28)
        surface.blit(image, (left + index * (width + gap), top[1]))


def _draw_plate(
    surface: pygame.Surface,
    table: Table,
    plate: pygame.Rect,
    seat: dict[str, Any],
    snapshot: Snapshot,
    style: ViewStyle,
) -> None:
    """The name above; chips and what the seat did last, or has won, below."""
    palette, agent = style.palette, seat["agent"]
    due = snapshot["to_move"] == agent
    edge = palette.accent if due else palette.line_strong
    fill = palette.accent_soft if due else palette.raised
    surface.blit(shapes.panel(plate.size, fill, table.px(2), edge, table.px(0.35)), plate)
    inset, small = table.px(2), table.px(2.5)
    room = plate.width - 2 * inset
    name = shapes.shortened(style.name(agent), "semibold", table.px(3), room)
    ink = palette.faint if seat["folded"] else palette.text
    left, right = plate.left + inset, plate.right - inset
    shapes.write(surface, name, "semibold", table.px(3), ink, midleft=(left, plate.top + plate.height // 3))
    line = plate.top + plate.height * 7 // 10
    word, colour = _standing(seat, snapshot, style)
    standing = shapes.write(surface, word, "semibold", small, colour, midright=(right, line))
    chips = seat["in_pot"] if seat["stack"] is None else seat["stack"]
    caption = "in the pot" if seat["stack"] is None else "stack"
    money = seat["hand"] or (f"{caption} {chips}" if table.seats <= 3 else str(chips))
    money = shapes.shortened(money, "medium", small, standing.left - left - inset // 2)
    shapes.write(surface, money, "medium", small, palette.muted, midleft=(left, line))


def _standing(seat: dict[str, Any], snapshot: Snapshot, style: ViewStyle) -> tuple[str, Colour]:
    palette = style.palette
    if seat["payoff"] is not None:
        gain = seat["payoff"]
        return f"{gain:+g}", palette.good if gain > 0 else palette.bad if gain < 0 else palette.muted
    if seat["folded"]:
        return "folded", palette.faint
    if seat["all_in"]:
        return "all in", palette.warn
    last = next((action for agent, action, _ in reversed(snapshot["history"]) if agent == seat["agent"]), "")
    return last, palette.muted
