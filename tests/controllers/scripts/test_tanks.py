"""The scripts of tanks: legal, held back as declared, and able to find their way."""

from __future__ import annotations

import numpy as np
import pytest

from arena.games.tanks.game import Tanks
from controllers.scripts.registry import scripts_for, version
from controllers.scripts.tanks import Tanks as Script
from controllers.scripts.tanks_map import clear, towards
from tests.controllers.scripts.duels import duel


def test_there_are_three_levels() -> None:
    scripts = scripts_for("arena/tanks-v0")
    assert [script.id for script in scripts] == ["tanks/novice", "tanks/club", "tanks/master"]
    assert len({version(script) for script in scripts}) == 1


@pytest.mark.parametrize("level", Script.levels)
def test_reflexes_hold_back_what_it_turns(level: str) -> None:
    game, script = Tanks(), Script(level)
    game.reset(np.random.default_rng(1))
    script.reset(["tank_0"], 1)
    turns = []
    for _ in range(400):
        push = script.select_action("tank_0", game.observe()[0], {})
        turns.append(push[1])
        game.tick(np.array([push, [0.0, 0.0, 0.0]], np.float64))
    assert np.abs(np.diff(turns)).max() <= Script.levels[level].turn_per_tick + 1e-6


@pytest.mark.parametrize(("players", "teams"), [(3, False), (6, False), (4, True), (6, True)])
def test_it_plays_with_any_number_of_others(players: int, *, teams: bool) -> None:
    game = duel(Tanks(players, teams=teams), ["club"] * players, 2)
    assert not game.timed_out
    assert len(game.scores()) == players


def test_discrete_actions_are_numbers() -> None:
    game, script = Tanks(), Script("club", discrete=True)
    game.reset(np.random.default_rng(0))
    script.reset(["tank_0"], 0)
    actions = set()
    for _ in range(200):
        action = script.select_action("tank_0", game.observe()[0], {})
        assert isinstance(action, int)
        actions.add(action)
        game.tick(np.array([game.controls.listed[action], [0.0, 0.0, 0.0]]))
    assert len(actions) > 2
    assert actions <= set(range(18))


@pytest.mark.parametrize("layout", range(5))
def test_the_way_to_any_place_is_free(layout: int) -> None:
    rng = np.random.default_rng(layout)
    for _ in range(30):
        x, y = (float(part) for part in rng.uniform((-13.0, -7.0), (13.0, 7.0)))
        here, goal = (-12.2, 0.0), (x, y)
        for _ in range(60):
            there = towards(layout, here, goal)
            if there == here:
                break
            assert clear(layout, here, there, room=0.5)
            here = there
            if here == goal:
                break
        assert abs(here[0] - x) < 3.0
        assert abs(here[1] - y) < 3.0
