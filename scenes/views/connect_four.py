"""Connect Four: a blue frame with holes, discs that fall behind it, the winning four marked."""

from __future__ import annotations

import pygame

from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.style import NOTHING, Legal, Pick, Point, Size, Snapshot, ViewStyle

FRAME: Colour = (46, 92, 190)
FRAME_EDGE: Colour = (33, 68, 146)
DISCS: tuple[Colour, Colour] = ((236, 84, 78), (248, 203, 74))
ROWS, COLUMNS = 6, 7
FIRST_MARGIN = 1.05
"""Cells above the frame, where the disc to drop hovers."""


class Board:
    """Where cells lie."""

    def __init__(self, size: Size) -> None:
        self.cell = max(4, int(min(size[0] / (COLUMNS + 0.5), size[1] / (ROWS + FIRST_MARGIN + 0.45))))
        self.left = (size[0] - COLUMNS * self.cell) // 2
        whole = round((ROWS + FIRST_MARGIN) * self.cell)
        self.top = (size[1] - whole - self.cell // 4) // 2 + round(FIRST_MARGIN * self.cell)
        self.frame = pygame.Rect(self.left, self.top, COLUMNS * self.cell, ROWS * self.cell)

    def centre(self, row: float, column: int) -> Point:
        """The middle of a cell; row -1 is above the frame."""
        return self.left + column * self.cell + self.cell // 2, self.top + round((row + 0.5) * self.cell)

    def column_at(self, pos: Point) -> int | None:
        """The column under ``pos``, at any height."""
        column = (pos[0] - self.left) // self.cell
        return column if 0 <= column < COLUMNS else None


def draw(snapshot: Snapshot, size: Size, alpha: float, style: ViewStyle) -> pygame.Surface:
    """The frame and its discs; see :class:`scenes.views.style.View`."""
    board = Board(size)
    surface = shapes.blank(size, style.palette.background)
    line = {tuple(cell) for cell in snapshot["line"]}
    for row, marks in enumerate(snapshot["rows"]):
        for column, mark in enumerate(marks):
            if not mark:
                continue
            falling = [row, column] == snapshot["last"]
            height = _fallen(row, alpha) if falling and style.animate else row
            image = _disc(board.cell, mark - 1, dimmed=bool(line) and (row, column) not in line)
            surface.blit(image, image.get_rect(center=board.centre(height, column)))
    key = ("connect four", size, style.palette.background)
    surface.blit(
        shapes.cached(key, lambda: _frame(board)), board.frame.inflate(board.cell // 4, board.cell // 4)
    )
    _draw_hover(surface, board, snapshot, style)
    for row, column in line if alpha >= 1 or not style.animate else ():
        image = shapes.cached(("won", board.cell), lambda: _won(board.cell))
        surface.blit(image, image.get_rect(center=board.centre(row, column)))
    return surface


def pick(snapshot: Snapshot, size: Size, pos: Point, legal: Legal, style: ViewStyle) -> Pick:
    """The column under the pointer."""
    column = Board(size).column_at(pos)
    return Pick(action=column) if column is not None and column in legal else NOTHING


def spots(snapshot: Snapshot, size: Size, legal: Legal, style: ViewStyle) -> list[Point]:
    """Above each column that has room."""
    board = Board(size)
    return [board.centre(-1, column) for column in sorted(legal)]


def _fallen(row: int, alpha: float) -> float:
    """Height of the falling disc: free fall from above the frame, so that deeper drops take longer."""
    share = min(1.0, max(0.0, alpha))
    return min(float(row), -1 + ROWS * share * share * 1.2) if share < 1 else row


def _draw_hover(surface: pygame.Surface, board: Board, snapshot: Snapshot, style: ViewStyle) -> None:
    column = board.column_at(style.hover) if style.hover else None
    if column is None or column not in style.legal or snapshot["to_move"] is None:
        return
    mark = snapshot["agents"].index(snapshot["to_move"])
    image = _disc(board.cell, mark)
    surface.blit(image, image.get_rect(center=board.centre(-1, column)))
    row = max(row for row in range(ROWS) if not snapshot["rows"][row][column])
    ghost = shapes.cached(("landing", board.cell, mark), lambda: _landing(board.cell, DISCS[mark]))
    surface.blit(ghost, ghost.get_rect(center=board.centre(row, column)))


def _frame(board: Board) -> pygame.Surface:
    outer = board.frame.inflate(board.cell // 4, board.cell // 4)
    canvas = shapes.Canvas(outer.width, outer.height, outer.width)
    edge, inset = board.cell * 0.22, board.cell / 8
    canvas.fill(shapes.box(0, 0, outer.width, outer.height, edge), FRAME_EDGE)
    rim = max(1.5, board.cell * 0.03)
    canvas.fill(shapes.box(rim, rim, outer.width - rim, outer.height - 2 * rim, edge), FRAME)
    holes = [
        (inset + (column + 0.5) * board.cell, inset + (row + 0.5) * board.cell)
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    for hole in holes:
        canvas.dot(hole, board.cell * 0.425, FRAME_EDGE)
    for hole in holes:
        canvas.erase(shapes.circle(hole, board.cell * 0.39, 72))
    return canvas.image()


def _disc(cell: int, mark: int, *, dimmed: bool = False) -> pygame.Surface:
    return shapes.cached(("disc", cell, mark, dimmed), lambda: _draw_disc(cell, DISCS[mark], dimmed=dimmed))


def _draw_disc(cell: int, colour: Colour, *, dimmed: bool) -> pygame.Surface:
    base = mix(colour, (13, 16, 23), 0.55) if dimmed else colour
    canvas = shapes.Canvas(cell, cell)
    canvas.dot((50, 50), 42, mix(base, (0, 0, 0), 0.2))
    canvas.dot((50, 49), 40, base)
    canvas.stroke(shapes.circle((50, 49), 28), 4, mix(base, (0, 0, 0), 0.16), closed=True)
    return canvas.image()


def _landing(cell: int, colour: Colour) -> pygame.Surface:
    canvas = shapes.Canvas(cell, cell)
    canvas.stroke(shapes.circle((50, 50), 33), 5, colour, closed=True)
    return shapes.faded(canvas.image(), 0.75)


def _won(cell: int) -> pygame.Surface:
    canvas = shapes.Canvas(cell, cell)
    canvas.stroke(shapes.circle((50, 50), 36), 6, (255, 255, 255), closed=True)
    return canvas.image()
