"""Gymnasium's games for one, whose only agent is ``player_0``."""

from __future__ import annotations

from typing import Any

from arena.games.catalog_data.shared import presses, seats
from arena.games.entry import CatalogEntry, ControlScheme, OptionHint


def _entry(name: str, title: str, summary: str, scheme: ControlScheme, **extra: Any) -> CatalogEntry:
    common: dict[str, Any] = {
        "paradigm": "simultaneous",
        "pace": "wait",
        "render_mode": "rgb_array",
        "schemes": {"*": scheme},
        "seats": seats(player=1),
        "family": "gymnasium",
    }
    return CatalogEntry(id=f"gymnasium/{name}", title=title, summary=summary, **(common | extra))


ENTRIES = (
    _entry(
        "LunarLander-v3",
        "Lunar Lander",
        "Set the lander down softly between the flags with three engines.",
        ControlScheme(
            presses(
                ("main", "Main engine", "up", 2),
                ("left", "Left engine", "left", 1),
                ("right", "Right engine", "right", 3),
            ),
            noop=0,
        ),
        pace="realtime",
        hz=30.0,
        hz_choices=(20.0, 30.0, 50.0),
        option_hints={
            "gravity": OptionHint("pull, downwards", low=-11.9, high=-0.1),
            "wind_power": OptionHint("strength of the wind, if it is on", low=0, high=20),
            "turbulence_power": OptionHint("strength of turbulence, if the wind is on", low=0, high=2),
        },
    ),
    _entry(
        "CartPole-v1",
        "Cart Pole",
        "Balance a pole on a cart. The cart is always pushed: to the left when nothing is pressed.",
        ControlScheme(presses(("left", "Push left", "left", 0), ("right", "Push right", "right", 1)), noop=0),
        pace="realtime",
        hz=20.0,
        hz_choices=(10.0, 20.0, 30.0, 50.0),
    ),
    _entry(
        "MountainCar-v0",
        "Mountain Car",
        "An engine too weak for the hill: rock the car until it has enough swing to reach the flag.",
        ControlScheme(
            presses(("left", "Accelerate left", "left", 0), ("right", "Accelerate right", "right", 2)), noop=1
        ),
        pace="realtime",
        hz=30.0,
        hz_choices=(15.0, 30.0, 60.0),
    ),
    _entry(
        "Taxi-v3",
        "Taxi",
        "Fetch the passenger and set them down at the right stand in as few moves as you can.",
        ControlScheme(
            presses(
                ("down", "Drive south", "down", 0),
                ("up", "Drive north", "up", 1),
                ("right", "Drive east", "right", 2),
                ("left", "Drive west", "left", 3),
                ("pickup", "Pick up", "primary", 4),
                ("dropoff", "Set down", "secondary", 5),
            )
        ),
    ),
    _entry(
        "FrozenLake-v1",
        "Frozen Lake",
        "Cross slippery ice to the present without falling into a hole.",
        ControlScheme(
            presses(
                ("left", "Left", "left", 0),
                ("down", "Down", "down", 1),
                ("right", "Right", "right", 2),
                ("up", "Up", "up", 3),
            )
        ),
        option_hints={
            "map_name": OptionHint("the lake", choices=("4x4", "8x8")),
            "success_rate": OptionHint(
                "how often a step goes where it should, if the ice is slippery", low=0, high=1
            ),
        },
    ),
    _entry(
        "CliffWalking-v1",
        "Cliff Walking",
        "Walk along a cliff to the goal; a step over its edge starts again from the beginning.",
        ControlScheme(
            presses(
                ("up", "Up", "up", 0),
                ("right", "Right", "right", 1),
                ("down", "Down", "down", 2),
                ("left", "Left", "left", 3),
            )
        ),
        max_ticks=500,
    ),
)
