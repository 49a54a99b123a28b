"""Rock paper scissors: the last round laid open, the score, the rounds so far, and buttons to choose."""

from __future__ import annotations

import pygame

from arena.games.inspectors.rps import winner
from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.shapes import Canvas, box, circle, path
from scenes.views.style import NOTHING, Legal, Pick, Point, Size, Snapshot, ViewStyle, eased


class Table:
    """Where everything lies, from top to bottom: names and score, two cards, rounds, choices."""

    def __init__(self, size: Size, choices: int) -> None:
        self.size = size
        self.unit = min(size[0], round(size[1] * 1.1)) / 100
        self.middle = size[0] // 2
        self.card = round(min(size[0] * 0.36, size[1] * 0.38))
        self.cards_top = round(size[1] * 0.17)
        self.rounds_top = self.cards_top + self.card + self.px(5)
        side = round(min(size[1] * 0.17, size[0] * 0.9 / choices - self.px(2)))
        self.choice = max(16, side)
        self.choices = choices

    def px(self, units: float) -> int:
        """Hundredths of the width in whole pixels, at least one."""
        return max(1, round(units * self.unit))

    def card_rect(self, place: int) -> pygame.Rect:
        """The area of the left (0) or right (1) card."""
        gap = self.px(4)
        left = self.middle - gap - self.card if place == 0 else self.middle + gap
        return pygame.Rect(left, self.cards_top, self.card, self.card)

    def choice_rect(self, action: int) -> pygame.Rect:
        """The area of a button."""
        step = self.choice + self.px(2)
        left = self.middle - (step * self.choices - self.px(2)) // 2
        return pygame.Rect(
            left + action * step, self.size[1] - self.choice - self.px(3), self.choice, self.choice
        )


def draw(snapshot: Snapshot, size: Size, alpha: float, style: ViewStyle) -> pygame.Surface:
    """The table; see :class:`scenes.views.style.View`."""
    table = Table(size, len(snapshot["choices"]))
    surface = shapes.blank(size, style.palette.background)
    first = style.seen_from(snapshot)
    open_share = eased(alpha, style)
    last = snapshot["rounds"][-1] if snapshot["rounds"] else None
    won = winner(*last) if last else None
    if open_share <= 0.5:  # the cards are still closed: neither score nor rounds may tell
        snapshot = _before_last(snapshot, won)
    _draw_score(surface, table, snapshot, style, first)
    for place, seat in enumerate((first, 1 - first)):
        shown = last[seat] if last and open_share > 0.5 else None
        _draw_card(surface, table, place, shown, style, snapshot, lit=open_share == 1 and won == seat)
    _draw_rounds(surface, table, snapshot, style, first)
    for action in range(table.choices) if style.legal else ():
        _draw_choice(surface, table, action, snapshot, style)
    return surface


def _before_last(snapshot: Snapshot, won: int | None) -> Snapshot:
    score = [count - (won == seat) for seat, count in enumerate(snapshot["score"])]
    return {**snapshot, "score": score, "rounds": snapshot["rounds"][:-1]}


def pick(snapshot: Snapshot, size: Size, pos: Point, legal: Legal, style: ViewStyle) -> Pick:
    """The button under the pointer."""
    table = Table(size, len(snapshot["choices"]))
    hits = (action for action in legal if table.choice_rect(action).collidepoint(pos))
    return next((Pick(action=action) for action in hits), NOTHING)


def spots(snapshot: Snapshot, size: Size, legal: Legal, style: ViewStyle) -> list[Point]:
    """The buttons."""
    table = Table(size, len(snapshot["choices"]))
    return [table.choice_rect(action).center for action in sorted(legal)]


def _draw_score(
    surface: pygame.Surface, table: Table, snapshot: Snapshot, style: ViewStyle, first: int
) -> None:
    palette, line = style.palette, round(table.cards_top * 0.5)
    score = f"{snapshot['score'][first]} : {snapshot['score'][1 - first]}"
    centre = shapes.write(
        surface, score, "number-bold", table.px(7), palette.text, center=(table.middle, line)
    )
    for place, seat in enumerate((first, 1 - first)):
        agent = snapshot["agents"][seat]
        room = centre.left - table.card_rect(0).left - table.px(2)
        name = shapes.shortened(style.name(agent), "semibold", table.px(3.6), room)
        rect, colour = table.card_rect(place), style.colour(snapshot, agent)
        if place == 0:
            shapes.write(surface, name, "semibold", table.px(3.6), colour, midleft=(rect.left, line))
        else:
            shapes.write(surface, name, "semibold", table.px(3.6), colour, midright=(rect.right, line))


