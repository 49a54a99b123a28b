"""Air hockey's scripts: each level beats the one below, they repeat, and they know their own mallet."""

from __future__ import annotations

import numpy as np
import pytest

from arena.games.air_hockey.game import AirHockey
from controllers.script import KIND
from controllers.scripts.air_hockey import AirHockeyScript
from controllers.scripts.air_hockey_motion import Mover, OwnMallet, ahead, moved
from tests.arena.games.air_hockey.rinks import begun, put, run, served


def match(
    red: str,
    blue: str,
    seed: int,
    *,
    per_team: int = 1,
    goals: int = 5,
    discrete: bool = False,
    max_seconds: float = 180.0,
) -> AirHockey:
    """One match to its end; levels, or ``noop`` and ``random``."""
    game = AirHockey(per_team, goals, max_seconds)
    game.reset(np.random.default_rng(seed))
    levels = [level for level in (red, blue) for _ in range(per_team)]
    scripts = {}
    for row, level in enumerate(levels):
        if level in AirHockeyScript.levels:
            scripts[row] = AirHockeyScript(level, discrete=discrete)
            scripts[row].reset([game.agents[row]], 10 * seed + row)
    chance = np.random.default_rng(seed)
    pushes = np.zeros((len(levels), 2))
    while not game.over:
        rows = game.observe()
        for row, level in enumerate(levels):
            if row in scripts:
                action = scripts[row].select_action(game.agents[row], rows[row], {})
                pushes[row] = game.controls.listed[action] if discrete else action
            elif level == "random":
                pushes[row] = chance.uniform(-1.0, 1.0, 2)
        game.tick(pushes)
    return game


def points(first: str, second: str, seeds: range, **options: float | bool) -> float:
    """Points of `first` a match, seats swapped every time; a draw is half."""
    total = 0.0
    for seed in seeds:
        red, blue = (first, second) if seed % 2 == 0 else (second, first)
        goals = match(red, blue, seed // 2, **options).goals  # type: ignore[arg-type]
        own, other = goals if seed % 2 == 0 else goals[::-1]
        total += 0.5 + 0.5 * (own > other) - 0.5 * (own < other)
    return total / len(seeds)


@pytest.mark.parametrize("below", ["noop", "random"])
def test_the_novice_beats_those_who_know_nothing(below: str) -> None:
    assert points("novice", below, range(2), goals=2) == 1.0


@pytest.mark.parametrize("discrete", [False, True])
def test_two_levels_apart_there_is_little_doubt(discrete: bool) -> None:
    assert points("master", "novice", range(4), discrete=discrete) >= 0.75


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("level", "below"), [("club", "novice"), ("master", "club")])
def test_the_whole_ladder(level: str, below: str) -> None:
    assert 0.7 <= points(level, below, range(200)) <= 0.9


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("level", list(AirHockeyScript.levels))
def test_no_side_is_better_and_matches_are_decided(level: str) -> None:
    """Within what chance explains 95 times in 100."""
    ends = [match(level, level, seed) for seed in range(200)]
    won = [game.goals[0] > game.goals[1] for game in ends if game.goals[0] != game.goals[1]]
    assert abs(sum(won) - len(won) / 2) <= 1.96 * 0.5 * len(won) ** 0.5
    assert sum(not game.timed_out for game in ends) >= 0.8 * len(ends)


def test_two_against_two_is_played_by_both_mates() -> None:
    game = match("club", "club", 2, per_team=2, max_seconds=10.0, goals=99)
    hits = {event.agent for event in game.events if event.kind == "hit"}
    fresh = AirHockey(2)
    assert hits <= set(fresh.agents)
    assert np.ptp(game.world.state[:4, 0]) > 4.0


def test_the_same_seed_plays_the_same_match() -> None:
    one, two, other = (match("master", "club", seed, max_seconds=4.0) for seed in (5, 5, 6))
    assert one.save() == two.save()
    assert one.save() != other.save()


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
