"""Sumo's scripts: each level beats the one below, and none of them cheats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from arena.games.sumo.game import Sumo
from controllers.scripts.sumo import SumoWrestler, read
from tests.controllers.table import Table


def bout(seating: tuple[str, ...], seed: int, *, discrete: bool = False, **options: Any) -> Sumo:
    """One match to its end; levels, or ``noop`` and ``random``."""
    game = Sumo(len(seating), **options)
    game.reset(np.random.default_rng(seed))
    scripts = {
        index: SumoWrestler(level, discrete=discrete)
        for index, level in enumerate(seating)
        if level in SumoWrestler.levels
    }
    for index, script in scripts.items():
        script.reset([game.agents[index]], 10 * seed + index)
    chance = np.random.default_rng(seed)
    pushes = np.zeros((len(seating), 3))
    while not game.over:
        rows = game.observe()
        for index in np.flatnonzero(game.alive).tolist():
            if index in scripts:
                action = scripts[index].select_action(game.agents[index], rows[index], {})
                pushes[index] = game.controls.listed[action] if discrete else action
            elif seating[index] == "random":
                pushes[index] = chance.uniform((-1.0, -1.0, 0.0), (1.0, 1.0, 1.0))
        game.tick(pushes)
    return game


def points(first: str, second: str, seeds: range, **options: Any) -> float:
    """Points of `first` a match, seats swapped every time; a draw is half."""
    total = 0.0
    for seed in seeds:
        seating = (first, second) if seed % 2 == 0 else (second, first)
        scores = [*bout(seating, seed // 2, **options).scores().values()]
        total += scores[seed % 2]
    return total / len(seeds)


@pytest.mark.parametrize("below", ["noop", "random"])
def test_the_novice_beats_those_who_know_nothing(below: str) -> None:
    assert points("novice", below, range(10)) >= 0.9


@pytest.mark.parametrize(("level", "below"), [("club", "novice"), ("master", "club")])
def test_each_level_beats_the_one_below(level: str, below: str) -> None:
    assert points(level, below, range(8)) > 0.5


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("level", "below"), [("club", "novice"), ("master", "club")])
def test_the_whole_ladder(level: str, below: str) -> None:
    assert 0.7 <= points(level, below, range(200)) <= 0.9


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_seat_is_better_and_bouts_are_decided() -> None:
    """Within what chance does at 95 %."""
    games = [bout(("novice", "novice"), seed) for seed in range(1000)]
    decided = [game for game in games if not game.timed_out and game.ranking.winners]
    first = sum(game.ranking.winners == (0,) for game in decided)
    assert len(decided) >= 800
    assert abs(first - len(decided) / 2) <= 1.96 * np.sqrt(len(decided)) / 2


def test_it_plays_with_discrete_actions() -> None:
    assert points("club", "random", range(4), discrete=True) == 1.0


def test_equal_seeds_play_equally() -> None:
    one, two, other = (
        bout(("club", "novice"), seed, max_seconds=8).world.state.tobytes() for seed in (5, 5, 6)
    )
    assert one == two != other


def test_crowds_and_teams_come_to_an_end() -> None:
    assert bout(("master", "club", "novice", "club"), 1, max_seconds=12).verdict()[0] == "win"
    assert bout(("club",) * 4, 2, teams=True, max_seconds=12).verdict()[0] == "win"


def test_it_knows_nothing_sooner_than_its_delay() -> None:
    """Whatever happens in the last few ticks, its push does not change."""
    game = Sumo(2)
    game.reset(np.random.default_rng(1))
    calm = game.observe()[0]
    for level, reflexes in SumoWrestler.levels.items():
        first, second = (_pushes(level, [calm] * 30 + [row] * 25) for row in (calm, -calm))
        changed = np.flatnonzero((first != second).any(axis=1))
        assert changed[0] == 30 + reflexes.delay_ticks


def _pushes(level: str, rows: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    script = SumoWrestler(level)
    script.reset(["wrestler_0"], 4)
    return np.array([script.select_action("wrestler_0", row, {}) for row in rows])


def test_it_turns_no_faster_than_declared() -> None:
    rng = np.random.default_rng(2)
    for level, reflexes in SumoWrestler.levels.items():
        rows = [rng.uniform(-1, 1, 15).astype(np.float32) for _ in range(60)]
        change = np.abs(np.diff(_pushes(level, rows)[:, :2], axis=0))
        assert reflexes.turn_per_tick - 1e-6 <= change.max() <= reflexes.turn_per_tick + 1e-6


def test_it_reads_metres_and_only_opponents_who_stand() -> None:
    game = Sumo(4, teams=True)
    game.reset(np.random.default_rng(1))
    game.world.state[:, :2] = [(1.0, 2.0), (-1.0, 0.0), (2.0, -1.0), (90.0, 0.0)]
    game.world.state[2, 3:5] = (3.0, 0.0)
    game.tick(np.zeros((4, 3)))
    sight = read(game.observe()[0].astype(np.float64), mates=1, ahead_s=0.0)
    assert sight.place == pytest.approx(1 + 2j, abs=1e-3)
    assert sight.ring == pytest.approx(game.ring.start_radius)
    assert [rival.place for rival in sight.rivals] == [
        pytest.approx(complex(*game.world.state[2, :2]), abs=1e-3)
    ]
    assert sight.rivals[0].velocity == pytest.approx(complex(*game.world.state[2, 3:5]), abs=1e-3)


def test_the_seats_of_a_match_take_scripts_in_both_variants() -> None:
    for actions in ("continuous", "discrete"):
        options = {"actions": actions}
        table = Table("arena/sumo-v0", {"wrestler_0": "script:club", "wrestler_1": "random"}, options)
        table.play(seed=2, max_ticks=3000)
        table.close()
        assert table.returns == {"wrestler_0": 1.0, "wrestler_1": -1.0}
