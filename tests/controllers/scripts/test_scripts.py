"""The built-in opponents in their real games: legal, repeatable, and each level stronger than the one
below.
"""

from __future__ import annotations

import importlib

import pytest

from arena.games import catalog
from controllers.scripts.registry import SCRIPTS, Script, scripts_for, version
from tests.controllers.table import Table, series

GRADES = [
    ("classic/tictactoe-v3", "novice", "random", range(10), 8),
    ("classic/tictactoe-v3", "perfect", "script:novice", range(10), 5),
    ("classic/connect_four-v3", "novice", "random", range(5), 8),
    ("classic/connect_four-v3", "club", "script:novice", range(4), 5),
    ("classic/connect_four-v3", "master", "script:club", range(1), 2),
    ("classic/chess-v6", "novice", "random", range(2), 3),
    ("classic/chess-v6", "club", "script:novice", range(1), 2),
    ("classic/leduc_holdem-v4", "tight", "script:loose", range(60), 20),
    ("classic/texas_holdem-v4", "tight", "script:loose", range(30), 20),
    ("classic/texas_holdem_no_limit-v6", "tight", "script:loose", range(30), 60),
    ("classic/rps-v2", "counter", "script:cycle", range(2), 30),
]


@pytest.mark.parametrize(("game", "level", "below", "seeds", "margin"), GRADES)
def test_each_level_beats_the_one_below(
    game: str, level: str, below: str, seeds: range, margin: float
) -> None:
    assert series(game, f"script:{level}", below, seeds) >= margin


@pytest.mark.slow
def test_the_chess_master_beats_the_club_player() -> None:
    assert series("classic/chess-v6", "script:master", "script:club", range(2)) >= 3


def test_nobody_beats_perfect_tictactoe() -> None:
    """Against every possible opponent: all replies to all of its moves, as first and as second."""
    from controllers.scripts.tictactoe import TicTacToe, sides, wins

    def explore(moves: list[int], own_turn: int) -> None:
        own, other = sides(moves) if len(moves) % 2 == own_turn else sides(moves)[::-1]
        assert not wins(other), moves
        if wins(own) or len(moves) == 9:
            return
        if len(moves) % 2 == own_turn:
            bot = TicTacToe("perfect")
            explore([*moves, bot.select_action("a", None, {"position": {"moves": moves}})], own_turn)
        else:
            for cell in set(range(9)) - set(moves):
                explore([*moves, cell], own_turn)

    explore([], 0)
    explore([], 1)


@pytest.mark.parametrize(
    ("game", "script", "ticks", "alone", "enough"),
    [
        ("butterfly/knights_archers_zombies-v11", "kaz/guard", 500, 12.0, 20.0),
        ("butterfly/cooperative_pong-v6", "pong/follower", 300, 20.0, 60.0),
        ("gymnasium/CartPole-v1", "cartpole/balance", 500, 100.0, 500.0),
        ("gymnasium/MountainCar-v0", "mountaincar/swing", 200, -199.0, -160.0),
    ],
)
def test_action_games_are_played_well_above_chance(
    game: str, script: str, ticks: int, alone: float, enough: float
) -> None:
    """The sum of all returns: chance stays below `alone`, the script reaches `enough`."""
    agents = catalog.get(game).seats
    for who, low, high in (("random", float("-inf"), alone), (f"script:{script}", enough, float("inf"))):
        table = Table(game, dict.fromkeys(agents, who))
        assert low <= sum(table.play(seed=3, max_ticks=ticks).values()) <= high
        table.close()


def one_game(script: Script) -> tuple[str, tuple[str, ...]]:
    game = next(entry for entry in catalog.entries() if script.plays(entry.id))
    return game.id, game.seats


@pytest.mark.parametrize(
    "script", [script for script in SCRIPTS if not script.id.endswith("master")], ids=lambda s: s.id
)
def test_equal_seeds_give_equal_play(script: Script) -> None:
    game, agents = one_game(script)
    outcomes = []
    for _ in range(2):
        table = Table(
            game, {agent: f"script:{script.id}" if not n else "random" for n, agent in enumerate(agents)}
        )
        outcomes.append((table.play(11, max_ticks=60), table.ticks))
        table.close()
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_registered_scripts_exist_and_their_version_follows_their_source(script: Script) -> None:
    module, _, name = script.target.partition(":")
    getattr(importlib.import_module(module), name)(**script.arguments)
    assert len(version(script)) == 8
    assert script in scripts_for(one_game(script)[0])
