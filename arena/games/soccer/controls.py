"""What every player can do."""

from __future__ import annotations

from arena.games.physics.controls import DIRECTIONS, Axis, Controls

CONTROLS = Controls(
    (
        Axis("x", "thrust towards the goal to score in"),
        Axis("y", "thrust across, to the right hand of who looks at that goal"),
        Axis("boost", "boost, and kick what is near: pressed above 0.5", 0.0),
    ),
    [(*way, boost) for boost in (0.0, 1.0) for way in DIRECTIONS],
)
