"""From keys to actions, for each kind of action space."""

import numpy as np
import pytest
from gymnasium import spaces

from arena.games.entry import Control, ControlScheme
from controllers.bindings import default_layout
from controllers.inputs import KEYBOARD, InputHub, Reader
from controllers.sampling import Move, Sampler, plain_scheme, sampler
from tests.controllers.people import DOWN, FIRE, PAD, PADDLES, STAY, UP

STEERING = ControlScheme(
    (
        Control("left", "Left", "left", axis=0, value=-1.0),
        Control("right", "Right", "right", axis=0, value=1.0),
        Control("gas", "Gas", "up", axis=1, value=1.0),
        Control("jump", "Jump", "primary", axis=2, value=1.0, edge=True),
    ),
    noop=(0.0, -1.0, 0.0),
)
CAR = spaces.Box(-1.0, 1.0, (3,), np.float32)


def keyboard(scheme: ControlScheme, space: spaces.Space[object]) -> tuple[InputHub, Reader, Sampler]:
    hub = InputHub()
    device = hub.device(KEYBOARD)
    assert device is not None
    made = sampler(scheme, default_layout("keyboard/full"), space)
    assert made is not None
    return hub, hub.reader(hub.claims.take("left", device, None)), made


def test_the_newest_press_wins_and_the_older_comes_back() -> None:
    hub, keys, made = keyboard(PADDLES, spaces.Discrete(4))
    assert made.sample(keys, None) == STAY
    hub.press(KEYBOARD, "w")
    assert made.sample(keys, None) == UP
    hub.press(KEYBOARD, "s")
    assert made.sample(keys, None) == DOWN
    hub.release(KEYBOARD, "s")
    assert made.sample(keys, None) == UP
    hub.release(KEYBOARD, "w")
    assert made.sample(keys, None) == STAY


def test_a_tap_within_one_slot_counts_beside_a_key_pressed_later() -> None:
    hub, keys, made = keyboard(PADDLES, spaces.Discrete(4))
    hub.press(KEYBOARD, "w")
    hub.release(KEYBOARD, "w")
    hub.press(KEYBOARD, "s")
    assert made.sample(keys, None) == UP
    assert made.sample(keys, None) == DOWN


def test_an_edge_acts_once_a_press() -> None:
    hub, keys, made = keyboard(PADDLES, spaces.Discrete(4))
    hub.press(KEYBOARD, "space")
    hub.press(KEYBOARD, "w")
    assert [made.sample(keys, None) for _ in range(3)] == [FIRE, UP, UP]
    hub.release(KEYBOARD, "space")
    hub.press(KEYBOARD, "space")
    assert made.sample(keys, None) == FIRE


def test_what_is_masked_is_not_played() -> None:
    hub, keys, made = keyboard(PADDLES, spaces.Discrete(4))
    hub.press(KEYBOARD, "w")
    assert made.sample(keys, np.array([1, 0, 1, 1], np.int8)) == STAY
    assert made.sample(keys, np.array([0, 0, 1, 1], np.int8)) is None


def test_a_match_that_waits_gets_one_move_a_press() -> None:
    hub, keys, made = keyboard(PADDLES, spaces.Discrete(4))
    assert made.pressed(keys, None) is None
    hub.press(KEYBOARD, "w")
    assert made.pressed(keys, None) == Move(UP)
    assert made.pressed(keys, None) is None, "a held key does not move again"
    hub.press(KEYBOARD, "s")
    assert made.pressed(keys, np.array([1, 1, 0, 1], np.int8)) == Move(DOWN, legal=False)


def test_axes_rest_at_the_no_op_and_go_to_the_newest_key() -> None:
    hub, keys, made = keyboard(STEERING, CAR)
    assert made.sample(keys, None).tolist() == [0, -1, 0]
    hub.press(KEYBOARD, "left")
    hub.press(KEYBOARD, "up")
    hub.press(KEYBOARD, "space")
    action = made.sample(keys, None)
    assert action.tolist() == [-1, 1, 1]
    assert (action.dtype, action.shape) == (CAR.dtype, CAR.shape)
    hub.press(KEYBOARD, "right")
    assert made.sample(keys, None).tolist() == [1, 1, 0], "the newest side wins, the jump acted once"


def test_a_stick_scales_its_axis() -> None:
    hub = InputHub()
    hub.device_added(PAD)
    keys = hub.reader(hub.claims.take("left", PAD, None))
    made = sampler(STEERING, default_layout("pad/standard"), CAR)
    assert made is not None
    hub.axis(PAD.id, "leftx", -0.25)
    hub.axis(PAD.id, "lefty", -0.5)
    assert made.sample(keys, None).tolist() == [-0.25, 0.0, 0.0], "half gas is half way from rest to full"
    hub.press(PAD.id, "dpright")
    assert made.sample(keys, None)[0] == 1.0, "what is pushed furthest wins"


