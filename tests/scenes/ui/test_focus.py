"""Moving the focus: by direction, by order, by mouse, into and out of overlays."""

from functools import partial

import pygame
import pytest

from scenes.ui import Box, Button, Device, Intent, Label
from scenes.ui import focus as focusing
from tests.scenes.ui.hands import Person

A, B = pygame.CONTROLLER_BUTTON_A, pygame.CONTROLLER_BUTTON_B
RIGHT, LEFT, UP, DOWN = (1, 0), (-1, 0), (0, -1), (0, 1)


def cells(columns, rows, size=40, gap=10):
    return [
        ((column, row), pygame.Rect(column * (size + gap), row * (size + gap), size, size))
        for row in range(rows)
        for column in range(columns)
    ]


@pytest.mark.parametrize(
    ("start", "direction", "end"),
    [((1, 1), RIGHT, (2, 1)), ((1, 1), LEFT, (0, 1)), ((1, 1), UP, (1, 0)), ((1, 1), DOWN, (1, 2))],
)
def test_in_a_grid_each_arrow_goes_to_its_neighbour(start, direction, end):
    grid = dict(cells(3, 3))
    others = [(name, rect) for name, rect in grid.items() if name != start]
    assert focusing.nearest(grid[start], others, direction) == end


def test_nothing_lies_beyond_the_edge():
    grid = dict(cells(2, 2))
    others = [(name, rect) for name, rect in grid.items() if name != (0, 0)]
    assert focusing.nearest(grid[0, 0], others, LEFT) is None
    assert focusing.nearest(grid[0, 0], others, UP) is None


def test_the_same_row_wins_over_what_is_nearer_but_aside():
    origin = pygame.Rect(0, 100, 50, 40)
    far = pygame.Rect(300, 100, 50, 40)
    aside = pygame.Rect(60, 300, 50, 40)
    assert focusing.nearest(origin, [("aside", aside), ("far", far)], RIGHT) == "far"


def test_a_wide_row_leads_down_to_the_nearest_of_a_narrow_row():
    wide = pygame.Rect(0, 0, 600, 40)
    narrow = [("left", pygame.Rect(0, 60, 80, 40)), ("middle", pygame.Rect(260, 60, 80, 40))]
    assert focusing.nearest(wide, narrow, DOWN) == "middle"


def test_from_every_cell_of_an_uneven_layout_every_other_can_be_reached():
    rects = [
        (0, 0, 200, 400),
        (220, 0, 300, 60),
        (220, 80, 140, 300),
        (380, 80, 140, 140),
        (380, 240, 140, 140),
    ]
    places = [(index, pygame.Rect(rect)) for index, rect in enumerate(rects)]
    for start in range(len(places)):
        reached, todo = {start}, [start]
        while todo:
            at = todo.pop()
            others = [place for place in places if place[0] != at]
            for direction in (LEFT, RIGHT, UP, DOWN):
                found = focusing.nearest(places[at][1], others, direction)
                if found is not None and found not in reached:
                    reached.add(found)
                    todo.append(found)
        assert reached == set(range(len(places)))


def test_order_goes_round():
    assert focusing.step("abc", "c", 1) == "a"
    assert focusing.step("abc", "a", -1) == "c"
    assert focusing.step("abc", None, 1) == "a"
    assert focusing.step("abc", None, -1) == "c"
    assert focusing.step("", None, 1) is None


def buttons():
    pressed: list[str] = []
    row = [Button(name, partial(pressed.append, name)) for name in "abc"]
    person = Person(*((button, (20 + 120 * index, 20, 100, 40)) for index, button in enumerate(row)))
    return person, row, pressed


def test_tab_walks_and_shift_tab_walks_back():
    person, row, _ = buttons()
    for expected in (0, 1, 2, 0):
        person.key(pygame.K_TAB)
        assert person.ui.focused is row[expected]
    person.key(pygame.K_TAB, mod=pygame.KMOD_SHIFT)
    assert person.ui.focused is row[2]


