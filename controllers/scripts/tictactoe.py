"""Tic-tac-toe: ``novice`` takes a win when it sees one, ``perfect`` has read the whole game."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from arena.match.controller import SimpleController

_LINES = tuple(
    sum(1 << cell for cell in line)
    for line in ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
)
_FULL = (1 << 9) - 1


class TicTacToe(SimpleController):
    """Reads ``position["moves"]``: the cells taken in turn, 0 to 8. Rows or columns first makes no
    difference.
    """

    inline = True
    deterministic = True

    def __init__(self, level: str) -> None:
        self.level = level
        self._random = random.Random(0)

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """Equal moves are chosen between by chance, from ``seed``."""
        self._random.seed(seed)

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """A cell from 0 to 8."""
        own, other = sides(info["position"]["moves"])
        free = [cell for cell in range(9) if not (own | other) >> cell & 1]
        values = [
            self._novice(own | 1 << cell) if self.level == "novice" else -value(other, own | 1 << cell)
            for cell in free
        ]
        best = max(values)
        return self._random.choice([cell for cell, worth in zip(free, values, strict=True) if worth == best])

    @staticmethod
    def _novice(own: int) -> int:
        return int(wins(own))


def sides(moves: Sequence[int]) -> tuple[int, int]:
    """Bit boards of the side to move and of the other."""
    boards = [0, 0]
    for number, cell in enumerate(moves):
        boards[number % 2] |= 1 << cell
    turn = len(moves) % 2
    return boards[turn], boards[1 - turn]


def wins(board: int) -> bool:
    """Whether a bit board holds a line."""
    return any(board & line == line for line in _LINES)


@cache
def value(own: int, other: int) -> int:
    """What the position is worth to the side to move: 0 for a draw, most for a quick win."""
    if wins(other):
        return -(10 - (own | other).bit_count())
    taken = own | other
    if taken == _FULL:
        return 0
    return max(-value(other, own | 1 << cell) for cell in range(9) if not taken >> cell & 1)
