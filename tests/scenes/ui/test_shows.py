"""What only shows: chart, toasts, dialog, hints, progress, painter, theme."""

import math

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.ui import Answer, Button, Device, Dialog, HintBar, Intent, LineChart, ProgressBar, Theme
from scenes.ui.chart import nice_ticks, short_number
from scenes.ui.hintbar import pad_colours
from scenes.ui.paint import icon_table
from scenes.ui.palette import Palette, mix
from scenes.ui.ring import Ring
from scenes.ui.theme import MOTION_S, Motion
from tests.scenes.ui.hands import Person


def pixels(surface):
    return pygame.image.tobytes(surface, "RGB")


@given(st.lists(st.integers(), max_size=40), st.integers(1, 10))
def test_a_ring_keeps_the_newest(values, limit):
    ring: Ring[int] = Ring(limit)
    for value in values:
        ring.append(value)
    assert list(ring) == values[-limit:]
    assert [ring[index] for index in range(len(ring))] == values[-limit:]
    assert ring.total == len(values)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(1, 12))
def test_ticks_are_round_inside_and_few(low, span, most):
    ticks = nice_ticks(low, low + span, most)
    assert len(ticks) <= most + 1
    assert all(low - 1e-6 * span <= tick <= low + span * (1 + 1e-6) for tick in ticks)
    if len(ticks) > 1:
        step = ticks[1] - ticks[0]
        lead = step / 10 ** math.floor(math.log10(step) + 1e-9)
        assert any(math.isclose(lead, nice, rel_tol=1e-3) for nice in (1, 2, 5, 10))


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1234, "1.23k"), (2.5e6, "2.5M"), (0.05, "0.05"), (-40000, "-40k")]
)
def test_axis_numbers_are_short(value, text):
    assert short_number(value) == text


def chart(**options):
    widget = LineChart("Return", **options)
    person = Person((widget, (0, 0, 500, 300)))
    return person, widget


def test_a_chart_keeps_its_newest_points_and_leaves_out_what_is_not_finite():
    person, widget = chart(limit=50)
    for step in range(80):
        widget.add("ppo", step, step * 2)
    widget.add("ppo", 80, math.nan)
    widget.add("ppo", math.inf, 1)
    assert len(widget.series["ppo"].points) == 50
    (x0, x1), (y0, y1) = widget.ranges()
    assert (x0, x1) == (30, 79)
    assert (y0 < 60, y1 > 158) == (True, True)
    person.frames(1)


def test_a_chart_draws_what_was_added_since_the_last_frame():
    person, widget = chart()
    person.frames(1)
    empty = pixels(person.surface)
    widget.add("ppo", 0, 1)
    person.frames(1)
    one = pixels(person.surface)
    widget.add("ppo", 1, 3)
    person.frames(1)
    assert len({empty, one, pixels(person.surface)}) == 3


def test_equal_values_still_have_a_range():
    _, widget = chart()
    widget.add("flat", 5, 7)
    (x0, x1), (y0, y1) = widget.ranges()
    assert x0 < 5 < x1
    assert y0 < 7 < y1


def test_the_pointer_reads_the_nearest_values():
    person, widget = chart()
    for step in range(10):
        widget.add("a", step, step)
        widget.add("b", step * 2, -step)
    assert [(series.name, point) for series, point in widget.values_at(3.9)] == [
        ("a", (4, 4)),
        ("b", (4, -2)),
    ]
    person.frames(1)
    before = pixels(person.surface)
    person.point(widget.plot().center)
    person.frames(1)
    assert pixels(person.surface) != before


def test_toasts_come_stay_and_leave():
    person = Person()
    toasts = person.ui.toasts
    blank = pixels(person.surface)
    toasts.show("saved", "good", 1.0)
    toasts.show("saved", "good", 1.0)
    person.frames(1)
    assert [toast.text for toast in toasts.toasts] == ["saved"]
    assert pixels(person.surface) != blank
    person.frames(2, dt_s=0.6)
    person.frames(1)
    assert toasts.toasts == []
    assert pixels(person.surface) == blank


def test_a_flood_of_toasts_shows_the_newest():
    person = Person()
    for index in range(20):
        person.ui.toasts.show(f"message {index}")
    assert [toast.text for toast in person.ui.toasts.toasts] == [
        f"message {index}" for index in range(16, 20)
    ]


