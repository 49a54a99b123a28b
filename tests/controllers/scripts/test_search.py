"""The inside of the searching scripts: tactics they must see, hands they must rank."""

from __future__ import annotations

import random
from collections.abc import Sequence

import chess
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.games.chess_actions import action_to_move
from controllers.scripts import connect_four
from controllers.scripts.cards import equity, strength
from controllers.scripts.chess import Chess
from controllers.scripts.chess_eval import evaluate
from controllers.scripts.connect_four import ConnectFour


@pytest.mark.parametrize(
    ("fen", "best"),
    [
        ("6k1/5ppp/8/8/8/8/8/R5K1 w - - 0 1", "a1a8"),  # mate on the back rank
        ("k7/2K5/8/8/8/8/8/7R w - - 0 1", "h1a1"),
        ("4k3/8/8/3q4/8/4N3/8/4K3 w - - 0 1", "e3d5"),  # a queen for nothing
        ("6k1/P7/8/8/8/8/8/K7 w - - 0 1", "a7a8q"),
        ("4k3/8/8/8/8/8/4q3/4K3 w - - 0 1", "e1e2"),
        ("2r3k1/8/8/8/8/8/2R5/2R3K1 b - - 0 1", None),  # black must not take a guarded rook for nothing
    ],
)
@pytest.mark.parametrize("level", ["club", "master"])
def test_chess_tactics(fen: str, best: str | None, level: str) -> None:
    bot = Chess(level)
    bot.reset(["a"], 1)
    board = chess.Board(fen)
    action = bot.select_action("a", None, {"position": {"start_fen": fen, "moves": []}})
    move = action_to_move(board, action)
    if best is None:
        assert move.uci() != "c8c2"
    else:
        assert move.uci() == best


def test_a_winning_side_does_not_repeat_itself_into_a_draw() -> None:
    """The rook has been to and fro; going back a third time would be a draw at once."""
    fen = "6k1/8/8/8/8/8/8/R5K1 w - - 0 1"
    moves = ["a1a2", "g8h8", "a2a1", "h8g8", "a1a2", "g8h8", "a2a1", "h8g8"][:7]
    board = chess.Board(fen)
    for text in moves:
        board.push_uci(text)
    board.push_uci("h8g8")
    bot = Chess("club")
    bot.reset(["a"], 1)
    action = bot.select_action("a", None, {"position": {"start_fen": fen, "moves": [*moves, "h8g8"]}})
    assert action_to_move(board, action).uci() != "a1a2"


@given(st.lists(st.integers(0, 10**6), max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_chess_position_is_worth_the_same_seen_from_the_other_side(choices: Sequence[int]) -> None:
    board = chess.Board()
    for choice in choices:
        legal = list(board.legal_moves)
        if not legal:
            break
        board.push(legal[choice % len(legal)])
    assert evaluate(board) == evaluate(board.mirror())


def play_columns(level: str, moves: list[int]) -> int:
    bot = ConnectFour(level)
    bot.reset(["a"], 1)
    return bot.select_action("a", None, {"position": {"moves": moves}})


@pytest.mark.parametrize("level", ["novice", "club", "master"])
def test_connect_four_wins_and_blocks(level: str) -> None:
    assert play_columns(level, [0, 1, 0, 1, 0, 1]) == 0  # wins rather than blocks
    assert play_columns(level, [0, 1, 0, 1, 0]) == 0  # blocks
    assert play_columns(level, [2, 2, 3, 3, 4, 6]) in {1, 5}  # an open three


def test_connect_four_answers_the_two_ended_trap() -> None:
    """Two in the middle of the bottom row with both sides open: the answer must be beside them."""
    for level in ("club", "master"):
        assert play_columns(level, [3, 3, 2]) in {1, 4}


@given(st.lists(st.integers(0, 6), max_size=42))
def test_connect_four_lines_agree_with_a_plain_search(columns: list[int]) -> None:
    heights = [0] * 7
    cells: dict[tuple[int, int], int] = {}
    played: list[int] = []
    for column in columns:
        if heights[column] < 6:
            cells[column, heights[column]] = len(played) % 2
            heights[column] += 1
            played.append(column)
    own, other, _ = connect_four.place(played)
    turn = len(played) % 2
    for side, board in ((turn, own), (1 - turn, other)):
        plain = any(
            all(cells.get((x + i * dx, y + i * dy)) == side for i in range(4))
            for x in range(7) for y in range(6) for dx, dy in ((1, 0), (0, 1), (1, 1), (1, -1))
        )  # fmt: skip
        assert connect_four.wins(board) == plain


def hand(text: str) -> list[int]:
    ranks = "A23456789TJQK"
    return [13 * "shdc".index(card[1]) + ranks.index(card[0]) for card in text.split()]


RISING = [
    "2s 4h 6d 8c Ts Qh Kd",  # high card
    "2s 2h 6d 8c Ts Qh Kd",  # a pair
    "As Ah 6d 8c Ts Qh 3d",
    "2s 2h 6d 6c Ts Qh Kd",  # two pairs
    "2s 2h 2d 8c Ts Qh Kd",  # three
    "As 2h 3d 4c 5s Qh Kd",  # the wheel
    "2s 3h 4d 5c 6s Qh Kd",
    "Ts Jh Qd Kc As 2h 3d",
    "2s 4s 6s 8s Ts Qh Kd",  # a flush
    "2s 2h 2d 8c 8s Qh Kd",  # full houses
    "3s 3h 3d 2c 2s 2h Kd",
    "2s 2h 2d 2c Ts Qh Kd",  # four
    "As 2s 3s 4s 5s Qh Kd",  # straight flushes
    "9h Th Jh Qh Kh 2s 2d",
    "Th Jh Qh Kh Ah 2s 2d",
]


def test_poker_hands_are_ranked() -> None:
    values = [strength(hand(text)) for text in RISING]
    assert values == sorted(values)
    assert len(set(values)) == len(values)
    assert strength(hand("As Ah 6d 8c Ts Qh 3d")) == strength(hand("Ad Ac 6h 8s Th Qc 2d"))


def test_equity_of_well_known_hands() -> None:
    dice = random.Random(1)
    aces = sum(equity(hand("As Ah"), [], dice) for _ in range(20)) / 20
    worst = sum(equity(hand("7s 2h"), [], dice) for _ in range(20)) / 20
    assert abs(aces - 0.852) < 0.04  # published figures against a random hand
    assert abs(worst - 0.346) < 0.05
    assert equity(hand("As Ks"), hand("Qs Js Ts 2h 3d"), dice) == 1.0
