"""Tic-tac-toe and Connect Four: marks on a small grid, the order they came in, and the line that won.

Both environments keep only the marks. Their flat list of squares is replaced, right after ``reset``, by one
that notes each write, which costs the step nothing measurable and changes no observation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, SupportsIndex

from arena.errors import GameError
from arena.games.contract import Viewer
from arena.games.inspectors.endings import ended

Cell = tuple[int, int]
"""Row from the top, column from the left."""


@dataclass(frozen=True, slots=True)
class GridState:
    """``rows`` from the top: 0 empty, 1 the first agent, 2 the second; ``moves`` are the actions so far."""

    rows: tuple[tuple[int, ...], ...]
    moves: tuple[int, ...]
    to_move: str | None


class RecordingList(list[int]):
    """A list that notes in ``written`` which single indices were assigned, in order."""

    def __init__(self, values: Iterable[int]) -> None:
        super().__init__(values)
        self.written: list[int] = []

    def __setitem__(self, index: SupportsIndex | slice, value: Any) -> None:
        super().__setitem__(index, value)
        if not isinstance(index, slice):
            self.written.append(index.__index__())


class GridInspector:
    """What both games share. Subclasses say where the squares are and how an index lies on the grid."""

    game = ""
    size: Cell
    run: int
    """How many in a row win."""

    def __init__(self, env: Any) -> None:
        self._env = env.unwrapped
        self._squares: RecordingList
        self._record()

    def squares(self) -> list[int]:
        """The environment's flat list of marks."""
        raise NotImplementedError

    def put_squares(self, squares: RecordingList) -> None:
        """Give the environment ``squares`` in place of its own list."""
        raise NotImplementedError

    def cell(self, index: int) -> Cell:
        """Where flat ``index`` lies."""
        raise NotImplementedError

    def action(self, index: int) -> int:
        """The action that wrote flat ``index``."""
        raise NotImplementedError

    def _record(self) -> None:
        squares = self.squares()
        if any(squares):
            raise GameError(
                f"{self.game}: make the inspector right after reset; there are marks on the board"
            )
        self._squares = RecordingList(squares)
        self.put_squares(self._squares)

    def _written(self) -> list[int]:
        if self.squares() is not self._squares:  # the environment was reset and has made a new list
            self._record()
        return self._squares.written

    def _rows(self) -> list[list[int]]:
        rows = [[0] * self.size[1] for _ in range(self.size[0])]
        for index, mark in enumerate(self._squares):
            row, column = self.cell(index)
            rows[row][column] = mark
        return rows

    def _over(self) -> bool:
        return ended(self._env)

    def _to_move(self) -> str | None:
        return None if self._over() else str(self._env.agent_selection)

    def state(self) -> GridState:
        """Marks, moves and whose turn it is."""
        moves = tuple(self.action(index) for index in self._written())
        return GridState(tuple(map(tuple, self._rows())), moves, self._to_move())

    def position(self) -> dict[str, Any]:
        """:class:`GridState` as plain data."""
        state = self.state()
        return {
            "rows": [list(row) for row in state.rows],
            "moves": list(state.moves),
            "to_move": state.to_move,
        }

    def snapshot(self, viewer: Viewer) -> dict[str, Any]:
        """``rows`` and ``moves`` as in :class:`GridState`, ``last`` and the winning ``line`` as cells."""
        written = self._written()
        rows = self._rows()
        return {
            "game": self.game,
            "agents": list(self._env.possible_agents),
            "to_move": self._to_move(),
            "over": self._over(),
            "rows": rows,
            "last": list(self.cell(written[-1])) if written else None,
            "line": [list(cell) for cell in winning_line(rows, self.run)],
            "moves": [self.action(index) for index in written],
        }

    def verdict(self) -> tuple[str, str] | None:
        """``win`` with the winning line's kind, or ``draw`` on a full board."""
        if not self._over():
            return None
        line = winning_line(self._rows(), self.run)
        if not line:
            return ("draw", "the board is full") if all(self._squares) else None
        (top, left), (row, column) = line[0], line[1]
        kind = "row" if top == row else "column" if left == column else "diagonal"
        return "win", f"{len(line)} in a {kind}" if kind != "diagonal" else f"{len(line)} on a diagonal"

    def label(self, agent: str, action: Any) -> str:
        """A name for the square or column."""
        raise NotImplementedError


class TicTacToeInspector(GridInspector):
    """Reads ``pettingzoo.classic.tictactoe``: squares and actions run down the columns."""

    game = "tictactoe"
    size = (3, 3)
    run = 3

    def squares(self) -> list[int]:
        """The marks, column by column."""
        squares: list[int] = self._env.board.squares
        return squares

    def put_squares(self, squares: RecordingList) -> None:
        """Give the board another list."""
        self._env.board.squares = squares

    def cell(self, index: int) -> Cell:
        """Where flat ``index`` lies."""
        return index % 3, index // 3

    def action(self, index: int) -> int:
        """The action that wrote flat ``index``."""
        return index

    def label(self, agent: str, action: Any) -> str:
        """``"top left"``, ``"centre"``, ..."""
        row, column = self.cell(int(action))
        if (row, column) == (1, 1):
            return "centre"
        return f"{('top', 'middle', 'bottom')[row]} {('left', 'centre', 'right')[column]}"


class ConnectFourInspector(GridInspector):
    """Reads ``pettingzoo.classic.connect_four``: squares run along the rows from the top."""

    game = "connect_four"
    size = (6, 7)
    run = 4

    def squares(self) -> list[int]:
        """The marks, row by row."""
        squares: list[int] = self._env.board
        return squares

    def put_squares(self, squares: RecordingList) -> None:
        """Give the board another list."""
        self._env.board = squares

    def cell(self, index: int) -> Cell:
        """Where flat ``index`` lies."""
        return divmod(index, 7)

    def action(self, index: int) -> int:
        """The action that wrote flat ``index``."""
        return index % 7

    def label(self, agent: str, action: Any) -> str:
        """``"column 1"`` to ``"column 7"``."""
        return f"column {int(action) + 1}"


def winning_line(rows: list[list[int]], run: int) -> list[Cell]:
    """All cells of the first line of at least ``run`` equal marks, end to end; empty if there is none."""
    height, width = len(rows), len(rows[0])
    for row in range(height):
        for column in range(width):
            for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
                line = _run_from(rows, (row, column), (down, right))
                if len(line) >= run:
                    return line
    return []


def _run_from(rows: list[list[int]], start: Cell, step: Cell) -> list[Cell]:
    (row, column), mark = start, rows[start[0]][start[1]]
    line: list[Cell] = []
    while mark and 0 <= row < len(rows) and 0 <= column < len(rows[0]) and rows[row][column] == mark:
        line.append((row, column))
        row, column = row + step[0], column + step[1]
    return line
