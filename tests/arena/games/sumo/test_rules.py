"""The rules of sumo, one by one."""

from __future__ import annotations

import numpy as np
import pytest

from arena.games.sumo import parallel_env
from arena.games.sumo.game import DASH_KEEPS, DASH_MPS, DASH_WAIT_TICKS, RADIUS_M, Sumo
from arena.games.sumo.ring import LAST_RADIUS_M, Ring, start_radius
from tests.arena.games.sumo.playing import begun, kinds, put, tick

RIGHT, LEFT = (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)
OUT = 90.0
"""Metres: outside every ring."""


def test_they_begin_on_a_regular_polygon_turned_by_the_seed() -> None:
    turns = set()
    for seed in range(5):
        game = begun(5, seed=seed)
        places = game.world.state[:, 0] + 1j * game.world.state[:, 1]
        assert np.abs(places) == pytest.approx(np.full(5, 0.55 * game.ring.start_radius))
        angles = np.sort(np.angle(places))
        assert np.diff(angles) == pytest.approx(np.full(4, 2 * np.pi / 5))
        turns.add(round(float(angles[0]), 6))
    assert len(turns) == 5


def test_teams_alternate_round_the_ring() -> None:
    for seed in range(5):
        game = begun(8, teams=True, seed=seed)
        round_it = np.argsort(np.arctan2(game.world.state[:, 1], game.world.state[:, 0]))
        sides = [game.teams[game.agents[index]] for index in round_it]
        assert sides in (["red", "blue"] * 4, ["blue", "red"] * 4)


def test_thrust_accelerates_up_to_a_top_speed_and_friction_stops() -> None:
    game = begun()
    put(game, (0.0, 0.0), (0.0, 4.0))
    speeds = []
    for _ in range(30):
        tick(game, {0: RIGHT})
        speeds.append(game.world.state[0, 3])
        game.world.state[0, :2] = 0.0
    assert all(np.diff(speeds) > 0)
    assert 4.0 < speeds[-1] < 8.0
    for _ in range(60):
        tick(game)
        game.world.state[0, :2] = 0.0
    assert game.world.state[0, 3] == 0.0


def test_no_push_is_longer_than_one() -> None:
    straight, aslant = begun(), begun()
    for game, push in ((straight, (1.0, 0.0, 0.0)), (aslant, (1.0, 1.0, 0.0))):
        put(game, (0.0, 0.0), (0.0, 4.0))
        tick(game, {0: push})
    assert np.hypot(*aslant.world.state[0, 3:5]) == pytest.approx(straight.world.state[0, 3])


def test_a_dash_goes_once_a_press_and_only_when_ready() -> None:
    game = begun()
    put(game, (0.0, 0.0), (0.0, 4.0))
    dashes = []
    for number in range(2 * DASH_WAIT_TICKS):
        pressed = 1.0 if number < 10 or number % 10 == 0 else 0.0
        tick(game, {0: (1.0, 0.0, pressed)})
        dashes += [event.tick for event in game.events if event.kind == "dash" and event.tick == number + 1]
        game.world.state[0, :2] = 0.0
    assert dashes == [1, 81]  # the first press after 72 ticks is that at 80


def test_a_dash_follows_thrust_then_motion_and_is_kept_at_rest() -> None:
    game = begun()
    put(game, (0.0, 0.0), (0.0, 4.0))
    tick(game, {0: (0.0, 0.0, 1.0)})
    assert "dash" not in kinds(game)
    assert game.scene("all")["bodies"][0]["dash"] == 1.0
    tick(game)
    game.world.state[0, 3] = -3.0
    tick(game, {0: (0.0, 0.0, 1.0)})
    assert game.world.state[0, 3] < -DASH_MPS
    assert game.scene("all")["bodies"][0]["dash"] < 0.02
    put(game, (0.0, 0.0), (0.0, 4.0))
    game.world.state[1, 3] = 5.0
    tick(game, {1: (0.0, -1.0, 1.0)})
    assert game.world.state[1, 4] < -0.95 * DASH_MPS
    assert 0 < game.world.state[1, 3] < 5.0 * DASH_KEEPS + 0.1


def test_a_dash_drives_the_other_back_and_is_told() -> None:
    game = begun()
    put(game, (-1.5, 0.0), (1.5, 0.0))
    for number in range(12):
        tick(game, {0: (1.0, 0.0, float(number > 1))})
    hits = [event for event in game.events if event.kind == "hit"]
    assert len(hits) == 1
    assert hits[0].agent == "wrestler_1"
    assert hits[0].power > 0.5
    assert game.world.state[1, 3] > 5.0
    assert game.world.state[1, 0] - game.world.state[0, 0] > 2 * RADIUS_M


def test_equals_who_push_stay_where_they_are() -> None:
    game = begun()
    put(game, (-RADIUS_M, 0.0), (RADIUS_M, 0.0))
    for _ in range(120):
        tick(game, {0: RIGHT, 1: LEFT})
    assert abs(game.world.state[:, 0].sum()) < 0.01


