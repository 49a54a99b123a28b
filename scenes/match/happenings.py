"""What happens in a game of bodies, heard and felt: events of snapshots become sounds and shaking pads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

GAP_TICKS = 4
"""The same sound again within so many ticks is one sound."""
FAINT = 0.15
"""What is weaker than this is neither heard nor felt."""

_FELT: Mapping[str, tuple[float, float, int]] = {
    "hit": (0.5, 0.4, 90),
    "goal": (0.8, 0.8, 350),
    "knock_out": (1.0, 0.8, 400),
    "explosion": (1.0, 1.0, 400),
    "dash": (0.0, 0.4, 70),
    "shot": (0.5, 0.2, 90),
    "save": (0.2, 0.5, 120),
}
"""Kind of event -> low and high motor (0 to 1) at full power, milliseconds; on the pad of its agent."""
_SOUNDS: Mapping[str, str] = {"kickoff": "whistle"}
"""Kind of event -> its sound, where that has another name."""
_LOUD: Mapping[str, float] = {"hit": 0.9, "wall": 0.5, "bounce": 0.6, "boost": 0.4, "dash": 0.7}
_AS_POWERFUL = frozenset({"hit", "wall", "bounce"})
"""Heard as loudly as they are powerful; all others are signals."""


class Happenings:
    """Follows snapshots and tells each event once."""

    def __init__(
        self, play: Callable[[str, float], None], rumble: Callable[[str, float, float, int], None]
    ) -> None:
        """``play(sound, volume)``; ``rumble(agent, low motor, high motor, milliseconds)``."""
        self._play, self._rumble = play, rumble
        self._told = -1
        self._last: dict[str, int] = {}

    def follow(self, snapshot: Mapping[str, Any] | None) -> None:
        """Tell what is new. A snapshot from before the last one is another episode, or a rewind."""
        if snapshot is None or "events" not in snapshot or "tick" not in snapshot:
            return
        now = int(snapshot["tick"])
        if now < self._told:
            self._told, self._last = -1, {}
        for event in snapshot["events"]:
            if event["tick"] > self._told:
                self._tell(event)
        self._told = now

    def _tell(self, event: Mapping[str, Any]) -> None:
        kind, power, tick = str(event["kind"]), float(event["power"]), int(event["tick"])
        if power < FAINT or kind == "win":  # the end of a match has a sound of its own
            return
        sound = _SOUNDS.get(kind, kind)
        if tick - self._last.get(kind, -GAP_TICKS) >= GAP_TICKS:
            self._last[kind] = tick
            self._play(sound, _LOUD.get(kind, 1.0) * (power if kind in _AS_POWERFUL else 1.0))
        if event["agent"] and kind in _FELT:
            low, high, length_ms = _FELT[kind]
            self._rumble(event["agent"], low * power, high * power, length_ms)
