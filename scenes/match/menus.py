"""The match screen's menus: buttons in the header, the pause menu, questions, banners."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from arena.match.log import Message
from arena.match.match import Phase
from arena.match.outcome import EpisodeOutcome
from scenes.match import looks, menu, report
from scenes.match.commands import Commands
from scenes.match.driver import Driver
from scenes.match.overlays import Banner
from scenes.match.people import People
from scenes.match.takeover import Takeover
from scenes.ui import Answer, Dialog, Toggle
from scenes.ui.button import Button
from scenes.ui.toast import ToastKind
from scenes.ui.widget import Action, Widget

if TYPE_CHECKING:
    from scenes.screens.match import MatchScreen

_TONES: dict[str, ToastKind] = {
    "draw": "info",
    "swap": "info",
    "restored": "good",
    "restarted": "warn",
    "lost": "warn",
    "failed": "bad",
    "forfeit": "bad",
    "illegal": "warn",
    "warning": "warn",
}
"""Messages of the match that are shown in passing, by their kind."""


class Menus:
    """Owned by the match screen; opens overlays in its interface."""

    def __init__(self, screen: MatchScreen, driver: Driver, people: People) -> None:
        self._screen, self._driver, self._people = screen, driver, people
        self._match = driver.match
        self.commands = Commands(driver, people, screen.app.clock)
        self.takeover = Takeover(screen, driver, self.resume)
        self.banner = Banner()
        self.undo = Button("", self._undo, icon="undo-2", kind="ghost", tooltip="Take back (U)")
        self.draw = Button("", self._offer_draw, icon="handshake", kind="ghost", tooltip="Offer a draw")
        self.resign = Button("", self.ask_resign, icon="flag", kind="ghost", tooltip="Resign")
        self.flip = Button("", self._flip, icon="rotate-cw", kind="ghost", tooltip="Turn the board (F)")
        self.menu = Button("", self.pause, icon="pause", tooltip="Pause and menu (Esc)")
        self._next = Button("Next game", self._skip_intermission, icon="play", kind="primary")
        self._accept = Button("Accept", partial(self._answer_draw, accept=True), icon="check", kind="primary")
        self._decline = Button("Decline", partial(self._answer_draw, accept=False), icon="x")
        self._sheet: menu.Sheet | None = None
        self._lost: Dialog | None = None
        self._messages = 0.0
        entry = self._match.entry
        self._turns = entry.view == "chess"
        self.tools = [
            *([self.undo] if entry.undo and not self._match.plan.rated else []),
            *([self.draw] if entry.draw_offers else []),
            *([self.resign] if entry.resign else []),
            *([self.flip] if self._turns else []),
            self.menu,
        ]

    @property
    def frozen(self) -> bool:
        """Whether the match stands still without a menu."""
        return self._driver.held("freeze")

    # ---- once a round -------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring buttons, banner and messages up to date."""
        commands = self.commands
        for button, able, why in (
            (self.undo, commands.can_undo, "There is no move of yours to take back"),
            (self.draw, commands.can_offer_draw, "Nobody here can offer a draw now"),
            (self.resign, commands.can_resign, "Nobody here can resign now"),
        ):
            button.enabled, button.disabled_reason = able, "" if able else why
        self.takeover.update()
        self._show_banner()
        self._pass_messages_on()

    def _show_banner(self) -> None:
        match = self._match
        asked = self.commands.asked_for_draw
        names = self._names
        if match.finished and match.outcomes:
            self._show_outcome(match.outcomes[-1])
        elif match.phase is Phase.INTERMISSION:
            self._show_outcome(match.outcomes[-1], (self._next,))
        elif asked is not None and match.draw_offer is not None:
            offer = f"{names.get(match.draw_offer, match.draw_offer)} offers a draw"
            self.banner.show(offer, "Playing on declines it.", (self._decline, self._accept))
        elif match.draw_offer is not None:
            self.banner.show("You offer a draw", "The answer comes with the next move.")
        else:
            self.banner.hide()

    def _show_outcome(self, outcome: EpisodeOutcome, buttons: tuple[Button, ...] = ()) -> None:
        names, people = self._names, self._people.agents
        title = report.headline(outcome, self._match.entry, names, people)
        self.banner.show(title, report.reason(outcome, names), buttons)

    @property
    def _names(self) -> dict[str, str]:
        playing = self._screen.playing
        return playing.names if playing is not None else {}

    def _pass_messages_on(self) -> None:
        """Show messages of the match that came since, with names in place of agents."""
        messages = self._match.log.messages
        for message in [message for message in messages if message.t > self._messages]:
            tone = _TONES.get(message.kind)
            if tone is not None:
                self._screen.say(self._words_of(message), tone)
        if messages:
            self._messages = max(self._messages, messages[-1].t)

    def _words_of(self, message: Message) -> str:
        """The message as a sentence; of a lost program also what becomes of its seat."""
        text = looks.with_names(message.text, self._told_as(message.kind))
        seat = self._match.seats.get(message.agent)
        if message.kind == "lost" and seat is not None and not seat.holder.pauses_when_lost:
            limit_s = self._match.rules.ready_timeout_s
            text = f"{text[:1].upper()}{text[1:]}. Its seat is lost if it is not back within {limit_s:g} s"
        return text

    def _told_as(self, kind: str) -> dict[str, str]:
        """What agents are called in a message: by their seat where somebody takes over."""
        return looks.seat_names(self._match.entry, self._match.seats) if kind == "swap" else self._names

    # ---- the pause menu -----------------------------------------------------------------------------------

    def pause(self) -> None:
        """Stand still and open the menu."""
        if self._match.finished or self._sheet is not None:
            return
        self._driver.hold("menu", self._screen.app.clock())
        self._sheet = self._make_sheet()
        self._screen.ui.open(self._sheet)

    def _make_sheet(self) -> menu.Sheet:
        commands, entry = self.commands, menu.entry
        playing = self._match.phase is Phase.PLAYING
        waiting = "" if playing else "The game is not running now"
        first: list[Widget] = [
            entry("Resume", "play", self.resume, kind="primary"),
            entry("One step", "step-forward", self._menu_step, why_not=waiting),
            menu.speed_choice(self._match.pacer.speed, commands.set_speed),
            entry("Take a seat over", "arrow-left-right", self._open_takeover),
            entry("Restart", "rotate-ccw", self.ask_restart),
            entry("Leave", "log-out", self.ask_leave, kind="danger"),
        ]
        second = self._game_entries()
        text = f"{self._match.entry.title} · tick {self._match.tick_number}"
        seed = "" if self._match.log.hidden else f"Seed {self._match.plan.seed} · "
        foot = f"{seed}match {self._match.plan.match_id}"
        return menu.Sheet("Paused", text, [first, second], self.resume, foot)

    def _game_entries(self) -> list[Widget]:
        commands, entry, game = self.commands, menu.entry, self._match.entry
        playing = self._screen.playing
        entries: list[Widget] = []
        if game.draw_offers:
            why = "" if commands.can_offer_draw else "Nobody here can offer a draw now"
            entries.append(entry("Offer a draw", "handshake", self._then(commands.offer_draw), why_not=why))
        if game.resign:
            why = "" if commands.can_resign else "Nobody here can resign now"
            entries.append(entry("Resign", "flag", self._then(self.ask_resign), why_not=why))
        if game.undo:
            why = "" if commands.can_undo else "There is nothing to take back"
            why = "Moves of a rated match stand" if self._match.plan.rated else why
            entries.append(entry("Take back", "undo-2", self._then(commands.undo), why_not=why))
        if self._turns and playing is not None:
            entries.append(entry("Turn the board", "rotate-cw", self._then(self._flip)))
            if len(self._people.agents) > 1:
                entries.append(Toggle("Turn it each move", playing.turns_board, self._set_turning))
        return entries

    def _then(self, action: Action) -> Action:
        """Close the menu and go on, then act."""

        def act() -> None:
            self.resume()
            action()

        return act

    def resume(self) -> None:
        """Close the menu and go on."""
        self._close_sheet()
        now = self._screen.app.clock()
        self._driver.release("menu", now)
        if self._lost is None:
            self._driver.release("device", now)

    def _close_sheet(self) -> None:
        if self._sheet is not None:
            self._screen.ui.close(self._sheet)
            self._sheet = None

    def _menu_step(self) -> None:
        """One step, and stand still without the menu, so that it can be seen."""
        self._driver.hold("freeze", self._screen.app.clock())
        self.resume()
        self.commands.step()

    def _open_takeover(self) -> None:
        self._close_sheet()
        self.takeover.choose_seat()

    def ask_leave(self) -> None:
        """Leave without a result, if that is really meant."""
        self._close_sheet()
        answers = [
            Answer("Play on", self.resume),
            Answer("Leave", self._screen.stop, "danger", "log-out"),
        ]
        text = "The match ends here without a result. Its record is kept."
        self._screen.ui.open(Dialog("Leave this match?", text, answers, first=0))

    def ask_restart(self) -> None:
        """Begin anew with the same setup, if that is really meant."""
        self._close_sheet()
        answers = [
            Answer("Play on", self.resume),
            Answer("Restart", self._screen.restart, "danger", "rotate-ccw"),
        ]
        text = "This match ends without a result, and the same one begins anew."
        self._screen.ui.open(Dialog("Restart?", text, answers, first=0))

    def ask_resign(self) -> None:
        """Give the game up, if that is really meant. Clocks run on meanwhile."""
        speaker = self.commands.speaker
        if speaker is None:
            return
        answers = [Answer("Play on"), Answer("Resign", self.commands.resign, "danger", "flag")]
        name = self._names.get(speaker, speaker)
        self._screen.ui.open(Dialog("Resign this game?", f"{name} loses it.", answers, first=0))

    # ---- commands by key and button -----------------------------------------------------------------------

    def do(self, name: str) -> bool:
        """Carry out the command of a shortcut; false if it means nothing here."""
        commands = self.commands
        if name == "undo" and not commands.can_undo:
            return False
        if name == "flip":
            self._flip()
            return self._turns
        actions = {
            "freeze": commands.freeze,
            "step": commands.step,
            "faster": commands.faster,
            "slower": commands.slower,
            "undo": commands.undo,
        }
        actions[name]()
        return True

    def _undo(self) -> None:
        self.commands.undo()

    def _offer_draw(self) -> None:
        self.commands.offer_draw()

    def _answer_draw(self, *, accept: bool) -> None:
        self.commands.answer_draw(accept=accept)

    def _flip(self) -> None:
        playing = self._screen.playing
        if playing is not None and self._turns:
            playing.flipped = not playing.flipped

    def _set_turning(self, on: bool) -> None:  # noqa: FBT001 - a toggle calls it so
        if self._screen.playing is not None:
            self._screen.playing.turns_board = on

    def _skip_intermission(self) -> None:
        self._match.skip_intermission(self._screen.app.clock())

    # ---- a device is lost ---------------------------------------------------------------------------------

    def device_lost(self, text: str) -> None:
        """The match has paused since a person's device is gone: say so and offer what can be done."""
        ui, hub = self._screen.ui, self._screen.app.hub
        if self._lost is not None:
            ui.close(self._lost)
        lost = hub.claims.lost
        taken = {claim.device_id for claim in hub.claims}
        free = [pad for pad in hub.pads if pad.id not in taken]
        answers = [Answer("Menu", self._lost_to_menu, icon="menu")]
        if lost and free:
            agent = lost[0].agent
            use = partial(self._use_pad, agent, free[0].id)
            answers.append(Answer(f"Play on with {free[0].name}", use, "primary", "gamepad-2"))
        words = f"{text}. Plug it in again, or let somebody else take the seat over (Menu)."
        self._lost = Dialog("The match is paused", words, answers, cancel=0, icon="unplug", icon_tone="warn")
        ui.open(self._lost)

    def devices_changed(self) -> None:
        """A device came back (or went): the match may go on once none is missing."""
        if self._lost is None:
            return
        if not self._screen.app.hub.claims.lost:
            self._screen.ui.close(self._lost)
            self._lost = None
            self._screen.say("Everybody is back", "good")
            self.pause()
        else:
            self.device_lost("A device is missing")

    def _lost_to_menu(self) -> None:
        self._lost = None
        self.pause()

    def _use_pad(self, agent: str, device_id: str) -> None:
        self._lost = None
        self._screen.app.hub.claims.assign(agent, device_id)
        self.resume()
