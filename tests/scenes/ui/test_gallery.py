"""The gallery of all widgets: equal bytes, every control reachable, no text rendered on a still screen."""

import pygame
import pytest

from scenes.ui import Device
from scenes.ui.gallery import SIZE, Gallery, picture


def pixels(surface):
    return pygame.image.tobytes(surface, "RGB")


@pytest.mark.parametrize("overlay", ["", "dialog", "picker", "keys"])
def test_drawing_twice_gives_the_same_bytes(overlay):
    assert pixels(picture(1.0, overlay=overlay)) == pixels(picture(1.0, overlay=overlay))


def test_another_scale_gives_another_picture():
    assert pixels(picture(1.5, (1920, 1080))) != pixels(picture(1.0, (1920, 1080)))


def test_tab_reaches_every_control_and_comes_round():
    gallery = Gallery(1.0)
    surface = pygame.Surface(SIZE)
    gallery.draw(surface)
    order = gallery.ui.order()
    seen = []
    for _ in order:
        gallery.ui.dispatch(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_TAB, mod=0))
        gallery.ui.dispatch(pygame.event.Event(pygame.KEYUP, key=pygame.K_TAB, mod=0))
        seen.append(gallery.ui.focused)
    assert seen == order
    assert {type(widget).__name__ for widget in order} >= {
        *("NavRail", "Tabs", "TextField", "Choice", "Slider", "Toggle", "KeyCapture"),
        *("Table", "Card", "LogView", "Button"),
    }


def test_a_still_screen_renders_no_text():
    gallery = Gallery(1.0)
    surface = pygame.Surface(SIZE)
    for _ in range(5):
        gallery.draw(surface)
    book = gallery.ui.theme.text
    renders = book.renders
    for _ in range(30):
        gallery.draw(surface)
    assert book.renders == renders


def test_a_new_theme_and_size_take_hold():
    from scenes.ui import Theme

    gallery = Gallery(1.0)
    surface = pygame.Surface((1920, 1080))
    gallery.draw(surface)
    height = gallery.buttons[0].rect.height
    gallery.ui.resize((1920, 1080))
    gallery.ui.restyle(Theme(1.5))
    gallery.draw(surface)
    assert gallery.buttons[0].rect.height == height * 3 // 2
    assert gallery.rail.rect.height == 1080


def test_the_device_used_last_is_known():
    gallery = Gallery(1.0)
    event = pygame.event.Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_A)
    gallery.ui.dispatch(event)
    devices = [gallery.ui.device]
    gallery.ui.dispatch(pygame.event.Event(pygame.MOUSEMOTION, pos=(5, 5), rel=(1, 1), buttons=(0, 0, 0)))
    devices.append(gallery.ui.device)
    assert devices == [Device.PAD, Device.MOUSE]


def settle(gallery, surface):
    """Let a second pass in coarse frames."""
    for _ in range(12):
        gallery.draw(surface, 0.1)


def moving(ui):
    """What keeps the screen from resting; the root itself must agree."""
    names = {type(widget).__name__ for widget in ui.content.walk() if widget.animates}
    assert bool(names) == ui.animates
    return names


def test_a_screen_rests_until_something_happens():
    gallery = Gallery(1.0)
    surface = pygame.Surface(SIZE)
    gallery.progress[1].share = 1.0
    settle(gallery, surface)
    before = pixels(surface)
    gallery.draw(surface)
    assert pixels(surface) == before

    steps = {
        "LogView": lambda: gallery.log.append("new"),
        "LineChart": lambda: gallery.chart.add("ppo", 50_000, 1),
        "ProgressBar": lambda: setattr(gallery.progress[0], "share", 0.9),
        "TextField": lambda: gallery.ui.focus(gallery.form.items[0]),
    }
    for name, happen in steps.items():
        assert moving(gallery.ui) == set()
        happen()
        assert moving(gallery.ui) == {name}
        gallery.draw(surface)
        assert pixels(surface) != before
        gallery.ui.focus(None)
        settle(gallery, surface)
        before = pixels(surface)
    assert moving(gallery.ui) == set()


def test_a_held_arrow_keeps_the_screen_awake():
    gallery = Gallery(1.0)
    surface = pygame.Surface(SIZE)
    gallery.progress[1].share = 1.0
    gallery.ui.dispatch(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_DOWN, mod=0))
    gallery.ui.focus(None)
    awake = []
    for _ in range(2):
        settle(gallery, surface)
        awake.append(gallery.ui.animates)
        gallery.ui.dispatch(pygame.event.Event(pygame.KEYUP, key=pygame.K_DOWN, mod=0))
        gallery.ui.focus(None)
    assert awake == [True, False]


def test_a_narrow_window_keeps_the_icons_of_the_rail():
    wide, narrow = Gallery(1.0), Gallery(1.5)
    for gallery in (wide, narrow):
        gallery.draw(pygame.Surface(SIZE))
    assert (wide.rail.rect.width, narrow.rail.rect.width) == (208, 108)
