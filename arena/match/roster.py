"""Who holds the seats of a match: hooks called in isolation, forfeits, takeovers.

A hook that raises costs its own seats the episode and nobody else anything; it is told with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from arena.games.entry import CatalogEntry
from arena.match.clocks import Clocks
from arena.match.controller import FAULTS, Controller, EpisodeStart, EpisodeSummary
from arena.match.outcome import Reason
from arena.match.rules import Rules
from arena.match.seats import Holder, SeatedController, SeatState


class Emit(Protocol):
    """Records one event of the match."""

    def __call__(self, kind: str, fields: Mapping[str, Any], *, private: bool = False) -> None:
        """See :meth:`arena.match.log.MatchLog.emit`."""


class Roster:
    """The seats of one match and the controllers that hold them."""

    def __init__(self, entry: CatalogEntry, rules: Rules, seats: Mapping[str, SeatState], emit: Emit) -> None:
        self.entry, self.rules, self.seats = entry, rules, dict(seats)
        self._emit = emit
        self.clocks: Clocks | None = None
        self.flagged: str | None = None
        self.unsettled: list[str] = []
        """Agents that forfeited and whose forfeit is not on record yet."""
        self.holders = self._distinct_holders()
        self.watchers: list[Holder] = []
        """Those who are told of seats that others took over; they may hold further seats, or none."""

    def _distinct_holders(self) -> list[Holder]:
        seen: dict[int, Holder] = {}
        for seat in self.seats.values():
            seen.setdefault(id(seat.holder), seat.holder)
        return list(seen.values())

    # ---- calling controllers, isolated ------------------------------------------------------------

    def call(self, holder: Holder, hook: str, *arguments: Any) -> Any:
        """Call a hook; one that raises forfeits its seats with reason ``crash`` and returns ``None``."""
        try:
            return getattr(holder.controller, hook)(*arguments)
        except FAULTS as error:
            self._break(holder, hook, error)
            return None

    def _break(self, holder: Holder, hook: str, error: BaseException) -> None:
        if holder.failed:
            return
        holder.failed = True
        message = f"{holder.spec} failed in {hook}: {type(error).__name__}: {error}"
        for agent in holder.agents or holder.watched:
            only_watched = agent not in holder.agents
            if only_watched or not self.forfeit(agent, Reason.CRASH, message):  # its game's end stands
                self._emit("seat", {"agent": agent, "status": "info", "message": message})

    def forfeit(self, agent: str, reason: Reason, message: str) -> bool:
        """Take the seat out of this episode; it ranks below everyone. False if it was out before."""
        seat = self.seats[agent]
        if seat.forfeit is not None or seat.ended:
            return False
        seat.forfeit = (str(reason), message)
        seat.status, seat.status_text = "forfeited", message
        self.unsettled.append(agent)
        self._drop(seat)
        return True

    def _drop(self, seat: SeatState) -> None:
        """Cancel what is under way for a seat."""
        if seat.outstanding is not None:
            cancelled, seat.outstanding = seat.outstanding, None
            if not seat.holder.failed:
                self.call(seat.holder, "cancel", (cancelled,))
        seat.answer = None
        seat.delayed.clear()
        if self.clocks is not None:
            self.clocks.halt(seat.agent)

    def drop_all(self) -> None:
        """Cancel everything under way (undo, end of an episode)."""
        self.flagged = None
        for seat in self.seats.values():
            self._drop(seat)

    def rewind(self, tick: int) -> None:
        """Moves were taken back."""
        for holder in self.everybody:
            if not holder.failed:
                self.call(holder, "on_rewind", tick)

    # ---- episodes ---------------------------------------------------------------------------------

    def begin_episode(self) -> None:
        """Forget the episode before."""
        for seat in self.seats.values():
            seat.begin_episode()
        self.flagged = None
        self.unsettled.clear()

    @property
    def everybody(self) -> list[Holder]:
        """All who hold seats, and those who only watch some."""
        return [*self.holders, *(holder for holder in self.watchers if not holder.agents)]

    def reset(self, holder: Holder, start: EpisodeStart) -> None:
        """Have one controller prepare for an episode, in which seats that it only watches are not its own."""
        holder.failed = False
        self.call(holder, "reset", start)
        for agent in holder.watched:
            if not holder.failed:
                self.call(holder, "on_leave", agent)

    def missing(self) -> list[tuple[Holder, str]]:
        """Who is not ready, and what for."""
        asked = [(holder, self.call(holder, "readiness")) for holder in self.holders if not holder.failed]
        return [(holder, text) for holder, text in asked if text is not None]

    def waiting_for(self) -> list[str]:
        """``agent (controller): what it waits for`` for everybody who is not ready."""
        return [f"{', '.join(holder.agents)} ({holder.spec}): {text}" for holder, text in self.missing()]

    def end_episode(self, summary: EpisodeSummary) -> None:
        """Tell every controller how it ended. What fails from here on costs nobody the result."""
        for seat in self.seats.values():
            seat.ended = True
        self.drop_all()
        for seat in self.seats.values():
            if not seat.holder.failed:
                self.call(seat.holder, "on_episode_end", seat.agent, summary)
        for holder in self.watchers:
            for agent in holder.watched if not holder.failed else ():
                self.call(holder, "on_episode_end", agent, summary)

    def watching(self, agent: str) -> list[Holder]:
        """Who is told what others do at ``agent``."""
        return [holder for holder in self.watchers if agent in holder.watched and not holder.failed]

    def swap(self, agent: str, controller: Controller, spec: str, now: float) -> Holder:
        """Give ``agent`` to another controller at a tick boundary; its clock goes on."""
        seat = self.seats[agent]
        old = seat.holder
        running = self.clocks is not None and self.clocks.running(agent)
        if self.clocks is not None:
            self.clocks.charge(agent, now)
        old.agents = tuple(name for name in old.agents if name != agent)  # its faults cost this seat no more
        self._drop(seat)
        if not old.failed:
            self.call(old, "on_leave", agent)
        seat.holder = Holder.of(SeatedController(controller, (agent,), spec))
        if self.clocks is not None and running:
            self.clocks.start(agent, now)
        seat.applied, seat.repeats, seat.misses_in_row, seat.illegal_in_row = None, 0, 0, 0
        seat.lost_since = None
        if seat.forfeit is None:
            seat.status, seat.status_text = "ok", ""
        self.holders = self._distinct_holders()
        self._see_off(old, agent, controller)
        return seat.holder

    def _see_off(self, old: Holder, agent: str, newcomer: Controller) -> None:
        """Free who has nothing to do here any more: ``old``, unless it wants to see how its seat is played,
        and who watched this seat if that is what sits there again.
        """
        if old.controller.observes and not old.failed and self.entry.information != "hidden":
            old.watched = (*old.watched, agent)
        known = {id(holder): holder for holder in (*self.watchers, old)}.values()
        for holder in known:
            if holder.controller.descriptor.id == newcomer.descriptor.id:
                holder.watched = tuple(name for name in holder.watched if name != agent)
            if not holder.agents and not holder.watched:
                self.release(holder.controller, holder.spec)
        self.watchers = [holder for holder in known if holder.watched]

    def release(self, controller: Controller, spec: str) -> None:
        """Free a controller that holds no seat any more."""
        try:
            controller.close()
        except FAULTS as error:
            self._emit("seat", {"agent": "", "status": "info", "message": f"{spec} did not close: {error!r}"})

    def close(self) -> None:
        """Free all controllers."""
        for holder in self.everybody:
            self.release(holder.controller, holder.spec)
