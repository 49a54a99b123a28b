"""What a player sees is what stands on the pitch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from arena.games.physics.world import VX, X, Y
from arena.games.soccer import parallel_env
from tests.arena.games.soccer.pitches import kicked_off, play, put, roll


def _seen(game: Any, agent: str) -> dict[str, float]:
    row = game.observe()[game.agents.index(agent)]
    return dict(zip((feature.name for feature in game.features), row.tolist(), strict=True))


def test_entries_in_their_units_for_both_teams() -> None:
    game = kicked_off(max_seconds=100.0)
    put(game, "red_0", -4.0, 2.0)
    put(game, "blue_1", 8.0, -6.0)
    roll(game, 4.0, -6.0, 8.0)
    game.tanks[0] = 0.25
    red, blue = _seen(game, "red_0"), _seen(game, "blue_1")
    assert red["self_x"] == pytest.approx(-0.25)
    assert red["self_boost"] == pytest.approx(0.25)
    assert (red["ball_x"], red["ball_y"]) == pytest.approx((0.5, -0.5))
    assert red["ball_vx"] == pytest.approx(0.5)
    assert (red["goal_x"], red["goal_y"]) == pytest.approx((20 / 16, -2 / 16))
    assert red["home_x"] == pytest.approx(-12 / 16)
    assert (red["rival_1_x"], red["rival_1_y"]) == pytest.approx((12 / 16, -8 / 16))
    assert (blue["self_x"], blue["self_y"]) == pytest.approx((-0.5, 6 / 16))
    assert blue["ball_x"] == pytest.approx(4 / 16)
    assert blue["ball_vx"] == pytest.approx(-0.5)
    assert (blue["rival_1_boost"], blue["home_x"]) == pytest.approx((0.25, -0.5))
    assert red["left"] == pytest.approx(99 / 100)


def test_mates_and_opponents_come_in_a_fixed_order() -> None:
    game = kicked_off(players_per_team=3)
    at = {agent: game.players[row, X] for row, agent in enumerate(game.agents)}
    seen = _seen(game, "blue_1")
    for name, agent in {
        "mate_1": "blue_2",
        "mate_2": "blue_0",
        "rival_0": "red_1",
        "rival_1": "red_2",
        "rival_2": "red_0",
    }.items():
        assert seen[f"{name}_x"] == pytest.approx((at["blue_1"] - at[agent]) / 16, abs=1e-6)


def test_the_lead_is_seen_from_each_side() -> None:
    game = kicked_off()
    roll(game, 15.5, 0.0, 20.0)
    play(game, {}, 10)
    assert _seen(game, "red_1")["lead"] == pytest.approx(1 / 3)
    assert _seen(game, "blue_0")["lead"] == pytest.approx(-1 / 3)
    assert _seen(game, "blue_0")["wait"] > 0.5


def test_a_push_forward_is_towards_the_others_goal() -> None:
    game = kicked_off()
    play(game, {"red_0": (1, 0, 0), "blue_0": (1, 0, 0)}, 3)
    assert game.players[0, VX] > 0 > game.players[2, VX]


@pytest.mark.parametrize("players_per_team", [2, 4])
def test_observations_stay_within_their_space_through_a_game(players_per_team: int) -> None:
    env = parallel_env(players_per_team=players_per_team, max_seconds=10.0)
    seen, _ = env.reset(seed=3)
    rng = np.random.default_rng(3)
    while env.agents:
        actions = {agent: rng.uniform([-1, -1, 0], 1).astype(np.float32) for agent in env.agents}
        for _ in range(15):
            if env.agents:
                seen, *_ = env.step(actions)
                assert all(env.observation_space(agent).contains(row) for agent, row in seen.items())


def test_shaping_is_a_difference_of_potentials_and_apart_from_the_outcome() -> None:
    game = kicked_off()
    first = np.array(game._potentials())
    game._potential = first.tolist()
    roll(game, 3.0, 0.0, 20.0)
    total, outcome = np.zeros(4), np.zeros(4)
    for _ in range(200):
        play(game, {"red_0": (0.3, 1, 0)}, 1)
        total += game.shaping
        outcome += game.rewards
    np.testing.assert_allclose(total, game._potentials() - first, atol=1e-9)
    assert outcome.tolist() == [1, 1, -1, -1]


def test_the_weight_of_shaping_is_the_environments() -> None:
    plain, shaped = parallel_env(), parallel_env(shaping=2.0)
    for env in (plain, shaped):
        env.reset(seed=1)
    forward = dict.fromkeys(plain.agents, np.array([1, 0, 0], np.float32))
    for _ in range(70):
        _, without, *_ = plain.step(forward)
        _, with_it, *_ = shaped.step(forward)
        assert set(without.values()) == {0.0}
        assert list(with_it.values()) == pytest.approx((2.0 * shaped.game.shaping).tolist())
    assert with_it["red_0"] > 0


def test_the_picture_of_the_pitch_is_plain_data() -> None:
    game = kicked_off(players_per_team=3)
    play(game, {"blue_2": (0, 1, 1)}, 20)
    scene = game.scene("all")
    assert [body["kind"] for body in scene["bodies"]] == ["player"] * 6 + ["ball"]
    boosting = next(body for body in scene["bodies"] if body["agent"] == "blue_2")
    assert boosting["boosting"]
    assert boosting["boost"] < 1.0
    assert boosting["thrust"] == [0.0, -1.0]
    assert len(boosting["trail"]) == 15
    assert boosting["trail"][-1][:2] == game.players[5, [X, Y]].tolist()
    assert _plain(scene)


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(part) for key, part in value.items())
    if isinstance(value, list):
        return all(_plain(part) for part in value)
    return value is None or type(value) in {bool, int, float, str}
