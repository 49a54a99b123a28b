"""A person with a gamepad: ``human:pad0`` (the first that was plugged in), ``human:pad/<guid>``,
``human:pad`` (a free one).

Also what a stick means: its dead zone is a disc, so that a push along one axis is not bent towards the other.
"""

from __future__ import annotations

import math
import re

from arena.errors import SeatError
from controllers.inputs import Device, InputHub
from controllers.way import Way

LAYOUT = "pad/standard"
DEAD_ZONE = 0.2
FULL_PUSH = 0.95
"""Worn sticks do not reach the rim: from here on they count as pushed all the way."""
TRIGGER_DEAD_ZONE = 0.08
_TARGET = re.compile(r"pad(?:(\d{1,2})|/([0-9a-zA-Z]+))?$")


def find(target: str, hub: InputHub, player: str, game: str) -> Way:
    """The way of ``pad``, ``pad0`` or ``pad/<guid>``; raises :class:`SeatError` that lists the pads there
    are.
    """
    match = _TARGET.match(target)
    if match is None:
        raise SeatError(f"{target!r} is not like pad, pad0 or pad/<guid>; {_present(hub)}")
    number, guid = match.groups()
    taken = {claim.device_id for claim in hub.claims}
    if number is not None:
        candidates = list(hub.pads[int(number) : int(number) + 1])
    else:
        candidates = [pad for pad in hub.pads if guid is None or pad.guid == guid]
        candidates.sort(key=lambda pad: pad.id in taken)
    if not candidates:
        raise SeatError(f"there is no gamepad {target!r}: {_present(hub)}; plug it in, or use human:keyboard")
    return Way(LAYOUT, candidates[0], hub.bindings.layout(LAYOUT, player, game))


def _present(hub: InputHub) -> str:
    def line(index: int, pad: Device) -> str:
        return f"pad{index} is {pad.name} (pad/{pad.guid})" if pad.guid else f"pad{index} is {pad.name}"

    return ", ".join(line(index, pad) for index, pad in enumerate(hub.pads)) or "no gamepad is connected"


def shape_stick(x: float, y: float, dead_zone: float = DEAD_ZONE) -> tuple[float, float]:
    """Take the dead zone out of a stick's raw axes (-1 to 1 each); what is left runs from 0 to 1 along the
    push.
    """
    length = math.hypot(x, y)
    if length <= dead_zone:
        return 0.0, 0.0
    scaled = min(1.0, (length - dead_zone) / (FULL_PUSH - dead_zone))
    return x / length * scaled, y / length * scaled


def shape_trigger(value: float) -> float:
    """Take the dead zone out of a trigger (0 to 1)."""
    return min(1.0, max(0.0, (value - TRIGGER_DEAD_ZONE) / (FULL_PUSH - TRIGGER_DEAD_ZONE)))
