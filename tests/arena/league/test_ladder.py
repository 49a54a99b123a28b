"""Who beats whom: counted with seats swapped, told with intervals."""

from __future__ import annotations

import json

import pytest

from arena.cli.main import main
from arena.errors import OptionError
from arena.games import catalog
from arena.league.ladder import Duel, play, sides, wilson


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(0.8, 200)
    assert low == pytest.approx(0.7391, abs=1e-4)
    assert high == pytest.approx(0.8495, abs=1e-4)
    assert wilson(0.0, 10)[0] == 0.0
    assert wilson(1.0, 10)[1] == pytest.approx(1.0)
    assert wilson(0.5, 0) == (0.0, 1.0)


def test_two_are_apart_where_their_intervals_do_not_overlap() -> None:
    assert not Duel("a", "b", wins=11, losses=9).apart
    assert Duel("a", "b", wins=110, losses=60).apart
    assert Duel("a", "b", wins=1, draws=4, losses=40).apart
    assert Duel("a", "b", wins=3, draws=2, losses=5).score == 0.4


def test_teams_are_sides_and_else_every_second_seat() -> None:
    soccer = catalog.get("soccer")
    assert sides(soccer, ("red_0", "red_1", "blue_0", "blue_1")) == (("red_0", "red_1"), ("blue_0", "blue_1"))
    sumo = catalog.get("sumo")
    wrestlers = ("wrestler_0", "wrestler_1", "wrestler_2")
    assert sides(sumo, wrestlers) == (("wrestler_0", "wrestler_2"), ("wrestler_1",))
    with pytest.raises(OptionError, match="together"):
        sides(catalog.get("cooperative_pong"), ("paddle_0", "paddle_1"))
    with pytest.raises(OptionError, match="one seat"):
        sides(catalog.get("CartPole"), ("player_0",))


def test_the_stronger_wins_from_either_seat_and_equal_seeds_give_equal_matches() -> None:
    duels = [
        play("connect_four", "script:club", "script:novice", 3, 7, swapped=swapped)
        for swapped in (False, True, True)
    ]
    assert duels[0].wins + duels[1].wins >= 5
    assert duels[1] == duels[2]
    assert all(duel.count == 3 for duel in duels)


def test_what_ended_by_a_fault_is_not_counted_but_told() -> None:
    crashing = "bot:tests.players.bots.bots:Raises"
    duel = play("tictactoe", crashing, "random", 2, 1)
    assert duel.count == 0
    assert duel.spoiled == {"crash": 2}
    assert duel.score == 0.5


def test_the_table_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ladder", "tictactoe", "random", "script:perfect", "--matches", "12"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "script:perfect" in out
    assert "95 % interval" in out
    assert main([*words, "--json"]) == 0
    (alone,) = json.loads(capsys.readouterr().out)
    assert main([words[0], words[1], *words[4:], "--json", *words[2:4]]) == 0
    assert [alone] == json.loads(capsys.readouterr().out), "options may stand between the players"
    assert main([*words, "--json", "--jobs", "2"]) == 0
    (spread,) = json.loads(capsys.readouterr().out)
    assert alone == spread, "the number of processes changes no match"
    assert alone["wins"] + alone["draws"] + alone["losses"] == 12
    assert alone["first"] == "script:perfect"


def test_a_mirror_shows_whether_a_seat_is_better(capsys: pytest.CaptureFixture[str]) -> None:
    """In tic-tac-toe whoever begins wins more often between players who do not look."""
    assert main(["ladder", "tictactoe", "random", "--mirror", "--matches", "120", "--json"]) == 0
    (mirror,) = json.loads(capsys.readouterr().out)
    assert mirror["wins"] > mirror["losses"]
    assert mirror["apart"]
    assert main(["ladder", "tictactoe", "random", "--mirror", "--matches", "120"]) == 0
    assert "a seat is better" in capsys.readouterr().out


def test_a_ladder_that_is_upside_down_has_another_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ladder", "tictactoe", "script:perfect", "random", "--matches", "12"]) == 1
    assert "lost" in capsys.readouterr().out


def test_too_few_matches_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ladder", "tictactoe", "random", "script:perfect", "--matches", "2"]) == 1
    assert "more --matches" in capsys.readouterr().out


def test_faults_in_a_ladder_lead_to_where_they_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    crashing = "bot:tests.players.bots.bots:Raises"
    assert main(["ladder", "tictactoe", crashing, "random", "--matches", "2"]) == 1
    told = capsys.readouterr().out
    assert "2 ended by crash" in told
    assert "`arena match tictactoe`" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sumo", "--matches", "5"], "even number"),
        (["sumo", "--jobs", "0"], "at least 1"),
        (["sumo", "--seed", "-3"], "--seed -3"),
        (["sumo", "noop", "random", "--env", "players"], "NAME=VALUE"),
        (["simple_tag"], "no scripts"),
        (["chess", "random"], "two players"),
        (["sumo", "novice", "script:club"], "did you mean 'script:sumo/novice'?"),
    ],
)
def test_wrong_words_get_a_sentence(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ladder", *words]) == 2
    assert told in capsys.readouterr().err
