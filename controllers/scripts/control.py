"""Gymnasium's classic control tasks by textbook rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.match.controller import SimpleController


class CartPoleBalance(SimpleController):
    """Pushes towards where the pole is about to fall, leaning a little against drifting off the track.

    A linear state feedback on position, speed, angle and angular speed; the pole's terms dominate.
    """

    inline = True
    deterministic = True

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """0 pushes left, 1 right."""
        position, speed, angle, spin = (float(part) for part in observation)
        return int(0.1 * position + 0.4 * speed + 9.0 * angle + 1.7 * spin > 0.0)


class MountainCarSwing(SimpleController):
    """Always pushes the way the car is rolling, which gains height with every swing."""

    inline = True
    deterministic = True

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """0 pushes left, 2 right."""
        return 2 if float(observation[1]) > 0.0 else 0
