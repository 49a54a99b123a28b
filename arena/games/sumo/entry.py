"""What people need to play sumo."""

from __future__ import annotations

from arena.games.catalog_data.shared import FOR_TRAINING, pushes, seats
from arena.games.entry import CatalogEntry, Control, ControlScheme, OptionHint
from arena.games.sumo.controls import CONTROLS

ENTRY = CatalogEntry(
    id="arena/sumo-v0",
    title="Sumo",
    summary="Push and dash the others off a ring that shrinks; the last one standing wins.",
    paradigm="simultaneous",
    pace="realtime",
    hz=60.0,
    hz_choices=(30.0, 60.0),
    option_hints={
        "players": OptionHint("wrestlers on the ring; an even number for teams", low=2, high=8),
        "teams": OptionHint("red against blue instead of everyone for themselves"),
        "max_seconds": OptionHint(
            "length of a bout; the ring shrinks to its last size in it", low=5, high=600
        ),
        **FOR_TRAINING,
    },
    schemes={
        "*": ControlScheme(
            (
                *pushes(
                    ("up", "Up", "up", 1, -1.0),
                    ("down", "Down", "down", 1, 1.0),
                    ("left", "Left", "left", 0, -1.0),
                    ("right", "Right", "right", 0, 1.0),
                ),
                Control("dash", "Dash", "primary", axis=2, edge=True),
            ),
            noop=(0.0, 0.0, 0.0),
            listed=tuple(tuple(action) for action in CONTROLS.listed.tolist()),
        ),
    },
    teams={"Red": ("red_*",), "Blue": ("blue_*",)},
    scoring="env",
    on_truncation="score",
    view="sumo",
    inspector="arena.games.inspectors.physics:Physics",
    seats=seats(wrestler=2),
    family="arena",
)
