"""Connect Four by alpha-beta on bit boards.

``novice`` sees one move ahead; ``club`` and ``master`` deepen their search until their number of positions is
spent, so that they play alike on every machine. The board is two 49-bit numbers, seven bits a column with the
top one kept empty, which lets four in a row be found by shifts (the layout of J. Tromp's and others' Connect
Four programs).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from arena.match.controller import SimpleController

_HEIGHT = 6
_STRIDE = _HEIGHT + 1
_ORDER = (3, 2, 4, 1, 5, 0, 6)
"""The middle is part of more fours, so it is looked at first."""
_WIN = 10_000
_NODES = {"novice": 0, "club": 600, "master": 25_000}


def _fours() -> tuple[int, ...]:
    found = []
    for column in range(7):
        for row in range(_HEIGHT):
            for across, up in ((1, 0), (0, 1), (1, 1), (1, -1)):
                if column + 3 * across < 7 and 0 <= row + 3 * up < _HEIGHT:
                    cells = [(column + i * across) * _STRIDE + row + i * up for i in range(4)]
                    found.append(sum(1 << cell for cell in cells))
    return tuple(found)


_FOURS = _fours()
_WORTH = (0, 1, 4, 12, 0)
"""What a four is worth in which only one side has this many stones."""


class ConnectFour(SimpleController):
    """Reads ``position["moves"]``: the columns played in turn, 0 to 6."""

    deterministic = True

    def __init__(self, level: str) -> None:
        self.level = level
        self.inline = level == "novice"
        self._random = random.Random(0)

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """Columns that look equally good are chosen between by chance, from ``seed``."""
        self._random.seed(seed)

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """A column from 0 to 6."""
        own, other, heights = place(info["position"]["moves"])
        legal = [column for column in _ORDER if heights[column] < column * _STRIDE + _HEIGHT]
        self._random.shuffle(legal)
        for side in (own, other):  # win, else keep the other from winning: every level sees as far
            for column in legal:
                if wins(side | 1 << heights[column]):
                    return column
        if self.level == "novice":
            return legal[0]
        legal.sort(key=lambda column: abs(3 - column))
        return Search(_NODES[self.level]).best(own, other, heights, legal)


class OutOfNodesError(Exception):
    """The search has looked at as many positions as it may."""


class Search:
    """One move's search, deepened until ``nodes`` positions are spent."""

    def __init__(self, nodes: int) -> None:
        self._left = nodes
        self._table: dict[tuple[int, int], tuple[int, int, str]] = {}

    def best(self, own: int, other: int, heights: list[int], legal: list[int]) -> int:
        """The column to play."""
        best = legal[0]
        empty = 42 - (own | other).bit_count()
        try:
            for depth in range(1, empty + 1):
                best, worth = self._root(own, other, heights, legal, depth)
                if abs(worth) > _WIN // 2:
                    break
                legal = [best, *(column for column in legal if column != best)]
        except OutOfNodesError:
            pass
        return best

    def _root(
        self, own: int, other: int, heights: list[int], legal: list[int], depth: int
    ) -> tuple[int, int]:
        best, alpha = legal[0], -_WIN * 2
        for column in legal:
            worth = -self._after(own, other, heights, column, depth, -_WIN * 2, -alpha)
            if worth > alpha:
                best, alpha = column, worth
        return best, alpha

    def _after(
        self, own: int, other: int, heights: list[int], column: int, depth: int, alpha: int, beta: int
    ) -> int:
        """The worth to the other side once ``column`` is played."""
        stone = 1 << heights[column]
        if wins(own | stone):
            return -_WIN + (own | other).bit_count()
        heights[column] += 1
        try:
            return self._negamax(other, own | stone, heights, depth - 1, alpha, beta)
        finally:
            heights[column] -= 1

    def _negamax(self, own: int, other: int, heights: list[int], depth: int, alpha: int, beta: int) -> int:
        self._left -= 1
        if self._left < 0:
            raise OutOfNodesError
        taken = own | other
        if taken.bit_count() == 42:
            return 0
        if depth <= 0:
            return evaluate(own, other)
        known = self._table.get((own, other))
        if known is not None and known[0] >= depth:
            _, worth, bound = known
            if bound == "exact" or (bound == "low" and worth >= beta) or (bound == "high" and worth <= alpha):
                return worth
        best, start = -_WIN * 2, alpha
        for column in _ORDER:
            if heights[column] >= column * _STRIDE + _HEIGHT:
                continue
            best = max(best, -self._after(own, other, heights, column, depth, -beta, -alpha))
            alpha = max(alpha, best)
            if alpha >= beta:
                break
        bound = "high" if best <= start else "low" if best >= beta else "exact"
        self._table[own, other] = (depth, best, bound)
        return best


def place(moves: Sequence[int]) -> tuple[int, int, list[int]]:
    """Bit boards of the side to move and of the other, and the next free bit of each column."""
    boards = [0, 0]
    heights = [column * _STRIDE for column in range(7)]
    for number, column in enumerate(moves):
        boards[number % 2] |= 1 << heights[column]
        heights[column] += 1
    turn = len(moves) % 2
    return boards[turn], boards[1 - turn], heights


def wins(board: int) -> bool:
    """Whether a bit board holds four in a row."""
    for shift in (1, _STRIDE, _STRIDE - 1, _STRIDE + 1):
        pairs = board & board >> shift
        if pairs & pairs >> 2 * shift:
            return True
    return False


def evaluate(own: int, other: int) -> int:
    """Open fours of the side to move less those of the other, fuller ones counting more."""
    total = 0
    for four in _FOURS:
        mine, theirs = (own & four).bit_count(), (other & four).bit_count()
        if not theirs:
            total += _WORTH[mine]
        elif not mine:
            total -= _WORTH[theirs]
    return total
