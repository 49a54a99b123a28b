"""Tanks: driving, shooting, ricochets, who is out and what it is worth."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest

from arena.errors import OptionError
from arena.games.physics.world import ANGLE, VX, VY, X, Y
from arena.games.tanks import numbers as n
from arena.games.tanks.game import Tanks
from arena.games.tanks.layouts import LAYOUTS
from controllers.scripts.tanks_map import _distances, _free
from tests.arena.games.tanks.fields import FIRE, NOTHING, entry, field, put, tick, until

# ---- fields -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_fields_look_the_same_turned_round(layout) -> None:
    turned = {(-right, -bottom, -left, -top) for left, top, right, bottom in layout.walls}
    assert turned == set(layout.walls)


@pytest.mark.parametrize("number", range(len(LAYOUTS)))
def test_every_place_can_be_driven_to(number: int) -> None:
    free = _free(number)
    assert set(_distances(number, min(free))) == free
    for x, y in LAYOUTS[number].starts:
        assert (int(x + n.WIDTH / 2), int(y + n.HEIGHT / 2)) in free


@pytest.mark.parametrize("seed", range(8))
def test_two_start_opposite_each_other_unseen(seed: int) -> None:
    game = Tanks()
    game.reset(np.random.default_rng(seed))
    assert np.array_equal(game.tanks[0, :2], -game.tanks[1, :2])
    assert entry(game, 0, "enemy_0_seen") == entry(game, 1, "enemy_0_seen") == 0.0


def test_red_starts_on_the_left_and_blue_sees_the_field_turned() -> None:
    game = Tanks(4, teams=True)
    game.reset(np.random.default_rng(1))
    assert (game.tanks[:2, X] < 0).all()
    seen = game.observe()
    assert np.allclose(seen[0], seen[2], atol=1e-6)
    assert np.allclose(seen[1], seen[3], atol=1e-6)


# ---- driving ----------------------------------------------------------------------------------------------


def test_it_drives_ahead_along_its_heading_up_to_its_speed() -> None:
    game = field((0.0, -5.0, 0.0), (0.0, 5.0, pi / 2))
    for _ in range(40):
        tick(game, {0: (1.0, 0.0, 0.0), 1: (-1.0, 0.0, 0.0)})
    assert game.tanks[0, VX] == pytest.approx(n.FORWARD)
    assert game.tanks[0, Y] == pytest.approx(-5.0)
    assert game.tanks[1, VY] == pytest.approx(-n.REVERSE)


def test_it_turns_to_its_right_on_the_spot() -> None:
    game = field((0.0, -5.0, 0.0), (0.0, 5.0, 0.0))
    for _ in range(30):
        tick(game, {0: (0.0, 1.0, 0.0)})
    assert game.tanks[0, ANGLE] == pytest.approx(n.TURN * 0.5, rel=0.15)
    assert np.allclose(game.tanks[0, :2], (0.0, -5.0))


def test_tracks_do_not_slide_sideways_for_long() -> None:
    game = field((0.0, -5.0, 0.0), (0.0, 5.0, 0.0))
    game.tanks[0, VY] = 4.0
    for _ in range(30):
        tick(game)
    assert abs(game.tanks[0, VY]) < 0.1


def test_walls_of_this_field_stop_it_and_others_do_not() -> None:
    wall = next(wall for wall in LAYOUTS[0].walls if wall[0] == -7.4 and wall[1] > 0)
    place = (wall[0] - 2.0, (wall[1] + wall[3]) / 2, 0.0)
    for layout, stops in (("pillars", True), ("gates", False)):
        game = field(place, (10.0, -7.0, 0.0), layout=layout)
        for _ in range(50):
            tick(game, {0: (1.0, 0.0, 0.0)})
        assert (game.tanks[0, X] < wall[0] - n.RADIUS + 0.1) == stops


def test_nobody_leaves_the_field() -> None:
    game = field((12.0, -6.0, 0.0), (0.0, 7.0, pi / 2))
    for _ in range(120):
        tick(game, {0: (1.0, 0.0, 0.0), 1: (1.0, 0.1, 0.0)})
    assert (np.abs(game.tanks[:, X]) <= n.WIDTH / 2 - n.RADIUS + 0.1).all()
    assert (np.abs(game.tanks[:, Y]) <= n.HEIGHT / 2 - n.RADIUS + 0.1).all()


# ---- shooting ---------------------------------------------------------------------------------------------


def test_a_shot_needs_the_trigger_let_go_and_the_gun_loaded() -> None:
    game = field((-10.0, -7.0, 0.0), (10.0, 7.0, 0.0))
    shots = [sum(event["kind"] == "shot" for event in tick(game, {0: FIRE})) for _ in range(60)]
    assert shots == [1] + [0] * 59
    tick(game)
    game.reload[0] = 20
    assert tick(game, {0: FIRE}) == []  # not loaded yet; the press counts once it is
    kinds = [event["kind"] for _ in range(40) for event in tick(game, {0: FIRE})]
    assert kinds.count("shot") == 1


def test_ammunition_runs_out_and_comes_back() -> None:
    game = field((-10.0, -7.0, 0.0), (10.0, 7.0, 0.0))
    game.ammunition[0] = 1
    assert [event["kind"] for event in tick(game, {0: FIRE})] == ["shot"]
    empty = 0
    while not game.ammunition[0]:
        assert not any(event["kind"] == "shot" for event in tick(game, {0: FIRE if empty % 2 else NOTHING}))
        empty += 1
    assert empty == round(60 * n.SUPPLY_S) - 1
    for _ in range(round(60 * n.SUPPLY_S) * n.AMMUNITION):
        tick(game)
    assert game.ammunition[0] == n.AMMUNITION


def test_a_shot_pushes_its_tank_back() -> None:
    game = field((-10.0, -7.0, 0.0), (10.0, 7.0, 0.0))
    tick(game, {0: FIRE})
    assert game.tanks[0, VX] == pytest.approx(-n.RECOIL)


def test_two_hits_destroy_a_tank() -> None:
    game = field((-4.0, -6.0, 0.0), (4.0, -6.0, 0.0))
    tick(game, {0: FIRE})
    until(game, "hit")
    assert list(game.health) == [n.HEALTH, n.HEALTH - 1]
    assert not vars(game)["over"]
    put(game, (-4.0, -6.0, 0.0), (4.0, -6.0, 0.0))
    for _ in range(40):
        tick(game)
    tick(game, {0: FIRE})
    until(game, "explosion")
    assert game.over
    assert game.rewards.tolist() == [1.0, -1.0]
    assert game.scores() == {"tank_0": 2.0 + n.HEALTH, "tank_1": 0.0}
    assert game.verdict() == ("win", "tank_0 is the last one standing")


def test_a_shell_comes_back_from_a_wall_once_and_hurts_its_own_tank() -> None:
    game = field((8.0, -6.0, 0.0), (-8.0, 6.5, 0.0))
    tick(game, {0: FIRE})
    bounce = until(game, "bounce")
    assert bounce == pytest.approx((6.0 - n.MUZZLE) / n.SHELL_SPEED * 60, abs=2)
    until(game, "hit")
    assert game.health[0] == n.HEALTH - 1
    assert not game.shells.flying


def test_a_shell_bursts_at_the_second_wall() -> None:
    game = field((8.0, -6.0, 0.0), (-8.0, 6.5, 0.0))
    tick(game, {0: FIRE})
    until(game, "bounce")
    put(game, (0.0, 6.0, 0.0), (-8.0, 6.5, 0.0))
    until(game, "wall")
    assert list(game.health) == [n.HEALTH, n.HEALTH]


def test_a_slanting_ricochet_is_a_mirror_image() -> None:
    game = field((-2.0, -4.0, -pi / 4), (10.0, 7.0, 0.0))
    tick(game, {0: FIRE})
    before = game.shells.state[0, VX : VY + 1].copy()
    until(game, "bounce")
    assert np.allclose(game.shells.state[0, VX : VY + 1], before * (1, -1))
    # On the way it took: as far from the wall as the length of the way says.
    x, y = game.shells.state[0, :2]
    wall = -n.HEIGHT / 2 + n.SHELL_RADIUS
    assert (wall - -4.0) * -1 + (y - wall) == pytest.approx(x - -2.0)


def test_a_shell_that_flies_past_hits_nobody() -> None:
    for aside, hits in ((n.RADIUS + n.SHELL_RADIUS - 0.01, True), (n.RADIUS + n.SHELL_RADIUS + 0.01, False)):
        game = field((-4.0, -6.0, 0.0), (4.0, -6.0 + aside, 0.0))
        tick(game, {0: FIRE})
        for _ in range(40):
            tick(game)
        assert (game.health[1] < n.HEALTH) == hits


def test_no_more_shells_fly_at_once_than_a_tank_has() -> None:
    game = field((-13.0, -6.8, 0.0), (10.0, 7.0, 0.0))
    game.shells.flying = []
    for shell in range(n.IN_FLIGHT):
        assert game.shells.fire(0, -13.0, -6.8, 0.0) == shell
    assert game.shells.fire(0, -13.0, -6.8, 0.0) == -1
    assert tick(game, {0: FIRE}) == []


@pytest.mark.parametrize("friendly_fire", [True, False])
def test_friendly_fire_is_an_option(*, friendly_fire: bool) -> None:
    game = field(
        (-4.0, -6.0, 0.0), (2.0, -6.0, 0.0), (6.0, -6.0, 0.0), (10.0, 7.0, 0.0), teams=True,
        friendly_fire=friendly_fire,
    )  # fmt: skip
    tick(game, {0: FIRE})
    until(game, "hit")
    assert list(game.health) == ([2, 1, 2, 2] if friendly_fire else [2, 2, 1, 2])


# ---- the end ----------------------------------------------------------------------------------------------


def test_rewards_go_by_rank_and_are_paid_at_each_ones_end() -> None:
    game = field((-4.0, -6.0, 0.0), (4.0, -6.0, 0.0), (12.0, 6.0, 0.0))
    game.health[1] = 1
    tick(game, {0: FIRE})
    until(game, "explosion")
    assert game.rewards.tolist() == [0.0, -1.0, 0.0]
    assert not game.over
    assert game.alive.tolist() == [True, False, True]
    assert not game.observe()[1].any()
    game.health[2] = 1
    put(game, (-4.0, -6.0, 0.0), (1000.0, 0.0, 0.0), (4.0, -6.0, 0.0))
    for _ in range(40):
        tick(game)
    tick(game, {0: FIRE})
    until(game, "explosion")
    assert game.rewards.tolist() == [1.0, 0.0, 0.0]  # the second of three
    assert list(game.scores().values()) == [5.0, 0.0, 1.0]


def test_both_out_at_once_is_a_draw() -> None:
    game = field((-4.0, -6.0, 0.0), (4.0, -6.0, pi))
    game.health[:] = [1, 1]
    tick(game, {0: FIRE, 1: FIRE})
    until(game, "explosion")
    assert game.over
    assert game.rewards.tolist() == [0.0, 0.0]
    assert game.verdict()[0] == "draw"


def test_a_team_wins_when_the_other_is_gone() -> None:
    game = field((-4.0, -6.0, 0.0), (-4.0, 6.0, 0.0), (4.0, -6.0, 0.0), (4.0, 6.0, 0.0), teams=True)
    game.health[:] = [2, 1, 1, 1]
    tick(game, {0: FIRE, 1: FIRE})
    until(game, "explosion")
    assert game.over
    assert game.rewards.tolist() == [1.0, 1.0, -1.0, -1.0]
    assert game.verdict() == ("win", "red wins with 2 left")


def test_time_is_up_and_health_decides() -> None:
    for health, rewards in (([2, 1], [1.0, -1.0]), ([2, 2], [0.0, 0.0])):
        game = field((-10.0, -6.0, pi), (10.0, 6.0, 0.0), max_seconds=10.0)
        game.health[:] = health
        for _ in range(600):
            assert not game.over
            tick(game)
        assert game.timed_out
        assert game.rewards.tolist() == rewards
        assert game.verdict()[0] == "max_ticks"


def test_shaping_is_the_lead_in_health_and_kept_apart() -> None:
    game = field((-4.0, -6.0, 0.0), (4.0, -6.0, 0.0))
    total = np.zeros(2)
    tick(game, {0: FIRE})
    for _ in range(60):
        tick(game)
        total += game.shaping
        assert not game.rewards.any()
    assert total.tolist() == [0.5, -0.5]


@pytest.mark.parametrize(
    "options",
    [
        {"players": 1},
        {"players": 7},
        {"players": 3, "teams": True},
        {"max_seconds": 1.0},
        {"layout": "moon"},
        {"friendly_fire": "no"},
    ],
)
def test_options_out_of_their_limits_say_what_is_allowed(options) -> None:
    with pytest.raises(OptionError, match=r"choose"):
        Tanks(**options)
