"""How episodes of a match end: flags, absences and forfeits, then the result row and the hooks."""

from __future__ import annotations

from arena.match.controller import EpisodeSummary
from arena.match.ending import Ending, outcome_of
from arena.match.outcome import Reason
from arena.match.state import MatchState, Phase


class MatchEnds(MatchState):
    """Watches for what ends an episode from outside the game, and closes it."""

    def _flag_fell(self, now: float) -> bool:
        clocks = self.table.clocks
        if clocks is None or self.paused:
            return False
        agent = self.table.flagged or clocks.flagged(now)
        if agent is None:
            return False
        self.table.flagged = None
        clocks.settle([agent], now)
        self.log.emit("flag", {"agent": agent, "tick": self.tick_number})
        self.table.forfeit(agent, Reason.FLAG, f"{agent} ran out of time")
        return self._settle_forfeits(now)

    def _settle_lost(self, now: float) -> None:
        """Who has been away for too long forfeits, unless the match waits for them or stands still."""
        if self.paused:
            return
        for seat in self.table.seats.values():
            if seat.lost_since is None or seat.holder.pauses_when_lost or seat.forfeit is not None:
                continue
            away = now - seat.lost_since
            if away >= self.rules.ready_timeout_s:
                told = f"{seat.agent}: {seat.status_text}; not back after {away:.0f} s"
                self.table.forfeit(seat.agent, Reason.DISCONNECT, told)

    def _record_forfeits(self) -> list[tuple[str, str]]:
        """Put new forfeits on record; returns their reasons and messages."""
        new, self.table.unsettled = self.table.unsettled, []
        told = []
        for agent in new:
            forfeit = self.table.seats[agent].forfeit
            if forfeit is not None:
                reason, message = forfeit
                self.log.say(agent, "forfeit", message)
                fields = {"agent": agent, "tick": self.tick_number, "reason": reason, "message": message}
                self.log.emit("forfeit", fields)
                told.append(forfeit)
        return told

    def _settle_forfeits(self, now: float) -> bool:
        """Record new forfeits; true if the episode is over for it."""
        if not self.table.unsettled:
            return False
        new = self._record_forfeits()
        if self._called_off(now):
            return True
        forfeited = [agent for agent, seat in self.table.seats.items() if seat.forfeit is not None]
        sides = {self.entry.team_of(agent) or agent for agent in self.table.seats}
        lost = {self.entry.team_of(agent) or agent for agent in forfeited}
        plays_on = (
            self.phase is Phase.PLAYING
            and self.entry.scoring != "cooperative"
            and len(sides - lost) > 1
            and all(self.table.seats[agent].noop is not None for agent in forfeited)
        )
        if plays_on:
            return False
        reason, message = new[0]
        self._end(Ending(Reason(reason), message), now)
        return True

    def _called_off(self, now: float) -> bool:
        """A match that a seat refuses before it begins has no winner: it does not take place."""
        if self.phase is not Phase.OPENING or self.episode:
            return False
        for agent, seat in self.table.seats.items():
            if seat.forfeit is not None and seat.forfeit[0] == Reason.REFUSED:
                told = f"the match cannot begin: {agent} ({seat.holder.spec}): {seat.forfeit[1]}"
                self._began_at = now
                self._end(Ending(Reason.REFUSED, told, void=True), now, last=True)
                return True
        return False

    def _end(self, ending: Ending, now: float, *, last: bool = False) -> None:
        """Close the episode: the result row, the hooks, then the next episode or the end of the match."""
        self._record_forfeits()
        if self.table.clocks is not None:
            self.table.clocks.settle(self.table.seats, now)
        digest = self._digest.hex()
        self.log.secret("digest", {"tick": self.tick_number, "hex": digest})
        outcome = outcome_of(
            self.plan,
            self.entry,
            self.episode,
            ending,
            self._ledger,
            self.table.seats,
            ticks=self.tick_number,
            duration_s=now - self._began_at,
            changed=self.changed_seats,
            digest="" if self.log.hidden else digest,
            missed_slots=self.missed_slots,
            env_slow=self.env_slow,
        )
        self.outcomes.append(outcome)
        summary = EpisodeSummary(
            self.episode,
            str(ending.reason),
            {seat.agent: seat.rank for seat in outcome.seats},
            {seat.agent: seat.total_reward for seat in outcome.seats},
            self.tick_number,
            late={seat.agent: seat.late for seat in outcome.seats if seat.late},
            illegal={seat.agent: seat.illegal for seat in outcome.seats if seat.illegal},
            clipped={seat.agent: seat.clipped for seat in outcome.seats if seat.clipped},
        )
        self.log.emit(
            "episode_end",
            {
                "episode": self.episode,
                "ticks": self.tick_number,
                "reason": str(ending.reason),
                "detail": ending.detail,
            },
        )
        self.log.emit("outcome", outcome.to_dict())
        self.table.end_episode(summary)
        self._due, self._plays, self.draw_offer = (), {}, None
        self.log.version += 1
        if last or ending.reason is Reason.ABORTED or self.episode + 1 >= self.plan.episodes:
            self._finish(str(ending.reason), ending.detail)
        else:
            self.phase = Phase.INTERMISSION
            self._resume_at = now + self._intermission_s

    def _finish(self, reason: str, detail: str = "") -> None:
        self.phase = Phase.FINISHED
        self.trials.close("the match is over")
        self.log.emit("close", {"reason": reason, "detail": detail, "last": True})
