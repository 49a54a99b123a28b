from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from arena.games.chess_actions import legal_actions
from scenes.views import load
from scenes.views.style import ViewStyle
from tests.scenes.views import samples
from tests.scenes.views.golden import assert_golden

SMALL, WIDE = (224, 224), (400, 260)
NAMES = {"player_0": "Ada", "player_1": "Stockfish"}

OPENING, BOARD = samples.chess_after(*samples.OPENING)
CHECK, _ = samples.chess_after("e4", "f6", "d4", "g5", "Qh5+")
CASTLING, _ = samples.chess_after("e4", "e5", "Nf3", "Nc6", "Bc4", "Bc5", "O-O")
PROMOTING = OPENING | {"board": "." * 48 + "P......." + ".n.....k", "turn": "white", "last": None}
LEGAL = frozenset(legal_actions(BOARD))
CHOOSING = ViewStyle(legal=LEGAL, selected="d8")
FOUR = samples.grid(
    "connect_four", ".......", ".......", "...o...", "..xxo..", "..oxxo.", ".xooox.", last=(2, 3)
)
WON_FOUR = samples.grid(
    "connect_four", ".......", ".......", "...x...", "..xo...", ".xoo...", "xoox...", last=(2, 3)
)
NOUGHTS = samples.grid("tictactoe", "x..", ".o.", "..x", last=(2, 2))
WON_NOUGHTS = samples.grid("tictactoe", "xo.", "xo.", "x..", last=(2, 0))
GO_END = samples.go("..bw.", ".bbw.", "bbww.", "..bw.", "..bw.", territory="bbbwwbbbwwbbwwwbbbwwbbbww")

CASES: dict[str, tuple[str, Mapping[str, Any], float, ViewStyle]] = {
    "chess_targets": ("chess", OPENING, 1.0, CHOOSING),
    "chess_black": ("chess", OPENING, 1.0, replace(CHOOSING, orientation="player_1")),
    "chess_gliding": ("chess", OPENING, 0.5, ViewStyle()),
    "chess_castling": ("chess", CASTLING, 0.4, ViewStyle(orientation="player_1")),
    "chess_dragging": ("chess", OPENING, 1.0, replace(CHOOSING, dragging=True, hover=(110, 120))),
    "chess_check": ("chess", CHECK, 1.0, ViewStyle()),
    "chess_promotion": ("chess", PROMOTING, 1.0, ViewStyle(selected="a7b8", hover=(40, 10))),
    "go_hover": ("go", samples.GO_NINE, 1.0, ViewStyle(legal=range(81), hover=(112, 200))),
    "go_taken": ("go", samples.GO_NINE, 0.5, ViewStyle()),
    "go_end": ("go", GO_END, 1.0, ViewStyle()),
    "connect_four_hover": ("connect_four", FOUR, 1.0, ViewStyle(legal=range(7), hover=(112, 40))),
    "connect_four_falling": ("connect_four", FOUR, 0.4, ViewStyle()),
    "connect_four_won": ("connect_four", WON_FOUR, 1.0, ViewStyle()),
    "tictactoe_hover": ("tictactoe", NOUGHTS, 1.0, ViewStyle(legal=(1, 2, 3, 5, 6, 7), hover=(112, 40))),
    "tictactoe_drawing": ("tictactoe", NOUGHTS, 0.5, ViewStyle()),
    "tictactoe_won": ("tictactoe", WON_NOUGHTS, 1.0, ViewStyle()),
    "holdem": ("texas_holdem", samples.HOLDEM, 1.0, ViewStyle(names=NAMES)),
    "holdem_showdown": ("texas_holdem_no_limit", samples.SHOWDOWN, 1.0, ViewStyle(names=NAMES)),
    "leduc": ("leduc_holdem", samples.LEDUC, 1.0, ViewStyle(orientation="player_1")),
    "hanabi": ("hanabi", samples.HANABI, 1.0, ViewStyle(names=NAMES)),
    "hanabi_hint": ("hanabi", samples.HANABI, 1.0, ViewStyle(selected="1:2", legal=(11, 16))),
    "rps": ("rps", samples.RPS, 1.0, ViewStyle(names=NAMES, legal=range(7), hover=(112, 200))),
    "rps_closed": ("rps", samples.RPS, 0.3, ViewStyle()),
}


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
@pytest.mark.parametrize("case", CASES)
def test_looks_as_it_was_approved(case: str, size: tuple[int, int]) -> None:
    name, snapshot, alpha, style = CASES[case]
    image = load(name).draw(snapshot, size, alpha, style)
    assert image.get_size() == size
    assert_golden(image, f"{case}_{size[0]}x{size[1]}")


@pytest.mark.parametrize("case", CASES)
def test_drawing_twice_gives_the_same_bytes(case: str) -> None:
    name, snapshot, alpha, style = CASES[case]
    first, second = (load(name).draw(snapshot, (150, 130), alpha, style) for _ in range(2))
    assert first is not second
    assert first.get_buffer().raw == second.get_buffer().raw


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", [(1, 1), (16, 40), (900, 90)])
def test_any_size_can_be_drawn(case: str, size: tuple[int, int]) -> None:
    name, snapshot, alpha, style = CASES[case]
    assert load(name).draw(snapshot, size, alpha, style).get_size() == size


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case][2] < 1])
def test_reduced_motion_shows_the_end_at_once(case: str) -> None:
    name, snapshot, alpha, style = CASES[case]
    still = load(name).draw(snapshot, SMALL, alpha, replace(style, animate=False))
    assert still.get_buffer().raw == load(name).draw(snapshot, SMALL, 1.0, style).get_buffer().raw
