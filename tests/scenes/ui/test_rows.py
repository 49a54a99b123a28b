"""Lists, tables, logs and scroll views: only what is in view is drawn, and everything can be reached."""

from dataclasses import dataclass

import pygame
import pytest

from scenes.ui import Button, Column, ListView, LogView, ScrollView, Table, layout
from tests.scenes.ui.hands import Person

DOWN, UP = pygame.CONTROLLER_BUTTON_DPAD_DOWN, pygame.CONTROLLER_BUTTON_DPAD_UP
RECT = (100, 50, 400, 360)


def listed(count, **options):
    drawn = []
    widget = ListView(
        [f"item {index}" for index in range(count)],
        paint=lambda surface, rect, item, look: drawn.append((item, look)),
        **options,
    )
    person = Person((widget, RECT))
    person.ui.focus(widget)
    return person, widget, drawn


def test_of_a_hundred_thousand_rows_only_those_in_view_are_drawn():
    person, widget, drawn = listed(100_000)
    drawn.clear()
    person.frames(1)
    assert [item for item, _ in drawn] == [f"item {index}" for index in range(10)]
    person.key(pygame.K_END)
    drawn.clear()
    person.frames(1)
    assert [item for item, _ in drawn] == [f"item {index}" for index in range(99_990, 100_000)]
    assert drawn[-1][1].selected
    assert widget.current == "item 99999"


def test_rows_are_walked_by_keys_pad_and_pages():
    moved: list[int] = []
    person, widget, _ = listed(50, on_select=moved.append)
    person.key(pygame.K_DOWN)
    person.pad(DOWN)
    person.key(pygame.K_PAGEDOWN, pygame.K_PAGEUP, pygame.K_HOME)
    assert moved == [1, 2, 11, 2, 0]
    assert widget.scroller.offset == 0


def test_at_the_ends_the_arrows_lead_out():
    widget = ListView(["a", "b"])
    below = Button("below")
    person = Person((widget, (0, 0, 200, 100)), (below, (0, 120, 200, 40)))
    person.ui.focus(widget)
    held = []
    for key in (pygame.K_DOWN, pygame.K_DOWN, pygame.K_UP):
        person.key(key)
        held.append(person.ui.focused)
    assert held == [widget, below, widget]
    assert widget.selected == 1


def test_opening_by_enter_pad_and_double_click():
    opened: list[int] = []
    person, widget, _ = listed(50, on_open=opened.append)
    person.key(pygame.K_DOWN, pygame.K_RETURN)
    person.pad(pygame.CONTROLLER_BUTTON_A)
    person.click((150, 50 + 5 * widget.row_height + 3))
    assert opened == [1, 1]
    person.click((150, 50 + 5 * widget.row_height + 3))
    assert opened == [1, 1, 5]


def test_the_wheel_scrolls_and_hover_follows_the_rows():
    person, widget, drawn = listed(50)
    person.wheel((150, 60), -3)
    assert widget.scroller.offset == 144
    drawn.clear()
    person.frames(1)
    assert [item for item, look in drawn if look.hovered] == ["item 4"]
    assert widget.selected == 0


def test_the_bar_can_be_dragged_to_the_end():
    person, widget, _ = listed(50)
    thumb = widget.scroller.thumb(person.ui.theme)
    person.down(thumb.center)
    person.point((thumb.centerx, 5000))
    assert widget.scroller.offset == widget.scroller.most
    assert widget.selected == 0
    person.up((thumb.centerx, 5000))
    person.point((150, 60))
    assert widget.scroller.offset == widget.scroller.most


def test_fewer_items_move_the_selection_and_none_leave_a_text():
    person, widget, _ = listed(50)
    person.key(pygame.K_END)
    widget.set_items(["only"])
    person.frames(1)
    assert widget.current == "only"
    widget.set_items([])
    person.frames(1)
    assert widget.current is None
    assert not person.key(pygame.K_RETURN)


@dataclass(frozen=True)
class Row:
    name: str
    rating: int | None
    score: float


ROWS = [Row("Bea", 1500, 0.5), Row("ada", 1800, 0.9), Row("Cy", None, 0.1), Row("Dan", 1200, 0.7)]


def table(**options):
    widget = Table(
        [
            Column("Name", lambda row: row.name.casefold(), show=lambda row: row.name),
            Column("Rating", lambda row: row.rating, 80, numeric=True, descending=True),
            Column("Note", lambda row: "", sortable=False),
            Column("Score", lambda row: row.score, 80, show=lambda row: f"{row.score:.0%}", numeric=True),
        ],
        ROWS,
        **options,
    )
    person = Person((widget, RECT))
    person.ui.focus(widget)
    return person, widget


def names(widget):
    return [row.name for row in widget.rows]


def test_a_title_sorts_and_turns_the_order_and_the_selection_stays_with_its_row():
    person, widget = table()
    person.key(pygame.K_DOWN)
    assert widget.current.name == "ada"
    cell = widget._head_cells()[1]
    person.click(cell.center)
    assert names(widget) == ["ada", "Bea", "Dan", "Cy"]
    person.click(cell.center)
    assert names(widget) == ["Dan", "Bea", "ada", "Cy"]
    assert widget.current.name == "ada"
    person.click(widget._head_cells()[0].center)
    assert names(widget) == ["ada", "Bea", "Cy", "Dan"]


