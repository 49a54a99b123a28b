"""What a person at a far table may do besides moving: draws, resigning, turning the board, leaving."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from arena.games.entry import CatalogEntry
from arena.match.match import Phase
from controllers.remote_table import TableFacts
from scenes.match import menu, report
from scenes.match.overlays import Banner
from scenes.remote.played import Played
from scenes.ui import Answer, Dialog
from scenes.ui.button import Button
from scenes.ui.widget import Action, Widget

if TYPE_CHECKING:
    from scenes.remote.screen import TableScreen


class RemoteMenus:
    """Owned by the table's screen; opens overlays in its interface."""

    def __init__(self, screen: TableScreen) -> None:
        self._screen = screen
        self._facts: TableFacts | None = None
        self._over = False
        self._entry: CatalogEntry | None = None
        self._sheet: menu.Sheet | None = None
        self.reset(None)

    def reset(self, entry: CatalogEntry | None) -> None:
        """Another game: other buttons."""
        self._entry = entry
        self.banner = Banner()
        self.draw = Button("", self.offer_draw, icon="handshake", kind="ghost", tooltip="Offer a draw")
        self.resign = Button("", self.ask_resign, icon="flag", kind="ghost", tooltip="Resign")
        self.flip = Button("", self.turn, icon="rotate-cw", kind="ghost", tooltip="Turn the board (F)")
        self.menu = Button("", self.open, icon="menu", tooltip="Menu (Esc)")
        accept, decline = partial(self._say, "accept_draw"), partial(self._say, "decline_draw")
        self._accept = Button("Accept", accept, icon="check", kind="primary")
        self._decline = Button("Decline", decline, icon="x")
        self._leave = Button("Leave", self._screen.stop, icon="log-out")
        self.tools = [
            *([self.draw] if entry is not None and entry.draw_offers else []),
            *([self.resign] if entry is not None and entry.resign else []),
            *([self.flip] if self.turns else []),
            self.menu,
        ]

    @property
    def turns(self) -> bool:
        """Whether the board looks different from the other side."""
        return self._entry is not None and self._entry.view == "chess"

    # ---- once a round --------------------------------------------------------------------------------------

    def refresh(self, facts: TableFacts, played: Played) -> None:
        """Bring buttons and banner up to date."""
        self._facts, self._over = facts, played.over or facts.finished
        playing = facts.phase == Phase.PLAYING and not self._over and bool(facts.own)
        for button, word in ((self.draw, "draw"), (self.resign, "resign")):
            button.enabled = playing and word in facts.may
            button.disabled_reason = "" if button.enabled else "The game is not running now"
        if facts.draw_offer is not None and facts.draw_offer in facts.own:
            self.draw.enabled, self.draw.disabled_reason = False, "You have offered a draw already"
        self._show_banner(facts, played)

    def _show_banner(self, facts: TableFacts, played: Played) -> None:
        names = self._screen.table.names if self._screen.table is not None else facts.names
        ended = facts.phase in {Phase.INTERMISSION, Phase.FINISHED}
        if facts.outcome is not None and self._entry is not None and (ended or played.over):
            title = report.headline(facts.outcome, self._entry, names, facts.own)
            why = report.reason(facts.outcome, names)
            buttons = (self._leave,) if self._over else ()
            after = "Stay, if the host is to seat you again." if self._over else "The next game begins soon."
            self.banner.show(title, f"{why}\n{after}", buttons)
        elif played.over:
            self.banner.show("The table is closed", played.farewell or "The host ended it.", (self._leave,))
        elif facts.draw_offer is not None and facts.draw_offer in facts.own:
            self.banner.show("You offer a draw", "The answer comes with the next move.")
        elif facts.draw_offer is not None:
            offer = f"{names.get(facts.draw_offer, facts.draw_offer)} offers a draw"
            self.banner.show(offer, "Playing on declines it.", (self._decline, self._accept))
        else:
            self.banner.hide()

    # ---- the menu ------------------------------------------------------------------------------------------

    def open(self) -> None:
        """The menu. The game goes on meanwhile: it is not ours to stop."""
        if self._sheet is not None or self._facts is None:
            return
        entry = menu.entry
        first: list[Widget] = [
            entry("Back to the game", "play", self.close, kind="primary"),
            entry("Settings", "settings", self._then(self._open_settings)),
            entry("Leave", "log-out", self._then(self.ask_leave), kind="danger"),
        ]
        second: list[Widget] = []
        if "draw" in self._facts.may:
            second.append(
                entry("Offer a draw", "handshake", self._then(self.offer_draw), why_not=self._why_not)
            )
        if "resign" in self._facts.may:
            second.append(entry("Resign", "flag", self._then(self.ask_resign), why_not=self._why_not))
        if self.turns:
            second.append(entry("Turn the board", "rotate-cw", self._then(self.turn)))
        text = "The game goes on: you cannot pause it from here."
        self._sheet = menu.Sheet("Menu", text, [first, second], self.close)
        self._screen.ui.open(self._sheet)

    @property
    def _why_not(self) -> str:
        playing = self._facts is not None and self._facts.phase == Phase.PLAYING and not self._over
        return "" if playing else "The game is not running now"

    def close(self) -> None:
        """Close the menu, if it is open."""
        if self._sheet is not None:
            self._screen.ui.close(self._sheet)
            self._sheet = None

    def _then(self, action: Action) -> Action:
        def act() -> None:
            self.close()
            action()

        return act

    def _open_settings(self) -> None:
        from scenes.screens.settings import SettingsScreen

        self._screen.app.push(SettingsScreen(self._screen.app))

    def ask_leave(self) -> None:
        """Leave, if that is really meant."""
        if self._over:
            self._screen.stop()
            return
        answers = [Answer("Play on"), Answer("Leave", self._screen.stop, "danger", "log-out")]
        text = "You lose this game, and your token does not bring you back."
        self._screen.ui.open(Dialog("Leave this table?", text, answers, first=0))

    def ask_resign(self) -> None:
        """Give the game up, if that is really meant. Clocks run on meanwhile."""
        answers = [Answer("Play on"), Answer("Resign", partial(self._say, "resign"), "danger", "flag")]
        self._screen.ui.open(Dialog("Resign this game?", "You lose it.", answers, first=0))

    def offer_draw(self) -> None:
        """Offer a draw; the host turns one that stands already into an agreement."""
        self._say("offer_draw")

    def turn(self) -> None:
        """Look from the other side."""
        if self._screen.table is not None and self.turns:
            self._screen.table.flipped = not self._screen.table.flipped

    def _say(self, word: str) -> None:
        caller = self._screen.caller
        with caller.lock:
            if caller.played is not None and self._facts is not None and self._facts.own:
                caller.played.command(self._facts.own[0], word)
