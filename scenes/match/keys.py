"""Which events are a seat's alone, and which keys are shortcuts of the match screen."""

from __future__ import annotations

from collections.abc import Mapping

import pygame

from controllers.bindings import PAD_BUTTONS
from controllers.inputs import KEYBOARD, InputHub
from scenes.devices import key_name
from scenes.match.people import People

SHORTCUTS: Mapping[int, str] = {
    pygame.K_p: "freeze",
    pygame.K_PAUSE: "freeze",
    pygame.K_n: "step",
    pygame.K_SPACE: "step",
    pygame.K_PLUS: "faster",
    pygame.K_EQUALS: "faster",
    pygame.K_KP_PLUS: "faster",
    pygame.K_MINUS: "slower",
    pygame.K_KP_MINUS: "slower",
    pygame.K_f: "flip",
    pygame.K_u: "undo",
}
"""Key -> name of a command of :class:`scenes.match.commands.Commands`; keys of seats come first."""
_MENU_BUTTONS = {"start", "guide"}
_PAD_EVENTS = {pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP, pygame.CONTROLLERAXISMOTION}


def of_a_seat(event: pygame.event.Event, people: People, hub: InputHub) -> bool:
    """Whether the event belongs to a person's seat and must not move the focus or press a button."""
    if event.type in {pygame.KEYDOWN, pygame.KEYUP}:
        name = key_name(event)
        return any(
            claim.device_id == KEYBOARD and (claim.keys is None or name in claim.keys)
            for claim in hub.claims
            if people.keyed(claim.agent)
        )
    if event.type in _PAD_EVENTS:
        if event.type != pygame.CONTROLLERAXISMOTION and PAD_BUTTONS[event.button] in _MENU_BUTTONS:
            return False
        device_id = f"pad:{event.instance_id}"
        return any(claim.device_id == device_id for claim in hub.claims if people.keyed(claim.agent))
    return False


def number_of(event: pygame.event.Event) -> int | None:
    """The place that a digit key names, counted from 0: ``1`` is the first action."""
    if event.type == pygame.KEYDOWN and pygame.K_1 <= event.key <= pygame.K_9:
        return int(event.key) - pygame.K_1
    return None
