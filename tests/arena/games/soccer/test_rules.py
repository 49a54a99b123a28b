"""The rules, one by one."""

from __future__ import annotations

import numpy as np
import pytest

from arena.errors import OptionError
from arena.games.physics.world import SPIN, VX, VY, X, Y
from arena.games.soccer import motion, parallel_env, pitch
from arena.games.soccer.game import CHEER_TICKS, FREEZE_TICKS, GOLDEN_S, STUCK_TICKS, Soccer
from tests.arena.games.soccer.pitches import kicked_off, play, put, roll


@pytest.mark.parametrize("players_per_team", [2, 3, 4])
def test_blue_stands_as_red_does_turned_by_half_a_turn(players_per_team: int) -> None:
    game = Soccer(players_per_team=players_per_team)
    game.reset(np.random.default_rng(5))
    seen = game.observe()
    np.testing.assert_array_equal(seen[:players_per_team], seen[players_per_team:])
    assert (game.players[:players_per_team, X] < -pitch.CENTRE_CIRCLE_M).all()


def test_nobody_moves_before_the_kick_off() -> None:
    game = Soccer()
    game.reset(np.random.default_rng(0))
    stood = game.players.copy()
    kinds = play(game, {"red_0": (1, 0, 1)}, FREEZE_TICKS - 1)
    np.testing.assert_array_equal(game.players, stood)
    assert "kickoff" not in kinds
    assert play(game, {"red_0": (1, 0, 1)}, 1) == ["kickoff"]
    play(game, {"red_0": (1, 0, 1)}, 1)
    assert game.players[0, VX] > 0


@pytest.mark.parametrize(("side", "rewards"), [(1, [1, 1, -1, -1]), (-1, [-1, -1, 1, 1])])
def test_a_goal_counts_for_the_whole_team_and_everybody_is_put_in_place(
    side: int, rewards: list[int]
) -> None:
    game = kicked_off()
    roll(game, side * 15.5, 0.0, side * 20.0)
    kinds: list[str] = []
    while "goal" not in kinds:
        kinds += play(game, {}, 1)
    assert game.rewards.tolist() == rewards
    assert game.goals == ([1, 0] if side > 0 else [0, 1])
    assert not game.over
    play(game, {}, 1)
    assert not game.rewards.any()
    play(game, {}, CHEER_TICKS)
    assert game.frozen
    assert game.ball.tolist() == [0.0] * 6
    play(game, {}, FREEZE_TICKS)
    assert game.wait == 0


def test_a_ball_in_the_net_counts_once() -> None:
    game = kicked_off()
    roll(game, 15.5, 0.0, 20.0)
    play(game, {}, CHEER_TICKS)
    assert game.goals == [1, 0]


def test_the_ball_must_be_over_the_line_with_all_of_it() -> None:
    game = kicked_off()
    roll(game, pitch.HALF_LENGTH_M + pitch.BALL_M - 0.05, 0.0)
    play(game, {}, 5)
    assert game.goals == [0, 0]


def test_the_first_with_all_goals_wins_at_once() -> None:
    game = kicked_off(goals=1)
    roll(game, -15.5, 0.0, -20.0)
    kinds = play(game, {}, 20)
    assert game.over
    assert not game.timed_out
    assert game.verdict() == ("win", "red 0, blue 1")
    assert game.scores() == {"red_0": 0.0, "red_1": 0.0, "blue_0": 1.0, "blue_1": 1.0}
    assert kinds.count("win") == 2


def test_who_leads_at_the_end_of_the_regular_time_wins_by_the_clock() -> None:
    game = kicked_off(max_seconds=10.0)
    roll(game, 15.5, 0.0, 20.0)
    play(game, {}, 10_000)
    assert game.world.ticks == 600
    assert game.timed_out
    assert game.verdict() == ("max_ticks", "red 1, blue 0 when time was up")


def test_the_next_goal_decides_where_it_is_level() -> None:
    game = kicked_off(max_seconds=10.0)
    while game.world.ticks < 700:
        play(game, {}, 1)
    assert game.golden
    assert game.observe()[0, _entry(game, "golden")] == 1.0
    while game.wait:
        play(game, {}, 1)
    roll(game, 15.5, 0.0, 20.0)
    play(game, {}, 20)
    assert game.verdict() == ("win", "red 1, blue 0")
    assert not game.timed_out


@pytest.mark.parametrize(("before", "decides"), [([0, 0], True), ([1, 0], False)])
def test_a_goal_in_the_last_tick_decides_only_where_it_was_level(before: list[int], decides: bool) -> None:
    """One that levels in that tick opens the golden time."""
    game = kicked_off(max_seconds=10.0)
    play(game, {}, 599 - game.world.ticks)
    game.wait = 0
    game.goals[:] = before
    roll(game, -pitch.HALF_LENGTH_M - pitch.BALL_M - 0.1, 0.0)
    kinds = play(game, {}, 1)
    assert game.world.ticks == game.regular_ticks
    assert game.goals == [before[0], 1]
    assert game.over is decides
    assert ("win" in kinds) is decides
    assert game.golden


def test_level_to_the_very_end_is_a_draw() -> None:
    env = parallel_env(max_seconds=10.0)
    env.reset(seed=0)
    still = dict.fromkeys(env.agents, np.zeros(3, np.float32))
    for _ in range(round((10 + GOLDEN_S) * 60)):
        assert env.agents
        _, _, terminated, truncated, infos = env.step(still)
    assert not env.agents
    assert all(truncated.values())
    assert not any(terminated.values())
    assert {info["score"] for info in infos.values()} == {0.0}
    assert env.game.verdict() == ("draw", "red 0, blue 0")


