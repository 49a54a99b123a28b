"""The short ways through wrappers: past those that only check, and not past those that change something."""

from __future__ import annotations

from typing import Any

import pettingzoo
import pytest
from gymnasium import spaces
from pettingzoo import AECEnv
from pettingzoo.utils.wrappers import (
    AssertOutOfBoundsWrapper,
    BaseWrapper,
    OrderEnforcingWrapper,
    TerminateIllegalWrapper,
)

from arena.games.books import behind_checks, books_of


class Bare(AECEnv[str, Any, Any]):  # type: ignore[misc]
    """Two agents who see ``seen``."""

    def __init__(self, seen: spaces.Space[Any]) -> None:
        super().__init__()
        self.possible_agents = ["a", "b"]
        self.seen = seen

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        return self.seen


class Doubling(BaseWrapper[str, Any, Any]):  # type: ignore[misc]
    """Changes what is done: must be stepped through."""


MASKED: spaces.Space[Any] = spaces.Dict({"action_mask": spaces.MultiBinary(3)})
PLAIN: spaces.Space[Any] = spaces.Discrete(3)


@pytest.mark.parametrize("game", ["classic/tictactoe-v3", "classic/chess-v6", "classic/leduc_holdem-v4"])
def test_games_as_pettingzoo_makes_them_are_stepped_directly(game: str) -> None:
    env = pettingzoo.make("aec", game)
    assert behind_checks(env) is env.unwrapped


def test_without_masks_in_observations_illegal_moves_stay_the_wrapper_s_business() -> None:
    inner = TerminateIllegalWrapper(Bare(PLAIN), illegal_reward=-1)
    assert behind_checks(OrderEnforcingWrapper(AssertOutOfBoundsWrapper(inner))) is inner


def test_a_wrapper_that_may_change_something_is_where_it_stops() -> None:
    inner = Doubling(TerminateIllegalWrapper(Bare(MASKED), illegal_reward=-1))
    assert behind_checks(OrderEnforcingWrapper(inner)) is inner


def test_a_wrapper_made_from_one_that_checks_is_not_taken_for_it() -> None:
    class Stricter(OrderEnforcingWrapper[str, Any, Any]):  # type: ignore[misc]
        pass

    inner = Stricter(Bare(MASKED))
    assert behind_checks(inner) is inner


def test_the_books_are_the_innermost_environment_s() -> None:
    env = pettingzoo.make("aec", "classic/tictactoe-v3")
    env.reset(seed=1)
    assert books_of(env) is env.unwrapped
    assert books_of(env).agents == ["player_1", "player_2"]
