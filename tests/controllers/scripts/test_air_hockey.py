"""Air hockey's scripts know their own mallet and where the puck goes."""

from __future__ import annotations

import numpy as np
import pytest

from arena.games.air_hockey.game import AirHockey
from controllers.script import KIND
from controllers.scripts.air_hockey import AirHockeyScript
from controllers.scripts.air_hockey_motion import Mover, OwnMallet, ahead, moved
from tests.arena.games.air_hockey.rinks import begun, put, run, served
from tests.controllers.scripts.duels import duel


def test_two_against_two_is_played_by_both_mates() -> None:
    game = duel(AirHockey(2, goals=99, max_seconds=10.0), ("club", "club"), 2)
    hits = {event.agent for event in game.events if event.kind == "hit"}
    fresh = AirHockey(2)
    assert hits <= set(fresh.agents)
    assert np.ptp(game.world.state[:4, 0]) > 4.0


@pytest.mark.parametrize("level", list(AirHockeyScript.levels))
def test_a_script_knows_where_its_mallet_is_by_now(level: str) -> None:
    game = begun(max_seconds=8.0)
    script = AirHockeyScript(level)
    script.reset(["red_0"], 3)
    lag, thought = script.reflexes.delay_ticks, OwnMallet(script.reflexes.delay_ticks)
    late: list[Mover] = []
    push = (0.0, 0.0)
    for tick in range(50):
        late.append(Mover(*game.world.state[0, [0, 1, 3, 4]].tolist()))
        seen = late[max(0, tick - lag)]
        own = thought.now(seen, push, min(tick, lag))
        assert (own.x, own.y) == pytest.approx(tuple(game.world.state[0, :2]), abs=1e-6)
        push = (float(np.sin(tick / 7)), float(np.cos(tick / 5)))
        run(game, 1, {"red_0": push})


def test_a_mallet_and_the_puck_move_as_foreseen() -> None:
    game = served()
    put(game, -1, -3.0, 3.0, 9.0, 8.0)
    put(game, 1, 7.3, -3.8)
    foreseen = ahead(Mover(-3.0, 3.0, 9.0, 8.0), 24, bounces=True)
    stopped = ahead(Mover(-3.0, 3.0, 9.0, 8.0), 24, bounces=False)
    mallet = Mover(-5.0, 0.0, 0.0, 0.0)
    for _ in range(24):
        mallet = moved(mallet, (-0.6, -0.8))
        run(game, 1, {"red_0": (-0.6, -0.8)})
    assert (mallet.x, mallet.y) == pytest.approx(tuple(game.world.state[0, :2]), abs=1e-6)
    assert foreseen.y == pytest.approx(game.world.state[-1, 1], abs=0.3)
    assert stopped.y > game.world.state[-1, 1] + 0.8


def test_it_is_a_kind_of_seat() -> None:
    notes = "\n".join(KIND.notes())
    for level in AirHockeyScript.levels:
        assert f"script:air_hockey/{level}" in notes
