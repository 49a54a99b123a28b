"""What the scripts of our games have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from arena.games.tanks.controls import CONTROLS
from controllers.scripts.physics import Hand, PhysicsScript, Reflexes


class Steady(PhysicsScript):
    """Always wants the same."""

    controls = CONTROLS
    buttons = frozenset({"fire"})
    levels: ClassVar[Mapping[str, Reflexes]] = {
        "calm": Reflexes(delay_ticks=3, turn_per_tick=0.25),
        "shaky": Reflexes(delay_ticks=3, turn_per_tick=0.25, error=0.2),
    }
    wanted: Sequence[float] = (0.0, 0.0, 0.0)

    def decide(self, agent: str, seen: NDArray[np.float64], hand: Hand) -> Sequence[float]:
        self.seen, self.error = float(seen[0]), hand.error
        return self.wanted


def steady(level: str, *wanted: float, discrete: bool = False) -> Steady:
    script = Steady(level, discrete=discrete)
    script.wanted = wanted
    script.reset(["a", "b"], 7)
    return script


def test_it_sees_as_late_and_pushes_as_slowly_as_declared() -> None:
    script = steady("calm", 1.0, -1.0, 1.0)
    seen, pushes = [], []
    for tick in range(8):
        pushes.append(script.select_action("a", np.array([tick]), {}).tolist())
        seen.append(script.seen)
    assert seen == [0, 0, 0, 0, 1, 2, 3, 4]
    assert [push[0] for push in pushes] == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert [push[1] for push in pushes] == [-0.25, -0.5, -0.75, -1.0, -1.0, -1.0, -1.0, -1.0]
    assert [push[2] for push in pushes] == [1.0] * 8


@pytest.mark.parametrize("turn", [-0.8, -0.3, 0.0, 0.2, 0.5])
def test_listed_actions_come_to_what_is_wanted_over_some_ticks(turn: float) -> None:
    script = steady("calm", 0.6, turn, 0.0, discrete=True)
    taken = [CONTROLS.listed[script.select_action("a", np.zeros(1), {})] for _ in range(200)]
    np.testing.assert_allclose(np.mean(taken[50:], axis=0), (0.6, turn, 0.0), atol=0.03)


def test_a_listed_button_is_pressed_in_the_direction_wanted_now() -> None:
    script = steady("calm", 0.0, 0.4, 0.0, discrete=True)
    for _ in range(20):
        script.select_action("a", np.zeros(1), {})
    script.wanted = (0.0, 0.0, 1.0)
    for _ in range(3):
        action = CONTROLS.listed[script.select_action("a", np.zeros(1), {})]
    assert action.tolist() == [0.0, 0.0, 1.0]


def test_nothing_is_made_up_for_long_after_it_was_wanted() -> None:
    script = steady("calm", 0.0, 0.4, 0.0, discrete=True)
    for _ in range(51):
        script.select_action("a", np.zeros(1), {})
    script.wanted = (0.0, 0.0, 0.0)
    late = [CONTROLS.listed[script.select_action("a", np.zeros(1), {})][1] for _ in range(20)]
    assert sum(map(abs, late)) <= 2.0


def test_the_error_drifts_with_the_deviation_declared_and_by_its_seed() -> None:
    drawn = []
    for seed in (1, 1, 2):
        script = steady("shaky", 0.0, 0.0, 0.0)
        script.reset(["a"], seed)
        errors = []
        for _ in range(4000):
            script.select_action("a", np.zeros(1), {})
            errors.append(script.error)
        drawn.append(np.array(errors))
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).all()
    assert drawn[0][200:].std() == pytest.approx(0.2, rel=0.25)
    assert np.abs(np.diff(drawn[0], axis=0)).max() < 0.3
