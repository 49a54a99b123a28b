"""Between ``chess.Move`` and PettingZoo's 4672 chess actions, for both colours.

An action is ``(file * 8 + rank) * 73 + plane`` of the square a piece leaves, seen by the side to move: for
Black the board is mirrored top to bottom, files stay where they are. Planes 0-55 are queen moves,
``(distance - 1) * 8 + direction``, 56-63 knight moves, 64-72 under-promotions; a queen move of a pawn to the
last rank promotes to a queen.

Source: the move encoding of AlphaZero (Silver et al. 2017, arXiv:1712.01815) in the order of
``pettingzoo.classic.chess.chess_utils``. That module's own ``action_to_move`` only knows actions that a
mask has listed earlier in the same process; this one knows them all.
"""

from __future__ import annotations

from functools import cache

import chess

from arena.errors import GameError

ACTIONS = 8 * 8 * 73
"""Size of the action space."""

_PLANES = 73
_DIRECTIONS = tuple((x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0))
_JUMPS = tuple((x, y) for x in range(-2, 3) for y in range(-2, 3) if abs(x) + abs(y) == 3)
_UNDER = (chess.KNIGHT, chess.BISHOP, chess.ROOK)


def action_to_move(board: chess.Board, action: int) -> chess.Move:
    """The move that ``action`` stands for when it is ``board.turn``'s turn. Not checked for legality.

    Errors: :class:`GameError` if the action is out of range or leads off the board.
    """
    entry = _by_action()[action] if 0 <= action < ACTIONS else None
    if entry is None:
        raise GameError(
            f"chess action {action} is no move on a board; actions are 0 to {ACTIONS - 1}, "
            "and only those the mask allows lead to a square"
        )
    source, target, promotion = entry
    if promotion is None and target >= chess.A8 and chess.square_rank(source) == 6:
        origin = source if board.turn == chess.WHITE else chess.square_mirror(source)
        if board.piece_type_at(origin) == chess.PAWN:
            promotion = chess.QUEEN
    if board.turn == chess.BLACK:
        source, target = chess.square_mirror(source), chess.square_mirror(target)
    return chess.Move(source, target, promotion)


def move_to_action(board: chess.Board, move: chess.Move) -> int:
    """The action of ``move`` for ``board.turn``, 0 to 4671; castling is the king's two-square move.

    Errors: :class:`GameError` for a move no piece can make (a null move, a drop).
    """
    source, target = move.from_square, move.to_square
    if board.turn == chess.BLACK:
        source, target = chess.square_mirror(source), chess.square_mirror(target)
    promotion = None if move.promotion == chess.QUEEN else move.promotion
    action = _by_move().get((source, target, promotion))
    if action is None:
        raise GameError(
            f"chess move {move.uci()!r} has no action; moves go along queen lines or a knight's jump"
        )
    return action


def legal_actions(board: chess.Board) -> dict[int, chess.Move]:
    """Every legal action of the side to move with its move."""
    return {move_to_action(board, move): move for move in board.legal_moves}


_Entry = tuple[int, int, int | None]


@cache
def _by_action() -> tuple[_Entry | None, ...]:
    """Action -> (from, to, under-promotion) seen by the side to move; ``None`` where it leads off."""
    return tuple(_decode(action) for action in range(ACTIONS))


@cache
def _by_move() -> dict[_Entry, int]:
    return {entry: action for action, entry in enumerate(_by_action()) if entry is not None}


def _decode(action: int) -> _Entry | None:
    square, plane = divmod(action, _PLANES)
    file, rank = divmod(square, 8)
    promotion: int | None = None
    if plane < 56:
        distance, direction = divmod(plane, 8)
        x, y = _DIRECTIONS[direction]
        x, y = x * (distance + 1), y * (distance + 1)
    elif plane < 64:
        x, y = _JUMPS[plane - 56]
    else:
        column, piece = divmod(plane - 64, 3)
        x, y, promotion = column - 1, 1, _UNDER[piece]
    if not (0 <= file + x < 8 and 0 <= rank + y < 8) or (promotion is not None and rank != 6):
        return None
    return chess.square(file, rank), chess.square(file + x, rank + y), promotion
