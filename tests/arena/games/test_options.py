"""Options of games: typed from signatures, checked before anything is made."""

from typing import Any

import pytest

from arena.errors import OptionError, UnknownNameError
from arena.games import catalog
from arena.games.options import OptionInfo


@pytest.mark.parametrize(
    ("game", "given", "resolved"),
    [
        ("pistonball", {"n_pistons": "8", "ball_mass": "1"}, {"n_pistons": 8, "ball_mass": 1.0}),
        ("pistonball", {"continuous": "no"}, {"continuous": False}),
        ("go", {}, {"board_size": 9}),
        ("go", {"board_size": "19", "komi": "6.5"}, {"board_size": 19, "komi": 6.5}),
        ("cooperative_pong", {"cake_paddle": "false", "ball_speed": "7"},
         {"cake_paddle": False, "ball_speed": 7.0}),
        ("pursuit", {"n_evaders": "5", "freeze_evaders": "1"}, {"n_evaders": 5, "freeze_evaders": True}),
        ("multiwalker", {"n_walkers": "2"}, {"n_walkers": 2}),
        ("kaz", {"obs_method": "image"}, {"obs_method": "image"}),
        ("simple_spread", {"num_agent_neighbors": "2"}, {"max_cycles": 100, "num_agent_neighbors": 2}),
        ("simple_spread", {"num_agent_neighbors": "none"}, {"max_cycles": 100, "num_agent_neighbors": None}),
        ("FrozenLake", {"map_name": "8x8", "is_slippery": "off"}, {"map_name": "8x8", "is_slippery": False}),
        ("LunarLander", {"gravity": "-3"}, {"gravity": -3.0}),
    ],
)  # fmt: skip
def test_texts_become_what_the_factory_wants(
    game: str, given: dict[str, str], resolved: dict[str, Any]
) -> None:
    found = catalog.resolve_options(catalog.get(game), given)
    assert found == resolved
    assert [type(value) for value in found.values()] == [type(value) for value in resolved.values()]


def test_resolved_options_resolve_to_themselves() -> None:
    """A record holds typed values; a replay and a rematch hand them in again."""
    entry = catalog.get("go")
    options = catalog.resolve_options(entry, {"board_size": "13", "komi": "7"})
    assert catalog.resolve_options(entry, options) == options


@pytest.mark.parametrize(
    ("game", "given", "words"),
    [
        ("pistonball", {"n_pistons": "many"}, "n_pistons=many is not a whole number from 4 to 40"),
        ("pistonball", {"n_pistons": "8.5"}, "not a whole number"),
        ("pistonball", {"n_pistons": "1000"}, "from 4 to 40"),
        ("pistonball", {"continuous": "perhaps"}, "true or false"),
        ("pistonball", {"ball_mass": "nan"}, "a number from"),
        ("go", {"komi": "inf"}, "a number from -50 to 50"),
        ("kaz", {"obs_method": "smell"}, "one of vector, image, vector-sequence, vector-masked"),
        ("kaz", {"num_archers": True}, "a whole number"),
        ("kaz", {"num_archers": None}, "a whole number"),
        ("simple_spread", {"num_agent_neighbors": "few"}, "or none"),
        ("rps", {"num_actions": "4"}, "one of 3, 5, 7, 9"),
    ],
)
def test_bad_values_are_answered_with_what_is_allowed(game: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        catalog.resolve_options(catalog.get(game), given)


@pytest.mark.parametrize(
    ("game", "name", "listed"),
    [
        ("pistonball", "n_piston", "did you mean 'n_pistons'"),
        ("chess", "render_mode", "screen_height"),
        ("cooperative_pong", "randomizer", "ball_speed"),
        ("pursuit", "evader_controller", "n_evaders"),
        ("FrozenLake", "desc", "map_name"),
        ("CliffWalking", "speed", "is_slippery"),
    ],
)
def test_unknown_names_are_answered_with_the_known(game: str, name: str, listed: str) -> None:
    with pytest.raises(UnknownNameError, match="unknown option of") as caught:
        catalog.resolve_options(catalog.get(game), {name: "1"})
    assert listed in str(caught.value)


def test_descriptions_hold_type_default_and_limits() -> None:
    options = {option.name: option for option in catalog.describe_options(catalog.get("go"))}
    assert options["board_size"] == OptionInfo("board_size", "int", 9, False, "lines of the board", (), 5, 19)
    assert options["komi"].type == "float"
    assert options["komi"].default == 7.5
    spread = {option.name: option for option in catalog.describe_options(catalog.get("simple_spread"))}
    assert spread["max_cycles"].default == 100
    assert spread["num_agent_neighbors"].optional
    assert spread["num_agent_neighbors"].type == "int"
    lake = {option.name: option for option in catalog.describe_options(catalog.get("FrozenLake"))}
    assert lake["map_name"].default == "4x4"
    assert lake["success_rate"].type == "float"
    assert "reward_schedule" not in lake