def asked(**options):
    answers = []
    below = Button("below", lambda: answers.append("below"))
    person = Person((below, (20, 20, 100, 40)))
    person.ui.focus(below)
    dialog = Dialog(
        "Resign?",
        "It counts as lost.",
        [Answer("No", lambda: answers.append("no")), Answer("Yes", lambda: answers.append("yes"), "danger")],
        **options,
    )
    person.ui.open(dialog)
    person.frames(2)
    return person, dialog, answers, below


def test_a_dialog_keeps_the_focus_inside():
    person, dialog, answers, below = asked()
    for _ in range(5):
        person.key(pygame.K_TAB)
        assert person.ui.focused in dialog.buttons
    person.key(pygame.K_UP, pygame.K_LEFT, pygame.K_LEFT, pygame.K_DOWN)
    assert person.ui.focused in dialog.buttons
    person.click(below.rect.center)
    assert answers == []


def test_a_dialog_answers_by_pad_and_gives_the_focus_back():
    person, dialog, answers, below = asked()
    assert person.ui.focused is dialog.buttons[1]
    person.pad(pygame.CONTROLLER_BUTTON_DPAD_LEFT, pygame.CONTROLLER_BUTTON_A)
    assert answers == ["no"]
    assert person.ui.overlays == []
    assert person.ui.focused is below


def test_a_dialog_answers_by_mouse():
    person, dialog, answers, _ = asked()
    person.click(dialog.buttons[1].rect.center)
    assert answers == ["yes"]


@pytest.mark.parametrize(("cancel", "answered"), [(0, ["no"]), (None, [])])
def test_back_cancels_a_dialog_if_it_may_be_cancelled(cancel, answered):
    person, _, answers, _ = asked(cancel=cancel)
    back = []
    person.ui.on_back = lambda: back.append(True)
    person.key(pygame.K_ESCAPE)
    assert answers == answered
    assert back == []


def test_a_dialog_over_a_dialog_goes_back_one_by_one():
    person, first, answers, _ = asked()
    second = Dialog("Sure?", "", [Answer("Back")])
    person.ui.open(second)
    person.key(pygame.K_ESCAPE)
    assert person.ui.overlays == [first]
    assert person.ui.focused in first.buttons
    person.key(pygame.K_ESCAPE)
    assert answers == ["no"]


@pytest.mark.parametrize("size", [(320, 240), (800, 600)])
def test_a_dialog_fits_its_window(size):
    person = Person()
    person.ui.resize(size)
    dialog = Dialog(
        "A long title that needs room", "word " * 200, [Answer("One"), Answer("Another"), Answer("Third")]
    )
    person.ui.open(dialog)
    person.frames(1)
    assert dialog.panel.width <= size[0]
    for button in dialog.buttons:
        assert pygame.Rect((0, 0), size).contains(button.rect)


def test_hints_show_keys_or_pad_buttons_by_the_last_device():
    hints = [(Intent.ACCEPT, "Select"), (Intent.BACK, "Back")]
    device = [Device.KEYBOARD]
    bar = HintBar(lambda: hints, lambda: device[0], [(Intent.BACK, "Leave")])
    person = Person((bar, (0, 0, 600, 30)))
    keys = pixels(person.surface)
    device[0] = Device.PAD
    person.frames(1)
    assert pixels(person.surface) != keys
    assert bar.shown() == hints
    green = pad_colours("A", person.ui.theme)[0]
    assert person.surface.get_at((4, 15))[:3] == green
    assert person.surface.get_at((1, 5))[:3] != green


def test_progress_grows_and_an_unknown_one_moves():
    known, unknown = ProgressBar("Video", 0.2), ProgressBar("Server", None)
    person = Person((known, (0, 0, 300, 30)), (unknown, (0, 50, 300, 30)), reduce_motion=False)
    accent = person.ui.theme.palette.accent

    def filled(widget):
        y = widget.rect.bottom - 3
        return [x for x in range(300) if person.surface.get_at((x, y))[:3] == accent]

    person.frames(60)
    assert len(filled(known)) == pytest.approx(60, abs=4)
    before = filled(unknown)
    known.share = 2.0
    person.frames(40)
    assert len(filled(known)) == pytest.approx(300, abs=6)
    assert filled(unknown) != before


def test_an_unknown_icon_is_named():
    with pytest.raises(KeyError, match="no-such-icon"):
        Theme().paint.icon_image("no-such-icon", 18, (0, 0, 0))


def test_every_bundled_icon_has_a_shape_of_its_own():
    paint = Theme().paint
    shapes = {name: paint.icon_image(name, 24, (255, 255, 255)) for name in icon_table()}
    assert all(image.get_bounding_rect().width > 0 for image in shapes.values())
    assert len({pygame.image.tobytes(image, "RGBA") for image in shapes.values()}) == len(shapes)


