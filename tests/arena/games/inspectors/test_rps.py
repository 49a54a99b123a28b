from typing import Any

import msgpack
import pytest
from pettingzoo.classic import rps_v2

from arena.games.inspectors.rps import RpsInspector, winner


def play(rounds: list[tuple[int, int]], **options: Any) -> tuple[Any, RpsInspector]:
    env = rps_v2.parallel_env(**options)
    env.reset(seed=0)
    inspector = RpsInspector(env)
    for first, second in rounds:
        env.step({"player_0": first, "player_1": second})
    return env, inspector


@pytest.mark.parametrize("choices", [3, 5, 7])
def test_the_rule_is_the_environments(choices: int) -> None:
    for first in range(choices):
        for second in range(choices):
            env = rps_v2.parallel_env(num_actions=choices)
            env.reset(seed=0)
            _, rewards, *_ = env.step({"player_0": first, "player_1": second})
            gain = {None: 0, 0: 1, 1: -1}[winner(first, second)]
            assert rewards == {"player_0": gain, "player_1": -gain}


def test_all_rounds_are_kept_in_order() -> None:
    rounds = [(index % 3, (index // 3) % 3) for index in range(14)]
    env, inspector = play(rounds)
    snapshot = inspector.snapshot([])
    assert msgpack.unpackb(msgpack.packb(snapshot)) == snapshot
    assert snapshot["rounds"] == [list(pair) for pair in rounds]
    assert snapshot["choices"] == ["rock", "paper", "scissors"]
    assert inspector.verdict() is None
    env.step({"player_0": 1, "player_1": 0})
    first, second = inspector.snapshot([])["score"]
    assert inspector.verdict() == ("win" if first != second else "draw", f"{first} to {second}")


def test_a_choice_shows_only_when_the_round_is_over() -> None:
    env = rps_v2.env()
    env.reset(seed=0)
    inspector = RpsInspector(env)
    before = {who: inspector.snapshot(who) for who in (("player_0",), ("player_1",), "all")}
    env.step(1)
    for who, snapshot in before.items():
        assert inspector.snapshot(who) == snapshot
    env.step(0)
    assert inspector.snapshot(["player_1"])["rounds"] == [[1, 0]]


def test_names_of_more_choices() -> None:
    _, inspector = play([], num_actions=7)
    assert [inspector.label("player_0", action) for action in range(7)][3:] == [
        "spock",
        "lizard",
        "action 6",
        "action 7",
    ]
