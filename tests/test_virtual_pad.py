"""The fixture `virtual_pad` behaves like a pad, so that what is tested with it is tested."""

import pygame
import pytest
from pygame._sdl2 import controller

from tests.virtual_pad import VirtualPad


def events(*kinds: int) -> list[pygame.event.Event]:
    return [event for event in pygame.event.get() if event.type in kinds]


@pytest.fixture
def opened(virtual_pad: VirtualPad) -> controller.Controller:
    (added,) = events(pygame.CONTROLLERDEVICEADDED)
    return controller.Controller(added.device_index)


def test_arrives_presses_moves_and_leaves(virtual_pad: VirtualPad, opened: controller.Controller) -> None:
    virtual_pad.press("start")
    (down,) = events(pygame.CONTROLLERBUTTONDOWN)
    assert (down.button, down.instance_id) == (pygame.CONTROLLER_BUTTON_START, virtual_pad.instance_id)
    virtual_pad.move("leftx", 20_000)
    (moved,) = events(pygame.CONTROLLERAXISMOTION)
    assert (moved.axis, moved.value) == (pygame.CONTROLLER_AXIS_LEFTX, 20_000)
    virtual_pad.release("start")
    (up,) = events(pygame.CONTROLLERBUTTONUP)
    assert up.button == pygame.CONTROLLER_BUTTON_START
    virtual_pad.unplug()
    (gone,) = events(pygame.CONTROLLERDEVICEREMOVED)
    assert gone.instance_id == virtual_pad.instance_id


def test_rumble_arrives(virtual_pad: VirtualPad, opened: controller.Controller) -> None:
    assert opened.rumble(1.0, 0.5, 50)
    low, high = virtual_pad.rumbles[0]
    assert low == 65_535
    assert high == pytest.approx(32_767, abs=1)


def test_two_pads_are_two(virtual_pad: VirtualPad) -> None:
    second = VirtualPad("second")
    try:
        assert len(events(pygame.CONTROLLERDEVICEADDED)) == 2
        assert second.instance_id != virtual_pad.instance_id
    finally:
        second.unplug()
