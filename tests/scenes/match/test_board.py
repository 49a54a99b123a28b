"""Clicks, drags and the cursor on the board pane, with chess."""

from __future__ import annotations

import chess
import pytest

from arena.games.chess_actions import move_to_action
from scenes.match.board import BoardPane, Scene
from scenes.views.chess import Board
from tests.scenes.ui.hands import Person

PLACE = (0, 0, 480, 480)


class Desk:
    """A board pane that shows one position, and the moves that were chosen."""

    def __init__(self, fen: str = chess.STARTING_FEN) -> None:
        self.board = chess.Board(fen)
        self.chosen: list[int] = []
        self.pane = BoardPane("chess", self.chosen.append)
        self.person = Person((self.pane, PLACE))
        legal = frozenset(move_to_action(self.board, move) for move in self.board.legal_moves)
        letters = [self.board.piece_at(square) for square in chess.SQUARES]
        snapshot = {
            "agents": ["player_0", "player_1"],
            "board": "".join("." if piece is None else piece.symbol() for piece in letters),
            "turn": "white",
            "check": None,
            "last": None,
        }
        self.pane.show(Scene(snapshot, legal, "player_0"), moved=False)
        self.person.frames()

    def at(self, square: str) -> tuple[int, int]:
        return Board((480, 480), flipped=False).rect(chess.parse_square(square)).center

    def action(self, move: str) -> int:
        return move_to_action(self.board, chess.Move.from_uci(move))


def test_two_clicks_make_a_move() -> None:
    desk = Desk()
    desk.person.click(desk.at("e2"))
    assert desk.pane.selected == "e2"
    desk.person.click(desk.at("e4"))
    assert desk.chosen == [desk.action("e2e4")]


def test_a_drag_makes_a_move() -> None:
    desk = Desk()
    desk.person.down(desk.at("g1"))
    desk.person.point(desk.at("g2"))
    assert desk.pane.dragging
    desk.person.point(desk.at("f3"))
    desk.person.up(desk.at("f3"))
    assert desk.chosen == [desk.action("g1f3")]
    assert not desk.pane.dragging


def test_a_drag_to_nowhere_is_dropped() -> None:
    desk = Desk()
    desk.person.down(desk.at("g1"))
    desk.person.point(desk.at("g5"))
    desk.person.up(desk.at("g5"))
    assert desk.chosen == []
    assert desk.pane.selected is None


def test_a_second_click_on_the_piece_lets_it_go() -> None:
    desk = Desk()
    desk.person.click(desk.at("e2"))
    desk.person.click(desk.at("e2"))
    assert desk.pane.selected is None


def test_a_selected_piece_can_still_be_dragged() -> None:
    desk = Desk()
    desk.person.click(desk.at("e2"))
    desk.person.down(desk.at("e2"))
    desk.person.point(desk.at("e3"))
    desk.person.up(desk.at("e4"))
    assert desk.chosen == [desk.action("e2e4")]


@pytest.mark.parametrize("piece", "qrbn")
def test_promotion_asks_for_the_piece(piece: str) -> None:
    desk = Desk("7k/P7/8/8/8/8/8/7K w - - 0 1")
    desk.person.click(desk.at("a7"))
    desk.person.click(desk.at("a8"))
    assert desk.pane.selected == "a7a8"
    assert desk.chosen == []
    picker = Board((480, 480), flipped=False).promotion_rects(chess.A8)
    desk.person.click(picker[piece].center)
    assert desk.chosen == [desk.action(f"a7a8{piece}")]


def test_a_position_without_choices_takes_no_clicks() -> None:
    desk = Desk()
    desk.pane.show(Scene(desk.pane.scene.snapshot, frozenset(), "player_0"), moved=False)
    desk.person.click(desk.at("e2"))
    desk.person.click(desk.at("e4"))
    assert desk.chosen == []
