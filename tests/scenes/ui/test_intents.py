"""What pygame events mean, and what repeats."""

import pygame
import pytest

from scenes.ui.intents import REPEAT_DELAY_S, REPEAT_EVERY_S, Device, Intent, Translator


def meaning(translator, event):
    """What the event means; it must mean something."""
    found = translator.translate(event)
    assert found is not None
    return found


def key(code, mod=0, kind=pygame.KEYDOWN):
    return pygame.event.Event(kind, key=code, mod=mod)


def button(code, pad=1, kind=pygame.CONTROLLERBUTTONDOWN):
    return pygame.event.Event(kind, instance_id=pad, button=code)


def axis(code, value, pad=1):
    return pygame.event.Event(
        pygame.CONTROLLERAXISMOTION, instance_id=pad, axis=code, value=round(value * 32767)
    )


LX, LY, RY = pygame.CONTROLLER_AXIS_LEFTX, pygame.CONTROLLER_AXIS_LEFTY, pygame.CONTROLLER_AXIS_RIGHTY


@pytest.mark.parametrize(
    ("event", "intent", "device"),
    [
        (key(pygame.K_RETURN), Intent.ACCEPT, Device.KEYBOARD),
        (key(pygame.K_KP_ENTER), Intent.ACCEPT, Device.KEYBOARD),
        (key(pygame.K_ESCAPE), Intent.BACK, Device.KEYBOARD),
        (key(pygame.K_q), Intent.KEY, Device.KEYBOARD),
        (key(pygame.K_TAB, pygame.KMOD_LCTRL), Intent.SHOULDER, Device.KEYBOARD),
        (key(pygame.K_PAGEDOWN), Intent.PAGE, Device.KEYBOARD),
        (button(pygame.CONTROLLER_BUTTON_A), Intent.ACCEPT, Device.PAD),
        (button(pygame.CONTROLLER_BUTTON_B), Intent.BACK, Device.PAD),
        (button(pygame.CONTROLLER_BUTTON_Y), Intent.KEY, Device.PAD),
        (button(pygame.CONTROLLER_BUTTON_LEFTSHOULDER), Intent.SHOULDER, Device.PAD),
        (axis(LX, 0.9), Intent.MOVE, Device.PAD),
        (axis(RY, 0.9), Intent.PAGE, Device.PAD),
    ],
)
def test_events_have_the_meaning_of_the_table(event, intent, device):
    found = meaning(Translator(), event)
    assert (found.intent, found.device) == (intent, device)


def test_directions_are_screen_directions():
    translator = Translator()
    assert (meaning(translator, key(pygame.K_UP)).dx, meaning(translator, key(pygame.K_UP)).dy) == (0, -1)
    assert meaning(translator, axis(LY, 1.0)).dy == 1
    assert meaning(translator, button(pygame.CONTROLLER_BUTTON_DPAD_LEFT)).dx == -1


def test_an_arrow_repeats_after_a_pause_until_released():
    translator = Translator()
    translator.translate(key(pygame.K_DOWN))
    assert translator.update(REPEAT_DELAY_S - 0.01) == []
    first = translator.update(0.02)
    assert [(event.dy, event.repeated) for event in first] == [(1, True)]
    assert len(translator.update(REPEAT_EVERY_S)) == 1
    translator.translate(key(pygame.K_DOWN, kind=pygame.KEYUP))
    assert translator.update(5.0) == []


def test_a_long_frame_repeats_once_not_in_a_burst():
    translator = Translator()
    translator.translate(key(pygame.K_DOWN))
    assert len(translator.update(10.0)) == 1
    assert translator.update(REPEAT_EVERY_S / 2) == []
    assert len(translator.update(REPEAT_EVERY_S)) == 1


def test_accept_and_back_never_repeat():
    translator = Translator()
    translator.translate(key(pygame.K_RETURN))
    translator.translate(button(pygame.CONTROLLER_BUTTON_B))
    assert translator.update(10.0) == []


def test_a_stick_gives_one_press_and_must_come_back():
    translator = Translator()
    assert translator.translate(axis(LX, 0.3)) is None
    assert meaning(translator, axis(LX, 0.7)).dx == 1
    assert translator.translate(axis(LX, 1.0)) is None
    # Trembling between the two thresholds is no second press.
    assert translator.translate(axis(LX, 0.5)) is None
    assert translator.translate(axis(LX, 0.7)) is None
    assert translator.translate(axis(LX, 0.1)) is None
    assert meaning(translator, axis(LX, 0.7)).dx == 1
    assert meaning(translator, axis(LX, -0.9)).dx == -1


def test_a_held_stick_repeats_until_released():
    translator = Translator()
    translator.translate(axis(LY, -1.0))
    assert [event.dy for event in translator.update(REPEAT_DELAY_S + 0.01)] == [-1]
    translator.translate(axis(LY, 0.0))
    assert translator.update(5.0) == []


def test_two_pads_do_not_release_each_other():
    translator = Translator()
    translator.translate(button(pygame.CONTROLLER_BUTTON_DPAD_UP, pad=1))
    translator.translate(button(pygame.CONTROLLER_BUTTON_DPAD_UP, pad=2, kind=pygame.CONTROLLERBUTTONUP))
    assert len(translator.update(REPEAT_DELAY_S + 0.01)) == 1


@pytest.mark.parametrize("kind", [pygame.WINDOWFOCUSLOST, pygame.CONTROLLERDEVICEREMOVED])
def test_nothing_stays_held_when_the_window_or_a_pad_goes(kind):
    translator = Translator()
    translator.translate(key(pygame.K_DOWN))
    translator.translate(axis(LX, 1.0))
    translator.translate(pygame.event.Event(kind, instance_id=1))
    assert translator.update(5.0) == []


def test_clicks_near_in_time_and_place_are_counted():
    translator = Translator()

    def click(pos):
        return meaning(translator, pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=pos, button=1)).clicks

    assert [click((10, 10)), click((11, 10)), click((10, 10))] == [1, 2, 3]
    assert click((50, 10)) == 1
    translator.update(1.0)
    assert click((50, 10)) == 1


def test_the_wheel_scrolls_where_the_pointer_was_seen_last():
    translator = Translator()
    translator.translate(pygame.event.Event(pygame.MOUSEMOTION, pos=(30, 40), rel=(0, 0), buttons=(0, 0, 0)))
    wheel = meaning(translator, pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=1, precise_x=0.0, precise_y=1.5))
    assert wheel.pos == (30, 40)
    assert wheel.dy == -1.5


def test_other_buttons_and_events_mean_nothing():
    translator = Translator()
    assert translator.translate(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(0, 0), button=3)) is None
    assert translator.translate(axis(pygame.CONTROLLER_AXIS_TRIGGERLEFT, 1.0)) is None
    assert translator.translate(pygame.event.Event(pygame.ACTIVEEVENT)) is None
