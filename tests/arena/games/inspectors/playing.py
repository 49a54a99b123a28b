"""Random legal play for the inspectors' tests."""

import random
from collections.abc import Callable, Iterator
from typing import Any


def random_play(env: Any, seed: int, make: Callable[[Any], Any], limit: int = 400) -> Iterator[Any]:
    """Reset and play to the end; yields one inspector after the reset and after each step."""
    rng = random.Random(seed)
    env.reset(seed=seed)
    inspector = make(env)
    yield inspector
    for _ in range(limit):
        if any(env.terminations.values()):
            return
        mask = env.observe(env.agent_selection)["action_mask"]
        action = int(rng.choice(mask.nonzero()[0]))
        assert inspector.label(env.agent_selection, action)
        env.step(action)
        yield inspector


def bury(env: Any) -> None:
    """Step the dead agents, as an adapter does; the environment then forgets their flags and rewards."""
    while env.agents:
        env.step(None)