def test_components_of_other_spaces_are_switched() -> None:
    scheme = ControlScheme(
        (Control("a", "A", "left", axis=0, value=2), Control("b", "B", "primary", axis=1, value=1))
    )
    for space in (spaces.MultiDiscrete([3, 2]), spaces.MultiBinary(2)):
        hub, keys, made = keyboard(scheme, space)
        assert made.sample(keys, None).tolist() == [0, 0]
        hub.press(KEYBOARD, "space")
        action = made.sample(keys, None)
        assert action.tolist() == [0, 1]
        assert space.contains(action)


def test_spaces_that_keys_cannot_play_have_no_sampler() -> None:
    layout = default_layout("keyboard/full")
    assert sampler(PADDLES, layout, spaces.Dict({"a": spaces.Discrete(2)})) is None
    assert sampler(PADDLES, layout, spaces.Text(3)) is None


@pytest.mark.parametrize(
    ("space", "slots"),
    [
        (spaces.Discrete(3, start=5), ["digit0", "digit1", "digit2"]),
        (spaces.Box(-2.0, 2.0, (1,)), ["left", "right"]),
        (spaces.Box(-2.0, 2.0, (2,)), ["left", "right", "down", "up"]),
    ],
)
def test_unknown_games_get_plain_controls(space: spaces.Space[object], slots: list[str]) -> None:
    scheme = plain_scheme(space)
    assert scheme is not None
    assert [control.slot for control in scheme.controls] == slots
    hub, keys, made = keyboard(scheme, space)
    for key in ("1", "right", "w"):
        hub.press(KEYBOARD, key)
    action = made.sample(keys, None)
    assert space.contains(action if isinstance(action, np.ndarray) else np.int64(action))


@pytest.mark.parametrize(
    "space", [spaces.Discrete(11), spaces.Box(-1, 1, (3,)), spaces.Box(-np.inf, 1, (1,)), spaces.Text(3)]
)
def test_no_plain_controls_where_none_would_do(space: spaces.Space[object]) -> None:
    assert plain_scheme(space) is None


def test_a_mask_begins_with_the_smallest_action_of_its_space() -> None:
    scheme = plain_scheme(spaces.Discrete(3, start=5))
    assert scheme is not None
    hub, keys, made = keyboard(scheme, spaces.Discrete(3, start=5))
    hub.press(KEYBOARD, "1")
    assert made.sample(keys, np.array([1, 0, 0], np.int8)) is None
    assert made.sample(keys, np.array([0, 1, 0], np.int8)) == 6


LISTED = ControlScheme(
    (
        Control("left", "Left", "left", axis=0, value=-1.0),
        Control("right", "Right", "right", axis=0, value=1.0),
        Control("up", "Up", "up", axis=1, value=-1.0),
        Control("dash", "Dash", "primary", axis=2, value=1.0, edge=True),
    ),
    noop=(0.0, 0.0, 0.0),
    listed=(
        (0, 0, 0),
        (1, 0, 0),
        (0.7, -0.7, 0),
        (0, -1, 0),
        (0, 0, 1),
        (1, 0, 1),
        (0.7, -0.7, 1),
        (0, -1, 1),
    ),
)


def test_keys_held_together_are_one_listed_action() -> None:
    hub, keys, made = keyboard(LISTED, spaces.Discrete(8))
    assert made.sample(keys, None) == 0
    hub.press(KEYBOARD, "d")
    assert made.sample(keys, None) == 1
    hub.press(KEYBOARD, "w")
    assert made.sample(keys, None) == 2
    hub.press(KEYBOARD, "space")
    assert [made.sample(keys, None) for _ in range(2)] == [6, 2], "a dash acts once a press"
    hub.release(KEYBOARD, "d")
    assert made.sample(keys, None) == 3


def test_a_listed_action_where_the_match_waits() -> None:
    hub, keys, made = keyboard(LISTED, spaces.Discrete(8))
    assert made.pressed(keys, None) is None
    hub.press(KEYBOARD, "d")
    assert made.pressed(keys, None) == Move(1)


def test_what_acts_once_is_let_go_of_and_the_rest_stays() -> None:
    assert LISTED.let_go(6) == 2
    assert LISTED.let_go(2) == 2
    assert LISTED.number((0.2, 0.1, 0.0)) == 0, "a stick that is hardly touched does nothing"
