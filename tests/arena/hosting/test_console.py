from __future__ import annotations

from collections.abc import Iterator

import pytest

from arena.hosting.console import WORDS
from arena.hosting.reception import HouseRules
from tests.arena.hosting.inn import Inn, first_legal, setup


@pytest.fixture
def inn() -> Iterator[Inn]:
    built = Inn(HouseRules(hold=True))
    yield built
    built.close()


def test_matches_wait_for_start_and_can_be_stopped_and_resumed(inn: Inn) -> None:
    inn.house.open_table(setup("tictactoe", "*=open"))
    assert inn.console.do("start 1") == ["nobody sits at player_1, player_2 of table 1 yet"]
    ada, bob = (inn.player(place, place, choose=lambda _act: None) for place in ("t1.0", "t1.1"))
    assert inn.console.do("list") == [
        "0 running, 0 over",
        "no match begins by itself: `start` changes that",
    ]
    assert inn.console.do("start 1") == []
    inn.until(lambda: ada.acts)
    assert inn.console.do("start 1") == ["match 1 is being played at table 1"]
    assert inn.console.do("pause 1") == ["match 1 paused"]
    assert inn.console.do("list")[0].endswith("- paused by the host at tick 0")
    ada.choose = bob.choose = first_legal
    ada.say(first_legal(ada.acts[0]))
    assert inn.console.do("resume") == ["match 1 goes on"]
    inn.until(lambda: inn.told("match_ended"))
    assert inn.console.do("pause 1") == ["match 1 is not running; running: none"]
    assert inn.console.do("pause") == ["no match is running"]
    assert inn.console.do("rematch 1") == ["it begins at once"]
    assert inn.console.do("start") == ["matches begin as soon as their seats are taken"]
    inn.until(lambda: len(inn.told("match_ended")) == 2)


def test_a_match_can_be_ended_without_a_result(inn: Inn) -> None:
    inn.house.offer(setup())
    inn.console.do("start")
    ada = inn.player(name="Ada", choose=lambda _act: None)
    bob = inn.player(name="Bob", choose=lambda _act: None)
    inn.until(lambda: ada.acts or bob.acts)
    assert inn.console.do("queue") == ["nobody waits", "playing: Ada, Bob"]
    assert inn.console.do("abort") == ["say which match: abort 3"]
    inn.house.holding = True
    assert inn.console.do("abort m1") == ["match 1 ended"]
    inn.until(lambda: inn.told("match_ended"))
    assert inn.told("result")[0].fields["outcome"]["void"]
    assert inn.console.do("queue") == ["1. Ada", "2. Bob", "playing: nobody"]


def test_seats_and_tokens(inn: Inn) -> None:
    inn.house.open_table(setup("tictactoe", "player_1=open", "player_2=random"))
    inn.player("t1.0", "Ada")
    assert inn.console.do("seats") == [
        "table 1, Tic-Tac-Toe: no match",
        "  t1.0  player_1: Ada",
        "  t1.1  player_2: random",
    ]
    assert inn.console.do("token t1.0") == ["Ada sits there; `kick Ada` first"]
    assert inn.console.do("token") == ["this host has no queue; start it with --queue"]
    assert inn.console.do("kick ada") == ["Ada was shown out"]
    inn.until(lambda: inn.told("left"))
    assert inn.console.do("token t1.player_1") == []
    assert inn.told("token")[-1].fields["place"] == "t1.0"
    assert inn.console.do("seats")[1] == "  t1.0  player_1: open"
    assert "takes one guest" in inn.console.do("token t1.0 2")[0]


def test_many_tokens_for_the_queue_and_a_word_to_everybody(inn: Inn) -> None:
    inn.house.offer(setup())
    assert inn.console.do("token queue 3") == []
    assert len({event.fields["token"] for event in inn.told("token")}) == 3
    assert inn.console.do("seats") == ["no tables: everybody plays out of the queue"]
    assert inn.console.do("rematch 1") == ["this host has no tables: everybody plays out of the queue"]
    ada = inn.player(name="Ada")
    assert inn.console.do("say 'ten minutes' left") == ["told 1 guests"]
    inn.until(lambda: "ten minutes left" in ada.remarks)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", ""),
        ("dance", "unknown command 'dance'"),
        ("stopp", "did you mean 'stop'"),
        ("list all", "list does not take 'all'"),
        ("pause x", "'x' is not a number"),
        ("pause 99999999999999999999", "is not a number"),
        ("kick Nobody", "no guest 'Nobody' is here"),
        ("say", "say what"),
        ("token queue 0", "'0' is not a number from 1 to 1000"),
        ("say 'ten", "cannot read that line"),
        ("rematch", "say which table"),
    ],
)
def test_what_is_wrong_is_said(inn: Inn, line: str, told: str) -> None:
    answers = inn.console.do(line)
    assert told in "\n".join(answers)
    assert bool(answers) == bool(told)


def test_help_tells_every_command_and_stop_stops(inn: Inn) -> None:
    told = inn.console.do("help")
    assert len(told) == len(WORDS)
    assert all(line.startswith(name) for line, name in zip(told, WORDS, strict=True))
    assert inn.console.do("stop") == []
    assert inn.house.stopping