def _draw_card(
    surface: pygame.Surface,
    table: Table,
    place: int,
    choice: int | None,
    style: ViewStyle,
    snapshot: Snapshot,
    *,
    lit: bool,
) -> None:
    palette, rect = style.palette, table.card_rect(place)
    edge = palette.good if lit else palette.line
    fill = mix(palette.raised, palette.good, 0.12) if lit else palette.raised
    surface.blit(shapes.panel(rect.size, fill, table.px(3), edge, table.px(0.5)), rect)
    if choice is None:
        shapes.write(surface, "?", "semibold", rect.height // 3, palette.faint, center=rect.center)
        return
    image = symbol(snapshot["choices"][choice], round(rect.width * 0.56))
    surface.blit(image, image.get_rect(center=(rect.centerx, rect.centery - rect.height // 16)))
    words, spot = snapshot["choices"][choice].title(), (rect.centerx, rect.bottom - rect.height // 9)
    shapes.write(surface, words, "medium", table.px(3), palette.muted, center=spot)


def _draw_rounds(
    surface: pygame.Surface, table: Table, snapshot: Snapshot, style: ViewStyle, first: int
) -> None:
    """A column a round: own choice above, the other's below, a bar at the winner's side between them."""
    palette, count = style.palette, snapshot["max_rounds"]
    width = 2 * table.card + 2 * table.px(4)
    step = min(width / max(1, count), table.px(8))
    left = table.middle - step * count / 2
    side = max(6, round(step * 0.72))
    top = table.rounds_top
    for index in range(count):
        x = round(left + step * (index + 0.5))
        if index >= len(snapshot["rounds"]):
            dot = shapes.panel((max(2, side // 4),) * 2, palette.line, side)
            surface.blit(dot, dot.get_rect(center=(x, top + side)))
            continue
        pair = snapshot["rounds"][index]
        won = winner(*pair)
        for place, seat in enumerate((first, 1 - first)):
            image = symbol(snapshot["choices"][pair[seat]], side)
            image = image if won in (seat, None) else shapes.faded(image, 0.32)
            surface.blit(image, image.get_rect(midtop=(x, top + round(place * side * 1.15))))


def _draw_choice(
    surface: pygame.Surface, table: Table, action: int, snapshot: Snapshot, style: ViewStyle
) -> None:
    palette, rect = style.palette, table.choice_rect(action)
    over = style.hover is not None and rect.collidepoint(style.hover)
    chosen = style.selected == str(action)
    fill = palette.accent_soft if over or chosen else palette.surface
    edge = palette.accent if over or chosen else palette.line_strong
    surface.blit(shapes.panel(rect.size, fill, table.px(2), edge, table.px(0.35)), rect)
    image = symbol(snapshot["choices"][action], round(rect.width * 0.62))
    surface.blit(image, image.get_rect(center=rect.center))


STONE: Colour = (150, 158, 172)
SHEET: Colour = (240, 241, 244)
STEEL: Colour = (198, 208, 222)
HANDLE: Colour = (236, 106, 92)
LEAF: Colour = (96, 190, 116)
SKIN: Colour = (236, 190, 150)


def symbol(name: str, side: int) -> pygame.Surface:
    """The picture of a choice by name; its initial where there is none."""
    return shapes.cached(("rps", name, side), lambda: _draw_symbol(name, side))


def _draw_symbol(name: str, side: int) -> pygame.Surface:
    if name in _SYMBOLS:
        canvas = Canvas(side, side)
        _SYMBOLS[name](canvas)
        return canvas.image()
    image = shapes.panel((side, side), STONE, side // 2).copy()
    words = name.rpartition(" ")[2][:2].upper()
    shapes.write(image, words, "bold", round(side * 0.42), (24, 28, 38), center=(side // 2, side // 2))
    return image


def _rock(canvas: Canvas) -> None:
    dark = mix(STONE, (0, 0, 0), 0.3)
    canvas.fill([(8, 66), (20, 34), (42, 16), (68, 20), (90, 46), (94, 70), (78, 86), (24, 86)], dark)
    canvas.fill([(8, 66), (20, 34), (42, 16), (68, 20), (60, 44), (34, 58), (24, 80)], STONE)
    canvas.fill([(42, 16), (68, 20), (60, 44), (40, 36)], mix(STONE, (255, 255, 255), 0.35))
    canvas.fill([(60, 44), (68, 20), (90, 46), (82, 64)], mix(STONE, (0, 0, 0), 0.14))


def _paper(canvas: Canvas) -> None:
    canvas.fill([(20, 8), (62, 8), (82, 28), (82, 92), (20, 92)], SHEET)
    canvas.fill([(62, 8), (62, 28), (82, 28)], mix(SHEET, (70, 84, 110), 0.4))
    for y in (44, 58, 72):
        canvas.stroke([(32, y), (70, y)], 4.5, (150, 162, 184))


def _scissors(canvas: Canvas) -> None:
    canvas.fill(path((24, 6), (30, 4), (59, 58), (50, 66)), mix(STEEL, (0, 0, 0), 0.18))
    canvas.fill(path((76, 6), (70, 4), (41, 58), (50, 66)), STEEL)
    canvas.dot((50, 52), 3.4, mix(STEEL, (0, 0, 0), 0.55))
    for x in (32, 68):
        canvas.stroke(circle((x, 77), 13), 8, HANDLE, closed=True)


def _spock(canvas: Canvas) -> None:
    canvas.fill(box(30, 48, 72, 94, 14), SKIN)
    for start, end in (((37, 54), (26, 12)), ((46, 52), (41, 8)), ((57, 52), (63, 8)), ((66, 54), (78, 14))):
        canvas.stroke([start, end], 9.5, SKIN)
    canvas.stroke([(34, 74), (12, 52)], 10, SKIN)


def _lizard(canvas: Canvas) -> None:
    canvas.stroke(path((66, 30), (60, 44, 60, 52, 50, 62), (40, 74, 30, 70, 16, 92)), 13, LEAF)
    for start, end in (
        ((60, 44), (84, 48)),
        ((58, 46), (36, 36)),
        ((44, 66), (62, 80)),
        ((44, 66), (22, 58)),
    ):
        canvas.stroke([start, end], 6, LEAF)
    canvas.fill(circle((69, 20), 15), LEAF)
    canvas.dot((65, 16), 3, (20, 30, 24))
    canvas.dot((75, 18), 3, (20, 30, 24))


_SYMBOLS = {"rock": _rock, "paper": _paper, "scissors": _scissors, "spock": _spock, "lizard": _lizard}
