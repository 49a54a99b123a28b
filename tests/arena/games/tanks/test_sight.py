"""Tanks: what is seen, and that nothing else is told."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest

from arena.games.physics.world import X
from arena.games.tanks import numbers as n
from arena.games.tanks.feelers import RAYS, Feelers
from arena.games.tanks.field import feelers, sightlines
from arena.games.tanks.game import Tanks
from arena.games.tanks.layouts import BORDERS, LAYOUTS
from arena.games.tanks.sight import eye
from arena.games.tanks.walls import meet
from tests.arena.games.tanks.fields import FIRE, entry, field, put, tick, until


@pytest.mark.parametrize(
    ("place", "seen"),
    [
        ((6.0, -6.0), True),
        ((n.SIGHT - 4.0 - 0.1, -6.0), True),
        ((n.SIGHT - 4.0 + n.RADIUS + 0.1, -6.0), False),  # too far
        ((-4.0 + 3.9 * np.cos(1.0), -6.0 + 3.9 * np.sin(1.0)), True),
        ((-4.0, -6.0 + 4.5), False),  # to its side
        ((-4.0 - 2.9, -6.0), True),  # behind, but near
        ((-4.0 - 4.0, -6.0), False),
    ],
)
def test_it_sees_what_is_in_its_cone_or_near(place: tuple[float, float], *, seen: bool) -> None:
    game = field((-4.0, -6.0, 0.0), (*place, pi))
    assert entry(game, 0, "enemy_0_seen") == seen


def test_walls_hide_and_a_rim_that_shows_is_enough() -> None:
    # The block in the middle of the pillars reaches from -1.3 to 1.3.
    for y, seen in ((0.0, False), (2.5, False), (3.0, True), (4.0, True)):
        game = field((-5.0, 0.0, 0.0), (5.0, y, pi))
        assert entry(game, 0, "enemy_0_seen") == seen


def test_what_it_is_told_is_in_its_own_frame() -> None:
    game = field((0.0, -6.0, pi / 2), (-3.0, -1.0, pi))
    assert entry(game, 0, "enemy_0_ahead") == pytest.approx(5.0 / n.SIGHT)
    assert entry(game, 0, "enemy_0_right") == pytest.approx(3.0 / n.SIGHT)
    assert entry(game, 0, "enemy_0_cos") == pytest.approx(0.0, abs=1e-6)
    assert entry(game, 0, "enemy_0_sin") == pytest.approx(1.0)
    assert entry(game, 0, "enemy_0_health") == 1.0


def test_feelers_measure_the_free_way() -> None:
    game = field((-5.0, 0.0, 0.0), (10.0, 7.0, 0.0))
    assert entry(game, 0, "wall_0") * n.SIGHT == pytest.approx(3.7, abs=1e-5)
    assert entry(game, 0, f"wall_{RAYS // 4}") * n.SIGHT == pytest.approx(8.0, abs=1e-5)
    assert entry(game, 0, f"wall_{RAYS // 2}") * n.SIGHT == pytest.approx(9.0, abs=1e-5)


@pytest.mark.parametrize("layout", range(len(LAYOUTS)))
def test_feelers_and_both_other_sweeps_agree(layout: int) -> None:
    rng, lines = np.random.default_rng(3), sightlines(layout)
    walls = (*BORDERS, *LAYOUTS[layout].walls)
    for _ in range(200):
        one = eye(*rng.uniform((-13.0, -7.0, -9.0), (13.0, 7.0, 9.0)).tolist())
        if any(left <= one.x <= right and top <= one.y <= bottom for left, top, right, bottom in walls):
            continue
        free = feelers(layout).free(one)
        turned = one.angle + 2 * pi / RAYS * np.arange(RAYS)
        ways = n.SIGHT * np.stack((np.cos(turned), np.sin(turned)))
        for ray, way in enumerate(ways.T.tolist()):
            share, _ = meet(walls, one.x, one.y, *way)
            assert min(1.0, free[ray]) == pytest.approx(min(1.0, share), abs=1e-9)
        swept = lines.free(np.array([[one.x], [one.y]]), ways[:, None])[0]
        assert swept == pytest.approx(np.minimum(free, 1.0), abs=1e-9)


@pytest.mark.parametrize("heading", [quarter * pi / 2 for quarter in range(-2, 3)])
def test_feelers_along_the_axes_measure_the_field(heading: float) -> None:
    free = Feelers(()).free(eye(0.0, 0.0, heading))
    long, short = n.WIDTH / 2 / n.SIGHT, n.HEIGHT / 2 / n.SIGHT
    across = round(heading / (pi / 2)) % 2
    assert free[:: RAYS // 4] == pytest.approx([short, long] * 2 if across else [long, short] * 2)


def test_the_flare_shows_everybody_through_walls() -> None:
    game = field((-5.0, 0.0, 0.0), (5.0, 0.0, pi), max_seconds=30.0)
    for _ in range(20 * 60):
        tick(game)
    assert entry(game, 0, "enemy_0_seen") == 0.0
    assert any(event.kind == "whistle" for event in game.events) is False
    assert {"kind": "whistle", "agent": ""} in tick(game)
    for _ in range(round(10.0 / n.FLARE_SPEED * 60) + 1):
        tick(game)
    assert entry(game, 0, "enemy_0_seen") == 1.0
    assert entry(game, 0, "flare") > 0.0


def test_shells_that_can_hurt_are_told_and_own_ones_only_once_they_come_back() -> None:
    game = field((-4.0, -6.0, 0.0), (4.0, -6.0, pi))
    tick(game, {0: FIRE})
    assert entry(game, 1, "shell_0_seen") == 1.0
    assert entry(game, 1, "shell_0_speed_ahead") == pytest.approx(-1.0)
    assert entry(game, 0, "shell_0_seen") == 0.0
    put(game, (-4.0, -6.0, 0.0), (4.0, 6.0, pi))
    until(game, "bounce")
    for _ in range(20):
        tick(game)
    assert entry(game, 0, "shell_0_seen") == entry(game, 0, "shell_0_spent") == 1.0


def test_mates_know_of_each_other_through_walls() -> None:
    game = field((-5.0, 0.0, pi), (5.0, 0.0, 0.0), (-5.0, 5.8, 0.0), (12.0, 7.0, 0.0), teams=True)
    assert entry(game, 0, "mate_0_seen") == 1.0
    assert entry(game, 0, "enemy_0_seen") == 0.0


def _shown(game: Tanks, viewer: list[str] | str, kind: str) -> list[str]:
    return [body["agent"] for body in game.scene(viewer)["bodies"] if body["kind"] == kind]


def test_a_scene_holds_no_more_than_its_viewers_see() -> None:
    game = field((-5.0, 0.0, 0.0), (5.0, 0.0, 0.0))
    tick(game, {1: FIRE})
    assert _shown(game, "all", "tank") == ["tank_0", "tank_1"]
    assert _shown(game, "all", "shell") == ["tank_1"]
    scene = game.scene(["tank_0"])
    assert [body["agent"] for body in scene["bodies"]] == ["tank_0"]
    assert list(scene["sight"]) == ["tank_0"]
    assert scene["events"] == []
    assert "5.0" not in str({key: scene[key] for key in ("standing", "events", "sight")}).replace("-5.0", "")
    assert [event["kind"] for event in game.scene(["tank_1"])["events"]] == ["shot"]
    assert len(game.scene(["tank_0", "tank_1"])["bodies"]) == 3


def test_a_scene_tells_only_of_the_own_shells_and_gun() -> None:
    game = field((-5.0, 5.8, 0.0), (5.0, 5.8, pi))
    assert _shown(game, ["tank_0"], "tank") == ["tank_0", "tank_1"]
    for viewer, whose in ((["tank_0"], {"tank_0"}), ("all", {"tank_0", "tank_1"})):
        tanks = {body["agent"]: body for body in game.scene(viewer)["bodies"]}
        assert {agent for agent, body in tanks.items() if "ammo" in body or "reload" in body} == whose


def test_what_is_hidden_changes_nothing_that_is_told() -> None:
    """The same game with the hidden tank elsewhere, at rest or firing."""
    here = field((-5.0, 0.0, 0.0), (5.0, 0.0, 0.0))
    there = field((-5.0, 0.0, 0.0), (5.0, 0.4, 2.0))
    tick(here)
    tick(there, {1: FIRE})
    assert np.array_equal(here.observe()[0], there.observe()[0])
    assert here.scene(["tank_0"]) == there.scene(["tank_0"])


def test_the_outline_of_sight_ends_at_walls_and_at_its_reach() -> None:
    game = field((-5.0, 0.0, 0.0), (10.0, 7.0, 0.0))
    outline = np.array(game.scene(["tank_0"])["sight"]["tank_0"])
    assert not ((np.abs(outline) < 1.29).all(axis=1)).any()
    far = np.hypot(outline[:, 0] + 5.0, outline[:, 1])
    assert far.max() <= n.SIGHT + 1e-3
    assert (np.abs(outline[:, 1]) <= n.HEIGHT / 2 + 1e-3).all()


def test_every_entry_stays_within_its_limits_and_moves() -> None:
    game = Tanks(6, teams=True, layout="lanes")
    rng = np.random.default_rng(5)
    game.reset(rng)
    low = np.array([feature.low for feature in game.features])
    rows = []
    for count in range(900):
        if count % 20 == 0:  # meet in the lane through the middle
            put(game, *rng.uniform((-10.0, -1.0, -pi), (10.0, 1.0, pi), (6, 3)))
            game.tanks[~game.alive, X] = 1000.0
        game.tick(rng.uniform([-0.3, -1.0, 0.0], [1.0, 1.0, 1.0], (6, 3)))
        rows.append(game.observe())
        if game.over:
            game.reset(rng)
    seen = np.concatenate(rows)
    assert (seen >= low - 1e-6).all()
    assert (seen <= 1.0 + 1e-6).all()
    still = [
        feature.name
        for feature, spread in zip(game.features, np.ptp(seen, axis=0), strict=True)
        if not spread
    ]
    assert {name for name in still if not name.startswith("layout_")} == {"flare"}
    assert len({feature.name for feature in game.features}) == len(game.features)
