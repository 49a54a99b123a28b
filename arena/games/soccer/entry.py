"""What the catalog says of soccer."""

from __future__ import annotations

from arena.games.catalog_data.shared import FOR_TRAINING, pushes, seats
from arena.games.entry import CatalogEntry, Control, ControlScheme, OptionHint
from arena.games.soccer.controls import CONTROLS


def _scheme(forward: float) -> ControlScheme:
    """``forward``: 1 for the team whose agents see the pitch as people do, -1 for the one turned round."""
    return ControlScheme(
        (
            *pushes(
                ("up", "Up", "up", 1, -forward),
                ("down", "Down", "down", 1, forward),
                ("left", "Left", "left", 0, -forward),
                ("right", "Right", "right", 0, forward),
            ),
            Control("boost", "Boost and kick", "primary", axis=2, value=1.0),
        ),
        noop=(0.0, 0.0, 0.0),
        listed=tuple(tuple(action) for action in CONTROLS.listed.tolist()),
    )


ENTRY = CatalogEntry(
    id="arena/soccer-v0",
    title="Soccer",
    summary="Two teams chase one ball: run, boost, pass, and kick it into the other goal.",
    paradigm="simultaneous",
    pace="realtime",
    hz=60.0,
    hz_choices=(30.0, 60.0),
    option_hints={
        "players_per_team": OptionHint("players in each team", choices=(2, 3, 4)),
        "goals": OptionHint("so many goals win at once", low=1, high=20),
        "max_seconds": OptionHint(
            "regular time; if level, the next goal within 30 s wins", low=10, high=3600
        ),
        **FOR_TRAINING,
    },
    schemes={"red_*": _scheme(1.0), "blue_*": _scheme(-1.0)},
    teams={"Red": ("red_*",), "Blue": ("blue_*",)},
    scoring="env",
    on_truncation="score",
    view="soccer",
    inspector="arena.games.inspectors.physics:Physics",
    seats=seats(red=2, blue=2),
    family="arena",
)
