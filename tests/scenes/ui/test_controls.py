"""Button, toggle, slider, choice, tabs, card, rail and key capture by keyboard, mouse and pad."""

import pygame
import pytest

from scenes.ui import Button, Captured, Card, Choice, KeyCapture, NavRail, Place, Slider, Tabs, Toggle
from tests.scenes.ui.hands import Person

A, B = pygame.CONTROLLER_BUTTON_A, pygame.CONTROLLER_BUTTON_B
DPAD_LEFT, DPAD_RIGHT = pygame.CONTROLLER_BUTTON_DPAD_LEFT, pygame.CONTROLLER_BUTTON_DPAD_RIGHT
DPAD_DOWN = pygame.CONTROLLER_BUTTON_DPAD_DOWN
RECT = (100, 100, 400, 40)


def alone(widget, rect=RECT, **options):
    person = Person((widget, rect), **options)
    person.ui.focus(widget)
    return person


USES = {
    "Enter": lambda person, widget: person.key(pygame.K_RETURN),
    "space": lambda person, widget: person.key(pygame.K_SPACE),
    "pad A": lambda person, widget: person.pad(A),
    "click": lambda person, widget: person.click(widget.rect.center),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
@pytest.mark.parametrize("make", [Button, lambda text, act: Card(text, "", act)], ids=["button", "card"])
def test_a_button_is_pressed_once_by_every_device(make, use):
    pressed = []
    widget = make("Play", lambda: pressed.append(True))
    person = alone(widget)
    use(person, widget)
    assert pressed == [True]
    assert "ui_select" in person.sounds


def test_a_click_must_begin_and_end_on_the_button():
    pressed = []
    button = Button("Play", lambda: pressed.append(True))
    person = alone(button)
    person.down(button.rect.center)
    person.up((5, 5))
    person.down((5, 5))
    person.up(button.rect.center)
    assert pressed == []
    person.click(button.rect.center)
    assert pressed == [True]


def test_losing_the_window_mid_click_presses_nothing():
    pressed = []
    button = Button("Play", lambda: pressed.append(True))
    person = alone(button)
    person.down(button.rect.center)
    person.post(pygame.WINDOWFOCUSLOST)
    person.up(button.rect.center)
    assert pressed == []


def test_a_disabled_button_tells_why_after_a_moment():
    button = Button("Undo", enabled=False, disabled_reason="This game has no undo.")
    person = alone(button)
    person.point(button.rect.center)
    assert person.ui.tooltip.shown == ""
    person.frames(40)
    assert person.ui.tooltip.shown == "This game has no undo."
    person.key(pygame.K_TAB)
    person.frames(1)
    assert person.ui.tooltip.shown == ""
    person.frames(40)
    assert person.ui.tooltip.shown == "This game has no undo."


@pytest.mark.parametrize("kind", ["primary", "secondary", "danger", "ghost"])
def test_hover_shows(kind):
    button = Button("Play", kind=kind)
    person = alone(button)
    person.ui.focus(None)
    person.frames(2)
    before = pygame.image.tobytes(person.surface, "RGB")
    person.point(button.rect.center)
    person.frames(2)
    assert pygame.image.tobytes(person.surface, "RGB") != before


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
def test_a_toggle_flips_by_every_device(use):
    values: list[bool] = []
    toggle = Toggle("Rated", False, values.append)
    person = alone(toggle)
    use(person, toggle)
    use(person, toggle)
    assert values == [True, False]


def test_a_toggle_follows_left_and_right_and_lets_go_at_its_ends():
    values: list[bool] = []
    toggle = Toggle("Rated", False, values.append)
    person = alone(toggle)
    person.key(pygame.K_RIGHT)
    assert person.key(pygame.K_RIGHT) is False
    person.pad(DPAD_LEFT)
    assert values == [True, False]


def test_a_slider_steps_by_keys_and_pad_and_stops_at_its_ends():
    values: list[float] = []
    slider = Slider("Volume", 0.5, 0, 1, 0.1, values.append)
    person = alone(slider)
    person.key(pygame.K_RIGHT)
    person.pad(DPAD_LEFT)
    person.key(pygame.K_END)
    person.key(pygame.K_RIGHT)
    person.key(pygame.K_HOME)
    assert values == pytest.approx([0.6, 0.5, 1.0, 0.0])


def test_a_slider_is_dragged_and_snaps():
    slider = Slider("", 0, 0, 10, 1)
    person = alone(slider)
    line = slider._line()
    person.down((line.x, line.centery))
    person.point((line.x + line.width * 0.52, line.centery))
    assert slider.value == 5
    person.point((5000, 0))
    assert slider.value == 10
    person.up((5000, 0))
    person.point((line.x, line.centery))
    assert slider.value == 10


def test_a_held_arrow_moves_the_slider_on():
    slider = Slider("", 0, 0, 100, 1)
    person = alone(slider)
    person.press(pygame.K_RIGHT)
    person.frames(60)
    assert 5 <= slider.value <= 12
    person.release(pygame.K_RIGHT)
    value = slider.value
    person.frames(60)
    assert slider.value == value


@pytest.mark.parametrize(("low", "high", "step"), [(1, 1, 1), (0, 1, 0), (0, 1, 2)])
def test_a_slider_without_room_is_refused(low, high, step):
    with pytest.raises(ValueError, match="low < high"):
        Slider("x", 0, low, high, step)


def test_a_choice_goes_round_by_arrows():
    chosen: list[str] = []
    choice = Choice("Opponent", ["a", "b", "c"], 0, chosen.append)
    person = alone(choice)
    person.key(pygame.K_LEFT)
    person.pad(DPAD_RIGHT, DPAD_RIGHT)
    assert chosen == ["c", "a", "b"]


def test_the_arrows_of_a_choice_can_be_clicked():
    choice = Choice("Opponent", ["a", "b", "c"])
    person = alone(choice)
    person.click((choice.field().right - 10, choice.rect.centery))
    assert choice.value == "b"
    person.click((choice.field().x + 10, choice.rect.centery))
    assert choice.value == "a"
    assert person.ui.overlays == []


@pytest.mark.parametrize("device", ["keys", "pad"])
def test_a_choice_opens_a_list_and_takes_from_it(device):
    chosen: list[str] = []
    choice = Choice("Clock", [f"{n} min" for n in range(30)], 3, chosen.append)
    person = alone(choice)
    use = {"keys": lambda *keys: person.key(*keys[0]), "pad": lambda *keys: person.pad(*keys[1])}[device]
    use([pygame.K_RETURN], [A])
    assert len(person.ui.overlays) == 1
    use([pygame.K_DOWN, pygame.K_DOWN], [DPAD_DOWN, DPAD_DOWN])
    assert chosen == []
    use([pygame.K_RETURN], [A])
    assert chosen == ["5 min"]
    assert person.ui.overlays == []
    assert person.ui.focused is choice
    use([pygame.K_RETURN], [A])
    use([pygame.K_DOWN], [DPAD_DOWN])
    use([pygame.K_ESCAPE], [B])
    assert chosen == ["5 min"]
    assert person.ui.focused is choice


def test_the_list_of_a_choice_by_mouse():
    choice = Choice("Clock", [f"{n} min" for n in range(30)], 3)
    person = alone(choice)
    person.click(choice.field().center)
    picker = person.ui.overlays[0]
    person.frames(2)
    first = picker.list.scroller.offset // picker.list.row_height
    row = picker.list.rect
    person.click((row.x + 20, row.y + 2 * picker.list.row_height + 5))
    assert choice.index == first + 2
    person.click(choice.field().center)
    person.click((2, 2))
    assert person.ui.overlays == []
    assert choice.index == first + 2


@pytest.mark.parametrize("y", [0, 280, 560])
def test_the_list_of_a_choice_stays_on_the_screen(y):
    choice = Choice("Clock", [f"{n} min" for n in range(30)], 29)
    person = alone(choice, (600, y, 200, 40))
    choice.open()
    picker = person.ui.overlays[0]
    assert person.ui.rect.contains(picker.panel)
    assert not picker.panel.colliderect(choice.field())
    assert picker.list.scroller.offset == picker.list.scroller.most


def test_typing_finds_an_option():
    choice = Choice("Opponent", ["Random", "Stockfish", "Script", "Person"])
    person = alone(choice)
    person.key(pygame.K_RETURN)
    person.type("sc")
    person.key(pygame.K_RETURN)
    assert choice.value == "Script"


def test_a_choice_needs_options():
    with pytest.raises(ValueError, match="no options"):
        Choice("x", [])


def test_tabs_by_arrows_mouse_and_from_anywhere_by_shoulder():
    changes: list[int] = []
    tabs = Tabs(["One", "Two", "Three"], 0, changes.append)
    button = Button("elsewhere")
    person = Person((tabs, (0, 0, 400, 40)), (button, (0, 100, 100, 40)))
    person.ui.focus(tabs)
    person.key(pygame.K_RIGHT)
    person.ui.focus(button)
    person.pad(pygame.CONTROLLER_BUTTON_RIGHTSHOULDER)
    person.key(pygame.K_TAB, mod=pygame.KMOD_CTRL)
    person.click(tabs.cells()[1].center)
    assert changes == [1, 2, 0, 1]


def rail(went):
    places = [
        Place("home", "Home", "house"),
        Place("play", "Play", "play"),
        Place("quit", "Quit", "x", low=True),
    ]
    return NavRail("Arena", places, "home", went.append)


def test_the_rail_is_walked_and_chosen_from():
    went: list[str] = []
    widget = rail(went)
    person = alone(widget, (0, 0, 200, 600))
    person.key(pygame.K_DOWN)
    assert went == []
    person.key(pygame.K_RETURN)
    person.pad(DPAD_DOWN, A)
    person.click(widget.cells()[0].center)
    assert went == ["play", "quit", "home"]
    assert widget.cells()[2].bottom <= 600


def test_leaving_the_rail_comes_back_to_the_current_place():
    widget = rail([])
    button = Button("right")
    person = Person((widget, (0, 0, 200, 600)), (button, (300, 0, 100, 40)))
    person.ui.focus(widget)
    person.key(pygame.K_DOWN, pygame.K_RIGHT)
    assert person.ui.focused is button
    person.frames(1)
    assert widget.at == 0


def test_the_rail_refuses_an_unknown_place():
    with pytest.raises(ValueError, match="home, play"):
        NavRail("Arena", [Place("home", "Home", "house"), Place("play", "Play", "play")], "nowhere")


def capturing(**options):
    got = []

    def take(captured):
        got.append(captured)
        return None if captured == Captured("key", pygame.K_F1) else f"{captured.kind} {captured.code}"

    widget = KeyCapture("Jump", "Space", take, **options)
    return alone(widget), widget, got


def test_the_next_key_is_captured_even_one_that_moves_the_focus():
    person, widget, got = capturing()
    person.key(pygame.K_RETURN)
    assert widget.waiting
    person.key(pygame.K_TAB)
    assert got == [Captured("key", pygame.K_TAB)]
    assert person.ui.focused is widget
    assert not widget.waiting
    assert widget.bound == f"key {pygame.K_TAB}"


def test_pad_buttons_and_axes_are_captured():
    person, _, got = capturing()
    person.pad(A, B)
    person.pad(A)
    person.stick(pygame.CONTROLLER_AXIS_LEFTX, -0.2)
    person.stick(pygame.CONTROLLER_AXIS_LEFTX, -0.9)
    assert got == [Captured("pad_button", B), Captured("pad_axis", pygame.CONTROLLER_AXIS_LEFTX, -1)]


def test_escape_and_time_end_the_capture():
    person, widget, got = capturing()
    back = []
    person.ui.on_back = lambda: back.append(True)
    person.click(widget.rect.center)
    person.key(pygame.K_ESCAPE)
    assert not widget.waiting
    assert back == []
    person.click(widget.rect.center)
    person.frames(1, dt_s=widget.WAIT_S + 0.1)
    assert not widget.waiting
    assert got == []


def test_only_accepted_kinds_are_captured():
    person, widget, got = capturing(accepts=("pad_button",))
    person.key(pygame.K_RETURN, pygame.K_q)
    assert widget.waiting
    person.pad(pygame.CONTROLLER_BUTTON_Y)
    assert got == [Captured("pad_button", pygame.CONTROLLER_BUTTON_Y)]


def test_a_refused_key_leaves_the_binding():
    person, widget, _ = capturing()
    person.key(pygame.K_RETURN, pygame.K_F1)
    assert widget.bound == "Space"


def test_a_binding_can_be_cleared():
    cleared = []
    person, _, _ = capturing(on_clear=lambda: cleared.append(True))
    person.key(pygame.K_DELETE)
    assert cleared == [True]


def test_a_captured_stick_must_come_back_before_it_moves_the_focus():
    widget = KeyCapture("Left", "A", lambda captured: "stick")
    beside = Button("beside")
    person = Person((widget, (0, 0, 300, 40)), (beside, (320, 0, 100, 40)))
    person.ui.focus(widget)
    axis = pygame.CONTROLLER_AXIS_LEFTX
    person.pad(A)
    person.stick(axis, 0.7)
    person.stick(axis, 1.0)
    person.frames(60)
    assert widget.bound == "stick"
    assert widget.state.focused
    person.stick(axis, 0.0)
    person.stick(axis, 1.0)
    assert beside.state.focused


def test_letters_are_no_shortcuts_while_a_key_is_captured_or_typed():
    widget = KeyCapture("Left", "A", lambda captured: None)
    beside = Button("beside")
    person = Person((widget, (0, 0, 300, 40)), (beside, (320, 0, 100, 40)))
    typing = []
    for target in (beside, widget):
        person.ui.focus(target)
        typing.append(person.ui.typing)
    assert typing == [False, True]
