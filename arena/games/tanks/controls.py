"""What every tank can do."""

from __future__ import annotations

from arena.games.physics.controls import Axis, Controls

_PUSHES = (0.0, 1.0, -1.0)

CONTROLS = Controls(
    (
        Axis("throttle", "ahead, or back below 0"),
        Axis("turn", "to the right, or left below 0"),
        Axis("fire", "pressed above 0.5; let go between two shots", 0.0),
    ),
    [(throttle, turn, fire) for fire in (0.0, 1.0) for throttle in _PUSHES for turn in _PUSHES],
)
