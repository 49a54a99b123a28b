"""The rules of air hockey one by one."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest

from arena.games.air_hockey import table
from arena.games.air_hockey.game import CLOCK_TICKS, SPOTS, WAIT_TICKS, AirHockey
from arena.games.physics.world import ANGLE, SPIN, VX, VY
from tests.arena.games.air_hockey.rinks import begun, chase, kinds, place, put, run, served

FAR = (7.3, 3.8)


def score(game: AirHockey, team: str) -> None:
    """Shoot a puck into the goal of the other team, past everybody, as soon as there is one."""
    run(game, WAIT_TICKS)
    for row in range(len(game.agents)):
        side = -1.0 if game.teams[game.agents[row]] == "red" else 1.0
        put(game, row, side * FAR[0], FAR[1])
    side = 1.0 if team == "red" else -1.0
    put(game, -1, side * 7.0, 0.0, side * 20.0)
    before = sum(game.goals)
    for _ in range(20):
        run(game, 1)
        if sum(game.goals) > before:
            return
    raise AssertionError("no goal")


def test_the_seed_says_who_is_served_first() -> None:
    firsts = [begun(seed).serve_to for seed in range(100)]
    assert 30 < sum(first == 1 for first in firsts) < 70
    assert [begun(seed).serve_to for seed in range(20)] == firsts[:20]


@pytest.mark.parametrize("per_team", [1, 2])
def test_a_second_after_the_start_the_puck_lies_still_in_the_half_of_who_is_served(per_team: int) -> None:
    game = begun(players_per_team=per_team)
    side = -1.0 if game.serve_to == 0 else 1.0
    run(game, WAIT_TICKS - 1)
    assert not game.scene("all")["bodies"][-1]["in_play"]
    run(game, 1)
    assert kinds(game) == ["serve"]
    assert place(game, -1) == (side * 3.6, 0.0)
    run(game, 10)
    assert place(game, -1) == (side * 3.6, 0.0)


@pytest.mark.parametrize("spot", range(len(SPOTS)))
def test_a_puck_is_served_beside_a_mallet_that_stands_where_it_would_lie(spot: int) -> None:
    game = begun(players_per_team=2)
    rows = (0, 1) if game.serve_to == 0 else (2, 3)
    turn = 1.0 if game.serve_to == 0 else -1.0
    others = [other for other in range(len(SPOTS)) if other != spot]
    for row, other in zip(rows, others, strict=True):
        put(game, row, turn * SPOTS[other][0], turn * SPOTS[other][1])
    run(game, WAIT_TICKS)
    assert place(game, -1) == (turn * SPOTS[spot][0], turn * SPOTS[spot][1])


def test_a_goal_counts_when_the_whole_puck_is_behind_the_line_and_the_other_side_is_served() -> None:
    game = served()
    put(game, -1, table.WIDTH_M / 2 + table.PUCK_M - 0.05, 0.0)
    run(game, 1)
    assert game.goals == [0, 0]
    put(game, -1, table.WIDTH_M / 2 + table.PUCK_M - 0.05, 0.0, 12.0)
    run(game, 1)
    assert game.goals == [1, 0]
    assert game.rewards.tolist() == [1.0, -1.0]
    assert "goal" in kinds(game)
    assert game.scene("all")["serve"] == "blue"
    run(game, 1)
    assert game.rewards.tolist() == [0.0, 0.0]
    run(game, WAIT_TICKS - 1)
    assert place(game, -1) == (3.6, 0.0)


def test_blue_scores_on_the_left() -> None:
    game = served(players_per_team=2)
    score(game, "blue")
    assert game.goals == [0, 1]
    assert game.rewards.tolist() == [-1.0, -1.0, 1.0, 1.0]
    assert game.serve_to == 0


def test_a_goal_is_told_of_who_shot_it() -> None:
    game = served()
    put(game, 1, 6.0, 3.0)
    put(game, 0, -2.0, 0.0)
    put(game, -1, -0.8, 0.0)
    run(game, 90, {"red_0": (1.0, 0.0), "blue_0": (0.0, -1.0)})
    assert [event.agent for event in game.events if event.kind == "goal"] == ["red_0"]


def test_the_puck_rests_in_the_goal_until_the_next_serve() -> None:
    game = served()
    score(game, "red")
    deepest = table.WIDTH_M / 2 + table.POCKET_M - table.PUCK_M
    for _ in range(WAIT_TICKS - 1):
        run(game, 1)
        x, y = place(game, -1)
        assert table.WIDTH_M / 2 + table.PUCK_M <= x <= deepest
        assert abs(y) < table.GOAL_M / 2


@pytest.mark.parametrize("team", ["red", "blue"])
def test_the_first_with_all_goals_wins(team: str) -> None:
    game = served(goals=2)
    score(game, team)
    assert "win" not in kinds(game)
    score(game, team)
    assert game.over
    assert not game.timed_out
    assert "win" in kinds(game)
    reds = 2 if team == "red" else 0
    assert game.verdict() == ("win", f"red {reds}, blue {2 - reds}")
    assert game.scores() == {"red_0": float(reds), "blue_0": float(2 - reds)}


def test_a_team_has_its_goals_once_however_many_play() -> None:
    game = served(players_per_team=2)
    score(game, "red")
    score(game, "red")
    score(game, "blue")
    assert game.scores() == {"red_0": 1.0, "red_1": 1.0, "blue_0": 0.5, "blue_1": 0.5}


def test_time_ends_it_with_the_goals_as_they_are() -> None:
    game = served(max_seconds=4.0)
    score(game, "blue")
    run(game, 240)
    assert game.over
    assert game.timed_out
    assert game.world.ticks == 240
    assert game.verdict() == ("max_ticks", "red 0, blue 1")


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_puck_that_stays_in_a_half_for_seven_seconds_is_given_to_the_other(side: float) -> None:
    game = served()
    half = 0 if side < 0 else 1
    put(game, -1, -side * 2.0, 3.0)
    run(game, 30)
    put(game, -1, side * 2.0, 3.0)
    run(game, CLOCK_TICKS)
    assert game.clock_s == pytest.approx(1 / 60)
    assert not game.scene("all")["serve"]
    run(game, 1)
    assert kinds(game) == ["whistle"]
    assert game.serve_to == 1 - half
    assert game.goals == [0, 0]


def test_crossing_the_middle_starts_the_clock_anew_but_lingering_there_does_not() -> None:
    game = served()
    put(game, -1, 2.0, 3.0)
    run(game, 300)
    put(game, -1, -0.9 * table.PUCK_M, 3.0)
    run(game, 60)
    assert game.clock_s < 1.1
    put(game, -1, -1.1 * table.PUCK_M, 3.0)
    run(game, 1)
    assert game.clock_s == 7.0


def test_every_place_of_the_puck_can_be_reached_by_the_side_whose_half_it_is_in() -> None:
    least, most = table.half(-1.0)
    xs = np.linspace(table.PUCK_M - table.WIDTH_M / 2, table.PUCK_M, 60)
    ys = np.linspace(table.PUCK_M - table.HEIGHT_M / 2, table.HEIGHT_M / 2 - table.PUCK_M, 40)
    mouth = [(-table.WIDTH_M / 2 - table.PUCK_M, y) for y in (-1.8, 0.0, 1.8)]
    for puck in (*product(xs, ys), *mouth):
        nearest = np.clip(puck, least, most)
        assert np.hypot(*(nearest - puck)) <= table.REACH_M + 0.2


# ---- mallets ----------------------------------------------------------------------------------------------


def test_a_mallet_gains_speed_up_to_the_top_and_no_more_on_a_diagonal() -> None:
    game = begun()
    put(game, 0, -7.0, -3.5)
    speeds = []
    for _ in range(20):
        run(game, 1, {"red_0": (1.0, 1.0)})
        speeds.append(float(np.hypot(*game.world.state[0, VX : VY + 1])))
    assert speeds[0] == pytest.approx(table.PULL_MPS2 / 60)
    assert speeds == sorted(speeds)
    assert speeds[-1] == pytest.approx(table.TOP_MPS)


def test_each_side_pushes_in_its_own_frame() -> None:
    game = begun()
    run(game, 10, {"red_0": (1.0, 0.5), "blue_0": (1.0, 0.5)})
    red, blue = place(game, 0), place(game, 1)
    assert red[0] > -5.0
    assert red[1] > 0.0
    assert blue == pytest.approx((-red[0], -red[1]))


@pytest.mark.parametrize("push", [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, 1.0), (-1.0, -1.0)])
def test_a_mallet_never_leaves_its_half(push: tuple[float, float]) -> None:
    game = begun(players_per_team=2)
    for _ in range(120):
        run(game, 1, dict.fromkeys(game.agents, push))
        for row, agent in enumerate(game.agents):
            least, most = np.array(table.half(-1.0 if game.teams[agent] == "red" else 1.0))
            assert (least - 1e-9 <= place(game, row)).all()
            assert (most + 1e-9 >= place(game, row)).all()


def test_a_mallet_is_heavy_against_the_puck() -> None:
    game = served()
    put(game, 0, -4.0, 0.0, table.TOP_MPS)
    put(game, -1, -2.9, 0.0)
    run(game, 8, {"red_0": (1.0, 0.0)})
    assert game.world.state[-1, VX] > 1.6 * table.TOP_MPS
    assert game.world.state[0, VX] > 0.8 * table.TOP_MPS
    assert [event.agent for event in game.events if event.kind == "hit"] == ["red_0"]


def test_a_shot_that_is_stopped_before_the_goal_is_a_save() -> None:
    game = served()
    put(game, 0, -6.5, 0.0)
    put(game, -1, -4.5, 0.0, -15.0)
    run(game, 10)
    assert [event.agent for event in game.events if event.kind == "save"] == ["red_0"]


# ---- the puck ---------------------------------------------------------------------------------------------


def test_the_puck_comes_off_the_boards_lively_and_is_heard() -> None:
    game = served()
    put(game, -1, 0.0, 3.5, 0.0, 20.0)
    run(game, 6)
    assert -19.0 < game.world.state[-1, VY] < -17.0
    assert "wall" in [event.kind for event in game.events]


def test_spin_turns_the_way_off_the_boards() -> None:
    ways = []
    for spin in (-30.0, 0.0, 30.0):
        game = served()
        put(game, -1, 0.0, 3.5, 0.0, 15.0)
        game.world.state[-1, SPIN] = spin
        run(game, 8)
        ways.append(float(game.world.state[-1, VX]))
    assert ways[1] == pytest.approx(0.0, abs=1e-9)
    assert abs(ways[0]) > 2.0
    assert ways[2] == pytest.approx(-ways[0])


def test_the_puck_has_a_top_speed_and_a_top_spin() -> None:
    game = served()
    put(game, -1, 0.0, 0.0, 60.0, 0.0)
    game.world.state[-1, SPIN] = 300.0
    run(game, 1)
    assert np.hypot(*game.world.state[-1, VX : VY + 1]) == pytest.approx(table.PUCK_MPS)
    assert game.world.state[-1, SPIN] == pytest.approx(table.PUCK_SPIN)


def test_no_shot_leaves_the_table_but_through_a_goal() -> None:
    """The fastest there can be: a puck at its top speed that a mallet strikes at its own."""
    rng = np.random.default_rng(5)
    for _ in range(80):
        game = served()
        angle, x, y = rng.uniform(-np.pi, np.pi), rng.uniform(-7.0, -1.0), rng.uniform(-3.5, 3.5)
        put(game, -1, x, y, *(table.PUCK_MPS * np.array((np.cos(angle), np.sin(angle)))))
        put(game, 0, x - 1.0, y, table.TOP_MPS)
        for _ in range(12):
            run(game, 1, {"red_0": (1.0, 0.0)})
            if game.serve_to is None:
                assert on_table(game)


def on_table(game: AirHockey) -> bool:
    x, y = place(game, -1)
    limit = table.WIDTH_M / 2 - table.PUCK_M
    mouth = abs(y) < table.GOAL_M / 2
    return abs(y) <= table.HEIGHT_M / 2 - table.PUCK_M + 0.02 and (abs(x) <= limit + 0.02 or mouth)


@pytest.mark.parametrize("per_team", [1, 2])
def test_mallets_cannot_squeeze_the_puck_out_of_the_table_nor_into_themselves(per_team: int) -> None:
    for seed in range(3):
        game, deepest = served(seed, players_per_team=per_team, goals=99), 0.0
        rng = np.random.default_rng(seed)
        for _ in range(500):
            wild = rng.normal(0.0, 0.5, (2 * per_team, 2)) * (seed > 0)
            game.tick(np.clip(chase(game) + wild, -1.0, 1.0))
            if game.serve_to is None:
                assert on_table(game)
                away = game.world.state[:-1, :2] - game.world.state[-1, :2]
                deepest = max(deepest, table.REACH_M - float(np.hypot(away[:, 0], away[:, 1]).min()))
        assert deepest < 0.25


def test_a_puck_pressed_into_a_corner_stays_there() -> None:
    game = served()
    put(game, -1, -7.5, 4.0)
    put(game, 0, -6.5, 3.0)
    for _ in range(200):
        run(game, 1, {"red_0": (-1.0, 1.0)})
        assert on_table(game)


# ---- telling ----------------------------------------------------------------------------------------------


def test_observations_are_what_they_say() -> None:
    game = served(players_per_team=2, goals=4)
    put(game, 0, -4.0, 1.0, 6.0, -3.0)
    put(game, 2, 5.0, -2.0, 0.0, 6.0)
    put(game, -1, 2.0, 0.9, 15.0, -6.0)
    game.world.state[-1, SPIN] = 10.0
    game.goals = [3, 1]
    rows = game.observe()
    names = [feature.name for feature in game.features]
    red, blue = (dict(zip(names, rows[row].tolist(), strict=True)) for row in (0, 2))
    assert [red[name] for name in ("own_x", "own_y", "own_vx", "own_vy")] == pytest.approx(
        [-4 / 8, 1 / 4.5, 6 / table.TOP_MPS, -3 / table.TOP_MPS]
    )
    assert [red[name] for name in ("puck_x", "puck_y", "puck_dx", "puck_dy", "puck_vx", "puck_vy")] == (
        pytest.approx([2 / 8, 0.9 / 4.5, 6 / 16, -0.1 / 9, 15 / table.PUCK_MPS, -6 / table.PUCK_MPS])
    )
    assert red["lead"] == pytest.approx(2 / 4)
    assert blue["lead"] == pytest.approx(-2 / 4)
    assert red["puck_spin"] == blue["puck_spin"] == pytest.approx(10 / 40)
    assert [blue[name] for name in ("own_x", "own_y", "puck_dx", "puck_dy", "puck_vx")] == pytest.approx(
        [-5 / 8, 2 / 4.5, 3 / 16, -2.9 / 9, -15 / table.PUCK_MPS]
    )
    assert [red["rival_0_dx"], red["rival_0_dy"]] == pytest.approx([9 / 16, -3 / 9])
    assert [blue["rival_0_dx"], blue["rival_0_dy"]] == pytest.approx([9 / 16, -3 / 9])
    mate = np.array(place(game, 1)) - place(game, 0)
    assert [red["mate_0_dx"], red["mate_0_dy"]] == pytest.approx([mate[0] / 16, mate[1] / 9])


def test_before_a_serve_all_see_where_the_puck_will_lie_and_for_whom() -> None:
    game = begun()
    run(game, 15)
    names = [feature.name for feature in game.features]
    rows = [dict(zip(names, row.tolist(), strict=True)) for row in game.observe()]
    served_row, other = rows[game.serve_to or 0], rows[1 - (game.serve_to or 0)]
    assert served_row["serve_to"] == 1.0
    assert other["serve_to"] == -1.0
    assert served_row["puck_x"] == pytest.approx(-3.6 / 8)
    assert other["puck_x"] == pytest.approx(3.6 / 8)
    assert served_row["serve_in"] == other["serve_in"] == pytest.approx(0.75)


def test_the_clock_of_a_half_is_seen_from_both_sides() -> None:
    game = served()
    put(game, -1, 2.0, 3.0)
    run(game, CLOCK_TICKS // 2)
    clock = [feature.name for feature in game.features].index("clock")
    red, blue = game.observe()[:, clock].tolist()
    assert blue == pytest.approx(0.5, abs=0.01)
    assert red == -blue


@pytest.mark.parametrize("per_team", [1, 2])
def test_a_match_turned_round_is_seen_alike_from_the_other_side(per_team: int) -> None:
    game, turned = served(3, players_per_team=per_team), served(3, players_per_team=per_team)
    rng, count = np.random.default_rng(1), 2 * per_team
    game.world.state[:, :2] = rng.uniform(-4, 4, (count + 1, 2))
    game.world.state[:, VX : VY + 1] = rng.uniform(-9, 9, (count + 1, 2))
    swapped = [*range(per_team, count), *range(per_team), count]
    turned.world.state[:] = -game.world.state[swapped]
    turned.world.state[:, ANGLE] = 0.0
    near = [
        place for place, feature in enumerate(game.features) if feature.name not in {"clock", "puck_spin"}
    ]
    there, here = game.observe()[:, near], turned.observe()[:, near]
    assert there[swapped[:-1]] == pytest.approx(here)


def test_shaping_is_apart_and_sums_to_a_difference_of_potentials() -> None:
    game = served(goals=9)
    total = np.zeros(2)
    put(game, -1, -4.0, 3.0, 10.0, 2.0)
    run(game, 1)
    start = place(game, -1)[0]
    for _ in range(30):
        run(game, 1)
        total += game.shaping
        assert not game.rewards.any()
    assert total[0] == pytest.approx(0.1 * (place(game, -1)[0] - start) / 8)
    assert total[1] == -total[0]


@pytest.mark.parametrize("per_team", [1, 2])
def test_the_scene_is_plain_and_complete(per_team: int) -> None:
    game = served(players_per_team=per_team)
    run(game, 20, {"red_0": (1.0, 0.0)})
    scene = game.scene([game.agents[0]])
    assert json.loads(json.dumps(scene)) == scene
    assert [body["kind"] for body in scene["bodies"]] == ["mallet"] * 2 * per_team + ["puck"]
    assert [body["agent"] for body in scene["bodies"]] == [*game.agents, ""]
    assert scene["bodies"][0]["thrust"] == [1.0, 0.0]
    assert scene["bodies"][-1]["in_play"]
    assert scene["goals"] == {"red": 0, "blue": 0}
    assert (scene["serve"], scene["serve_in_s"]) == ("", 0.0)
    assert begun(players_per_team=per_team).scene("all")["serve_in_s"] == 1.0
