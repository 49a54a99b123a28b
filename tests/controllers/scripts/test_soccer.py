"""The scripts of soccer: what they see, and how they share the work."""

from __future__ import annotations

import numpy as np
import pytest

from arena.games.physics.world import X, Y
from arena.games.soccer.game import FREEZE_TICKS, Soccer
from controllers.scripts.registry import find, version
from controllers.scripts.soccer import Soccer as Script
from controllers.scripts.soccer import ball_way, free, time_to
from controllers.scripts.soccer_sight import Body, Sight

LEVELS = ("novice", "club", "master")


def test_sight_undoes_what_the_observation_does() -> None:
    game = Soccer(players_per_team=3)
    game.reset(np.random.default_rng(2))
    game.ball[:] = [3.0, -4.0, 0.0, 6.0, 2.0, 0.0]
    sight = Sight.read(np.asarray(game.observe()[4], np.float64), 0.0)
    turned = -game.players[:, X : Y + 1]
    assert (sight.me.x, sight.me.y) == pytest.approx(tuple(turned[4]), abs=1e-5)
    assert (sight.ball.x, sight.ball.y, sight.ball.vx, sight.ball.vy) == pytest.approx(
        (-3, 4, -6, -2), abs=1e-4
    )
    assert [(mate.x, mate.y) for mate in sight.mates] == [
        pytest.approx(tuple(turned[row]), abs=1e-5) for row in (5, 3)
    ]
    assert [rival.x for rival in sight.rivals] == pytest.approx(turned[[1, 2, 0], 0].tolist(), abs=1e-5)
    assert sight.waits


def test_the_way_of_the_ball_is_the_one_it_takes() -> None:
    game = Soccer()
    game.reset(np.random.default_rng(0))
    still = np.zeros((4, 3))
    for _ in range(FREEZE_TICKS):
        game.tick(still)
    game.players[:, Y] = 8.0
    game.ball[:] = [0.0, 0.0, 0.0, 9.0, -14.0, 0.0]
    way = ball_way(Body(0.0, 0.0, 9.0, -14.0))
    for x, y in way[1:8]:
        for _ in range(9):
            game.tick(still)
        assert (game.ball[X], game.ball[Y]) == (pytest.approx(x, abs=1.0), pytest.approx(y, abs=1.0))


def test_a_fast_ball_is_met_further_on() -> None:
    me = Body(0.0, 5.0, 0.0, 0.0)
    still_s, at = time_to(me, ball_way(Body(0.0, 0.0, 0.0, 0.0)))
    assert at == (0.0, 0.0)
    rolling_s, met = time_to(me, ball_way(Body(0.0, 0.0, 9.0, 0.0)))
    assert met[0] > 2.0
    assert rolling_s > still_s


def test_a_mate_with_an_opponent_in_between_is_not_free() -> None:
    mate, ball = Body(10.0, 0.0, 0.0, 0.0), Body(0.0, 0.0, 0.0, 0.0)
    assert free(mate, ball, [Body(5.0, 6.0, 0.0, 0.0)])
    assert not free(mate, ball, [Body(5.0, 0.5, 0.0, 0.0)])


@pytest.mark.parametrize("level", LEVELS)
def test_one_goes_to_the_ball_and_gives_room_to_nobody_but_the_nearer_mate(level: str) -> None:
    """Where a person runs for the ball, the script beside does not."""
    game = Soccer()
    game.reset(np.random.default_rng(1))
    push = np.zeros((4, 3))
    script = Script(level)
    script.reset(["red_1"], 0)
    for _ in range(FREEZE_TICKS + 60):
        way = game.ball[X : Y + 1] - game.players[0, X : Y + 1]
        push[0, :2] = way / np.hypot(*way)
        push[1] = script.select_action("red_1", game.observe()[1], {})
        game.tick(push)
    near, room = (np.hypot(*(game.players[row, X : Y + 1] - game.ball[X : Y + 1])) for row in (0, 1))
    assert near < 2.5
    assert room > 3.0


def test_a_level_acts_on_what_it_saw_its_delay_ago() -> None:
    for level in LEVELS:
        delay = Script.levels[level].delay_ticks
        games = [Soccer(), Soccer()]
        script = Script(level)
        acts = []
        for changed, game in enumerate(games):
            game.reset(np.random.default_rng(0))
            script.reset(["red_0"], 0)
            taken = []
            for tick in range(60):
                seen = game.observe()[0].copy()
                seen[-1] = 0.0
                if changed and tick >= 20:
                    seen[5:7] = -1.0, 0.5
                taken.append(script.select_action("red_0", seen, {}).tolist())
            acts.append(taken)
        first = next(tick for tick in range(60) if acts[0][tick] != acts[1][tick])
        assert 20 + delay <= first <= 22 + delay


def test_discrete_actions_are_numbers_of_the_list() -> None:
    script, listed = Script("master", discrete=True), Soccer.controls.listed
    game = Soccer()
    game.reset(np.random.default_rng(0))
    script.reset(["red_0"], 0)
    numbers = {script.select_action("red_0", row, {}) for row in [game.observe()[0]] * 20}
    assert numbers <= set(range(len(listed)))


def test_each_is_found_by_name_and_has_a_version() -> None:
    versions = set()
    for level in LEVELS:
        script = find(level, "arena/soccer-v0")
        assert script is not None
        assert script.id == f"soccer/{level}"
        versions.add(version(script))
    assert len(versions) == 1
