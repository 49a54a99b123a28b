"""Chess: the board, its position as plain data, and why it ended.

``player_0`` is White. PettingZoo ends a game as soon as a draw could be claimed, also when a legal move would
complete the third repetition or the fifty moves.
"""

from __future__ import annotations

from typing import Any

import chess

from arena.games.chess_actions import action_to_move
from arena.games.contract import Viewer
from arena.games.inspectors.endings import ended


class ChessInspector:
    """Reads ``pettingzoo.classic.chess``; all information is perfect, so every viewer sees the same."""

    def __init__(self, env: Any) -> None:
        self._env = env.unwrapped
        self._before = chess.Board()
        self._sans: list[str] = []

    def state(self) -> chess.Board:
        """The board with its move stack. Do not change it."""
        board: chess.Board = self._env.board
        return board

    def position(self) -> dict[str, Any]:
        """``fen``, ``start_fen`` and the ``moves`` between them in UCI notation."""
        board = self.state()
        return {
            "fen": board.fen(),
            "moves": [move.uci() for move in board.move_stack],
            "start_fen": chess.STARTING_FEN,
        }

    def snapshot(self, viewer: Viewer) -> dict[str, Any]:
        """``board`` is 64 characters from a1 to h8 in FEN letters, ``.`` for empty; ``moves`` are SAN.

        ``last`` describes the last move for drawing it: ``from``, ``to``, ``captured`` with ``captured_on``,
        and the rook's squares when castling.
        """
        board = self.state()
        self._catch_up()
        agents = list(self._env.possible_agents)
        over = ended(self._env)
        king = board.king(board.turn)
        return {
            "game": "chess",
            "agents": agents,
            "to_move": None if over else agents[0 if board.turn == chess.WHITE else 1],
            "over": over,
            "board": "".join(_letter(board.piece_at(square)) for square in chess.SQUARES),
            "turn": "white" if board.turn == chess.WHITE else "black",
            "check": chess.square_name(king) if king is not None and board.is_check() else None,
            "mate": over and board.is_checkmate(),
            "last": self._last_move(),
            "captured": _captured(board),
            "moves": [*self._sans, *(self._before.san(move) for move in board.move_stack[-1:])],
        }

    def verdict(self) -> tuple[str, str] | None:
        """``checkmate``, ``stalemate``, ``insufficient_material`` or ``claimable_draw``, and a detail."""
        board = self.state()
        if not ended(self._env):
            return None
        if board.is_checkmate():
            return "checkmate", f"{'Black' if board.turn == chess.WHITE else 'White'} mates"
        if board.is_stalemate():
            return "stalemate", f"{'White' if board.turn == chess.WHITE else 'Black'} has no move"
        if board.is_insufficient_material():
            return "insufficient_material", "neither side can mate"
        if board.can_claim_fifty_moves():
            return "claimable_draw", "fifty-move rule"
        if board.can_claim_threefold_repetition():
            return "claimable_draw", "threefold repetition"
        return None

    def label(self, agent: str, action: Any) -> str:
        """SAN of a legal action of the side to move (``"Nf3"``, ``"exd8=Q+"``), else coordinates."""
        board = self.state()
        move = action_to_move(board, int(action))
        return board.san(move) if board.is_legal(move) else move.uci()

    def _catch_up(self) -> None:
        """Bring the board of our own to the position before the last move, naming each move once."""
        done, wanted = self._before.move_stack, self.state().move_stack[:-1]
        if wanted[: len(done)] != done:  # moves were taken back
            self._before, self._sans = chess.Board(), []
            done = self._before.move_stack
        for move in wanted[len(done) :]:
            self._sans.append(self._before.san_and_push(move))

    def _last_move(self) -> dict[str, Any] | None:
        stack = self.state().move_stack
        if not stack:
            return None
        before, move = self._before, stack[-1]
        captured_on = _captured_square(before, move)
        rook = None
        if before.is_castling(move):
            rank = chess.square_rank(move.from_square)
            short = before.is_kingside_castling(move)
            rook = [chess.square_name(chess.square(file, rank)) for file in ((7, 5) if short else (0, 3))]
        return {
            "from": chess.square_name(move.from_square),
            "to": chess.square_name(move.to_square),
            "captured": None if captured_on is None else _letter(before.piece_at(captured_on)),
            "captured_on": None if captured_on is None else chess.square_name(captured_on),
            "promoted": move.promotion is not None,
            "rook": rook,
        }


def _letter(piece: chess.Piece | None) -> str:
    return "." if piece is None else piece.symbol()


def _captured_square(before: chess.Board, move: chess.Move) -> int | None:
    if not before.is_capture(move):
        return None
    if before.is_en_passant(move):
        return chess.square(chess.square_file(move.to_square), chess.square_rank(move.from_square))
    return move.to_square


def _captured(board: chess.Board) -> dict[str, str]:
    """Pieces each side has lost, in the order queen to pawn, as FEN letters; a promoted pawn is not lost."""
    full = {chess.PAWN: 8, chess.KNIGHT: 2, chess.BISHOP: 2, chess.ROOK: 2, chess.QUEEN: 1}
    lost: dict[str, str] = {}
    for colour, name in ((chess.WHITE, "white"), (chess.BLACK, "black")):
        counts = {kind: len(board.pieces(kind, colour)) for kind in full}
        promoted = sum(max(0, counts[kind] - full[kind]) for kind in full if kind != chess.PAWN)
        missing = {kind: max(0, full[kind] - counts[kind]) for kind in full}
        missing[chess.PAWN] = max(0, missing[chess.PAWN] - promoted)
        lost[name] = "".join(
            chess.Piece(kind, colour).symbol() * missing[kind]
            for kind in (chess.QUEEN, chess.ROOK, chess.BISHOP, chess.KNIGHT, chess.PAWN)
        )
    return lost
