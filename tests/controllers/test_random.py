from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import SeatError
from arena.match.kinds import BuildContext, ControllerSpec
from controllers.random import KIND, RandomController, discrete_sampler
from tests.controllers.helpers import Driver, entry, seat

SPACES: list[spaces.Space[Any]] = [
    spaces.Discrete(5, start=-2),
    spaces.Box(-1.0, 1.0, (3,)),
    spaces.Box(-np.inf, np.inf, (2,), dtype=np.float64),
    spaces.MultiDiscrete([3, 4]),
    spaces.MultiBinary(6),
    spaces.Tuple([spaces.Discrete(3), spaces.Box(0.0, 1.0, (2,))]),
    spaces.Dict(move=spaces.Discrete(3), aim=spaces.Box(0.0, 1.0, (2,))),
]


def play(space: spaces.Space[Any], seed: int, moves: int = 20) -> list[Any]:
    driver = Driver(RandomController(), [seat("a", space)], entry(), seed)
    driver.start()
    return [driver.ask("a") for _ in range(moves)]


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_every_space_gets_members_and_equal_seeds_equal_play(space: spaces.Space[Any]) -> None:
    actions = play(space, 7)
    assert all(space.contains(action) for action in actions)
    assert repr(actions) == repr(play(space, 7))
    assert repr(actions) != repr(play(space, 8))


@given(st.lists(st.integers(0, 1), min_size=1, max_size=60), st.integers(0, 2**63 - 1))
def test_masked_choices_are_legal(mask: list[int], seed: int) -> None:
    sample = discrete_sampler(spaces.Discrete(len(mask)), seed)
    action = sample(np.asarray(mask, np.int8))
    assert action is None if not any(mask) else mask[action] == 1


def test_masked_choices_are_uniform_and_start_counts() -> None:
    sample = discrete_sampler(spaces.Discrete(6, start=10), 3)
    counts = Counter(sample(np.array([0, 1, 0, 1, 0, 1], np.int8)) for _ in range(3000))
    assert set(counts) == {11, 13, 15}
    assert all(abs(count - 1000) < 130 for count in counts.values())  # five standard deviations


def test_seats_do_not_share_a_stream() -> None:
    """The same space object in two seats, as PettingZoo hands it out."""
    shared = spaces.Box(-1.0, 1.0, (2,))

    def first_seat(asks_of_second: int) -> list[Any]:
        driver = Driver(RandomController(), [seat("a", shared), seat("b", shared)], entry())
        driver.start()
        for _ in range(asks_of_second):
            driver.ask("b")
        return [driver.ask("a").tolist() for _ in range(5)]

    assert first_seat(0) == first_seat(3)


def test_cancelled_draw_is_not_delivered() -> None:
    driver = Driver(RandomController(), [seat("a")], entry())
    driver.start()
    first, second = driver.send("a"), driver.send("a")
    driver.controller.cancel([first.request_id])
    assert [item.request_id for item in driver.controller.poll()] == [second.request_id]  # type: ignore[union-attr]


def test_target_is_refused() -> None:
    context = BuildContext(entry(), (seat("a"),), "fast")
    with pytest.raises(SeatError, match="just random"):
        KIND.check(ControllerSpec("random:walk", "random", "walk"), context)
    KIND.check(ControllerSpec("random", "random"), context)
