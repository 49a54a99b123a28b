"""The move that was made is drawn at once as the host will show it: compared with real games."""

from __future__ import annotations

from typing import Any

import chess
import numpy as np
import pytest

from arena.games import catalog
from arena.games.chess_actions import move_to_action
from arena.games.hosts import make_host
from scenes.remote.echo import echo


class Game:
    """A real game, step by step."""

    def __init__(self, name: str) -> None:
        self.host = make_host(catalog.get(name), {}, frames=False)
        self.host.submit_reset(3)
        self.result = self.host.poll()

    def snapshot(self) -> Any:
        return self.host.snapshot("all")

    def step(self, action: int) -> None:
        assert self.result is not None
        self.host.submit_step({self.result.due[0]: action})
        self.result = self.host.poll()


def same_where_it_matters(drawn: Any, real: Any) -> None:
    for key in ("board", "rows", "last"):
        if key in real:
            assert drawn[key] == real[key], key


@pytest.mark.parametrize("name", ["tictactoe", "connect_four"])
def test_grids(name: str) -> None:
    game, rng = Game(name), np.random.default_rng(4)
    while game.result is not None and game.result.due:
        agent = game.result.due[0]
        mask = game.result.legal[agent]
        assert mask is not None
        action = int(rng.choice(np.flatnonzero(mask)))
        drawn = echo(game.snapshot(), agent, action)
        game.step(action)
        same_where_it_matters(drawn, game.snapshot())
    game.host.close()


CASTLES = "e2e4 e7e5 g1f3 b8c6 f1c4 g8f6 e1g1 f6e4 d2d4 e5d4 f1e1 d7d5"
PASSES = "e2e4 a7a6 e4e5 d7d5 e5d6 c7d6"
PROMOTES = "a2a4 b7b5 a4b5 a7a6 b5a6 c8b7 a6b7 h7h6 b7a8q"


@pytest.mark.parametrize("line", [CASTLES, PASSES, PROMOTES])
def test_chess(line: str) -> None:
    game = Game("chess")
    for text in line.split():
        assert game.result is not None
        board = game.host.state()
        action = move_to_action(board, chess.Move.from_uci(text))
        drawn = echo(game.snapshot(), game.result.due[0], action)
        game.step(action)
        same_where_it_matters(drawn, game.snapshot())
    game.host.close()


def test_go_without_its_captures() -> None:
    game = Game("go")
    assert game.result is not None
    drawn = echo(game.snapshot(), game.result.due[0], 40)
    game.step(40)
    same_where_it_matters(drawn, game.snapshot())
    assert echo(game.snapshot(), "white_0", game.snapshot()["size"] ** 2) is None
    game.host.close()


@pytest.mark.parametrize(
    "snapshot",
    [
        {},
        {"game": "poker"},
        {"game": "chess", "board": 7},
        {"game": "chess", "board": "." * 64, "turn": "white"},
        {"game": "tictactoe", "rows": [], "agents": ["a"], "moves": []},
        {"game": "go", "size": "x", "board": None, "agents": []},
    ],
)
def test_what_is_no_board_gets_no_picture(snapshot: dict[str, Any]) -> None:
    drawn = echo(snapshot, "a", 3)
    assert drawn is None or drawn.keys() >= snapshot.keys()
