"""The match screen: opens a session, drives it frame by frame, and closes it before the result is shown."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING

import pygame

from arena.errors import ArenaError
from arena.match.match import Phase
from arena.session import MatchSetup, Session, Stage, open_session
from scenes.match import keys, looks
from scenes.match.driver import Driver
from scenes.match.happenings import Happenings
from scenes.match.menus import Menus
from scenes.match.overlays import Curtain, Waiting, draw_countdown, draw_veil
from scenes.match.people import People
from scenes.match.playing import Playing
from scenes.match.readiness import search_all
from scenes.match.report import Report
from scenes.match.seat_panel import HEIGHT
from scenes.match.sounds import Ears, shake
from scenes.match.table_box import GAP, HEADER
from scenes.screen import UiScreen
from scenes.screens.job import Job
from scenes.ui import Answer, Dialog

if TYPE_CHECKING:
    from scenes.app import App

INTERMISSION_S = 2.0
"""Between two episodes; a button goes on at once."""
LINGER_S = 1.6
"""The final position stays so long before the result takes its place."""
PATIENCE_S = 0.25
"""What takes longer than this says what it waits for."""


class MatchScreen(UiScreen):
    """Plays one match as set up. ``after`` is work that must be done before (the closing of the match before,
    which still holds its devices).
    """

    title = "Match"

    def __init__(self, app: App, setup: MatchSetup, after: Job[None] | None = None) -> None:
        super().__init__(app)
        self.setup = setup
        self.playing: Playing | None = None
        self.driver: Driver | None = None
        self._after = after
        self._opening: Job[Session] | None = None
        self._closing: Job[None] | None = None
        self._waiting: Waiting | None = None
        self._curtain: Curtain | None = None
        self._unwanted = False
        self._since = 0.0
        self._ended_at: float | None = None
        self._told = 0
        self._shown_version = -1

    # ---- opening and closing ------------------------------------------------------------------------------

    def build(self) -> None:
        """Open the session in the background; the match's own widgets come when it is there."""
        self.ui.on_menu = self.back
        self.ui.toasts.top_px = HEADER + HEIGHT + GAP + GAP  # below the buttons and the first seat
        self._since = self.app.clock()
        self._opening = Job(self._open, self.app.waker.wake)

    def _open(self) -> Session:
        if self._after is not None:
            self._after.close()
        # While the table is set: the league's thread would else import the database during the first ticks.
        importlib.import_module("arena.league.store")
        app = self.app
        stage = Stage(
            app.clock,
            app.waker.wake,
            drawing=True,
            resources={"inputs": app.hub},
            intermission_s=INTERMISSION_S,
        )
        return open_session(self.setup, stage, app.home)

    def _opened(self, job: Job[Session]) -> None:
        self._opening = None
        try:
            session = job.result()
        except ArenaError as error:
            self._wait_no_more()
            answers = [Answer("Back", self.app.pop, "primary", "arrow-left")]
            self.ui.open(
                Dialog("This match cannot begin", str(error), answers, icon="circle-x", icon_tone="bad")
            )
            return
        if self._unwanted:
            self._close(session)
            return
        self.driver = Driver(session, self.app.clock)
        people = People(self.driver.match, self.app.hub)
        self.menus = Menus(self, self.driver, people)
        self.people = people
        self.ears = Ears(self.driver, self.app.audio.play)
        self.happenings = Happenings(self.app.audio.play, self.app.hub.rumble_seat)
        self.playing = Playing(self.app, self.driver, people, self.menus.tools)
        self.playing.on_layout = self.ui.relayout
        self.ui.add(self.playing, self.menus.banner)
        self.title = self.driver.match.entry.title
        self.app.window.set_title(self.title)
        self.driver.start()

    def leave(self) -> None:
        """Whatever is still open is closed before the app may go on."""
        search_all()
        if self._opening is not None:
            with contextlib.suppress(ArenaError):  # nothing was opened, and nobody is left to be told
                self._opening.result().close()
        if self.driver is not None:
            self.menus.takeover.close()
        if self._closing is None and self.driver is not None:
            self.driver.session.close()
        elif self._closing is not None and not self._handed_over:
            self._closing.close()

    _handed_over = False

    def _close(self, session: Session) -> None:
        self._closing = Job(session.close, self.app.waker.wake)

    def stop(self) -> None:
        """End the match without a result and go back to where it was set up."""
        self._unwanted = True
        self.ui.clear()
        self.playing = None
        self._waiting = self._curtain = None
        if self.driver is not None and self._closing is None:
            self._close(self.driver.session)

    def restart(self) -> None:
        """The same match from the beginning; what was played so far is closed without a result."""
        if self.driver is not None:
            self.app.replace(MatchScreen(self.app, self.setup, self._hand_over(self.driver.session)))

    def _hand_over(self, session: Session) -> Job[None]:
        """Close ``session`` in the background on behalf of the screen that follows."""
        if self._closing is None:
            self._close(session)
        assert self._closing is not None
        self._handed_over = True
        return self._closing

    def _finish(self, driver: Driver, playing: Playing) -> None:
        """Show the result; the session is closed meanwhile."""
        from scenes.screens.result import ResultScreen

        report = Report.of(self.setup, driver, self.people, playing.names, playing.bottom, self.app.clock())
        self.app.replace(ResultScreen(self.app, report, self._hand_over(driver.session)))

    # ---- the loop -----------------------------------------------------------------------------------------

    def update(self, now: float) -> bool:
        """Open, drive, or close, whichever it is time for."""
        if self._opening is not None:
            return self._update_opening(now, self._opening)
        if self._unwanted:
            return self._update_stopping(now)
        if self.driver is None or self.playing is None:
            return False
        changed = self.driver.update(now) if self._closing is None else False
        self._after_update(self.driver, self.playing, now)
        return changed

    def _update_opening(self, now: float, job: Job[Session]) -> bool:
        if job.done:
            self._opened(job)
            return True
        if now - self._since > PATIENCE_S and not self._unwanted:
            self._wait_for("Setting the table", ["The environment and the players are being started."])
        return False

    def _update_stopping(self, now: float) -> bool:
        if self._closing is None or self._closing.done:
            self.app.pop()
            return True
        self._wait_for("Clearing the table", ["The record is being closed."])
        return False

    def _after_update(self, driver: Driver, playing: Playing, now: float) -> None:
        match = driver.match
        lost = driver.adopt_pause()
        if lost is not None:
            self.menus.device_lost(lost)
        if match.phase is Phase.OPENING and now - self._since > PATIENCE_S:
            missing, seats = match.missing(), looks.seat_names(match.entry, match.seats)
            waiting = [f"{seats[agent]}: {text}" for agent, text in missing.items()]
            self._wait_for("Waiting for everybody", waiting or [f"{match.entry.title} is starting"])
        elif match.phase is not Phase.OPENING:
            self._wait_no_more()
            self._since = now
        self._draw_curtain(playing)
        if self._closing is None:
            playing.refresh(now, covered=self._curtain is not None)
        height = self.menus.banner.height_wanted()
        self.menus.refresh()
        if height != self.menus.banner.height_wanted():
            self.ui.relayout()  # it has buttons now, or has none any more
        self._tell(playing, now)
        if match.finished and self._ended_at is None:
            self._ended_at = now
        if self._ended_at is not None and now - self._ended_at > LINGER_S and not self.ui.overlays:
            self._finish(driver, playing)

    def _tell(self, playing: Playing, now: float) -> None:
        """Sounds, shaking pads, and messages that people should not miss."""
        assert self.driver is not None
        match = self.driver.match
        stepped = match.tick_number
        snapshot = playing.snapshot
        if stepped != self._told and (agent := shake(match, snapshot)) is not None:
            self.app.hub.rumble_seat(agent, 0.3, 0.2, 120)
        self._told = stepped
        self.happenings.follow(snapshot)
        self.ears.listen(snapshot, self.people.agents)
        for agent, action in self.app.hub.take_refusals():
            self.app.audio.play("illegal")
            label = match.host.label(agent, action) if isinstance(action, int) else str(action)
            self.say(f"{label} is not allowed now", "warn")

    def next_wakeup(self, now: float) -> float | None:
        """When the match has work."""
        if self.driver is None or self._closing is not None:
            return None
        return self.driver.next_wakeup(now)

    def _wait_for(self, title: str, lines: list[str]) -> None:
        if self._waiting is None:
            self._waiting = Waiting(title, self.stop)
            self.ui.open(self._waiting)
        self._waiting.tell(title, lines)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self.ui.close(self._waiting)
            self._waiting = None

    def _draw_curtain(self, playing: Playing) -> None:
        """Close or open the curtain as the turn asks."""
        agent = self.people.curtain_for
        if agent is None:
            if self._curtain is not None:
                self.ui.close(self._curtain)
                self._curtain = None
        elif self._curtain is None and not self.ui.overlays:
            name = playing.names.get(agent, agent)
            self._curtain = Curtain(name, lambda: self.people.lift(agent), self.menus.pause)
            self.ui.open(self._curtain)

    # ---- input --------------------------------------------------------------------------------------------

    @property
    def plays(self) -> bool:  # type: ignore[override]  # the base has a constant
        """Keys reach the seats while no menu is open."""
        return self.playing is not None and not self.ui.overlays

    def back(self) -> None:
        """Escape, Start: the pause menu."""
        if self.playing is not None and self._closing is None and self._ended_at is None:
            self.menus.pause()

    def devices_changed(self) -> None:
        """A pad came or went."""
        if self.playing is not None:
            self.menus.devices_changed()

    def handle(self, event: pygame.event.Event) -> bool:
        """Seats first, then shortcuts, then the widgets."""
        if self.playing is None or self.ui.overlays:
            return super().handle(event)
        if keys.of_a_seat(event, self.people, self.app.hub):
            return False
        if event.type == pygame.KEYDOWN and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            number = keys.number_of(event)
            if number is not None and self.playing.strip.press(number):
                return True
            if self._shortcut(event.key):
                return True
        return super().handle(event)

    def _shortcut(self, key: int) -> bool:
        name = keys.SHORTCUTS.get(key)
        if name is None or (key == pygame.K_SPACE and not self.menus.frozen):
            return False
        return self.menus.do(name)

    # ---- drawing ------------------------------------------------------------------------------------------

    def layout(self, rect: pygame.Rect) -> None:
        """Everything, and the banner over the lower end of the list."""
        if self.playing is None:
            return
        self.playing.place(rect)
        listed, height = self.playing.listed.rect, self.menus.banner.height_wanted()
        self.menus.banner.place(pygame.Rect(listed.x, listed.bottom - height, listed.width, height))

    @property
    def animates(self) -> bool:
        """Whether the next frame differs by itself."""
        return super().animates or self.ui.animates or (self.playing is not None and self.playing.moving)

    def draw(self, surface: pygame.Surface, dt_s: float) -> None:
        """The match, what covers its board, and what lies above everything."""
        super().draw(surface, dt_s)
        if self.playing is None or self.driver is None or self.ui.overlays:
            return
        number = self.driver.countdown
        if number is not None:
            draw_countdown(surface, self.playing.pane, self.playing.pane.rect, number, "Get ready")
        elif self.menus.frozen:
            draw_veil(surface, self.playing.pane, self.playing.pane.rect, "Paused",
                      "N or Space: one step · P: go on · Esc: menu")  # fmt: skip
        self.menus.banner.draw(surface)

    def shown(self, now: float) -> None:
        """The position is on the display: clocks of people start, unless something hides it."""
        if self.driver is None or self._closing is not None:
            return
        self.driver.shown(now)
        if self._curtain is None:
            self.driver.match.shown(now)

    def figures(self) -> list[str]:
        """Tick rate, jitter and missed slots for the overlay."""
        if self.driver is None:
            return []
        match, jitter = self.driver.match, self.driver.jitter
        p50, p99 = jitter.quantile_ms(0.5), jitter.quantile_ms(0.99)
        lines = [f"tick {match.tick_number}, {self.driver.rate_hz(self.app.clock()):.1f} Hz"]
        if p50 is not None and p99 is not None:
            lines.append(f"slot to tick p50 / p99: {p50:.2f} / {p99:.2f} ms")
        if match.pacer.realtime:
            lines.append(f"missed slots: {match.missed_slots}, {match.env_slow} by the game")
        return lines
