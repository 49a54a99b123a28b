"""What the owner of a guest is told of its matches."""

from __future__ import annotations

import pytest

from arena.wire.codec import encode
from arena.wire.messages import Bye, End, Group, Hello, Message, Refusal, Refused, Remark
from workers.match_news import REMEMBERED, MatchNews


class Owner:
    """News about matches in which ``a`` is the bot's."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.news = MatchNews(self.lines.append)

    def hears(self, *messages: Message) -> None:
        for message in messages:
            self.news.heard(encode(message))

    def end(self, match: str, ranks: dict[str, int], reason: str = "checkmate", episode: int = 0) -> None:
        self.hears(End(match, episode, reason, 9, ranks, dict.fromkeys(ranks, 0.0)))


def hello(match: str) -> Hello:
    space = {"type": "discrete", "n": 3, "start": 0}
    return Hello(match, "chess", "aec", (Group(("a",), space, space),))


@pytest.mark.parametrize(
    ("ranks", "told"),
    [
        ({"a": 1, "b": 2}, "won (checkmate), a against b in chess"),
        ({"a": 2, "b": 1}, "lost (checkmate), a against b in chess"),
        ({"a": 1, "b": 1}, "drawn (checkmate), a against b in chess"),
        ({"a": 0, "b": 0}, "over (checkmate), a against b in chess"),
        ({"a": 2, "b": 1, "c": 3}, "place 2 of 3 (checkmate), a against b, c in chess"),
        ({"a": 1, "b": 1, "c": 3}, "shared first place (checkmate), a against b, c in chess"),
        ({}, "over (checkmate), chess"),
    ],
)
def test_a_result_is_one_line(ranks: dict[str, int], told: str) -> None:
    owner = Owner()
    owner.hears(hello("m"))
    owner.end("m", ranks)
    assert owner.lines == [f"match 1: {told}"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"late": {"a": 3}}, "3 came late"),
        ({"late": {"a": 1}, "illegal": {"a": 1}}, "1 came late, 1 was illegal"),
        ({"illegal": {"a": 2}, "clipped": {"a": 9}}, "2 were illegal, 9 were clipped to the limits"),
    ],
)
def test_what_was_wrong_with_the_answers_is_told(wrong: dict[str, dict[str, int]], told: str) -> None:
    owner = Owner()
    owner.hears(hello("m"), End("m", 1, "win", 9, {"a": 2, "b": 1}, {}, **wrong))
    assert owner.lines[1:] == [f"match 1, episode 2: of your answers {told}"]


def test_what_is_wrong_at_other_seats_is_not_the_bots() -> None:
    owner = Owner()
    owner.hears(hello("m"), End("m", 0, "win", 9, {"a": 2, "b": 1}, {}, late={"b": 4}))
    assert len(owner.lines) == 1


def test_matches_count_up_and_one_that_goes_on_after_a_drop_keeps_its_number() -> None:
    owner = Owner()
    owner.hears(hello("m"), hello("n"), hello("m"))
    owner.end("m", {"a": 1, "b": 2}, episode=1)
    owner.end("n", {"a": 1, "b": 2})
    assert [line.partition(":")[0] for line in owner.lines] == ["match 1, episode 2", "match 2"]
    owner.hears(Bye("m"))
    owner.end("m", {"a": 1, "b": 2})
    assert len(owner.lines) == 2, "it is over"


def test_only_so_many_matches_are_remembered() -> None:
    owner = Owner()
    owner.hears(*[hello(f"m{number}") for number in range(REMEMBERED + 1)])
    owner.end("m0", {"a": 1, "b": 2})
    assert owner.lines == []
    owner.end(f"m{REMEMBERED}", {"a": 1, "b": 2})
    assert owner.lines[0].startswith(f"match {REMEMBERED + 1}: won")


def test_what_the_bot_raised_is_told_and_other_answers_are_not() -> None:
    owner = Owner()
    owner.hears(hello("m"), Remark("m", "crash ahead"))
    owner.news.said(encode(Refused("m", Refusal.CRASH, "bots:Raises raised KeyError: 'e4'")))
    owner.news.said(encode(Refused("m", Refusal.BUSY, "later")))
    owner.news.said([b"garbage refused \xa7refused"])
    assert owner.lines == ["match 1: bots:Raises raised KeyError: 'e4'"]
