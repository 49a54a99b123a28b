"""The scripts of tanks: legal, repeatable, each stronger than the one below."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

from arena.games.tanks.game import Tanks
from controllers.scripts.registry import scripts_for, version
from controllers.scripts.tanks import Tanks as Script
from controllers.scripts.tanks_map import clear, towards


class Chance:
    """Pushes at random."""

    def reset(self, agents: list[str], seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def select_action(self, agent: str, observation: Any, info: Any) -> Any:
        return self.rng.uniform((-1.0, -1.0, 0.0), 1.0)


class Still(Chance):
    """Does nothing."""

    def select_action(self, agent: str, observation: Any, info: Any) -> Any:
        return np.zeros(3)


def made(player: str) -> Any:
    return {"random": Chance, "noop": Still}.get(player, lambda: Script(player))()


def played(players: list[str], seed: int, **options: Any) -> tuple[list[float], bool, list[bytes]]:
    """The scores of one game, whether it was decided in time, and all that was pushed."""
    game = Tanks(len(players), **options)
    seats = [made(player) for player in players]
    game.reset(np.random.default_rng(seed))
    for index, (agent, seat) in enumerate(zip(game.agents, seats, strict=True)):
        seat.reset([agent], 100 * seed + index)
    pushed = []
    while not game.over:
        seen = game.observe()
        pushes = np.array(
            [seat.select_action(game.agents[index], seen[index], {}) for index, seat in enumerate(seats)],
            float,
        )
        pushed.append(pushes.tobytes())
        game.tick(pushes)
    return list(game.scores().values()), not game.timed_out, pushed


def wins(player: str, below: str, matches: int) -> float:
    """Share of matches won, seats swapped after each."""
    won = 0.0
    for match in range(matches):
        own = match % 2
        players = [below, player] if own else [player, below]
        scores, _, _ = played(players, match // 2)
        won += (np.sign(scores[own] - scores[1 - own]) + 1) / 2
    return won / matches


def test_there_are_three_levels() -> None:
    scripts = scripts_for("arena/tanks-v0")
    assert [script.id for script in scripts] == ["tanks/novice", "tanks/club", "tanks/master"]
    assert len({version(script) for script in scripts}) == 1


@pytest.mark.parametrize(
    ("player", "below", "least"),
    [("novice", "noop", 0.75), ("club", "random", 0.75), ("master", "novice", 0.75)],
)
def test_each_level_is_stronger(player: str, below: str, least: float) -> None:
    assert wins(player, below, 8) >= least


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    ("player", "below", "least", "most"),
    [
        ("novice", "noop", 0.95, 1.0),
        ("novice", "random", 0.95, 1.0),
        ("club", "novice", 0.70, 0.90),
        ("master", "club", 0.70, 0.90),
    ],
)
def test_the_ladder(player: str, below: str, least: float, most: float) -> None:
    assert least <= wins(player, below, 200) <= most


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_no_seat_is_better_and_most_games_are_decided() -> None:
    results = [played(["club", "club"], seed)[:2] for seed in range(300)]
    better = sum(scores[0] > scores[1] for scores, _ in results)
    worse = sum(scores[0] < scores[1] for scores, _ in results)
    assert abs(better - worse) <= 1.96 * sqrt(better + worse)
    assert sum(decided for _, decided in results) >= 0.8 * len(results)


def test_the_same_seed_plays_the_same_game() -> None:
    first = played(["master", "club"], 3)
    assert played(["master", "club"], 3) == first
    assert played(["master", "club"], 4) != first


@pytest.mark.parametrize("level", Script.levels)
def test_reflexes_hold_back_what_it_turns(level: str) -> None:
    _, _, pushed = played([level, "noop"], 1)
    turns = np.array([np.frombuffer(row)[1] for row in pushed])
    assert np.abs(np.diff(turns)).max() <= Script.levels[level].turn_per_tick + 1e-6


@pytest.mark.parametrize(("players", "teams"), [(3, False), (6, False), (4, True), (6, True)])
def test_it_plays_with_any_number_of_others(players: int, *, teams: bool) -> None:
    scores, decided, _ = played(["club"] * players, 2, teams=teams)
    assert decided
    assert len(scores) == players


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
