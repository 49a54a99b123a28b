"""The hub: taps, two readers of one keyboard, half axes, focus, muting, claims of pads."""

import pytest

from arena.errors import SeatError, UnknownNameError
from controllers.inputs import KEYBOARD, Device, InputHub, Reader
from tests.controllers.people import PAD, Clock

SAME_MODEL = Device("pad:7", "pad", "Blue pad", PAD.guid)
OTHER_MODEL = Device("pad:8", "pad", "Red pad", "0300ffff")


def reader(hub: InputHub, agent: str = "left") -> Reader:
    keyboard = hub.device(KEYBOARD)
    assert keyboard is not None
    return hub.reader(hub.claims.take(agent, keyboard, frozenset({agent})))


def test_a_tap_between_two_readings_is_seen_once() -> None:
    hub = InputHub()
    keys = reader(hub)
    hub.press(KEYBOARD, "w")
    hub.release(KEYBOARD, "w")
    state = keys.key("w")
    assert (state.held, state.fresh, state.on, state.strength) == (False, True, True, 1.0)
    keys.take()
    assert not keys.key("w").on


def test_a_held_key_stays_held_and_is_fresh_once() -> None:
    hub = InputHub()
    keys = reader(hub)
    hub.press(KEYBOARD, "w")
    hub.press(KEYBOARD, "w")  # the system repeats held keys
    keys.take()
    assert (keys.key("w").held, keys.key("w").fresh) == (True, False)


def test_two_readers_do_not_take_each_others_taps() -> None:
    hub = InputHub()
    one, two = reader(hub, "one"), reader(hub, "two")
    hub.press(KEYBOARD, "w")
    hub.release(KEYBOARD, "w")
    one.take()
    assert not one.key("w").on
    assert two.key("w").fresh


def test_what_is_held_at_a_takeover_counts_only_once_pressed_again() -> None:
    hub = InputHub()
    keys = reader(hub)
    hub.press(KEYBOARD, "w")
    keys.clear()
    assert not keys.key("w").on
    hub.release(KEYBOARD, "w")
    hub.press(KEYBOARD, "w")
    assert keys.key("w").held


def test_losing_the_focus_lets_everything_go() -> None:
    hub = InputHub()
    keys = reader(hub)
    hub.device_added(PAD)
    hub.press(KEYBOARD, "w")
    hub.axis(PAD.id, "leftx", 1.0)
    hub.choose("left", 3)
    before = hub.busy
    hub.focus_lost()
    assert (before, hub.busy) == (True, False)
    assert not keys.key("w").on
    assert hub.take_choice("left") is None


def test_presses_while_muted_reach_no_seat() -> None:
    hub = InputHub()
    keys = reader(hub)
    hub.muted = True
    hub.press(KEYBOARD, "w")
    hub.press(KEYBOARD, "s")
    hub.release(KEYBOARD, "s")
    hub.muted = False
    assert not keys.key("w").on
    assert not keys.key("s").on
    hub.release(KEYBOARD, "w")
    hub.press(KEYBOARD, "w")
    assert keys.key("w").held


def test_a_key_held_from_before_the_menu_stays_held() -> None:
    hub = InputHub()
    keys = reader(hub)
    hub.press(KEYBOARD, "w")
    hub.muted = True
    hub.press(KEYBOARD, "s")
    hub.muted = False
    assert keys.key("w").held


def test_half_of_a_stick_is_a_key_without_flutter() -> None:
    hub = InputHub()
    hub.device_added(PAD)
    keys = hub.reader(hub.claims.take("left", PAD, None))
    hub.axis(PAD.id, "leftx", -0.4)
    weak = keys.key("leftx-")
    assert (weak.on, weak.strength) == (False, 0.4)
    hub.axis(PAD.id, "leftx", -0.9)
    assert keys.key("leftx-").held
    hub.axis(PAD.id, "leftx", -0.4)  # between the thresholds: still pressed
    assert keys.key("leftx-").held
    hub.axis(PAD.id, "leftx", 0.9)  # straight through: one side lets go, the other is pressed
    assert not keys.key("leftx-").held
    assert keys.key("leftx+").held
    hub.axis(PAD.id, "leftx", 0.0)
    keys.take()
    assert keys.key("leftx+").strength == 0.0


