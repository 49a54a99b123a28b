"""Sumo's scripts read what a policy reads, no sooner and no quicker than they declare."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from arena.games.sumo.game import Sumo
from controllers.scripts.sumo import SumoWrestler, read
from tests.controllers.scripts.duels import duel
from tests.controllers.table import Table


def test_crowds_and_teams_come_to_an_end() -> None:
    everyone = ("master", "club", "novice", "club")
    assert duel(Sumo(4, max_seconds=12), everyone, 1).verdict()[0] == "win"
    assert duel(Sumo(4, teams=True, max_seconds=12), ("club", "club"), 2).verdict()[0] == "win"


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
