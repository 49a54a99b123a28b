"""What every wrestler can do."""

from __future__ import annotations

from arena.games.physics.controls import DIRECTIONS, Axis, Controls

CONTROLS = Controls(
    (
        Axis("x", "thrust to the right"),
        Axis("y", "thrust downwards"),
        Axis("dash", "pressed above 0.5: a jerk in the direction of thrust, else of motion", low=0.0),
    ),
    [(*way, dash) for dash in (0.0, 1.0) for way in DIRECTIONS],
)