def test_presses_are_stamped_with_the_hubs_clock() -> None:
    clock = Clock()
    hub = InputHub(clock=clock)
    clock.now = 101.5
    hub.press(KEYBOARD, "w")
    assert hub.last_press_s == 101.5
    press = hub.newest_press(KEYBOARD, "w")
    assert press is not None
    assert press.at_s == 101.5


def test_an_unknown_device_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown input device 'pad:9'.*keyboard"):
        InputHub().press("pad:9", "a")


def test_the_newest_choice_counts_once() -> None:
    hub = InputHub()
    hub.choose("left", 1)
    hub.choose("left", None)
    assert hub.take_choice("left") == (None,)
    assert hub.take_choice("left") is None


def test_rumble_goes_to_pads_that_are_there_and_wanted() -> None:
    hub = InputHub()
    hub.device_added(PAD)
    hub.rumble(PAD.id, 0.5, 1.0, 80)
    hub.rumble(KEYBOARD, 0.5, 1.0, 80)
    hub.rumble("pad:9", 0.5, 1.0, 80)
    (rumble,) = hub.take_rumbles()
    assert (rumble.device, rumble.low, rumble.high, rumble.duration_ms) == (PAD.id, 0.5, 1.0, 80)
    assert hub.take_rumbles() == []
    hub.rumble_on = False
    hub.rumble(PAD.id, 0.5, 1.0, 80)
    assert hub.take_rumbles() == []


def test_a_pad_that_comes_back_goes_to_the_seat_that_lost_it() -> None:
    hub = InputHub()
    hub.device_added(PAD)
    claim = hub.claims.take("left", PAD, None)
    hub.device_removed(PAD.id)
    assert hub.claims.lost == (claim,)
    hub.device_added(OTHER_MODEL)  # somebody else's: never handed over in silence
    ids = [claim.device_id]
    hub.device_added(SAME_MODEL)
    assert [*ids, claim.device_id] == [None, SAME_MODEL.id]
    assert not hub.claims.lost


def test_two_seats_that_lost_the_same_model_get_theirs_in_turn() -> None:
    hub = InputHub()
    twin = Device("pad:1", "pad", "Blue pad", PAD.guid)
    hub.device_added(PAD)
    hub.device_added(twin)
    one, two = hub.claims.take("one", PAD, None), hub.claims.take("two", twin, None)
    hub.device_removed(PAD.id)
    hub.device_removed(twin.id)
    hub.device_added(SAME_MODEL)
    assert (one.device_id, two.device_id) == (SAME_MODEL.id, None)


def test_a_person_may_go_on_with_another_pad() -> None:
    hub = InputHub()
    hub.device_added(PAD)
    claim = hub.claims.take("left", PAD, None)
    hub.device_removed(PAD.id)
    hub.device_added(OTHER_MODEL)
    hub.claims.assign("left", OTHER_MODEL.id)
    assert claim.device == OTHER_MODEL
    with pytest.raises(SeatError, match=r"left cannot go on with 'keyboard'"):
        hub.claims.assign("left", KEYBOARD)


def test_a_pad_in_use_is_not_given_away() -> None:
    hub = InputHub()
    hub.device_added(PAD)
    hub.device_added(OTHER_MODEL)
    claim = hub.claims.take("left", PAD, None)
    with pytest.raises(SeatError, match=r"Blue pad .* plays for left already; free now: pad1 \(Red pad\)"):
        hub.claims.take("right", PAD, None)
    hub.claims.release(claim)
    hub.claims.release(claim)
    hub.claims.take("right", PAD, None)