@pytest.mark.parametrize("players", range(2, 9))
def test_the_ring_only_shrinks_and_ends_too_small_for_two(players: int) -> None:
    ring = Ring(players, 2700)
    radius = ring.table[:, 0]
    assert radius[0] == ring.start_radius == start_radius(players)
    assert (np.diff(radius) <= 0).all()
    assert radius[-1] == LAST_RADIUS_M < RADIUS_M
    assert radius[200] == ring.start_radius, "time to look about"
    assert (ring.table[:, 1] <= radius).all()
    moving = np.flatnonzero(np.diff(radius) < 0)
    assert len(ring.begins) == 5
    assert {*ring.begins} <= {*moving.tolist(), *(moving + 1).tolist()}
    assert (ring.table[moving[5:], 2] >= 0).all()
    assert ring.table[-1, 3] == 0.0


def test_shrinking_is_told() -> None:
    game = begun(max_seconds=5.0)
    put(game, (0.0, 0.0), (0.0, 2.0))
    seen = []
    for _ in range(60):
        tick(game)
        scene = game.scene("all")
        seen.append((scene["ring"]["shrinking"], "shrink" in kinds(game)))
    assert seen[0] == (False, False)
    assert (True, True) in seen


def test_who_leaves_with_the_centre_is_out_and_the_last_one_wins() -> None:
    game = begun()
    edge = game.ring.start_radius
    put(game, (0.0, 0.0), (edge - 0.01, 0.0))
    tick(game)
    assert game.alive.all(), "half of it is out, its centre is not"
    put(game, (0.0, 0.0), (edge + 0.01, 0.0))
    tick(game)
    assert game.alive.tolist() == [True, False]
    assert game.over
    assert not game.timed_out
    assert game.rewards.tolist() == [1.0, -1.0]
    assert game.scores() == {"wrestler_0": 1.0, "wrestler_1": 0.0}
    assert game.verdict() == ("win", "wrestler_0 is the last one standing")
    assert {"knock_out", "win"} <= {*kinds(game)}
    assert game.scene("all")["standing"] == ["wrestler_0"]


def test_rewards_fall_linearly_with_the_order_of_going_out() -> None:
    game, total = begun(5), np.zeros(5)
    inside = [(0.0, 0.0), (2.5, 0.0), (-2.5, 0.0), (0.0, 2.5), (0.0, -2.5)]
    for first in (4, 2, 0, 3):
        put(game, *inside)
        inside[first] = (0.0, OUT)
        game.world.state[:, :2] = [
            place if alive or index == first else game.world.state[index, :2]
            for index, (place, alive) in enumerate(zip(inside, game.alive.tolist(), strict=True))
        ]
        for index in np.flatnonzero(~game.alive):
            game.world.state[index, :2] = (1000.0 + 50 * index, 0.0)
        tick(game)
        total += game.rewards
    assert game.over
    assert total.tolist() == [0.0, 1.0, -0.5, 0.5, -1.0]
    assert [*game.scores().values()] == [2.0, 4.0, 1.0, 3.0, 0.0]


def test_of_two_who_go_out_together_the_farther_ranks_lower() -> None:
    game = begun()
    put(game, (8.0, 0.0), (-9.0, 0.0))
    tick(game)
    assert game.verdict()[0] == "win"
    assert [event.agent for event in game.events if event.kind == "win"] == ["wrestler_0"]
    assert game.rewards.tolist() == [1.0, -1.0]
    assert not game.alive.any()


def test_two_who_go_out_together_and_level_draw() -> None:
    game = begun()
    put(game, (8.0, 0.0), (0.0, -8.0))
    tick(game)
    assert game.over
    assert game.verdict() == ("draw", "the last ones went out together")
    assert game.rewards.tolist() == [0.0, 0.0]
    assert game.scores() == {"wrestler_0": 0.5, "wrestler_1": 0.5}


def test_time_up_leaves_those_who_stand_level() -> None:
    game = begun(3, max_seconds=5.0)
    put(game, (0.0, 0.0), (0.0, OUT), (0.0, 2.0))
    tick(game)
    for _ in range(299):
        game.world.state[[0, 2], :2] = [(-0.5, 0.0), (0.5, 0.0)]
        game.world.state[[0, 2], 3:5] = 0.0
        game.world.step = lambda: _skip(game)  # type: ignore[method-assign]  # nobody pushes anybody
        tick(game)
    assert game.over
    assert game.timed_out
    assert game.verdict() == ("max_ticks", "2 still stand")
    assert game.scores() == {"wrestler_0": 1.5, "wrestler_1": 0.0, "wrestler_2": 1.5}
    assert game.rewards.tolist() == [0.5, 0.0, 0.5]


def _skip(game: Sumo) -> None:
    game.world.ticks += 1


