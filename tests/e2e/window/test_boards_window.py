"""Boards and cards by a real mouse."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from scenes.views import connect_four, go, tictactoe
from tests.e2e.window.person import Person, Seen, sitting_down

HUMAN = "human:pointer,name=Ada"


def play_out(person: Person, agent: str, where: dict[int, tuple[int, int]]) -> Seen:
    """Click legal actions, each at its place on the board, until the game is over."""
    while True:
        seen = person.until(lambda seen: seen["screen"] == "result" or bool(seen.get("can_click")))
        if seen["screen"] == "result":
            return person.over()
        assert seen["active"] == agent
        x, y, tick = seen["pane"][0], seen["pane"][1], seen["tick"]
        place = where[seen["legal"][len(seen["legal"]) // 2]]
        person.click((x + place[0], y + place[1]))
        person.until(partial(moved_on, tick))


def moved_on(tick: int, seen: Seen) -> bool:
    return bool(seen["screen"] == "result" or seen["tick"] > tick)


def pane_of(person: Person) -> tuple[int, int]:
    seen = person.until(lambda seen: bool(seen.get("can_click")))
    return seen["pane"][2], seen["pane"][3]


def test_tictactoe(xvfb: str, tmp_path: Path) -> None:
    with sitting_down(xvfb, tmp_path, "tictactoe", f"player_1={HUMAN}", "player_2=random") as person:
        board = tictactoe.Board(pane_of(person))
        where = {action: board.rect(action % 3, action // 3).center for action in range(9)}
        seen = play_out(person, "player_1", where)
    assert seen["headline"] in {"You win", "You lose", "Draw"}
    assert 5 <= len(seen["moves"]) <= 9
    assert seen["verified"].startswith("Record verified")


def test_connect_four(xvfb: str, tmp_path: Path) -> None:
    with sitting_down(xvfb, tmp_path, "connect_four", "player_0=random", f"player_1={HUMAN}") as person:
        board = connect_four.Board(pane_of(person))
        seen = play_out(person, "player_1", {column: board.centre(2, column) for column in range(7)})
    assert seen["headline"] in {"You win", "You lose", "Draw"}
    assert len(seen["moves"]) >= 7
    assert seen["verified"].startswith("Record verified")


def test_go_with_a_pass_and_a_resignation(xvfb: str, tmp_path: Path) -> None:
    with sitting_down(xvfb, tmp_path, "go", f"black_0={HUMAN}", "white_0=random") as person:
        board = go.Board(pane_of(person), 9)
        x, y = person.seen["pane"][:2]
        tengen = board.centre(40)
        person.click((x + tengen[0], y + tengen[1]))
        person.until(lambda seen: seen["tick"] == 2 and seen["can_click"])
        assert 40 not in person.seen["legal"]
        person.press("Pass")
        person.until(lambda seen: seen["tick"] >= 4 and seen["can_click"])
        person.press("flag")
        person.press("Resign")
        seen = person.over()
    assert seen["headline"] == "You lose"
    assert seen["moves"][0] == "E5"
    assert seen["moves"][2] == "pass"


def test_two_hide_their_hands_from_each_other_at_one_screen(xvfb: str, tmp_path: Path) -> None:
    seats = ("player_0=human:pointer,name=Ada", "player_1=human:pointer,name=Bo")
    with sitting_down(xvfb, tmp_path, "texas_holdem", *seats) as person:
        while True:
            seen = person.until(shows_somebody)
            if seen["screen"] == "result":
                break
            if seen["curtain"] is not None:
                lift_curtain(person, seen)
            else:
                play_quietly(person)
        seen = person.over()
    assert seen["reason"].startswith("Showdown")
    assert seen["verified"].startswith("Record verified")


def shows_somebody(seen: Seen) -> bool:
    if seen["screen"] == "match":
        return seen["curtain"] is not None or seen["active"] is not None
    return bool(seen["screen"] == "result")


def lift_curtain(person: Person, seen: Seen) -> None:
    assert seen["viewer"] == []
    assert all(card is None for hand in seen["cards"] for card in hand)
    name = {"player_0": "Ada", "player_1": "Bo"}[seen["curtain"]]
    person.press(f"I am {name}: show my side")
    person.until(lambda seen: seen.get("curtain") is None)


def play_quietly(person: Person) -> None:
    """Check or call, seeing one's own hand only."""
    seen = person.until(lambda seen: bool(seen["buttons"].keys() - {"pause"}))
    own, tick = ["player_0", "player_1"].index(seen["active"]), seen["tick"]
    assert seen["viewer"] == [seen["active"]]
    assert None not in seen["cards"][own]
    assert seen["cards"][1 - own] == [None, None]
    person.press(next(word for word in seen["buttons"] if word.startswith(("Check", "Call"))))
    person.until(lambda seen: seen["screen"] == "result" or seen["tick"] > tick)
