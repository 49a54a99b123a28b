"""`arena games`: the list, one game, and JSON that programs can rely on."""

import json

import pytest

from arena.cli import main as cli
from arena.games import catalog


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(["games", *words]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(["games", *words]) == 2
    return capsys.readouterr().err


def test_the_list_names_every_game(capsys: pytest.CaptureFixture[str]) -> None:
    text = ran(capsys)
    for entry in catalog.entries():
        assert f"  {catalog.short_name(entry)} " in text
        assert entry.title in text
    assert f"{len(catalog.entries())} games" in text


def test_one_family(capsys: pytest.CaptureFixture[str]) -> None:
    text = ran(capsys, "--family", "sisl")
    assert "pursuit" in text
    assert "chess" not in text
    assert "unknown family 'sils'; did you mean 'sisl'?" in refused(capsys, "--family", "sils")


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    games = json.loads(ran(capsys, "--json"))
    assert [game["id"] for game in games] == list(catalog.ids())
    assert games[0]["seats"] == ["wrestler_0", "wrestler_1"]


def test_a_game_is_shown_with_all_that_a_player_needs(capsys: pytest.CaptureFixture[str]) -> None:
    text = ran(capsys, "show", "kaz")
    for words in (
        "Knights Archers Zombies  (butterfly/knights_archers_zombies-v11)",
        "real time, 20 steps a second (or 15, 30)",
        "together: nobody is ranked",
        "archer_0, archer_1, knight_0, knight_1  acts Discrete(6)  observes Box(27, 5) float64",
        "one of vector, image, vector-sequence, vector-masked",
        "Shoot or strike  action 4",
        "Try: arena match knights_archers_zombies '*=random'",
    ):
        assert words in text


def test_agents_with_other_spaces_stand_apart(capsys: pytest.CaptureFixture[str]) -> None:
    text = ran(capsys, "show", "simple_world_comm")
    assert "Controls of leadadversary_*" in text
    assert "teams        hunters: leadadversary_*, adversary_*; runners: agent_*" in text
    assert text.count("acts Discrete(5)") == 2


def test_a_game_without_an_entry_is_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    text = ran(capsys, "show", "Acrobot-v1")
    assert "Not in the catalog" in text
    assert "Try: arena match gymnasium/Acrobot-v1" in text


@pytest.mark.parametrize("name", ["chess", "hanabi", "multiwalker", "CartPole"])
def test_a_game_as_json(capsys: pytest.CaptureFixture[str], name: str) -> None:
    game = json.loads(ran(capsys, "show", name, "--json"))
    assert game["id"] == catalog.get(name).id
    assert game["agents"].keys() == set(catalog.get(name).seats)
    assert {option["name"] for option in game["options"]} == {
        option.name for option in catalog.describe_options(catalog.get(name))
    }


def test_mistakes_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean 'chess'" in refused(capsys, "show", "ches")
    assert "did you mean 'show'" in refused(capsys, "shwo", "chess")
    assert "arena games show chess" in refused(capsys, "show")
