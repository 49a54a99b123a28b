"""The app: owns the window, the devices, the sound, the settings and the stack of screens, and drives them.

Each time round it sleeps to the next frame or slot of a match, whichever is first, or until something wakes
it; then polls input, lets the screen step, and draws if a frame is due and the picture has changed. This is
the only place that takes events from pygame. `App.loop_once` is public: tests and tools drive the very same
loop.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

import pygame

from arena.errors import ArenaError
from arena.home import Home
from arena.waker import Waker
from controllers.inputs import InputHub
from scenes import overlay
from scenes.audio import Audio
from scenes.devices import Devices
from scenes.loop import FrameClock, Latency
from scenes.screen import Screen, Stack
from scenes.settings_store import Settings, SettingsStore
from scenes.ui.theme import Theme
from scenes.ui.toast import ToastKind
from scenes.window import Window

LIVELY_S = 0.75
"""After an event every frame is drawn for so long: highlights, menus and tooltips move."""
IDLE_S = 0.1
"""Where nothing happens, a frame so often: text cursors, countdowns."""
LONGEST_DT_S = 0.1
"""An animation never jumps further than this, however long the frame before took."""

CLOSED, INTERRUPTED, TERMINATED = "closed", "interrupted", "terminated"
_SIGNALS = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}
_DEVICE_EVENTS = {pygame.CONTROLLERDEVICEADDED, pygame.CONTROLLERDEVICEREMOVED}


class App:
    """Use as a context manager: entering opens the window, leaving closes everything that was opened.

    Raises :class:`arena.errors.WindowError` where there is no display.
    """

    def __init__(
        self,
        home: Home,
        *,
        size: tuple[int, int] | None = None,
        fullscreen: bool | None = None,
        clock: Callable[[], float] = time.perf_counter,
        waker: Waker | None = None,
    ) -> None:
        self.home = home
        self.clock = clock
        """Seconds; the match's clock too."""
        self.store = SettingsStore(home.settings_path)
        settings = self.store.settings
        self.hub = InputHub(self.store.bindings, clock)
        self.devices = Devices(self.hub, settings.dead_zone)
        self.audio = Audio(settings.volume, muted=settings.muted)
        self.theme = Theme(settings.scale, reduce_motion=settings.reduce_motion)
        self.window = Window(
            size or (settings.width, settings.height),
            fullscreen=settings.fullscreen if fullscreen is None else fullscreen,
        )
        self.waker = waker or Waker()
        """Matches wake the loop through it, from any thread."""
        self.frames = FrameClock(60, clock())
        self.latency = Latency()
        """From taking a press off the queue to the end of the flip that shows what it did."""
        self.ended: str | None = None
        """Why the loop is over: ``closed``, ``interrupted`` (Ctrl-C), ``terminated``; ``None`` while it
        runs.
        """
        self._screens = Stack()
        self._dirty = True
        self._lively_until = 0.0
        self._drawn_at = 0.0
        self._measured_press: float | None = None

    # ---- opening and closing -------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        try:
            self.window.open()
            self.audio.open()
            self.devices.open(self.home.root)
            self._apply(self.settings)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        problems = self._screens.clear()
        try:
            width, height = self.window.windowed_size
            self.store.change(width=width, height=height)
        except ArenaError as problem:
            problems.append(problem)
        self._close()
        if problems and error is None:
            raise problems[0]

    def _close(self) -> None:
        self.devices.close()
        self.audio.close()
        self.window.close()
        self.waker.close()

    # ---- running -------------------------------------------------------------------------------------------

    def run(self, first: Screen | None = None) -> str:
        """Show ``first`` and loop until the window is closed; returns why it ended (see `ended`)."""
        if first is not None:
            self.push(first)
            self._tell_notices()
        with self._signals():
            while self.ended is None:
                self.loop_once()
        return self.ended

    def quit(self, why: str = CLOSED) -> None:
        """End the loop after the present round."""
        self.ended = self.ended or why
        self.waker.wake()

    def loop_once(self) -> None:
        """One round: sleep, poll input, step, and draw if a frame is due."""
        self._sleep()
        self._poll()
        screen = self._screens.top
        if screen is None:
            self.quit()
        if screen is None or self.ended is not None:
            return
        if self._guarded(screen, lambda: screen.update(self.clock())):
            self._dirty = True
        self.devices.rumble()
        now = self.clock()
        if self.frames.due(now):
            self.frames.begin(now)
            self._draw_if_needed(now)

    def _sleep(self) -> None:
        now = self.clock()
        screen = self._screens.top
        wakeup = screen.next_wakeup(now) if screen is not None else None
        self.frames.follow(wakeup)
        until = self.frames.deadline if wakeup is None else min(wakeup, self.frames.deadline)
        self.waker.wait(max(0.0, until - now))

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Let Ctrl-C and a termination end the loop in order; only the main thread may ask for that."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def end(number: int, _frame: FrameType | None) -> None:
            self.quit(_SIGNALS[signal.Signals(number)])

        before = {number: signal.signal(number, end) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    # ---- screens -------------------------------------------------------------------------------------------

    @property
    def screen(self) -> Screen | None:
        """The screen that is shown."""
        return self._screens.top

    def push(self, screen: Screen) -> None:
        """Show ``screen`` above the present one."""
        self._screens.push(screen)
        self._changed_screen()

    def replace(self, screen: Screen) -> None:
        """Show ``screen`` instead of the present one."""
        self._screens.replace(screen)
        self._changed_screen()

    def pop(self) -> None:
        """Go back to the screen below; from the last one, out."""
        if len(self._screens.all) > 1:
            self._screens.pop()
            self._changed_screen()
        else:
            self.quit()

    def home_screen(self) -> None:
        """Go back to the first screen."""
        while len(self._screens.all) > 1:
            self._screens.pop()
        self._changed_screen()

    def say(self, text: str, kind: ToastKind = "info") -> bool:
        """Tell the person something in passing on the present screen; false if it has no place for it."""
        self._stir()
        screen = self._screens.top
        return screen is not None and screen.say(text, kind)

    def _changed_screen(self) -> None:
        self._stir()
        screen = self._screens.top
        self.window.set_title(screen.title if screen is not None else "")

    def _tell_notices(self) -> None:
        """Say what was wrong with the settings or the sound, once."""
        for notice in (*self.store.notices, *filter(None, [self.audio.problem])):
            self.say(notice, "warn")
        self.store.notices.clear()

    def _guarded(self, screen: Screen, hook: Callable[[], bool]) -> bool:
        """Call a hook of a screen; a deliberate error is told to the person and the arena goes on."""
        try:
            return hook()
        except ArenaError as error:
            if not screen.say(str(error), "bad"):
                raise
            self._stir()
            return True

    # ---- settings ------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings as they are."""
        return self.store.settings

    def change(self, **changes: Any) -> None:
        """Change settings (fields of :class:`Settings`), save them and have them take effect."""
        self._apply(self.store.change(**changes))

    def _apply(self, settings: Settings) -> None:
        if (settings.scale, settings.reduce_motion) != (self.theme.scale, self.theme.reduce_motion):
            self.theme = Theme(settings.scale, reduce_motion=settings.reduce_motion)
            for screen in self._screens.all:
                screen.restyle(self.theme)
        fps = self.window.refresh_hz if settings.fps == "screen" else float(settings.fps)
        self.frames.set_rate(fps, self.clock())
        self.audio.set(volume=settings.volume, muted=settings.muted)
        self.devices.dead_zone = settings.dead_zone
        self.hub.rumble_on = settings.rumble
        self._stir()

    # ---- input ---------------------------------------------------------------------------------------------

    def _poll(self) -> None:
        for raw in pygame.event.get():
            for event in self.devices.translate(raw):
                self._dispatch(event)

    def _dispatch(self, event: pygame.event.Event) -> None:
        self._stir()
        screen = self._screens.top
        if event.type == pygame.QUIT:
            self.quit()
        elif event.type == pygame.WINDOWSIZECHANGED:
            self._resized()
        elif screen is None or (event.type == pygame.KEYDOWN and self._shortcut(event, screen)):
            return
        else:
            taken = self._offer_press(event, screen)
            self.hub.muted = taken or not screen.plays
            self.devices.feed(event)
            if event.type in _DEVICE_EVENTS:
                screen.devices_changed()
            if not taken:
                self._guarded(screen, lambda: screen.handle(event))

    def _offer_press(self, event: pygame.event.Event, screen: Screen) -> bool:
        press = self.devices.press_of(event)
        return press is not None and self._guarded(screen, lambda: screen.pressed(*press))

    def _shortcut(self, event: pygame.event.Event, screen: Screen) -> bool:
        """Keys that mean the same everywhere: F11 or Alt+Enter, F3, F12."""
        alt_enter = event.key == pygame.K_RETURN and event.mod & pygame.KMOD_ALT
        actions: dict[int, Callable[[], None]] = {
            pygame.K_F11: self.toggle_fullscreen,
            pygame.K_F3: lambda: self.change(overlay=not self.settings.overlay),
            pygame.K_F12: self.take_photograph,
        }
        action = self.toggle_fullscreen if alt_enter else actions.get(event.key)
        if action is None:
            return False
        chosen = action
        self._guarded(screen, lambda: chosen() is None)
        return True

    def toggle_fullscreen(self) -> None:
        """Fill the display, or stop to."""
        self.window.fullscreen = not self.window.fullscreen
        self.hub.focus_lost()  # some window systems swallow releases while the mode changes
        self._resized()
        self.change(fullscreen=self.window.fullscreen)

    def take_photograph(self) -> None:
        """Save the picture on display to the home."""
        path = self.window.photograph(self.home.root / "screenshots")
        self.say(f"Picture saved as {path.name} in {path.parent}", "good")

    def _resized(self) -> None:
        self.window.resized()
        for screen in self._screens.all:
            screen.resize(self.window.size)
        self._stir()

    # ---- drawing -------------------------------------------------------------------------------------------

    def _stir(self) -> None:
        """Something happened: draw, and keep drawing for a while."""
        self._dirty = True
        self._lively_until = self.clock() + LIVELY_S

    def _draw_if_needed(self, now: float) -> None:
        screen = self._screens.top
        since_s = now - self._drawn_at
        moving = now < self._lively_until or self.hub.busy or since_s >= IDLE_S
        if screen is None or not (self._dirty or moving or screen.animates):
            return
        self._dirty = False
        self._drawn_at = now
        surface = self.window.surface
        screen.draw(surface, min(since_s, LONGEST_DT_S))
        if self.settings.overlay:
            overlay.draw(surface, self.theme, [*self._figures(), *screen.figures()])
        pygame.display.flip()
        shown_at = self.clock()
        press = self.hub.last_press_s
        if press is not None and press != self._measured_press:
            self._measured_press = press
            self.latency.add(shown_at - press)
        screen.shown(shown_at)

    def _figures(self) -> list[str]:
        p50, p99 = self.latency.quantile_ms(0.5), self.latency.quantile_ms(0.99)
        press = f"{p50:.1f} / {p99:.1f} ms" if p50 is not None and p99 is not None else "no press yet"
        return [f"{self.frames.fps:.1f} fps, {self.frames.missed} missed", f"poll to flip p50 / p99: {press}"]
