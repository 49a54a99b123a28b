"""The scripts of our games as a yardstick: each level beats the one below, and no seat is better."""

from __future__ import annotations

import pytest

from tests.controllers.scripts.duels import GAMES, SCRIPTS, duel, lead, points

LEVELS = ("novice", "club", "master")
FEW = {"sumo": 12, "tanks": 8, "air_hockey": 4, "soccer": 4}
"""Matches in which two levels, of which the one beats the other nine times in ten, tell themselves apart."""
MANY = {"sumo": 1000, "tanks": 200, "air_hockey": 200, "soccer": 200}
"""Matches against those who know nothing: more where it wins hardly more than the 95 in 100 that it must."""
RUNGS = [("club", "novice"), ("master", "club")]


@pytest.mark.parametrize("below", ["noop", "random"])
@pytest.mark.parametrize("name", GAMES)
def test_the_novice_beats_those_who_know_nothing(name: str, below: str) -> None:
    assert points(name, "novice", below, range(4)) >= 0.75


@pytest.mark.parametrize("discrete", [False, True])
@pytest.mark.parametrize("name", GAMES)
def test_two_levels_apart_there_is_little_doubt(name: str, discrete: bool) -> None:
    assert points(name, "master", "novice", range(FEW[name]), discrete=discrete) >= 0.7


@pytest.mark.parametrize("name", GAMES)
def test_equal_seeds_play_the_same_match(name: str) -> None:
    one, two, other = (duel(GAMES[name](), ("master", "club"), seed, ticks=300) for seed in (5, 5, 6))
    assert one.save() == two.save()
    assert one.save() != other.save()


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("below", ["noop", "random"])
@pytest.mark.parametrize("name", GAMES)
def test_the_novice_hardly_ever_loses_to_them(name: str, below: str) -> None:
    assert points(name, "novice", below, range(MANY[name])) >= 0.95


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize(("level", "below"), RUNGS)
@pytest.mark.parametrize("name", GAMES)
def test_each_level_beats_the_one_below(name: str, level: str, below: str) -> None:
    assert 0.7 <= points(name, level, below, range(200)) <= 0.9


@pytest.mark.slow
@pytest.mark.timeout(6000)
@pytest.mark.parametrize("name", GAMES)
def test_no_seat_is_better_and_matches_are_decided(name: str) -> None:
    """Over 1,000 matches of the same level: within what chance explains 95 times in 100."""
    ends = [duel(GAMES[name](), ("club", "club"), seed) for seed in range(1000)]
    won, lost = sum(lead(game) > 0 for game in ends), sum(lead(game) < 0 for game in ends)
    assert abs(won - lost) <= 1.96 * (won + lost) ** 0.5
    assert sum(not game.timed_out for game in ends) >= 800


@pytest.mark.parametrize("name", GAMES)
def test_they_declare_what_holds_them_back(name: str) -> None:
    for level in LEVELS:
        reflexes = SCRIPTS[name](level).reflexes
        assert reflexes.delay_ticks >= 5
        assert 0.0 < reflexes.turn_per_tick < 2.0
