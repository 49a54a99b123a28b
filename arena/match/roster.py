"""Who holds the seats of a match: hooks called in isolation, forfeits, takeovers.

A hook that raises costs its own seats the episode and nobody else anything; it is told with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from arena.games.entry import CatalogEntry
from arena.match.clocks import Clocks
from arena.match.controller import Controller, EpisodeStart, EpisodeSummary
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
        self.holders = self._distinct_holders()

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
        except Exception as error:  # noqa: BLE001 foreign code
            self._break(holder, hook, error)
            return None

    def _break(self, holder: Holder, hook: str, error: Exception) -> None:
        if holder.failed:
            return
        holder.failed = True
        message = f"{holder.spec} failed in {hook}: {type(error).__name__}: {error}"
        for agent in holder.agents:
            self.forfeit(agent, Reason.CRASH, message)

    def forfeit(self, agent: str, reason: Reason, message: str) -> None:
        """Take the seat out of this episode; it ranks below everyone. Counted once."""
        seat = self.seats[agent]
        if seat.forfeit is None and not seat.ended:
            seat.forfeit = (str(reason), message)
            seat.status, seat.status_text = "forfeited", message
            self._drop(seat)

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
        for seat in self.seats.values():
            self._drop(seat)

    # ---- episodes ---------------------------------------------------------------------------------

    def begin_episode(self) -> None:
        """Forget the episode before."""
        for seat in self.seats.values():
            seat.begin_episode()
        self.flagged = None

    def reset(self, holder: Holder, start: EpisodeStart) -> None:
        """Have one controller prepare for an episode."""
        holder.failed = False
        self.call(holder, "reset", start)

    def waiting_for(self) -> list[str]:
        """``agent (controller): what it waits for`` for every seat that is not ready."""
        waiting = []
        for holder in self.holders:
            if holder.failed:
                continue
            text = self.call(holder, "readiness")
            if text is not None:
                waiting.append(f"{', '.join(holder.agents)} ({holder.spec}): {text}")
        return waiting

    def end_episode(self, summary: EpisodeSummary) -> None:
        """Tell every controller how it ended."""
        self.drop_all()
        for seat in self.seats.values():
            if not seat.holder.failed:
                self.call(seat.holder, "on_episode_end", seat.agent, summary)

    def swap(self, agent: str, controller: Controller, spec: str, now: float) -> Holder:
        """Give ``agent`` to another controller at a tick boundary; its clock goes on."""
        seat = self.seats[agent]
        old = seat.holder
        running = self.clocks is not None and self.clocks.running(agent)
        if self.clocks is not None:
            self.clocks.charge(agent, now)
        self._drop(seat)
        old.agents = tuple(name for name in old.agents if name != agent)
        if not old.failed:
            self.call(old, "on_leave", agent)
        seat.holder = Holder.of(SeatedController(controller, (agent,), spec))
        if self.clocks is not None and running:
            self.clocks.start(agent, now)
        seat.applied, seat.repeats, seat.misses_in_row, seat.illegal_in_row = None, 0, 0, 0
        seat.lost_since, seat.status, seat.status_text = None, "ok", ""
        self.holders = self._distinct_holders()
        if not old.agents:
            self.close_holder(old)
        return seat.holder

    def close_holder(self, holder: Holder) -> None:
        """Free a controller that holds no seat any more."""
        try:
            holder.controller.close()
        except Exception as error:  # noqa: BLE001 foreign code
            self._emit(
                "seat", {"agent": "", "status": "info", "message": f"{holder.spec} did not close: {error!r}"}
            )

    def close(self) -> None:
        """Free all controllers."""
        for holder in self.holders:
            self.close_holder(holder)
