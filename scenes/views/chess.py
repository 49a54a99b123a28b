"""The chess board: both orientations, last move, check, targets, dragging, promotion, gliding."""

from __future__ import annotations

from typing import Any

import chess
import pygame

from arena.games.chess_actions import action_to_move
from scenes.ui.palette import Colour
from scenes.views import shapes
from scenes.views.chess_pieces import piece
from scenes.views.style import NOTHING, Legal, Pick, Point, Size, Snapshot, ViewStyle, eased

LIGHT: Colour = (222, 227, 233)
DARK: Colour = (117, 138, 166)
MOVED: Colour = (250, 204, 76)
CHOSEN: Colour = (76, 176, 120)
CHECK: Colour = (232, 64, 64)
PROMOTIONS = "qrbn"


class Board:
    """Where squares lie on a surface. Square names run from ``a1`` to ``h8``."""

    def __init__(self, size: Size, *, flipped: bool) -> None:
        self.side = max(1, min(size) // 8)
        self.left = (size[0] - 8 * self.side) // 2
        self.top = (size[1] - 8 * self.side) // 2
        self.flipped = flipped

    def rect(self, square: int) -> pygame.Rect:
        """The area of ``square`` (0 is a1, 63 is h8)."""
        file, rank = chess.square_file(square), chess.square_rank(square)
        column, row = (7 - file, rank) if self.flipped else (file, 7 - rank)
        return pygame.Rect(self.left + column * self.side, self.top + row * self.side, self.side, self.side)

    def square_at(self, pos: Point) -> int | None:
        """The square under ``pos``, or ``None`` beside the board."""
        column, row = (pos[0] - self.left) // self.side, (pos[1] - self.top) // self.side
        if not (0 <= column < 8 and 0 <= row < 8):
            return None
        return chess.square(7 - column, row) if self.flipped else chess.square(column, 7 - row)

    def promotion_rects(self, target: int) -> dict[str, pygame.Rect]:
        """Where the four pieces of the picker lie: from the target square towards the middle of the board."""
        first = self.rect(target)
        step = self.side if first.top == self.top else -self.side
        return {letter: first.move(0, step * index) for index, letter in enumerate(PROMOTIONS)}


def draw(snapshot: Snapshot, size: Size, alpha: float, style: ViewStyle) -> pygame.Surface:
    """The board and its pieces; see :class:`scenes.views.style.View`."""
    board = Board(size, flipped=style.seen_from(snapshot) == 1)
    surface = _ground(size, board, style).copy()
    _mark_squares(surface, board, snapshot, style)
    moves = _moves(snapshot, style.legal)
    chosen = _chosen(style)
    if chosen is not None:
        _draw_targets(
            surface, board, snapshot, [move for move in moves.values() if move.from_square == chosen]
        )
    _draw_pieces(surface, board, snapshot, eased(alpha, style), style)
    if style.selected and len(style.selected) == 4:
        _draw_promotion(surface, board, snapshot, style)
    return surface


def pick(snapshot: Snapshot, size: Size, pos: Point, legal: Legal, style: ViewStyle) -> Pick:
    """First the piece, then its target, then the piece it promotes to if it does."""
    board = Board(size, flipped=style.seen_from(snapshot) == 1)
    moves = _moves(snapshot, legal)
    if style.selected and len(style.selected) == 4:
        return _picked_promotion(board, pos, moves, style.selected)
    square = board.square_at(pos)
    if square is None:
        return NOTHING
    chosen = _chosen(style)
    ways = {a: move for a, move in moves.items() if (move.from_square, move.to_square) == (chosen, square)}
    if len(ways) == 1:
        return Pick(action=next(iter(ways)))
    if ways:
        return Pick(selected=chess.square_name(chosen or 0) + chess.square_name(square))
    if square != chosen and any(move.from_square == square for move in moves.values()):
        return Pick(selected=chess.square_name(square))
    return NOTHING


def spots(snapshot: Snapshot, size: Size, legal: Legal, style: ViewStyle) -> list[Point]:
    """The pieces that can move; with one selected, it and its targets; the picker's four when promoting."""
    board = Board(size, flipped=style.seen_from(snapshot) == 1)
    if style.selected and len(style.selected) == 4:
        target = chess.parse_square(style.selected[2:])
        return [rect.center for rect in board.promotion_rects(target).values()]
    moves, chosen = _moves(snapshot, legal).values(), _chosen(style)
    squares = {move.from_square for move in moves}
    if chosen is not None:
        squares = {chosen, *(move.to_square for move in moves if move.from_square == chosen)}
    return [board.rect(square).center for square in sorted(squares)]


def _moves(snapshot: Snapshot, legal: Legal) -> dict[int, chess.Move]:
    """The moves of the legal actions; pieces and the side to move are all that decides them."""
    board = chess.Board(None)
    board.turn = snapshot["turn"] == "white"
    for square, letter in enumerate(snapshot["board"]):
        if letter in "pP":  # only a pawn's move depends on what moves: to the last rank it promotes
            board.set_piece_at(square, chess.Piece.from_symbol(letter))
    return {action: action_to_move(board, action) for action in legal}


def _chosen(style: ViewStyle) -> int | None:
    return chess.parse_square(style.selected[:2]) if style.selected else None


def _picked_promotion(board: Board, pos: Point, moves: dict[int, chess.Move], selected: str) -> Pick:
    for letter, rect in board.promotion_rects(chess.parse_square(selected[2:])).items():
        if rect.collidepoint(pos):
            wanted = chess.Move.from_uci(selected + letter)
            return next((Pick(action=action) for action, move in moves.items() if move == wanted), NOTHING)
    return NOTHING


def _ground(size: Size, board: Board, style: ViewStyle) -> pygame.Surface:
    """Squares and coordinates, cached."""
    key = ("chess board", size, board.flipped, style.palette.background)
    return shapes.cached(key, lambda: _draw_ground(size, board, style))


def _draw_ground(size: Size, board: Board, style: ViewStyle) -> pygame.Surface:
    surface = shapes.blank(size, style.palette.background)
    inset, height = max(2, board.side // 20), max(8, board.side // 6)
    for square in chess.SQUARES:
        rect = board.rect(square)
        light = bool(chess.BB_SQUARES[square] & chess.BB_LIGHT_SQUARES)
        surface.fill(LIGHT if light else DARK, rect)
        ink = DARK if light else LIGHT
        if rect.left == board.left:
            image = shapes.text(chess.RANK_NAMES[chess.square_rank(square)], "semibold", height, ink)
            surface.blit(image, (rect.left + inset, rect.top + inset // 2))
        if rect.bottom == board.top + 8 * board.side:
            image = shapes.text(chess.FILE_NAMES[chess.square_file(square)], "semibold", height, ink)
            surface.blit(image, image.get_rect(bottomright=(rect.right - inset, rect.bottom - inset // 3)))
    return surface


def _mark_squares(surface: pygame.Surface, board: Board, snapshot: Snapshot, style: ViewStyle) -> None:
    last, chosen = snapshot["last"], _chosen(style)
    if last:
        for name in (last["from"], last["to"]):
            _tint(surface, board.rect(chess.parse_square(name)), MOVED, 0.58)
    if chosen is not None:
        _tint(surface, board.rect(chosen), CHOSEN, 0.62)
    if snapshot["check"]:
        rect = board.rect(chess.parse_square(snapshot["check"]))
        surface.blit(shapes.cached(("check", board.side), lambda: _glow(board.side)), rect)


def _tint(surface: pygame.Surface, rect: pygame.Rect, colour: Colour, opacity: float) -> None:
    def make() -> pygame.Surface:
        image = shapes.blank(rect.size, colour)
        image.set_alpha(round(255 * opacity))
        return image

    surface.blit(shapes.cached(("tint", rect.size, colour, opacity), make), rect)


def _glow(side: int) -> pygame.Surface:
    """A red light that fades towards the square's edge."""
    image = pygame.Surface((side, side), pygame.SRCALPHA)
    image.fill((*CHECK, 0))
    for step in range(32, 0, -1):
        radius = side * 0.72 * step / 32
        pygame.draw.circle(image, (*CHECK, round(245 * (1 - step / 32) ** 0.5)), (side / 2, side / 2), radius)
    return image


def _draw_targets(surface: pygame.Surface, board: Board, snapshot: Snapshot, moves: list[chess.Move]) -> None:
    """A dot on each free target, a ring around each piece that can be taken."""
    for target in {move.to_square for move in moves}:
        taken = snapshot["board"][target] != "."
        surface.blit(_target(board.side, taken=taken), board.rect(target))


def _target(side: int, *, taken: bool) -> pygame.Surface:
    def make() -> pygame.Surface:
        canvas = shapes.Canvas(side, side)
        if taken:
            canvas.stroke(shapes.circle((50, 50), 44), 8.5, (24, 48, 44), closed=True)
        else:
            canvas.dot((50, 50), 15.5, (24, 48, 44))
        return shapes.faded(canvas.image(), 0.42)

    return shapes.cached(("target", side, taken), make)


def _draw_pieces(
    surface: pygame.Surface, board: Board, snapshot: Snapshot, progress: float, style: ViewStyle
) -> None:
    last = snapshot["last"] if progress < 1 else None
    moving = _gliding(last)
    if last and last["captured"] and progress < 0.85:
        square = chess.parse_square(last["captured_on"])
        surface.blit(piece(last["captured"], board.side), board.rect(square))
    chosen = _chosen(style) if style.dragging else None
    late = []
    for square, letter in enumerate(snapshot["board"]):
        if letter == ".":
            continue
        image, rect = piece(letter, board.side), board.rect(square)
        if square in moving:
            late.append((image, _between(board.rect(moving[square]), rect, progress)))
        elif square == chosen:
            surface.blit(shapes.faded(image, 0.3), rect)
        else:
            surface.blit(image, rect)
    for image, rect in late:
        surface.blit(image, rect)
    if chosen is not None and style.hover is not None and snapshot["board"][chosen] != ".":
        held = piece(snapshot["board"][chosen], round(board.side * 1.12))
        surface.blit(held, held.get_rect(center=style.hover))


def _gliding(last: dict[str, Any] | None) -> dict[int, int]:
    """Where the pieces of the last move come from, by where they stand now."""
    if last is None:
        return {}
    moving = {chess.parse_square(last["to"]): chess.parse_square(last["from"])}
    if last["rook"]:
        start, end = map(chess.parse_square, last["rook"])
        moving[end] = start
    return moving


def _between(start: pygame.Rect, end: pygame.Rect, share: float) -> pygame.Rect:
    return end.move(round((start.x - end.x) * (1 - share)), round((start.y - end.y) * (1 - share)))


def _draw_promotion(surface: pygame.Surface, board: Board, snapshot: Snapshot, style: ViewStyle) -> None:
    """Dim the board and show the four pieces, the one under the pointer raised."""
    area = pygame.Rect(board.left, board.top, 8 * board.side, 8 * board.side)
    _tint(surface, area, (10, 12, 18), 0.58)
    rects = board.promotion_rects(chess.parse_square((style.selected or "")[2:4]))
    for letter, rect in rects.items():
        over = style.hover is not None and rect.collidepoint(style.hover)
        surface.blit(_tile(board.side, over=over), rect)
        image = piece(letter.upper() if snapshot["turn"] == "white" else letter, round(board.side * 0.92))
        surface.blit(image, image.get_rect(center=rect.center))


def _tile(side: int, *, over: bool) -> pygame.Surface:
    def make() -> pygame.Surface:
        canvas = shapes.Canvas(side, side)
        canvas.fill(shapes.box(2, 2, 98, 98, 16), MOVED if over else LIGHT)
        return canvas.image()

    return shapes.cached(("promotion tile", side, over), make)
