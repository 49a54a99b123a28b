"""Tic-tac-toe: nine tiles, marks that are drawn as if by hand, a line through the winning three."""

from __future__ import annotations

import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.style import NOTHING, Legal, Pick, Point, Size, Snapshot, ViewStyle, eased

MARKS: tuple[Colour, Colour] = ((88, 170, 255), (246, 170, 60))
CROSS_REACH = 24.0
STROKE = 11.0


class Board:
    """Where tiles lie. Actions run down the columns."""

    def __init__(self, size: Size) -> None:
        side = min(size)
        self.gap = max(2, side // 60)
        self.tile = max(4, (side - 4 * self.gap) // 3)
        extent = 3 * self.tile + 2 * self.gap
        self.left, self.top = (size[0] - extent) // 2, (size[1] - extent) // 2

    def rect(self, row: int, column: int) -> pygame.Rect:
        """The area of a tile."""
        step = self.tile + self.gap
        return pygame.Rect(self.left + column * step, self.top + row * step, self.tile, self.tile)

    def action_at(self, pos: Point) -> int | None:
        """The action of the tile under ``pos``."""
        hits = (
            3 * column + row
            for row in range(3)
            for column in range(3)
            if self.rect(row, column).collidepoint(pos)
        )
        return next(hits, None)


def draw(snapshot: Snapshot, size: Size, alpha: float, style: ViewStyle) -> pygame.Surface:
    """The tiles and marks; see :class:`scenes.views.style.View`."""
    board = Board(size)
    surface = shapes.blank(size, style.palette.background)
    hovered = board.action_at(style.hover) if style.hover else None
    progress = eased(alpha, style)
    line = {tuple(cell) for cell in snapshot["line"]} if progress == 1 else set()
    for row in range(3):
        for column in range(3):
            mark, rect = snapshot["rows"][row][column], board.rect(row, column)
            won, over = (row, column) in line, 3 * column + row == hovered and hovered in style.legal
            surface.blit(_tile(board.tile, mark, won=won, over=over, style=style), rect)
            if mark:
                share = progress if [row, column] == snapshot["last"] else 1.0
                surface.blit(_mark(board.tile, mark - 1, share), rect)
            elif over and snapshot["to_move"]:
                ghost = _mark(board.tile, snapshot["agents"].index(snapshot["to_move"]), 1.0)
                surface.blit(shapes.faded(ghost, 0.35), rect)
    return surface


def pick(snapshot: Snapshot, size: Size, pos: Point, legal: Legal, style: ViewStyle) -> Pick:
    """The tile under the pointer."""
    action = Board(size).action_at(pos)
    return Pick(action=action) if action is not None and action in legal else NOTHING


def spots(snapshot: Snapshot, size: Size, legal: Legal, style: ViewStyle) -> list[Point]:
    """The free tiles."""
    board = Board(size)
    return [board.rect(action % 3, action // 3).center for action in sorted(legal)]


def _tile(side: int, mark: int, *, won: bool, over: bool, style: ViewStyle) -> pygame.Surface:
    fill = style.palette.overlay if over else style.palette.raised
    if won and mark:
        fill = mix(style.palette.raised, MARKS[mark - 1], 0.32)

    def make() -> pygame.Surface:
        canvas = shapes.Canvas(side, side)
        canvas.fill(shapes.box(0, 0, 100, 100, 8), fill)
        return canvas.image()

    return shapes.cached(("tile", side, fill), make)


def _mark(side: int, mark: int, share: float) -> pygame.Surface:
    """A mark of which ``share`` (0 to 1) is drawn; in steps, so that few pictures are kept."""
    step = round(16 * share)
    return shapes.cached(("mark", side, mark, step), lambda: _draw_mark(side, mark, step / 16))


def _draw_mark(side: int, mark: int, share: float) -> pygame.Surface:
    canvas = shapes.Canvas(side, side)
    if mark == 0:
        low, high = 50 - CROSS_REACH, 50 + CROSS_REACH
        for start, end, part in (
            ((low, low), (high, high), share * 2),
            ((high, low), (low, high), share * 2 - 1),
        ):
            reach = min(1.0, part)
            if reach > 0:
                tip = (start[0] + (end[0] - start[0]) * reach, start[1] + (end[1] - start[1]) * reach)
                canvas.stroke([start, tip], STROKE, MARKS[0])
    else:
        arc = shapes.circle((50, 50), CROSS_REACH + 2, 96)
        arc = [*arc[72:], *arc[:73]]  # begins at the top and closes there
        canvas.stroke(arc[: max(1, round(len(arc) * share))], STROKE, MARKS[1])
    return canvas.image()
