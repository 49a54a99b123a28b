"""Pads through SDL's own virtual joysticks: hotplug by instance id, dead zones, rumble, and pads without a
mapping.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from controllers.bindings import PAD_INPUTS
from controllers.inputs import KEYBOARD, InputHub
from scenes.devices import MAPPINGS_VARIABLE, Devices, captured_name, key_name
from scenes.ui.keycapture import Captured
from tests.virtual_pad import AXES, BUTTONS, VirtualPad


@pytest.fixture
def hub() -> InputHub:
    return InputHub()


@pytest.fixture
def devices(hub: InputHub) -> Iterator[Devices]:
    pygame.display.init()
    pygame.display.set_mode((64, 64))
    devices = Devices(hub)
    devices.open()
    yield devices
    devices.close()
    pygame.display.quit()


def pump(devices: Devices) -> list[pygame.event.Event]:
    """Do what the app does with everything that is queued."""
    seen = [event for raw in pygame.event.get() for event in devices.translate(raw)]
    for event in seen:
        devices.feed(event)
    return seen


def test_a_pad_arrives_plays_and_leaves(devices: Devices, hub: InputHub, virtual_pad: VirtualPad) -> None:
    pump(devices)
    (pad,) = hub.pads
    assert (pad.id, pad.name, len(pad.guid)) == (f"pad:{virtual_pad.instance_id}", "Arena test pad", 32)
    for name in BUTTONS:
        virtual_pad.press(name)
        (down,) = [event for event in pump(devices) if event.type == pygame.CONTROLLERBUTTONDOWN]
        assert devices.press_of(down) == (pad.id, name)
        assert hub.held(pad.id, name)
        virtual_pad.release(name)
        pump(devices)
        # SDL holds a guide button down for a quarter of a second at least.
        assert hub.held(pad.id, name) == (name == "guide")
    virtual_pad.press("a")
    pump(devices)
    virtual_pad.unplug()
    gone = [event for event in pump(devices) if event.type == pygame.CONTROLLERDEVICEREMOVED]
    assert len(gone) == 1, "SDL tells it as a joystick and as a controller"
    assert hub.pads == ()
    assert not hub.busy


def test_a_pad_that_comes_back_has_a_new_id_and_its_seat(
    devices: Devices, hub: InputHub, virtual_pad: VirtualPad
) -> None:
    pump(devices)
    (pad,) = hub.pads
    claim = hub.claims.take("left", pad, None)
    virtual_pad.unplug()
    pump(devices)
    assert hub.claims.lost == (claim,)
    again = VirtualPad("Arena test pad")
    try:
        pump(devices)
        assert claim.device_id == f"pad:{again.instance_id}" != pad.id
        again.press("b")
        pump(devices)
        assert hub.held(f"pad:{again.instance_id}", "b")
    finally:
        again.unplug()


def test_sticks_have_a_dead_zone_and_triggers_rest(
    devices: Devices, hub: InputHub, virtual_pad: VirtualPad
) -> None:
    for trigger in ("lefttrigger", "righttrigger"):
        virtual_pad.move(trigger, -32768)
    pump(devices)
    (pad,) = hub.pads
    virtual_pad.move("leftx", 4000)
    virtual_pad.move("lefty", -4000)
    pump(devices)
    assert hub.deflection(pad.id, "leftx+") == hub.deflection(pad.id, "lefty-") == 0.0
    virtual_pad.move("lefty", -32768)
    pump(devices)
    assert hub.deflection(pad.id, "lefty-") == pytest.approx(0.99, abs=0.02)
    assert hub.held(pad.id, "lefty-")
    assert not hub.held(pad.id, "righttrigger+")
    virtual_pad.move("righttrigger", 32767)
    pump(devices)
    assert hub.deflection(pad.id, "righttrigger+") == 1.0


def test_two_pads_do_not_mix(devices: Devices, hub: InputHub, virtual_pad: VirtualPad) -> None:
    second = VirtualPad("second")
    try:
        pump(devices)
        first_id, second_id = (pad.id for pad in hub.pads)
        second.press("a")
        pump(devices)
        assert (hub.held(first_id, "a"), hub.held(second_id, "a")) == (False, True)
    finally:
        second.unplug()


def test_rumble_reaches_the_motors(devices: Devices, hub: InputHub, virtual_pad: VirtualPad) -> None:
    pump(devices)
    hub.rumble(hub.pads[0].id, 1.0, 0.5, 50)
    devices.rumble()
    low, high = virtual_pad.rumbles[0]
    assert low == 65_535
    assert high == pytest.approx(32_767, abs=1)


def test_losing_the_focus_lets_go(devices: Devices, hub: InputHub) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_w, mod=0, scancode=pygame.KSCAN_W))
    pump(devices)
    before = hub.held(KEYBOARD, "w")
    pygame.event.post(pygame.event.Event(pygame.WINDOWFOCUSLOST))
    pump(devices)
    assert (before, hub.held(KEYBOARD, "w")) == (True, False)


def test_a_tap_within_one_round_is_kept(devices: Devices, hub: InputHub) -> None:
    for kind in (pygame.KEYDOWN, pygame.KEYUP):
        pygame.event.post(pygame.event.Event(kind, key=pygame.K_SPACE, mod=0, scancode=pygame.KSCAN_SPACE))
    pump(devices)
    press = hub.newest_press(KEYBOARD, "space")
    assert press is not None
    assert not hub.held(KEYBOARD, "space")


def test_a_joystick_without_a_mapping_speaks_like_a_pad(
    devices: Devices, hub: InputHub, virtual_pad: VirtualPad, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenes.devices.sdl_controller.is_controller", lambda index: False)
    added = [event for event in pygame.event.get() if event.type == pygame.JOYDEVICEADDED]
    for event in added:
        assert [told.type for told in devices.translate(event)] == [pygame.CONTROLLERDEVICEADDED]
    (pad,) = hub.pads
    virtual_pad.press("b")
    virtual_pad.move("leftx", 32767)
    kinds = [event.type for event in pump(devices) if event.type != pygame.CONTROLLERDEVICEADDED]
    assert sorted(kinds) == [pygame.CONTROLLERAXISMOTION, pygame.CONTROLLERBUTTONDOWN]
    assert hub.held(pad.id, "b")
    assert hub.held(pad.id, "leftx+")
    instance = virtual_pad.instance_id
    for value, held in (((0, 1), "dpup"), ((1, 1), "dpright"), ((0, -1), "dpdown")):
        turned = pygame.event.Event(pygame.JOYHATMOTION, instance_id=instance, hat=0, value=value)
        pygame.event.post(turned)
        pump(devices)
        assert hub.held(pad.id, held)
    assert not hub.held(pad.id, "dpup")


@pytest.mark.parametrize("named", [None, "mine"])
def test_more_mappings_are_read_from_the_home(
    hub: InputHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str | None
) -> None:
    monkeypatch.setenv(MAPPINGS_VARIABLE, named or "")  # put back as it was after the test
    if named is None:
        monkeypatch.delenv(MAPPINGS_VARIABLE)
    path = tmp_path / "gamecontrollerdb.txt"
    path.write_text("# nothing\n")
    pygame.display.init()
    devices = Devices(hub)
    devices.open(tmp_path)
    devices.close()
    devices.close()
    pygame.display.quit()
    assert os.environ[MAPPINGS_VARIABLE] == (named or str(path)), "what the person set wins"


def test_keys_have_the_name_they_print_or_that_of_their_place() -> None:
    def name(key: int, scancode: int = 0) -> str:
        return key_name(pygame.event.Event(pygame.KEYDOWN, key=key, scancode=scancode))

    assert name(pygame.K_w) == "w"
    assert name(pygame.K_RSHIFT) == "right shift"
    assert name(pygame.K_KP1) == "[1]"
    assert name(0x446, pygame.KSCAN_W) == "w", "a Cyrillic letter where W is"


def test_what_is_captured_for_a_binding_is_a_name_that_bindings_take() -> None:
    assert captured_name(Captured("key", pygame.K_UP)) == "up"
    names = [captured_name(Captured("pad_button", number)) for number in range(len(BUTTONS))]
    names += [captured_name(Captured("pad_axis", number, 1)) for number in range(len(AXES))]
    names.append(captured_name(Captured("pad_axis", 1, -1)))
    assert names[-1] == "lefty-"
    assert set(names) <= set(PAD_INPUTS)
