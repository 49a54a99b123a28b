"""Tanks in the catalog."""

from __future__ import annotations

from arena.games.catalog_data.shared import FOR_TRAINING
from arena.games.entry import CatalogEntry, Control, ControlScheme, OptionHint
from arena.games.tanks.controls import CONTROLS
from arena.games.tanks.layouts import LAYOUTS

ENTRY = CatalogEntry(
    id="arena/tanks-v0",
    title="Tanks",
    summary="Hunt each other among walls with shells that ricochet once; you see only what is ahead.",
    paradigm="simultaneous",
    pace="realtime",
    hz=60.0,
    hz_choices=(30.0, 60.0),
    option_hints={
        "players": OptionHint("tanks", low=2, high=6),
        "teams": OptionHint("red against blue, with an even number of tanks"),
        "max_seconds": OptionHint("after this the tank with more health wins", low=10, high=600),
        "friendly_fire": OptionHint("shells hurt team-mates too"),
        "layout": OptionHint("the field", choices=("random", *(one.name for one in LAYOUTS))),
        **FOR_TRAINING,
    },
    schemes={
        "*": ControlScheme(
            (
                Control("ahead", "Drive ahead", "up", axis=0, value=1.0),
                Control("back", "Drive back", "down", axis=0, value=-1.0),
                Control("left", "Turn left", "left", axis=1, value=-1.0),
                Control("right", "Turn right", "right", axis=1, value=1.0),
                Control("fire", "Fire", "primary", axis=2, value=1.0, edge=True),
            ),
            noop=(0.0, 0.0, 0.0),
            listed=tuple(tuple(action) for action in CONTROLS.listed.tolist()),
        ),
    },
    teams={"Red": ("red_*",), "Blue": ("blue_*",)},
    scoring="env",
    on_truncation="score",
    information="hidden",
    view="tanks",
    inspector="arena.games.inspectors.physics:Physics",
    seats=("tank_0", "tank_1"),
    family="arena",
)
