"""Finds a game against an engine that answers alike each time, with castling, en passant, under-promotion and
mate by the side that is free to choose.

``python -m tests.e2e.chess_line`` prints one for the installed Stockfish.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import chess
import chess.engine

FOUND = (
    "f2f4 c2c4 c4c5 c5d6 e2e3 f4e5 d1c2 b1c3 d2d4 g1f3 c2a4 f1e2 e1g1 h2h3 f3g5 g1h2 h2h3 h3g3 e3e4 e4e5 "
    "a1c1 g3f4 g5e4 f4e3 e5f6 f6f7 d4d5 a4d4 e3d4 c3e2 d5d6 b2b4 b4b5 b5c6 a2a4 g2g4 d4c5 e2d4 c1e1 f7f8r "
    "f1f8 e4f6"
)
"""White's moves of such a game against Stockfish 15.1; another engine needs another one."""
NODES = 20
"""What the opponent searches a move: it answers at once, always alike, and not too well."""
ADVISER = chess.engine.Limit(depth=9)
PUSHES = ("e2e4", "d2d4", "c2c4", "f2f4", "g2g4", "b2b4", "h2h4", "a2a4")
WINNING = 350
"""Centipawns by which a slower way must still be winning to be taken."""
LONGEST_PLIES = 240


@dataclass
class Wanted:
    """What is still missing."""

    castling: bool = True
    en_passant: bool = True
    promotion: bool = True


class Finder:
    """Both engines, as long as the search takes."""

    def __init__(self, program: str) -> None:
        self._opponent = chess.engine.SimpleEngine.popen_uci(program)
        self._adviser = chess.engine.SimpleEngine.popen_uci(program)
        self._opponent.configure({"Threads": 1})
        self._adviser.configure({"Threads": 1, "Hash": 32})
        self._game = 0

    def close(self) -> None:
        self._opponent.quit()
        self._adviser.quit()

    def answers(self, moves: list[str]) -> chess.Board:
        """The game in which White plays ``moves`` and the opponent answers."""
        self._game += 1
        board = chess.Board()
        for move in moves:
            board.push_uci(move)
            self.answer(board)
        return board

    def answer(self, board: chess.Board) -> None:
        if not over(board):
            reply = self._opponent.play(board, chess.engine.Limit(nodes=NODES), game=self._game)
            assert reply.move is not None
            board.push(reply.move)

    def find(self) -> list[str]:
        """White's moves of a game with everything in it."""
        for opening in self._openings():
            line = self._play_on(opening)
            if line is not None:
                return line
        raise AssertionError("no opening led to everything that is wanted")

    def _openings(self) -> Iterator[list[str]]:
        """Beginnings after which a pawn may be taken in passing."""
        for first in PUSHES:
            for second in (first[2:] + first[2] + "5", *PUSHES):
                for third in ("", *(push[2:] + push[2] + "5" for push in (first, second))):
                    moves = [move for move in (first, second, third) if move]
                    try:
                        board = self.answers(moves)
                    except ValueError:
                        continue
                    if any(board.is_en_passant(move) for move in board.legal_moves):
                        yield moves

    def _play_on(self, opening: list[str]) -> list[str] | None:
        board, wanted = self.answers(opening), Wanted()
        line = list(opening)
        while not over(board) and len(board.move_stack) < LONGEST_PLIES:
            move = self._choose(board, wanted)
            wanted.castling &= not board.is_castling(move)
            wanted.en_passant &= not board.is_en_passant(move)
            wanted.promotion &= move.promotion is None
            line.append(move.uci())
            board.push(move)
            if over(board):
                break
            self.answer(board)
        done = board.is_checkmate() and board.turn == chess.BLACK
        return line if done and wanted == Wanted(False, False, False) else None

    def _choose(self, board: chess.Board, wanted: Wanted) -> chess.Move:
        """What is wanted if it does not lose; else the best move that does not mate too early."""
        for move in board.legal_moves:
            if wanted.en_passant and board.is_en_passant(move):
                return move
            if wanted.castling and board.is_castling(move):
                return move
        scored = self._advise(board)
        best = scored[0][1]
        if not (wanted.castling or wanted.promotion):
            return best
        calm = [(score, move) for score, move in scored if score >= WINNING and not mates(board, move)]
        for _, move in calm:
            if wanted.promotion and move.promotion is not None:
                return chess.Move(move.from_square, move.to_square, chess.ROOK)
        if calm and wanted.promotion and not wanted.castling:
            pawns = [move for _, move in calm if board.piece_type_at(move.from_square) == chess.PAWN]
            if pawns:
                return max(pawns, key=lambda move: chess.square_rank(move.to_square))
            return calm[0][1]
        kept = [move for _, move in scored if not spoils_castling(board, move) and not mates(board, move)]
        return kept[0] if wanted.castling and kept else best

    def _advise(self, board: chess.Board) -> list[tuple[int, chess.Move]]:
        infos = self._adviser.analyse(board, ADVISER, multipv=12)
        return [(info["score"].white().score(mate_score=100_000), info["pv"][0]) for info in infos]


def mates(board: chess.Board, move: chess.Move) -> bool:
    board.push(move)
    try:
        return over(board)
    finally:
        board.pop()


def spoils_castling(board: chess.Board, move: chess.Move) -> bool:
    return board.piece_type_at(move.from_square) == chess.KING and not board.is_castling(move)


def over(board: chess.Board) -> bool:
    """As the environment sees it: draws that may be claimed end the game."""
    return board.is_game_over(claim_draw=True)


def line_for(program: str) -> list[str]:
    """White's moves of a game with everything in it against ``program`` as it is installed here."""
    finder = Finder(program)
    try:
        try:
            known = finder.answers(FOUND.split())
        except ValueError:
            return finder.find()
        return FOUND.split() if known.is_checkmate() else finder.find()
    finally:
        finder.close()


if __name__ == "__main__":
    finder = Finder(shutil.which("stockfish") or "/usr/games/stockfish")
    try:
        sys.stdout.write(" ".join(finder.find()) + "\n")
    finally:
        finder.close()
