"""Typing: the line itself, and the field by keyboard, mouse and pad."""

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.ui import Button, TextField
from scenes.ui.clipboard import Clipboard
from scenes.ui.editing import Line
from scenes.ui.text import BODY
from tests.scenes.ui.hands import Person

SHIFT, CTRL = pygame.KMOD_SHIFT, pygame.KMOD_CTRL


class OwnClipboard(Clipboard):
    """One that no other program, and no other test, writes to."""

    def __init__(self):
        super().__init__()
        self.held = ""

    def get(self):
        return self.held

    def put(self, text):
        self.held = text


def field(text="", **options):
    widget = TextField("", text, clipboard=OwnClipboard(), **options)
    person = Person((widget, (100, 100, 300, 40)))
    person.ui.focus(widget)
    return person, widget


@given(
    text=st.text(max_size=20),
    moves=st.lists(
        st.one_of(
            st.tuples(st.just("step"), st.sampled_from([-1, 1]), st.booleans(), st.booleans()),
            st.tuples(st.just("insert"), st.text(max_size=8)),
            st.tuples(st.just("delete"), st.sampled_from([-1, 1]), st.booleans()),
        ),
        max_size=20,
    ),
)
def test_the_line_stays_whole_whatever_is_done_to_it(text, moves):
    line = Line(text, limit=25)
    for kind, *given_args in moves:
        before = len(line.text)
        if kind == "step":
            line.step(given_args[0], select=given_args[1], word=given_args[2])
            assert len(line.text) == before
        elif kind == "insert":
            line.insert(given_args[0])
        else:
            line.delete(given_args[0], word=given_args[1])
            assert len(line.text) <= before
        assert 0 <= line.at <= len(line.text)
        assert 0 <= line.mark <= len(line.text)
        assert len(line.text) <= 25


def test_words_are_stepped_over_whole():
    line = Line("tcp://host:5555 end")
    line.move(0)
    stops = []
    while line.at < len(line.text):
        line.step(1, word=True)
        stops.append(line.text[: line.at])
    assert stops == ["tcp", "tcp://", "tcp://host", "tcp://host:", "tcp://host:5555", "tcp://host:5555 end"]


def test_typing_and_deleting():
    person, widget = field()
    person.type("Ada!")
    person.key(pygame.K_BACKSPACE)
    assert widget.text == "Ada"
    person.key(pygame.K_HOME)
    person.key(pygame.K_DELETE)
    assert widget.text == "da"


def test_a_space_is_typed_and_submits_nothing():
    submitted: list[str] = []
    person, widget = field(on_submit=submitted.append)
    person.type("a b")
    assert widget.text == "a b"
    assert submitted == []
    person.key(pygame.K_RETURN)
    assert submitted == ["a b"]


def test_arrows_move_in_the_text_and_up_and_down_leave_it():
    widget = TextField("", "ab")
    below = Button("below")
    person = Person((widget, (0, 0, 200, 40)), (below, (0, 60, 200, 40)))
    person.ui.focus(widget)
    person.key(pygame.K_LEFT)
    person.type("x")
    assert widget.text == "axb"
    person.key(pygame.K_DOWN)
    assert person.ui.focused is below


def test_shift_selects_and_typing_replaces():
    person, widget = field("hello world")
    person.key(pygame.K_LEFT, mod=SHIFT | CTRL)
    assert widget.line.selected == "world"
    person.type("you")
    assert widget.text == "hello you"
    person.key(pygame.K_HOME, mod=SHIFT)
    assert widget.line.selected == "hello you"


def test_copy_cut_and_paste():
    person, widget = field("one two")
    person.key(pygame.K_a, mod=CTRL)
    person.key(pygame.K_c, mod=CTRL)
    assert widget.clipboard.get() == "one two"
    person.key(pygame.K_x, mod=CTRL)
    assert widget.text == ""
    person.key(pygame.K_v, mod=CTRL)
    person.key(pygame.K_v, mod=CTRL)
    assert widget.text == "one twoone two"


def test_a_pasted_page_becomes_one_line_of_at_most_the_limit():
    person, widget = field(limit=12)
    widget.clipboard.put("a\nb\tc\x07d" + "e" * 50)
    person.key(pygame.K_v, mod=CTRL)
    assert widget.text == "a b cdeeeeee"


def test_what_is_not_allowed_is_not_taken():
    changes: list[str] = []
    person, widget = field("1", allow=lambda text: text.isdigit() or not text, on_change=changes.append)
    person.type("2x3")
    assert widget.text == "123"
    assert changes == ["12", "123"]


def test_a_held_backspace_goes_on():
    person, widget = field("x" * 50)
    person.press(pygame.K_BACKSPACE)
    person.frames(60)
    person.release(pygame.K_BACKSPACE)
    assert 35 < len(widget.text) < 48


def test_a_click_puts_the_cursor_and_dragging_selects():
    person, widget = field("hello")
    book = person.ui.theme.text
    start = widget._x(0)
    person.down((start + book.width("he", BODY), 120))
    assert widget.line.at == 2
    person.point((start + book.width("hell", BODY), 120))
    person.up((start + book.width("hell", BODY), 120))
    assert widget.line.selected == "ll"


def test_two_clicks_select_a_word_and_three_all():
    person, widget = field("hello world")
    person.click((widget._x(8), 120), times=2)
    assert widget.line.selected == "world"
    person.click((widget._x(8), 120))
    assert widget.line.selected == "hello world"


def test_long_text_scrolls_to_the_cursor():
    person, widget = field("")
    person.type("w" * 80)
    person.frames(1)
    inner = widget._inner()
    assert inner.x <= widget._x(widget.line.at) <= inner.right + 1
    person.key(pygame.K_HOME)
    person.frames(1)
    assert widget._x(0) == inner.x


def test_the_pad_types_with_keys_on_the_screen():
    person, widget = field("")
    person.pad(pygame.CONTROLLER_BUTTON_A)
    keys = person.ui.overlays[0]
    person.pad(pygame.CONTROLLER_BUTTON_DPAD_DOWN, pygame.CONTROLLER_BUTTON_A)
    assert widget.text == "q"
    person.ui.focus(keys.shift)
    person.pad(pygame.CONTROLLER_BUTTON_A)
    person.ui.focus(keys.letters[10])
    person.pad(pygame.CONTROLLER_BUTTON_A)
    assert widget.text == "qQ"
    person.pad(pygame.CONTROLLER_BUTTON_X)
    assert widget.text == "q"
    person.frames(2)
    person.pad(pygame.CONTROLLER_BUTTON_B)
    assert person.ui.overlays == []
    assert person.ui.focused is widget


def test_every_key_on_the_screen_can_be_reached_by_pad():
    person, _ = field("")
    person.pad(pygame.CONTROLLER_BUTTON_A)
    keys = person.ui.overlays[0]
    for row in range(4):
        person.ui.focus(keys.letters[row * 10])
        person.pad(*[pygame.CONTROLLER_BUTTON_DPAD_RIGHT] * 9)
        assert person.ui.focused is keys.letters[row * 10 + 9]
    person.pad(pygame.CONTROLLER_BUTTON_DPAD_DOWN)
    assert person.ui.focused is keys.done


def test_a_disabled_field_takes_nothing():
    person, widget = field("fixed", enabled=False, disabled_reason="Set by the server.")
    person.type("x")
    person.key(pygame.K_BACKSPACE)
    assert widget.text == "fixed"


def test_a_limit_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        Line("", limit=0)
