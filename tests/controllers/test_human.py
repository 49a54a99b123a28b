"""People: what they may be seated with, what they decide, and what happens when a pad is unplugged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ArenaError, SeatError, UnknownNameError
from arena.games.entry import CatalogEntry, ControlScheme
from arena.match.controller import Decision, EpisodeSummary
from arena.match.seating import parse_spec
from controllers.human import KIND
from controllers.inputs import KEYBOARD, Device, InputHub
from tests.controllers.people import (
    ARCADE,
    BOARD,
    DOWN,
    FIRE,
    GRID,
    PAD,
    STAY,
    UP,
    actions,
    ask,
    context,
    notices,
    play,
    seated,
    start,
)


@pytest.fixture
def hub() -> InputHub:
    hub = InputHub()
    hub.device_added(PAD)
    return hub


# Seating ---------------------------------------------------------------------------------------------


def test_a_person_needs_a_window() -> None:
    with pytest.raises(SeatError, match="a person needs a window; use `arena play`"):
        KIND.check(parse_spec("human"), context(None))


@pytest.mark.parametrize(
    ("text", "entry", "backend"),
    [
        ("human", ARCADE, "keyboard/full"),
        ("human", GRID, "pointer"),
        ("human", BOARD, "pointer"),
        ("human:keyboard", ARCADE, "keyboard/full"),
        ("human:keyboard/arrows", ARCADE, "keyboard/arrows"),
        ("human:pad", ARCADE, "pad/standard"),
        ("human:pad0", ARCADE, "pad/standard"),
        (f"human:pad/{PAD.guid}", ARCADE, "pad/standard"),
        ("human:pad0", BOARD, "pad/standard"),
        ("human:pointer", ARCADE, "pointer"),
    ],
)
def test_the_ways_to_play(hub: InputHub, text: str, entry: CatalogEntry, backend: str) -> None:
    named = f"{text}{',' if ':' in text else ':'}name=Ada"
    controller = KIND.build(parse_spec(named), context(hub, entry))
    descriptor = controller.descriptor
    assert (descriptor.id, descriptor.name, descriptor.backend) == ("person:Ada", "Ada", backend)
    assert descriptor.human
    assert controller.sampled == (entry.pace == "realtime")
    controller.close()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("human:keybord", r"'keybord' is not a way to play; use human, human:keyboard"),
        ("human:keyboard/wasdf", r"unknown keyboard layout 'wasdf'; did you mean 'wasd'"),
        ("human:pad3", r"no gamepad 'pad3': pad0 is Blue pad \(pad/030000005e04\); plug it in"),
        ("human:pad/ffff", r"no gamepad 'pad/ffff'"),
        ("human:pad/x-y", r"is not like pad, pad0 or pad/<guid>"),
        ("human:keyboard,nam=Ada", r"unknown option of human 'nam'; did you mean 'name'"),
    ],
)
def test_what_is_no_way_to_play(hub: InputHub, text: str, message: str) -> None:
    with pytest.raises((SeatError, UnknownNameError), match=message):
        KIND.check(parse_spec(text), context(hub))


def test_a_layout_that_covers_too_little_is_refused(hub: InputHub) -> None:
    hub.bindings.rebind("keyboard/wasd", "primary", [])
    hub.bindings.rebind("keyboard/wasd", "down", [])
    lacking = r"keyboard/wasd has no key for Down \(down\), Fire \(primary\); bind them"
    with pytest.raises(SeatError, match=lacking):
        KIND.check(parse_spec("human:keyboard/wasd"), context(hub))
    KIND.check(parse_spec("human:keyboard/arrows"), context(hub))


def test_digits_are_out_of_a_pads_reach_unless_actions_can_be_picked(hub: InputHub) -> None:
    game = replace(ARCADE, schemes={})
    with pytest.raises(SeatError, match=r"pad/standard has no key for Action 0 \(digit0\)"):
        KIND.check(parse_spec("human:pad0"), context(hub, game))
    KIND.check(parse_spec("human:pad0"), context(hub, replace(game, paradigm="sequential", pace="wait")))


def test_spaces_that_keys_or_lists_cannot_play_are_refused(hub: InputHub) -> None:
    space = spaces.Dict({"a": spaces.Discrete(2)})
    with pytest.raises(SeatError, match="keys cannot play"):
        KIND.check(parse_spec("human:keyboard"), context(hub, space=space))
    with pytest.raises(SeatError, match="cannot be picked from a list"):
        KIND.check(parse_spec("human:pointer"), context(hub, space=space))


def test_two_on_one_keyboard_without_a_common_key(hub: InputHub) -> None:
    wasd = seated(hub, "human:keyboard/wasd", context(hub, agents=("left",)))
    with pytest.raises(SeatError, match=r"right and left would share the keys s, space, w of one keyboard"):
        KIND.check(parse_spec("human:keyboard"), context(hub, agents=("right",)))
    arrows = seated(hub, "human:keyboard/arrows", context(hub, agents=("right",)))
    hub.press(KEYBOARD, "w")
    hub.press(KEYBOARD, "down")
    hub.press(KEYBOARD, "return")
    assert play(wasd, "left") == UP
    assert [play(arrows, "right") for _ in range(2)] == [FIRE, DOWN]
    wasd.close()
    seated(hub, "human:keyboard", context(hub, agents=("left",), entry=BOARD)).close()
    arrows.close()
    KIND.check(parse_spec("human:keyboard"), context(hub, agents=("right",)))


def test_a_pad_plays_for_one_seat(hub: InputHub) -> None:
    seated(hub, "human:pad0", context(hub, agents=("left",)))
    with pytest.raises(SeatError, match="Blue pad cannot play for right: it plays for left already"):
        KIND.check(parse_spec("human:pad"), context(hub, agents=("right",)))
    hub.device_added(Device("pad:1", "pad", "Red pad", "ff"))
    assert seated(hub, "human:pad", context(hub, agents=("right",))).status("right")["device"] == "Red pad"


def test_a_device_holds_one_seat_and_the_pointer_any_number(hub: InputHub) -> None:
    both = context(hub, BOARD, agents=("left", "right"))
    with pytest.raises(SeatError, match="holds one seat, not left, right"):
        KIND.check(parse_spec("human:keyboard"), both)
    controller = seated(hub, "human:pointer", both)
    for agent, action in (("left", 3), ("right", 2)):
        ask(controller, agent)
        hub.choose(agent, action)
        assert actions(controller) == {agent: action}


def test_a_persons_own_keys_are_used(hub: InputHub) -> None:
    hub.bindings.rebind("keyboard/full", "up", ["x"], player="Ada", game=ARCADE.id)
    ada = seated(hub, "human:keyboard,name=Ada")
    hub.press(KEYBOARD, "x")
    assert play(ada) == UP
    hub.release(KEYBOARD, "x")
    hub.press(KEYBOARD, "w")
    assert play(ada) == STAY


# Real time -------------------------------------------------------------------------------------------


def test_a_press_before_the_slot_is_used_in_that_slot(hub: InputHub) -> None:
    person = seated(hub, "human:keyboard")
    played = []
    for slot in range(6):
        ask(person)
        if slot == 2:
            hub.press(KEYBOARD, "w")
        if slot == 4:
            hub.release(KEYBOARD, "w")
            hub.press(KEYBOARD, "space")
            hub.release(KEYBOARD, "space")
        played.append(actions(person)["left"])
    assert played == [STAY, STAY, UP, UP, FIRE, STAY]


def test_a_press_between_slot_and_next_request_is_not_lost(hub: InputHub) -> None:
    person = seated(hub, "human:keyboard")
    play(person)
    hub.press(KEYBOARD, "w")
    hub.release(KEYBOARD, "w")
    assert play(person) == UP


def test_decisions_carry_the_request_and_the_drivers_time(hub: InputHub) -> None:
    person = seated(hub, "human:keyboard")
    number = ask(person)
    (decision,) = person.poll()
    assert decision == Decision("left", number, STAY, 7.0)
    assert person.poll() == []


def test_a_choice_on_the_screen_acts_for_one_slot(hub: InputHub) -> None:
    person = seated(hub, "human:pointer")
    hub.choose("left", FIRE)
    assert [play(person) for _ in range(2)] == [FIRE, STAY]


def test_a_takeover_clears_held_keys_and_a_new_episode_only_taps(hub: InputHub) -> None:
    where = context(hub)
    person = seated(hub, "human:keyboard", where)
    hub.press(KEYBOARD, "w")
    hub.press(KEYBOARD, "space")
    start(person, where)
    assert play(person) == UP
    start(person, where, mid_episode=True)
    assert play(person) == STAY


def test_losing_the_focus_means_doing_nothing(hub: InputHub) -> None:
    person = seated(hub, "human:keyboard")
    hub.press(KEYBOARD, "w")
    hub.focus_lost()
    assert play(person) == STAY


def test_a_cancelled_request_is_not_answered(hub: InputHub) -> None:
    person = seated(hub, "human:keyboard")
    person.cancel([ask(person)])
    assert person.poll() == []


# A match that waits ----------------------------------------------------------------------------------


def test_each_press_makes_one_move(hub: InputHub) -> None:
    person = seated(hub, "human:keyboard", context(hub, GRID))
    hub.press(KEYBOARD, "s")  # while the other one was thinking
    ask(person)
    assert person.poll() == []
    hub.press(KEYBOARD, "w")
    hub.release(KEYBOARD, "w")
    assert actions(person) == {"left": UP}
    ask(person)
    assert person.poll() == []


def test_what_is_not_legal_is_refused_and_told(hub: InputHub) -> None:
    person = seated(hub, "human:keyboard", context(hub, GRID))
    ask(person, legal=[1, 0, 1, 1])
    hub.press(KEYBOARD, "w")
    assert person.poll() == []
    hub.choose("left", 99)
    assert person.poll() == []
    hub.choose("left", True)
    assert person.poll() == []
    assert hub.take_refusals() == [("left", UP), ("left", 99), ("left", True)]
    hub.choose("left", np.int64(DOWN))
    assert actions(person) == {"left": DOWN}


def test_a_choice_made_before_the_request_was_for_another_position(hub: InputHub) -> None:
    person = seated(hub, "human", context(hub, BOARD))
    hub.choose("left", UP)
    ask(person)
    assert person.poll() == []
    hub.choose("left", DOWN)
    assert actions(person) == {"left": DOWN}


# Hotplug ---------------------------------------------------------------------------------------------


def test_a_pad_unplugged_is_lost_and_restored_when_it_is_back(hub: InputHub) -> None:
    person = seated(hub, "human:pad0")
    hub.press(PAD.id, "dpup")
    assert play(person) == UP
    hub.device_removed(PAD.id)
    ask(person)
    assert notices(person) == {"lost": "Blue pad unplugged"}
    assert person.poll() == [], "said once, and no decision without a device"
    assert person.readiness() == "Blue pad is unplugged; plug it in again"
    assert person.status("left") == {"device": "Blue pad", "connected": False}
    hub.device_added(Device("pad:5", "pad", "Red pad", "ff"))
    hub.press("pad:5", "dpup")
    assert person.poll() == [], "another pad is not handed over in silence"
    hub.device_added(Device("pad:6", "pad", "Blue pad", PAD.guid))
    assert notices(person) == {"restored": "Blue pad is back"}
    assert person.readiness() is None
    hub.press("pad:6", "dpdown")
    assert play(person) == DOWN


def test_a_person_goes_on_with_another_pad_when_asked_to(hub: InputHub) -> None:
    person = seated(hub, "human:pad0")
    hub.device_removed(PAD.id)
    assert "lost" in notices(person)
    hub.device_added(Device("pad:5", "pad", "Red pad", "ff"))
    hub.claims.assign("left", "pad:5")
    assert notices(person) == {"restored": "Red pad is back"}


def test_the_pad_shakes_at_the_end(hub: InputHub) -> None:
    person = seated(hub, "human:pad0")
    person.on_episode_end("left", EpisodeSummary(0, "win", {"left": 1}, {"left": 1.0}, 10))
    (rumble,) = hub.take_rumbles()
    assert rumble.device == PAD.id
    person.close()
    person.close()
    assert list(hub.claims) == []


def test_without_a_no_op_a_person_who_does_nothing_abstains(hub: InputHub) -> None:
    odd = replace(ARCADE, schemes={"*": ControlScheme(ARCADE.schemes["*"].controls)})
    for text in ("human:pointer", "human:keyboard"):
        assert play(seated(hub, text, context(hub, odd))) is None


def test_every_refusal_is_an_arena_error(hub: InputHub) -> None:
    with pytest.raises(ArenaError):
        KIND.build(parse_spec("human:pad9"), context(hub))
