"""The screen of a table on another machine: shows it, lets the person play, and waits for what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from arena.match.match import Phase
from controllers.bindings import PAD_BUTTONS
from controllers.inputs import KEYBOARD
from controllers.remote_table import TableFacts
from scenes.devices import key_name
from scenes.match.happenings import Happenings
from scenes.match.overlays import Waiting, draw_veil
from scenes.match.readiness import search_all, spare_what_is_there
from scenes.match.seat_panel import HEIGHT
from scenes.match.sounds import end_sound
from scenes.match.table_box import GAP, HEADER
from scenes.remote.caller import Caller, Stage
from scenes.remote.hands import Hands, entry_of
from scenes.remote.menus import RemoteMenus
from scenes.remote.played import Played
from scenes.remote.table import RemoteTable
from scenes.remote.told import told
from scenes.screen import UiScreen

if TYPE_CHECKING:
    from scenes.app import App

MISSED_S = 3.0
"""Back at a host that does not greet us again within this time: the match is over."""
_MENU_BUTTONS = {"start", "guide"}
_PAD_EVENTS = {pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP, pygame.CONTROLLERAXISMOTION}


class TableScreen(UiScreen):
    """Follows the caller from match to match, until the person leaves or the host wants them no more.

    Push it once ``caller.played`` has its first view.
    """

    title = "Table"

    def __init__(self, app: App, caller: Caller) -> None:
        super().__init__(app)
        self.caller = caller
        self.table: RemoteTable | None = None
        self.hands: Hands | None = None
        self.menus = RemoteMenus(self)
        self._played: Played | None = None
        self._waiting: Waiting | None = None
        self._heard = 0
        self._sounded: tuple[object, ...] = ()
        self._drawn: tuple[object, ...] = ()
        """What there was to draw last."""
        self._ended = 0

    # ---- opening and closing -------------------------------------------------------------------------------

    def build(self) -> None:
        """Lay the table."""
        self.ui.on_menu = self.back
        self.ui.toasts.top_px = HEADER + HEIGHT + GAP + GAP
        with self.caller.lock:
            self._heard = self.caller.remarks[-1][0] if self.caller.remarks else 0
        self.update(self.app.clock())

    def leave(self) -> None:
        """Give the devices back."""
        search_all()
        if self.hands is not None:
            self.hands.close()

    def stop(self) -> None:
        """Leave the table, and the host."""
        self.app.quit()

    def _lay(self, played: Played, facts: TableFacts) -> None:
        """Another match, or the same one taken up again after the line was cut."""
        before, self._played = self._played, played
        agents = [seat.agent for seat in facts.seats]
        same = before is not None and before.id == played.id and before.spaces == played.spaces
        if same and self.hands is not None and self.table is not None and list(self.table.panels) == agents:
            self.hands.follow(played)
            self.table.played = played
            return
        if self.hands is not None:
            self.hands.close()
        entry = entry_of(played, facts.title)
        self.hands = Hands(played, entry, self.app.hub, self.app.clock, self.caller.name)
        self.ui.clear()
        self._waiting = None
        self.menus.reset(entry)
        self.table = RemoteTable(self.app, played, facts, entry, self.hands, self.menus.tools)
        self.table.on_layout = self.ui.relayout
        self.ui.add(self.table, self.menus.banner)
        self.title = entry.title
        self.app.window.set_title(self.title)
        self._sounded, self._ended = (), 0
        self.happenings = Happenings(self.app.audio.play, self.app.hub.rumble_seat)
        if self.hands.problem:
            self.say(self.hands.problem, "warn")
        self.ui.relayout()
        if played.realtime:
            spare_what_is_there()

    # ---- the loop ------------------------------------------------------------------------------------------

    def update(self, now: float) -> bool:
        """Send what is decided, take what is new."""
        self.caller.pump()
        with self.caller.lock:
            played = self.caller.played
            facts = None if played is None else played.facts
            if played is None or facts is None:
                return False
            if played is not self._played:
                self._lay(played, facts)
            assert self.hands is not None
            assert self.table is not None
            for sentence in self.hands.work():
                self.say(sentence, "warn")
            standing = self.caller.standing
            away = standing.stage is not Stage.IN or played.cut
            if (
                played.cut
                and standing.stage is Stage.IN
                and now - standing.since > MISSED_S
                and not played.over
            ):
                played.over, played.farewell = True, "The game ended while you were away."
            self.table.refresh(facts, now, self.caller.round_trip_s(), away=away)
            height = self.menus.banner.height_wanted()
            self.menus.refresh(facts, played)
        if height != self.menus.banner.height_wanted():
            self.ui.relayout()
        self._refusals()
        self._hear()
        self._sound(facts)
        self._wait(facts, now)
        scene = self.table.pane.scene
        drawn, self._drawn = self._drawn, (id(played), played.views, away, id(scene.snapshot), scene.legal)
        return drawn != self._drawn

    def _refusals(self) -> None:
        for _agent, action in self.app.hub.take_refusals():
            self.app.audio.play("illegal")
            self.say(f"{self._label(action)} is not allowed now", "warn")

    def _label(self, action: object) -> str:
        offers = dict(self.table.facts.offers) if self.table is not None else {}
        return offers.get(action, "That") if isinstance(action, int) else "That"

    def _hear(self) -> None:
        """Pass on what the host says."""
        with self.caller.lock:
            remarks = list(self.caller.remarks)
        for number, level, text in remarks:
            if number > self._heard:
                self._heard = number
                self.say(text, "warn" if level == "warning" else "info")

    def _sound(self, facts: TableFacts) -> None:
        """Moves and ends can be heard, and what happens in games of bodies."""
        if self.table is not None and isinstance(self.table.played.snapshot, dict):
            self.happenings.follow(self.table.played.snapshot)
        now_at = (facts.episode, facts.tick, facts.phase)
        if now_at == self._sounded or self.table is None:
            return
        before, self._sounded = self._sounded, now_at
        ended = facts.phase in {Phase.INTERMISSION, Phase.FINISHED} and facts.outcome is not None
        if not before:
            return
        if ended and facts.outcome is not None and before[2] == Phase.PLAYING:
            self.app.audio.play(end_sound(facts.outcome, facts.own))
        elif facts.tick and not self.table.played.realtime:
            check = isinstance(self.table.played.snapshot, dict) and self.table.played.snapshot.get("check")
            self.app.audio.play("check" if check else "move")

    def _wait(self, facts: TableFacts, now: float) -> None:
        """Say what is being waited for: the line, or the others."""
        standing = self.caller.standing
        over = self._played is not None and self._played.over
        if standing.stage is not Stage.IN and not (over and standing.stage is Stage.OUT):
            what = told(standing, self.caller.address, now)
            self._wait_for(what.title, what.lines, busy=what.busy)
        elif facts.phase == Phase.OPENING and not over:
            lines = [self.table.told(line) for line in facts.waiting_for] if self.table is not None else []
            self._wait_for("Waiting for everybody", lines or ["The game is starting"], busy=True)
        elif self._waiting is not None:
            self.ui.close(self._waiting)
            self._waiting = None

    def _wait_for(self, title: str, lines: object, *, busy: bool) -> None:
        if self._waiting is None:
            self.menus.close()
            self._waiting = Waiting(title, self.stop, "Leave", rows=3)
            self.ui.open(self._waiting)
        self._waiting.title = title
        self._waiting.lines = [str(line) for line in lines] if isinstance(lines, list | tuple) else []
        self._waiting.bar.visible = busy

    # ---- input ---------------------------------------------------------------------------------------------

    @property
    def plays(self) -> bool:  # type: ignore[override]  # the base has a constant
        """Keys reach the seat while no menu is open."""
        return self.table is not None and not self.ui.overlays

    def back(self) -> None:
        """Escape, Start: the menu."""
        if self.table is not None and self._waiting is None:
            self.menus.open()

    def pressed(self, device_id: str, key: str) -> bool:
        """A press on another device means: from now on this one plays."""
        played, hands = self._played, self.hands
        if played is None or hands is None or not played.realtime or self.ui.overlays:
            return False
        if device_id != KEYBOARD and key in _MENU_BUTTONS:
            return False
        if not self._means_something(device_id, key):
            return False
        name = hands.switch(device_id)
        if name is not None and self.table is not None:
            self.table.hands_changed()
            self.say(f"You play with {name} now", "info")
        return False

    def _means_something(self, device_id: str, key: str) -> bool:
        """Whether the key is one of the game's on its device."""
        assert self.hands is not None
        name = "keyboard/full" if device_id == KEYBOARD else "pad/standard"
        slots = self.app.hub.bindings.layout(name, "", self.hands.entry.id).slots
        return any(key in keys for keys in slots.values())

    def devices_changed(self) -> None:
        """A pad that went is told by the hands; another device takes over with its first press."""

    def _is_seats(self, event: pygame.event.Event) -> bool:
        """Whether the event is a seat's alone and must not move the focus or press a button."""
        hub = self.app.hub
        claims = list(hub.claims) if self.hands is not None else []
        if event.type in {pygame.KEYDOWN, pygame.KEYUP}:
            name = key_name(event)
            return any(
                claim.device_id == KEYBOARD and (claim.keys is None or name in claim.keys) for claim in claims
            )
        if event.type in _PAD_EVENTS:
            if event.type != pygame.CONTROLLERAXISMOTION and PAD_BUTTONS[event.button] in _MENU_BUTTONS:
                return False
            return any(claim.device_id == f"pad:{event.instance_id}" for claim in claims)
        return False

    def handle(self, event: pygame.event.Event) -> bool:
        """Seats first, then shortcuts, then the widgets."""
        if self.table is None or self.ui.overlays:
            return super().handle(event)
        if self._is_seats(event):
            return False
        if event.type == pygame.KEYDOWN and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            if pygame.K_1 <= event.key <= pygame.K_9 and self.table.strip.press(int(event.key) - pygame.K_1):
                return True
            if event.key == pygame.K_f and self.menus.turns:
                self.menus.turn()
                return True
        return super().handle(event)

    # ---- drawing -------------------------------------------------------------------------------------------

    def layout(self, rect: pygame.Rect) -> None:
        """Everything, and the banner over the lower end of the list."""
        if self.table is None:
            return
        self.table.place(rect)
        listed, height = self.table.listed.rect, self.menus.banner.height_wanted()
        self.menus.banner.place(pygame.Rect(listed.x, listed.bottom - height, listed.width, height))

    @property
    def animates(self) -> bool:
        """Whether the next frame differs by itself."""
        return super().animates or self.ui.animates or (self.table is not None and self.table.moving)

    def draw(self, surface: pygame.Surface, dt_s: float) -> None:
        """The table, and what covers its board."""
        super().draw(surface, dt_s)
        if self.table is None or self.ui.overlays:
            return
        paused = self.table.facts.paused_by
        if paused is not None:
            draw_veil(
                surface, self.table.pane, self.table.pane.rect, "Paused by the host", self.table.told(paused)
            )
        self.menus.banner.draw(surface)

    def figures(self) -> list[str]:
        """How far away the host is, for the overlay."""
        round_trip_s = self.caller.round_trip_s()
        views = 0 if self._played is None else self._played.views
        there = "no answer yet" if round_trip_s is None else f"{1000 * round_trip_s:.0f} ms"
        return [f"host there and back: {there}", f"views: {views}"]
