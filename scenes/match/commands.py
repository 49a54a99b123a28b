"""What a person may do to a running match, by menu, button or key."""

from __future__ import annotations

from collections.abc import Callable

from arena.match.match import Phase
from arena.match.pacing import SPEEDS
from scenes.match.driver import Driver
from scenes.match.people import People


class Commands:
    """Each command acts for the people at this screen; an impossible one raises
    :class:`arena.errors.RuleError`.
    """

    def __init__(self, driver: Driver, people: People, clock: Callable[[], float]) -> None:
        self._driver, self._people, self._clock = driver, people, clock
        self._match = driver.match

    @property
    def speaker(self) -> str | None:
        """The person who gives up or offers: whoever is to move here, else the first."""
        agents = self._people.agents
        return self._people.active or (agents[0] if agents else None)

    # ---- time ---------------------------------------------------------------------------------------------

    def freeze(self) -> None:
        """Stand still, or go on."""
        if self._driver.held("freeze"):
            self._driver.release("freeze", self._clock())
        elif self._match.phase is Phase.PLAYING:
            self._driver.hold("freeze", self._clock())

    def step(self) -> None:
        """Make one step and stand still again."""
        if self._match.phase is Phase.PLAYING:
            if not self._match.paused:
                self._driver.hold("freeze", self._clock())
            self._match.step_once()

    def faster(self) -> None:
        """The next speed up."""
        self._shift_speed(1)

    def slower(self) -> None:
        """The next speed down."""
        self._shift_speed(-1)

    def set_speed(self, factor: float) -> None:
        """One of :data:`arena.match.pacing.SPEEDS`."""
        self._match.set_speed(factor, self._clock())

    def _shift_speed(self, by: int) -> None:
        index = SPEEDS.index(self._match.pacer.speed) + by
        if 0 <= index < len(SPEEDS):
            self.set_speed(SPEEDS[index])

    # ---- the game -----------------------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        """Whether a person here has a move to take back."""
        match = self._match
        allowed = match.entry.undo and not match.plan.rated and match.phase is Phase.PLAYING
        return allowed and self._last_mover() is not None

    def undo(self) -> None:
        """Take back the last move that was made here, with the answer to it."""
        mover = self._last_mover()
        if mover is not None:
            self._match.undo(mover, self._clock())

    def _last_mover(self) -> str | None:
        people = self._people.agents
        return next((move.agent for move in reversed(self._driver.moves) if move.agent in people), None)

    @property
    def can_resign(self) -> bool:
        """Whether somebody here may give up now."""
        return self._match.entry.resign and self._playing and self.speaker is not None

    def resign(self) -> None:
        """Give the game up."""
        if self.speaker is not None:
            self._match.resign(self.speaker, self._clock())

    @property
    def can_offer_draw(self) -> bool:
        """Whether a draw may be offered (or the one that stands accepted) now."""
        return self._match.entry.draw_offers and self._playing and self.speaker is not None

    def offer_draw(self) -> None:
        """Offer a draw, or accept the one that stands."""
        if self.speaker is not None:
            self._match.offer_draw(self.speaker, self._clock())

    @property
    def asked_for_draw(self) -> str | None:
        """The person here who must answer a draw offer, or ``None``."""
        offer = self._match.draw_offer
        if offer is None:
            return None
        return next((agent for agent in self._people.agents if agent != offer), None)

    def answer_draw(self, *, accept: bool) -> None:
        """Accept or decline the offer that stands."""
        agent = self.asked_for_draw
        if agent is not None:
            self._match.answer_draw(agent, accept=accept, now=self._clock())

    @property
    def _playing(self) -> bool:
        return self._match.phase is Phase.PLAYING
