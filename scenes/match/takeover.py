"""Taking a seat over while the match stands: first the seat, then who."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from arena.errors import ArenaError
from arena.match.controller import Controller
from scenes.match import menu
from scenes.match.driver import Driver
from scenes.screens import words
from scenes.screens.job import Job
from scenes.screens.lobby_sitters import EMPTY, Sitter, offer_of, sitters
from scenes.ui.picker import Picker
from scenes.ui.widget import Action, Widget

if TYPE_CHECKING:
    from scenes.screens.match import MatchScreen

MOST_SEATS = 20


class Takeover:
    """Asks for seat and controller, builds the controller in the background, and swaps."""

    def __init__(self, screen: MatchScreen, driver: Driver, on_done: Action) -> None:
        self._screen, self._driver, self._done = screen, driver, on_done
        self._sheet: menu.Sheet | None = None
        self._building: Job[Controller] | None = None
        self._wanted: tuple[str, str] = ("", "")

    def choose_seat(self) -> None:
        """Open the list of seats."""
        match = self._driver.match
        offers = sitters(match.entry, self._screen.app.hub)
        buttons: list[Widget] = []
        for agent, seat in list(match.seats.items())[:MOST_SEATS]:
            held = offer_of(seat.holder.spec, offers)
            side = words.side(match.entry, agent) or words.agent_name(agent)
            button = menu.entry(f"{side}: {held.label}", held.icon, lambda: None)
            button.on_press = partial(self._choose_who, agent, button)
            buttons.append(button)
        rows = 10
        columns = [buttons[start : start + rows] for start in range(0, len(buttons), rows)]
        text = "Takes effect at once; the match is not rated then."
        self._sheet = menu.Sheet("Take a seat over", text, columns, self._cancel)
        self._sheet.COLUMN = 420
        self._screen.ui.open(self._sheet)

    def _cancel(self) -> None:
        self._close()
        self._done()

    def _close(self) -> None:
        if self._sheet is not None:
            self._screen.ui.close(self._sheet)
            self._sheet = None

    def _choose_who(self, agent: str, anchor: Widget) -> None:
        match = self._driver.match
        offers = [
            offer
            for offer in sitters(match.entry, self._screen.app.hub)
            if offer is not EMPTY and not offer.ask
        ]
        held = offer_of(match.seats[agent].holder.spec, offers)
        chosen = offers.index(held) if held in offers else 0
        names = [offer.label for offer in offers]
        pick = Picker(anchor.rect, names, chosen, lambda index: self._take(agent, offers[index]))
        self._screen.ui.open(pick)

    def _take(self, agent: str, offer: Sitter) -> None:
        session = self._driver.session
        self._wanted = (agent, offer.words)
        self._building = Job(lambda: session.controller_for(agent, offer.words), self._screen.app.waker.wake)

    def update(self) -> None:
        """Seat the controller once it is built; one that does not fit leaves everything as it was."""
        job = self._building
        if job is None or not job.done:
            return
        self._building = None
        agent, text = self._wanted
        try:
            controller = job.result()
        except ArenaError as error:
            self._screen.say(str(error), "bad")
            return
        self._close()
        try:
            self._driver.match.takeover(agent, controller, text, self._screen.app.clock())
        except ArenaError:
            controller.close()
            raise
        finally:
            self._done()

    def close(self) -> None:
        """Free a controller that was built for nobody."""
        job, self._building = self._building, None
        if job is not None:
            try:
                job.result().close()
            except ArenaError:
                return  # it could not be built: there is nothing to free
