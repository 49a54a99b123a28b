"""One match at the guest's end: what is taken from a host, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import WireError
from arena.wire.arrays import NamedArray
from arena.wire.messages import Act, Action, Block, Group, Hello, Input, Message, Reset, View
from arena.wire.pictures import compress
from arena.wire.spaces import describe
from controllers.remote_table import SeatFacts, TableFacts
from scenes.remote.played import Played

OBSERVATION = describe(spaces.Box(0, 1, (2,)))
FACTS = TableFacts("test/line", "Line", ("a",), (SeatFacts("a", "Ada"), SeatFacts("b", "Bo")), "playing")


def played(**options: str) -> tuple[Played, list[Message]]:
    sent: list[Message] = []

    def send(message: Message) -> bool:
        sent.append(message)
        return True

    group = Group(("a",), OBSERVATION, describe(spaces.Discrete(4)))
    hello = Hello("M", "test/line", "simultaneous", (group,), options=options)
    match = Played(hello, send, lambda: 5.0)
    match.reset(Reset("M", 0, {"a": 1}))
    return match, sent


def ask(match: Played, *legal: int, agent: str = "a", number: int = 9) -> None:
    arrays = {"legal": (NamedArray((), np.array([legal], np.int8)),)} if legal else {}
    match.act(Act("M", 0, 3, (Block(0, agents=(agent,), ids=(number,), arrays=arrays),)))


def test_an_ask_is_answered_with_its_id() -> None:
    match, sent = played()
    ask(match, 0, 1, 1, 0)
    match.answer(match.asks["a"], 2)
    (action,) = sent
    assert isinstance(action, Action)
    assert action.blocks[0].ids == (9,)
    assert action.blocks[0].arrays["action"][0].data.tolist() == [2]
    assert match.asks == {}


def test_masks_that_do_not_fit_and_agents_that_are_not_ours_are_passed_over() -> None:
    match, _ = played()
    ask(match, 1, 1)
    ask(match, 1, 1, 1, 1, agent="b")
    assert match.asks == {}


def test_what_is_held_is_numbered() -> None:
    match, sent = played(pace="realtime", hz="30")
    assert match.realtime
    assert match.hz == 30
    match.hold("a", 1)
    match.hold("a", 3)
    assert [message.number for message in sent if isinstance(message, Input)] == [1, 2]
    match.reset(Reset("M", 1, {"a": 1}))
    match.hold("a", 0)
    assert isinstance(sent[-1], Input)
    assert (sent[-1].episode, sent[-1].number) == (1, 1)


@pytest.mark.parametrize("hz", ["", "x", "nan", "-3", "1e9", "inf"])
def test_a_rate_that_is_none_is_zero(hz: str) -> None:
    match, _ = played(pace="realtime", hz=hz)
    assert match.hz == 0


def test_a_view_is_taken_apart() -> None:
    match, _ = played()
    frame = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    match.view(View("M", 0, 3, picture=compress(frame), table=FACTS.to_plain()))
    assert match.facts == FACTS
    assert match.frame is not None
    assert np.array_equal(match.frame.pixels[..., :3], frame)
    match.view(View("M", 0, 4, snapshot={"game": "x"}, table=FACTS.to_plain()))
    assert match.snapshot == {"game": "x"}
    assert match.frame is not None, "a view without a picture changes none"
    assert match.views == 2


def spoiled(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    table = FACTS.to_plain()
    change(table)
    return table


@pytest.mark.parametrize(
    "table",
    [
        {},
        spoiled(lambda table: table.update(own=["z"])),
        spoiled(lambda table: table.update(seats=[])),
        spoiled(lambda table: table.update(seats=["a"])),
        spoiled(lambda table: table["seats"][0].update(score=float("nan"))),
        spoiled(lambda table: table["seats"][0].update(clock_s="soon")),
        spoiled(lambda table: table.update(phase="lunch")),
        spoiled(lambda table: table.update(moves=[[1, 2, 3]])),
        spoiled(lambda table: table.update(offers=[["x", 1]])),
        spoiled(lambda table: table.update(outcome={"reason": "win"})),
        spoiled(lambda table: table.update(outcome=[1, 2])),
        spoiled(lambda table: table.update(episode=-1)),
    ],
)
def test_a_table_that_is_none_changes_nothing(table: dict[str, Any]) -> None:
    match, _ = played()
    match.view(View("M", 0, 3, snapshot={"game": "x"}, table=FACTS.to_plain()))
    with pytest.raises(WireError):
        match.view(View("M", 0, 4, snapshot={"game": "y"}, table=table))
    assert match.facts == FACTS
    assert match.snapshot == {"game": "x"}


def test_texts_are_tidied() -> None:
    match, _ = played()
    table = spoiled(lambda table: table["seats"][0].update(name="A\x1b[31m\nda"))
    match.view(View("M", 0, 3, table=table))
    assert match.facts is not None
    assert match.facts.seats[0].name.isprintable()