def test_a_table_is_sorted_by_pad_in_its_head():
    person, widget = table(sort=0)
    person.pad(UP)
    assert widget.head_at == 0
    person.pad(pygame.CONTROLLER_BUTTON_DPAD_RIGHT, pygame.CONTROLLER_BUTTON_DPAD_RIGHT)
    # The column of notes cannot be sorted and is passed over.
    assert widget.head_at == 3
    person.pad(pygame.CONTROLLER_BUTTON_A)
    assert names(widget) == ["Cy", "Bea", "Dan", "ada"]
    person.pad(DOWN)
    assert widget.head_at is None


def test_option_sorts_by_the_next_column():
    person, widget = table(sort=0)
    person.pad(pygame.CONTROLLER_BUTTON_X)
    assert widget.sort == 1
    person.key(pygame.K_F2)
    assert widget.sort == 3


def test_new_rows_keep_order_and_selection():
    _person, widget = table(sort=3)
    widget.select(names(widget).index("Dan"))
    widget.set_rows([*ROWS, Row("Eve", 1000, 0.6)])
    assert names(widget) == ["Cy", "Bea", "Eve", "Dan", "ada"]
    assert widget.current.name == "Dan"


def test_cells_of_a_row_stand_under_their_titles():
    _, widget = table()
    body = widget.body()
    cells = widget._cells(pygame.Rect(body.x, body.y, widget._row_width(), 36))
    assert [cell.x for cell in cells] == [cell.x for cell in widget._head_cells()]
    assert cells[-1].right <= widget.rect.right


def logged(limit=100, rect=(0, 0, 400, 212)):
    log = LogView(limit)
    person = Person((log, rect))
    person.ui.focus(log)
    return person, log


def test_a_log_keeps_the_newest_lines_and_follows_them():
    person, log = logged(limit=100)
    for index in range(250):
        log.append(f"line {index}", time="12:00:00")
    person.frames(1)
    assert [line.text for line in log.lines] == [f"line {index}" for index in range(150, 250)]
    assert log.scroller.offset == log.scroller.most


def test_a_log_stops_following_while_a_person_reads():
    person, log = logged(limit=50)
    for index in range(50):
        log.append(f"line {index}")
    person.frames(1)
    person.wheel((50, 50), 10)
    assert not log.following
    first = log.lines[log.scroller.offset // log.LINE].text
    for index in range(5):
        log.append(f"new {index}")
        person.frames(1)
    assert log.lines[log.scroller.offset // log.LINE].text == first
    person.key(pygame.K_END)
    log.append("last")
    person.frames(1)
    assert log.scroller.offset == log.scroller.most


def test_a_line_break_in_a_log_makes_two_lines():
    _, log = logged()
    log.append("a\nb")
    assert [line.text for line in log.lines] == ["a", "b"]


def scrolled(count=20):
    buttons = [Button(str(index)) for index in range(count)]

    def arrange(rect):
        for button, cell in zip(buttons, layout.stack(rect, 40, count, 10), strict=True):
            button.place(cell)

    view = ScrollView(arrange, *buttons)
    foot = Button("foot")
    person = Person((view, (0, 0, 300, 200)), (foot, (0, 400, 300, 40)))
    return person, view, buttons, foot


def test_walking_through_a_scroll_view_keeps_the_focus_in_view():
    person, view, buttons, foot = scrolled()
    person.ui.focus(buttons[0])
    for button in buttons[1:]:
        person.key(pygame.K_DOWN)
        person.frames(1)
        assert person.ui.focused is button
        assert view.rect.contains(button.rect)
    person.key(pygame.K_DOWN)
    assert person.ui.focused is foot


def test_coming_back_lands_on_what_can_be_seen():
    person, view, buttons, foot = scrolled()
    person.ui.focus(foot)
    person.key(pygame.K_UP)
    assert view.rect.colliderect(person.ui.focused.rect)
    assert person.ui.focused in buttons


def test_what_is_scrolled_out_cannot_be_clicked():
    person, view, buttons, _ = scrolled()
    below = next(button for button in buttons if button.rect.y >= view.rect.bottom)
    assert person.ui.at(below.rect.center) is not below
    person.wheel((50, 50), -100)
    person.frames(1)
    assert view.scroller.offset == view.scroller.most
    assert buttons[-1].rect.bottom <= view.rect.bottom
    assert person.ui.at(buttons[-1].rect.center) is buttons[-1]


def test_a_new_size_keeps_the_scrolled_place():
    person, _view, buttons, _ = scrolled()
    person.wheel((50, 50), -3)
    person.frames(1)
    y = buttons[5].rect.y
    person.ui.relayout()
    person.frames(1)
    assert buttons[5].rect.y == y


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_rows_grow_with_the_display_scale(scale):
    widget = ListView([str(index) for index in range(100)])
    person = Person((widget, RECT), scale=scale)
    assert len(widget.visible_rows()) == -(-360 // round(36 * scale))
    person.click((150, 50 + round(36 * scale) * 2 + 3))
    assert widget.selected == 2
