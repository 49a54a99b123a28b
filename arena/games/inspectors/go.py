"""Go: stones, prisoners, and area scoring of our own.

``black_0`` is Black. PettingZoo scores by area as the board stands after two passes (dead stones count as
alive) and keeps the size of the newest environment in a module global, so nothing here calls its helpers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from arena.games.contract import Viewer
from arena.games.go_actions import action_to_vertex

_STONES = {1: "b", -1: "w", 0: "."}


@dataclass(frozen=True, slots=True)
class GoState:
    """A position with the way there. ``board``: ``b``, ``w`` or ``.`` a point, from the top left."""

    size: int
    komi: float
    moves: tuple[tuple[str, str], ...]
    """``("B", "D4")``, ``("W", "pass")``, ... from the start."""
    board: str
    to_move: str
    """``"B"`` or ``"W"``."""
    prisoners: tuple[int, int]
    """Stones that Black and White have captured."""
    ko: str | None
    """The vertex that may not be retaken now."""


class GoInspector:
    """Reads ``pettingzoo.classic.go``; all information is perfect."""

    def __init__(self, env: Any) -> None:
        self._env = env.unwrapped

    def state(self) -> GoState:
        """The position, with the moves that led to it."""
        position, size = self._env._go, self._env._N  # noqa: SLF001 -- reading what has no public name
        return GoState(
            size=size,
            komi=float(position.komi),
            moves=tuple(
                ("B" if move.color == 1 else "W", _vertex(move.move, size)) for move in position.recent
            ),
            board="".join(_STONES[int(stone)] for stone in position.board.ravel()),
            to_move="B" if position.to_play == 1 else "W",
            prisoners=(int(position.caps[0]), int(position.caps[1])),
            ko=None if position.ko is None else _vertex(position.ko, size),
        )

    def position(self) -> dict[str, Any]:
        """``size``, ``komi`` and ``moves`` as [colour, vertex]."""
        state = self.state()
        return {"size": state.size, "komi": state.komi, "moves": [list(move) for move in state.moves]}

    def snapshot(self, viewer: Viewer) -> dict[str, Any]:
        """``last`` and ``taken`` are points from the top left; ``territory`` as the board, after the end."""
        state = self.state()
        over = self._over()
        agents = list(self._env.possible_agents)
        area = area_of(state.board, state.size) if over else None
        return {
            "game": "go",
            "agents": agents,
            "to_move": None if over else agents[0 if state.to_move == "B" else 1],
            "over": over,
            "size": state.size,
            "komi": state.komi,
            "board": state.board,
            "turn": state.to_move,
            "last": self._last_point(state.size),
            "last_vertex": state.moves[-1][1] if state.moves else None,
            "taken": self._taken(state.size),
            "ko": state.ko,
            "prisoners": list(state.prisoners),
            "territory": area,
            "result": None if area is None else result_of(area, state.komi),
            "moves": [vertex for _, vertex in state.moves],
        }

    def verdict(self) -> tuple[str, str] | None:
        """``win`` with the margin (``"B+7.5"``); an even score is White's, as the environment rules."""
        if not self._over():
            return None
        state = self.state()
        return "win", result_of(area_of(state.board, state.size), state.komi)

    def label(self, agent: str, action: Any) -> str:
        """The vertex (``"D4"``) or ``"pass"``."""
        return action_to_vertex(int(action), self._env._N)  # noqa: SLF001

    def _over(self) -> bool:
        moves = self._env._go.recent  # noqa: SLF001
        return len(moves) > 1 and moves[-1].move is None and moves[-2].move is None

    def _last_point(self, size: int) -> int | None:
        moves = self._env._go.recent  # noqa: SLF001
        if not moves or moves[-1].move is None:
            return None
        row, column = moves[-1].move
        return int(row * size + column)

    def _taken(self, size: int) -> list[int]:
        """Points the last move emptied: the newest delta marks them with the mover's colour."""
        deltas, last = self._env._go.board_deltas, self._last_point(size)  # noqa: SLF001
        if last is None:
            return []
        return [int(point) for point in np.flatnonzero(deltas[0]) if point != last]


def _vertex(move: tuple[int, int] | None, size: int) -> str:
    return "pass" if move is None else action_to_vertex(int(move[0]) * size + int(move[1]), size)


def area_of(board: str, size: int) -> str:
    """Who owns each point: stones their colour, an empty region the one colour around it, else ``.``."""
    owners = list(board)
    seen: set[int] = set()
    for start, stone in enumerate(board):
        if stone != "." or start in seen:
            continue
        region, borders = _region(board, size, start)
        seen |= region
        if len(borders) == 1:
            for point in region:
                owners[point] = next(iter(borders))
    return "".join(owners)


def result_of(area: str, komi: float) -> str:
    """``"B+7.5"`` or ``"W+0.5"``; an even score is ``"W+0"``."""
    lead = area.count("b") - area.count("w") - komi
    return f"{'B' if lead > 0 else 'W'}+{abs(lead):g}"


def _region(board: str, size: int, start: int) -> tuple[set[int], set[str]]:
    """The empty points connected to ``start`` and the colours around them."""
    region, borders, open_points = {start}, set(), [start]
    while open_points:
        point = open_points.pop()
        row, column = divmod(point, size)
        for y, x in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            near = y * size + x
            if not (0 <= y < size and 0 <= x < size) or near in region:
                continue
            if board[near] == ".":
                region.add(near)
                open_points.append(near)
            else:
                borders.add(board[near])
    return region, borders
