"""The match as people meet it: what can be read of it and what can be done to it."""

from __future__ import annotations

from arena.errors import GameError, RuleError
from arena.match.controller import Controller
from arena.match.core import MatchCore
from arena.match.ending import Ending
from arena.match.outcome import Reason
from arena.match.seats import SeatState
from arena.match.state import Phase
from arena.match.trials import Trial

READINESS_POLL_S = 0.05
"""How often who is not ready is asked again: getting ready wakes nobody."""

__all__ = ["Match", "Phase"]


class Match(MatchCore):
    """One seating playing one or more episodes of a game.

    A driver calls ``start`` once, then ``tick(now)`` until ``finished``, sleeping until :meth:`next_wakeup`
    whenever a tick did nothing. Commands may be given between two ticks, in the driver's thread.
    """

    def next_wakeup(self, now: float) -> float | None:
        """When :meth:`tick` has work at the latest; ``None``: only a wake-up (or a command) brings some."""
        if self.phase is Phase.FINISHED:
            return None
        if self.phase is Phase.OPENING:
            return now + READINESS_POLL_S
        if self.phase is Phase.INTERMISSION:
            return self._resume_at
        wakeup = self._next_wakeup_playing(now)
        if not self.trials:
            return wakeup
        asked_again = now + READINESS_POLL_S
        return asked_again if wakeup is None else min(wakeup, asked_again)

    def _next_wakeup_playing(self, now: float) -> float | None:
        if self.paused and not (self._single_step and self.pacer.realtime):
            return None
        if self.pacer.realtime:
            return self.pacer.next_slot
        times = [seat.deadline for seat in self._asked() if seat.deadline is not None]
        times += [
            seat.lost_since + self.rules.ready_timeout_s
            for seat in self._asked()
            if seat.lost_since is not None and not seat.holder.pauses_when_lost
        ]
        if self.table.clocks is not None and (flag := self.table.clocks.next_flag(now)) is not None:
            times.append(flag)
        return min(times, default=None)

    def _asked(self) -> list[SeatState]:
        return [seat for agent in self._due if (seat := self.table.seats[agent]).outstanding is not None]

    def shown(self, now: float) -> None:
        """The driver flipped a frame that shows the present position."""
        self.table.shown(now)

    # ---- commands ---------------------------------------------------------------------------------

    def abort(self, now: float, why: str) -> None:
        """End the match now, without a result."""
        self.log.advance(now)
        if self.episode < 0:
            self.phase = Phase.FINISHED  # never started: there is nothing to tell
        elif self.phase is Phase.INTERMISSION:
            self._finish("aborted", why)
        elif self.phase is not Phase.FINISHED:
            if self.phase is Phase.OPENING:
                self._began_at = now
            self._end(Ending(Reason.ABORTED, why, void=True), now, last=True)

    def skip_intermission(self, now: float) -> None:
        """Begin the next episode at the next tick instead of when the rest between two is over."""
        if self.phase is Phase.INTERMISSION:
            self._resume_at = min(self._resume_at, now)

    def step_once(self) -> None:
        """While paused: make one step, then stand still again."""
        self._single_step = self.paused

    def set_speed(self, factor: float, now: float) -> None:
        """Run real time at ``factor`` of its rate, 0.25 to 8. Clocks are never scaled."""
        self.log.advance(now)
        self.pacer.set_speed(factor, now)
        self.log.emit("speed", {"factor": factor, "tick": self.tick_number})
        self.log.version += 1

    def resign(self, agent: str, now: float) -> None:
        """``agent`` gives the episode up."""
        self._playing(agent, "resign", allowed=self.entry.resign)
        self.log.advance(now)
        self.log.emit("resign", {"agent": agent, "tick": self.tick_number})
        if self.table.clocks is not None:
            self.table.clocks.settle([agent], now)
        self.table.forfeit(agent, Reason.RESIGN, f"{agent} resigned")
        self._settle_forfeits(now)

    def offer_draw(self, agent: str, now: float) -> None:
        """Offer a draw; controllers answer at once, people with :meth:`answer_draw` or by moving on."""
        self._playing(agent, "offer a draw", allowed=self.entry.draw_offers)
        self.log.advance(now)
        if self.draw_offer is not None:
            if self.draw_offer != agent:
                self.answer_draw(agent, accept=True, now=now)
            return
        others = [
            seat
            for seat in self.table.seats.values()
            if seat.agent != agent and seat.forfeit is None and not seat.ended
        ]
        if not others:
            raise RuleError(f"{agent} has nobody left to offer a draw to")
        self._draw("offer", agent, now)
        self.draw_offer = agent
        machines = [seat for seat in others if not seat.holder.human]
        answers = [bool(self.table.call(seat.holder, "answer_draw", seat.agent)) for seat in machines]
        if machines and not all(answers):
            self._draw("decline", machines[answers.index(False)].agent, now)
        elif len(machines) == len(others):
            self.answer_draw(machines[0].agent, accept=True, now=now)

    def answer_draw(self, agent: str, *, accept: bool, now: float) -> None:
        """Accept or decline the offer that stands."""
        self._playing(agent, "answer an offer", allowed=self.entry.draw_offers)
        if self.draw_offer is None or self.draw_offer == agent:
            raise RuleError(f"no draw is offered to {agent}")
        self.log.advance(now)
        if not accept:
            self._draw("decline", agent, now)
            return
        self._draw("accept", agent, now)
        self._end(Ending(Reason.AGREED_DRAW, "draw by agreement", level=True), now)

    def undo(self, agent: str, now: float) -> int:
        """Take back to the last time ``agent`` was to move; returns the number of steps taken back."""
        if self.plan.rated or not self._history.enabled:
            raise RuleError(
                "moves cannot be taken back in a rated match"
                if self.plan.rated
                else f"{self.entry.id} has no undo"
            )
        if self.phase is not Phase.PLAYING or self._stepping:
            raise RuleError("nothing can be taken back now")
        steps = self._history.steps_back(agent)
        if steps == 0:
            raise RuleError(f"{agent} has made no move that could be taken back")
        self.log.advance(now)
        self.table.drop_all()
        self._plays.clear()
        self._stepping, self._undoing = True, steps
        self.host.submit_undo(steps)
        self._poll_host(now)
        return steps

    def takeover(self, agent: str, controller: Controller, spec: str, now: float) -> Trial:
        """Seat ``controller`` at ``agent`` at the first tick boundary at which it is ready; the old one
        decides until then, and goes on if this one fails or is not ready in time. Once it is seated the match
        is unrated.
        """
        if agent not in self.table.seats:
            raise RuleError(f"no seat {agent!r}; seats: {', '.join(self.table.seats)}")
        if self.finished:
            raise RuleError(f"{spec} cannot take {agent} over: the match is over")
        if self.entry.paradigm not in controller.paradigms:
            raise RuleError(f"{spec} does not play {self.entry.paradigm} games")
        self.log.advance(now)
        trial = self.trials.begin(agent, controller, spec, now + self.rules.ready_timeout_s)
        if not self._stepping:
            self._take_swaps(now)
        return trial

    def cancel_takeover(self, agent: str, now: float) -> None:
        """Who was about to take ``agent`` over is sent away; nothing happens if nobody was."""
        if (trial := self.trials.of(agent)) is not None:
            self.log.advance(now)
            self.trials.fail(trial, "it was called off")

    def _playing(self, agent: str, verb: str, *, allowed: bool) -> None:
        if not allowed:
            raise RuleError(f"{self.entry.id} does not let a player {verb}")
        if self.phase is not Phase.PLAYING or self._stepping:
            raise RuleError(f"{agent} cannot {verb} now: the match is {self.phase}")
        if agent not in self.table.seats:
            raise RuleError(f"no seat {agent!r}; seats: {', '.join(self.table.seats)}")
        seat = self.table.seats[agent]
        if seat.ended or seat.forfeit is not None:
            raise RuleError(f"{agent} cannot {verb}: its game is over")

    def close(self, now: float) -> None:
        """Abort if it still runs, then free controllers and the environment. Safe to call twice."""
        try:
            if self.phase is not Phase.FINISHED:
                self.abort(now, "closed before its end")
        finally:
            self.trials.close("the match is over")
            self.table.close()
            try:
                self.host.close()
            except GameError as error:  # what was played stands
                self.log.say("", "environment", str(error))
