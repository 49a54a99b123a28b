"""Air hockey in the catalog."""

from __future__ import annotations

from arena.games.air_hockey.controls import CONTROLS
from arena.games.catalog_data.shared import FOR_TRAINING, pushes, seats
from arena.games.entry import CatalogEntry, ControlScheme, OptionHint


def _scheme(ahead: float) -> ControlScheme:
    """``ahead``: 1 for red, whose axes are those of the screen, -1 for blue, who plays from the right."""
    return ControlScheme(
        pushes(
            ("up", "Up", "up", 1, -ahead),
            ("down", "Down", "down", 1, ahead),
            ("left", "Left", "left", 0, -ahead),
            ("right", "Right", "right", 0, ahead),
        ),
        noop=(0.0, 0.0),
        listed=tuple(tuple(action) for action in CONTROLS.listed.tolist()),
    )


ENTRY = CatalogEntry(
    id="arena/air_hockey-v0",
    title="Air hockey",
    summary="Strike the puck off the boards into the other goal, and keep it out of your own.",
    paradigm="simultaneous",
    pace="realtime",
    hz=60.0,
    hz_choices=(30.0, 60.0),
    option_hints={
        "players_per_team": OptionHint("players in a team", low=1, high=2),
        "goals": OptionHint("goals that win", low=1, high=99),
        "max_seconds": OptionHint("the time limit in seconds", low=1, high=3600),
        **FOR_TRAINING,
    },
    schemes={"red_*": _scheme(1.0), "blue_*": _scheme(-1.0)},
    teams={"Red": ("red_*",), "Blue": ("blue_*",)},
    scoring="env",
    view="air_hockey",
    inspector="arena.games.inspectors.physics:Physics",
    seats=seats(red=1, blue=1),
    family="arena",
)
