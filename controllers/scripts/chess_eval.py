"""What a chess position is worth: material, where the pieces stand, and driving a lone king to the edge.

Tables and weights are our own: the tables follow from a few rules of thumb (centre, advance, shelter), not
from tuning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import chess

VALUES = {
    chess.PAWN: 100,
    chess.KNIGHT: 310,
    chess.BISHOP: 325,
    chess.ROOK: 500,
    chess.QUEEN: 950,
    chess.KING: 0,
}
"""Centipawns."""
_PHASE = {chess.KNIGHT: 1, chess.BISHOP: 1, chess.ROOK: 2, chess.QUEEN: 4}
_PHASE_FULL = 24

Table = tuple[int, ...]
"""64 centipawn values from White's point of view, a1 first."""


class _Spot(NamedTuple):
    """A square as the rules of thumb see it."""

    file: int
    rank: int
    centre: float
    """1 in the middle of the board, 0 in a corner."""
    inner: float
    """1 on the d and e files, 0 on the a and h files."""


def _table(worth: Callable[[_Spot], float]) -> Table:
    spots = ((chess.square_file(square), chess.square_rank(square)) for square in chess.SQUARES)
    return tuple(
        round(
            worth(
                _Spot(
                    file,
                    rank,
                    1 - (abs(file - 3.5) + abs(rank - 3.5) - 1) / 6,
                    1 - (abs(file - 3.5) - 0.5) / 3,
                )
            )
        )
        for file, rank in spots
    )


def _bishop(at: _Spot) -> float:
    long_diagonal = 8 if at.file in {at.rank, 7 - at.rank} else 0
    return 26 * at.centre - 16 + long_diagonal - (8 if at.rank == 0 else 0)


_PAWN = _table(lambda at: (at.rank - 1) ** 2 * 2.2 + 14 * at.inner * min(at.rank, 3) - 14)
_PIECES = {
    chess.KNIGHT: _table(lambda at: 60 * at.centre - 36 + (6 if 3 <= at.rank <= 5 else 0)),
    chess.BISHOP: _table(_bishop),
    chess.ROOK: _table(lambda at: 8 * at.inner + (22 if at.rank == 6 else 0)),
    chess.QUEEN: _table(lambda at: 14 * at.centre - 8),
}
_KING_SHELTERED = _table(lambda at: 30 - 30 * at.rank - 28 * at.inner)
_KING_ACTIVE = _table(lambda at: 52 * at.centre - 30)
_MIRRORED = tuple(chess.square_mirror(square) for square in chess.SQUARES)
_SIDES = ((chess.WHITE, tuple(chess.SQUARES)), (chess.BLACK, _MIRRORED))


def evaluate(board: chess.Board) -> int:
    """Centipawns from the point of view of the side to move."""
    scores, phase = [0, 0], 0
    for colour, seen in _SIDES:
        own, score = board.occupied_co[colour], 0
        for square in chess.scan_forward(board.pawns & own):
            score += 100 + _PAWN[seen[square]]
        for piece, mask in (
            (chess.KNIGHT, board.knights & own),
            (chess.BISHOP, board.bishops & own),
            (chess.ROOK, board.rooks & own),
            (chess.QUEEN, board.queens & own),
        ):
            if mask:
                table, value = _PIECES[piece], VALUES[piece]
                phase += _PHASE[piece] * mask.bit_count()
                for square in chess.scan_forward(mask):
                    score += value + table[seen[square]]
        scores[colour] = score
    phase = min(phase, _PHASE_FULL)
    for colour, seen in _SIDES:
        king = seen[(board.kings & board.occupied_co[colour]).bit_length() - 1]
        scores[colour] += (
            _KING_SHELTERED[king] * phase + _KING_ACTIVE[king] * (_PHASE_FULL - phase)
        ) // _PHASE_FULL
    lead = scores[board.turn] - scores[not board.turn]
    return lead + (_drive(board, lead) if phase <= 6 else 0)


def _drive(board: chess.Board, lead: int) -> int:
    """Against a lone king: to the edge with it, the own king close by."""
    if abs(lead) < 300:
        return 0
    loser = not board.turn if lead > 0 else board.turn
    if board.occupied_co[loser].bit_count() > 1:
        return 0
    hunted = board.king(loser)
    hunter = board.king(not loser)
    if hunted is None or hunter is None:
        return 0
    edge = abs(chess.square_file(hunted) - 3.5) + abs(chess.square_rank(hunted) - 3.5)
    bonus = int(16 * edge) + 6 * (14 - chess.square_manhattan_distance(hunted, hunter))
    return bonus if lead > 0 else -bonus
