"""The Go board: star points, slate and shell stones, the last move, captures, area at the end."""

from __future__ import annotations

import pygame

from arena.games.go_actions import COLUMNS
from scenes.ui.palette import Colour, mix
from scenes.views import shapes
from scenes.views.style import NOTHING, Legal, Pick, Point, Size, Snapshot, ViewStyle, eased

WOOD: Colour = (219, 179, 112)
WOOD_DEEP: Colour = (206, 163, 94)
GRID: Colour = (92, 66, 34)
BLACK: Colour = (30, 31, 35)
WHITE: Colour = (244, 242, 236)
MARK: Colour = (226, 82, 61)


class Board:
    """Where points lie. Points count from the top left, row by row."""

    def __init__(self, size: Size, points: int) -> None:
        self.points = points
        # Half a step of stone and a bit more than that for the letters on each side.
        self.step = max(4, int(min(size) / (points + 1.3)))
        self.extent = self.step * (points - 1)
        self.left = (size[0] - self.extent) // 2
        self.top = (size[1] - self.extent) // 2
        margin = round(self.step * 1.15)
        self.wood = pygame.Rect(self.left, self.top, self.extent, self.extent).inflate(2 * margin, 2 * margin)

    def centre(self, point: int) -> Point:
        """The pixel of ``point``."""
        row, column = divmod(point, self.points)
        return self.left + column * self.step, self.top + row * self.step

    def point_at(self, pos: Point) -> int | None:
        """The point nearest to ``pos``, or ``None`` beyond the outer stones."""
        column = (pos[0] - self.left + self.step // 2) // self.step
        row = (pos[1] - self.top + self.step // 2) // self.step
        inside = 0 <= column < self.points and 0 <= row < self.points
        return row * self.points + column if inside else None


def draw(snapshot: Snapshot, size: Size, alpha: float, style: ViewStyle) -> pygame.Surface:
    """The board and its stones; see :class:`scenes.views.style.View`."""
    board = Board(size, snapshot["size"])
    key = ("go board", size, board.points, style.palette.background)
    surface = shapes.cached(key, lambda: _ground(size, board, style)).copy()
    progress = eased(alpha, style)
    _draw_stones(surface, board, snapshot, progress)
    if snapshot["territory"]:
        _draw_area(surface, board, snapshot)
    elif snapshot["last"] is not None and progress == 1:
        _draw_last(surface, board, snapshot)
    point = board.point_at(style.hover) if style.hover else None
    if point in style.legal and point is not None:
        ghost = shapes.faded(_stone(board, snapshot["turn"].lower()), 0.5)
        surface.blit(ghost, ghost.get_rect(center=board.centre(point)))
    return surface


def pick(snapshot: Snapshot, size: Size, pos: Point, legal: Legal, style: ViewStyle) -> Pick:
    """The point under the pointer. Passing is an action of the list beside the board."""
    point = Board(size, snapshot["size"]).point_at(pos)
    return Pick(action=point) if point is not None and point in legal else NOTHING


def spots(snapshot: Snapshot, size: Size, legal: Legal, style: ViewStyle) -> list[Point]:
    """The legal points."""
    board = Board(size, snapshot["size"])
    return [board.centre(point) for point in sorted(legal) if point < board.points**2]


def _ground(size: Size, board: Board, style: ViewStyle) -> pygame.Surface:
    surface = shapes.blank(size, style.palette.background)
    wood = board.wood
    canvas = shapes.Canvas(wood.width, wood.height)
    canvas.shade(shapes.box(0, 0, 100, 100 * wood.height / wood.width, 1.6), WOOD, WOOD_DEEP)
    surface.blit(canvas.image(), wood)
    thin = 1 + board.step // 48
    for index in range(board.points):
        offset = index * board.step - thin // 2
        width = thin + (index in (0, board.points - 1))
        surface.fill(GRID, (board.left + offset, board.top, width, board.extent + thin))
        surface.fill(GRID, (board.left, board.top + offset, board.extent + thin, width))
    radius = max(2, round(board.step * 0.09))
    star = shapes.cached(("star", radius), lambda: _disc(radius, GRID))
    for point in star_points(board.points):
        surface.blit(star, star.get_rect(center=board.centre(point)))
    _draw_coordinates(surface, board)
    return surface


def star_points(points: int) -> list[int]:
    """The marked points of a board: corners from size 7, the centre of odd boards, side midpoints from 13."""
    if points < 7:
        return [points * points // 2] if points % 2 else []
    edge = 2 if points < 13 else 3
    lines = [edge, points - 1 - edge]
    stars = [(row, column) for row in lines for column in lines]
    if points % 2:
        middle = points // 2
        stars.append((middle, middle))
        if points >= 13:
            stars += [(middle, line) for line in lines] + [(line, middle) for line in lines]
    return sorted(row * points + column for row, column in stars)


def _draw_coordinates(surface: pygame.Surface, board: Board) -> None:
    height = max(7, round(board.step * 0.26))
    if board.step < 18:
        return
    away = round(board.step * 0.82)
    for index in range(board.points):
        letter = shapes.text(COLUMNS[index], "semibold", height, GRID)
        number = shapes.text(str(board.points - index), "semibold", height, GRID)
        x, y = board.left + index * board.step, board.top + index * board.step
        for line in (board.top - away, board.top + board.extent + away):
            surface.blit(letter, letter.get_rect(center=(x, line)))
        for line in (board.left - away, board.left + board.extent + away):
            surface.blit(number, number.get_rect(center=(line, y)))


def _draw_stones(surface: pygame.Surface, board: Board, snapshot: Snapshot, progress: float) -> None:
    mover = "b" if snapshot["turn"] == "W" else "w"
    for point, colour in enumerate(snapshot["board"]):
        if colour == ".":
            continue
        image = _stone(board, colour)
        if point == snapshot["last"] and progress < 1:
            image = shapes.faded(image, 0.25 + 0.75 * progress)
        surface.blit(image, image.get_rect(center=board.centre(point)))
    if progress < 1:
        for point in snapshot["taken"]:
            image = shapes.faded(_stone(board, "w" if mover == "b" else "b"), 1 - progress)
            surface.blit(image, image.get_rect(center=board.centre(point)))


def _draw_last(surface: pygame.Surface, board: Board, snapshot: Snapshot) -> None:
    ink = WHITE if snapshot["board"][snapshot["last"]] == "b" else BLACK

    def make() -> pygame.Surface:
        canvas = shapes.Canvas(board.step, board.step)
        canvas.stroke(shapes.circle((50, 50), 22), 6, ink, closed=True)
        return canvas.image()

    ring = shapes.cached(("go last", board.step, ink), make)
    surface.blit(ring, ring.get_rect(center=board.centre(snapshot["last"])))


def _draw_area(surface: pygame.Surface, board: Board, snapshot: Snapshot) -> None:
    """A small square of the owner's colour on every empty point that is somebody's."""
    side = max(4, round(board.step * 0.3))
    for point, owner in enumerate(snapshot["territory"]):
        if owner != "." and snapshot["board"][point] == ".":
            rect = pygame.Rect(0, 0, side, side)
            rect.center = board.centre(point)
            surface.fill(mix(WOOD, BLACK, 0.75), rect)
            surface.fill(BLACK if owner == "b" else WHITE, rect.inflate(-2, -2))


def _disc(radius: int, colour: Colour) -> pygame.Surface:
    canvas = shapes.Canvas(2 * radius + 1, 2 * radius + 1)
    canvas.dot((50, 50), 50, colour)
    return canvas.image()


def _stone(board: Board, colour: str) -> pygame.Surface:
    """A stone with its shadow, wider than a step by the shadow."""
    return shapes.cached(("stone", board.step, colour), lambda: _draw_stone(board.step, colour))


def _draw_stone(step: int, colour: str) -> pygame.Surface:
    side = round(step * 1.12) | 1
    shadow = shapes.Canvas(side, side)
    shadow.dot((51.5, 54), 42, (40, 26, 10))
    image = shapes.faded(shadow.image(), 0.34)
    stone = shapes.Canvas(side, side)
    base, light = (BLACK, (92, 94, 102)) if colour == "b" else ((220, 217, 208), (252, 251, 247))
    stone.dot((50, 50), 42, mix(base, (0, 0, 0), 0.25 if colour == "b" else 0.18))
    reach = 28
    for ring in range(reach):
        share = ring / (reach - 1)
        centre = 50 - 13 * share
        stone.dot(
            (centre, centre),
            41 * (1 - share) + 6 * share - 13 * share * (1 - share),
            mix(base, light, share**1.3),
        )
    whole = pygame.Surface((side, side), pygame.SRCALPHA)
    whole.blit(image, (0, 0))
    whole.blit(stone.image(), (0, 0))
    return whole
