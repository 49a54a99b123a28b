import random

import chess
import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.games.chess_actions import legal_actions
from scenes.views import chess as view
from scenes.views.style import NOTHING, Pick, ViewStyle
from tests.scenes.views.samples import chess_after, chess_of

SIZES = [(720, 720), (333, 500)]
SIDES = ["player_0", "player_1"]


def click_through(board: chess.Board, move: chess.Move, size: tuple[int, int], orientation: str) -> Pick:
    """Click the piece, the target and, if asked, the promotion."""
    snapshot, legal = chess_of(board), frozenset(legal_actions(board))
    where = view.Board(size, flipped=orientation == "player_1")
    style = ViewStyle(orientation=orientation, legal=legal)
    first = view.pick(snapshot, size, where.rect(move.from_square).center, legal, style)
    assert first == Pick(selected=chess.square_name(move.from_square))
    style = ViewStyle(orientation=orientation, legal=legal, selected=first.selected)
    second = view.pick(snapshot, size, where.rect(move.to_square).center, legal, style)
    if second.action is not None:
        return second
    assert second.selected == move.uci()[:4]
    style = ViewStyle(orientation=orientation, legal=legal, selected=second.selected)
    tile = where.promotion_rects(move.to_square)[move.uci()[4]]
    return view.pick(snapshot, size, tile.center, legal, style)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    plies=st.integers(0, 120),
    size=st.sampled_from(SIZES),
    orientation=st.sampled_from(SIDES),
)
def test_every_legal_move_can_be_clicked(
    seed: int, plies: int, size: tuple[int, int], orientation: str
) -> None:
    rng, board = random.Random(seed), chess.Board()
    for _ in range(plies):
        moves = list(board.legal_moves)
        if not moves:
            break
        board.push(rng.choice(moves))
    for action, move in legal_actions(board).items():
        assert click_through(board, move, size, orientation) == Pick(action=action)


@pytest.mark.parametrize("orientation", SIDES)
@pytest.mark.parametrize(
    "fen",
    [
        "1n1r4/P1P1P2k/8/8/8/8/K7/8 w - - 0 1",
        "8/k7/8/8/8/8/p1p1p2K/1N1R4 b - - 0 1",
        "r3k2r/8/8/3pP3/8/8/8/R3K2R w KQkq d6 0 1",
    ],
    ids=["promotions, white", "promotions, black", "castling and en passant"],
)
def test_special_moves_can_be_clicked(fen: str, orientation: str) -> None:
    board = chess.Board(fen)
    for action, move in legal_actions(board).items():
        assert click_through(board, move, (480, 480), orientation) == Pick(action=action)


def test_the_picker_lies_on_the_board_in_both_orientations() -> None:
    for flipped in (False, True):
        board = view.Board((480, 480), flipped=flipped)
        for square in (*range(8), *range(56, 64)):
            rects = board.promotion_rects(square)
            assert len({tuple(rect) for rect in rects.values()}) == 4
            board_area = pygame.Rect(0, 0, 480, 480)
            assert all(board_area.contains(rect) for rect in rects.values())


def test_squares_and_points_are_inverse() -> None:
    for flipped in (False, True):
        board = view.Board((350, 500), flipped=flipped)
        for square in chess.SQUARES:
            rect = board.rect(square)
            assert board.square_at(rect.topleft) == square
            assert board.square_at((rect.right - 1, rect.bottom - 1)) == square
        assert board.square_at((10, 10)) is None


def test_a_second_click_drops_or_changes_the_selection() -> None:
    snapshot, board = chess_after()
    legal = frozenset(legal_actions(board))
    where = view.Board((400, 400), flipped=False)
    style = ViewStyle(legal=legal, selected="e2")

    def at(name: str) -> Pick:
        return view.pick(snapshot, (400, 400), where.rect(chess.parse_square(name)).center, legal, style)

    assert at("e2") == NOTHING
    assert at("d2") == Pick(selected="d2")
    assert at("e5") == NOTHING
    assert at("e7") == NOTHING
    assert view.pick(snapshot, (400, 400), (399, 399), (), style) == NOTHING


def test_spots_are_what_can_be_clicked_next() -> None:
    snapshot, board = chess_after()
    legal = frozenset(legal_actions(board))
    style = ViewStyle(legal=legal)
    spots = view.spots(snapshot, (400, 400), legal, style)
    assert len(spots) == 10
    assert all(view.pick(snapshot, (400, 400), spot, legal, style).selected for spot in spots)
    chosen = ViewStyle(legal=legal, selected="g1")
    assert len(view.spots(snapshot, (400, 400), legal, chosen)) == 3
    assert len(view.spots(snapshot, (400, 400), legal, ViewStyle(legal=legal, selected="a7a8"))) == 4