def test_icons_are_centred():
    paint = Theme().paint
    image = paint.icon_image("circle", 24, (255, 255, 255))
    assert image.get_size() == (24, 24)
    box = image.get_bounding_rect()
    assert abs(box.centerx - 12) <= 1
    assert abs(box.centery - 12) <= 1


def test_panels_have_round_smooth_corners_and_even_borders():
    theme = Theme()
    surface = pygame.Surface((60, 60))
    theme.paint.panel(surface, surface.get_rect(), (200, 0, 0), 12, (0, 0, 200), 1)
    assert surface.get_at((0, 0))[:3] == (0, 0, 0)
    assert surface.get_at((30, 30))[:3] == (200, 0, 0)
    for edge in ((0, 30), (59, 30), (30, 0), (30, 59)):
        assert surface.get_at(edge)[:3] == (0, 0, 200)
    blends = {surface.get_at((x, y))[:3] for x in range(12) for y in range(12)}
    assert len(blends) > 8
    for x in range(60):
        for y in range(60):
            assert surface.get_at((x, y)) == surface.get_at((59 - x, y)) == surface.get_at((x, 59 - y))


def test_a_picture_covers_its_frame_without_stretching():
    paint = Theme().paint
    image = pygame.Surface((200, 100))
    image.fill((10, 200, 10))
    pygame.draw.circle(image, (250, 250, 250), (100, 50), 30)
    surface = pygame.Surface((100, 100))
    paint.picture(surface, image, surface.get_rect(), 8)
    assert surface.get_at((50, 2))[:3] == (10, 200, 10)
    assert surface.get_at((0, 0))[:3] != (10, 200, 10)
    white = [x for x in range(100) if sum(surface.get_at((x, 50))[:3]) > 600]
    tall = [y for y in range(100) if sum(surface.get_at((50, y))[:3]) > 600]
    assert len(white) == pytest.approx(len(tall), abs=2) == pytest.approx(60, abs=3)


@pytest.mark.parametrize("scale", [0.5, 2.5, math.nan])
def test_a_display_scale_out_of_range_is_refused(scale):
    with pytest.raises(ValueError, match="between 1"):
        Theme(scale)


def test_lengths_scale_and_never_vanish():
    assert [Theme(scale).px(8) for scale in (1.0, 1.5, 2.0)] == [8, 12, 16]
    assert Theme().px(0.2) == 1
    assert Theme(2.0).px(0) == 0


def test_motion_arrives_in_its_time_whatever_the_frame_rate():
    theme = Theme()
    for rate in (30, 60, 144):
        motion = Motion()
        motion.target = 1.0
        for _ in range(round(MOTION_S * rate)):
            motion.update(1 / rate, theme)
        assert motion.value == pytest.approx(0.95, abs=0.04)


def test_reduced_motion_jumps():
    motion = Motion()
    motion.target = 1.0
    motion.update(0.001, Theme(reduce_motion=True))
    assert motion.value == 1.0


def luminance(colour):
    """Relative luminance after WCAG 2.1."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["background", "surface", "raised", "overlay"])
def test_text_can_be_read_on_every_surface(ground):
    palette = Palette()
    ground = getattr(palette, ground)
    assert contrast(palette.text, ground) >= 7
    assert contrast(palette.muted, ground) >= 3.7
    assert contrast(palette.accent, ground) >= 3


def test_seats_differ_from_each_other_also_without_colour_vision():
    palette = Palette()
    assert len({palette.seat(index) for index in range(8)}) == 8
    assert palette.seat(8) == palette.seat(0)
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    # The first two seats, which most games have, differ along blue and yellow: red-green blindness spares it.
    first, second = palette.seat(0), palette.seat(1)
    assert abs(first[2] - second[2]) > 100


def test_mix_stays_between():
    assert mix((0, 0, 0), (100, 200, 50), 0.5) == (50, 100, 25)
    assert mix((0, 0, 0), (100, 200, 50), 7) == (100, 200, 50)


def test_icons_stand_in_the_middle_of_their_box():
    paint = Theme().paint
    # Its outline is symmetric, and far from the left edge, where a wrong side bearing would put it.
    box = paint.icon_image("chevron-up", 24, (255, 255, 255)).get_bounding_rect()
    narrow = paint.icon_image("ellipsis-vertical", 24, (255, 255, 255)).get_bounding_rect()
    assert abs(box.centerx - 12) <= 1
    assert abs(narrow.centerx - 12) <= 1