def test_arrows_pad_and_stick_move_alike():
    person, row, _ = buttons()
    person.ui.focus(row[0])
    person.key(pygame.K_RIGHT)
    assert person.ui.focused is row[1]
    person.pad(pygame.CONTROLLER_BUTTON_DPAD_RIGHT)
    assert person.ui.focused is row[2]
    person.stick(pygame.CONTROLLER_AXIS_LEFTX, -0.9)
    assert person.ui.focused is row[1]


def test_the_first_arrow_takes_the_first_control():
    person, row, _ = buttons()
    person.pad(pygame.CONTROLLER_BUTTON_DPAD_DOWN)
    assert person.ui.focused is row[0]


def test_a_disabled_control_is_skipped_unless_it_says_why():
    person, row, pressed = buttons()
    person.ui.focus(row[0])
    row[1].enabled = False
    person.key(pygame.K_RIGHT)
    assert person.ui.focused is row[2]
    row[1].disabled_reason = "not now"
    person.key(pygame.K_LEFT)
    assert person.ui.focused is row[1]
    person.key(pygame.K_RETURN)
    person.click(row[1].rect.center)
    assert pressed == []


def test_invisible_controls_cannot_be_reached_or_clicked():
    person, row, pressed = buttons()
    row[1].visible = False
    person.ui.focus(row[0])
    person.key(pygame.K_RIGHT)
    assert person.ui.focused is row[2]
    person.click((190, 40))
    assert pressed == []


def test_the_ring_shows_for_keys_and_pad_but_not_for_the_mouse():
    person, row, _ = buttons()
    person.click(row[0].rect.center)
    assert row[0].state.focused
    assert not row[0].state.ring
    person.key(pygame.K_RIGHT)
    assert row[1].state.ring
    assert not row[0].state.ring
    devices = [person.ui.device]
    person.pad(A)
    devices.append(person.ui.device)
    assert devices == [Device.KEYBOARD, Device.PAD]


def test_the_focus_can_be_seen():
    person, row, _ = buttons()
    before = person.surface.copy()
    person.ui.device = Device.KEYBOARD
    person.ui.focus(row[1])
    person.frames(5)
    outside = row[1].rect.inflate(6, 6)
    ring_pixel = (outside.x, outside.centery)
    assert person.surface.get_at(ring_pixel) != before.get_at(ring_pixel)
    assert person.surface.get_at(ring_pixel)[:3] == person.ui.theme.palette.accent


def test_back_goes_to_the_screen_if_nobody_wants_it():
    person, _, _ = buttons()
    back = []
    person.ui.on_back = lambda: back.append(True)
    person.key(pygame.K_ESCAPE)
    person.pad(B)
    person.post(pygame.MOUSEBUTTONDOWN, pos=(1, 1), button=pygame.BUTTON_X1)
    assert len(back) == 3
    assert person.sounds == ["ui_back"] * 3


def test_menu_and_option_go_to_the_screen():
    person, _, _ = buttons()
    got = []
    person.ui.on_menu = lambda: got.append("menu")
    person.ui.on_option = lambda: got.append("option")
    person.pad(pygame.CONTROLLER_BUTTON_START, pygame.CONTROLLER_BUTTON_X)
    person.key(pygame.K_F10, pygame.K_F2)
    assert got == ["menu", "option"] * 2


def test_a_widget_that_was_taken_away_loses_the_focus():
    person, row, pressed = buttons()
    person.ui.focus(row[0])
    person.ui.clear()
    assert person.ui.focused is None
    assert not person.key(pygame.K_RETURN)
    assert pressed == []


def test_holders_without_a_face_do_not_swallow_clicks():
    hit = []
    button = Button("below", lambda: hit.append(True))
    cover = Box(Label("text"))
    person = Person((button, (0, 0, 100, 40)), (cover, (0, 0, 800, 600)))
    person.click((50, 20))
    assert hit == [True]


def test_hints_follow_the_focus():
    person, row, _ = buttons()
    assert person.ui.hints() == []
    person.ui.focus(row[0])
    assert person.ui.hints() == [(Intent.ACCEPT, "Select")]
