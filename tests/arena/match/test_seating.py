"""Seating strings: who sits where, and what is refused."""

from __future__ import annotations

import pytest

from arena.errors import SeatError, UnknownNameError
from arena.match.seating import parse_spec, resolve
from tests.arena.match.fakes import entry

AGENTS = ("archer_0", "archer_1", "knight_0")
GAME = entry(teams={"bows": ("archer_*",)})


def seats(*words: str) -> dict[str, str]:
    return {agent: group.spec.text for group in resolve(words, AGENTS, GAME) for agent in group.agents}


def test_a_name_beats_a_group_beats_a_pattern_beats_star_in_any_order() -> None:
    words = ["archer_0=script:a", "team:bows=uci:b", "archer_*=gtp:c", "*=random"]
    expected = {"archer_0": "script:a", "archer_1": "uci:b", "knight_0": "random"}
    assert seats(*words) == seats(*reversed(words)) == expected


def test_globs_make_one_controller_a_seat_and_lists_one_for_all() -> None:
    assert [group.agents for group in resolve(["*=random"], AGENTS, GAME)] == [(agent,) for agent in AGENTS]
    together = resolve(["[archer_0,knight_0]=random", "*=random"], AGENTS, GAME)
    assert [group.agents for group in together] == [("archer_0", "knight_0"), ("archer_1",)]


def test_specs_have_a_target_and_options() -> None:
    spec = parse_spec("uci:/opt/my engine,Hash=16,Skill Level=3")
    assert (spec.kind, spec.target, spec.options) == (
        "uci",
        "/opt/my engine",
        {"Hash": "16", "Skill Level": "3"},
    )
    assert parse_spec("stockfish:elo=1500").options == {"elo": "1500"}
    assert parse_spec("policy:tcp://127.0.0.1:5555,model=red").target == "tcp://127.0.0.1:5555"
    assert parse_spec("my.bots:Greedy,depth=2").target == "my.bots:Greedy"


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (["*=random", "archer_9=random"], UnknownNameError, "archer_0"),
        (["archer_0=random"], SeatError, "archer_1, knight_0"),
        (["*=stockfsh"], UnknownNameError, "stockfish"),
        (["archer_0=random", "archer_0=script:a", "*=random"], SeatError, "twice"),
        (["random"], SeatError, "agent=controller"),
        (["team:swords=random"], UnknownNameError, "bows"),
        (["*=uci:a,b"], SeatError, "key=value"),
        (["[archer_0,nobody]=random", "*=random"], UnknownNameError, "nobody"),
        (["*="], SeatError, "agent=controller"),
    ],
)
def test_what_cannot_be_seated_is_refused_with_what_would_be_right(
    words: list[str], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        resolve(words, AGENTS, GAME)


@pytest.mark.parametrize(
    ("word", "game", "meant"),
    [
        ("novice", "arena/sumo-v0", "did you mean 'script:sumo/novice'?"),
        ("sumo/novice", "arena/sumo-v0", "did you mean 'script:sumo/novice'?"),
        ("sumo/novice", "", "did you mean 'script:sumo/novice'?"),
        ("keyboard/wasd", "arena/sumo-v0", "did you mean 'human:keyboard/wasd'?"),
        ("gamepad", "arena/sumo-v0", "did you mean 'human:pad0'?"),
        ("tcp://127.0.0.1:5555", "arena/sumo-v0", "did you mean 'policy:tcp://127.0.0.1:5555'?"),
        ("stockfsh", "classic/chess-v6", "did you mean 'stockfish'?"),
    ],
)
def test_the_tail_of_a_word_is_completed(word: str, game: str, meant: str) -> None:
    with pytest.raises(UnknownNameError) as refused:
        parse_spec(word, game)
    assert meant in str(refused.value)


def test_no_more_than_a_few_words_are_suggested() -> None:
    with pytest.raises(UnknownNameError) as refused:
        parse_spec("novice")
    assert str(refused.value).count("script:") == 3


def test_a_seat_suggests_what_plays_its_game() -> None:
    with pytest.raises(UnknownNameError, match="script:chess/novice'"):
        resolve(["*=novice"], AGENTS, entry(id="classic/chess-v6"))
