"""The app's loop on the dummy driver: pacing, latency in slots, screens, shortcuts, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pygame
import pytest

from arena.errors import ArenaError, GameError, WindowError
from arena.home import arena_home
from arena.match.seating import parse_spec
from controllers.human import KIND, HumanController
from controllers.inputs import KEYBOARD
from scenes.app import App
from scenes.screen import UiScreen
from scenes.settings_store import Settings
from scenes.ui import Button
from tests.controllers.people import STAY, UP, context, play, start
from tests.scenes.apps import Plain, Time, key, opened
from tests.virtual_pad import VirtualPad


class Slots(Plain):
    """Plays slots at 60 Hz with one person at the keyboard, as a match does."""

    plays = True

    def __init__(self, app: App, first_slot: float) -> None:
        super().__init__(app)
        self.next_slot = first_slot
        self.played: list[tuple[float, int]] = []
        where = context(app.hub)
        self.person: HumanController = KIND.build(parse_spec("human:keyboard"), where)
        start(self.person, where)

    def update(self, now: float) -> bool:
        if now < self.next_slot:
            return False
        self.played.append((now, play(self.person)))
        self.next_slot += 1 / 60
        return True

    def next_wakeup(self, now: float) -> float | None:
        return self.next_slot

    @property
    def actions(self) -> list[int]:
        return [action for _, action in self.played]


def rounds(app: App, count: int) -> None:
    for _ in range(count):
        app.loop_once()


# Pacing -----------------------------------------------------------------------------------------------------


def test_frames_keep_their_mean_rate_though_every_sleep_is_late(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, time):
        screen = Plain(app)
        app.push(screen)
        app.loop_once()
        time.late_s = 0.0004
        begin, frames = time.now, app.frames.frames
        rounds(app, 600)
        assert (app.frames.frames - frames) / (time.now - begin) == pytest.approx(60, rel=1e-3)
        assert app.frames.missed == 0


def test_slots_and_frames_fall_together(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, time):
        screen = Slots(app, time.now + 0.011)
        app.push(screen)
        rounds(app, 120)
        slots = [at for at, _ in screen.played]
        assert slots[10:] == screen.drawn[10 - len(slots) :], "drawn in the round that played it"
        assert len(time.sleeps) < 130, "one sleep a slot"


def test_a_press_before_a_slot_is_played_in_that_slot_and_drawn_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, time):
        screen = Slots(app, time.now)
        app.push(screen)
        rounds(app, 5)
        played = len(screen.played)
        pygame.event.post(key(pygame.K_w))
        app.loop_once()
        assert screen.actions[played:] == [UP]
        assert screen.drawn[-1] == screen.played[-1][0]
        pygame.event.post(key(pygame.K_w, down=False))
        rounds(app, 1)
        assert screen.actions[-1] == STAY


def test_a_tap_within_one_round_is_played(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, time):
        screen = Slots(app, time.now)
        app.push(screen)
        rounds(app, 3)
        pygame.event.post(key(pygame.K_UP))
        pygame.event.post(key(pygame.K_UP, down=False))
        rounds(app, 2)
        assert screen.actions[-2:] == [UP, STAY]


def test_a_long_round_is_missed_frames_and_no_burst(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, time):
        app.push(Plain(app))
        rounds(app, 3)
        time.now += 0.5
        app.loop_once()
        assert app.frames.missed in {28, 29}
        frames = app.frames.frames
        at = time.now
        rounds(app, 6)
        assert app.frames.frames - frames == 6
        assert time.now - at > 5 / 60


def test_an_idle_screen_is_drawn_ten_times_a_second_and_polled_at_full_rate(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, _time):
        screen = Plain(app)
        app.push(screen)
        rounds(app, 60)
        screen.drawn.clear()
        rounds(app, 120)
        assert 17 <= len(screen.drawn) <= 20
        pygame.event.post(key(pygame.K_a))
        screen.drawn.clear()
        rounds(app, 30)
        assert len(screen.drawn) == 30, "after an event every frame is drawn for a while"


def test_a_wake_up_steps_at_once_and_draws_with_the_frame(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, time):
        screen = Plain(app)
        app.push(screen)
        rounds(app, 2)
        calls: list[float] = []

        def update(now: float) -> bool:
            calls.append(now)
            return True

        screen.on_update = update
        begin = time.now
        app.waker.wake()
        app.loop_once()
        assert calls == [begin]
        assert time.now == begin, "nothing was slept"


def test_the_latency_of_presses_is_measured(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, _time):
        app.push(Plain(app))
        pygame.event.post(key(pygame.K_a))
        rounds(app, 2)
        assert app.latency.quantile_ms(0.5) == 0.0, "polled, stepped and flipped in one round"


# Input ------------------------------------------------------------------------------------------------------


def test_keys_reach_seats_only_while_a_screen_plays(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, time):
        screen = Slots(app, time.now)
        app.push(screen)
        app.push(Plain(app))
        pygame.event.post(key(pygame.K_w))
        app.loop_once()
        app.pop()
        rounds(app, 2)
        assert screen.actions[-1] == STAY, "pressed in a menu above the match"
        assert app.hub.held(KEYBOARD, "w")


def test_a_screen_may_take_a_press_before_anybody_else(tmp_path: Path, virtual_pad: VirtualPad) -> None:
    with opened(tmp_path) as (app, time):
        screen = Slots(app, time.now)
        taken: list[tuple[str, str]] = []

        def pressed(device_id: str, name: str) -> bool:
            taken.append((device_id, name))
            return name in {"w", "a"}

        screen.on_press = pressed
        app.push(screen)
        app.loop_once()
        virtual_pad.press("a")
        for code in (pygame.K_w, pygame.K_s):
            pygame.event.post(key(code))
        rounds(app, 2)
        pad = f"pad:{virtual_pad.instance_id}"
        assert sorted(taken) == [(KEYBOARD, "s"), (KEYBOARD, "w"), (pad, "a")]
        assert [event.key for event in screen.events if event.type == pygame.KEYDOWN] == [pygame.K_s]
        assert UP not in screen.actions


def test_pads_that_come_and_go_are_told(tmp_path: Path, virtual_pad: VirtualPad) -> None:
    with opened(tmp_path) as (app, _time):
        screen = Plain(app)
        counts: list[int] = []
        screen.on_devices = lambda: counts.append(len(app.hub.pads))
        app.push(screen)
        app.loop_once()
        virtual_pad.unplug()
        rounds(app, 2)
        assert counts == [1, 0]


# Screens ----------------------------------------------------------------------------------------------------


def test_the_stack_tells_screens_where_they_are(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, _time):
        one, two, three = Plain(app), Plain(app), Plain(app)
        app.push(one)
        app.push(two)
        app.replace(three)
        app.pop()
        assert app.screen is one
        assert (one.log, two.log, three.log) == (
            ["enter", "cover", "uncover"], ["enter", "leave"], ["enter", "leave"],
        )  # fmt: skip
        app.pop()
        assert app.ended == "closed", "out of the last screen is out of the arena"
    assert one.log[-1] == "leave"


class Menu(UiScreen):
    """One button; the newest message."""

    clicked = 0

    def build(self) -> None:
        self.button = Button("Play", self.click)
        self.ui.add(self.button)

    def layout(self, rect: pygame.Rect) -> None:
        self.button.place(pygame.Rect(20, 20, 200, 40))

    def click(self) -> None:
        self.clicked += 1
        if self.clicked == 2:
            raise GameError("this game cannot be made; install it")

    @property
    def messages(self) -> list[str]:
        return [toast.text for toast in self.ui.toasts.toasts]


def test_widgets_are_reached_by_keyboard_mouse_and_pad(tmp_path: Path, virtual_pad: VirtualPad) -> None:
    with opened(tmp_path) as (app, _time):
        screen = Menu(app)
        app.push(screen)
        screen.ui.focus_first()
        app.loop_once()
        pygame.event.post(key(pygame.K_RETURN))
        app.loop_once()
        clicks = [screen.clicked]
        screen.clicked = 2  # the second click is another test's
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            pygame.event.post(pygame.event.Event(kind, pos=(60, 40), button=1))
        app.loop_once()
        clicks.append(screen.clicked)
        virtual_pad.press("a")
        app.loop_once()
        assert [*clicks, screen.clicked] == [1, 3, 4]
        pygame.event.post(key(pygame.K_ESCAPE))
        app.loop_once()
        assert app.ended == "closed"


def test_a_deliberate_error_is_told_and_the_arena_goes_on(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, _time):
        screen = Menu(app)
        screen.clicked = 1
        app.push(screen)
        screen.ui.focus_first()
        pygame.event.post(key(pygame.K_RETURN))
        rounds(app, 2)
        assert screen.messages == ["this game cannot be made; install it"]
        assert app.ended is None
        assert screen.animates


def test_a_screen_that_cannot_tell_errors_lets_them_through(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, _time):
        screen = Plain(app)

        def update(now: float) -> bool:
            raise GameError("broken")

        screen.on_update = update
        app.push(screen)
        with pytest.raises(GameError, match="broken"):
            app.loop_once()


def test_every_screen_is_left_even_if_one_fails(tmp_path: Path) -> None:
    def fail() -> None:
        raise GameError("cannot end")

    left: list[str] = []

    def run() -> None:
        with opened(tmp_path) as (app, _time):
            lower, upper = Plain(app), Plain(app)
            lower.on_leave = lambda: left.append("lower")
            upper.on_leave = fail
            app.push(lower)
            app.push(upper)

    with pytest.raises(GameError, match="cannot end"):
        run()
    assert left == ["lower"]
    assert not pygame.display.get_init()


# Window and settings ----------------------------------------------------------------------------------------


def test_settings_take_effect_and_are_there_next_time(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, _time):
        screen = Menu(app)
        app.push(screen)
        app.change(scale=1.5, fps="120", volume=0.2, dead_zone=0.3, rumble=False)
        assert screen.ui.theme is app.theme
        assert app.theme.scale == 1.5
        assert app.frames.period_s == pytest.approx(1 / 120)
        assert (app.audio.volume, app.devices.dead_zone, app.hub.rumble_on) == (0.2, 0.3, False)
        app.hub.bindings.rebind("keyboard/full", "primary", ["f"])
        app.store.save()
    with opened(tmp_path) as (app, _time):
        assert app.settings == Settings(scale=1.5, fps="120", volume=0.2, dead_zone=0.3, rumble=False)
        assert app.hub.bindings.layout("keyboard/full").slots["primary"] == ("f",)


def test_shortcuts_work_everywhere_and_mean_nothing_else(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, _time):
        screen = Plain(app)
        app.push(screen)
        windowed = app.window.size
        pygame.event.post(key(pygame.K_RETURN, mod=pygame.KMOD_LALT))
        app.loop_once()
        assert app.window.size == pygame.display.get_desktop_sizes()[0]
        full = [app.settings.fullscreen]
        pygame.event.post(key(pygame.K_F11))
        app.loop_once()
        assert (full, app.settings.fullscreen, app.window.size) == ([True], False, windowed)
        pygame.event.post(key(pygame.K_F3))
        pygame.event.post(key(pygame.K_F12))
        pygame.event.post(key(pygame.K_F12))
        rounds(app, 2)
        assert app.settings.overlay
        pictures = sorted((app.home.root / "screenshots").iterdir())
        assert len(pictures) == 2
        assert pygame.image.load(pictures[0]).get_size() == app.window.size
        assert not [event for event in screen.events if event.type == pygame.KEYDOWN]


def test_a_new_size_is_told_and_remembered(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, _time):
        screen = Plain(app)
        app.push(screen)
        app.loop_once()
        pygame.display.set_mode((1000, 700), pygame.RESIZABLE)
        app.loop_once()
        assert screen.log[-1] == "resize 1000x700"
    display = tomllib.loads((tmp_path / "home" / "settings.toml").read_text())["display"]
    assert (display["width"], display["height"]) == (1000, 700)


def test_what_was_wrong_at_the_start_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = arena_home(tmp_path / "home")
    home.settings_path.write_text("[display]\nscale = 7.0\n")
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    time = Time()
    with App(home, clock=time, waker=time) as app:
        app.quit()
        screen = Menu(app)
        app.run(screen)
        assert screen.messages[0] == "settings.toml: scale = 7.0 is not a number from 1 to 2; 1.0 is used"
        assert screen.messages[1].startswith("There is no sound: ")


# The end ----------------------------------------------------------------------------------------------------


def test_a_window_forced_below_its_least_size_ends_without_an_error(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, _time):
        app.push(Plain(app))
        pygame.display.set_mode((700, 420), pygame.RESIZABLE)
        app.loop_once()
    display = tomllib.loads(app.home.settings_path.read_text())["display"]
    assert (display["width"], display["height"]) == (960, 600)


def test_closing_the_window_leaves_the_screens_and_frees_everything(tmp_path: Path) -> None:
    with opened(tmp_path) as (app, time):
        screen = Plain(app)
        pygame.event.post(pygame.event.Event(pygame.QUIT))
        assert app.run(screen) == "closed"
    assert screen.log == ["enter", "leave"]
    assert time._closed
    assert not pygame.display.get_init()
    assert pygame.mixer.get_init() is None


@pytest.mark.parametrize(("number", "why"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated")])
def test_signals_end_the_loop_in_order(tmp_path: Path, number: signal.Signals, why: str) -> None:
    before = signal.getsignal(number)
    with opened(tmp_path) as (app, _time):
        screen = Plain(app)

        def update(now: float) -> bool:
            os.kill(os.getpid(), number)
            return False

        screen.on_update = update
        assert app.run(screen) == why
    assert screen.log == ["enter", "leave"]
    assert signal.getsignal(number) is before


def test_without_a_display_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform in {"darwin", "win32"}:
        pytest.skip("this system always has a display")
    sentence = r"no window can be opened: .*DISPLAY.*`arena demo`"
    with pytest.raises(WindowError, match=sentence) as caught, opened(tmp_path):
        pass
    assert isinstance(caught.value, ArenaError)
    assert not pygame.display.get_init()


def test_the_window_starts_without_what_only_matches_need() -> None:
    heavy = "('pettingzoo', 'sqlalchemy', 'zmq', 'chess')"
    code = f"import sys, scenes.app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
