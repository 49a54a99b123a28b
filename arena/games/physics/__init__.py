"""What our own games have in common: a world of bodies, rules over it, and the PettingZoo environment round
both.

Top-down, in metres and seconds; x grows to the right and y downwards, as on a screen. Angles are radians,
clockwise on a screen, 0 looks to the right.
"""