def test_a_team_wins_once_the_other_is_gone() -> None:
    game = begun(4, teams=True)
    put(game, (0.0, OUT), (2.0, 0.0), (-2.0, 0.0), (0.0, 3.0))
    tick(game)
    assert (game.over, game.rewards.tolist()) == (False, [-1.0, 0.0, 0.0, 0.0])
    game.world.state[2:, 1] = OUT
    tick(game)
    assert game.over
    assert game.verdict() == ("win", "red wins, 1 standing")
    assert game.rewards.tolist() == [0.0, 1.0, -1.0, -1.0]
    assert game.scores() == {"red_0": 0.0, "red_1": 1.0, "blue_0": 0.0, "blue_1": 0.0}


def test_of_two_last_ones_of_teams_the_nearer_wins() -> None:
    game = begun(2, teams=True)
    put(game, (9.0, 0.0), (0.0, 8.0))
    tick(game)
    assert game.rewards.tolist() == [-1.0, 1.0]
    level = begun(2, teams=True)
    put(level, (8.0, 0.0), (0.0, 8.0))
    tick(level)
    assert level.rewards.tolist() == [0.0, 0.0]
    assert level.verdict()[0] == "draw"


def test_who_is_out_sees_and_is_seen_as_nothing() -> None:
    made = parallel_env(players=3)
    made.reset(seed=2)
    put(made.game, (0.0, 0.0), (2.5, 0.0), (0.0, OUT))  # type: ignore[arg-type]
    idle = {agent: np.zeros(3) for agent in made.agents}
    observations, _, terminated, _, infos = made.step(idle)
    assert terminated == {"wrestler_0": False, "wrestler_1": False, "wrestler_2": True}
    assert infos["wrestler_2"] == {"score": 0.0}
    assert made.agents == ["wrestler_0", "wrestler_1"]
    assert not observations["wrestler_2"].any()
    names = [feature.name for feature in made.game.features]
    for agent, place, there in (("wrestler_0", 0, 1), ("wrestler_0", 1, 0), ("wrestler_1", 0, 0)):
        entries = [index for index, name in enumerate(names) if name.startswith(f"other{place}_")]
        assert bool(observations[agent][entries].any()) == bool(there)


def test_observations_are_what_they_say() -> None:
    game = begun(4, teams=True)
    put(game, (1.0, 2.0), (-1.0, 2.5), (3.0, -1.0), (-3.0, -2.0))
    game.world.state[0, 3:5] = (3.0, 1.5)
    game.world.state[2, 3:5] = (-1.5, 0.0)
    names = [feature.name for feature in game.features]
    row = dict(zip(names, game.observe()[0].tolist(), strict=True))
    ring = game.ring.start_radius
    assert [row["own_x"], row["own_y"]] == pytest.approx([1 / ring, 2 / ring])
    assert [row["own_vx"], row["own_vy"]] == pytest.approx([0.2, 0.1])
    assert [row["ring"], row["time_left"], row["own_dash"], row["ring_goal"]] == [1.0, 1.0, 1.0, 1.0]
    assert row["ring_rest"] == pytest.approx(0.45)
    # the mate first, then the opponents in their order round the list
    assert [row["other0_x"], row["other0_y"]] == pytest.approx([-2 / (2 * ring), 0.5 / (2 * ring)])
    assert [row["other1_x"], row["other1_vx"]] == pytest.approx([2 / (2 * ring), -4.5 / 30])
    assert row["other2_x"] == pytest.approx(-4 / (2 * ring))
    assert row["other2_in"] == 1.0


def test_shaping_is_apart_and_sums_to_a_difference_of_potentials() -> None:
    plain, shaped = parallel_env(), parallel_env(shaping=0.5)
    plain.reset(seed=3)
    shaped.reset(seed=3)
    rng, total, extra = np.random.default_rng(1), np.zeros(2), np.zeros(2)
    while plain.agents:
        push = {agent: rng.uniform(-1, 1, 3) for agent in plain.agents}
        mine, theirs = plain.step(push)[1], shaped.step(push)[1]
        total += [*mine.values()]
        extra += np.array([*theirs.values()]) - [*mine.values()]
    assert sorted(total.tolist()) == [-1.0, 1.0]
    assert np.abs(extra).max() <= 0.5
    assert extra.sum() == pytest.approx(0.0, abs=1e-9)
    assert extra[int(total.argmax())] > 0


def test_the_scene_is_plain_and_complete() -> None:
    game = begun(4, teams=True)
    for number in range(20):
        tick(game, {0: (1.0, 0.0, float(number == 15)), 2: LEFT})
    scene = game.scene({"red_1"})
    assert scene == game.scene("all"), "nothing is hidden"
    assert _plain(scene)
    dashed, other = scene["bodies"][0], scene["bodies"][1]
    assert (len(dashed["trail"]), len(other["trail"])) == (15, 2)
    assert (dashed["team"], dashed["kind"], dashed["thrust"]) == ("red", "wrestler", [1.0, 0.0])
    assert scene["teams"]["blue_1"] == "blue"
    assert scene["left_s"] == pytest.approx(45 - 20 / 60)


def _plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(type(key) is str and _plain(one) for key, one in value.items())
    if isinstance(value, list):
        return all(_plain(one) for one in value)
    return value is None or type(value) in {str, int, float, bool}
