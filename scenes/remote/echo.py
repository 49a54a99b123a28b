"""What a move will probably look like, drawn before the host has confirmed it: the piece that was dropped
stays where it was dropped.

Only ever a picture: whatever the host shows next takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import chess

from arena.errors import GameError
from arena.games.chess_actions import action_to_move

Snapshot = Mapping[str, Any]


def echo(snapshot: Snapshot, agent: str, action: int) -> Snapshot | None:
    """The snapshot after ``action`` of ``agent``, as far as it is plain what that does; else ``None``."""
    draw = _ECHOES.get(str(snapshot.get("game")))
    if draw is None:
        return None
    try:
        return draw(snapshot, agent, action)
    except (AttributeError, GameError, IndexError, KeyError, TypeError, ValueError):
        return None  # a snapshot of another version: the host's own will come


def _chess(snapshot: Snapshot, agent: str, action: int) -> Snapshot | None:
    board = chess.Board(None)
    for square, letter in enumerate(snapshot["board"]):
        if letter != ".":
            board.set_piece_at(square, chess.Piece.from_symbol(letter))
    board.turn = chess.WHITE if snapshot["turn"] == "white" else chess.BLACK
    move = action_to_move(board, action)
    captured, captured_on = board.piece_at(move.to_square), move.to_square
    pawn = board.piece_type_at(move.from_square) == chess.PAWN
    if pawn and captured is None and chess.square_file(move.from_square) != chess.square_file(move.to_square):
        board.ep_square = move.to_square
        captured_on = chess.square(chess.square_file(move.to_square), chess.square_rank(move.from_square))
        captured = board.piece_at(captured_on)
    rook = None
    if board.is_castling(move):
        rank, short = chess.square_rank(move.from_square), board.is_kingside_castling(move)
        rook = [chess.square_name(chess.square(file, rank)) for file in ((7, 5) if short else (0, 3))]
        board.castling_rights = chess.BB_CORNERS & board.rooks
    board.push(move)
    letters = [piece.symbol() if (piece := board.piece_at(square)) else "." for square in chess.SQUARES]
    return {
        **snapshot,
        "board": "".join(letters),
        "to_move": None,
        "turn": "white" if board.turn == chess.WHITE else "black",
        "check": None,
        "last": {
            "from": chess.square_name(move.from_square),
            "to": chess.square_name(move.to_square),
            "captured": None if captured is None else captured.symbol(),
            "captured_on": None if captured is None else chess.square_name(captured_on),
            "promoted": move.promotion is not None,
            "rook": rook,
        },
    }


def _grid(snapshot: Snapshot, agent: str, action: int) -> Snapshot | None:
    rows = [list(row) for row in snapshot["rows"]]
    if snapshot["game"] == "tictactoe":
        row, column = action % 3, action // 3
    else:
        column = action
        row = max(row for row in range(len(rows)) if rows[row][column] == 0)
    rows[row][column] = 1 + list(snapshot["agents"]).index(agent)
    moves = [*snapshot["moves"], action]
    return {**snapshot, "rows": rows, "last": [row, column], "moves": moves, "to_move": None}


def _go(snapshot: Snapshot, agent: str, action: int) -> Snapshot | None:
    size = snapshot["size"]
    if action >= size * size:
        return None
    board = list(snapshot["board"])
    board[action] = "bw"[list(snapshot["agents"]).index(agent)]
    return {**snapshot, "board": "".join(board), "last": action, "taken": [], "to_move": None}


_ECHOES: Mapping[str, Callable[[Snapshot, str, int], Snapshot | None]] = {
    "chess": _chess,
    "tictactoe": _grid,
    "connect_four": _grid,
    "go": _go,
}
