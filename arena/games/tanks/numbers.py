"""What the game feels like, in figures: metres, seconds, radians."""

from __future__ import annotations

from math import pi

WIDTH, HEIGHT = 28.0, 16.0
"""Of the field; its middle is the origin."""

# Driving: at full speed within a third of a second, and it can turn on the spot.
RADIUS = 0.8
MASS = 8.0
FORWARD = 6.0
"""m/s ahead at full throttle."""
REVERSE = 4.0
PULL = 18.0
"""m/s² of the engine."""
GRIP = 9.0
"""1/s: how fast tracks end a slide sideways."""
TURN = 3.0
"""rad/s at full lock."""
TURN_PULL = 24.0
"""rad/s²."""

# Shooting: a shell can be dodged from afar and not from near.
SHELL_RADIUS = 0.12
SHELL_SPEED = 15.0
MUZZLE = 1.15
"""Where a shell appears, from the middle of its tank."""
IN_FLIGHT = 2
"""Shells of one tank at a time."""
AMMUNITION = 5
AT_START = 2
"""Shells that a tank begins with, so that nobody is lost to a barrage before anybody is in sight."""
RELOAD_S = 0.6
SUPPLY_S = 2.0
"""A shell comes back this often."""
HEALTH = 2
RECOIL = 1.6
"""m/s that a shot pushes its tank back."""
KNOCK = 3.5
"""m/s that a hit pushes its victim."""

# Seeing.
SIGHT = 14.0
CONE = 2 * pi / 3
NEAR = 3.0
"""All round, this far is seen too."""
FLARE_AT = 2 / 3
"""Share of the time after which a flare goes up."""
FLARE_SPEED = 4.0
"""m/s at which its light grows round every tank; in it even walls hide nobody."""