def test_a_ball_that_lies_still_too_long_brings_a_kick_off() -> None:
    game = kicked_off()
    roll(game, 12.0, 8.4)
    kinds = play(game, {}, STUCK_TICKS + 5)
    assert kinds.count("whistle") == 1
    assert game.frozen
    assert game.ball[X] == game.ball[Y] == 0.0
    assert game.goals == [0, 0]


def test_a_rolling_ball_is_not_stuck() -> None:
    game = kicked_off()
    roll(game, -12.0, 0.0, 8.0)
    assert "whistle" not in play(game, {}, STUCK_TICKS - 60)


def _top_speed(boost: float, ticks: int) -> float:
    game = kicked_off()
    put(game, "red_0", -14.0, 4.0)
    best = 0.0
    for _ in range(ticks):
        play(game, {"red_0": (1, 0, boost)}, 1)
        best = max(best, game.players[0, VX].item())
    return best


def test_boost_is_faster_and_runs_dry() -> None:
    assert 0.85 * motion.TOP_MPS < _top_speed(0.0, 60) <= motion.TOP_MPS
    assert 1.3 * motion.TOP_MPS < _top_speed(1.0, 60) <= motion.BOOST_TOP_MPS
    game = kicked_off()
    play(game, {"red_0": (0, 0, 1)}, round(motion.TANK_S * 60) + 30)
    assert game.tanks[0] < 0.02
    assert not game.boosts[0]
    roll(game, 5.0, 0.0)
    play(game, {}, round(motion.REFILL_S * 30))
    assert 0.4 < game.tanks[0] < 0.6


def test_pushing_into_a_corner_of_the_stick_is_no_faster() -> None:
    speeds = []
    for push in ((1.0, 0.0, 0.0), (1.0, 1.0, 0.0)):
        game = kicked_off()
        put(game, "red_0", 0.0, 0.0)
        roll(game, -14.0, -4.0)
        play(game, {"red_0": push}, 20)
        speeds.append(np.hypot(*game.players[0, [VX, VY]]))
    assert speeds[0] == pytest.approx(speeds[1])


def test_a_boosting_player_kicks() -> None:
    speeds = []
    for boost in (0.0, 1.0):
        game = kicked_off()
        put(game, "red_0", -pitch.PLAYER_M - pitch.BALL_M - 0.02, 0.0)
        roll(game, 0.0, 0.0)
        kinds = play(game, {"red_0": (1, 0, boost)}, 10)
        speeds.append(game.ball[VX].item())
    assert "hit" in kinds
    assert speeds[1] > motion.KICK_MPS - 1.0
    assert speeds[1] > 2 * speeds[0]


def test_a_kick_off_brings_no_noise_of_the_play_before() -> None:
    game = kicked_off()
    put(game, "red_0", 14.0, 0.0)
    roll(game, 15.5, 0.0, 30.0)
    play(game, {"red_0": (1, 0, 1)}, CHEER_TICKS + 10)
    assert game.frozen
    assert play(game, {"red_0": (0, 0, 1)}, FREEZE_TICKS + 1)[:1] == ["kickoff"]


def test_a_kick_across_its_line_spins_the_ball_and_it_curves() -> None:
    game = kicked_off()
    roll(game, 0.0, 0.0)
    put(game, "red_0", -1.3, 0.6)
    game.players[0, VX] = 9.0
    play(game, {"red_0": (1, 0, 1)}, 2)
    assert abs(game.ball[SPIN]) > 1.0
    way = np.arctan2(game.ball[VY], game.ball[VX])
    spin = game.ball[SPIN]
    play(game, {}, 15)
    assert (np.arctan2(game.ball[VY], game.ball[VX]) - way) * spin > 0


def test_a_save_is_told_from_a_hit() -> None:
    game = kicked_off()
    put(game, "blue_1", 14.5, 0.0)
    roll(game, 8.0, 0.0, 25.0)
    assert "save" in play(game, {}, 30)
    assert game.goals == [0, 0]
    assert game.watch.touched == ["", "blue_1"]


@pytest.mark.parametrize("seed", range(3))
def test_the_ball_stays_on_the_pitch(seed: int) -> None:
    game = kicked_off(seed, players_per_team=4)
    rng = np.random.default_rng(seed)
    for _ in range(60):
        push = dict(zip(game.agents, rng.uniform(-1, 1, (8, 3)), strict=True))
        game.ball[[VX, VY]] = rng.uniform(-40, 40, 2)
        play(game, push, 10)
        assert abs(game.ball[Y]) < pitch.HALF_WIDTH_M
        assert abs(game.ball[X]) < pitch.HALF_LENGTH_M + pitch.GOAL_DEPTH_M


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"players_per_team": 5}, "players_per_team=5: choose a whole number from 2 to 4"),
        ({"goals": 0}, "goals=0: choose a whole number from 1 to 20"),
        ({"goals": 2.5}, "goals=2.5: choose a whole number"),
        ({"max_seconds": 5.0}, "max_seconds=5.0: choose a number from 10 to 3600"),
        ({"max_seconds": float("nan")}, "max_seconds=nan"),
        ({"actions": "analog"}, "choose one of continuous, discrete"),
        ({"observations": "sound"}, "choose one of vector, pixels"),
    ],
)
def test_bad_options_say_what_is_allowed(options: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        parallel_env(**options)  # type: ignore[arg-type]


def _entry(game: Soccer, name: str) -> int:
    return [feature.name for feature in game.features].index(name)
