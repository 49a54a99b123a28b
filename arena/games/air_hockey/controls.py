"""What every player can do."""

from __future__ import annotations

from arena.games.physics.controls import DIRECTIONS, Axis, Controls

CONTROLS = Controls(
    (
        Axis("ahead", "speed wanted towards the goal to attack, in shares of the top speed"),
        Axis("rightward", "speed wanted to the right hand as one looks there"),
    ),
    DIRECTIONS,
)
