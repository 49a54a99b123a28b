"""PettingZoo's SISL games: robots that must work together."""

from __future__ import annotations

from arena.games.catalog_data.shared import presses, pushes, seats
from arena.games.entry import CatalogEntry, ControlScheme, OptionHint

ENTRIES = (
    CatalogEntry(
        id="sisl/pursuit-v5",
        title="Pursuit",
        summary="Eight pursuers encircle thirty evaders on a grid with a block in its middle.",
        paradigm="simultaneous",
        pace="realtime",
        hz=10.0,
        hz_choices=(5.0, 10.0, 15.0),
        render_mode="rgb_array",
        signature="pettingzoo.sisl.pursuit.pursuit_base:Pursuit",
        option_hints={
            "n_pursuers": OptionHint("pursuers", low=1, high=50),
            "n_evaders": OptionHint("evaders", low=1, high=100),
            "x_size": OptionHint("width of the grid", low=8, high=64),
            "y_size": OptionHint("height of the grid", low=8, high=64),
            "obs_range": OptionHint("cells seen across, an odd number", choices=(3, 5, 7, 9, 11)),
            "max_cycles": OptionHint("ticks of an episode", low=1, high=100_000),
        },
        schemes={
            "*": ControlScheme(
                presses(
                    ("up", "Up", "up", 3),
                    ("down", "Down", "down", 2),
                    ("left", "Left", "left", 0),
                    ("right", "Right", "right", 1),
                ),
                noop=4,
            ),
        },
        scoring="cooperative",
        seats=seats(pursuer=8),
        family="sisl",
    ),
    CatalogEntry(
        id="sisl/multiwalker-v9",
        title="Multiwalker",
        summary="Three two-legged walkers carry one long package over rough ground without letting it fall.",
        paradigm="simultaneous",
        pace="realtime",
        hz=30.0,
        hz_choices=(20.0, 30.0, 50.0),
        render_mode="rgb_array",
        signature="pettingzoo.sisl.multiwalker.multiwalker_base:MultiWalkerEnv",
        option_hints={
            "n_walkers": OptionHint("walkers", low=2, high=8),
            "terrain_length": OptionHint("length of the ground in steps", low=50, high=1000),
            "max_cycles": OptionHint("ticks of an episode", low=1, high=100_000),
        },
        schemes={
            "*": ControlScheme(
                pushes(
                    ("hip_1_forward", "First hip forward", "up", 0, 1.0),
                    ("hip_1_back", "First hip back", "down", 0, -1.0),
                    ("knee_1_bend", "First knee one way", "left", 1, -1.0),
                    ("knee_1_stretch", "First knee the other way", "right", 1, 1.0),
                    ("hip_2_forward", "Second hip forward", "primary", 2, 1.0),
                    ("hip_2_back", "Second hip back", "secondary", 2, -1.0),
                    ("knee_2_bend", "Second knee one way", "tertiary", 3, -1.0),
                    ("knee_2_stretch", "Second knee the other way", "quaternary", 3, 1.0),
                ),
                noop=(0.0, 0.0, 0.0, 0.0),
            ),
        },
        scoring="cooperative",
        seats=seats(walker=3),
        family="sisl",
    ),
)
