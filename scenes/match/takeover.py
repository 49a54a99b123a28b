"""Taking a seat over while the match stands: first the seat, then who; then the match goes on until they are
ready.
"""

from __future__ import annotations

import contextlib
import math
from functools import partial
from typing import TYPE_CHECKING

from arena.errors import ArenaError
from arena.match.controller import Controller
from arena.match.trials import Trial
from scenes.match import looks, menu
from scenes.match.driver import Driver
from scenes.screens.job import Job
from scenes.screens.lobby_dialogs import SeatDialog
from scenes.screens.lobby_sitters import EMPTY, Sitter, offer_of, sitters
from scenes.ui.picker import Picker
from scenes.ui.widget import Action, Widget

if TYPE_CHECKING:
    from scenes.screens.match import MatchScreen

MOST_SEATS = 20
MOST_ROWS = 8
"""What the smallest window has room for."""


class Takeover:
    """Asks for seat and controller, builds the controller in the background, and tells how it went."""

    def __init__(self, screen: MatchScreen, driver: Driver, on_done: Action) -> None:
        self._screen, self._driver, self._done = screen, driver, on_done
        self._sheet: menu.Sheet | None = None
        self._building: Job[Controller] | None = None
        self._unwanted: list[Job[Controller]] = []
        self._wanted: tuple[str, str] = ("", "")
        self._trials: list[Trial] = []

    def choose_seat(self) -> None:
        """Open the list of seats."""
        match = self._driver.match
        offers = self._offers()
        buttons: list[Widget] = []
        for agent, seat in list(match.seats.items())[:MOST_SEATS]:
            held = offer_of(seat.holder.spec, offers)
            name = seat.holder.controller.descriptor.name if held.icon == "server" else held.label
            trial = match.trials.of(agent)
            after = f", soon {trial.name}" if trial is not None else ""
            button = menu.entry(f"{self._side(agent)}: {name}{after}", held.icon, lambda: None)
            button.on_press = partial(self._choose_who, agent, button)
            buttons.append(button)
        rows = math.ceil(len(buttons) / math.ceil(len(buttons) / MOST_ROWS))
        columns = [buttons[start : start + rows] for start in range(0, len(buttons), rows)]
        text = "They sit down once ready; the match is unrated then."
        self._sheet = menu.Sheet("Take a seat over", text, columns, self._cancel)
        self._sheet.COLUMN = 420
        self._screen.ui.open(self._sheet)

    def _cancel(self) -> None:
        self._give_up()
        self._close()
        self._done()

    def _close(self) -> None:
        if self._sheet is not None:
            self._screen.ui.close(self._sheet)
            self._sheet = None

    def _side(self, agent: str) -> str:
        match = self._driver.match
        return looks.seat_names(match.entry, match.seats)[agent]

    def _offers(self) -> list[Sitter]:
        """Who can be asked to sit down: who was seated at the beginning, too, so that they can come back."""
        match = self._driver.match
        offers = [offer for offer in sitters(match.entry, self._screen.app.hub) if offer is not EMPTY]
        for spec in dict.fromkeys(spec for _, spec in match.plan.seating):
            planned = offer_of(spec, offers)
            if planned.label not in [offer.label for offer in offers]:
                offers.insert(0, planned)
        return offers

    def _choose_who(self, agent: str, anchor: Widget) -> None:
        offers = self._offers()
        held = offer_of(self._driver.match.seats[agent].holder.spec, offers)
        chosen = offers.index(held) if held in offers else 0
        names = [offer.label for offer in offers]
        pick = Picker(anchor.rect, names, chosen, lambda index: self._choose(agent, offers[index]))
        self._screen.ui.open(pick)

    def _choose(self, agent: str, offer: Sitter) -> None:
        """Build who was chosen, or ask for the address that is missing."""
        if not offer.ask:
            self._build(agent, offer.words)
            return
        dialog = SeatDialog(offer.ask, "", lambda chosen: self._build(agent, chosen))

        def refuse(why: str) -> None:
            self._screen.say(why, "bad")

        self._screen.ui.open(dialog.dialog(self._side(agent), "", refuse))

    def _build(self, agent: str, text: str) -> None:
        self._give_up()
        session = self._driver.session
        self._wanted = (agent, text)
        self._building = Job(lambda: session.controller_for(agent, text), self._screen.app.waker.wake)

    def update(self) -> None:
        """Have the controller take over once it is built; one that does not fit leaves everything as it
        was.
        """
        self._follow_trials()
        for unwanted in [job for job in self._unwanted if job.done]:
            self._unwanted.remove(unwanted)
            _free(unwanted)
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
            self._trials.append(
                self._driver.match.takeover(agent, controller, text, self._screen.app.clock())
            )
        except ArenaError as error:  # it does not play such games; the match is over
            controller.close()
            self._screen.say(str(error), "bad")
        self._done()

    def _follow_trials(self) -> None:
        """Say why somebody could not sit down after all; who could is told by the match."""
        decided = [trial for trial in self._trials if trial.state != "waiting"]
        for trial in decided:
            self._trials.remove(trial)
            if trial.state == "failed" and not self._driver.match.finished:
                holder = self._driver.match.seats[trial.agent].holder.controller.descriptor.name
                seat = self._side(trial.agent)
                self._screen.say(
                    f"{trial.name} could not take {seat} over: {trial.text}. {holder} plays on", "bad"
                )

    def _give_up(self) -> None:
        """Somebody else is wanted, or nobody: who is being built is freed as soon as that is done."""
        if self._building is not None:
            self._unwanted.append(self._building)
            self._building = None

    def close(self) -> None:
        """Free the controllers that were built for nobody."""
        self._give_up()
        while self._unwanted:
            _free(self._unwanted.pop())


def _free(job: Job[Controller]) -> None:
    with contextlib.suppress(ArenaError):  # it could not be built: there is nothing to free
        job.result().close()
