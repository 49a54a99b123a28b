"""Chess by alpha-beta with quiescence, on python-chess boards.

``novice`` looks at its own move only; ``club`` and ``master`` deepen their search until their number of
positions is spent, so that they play alike on every machine.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import chess

from arena.games.chess_actions import move_to_action
from arena.match.controller import SimpleController
from controllers.scripts.chess_eval import VALUES, evaluate

_MATE = 100_000
_INFINITE = 1_000_000
_NODES = {"novice": 0, "club": 700, "master": 8000}
_NOVICE_NOISE = 70
"""Centipawns by which a novice misjudges a position, either way."""
_DEPTH_MAX = 40

Key = tuple[int, ...]


class Chess(SimpleController):
    """Reads ``position``: ``start_fen`` and ``moves`` in UCI notation."""

    deterministic = True

    def __init__(self, level: str) -> None:
        self.level = level
        self.inline = level == "novice"
        self._random = random.Random(0)

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """Moves that look equally good are chosen between by chance, from ``seed``."""
        self._random.seed(seed)

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """One of PettingZoo's 4672 actions."""
        position = info["position"]
        board = chess.Board(position["start_fen"])
        past = Counter([key_of(board)])
        for text in position["moves"]:
            board.push(chess.Move.from_uci(text))
            past[key_of(board)] += 1
        legal = list(board.legal_moves)
        self._random.shuffle(legal)
        move = self._glance(board, legal) if self.level == "novice" else self._search(board, legal, past)
        return move_to_action(board, move)

    def _glance(self, board: chess.Board, legal: Sequence[chess.Move]) -> chess.Move:
        """The best position right after its own move, more or less."""
        best, best_worth = legal[0], -_INFINITE
        for move in legal:
            board.push(move)
            worth = _MATE if board.is_checkmate() else -evaluate(board)
            board.pop()
            worth += self._random.randint(-_NOVICE_NOISE, _NOVICE_NOISE)
            if worth > best_worth:
                best, best_worth = move, worth
        return best

    def _search(self, board: chess.Board, legal: list[chess.Move], past: Counter[Key]) -> chess.Move:
        return Search(board, past, _NODES[self.level]).best(legal)


class OutOfNodesError(Exception):
    """The search has looked at as many positions as it may."""


class Search:
    """One move's search on ``board``, which is as before when :meth:`best` returns."""

    def __init__(self, board: chess.Board, past: Counter[Key], nodes: int) -> None:
        self._board = board
        self._past = past
        self._left = nodes
        self._table: dict[Key, tuple[int, int, str, chess.Move | None]] = {}
        self._killers: dict[int, chess.Move] = {}

    def best(self, legal: list[chess.Move]) -> chess.Move:
        """The move to play, out of ``legal``."""
        height = len(self._board.move_stack)
        order = sorted(legal, key=self._promise, reverse=True)
        best = order[0]
        try:
            for depth in range(1, _DEPTH_MAX):
                best, worth = self._root(order, depth)
                if abs(worth) > _MATE - _DEPTH_MAX:
                    break
                order = [best, *(move for move in order if move != best)]
        except OutOfNodesError:
            while len(self._board.move_stack) > height:
                self._board.pop()
        return best

    def _root(self, order: Sequence[chess.Move], depth: int) -> tuple[chess.Move, int]:
        best, alpha = order[0], -_INFINITE
        for move in order:
            self._board.push(move)
            worth = -self._negamax(depth - 1, -_INFINITE, -alpha, 1)
            self._board.pop()
            if worth > alpha:
                best, alpha = move, worth
        return best, alpha

    def _negamax(self, depth: int, alpha: int, beta: int, ply: int) -> int:
        board = self._board
        key = key_of(board)
        if self._past[key] or board.halfmove_clock >= 100:
            return 0  # the environment ends a game where a draw can be claimed; once is close enough
        if depth <= 0 and not board.is_check():
            return self._quiesce(alpha, beta)
        self._spend()
        known = self._table.get(key)
        if known is not None and known[0] >= depth:
            _, worth, bound, _ = known
            if bound == "exact" or (bound == "low" and worth >= beta) or (bound == "high" and worth <= alpha):
                return worth
        self._past[key] += 1
        best, start, best_move = -_INFINITE, alpha, None
        for move in self._ordered(board.legal_moves, None if known is None else known[3], ply):
            board.push(move)
            worth = -self._negamax(depth - 1, -beta, -alpha, ply + 1)
            board.pop()
            if worth > best:
                best, best_move = worth, move
            alpha = max(alpha, worth)
            if alpha >= beta:
                if not board.is_capture(move):
                    self._killers[ply] = move
                break
        self._past[key] -= 1
        if best_move is None:
            return -_MATE + ply if board.is_check() else 0
        bound = "high" if best <= start else "low" if best >= beta else "exact"
        self._table[key] = (depth, best, bound, best_move)
        return best

    def _quiesce(self, alpha: int, beta: int) -> int:
        """Captures only, until the position is quiet."""
        self._spend()
        best = evaluate(self._board)
        if best >= beta:
            return best
        alpha = max(alpha, best)
        captures = sorted(self._board.generate_legal_captures(), key=self._promise, reverse=True)
        for move in captures:
            self._board.push(move)
            worth = -self._quiesce(-beta, -alpha)
            self._board.pop()
            best = max(best, worth)
            alpha = max(alpha, worth)
            if alpha >= beta:
                break
        return best

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OutOfNodesError

    def _ordered(self, moves: Iterable[chess.Move], first: chess.Move | None, ply: int) -> list[chess.Move]:
        killer = self._killers.get(ply)

        def promise(move: chess.Move) -> int:
            if move == first:
                return _INFINITE
            return self._promise(move) or (1 if move == killer else 0)

        return sorted(moves, key=promise, reverse=True)

    def _promise(self, move: chess.Move) -> int:
        """Big victims by small attackers first, then promotions."""
        board = self._board
        worth = 0 if move.promotion is None else VALUES[move.promotion]
        victim = board.piece_type_at(move.to_square)
        if victim is not None:
            attacker = board.piece_type_at(move.from_square)
            worth += 10 * VALUES[victim] - (VALUES[attacker] if attacker else 0) // 10 + 1000
        elif board.is_en_passant(move):
            worth += 10 * VALUES[chess.PAWN]
        return worth


def key_of(board: chess.Board) -> Key:
    """What makes two positions the same."""
    return (
        board.pawns, board.knights, board.bishops, board.rooks, board.queens, board.kings,
        board.occupied_co[chess.WHITE], int(board.turn), board.castling_rights, board.ep_square or 0,
    )  # fmt: skip
