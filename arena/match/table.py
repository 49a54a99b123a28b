"""The table: asks controllers, collects what they answer, and says which action each seat plays.

Every fault of a controller ends here: a hook that raises, an illegal answer, a late or lost seat becomes an
event with a reason and the declared rule, never somebody else's problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from arena.errors import GameError
from arena.games.actions import Checked
from arena.games.contract import Host, StepResult
from arena.games.entry import CatalogEntry
from arena.match.controller import FAULTS, Decision, Notice, Request
from arena.match.outcome import Reason
from arena.match.roster import Emit, Roster
from arena.match.rules import Rules
from arena.match.seats import Answer, Holder, SeatState


@dataclass(slots=True)
class Play:
    """What one seat plays in this slot."""

    action: Any
    source: str
    """``decided``, ``late``, ``clipped``, ``repeat`` or ``noop``."""
    age: int = 0


class Table(Roster):
    """The seats of one match and the traffic with their controllers."""

    def __init__(
        self,
        entry: CatalogEntry,
        rules: Rules,
        seats: Mapping[str, SeatState],
        host: Host,
        emit: Emit,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(entry, rules, seats, emit)
        self._host, self._clock = host, clock
        self.drawing = False
        """People's clocks start when the frame that shows the position was flipped (see :meth:`shown`)."""
        self.pause_asked: str | None = None
        """A person's device was lost: the match should pause and say this."""
        self._next_id = 0
        self._perfect = entry.information == "perfect"
        self._realtime = rules.pace == "realtime"

    # ---- asking -----------------------------------------------------------------------------------

    def see(self, result: StepResult, tick: int) -> None:
        """Keep the newest observation of every agent that has one; an agent may come back from the dead.

        Raises :class:`GameError` for one that joined and has no seat.
        """
        for agent, observation in result.observations.items():
            seat = self.seats.get(agent)
            if seat is None:
                raise GameError(
                    f"{self.entry.id}: agent {agent!r} joined, but only {', '.join(self.seats)} were seated"
                )
            seat.observation, seat.seen_tick = observation, tick
            seat.legal = result.legal.get(agent)
            seat.info = result.infos.get(agent, {})

        for agent in result.due:
            self.seats[agent].ended = False

    def ask(self, due: Iterable[str], now: float, deadline: float | None) -> bool:
        """Send one batch a controller for the due seats with nothing in flight; whether there were any."""
        batches: dict[int, tuple[Holder, list[Request]]] = {}
        views = self.clocks.views(now) if self.clocks is not None else None
        for agent in due:
            seat = self.seats[agent]
            if seat.outstanding is not None or seat.forfeit is not None or seat.ended:
                continue
            holder = seat.holder
            self._next_id += 1
            seat.outstanding, seat.asked_tick, seat.asked_at = self._next_id, seat.seen_tick, now
            seat.deadline = self._deadline(holder, now) if deadline is None else deadline
            state = self._host.state() if self._perfect and holder.needs_state else None
            position = self._host.position() if self._perfect and holder.needs_position else None
            row = Request(
                agent,
                self._next_id,
                seat.observation,
                seat.legal,
                seat.seen_tick,
                seat.deadline,
                views,
                state,
                position,
                seat.info,
            )
            batch = batches.get(id(holder))
            if batch is None:
                batches[id(holder)] = (holder, [row])
            else:
                batch[1].append(row)
            if self.clocks is not None and not (self.drawing and holder.human):
                self.clocks.start(agent, now)
        for holder, rows in batches.values():
            try:
                holder.controller.request(rows)
            except FAULTS as error:
                self._break(holder, "request", error)
        return bool(batches)

    def _deadline(self, holder: Holder, now: float) -> float | None:
        """Where the match waits: the move limit for everyone, or the time after which a machine counts as
        hung.
        """
        if self.rules.move_limit_s is not None:
            return now + self.rules.move_limit_s
        return None if holder.human or self.clocks is not None else now + self.rules.hang_timeout_s

    def shown(self, now: float) -> None:
        """The current position is on the screen: start the clocks of people who are to move."""
        if self.clocks is not None:
            for seat in self.seats.values():
                if seat.outstanding is not None and seat.holder.human:
                    self.clocks.start(seat.agent, now)

    def tell(self, plays: Mapping[str, Play], result: StepResult) -> None:
        """What a step meant for each seat, to who holds it and who watches it; one final time at its end."""
        for agent, reward in result.rewards.items():
            seat = self.seats[agent]
            terminated, truncated = result.terminated.get(agent, False), result.truncated.get(agent, False)
            holder, had_ended = seat.holder, seat.ended
            if terminated or truncated:
                seat.ended = True  # before the hooks: who fails in the last one has finished all the same
            if had_ended or not (holder.wants_results or holder.wants_applied or self.watchers):
                continue
            news = (
                agent,
                result.observations.get(agent),
                float(reward),
                terminated,
                truncated,
                result.infos.get(agent, {}),
            )
            play = plays.get(agent)
            self._tell_one(holder, play, "human" if holder.human else None, news)
            for watcher in self.watching(agent) if self.watchers else ():
                self._tell_one(watcher, play, "human" if holder.human else "other", news)

    def _tell_one(self, holder: Holder, play: Play | None, source: str | None, news: tuple[Any, ...]) -> None:
        if holder.wants_applied and play is not None and not holder.failed:
            self.call(holder, "on_applied", news[0], play.action, source or play.source)
        if holder.wants_results and not holder.failed:
            self.call(holder, "on_step_result", *news)

    def resumed(self, paused_at: float, now: float) -> None:
        """A pause is over: what had time left has it still."""
        for seat in self.seats.values():
            if seat.deadline is not None:
                seat.deadline += now - max(paused_at, seat.asked_at)
            if seat.lost_since is not None:
                seat.lost_since += now - max(paused_at, seat.lost_since)

    def all_ready(self) -> None:
        """Every seat is ready, so none is lost, whatever was said before."""
        self.pause_asked = None
        for seat in self.seats.values():
            seat.lost_since = None
            if seat.status == "lost":
                seat.status, seat.status_text = "ok", ""

    # ---- collecting -------------------------------------------------------------------------------

    def collect(self, now: float, *, at_slot: bool) -> None:
        """Take every decision and notice that is there. Live input is sampled at the slot only."""
        for holder in self.holders:
            if holder.failed or (
                holder.sampled and self._realtime and not at_slot and not self._is_away(holder)
            ):
                continue
            try:  # what it says may be as broken as how it says it
                for item in holder.controller.poll():
                    if isinstance(item, Decision):
                        self._take(holder, item, now)
                    elif isinstance(item, Notice):
                        self._notice(holder, item, now)
                    else:
                        raise TypeError(f"{_short(item)} is neither a Decision nor a Notice")
            except FAULTS as error:
                self._break(holder, "poll", error)
        for holder in self.watchers:
            if not holder.agents and not holder.failed:
                self.call(holder, "poll")  # it decides nothing here, but has its own work to go on with

    def _is_away(self, holder: Holder) -> bool:
        """Its device is gone: there is nothing to sample, but its return to hear of, in a pause too."""
        return any(self.seats[agent].lost_since is not None for agent in holder.agents)

    def _take(self, holder: Holder, decision: Decision, now: float) -> None:
        seat = self.seats.get(decision.agent)
        if seat is None or seat.holder is not holder:
            return  # nobody answers for others
        if seat.outstanding != decision.request_id:
            seat.counts.stale += 1
            return
        decided_at = min(now, decision.decided_at)  # in this order: now where it is NaN
        seat.outstanding = None
        seat.counts.decisions += 1
        seat.counts.latencies_s.append(max(0.0, decided_at - seat.asked_at))
        if self.clocks is not None and not self.clocks.stop(seat.agent, decided_at):
            self.flagged = seat.agent
            return
        if decision.action is None:
            seat.counts.abstained += 1
        seat.answer = Answer(decision.action, seat.asked_tick, decided_at)

    def _notice(self, holder: Holder, notice: Notice, now: float) -> None:
        seat = self.seats.get(notice.agent)
        if seat is None or seat.holder is not holder:
            return
        self._emit("seat", {"agent": seat.agent, "status": notice.kind, "message": notice.message})
        if notice.kind == "failed":
            self.forfeit(seat.agent, notice.reason, notice.message)
        elif notice.kind == "lost":
            seat.lost_since = now if seat.lost_since is None else seat.lost_since
            seat.status, seat.status_text = "lost", notice.message
            if seat.holder.pauses_when_lost:
                self.pause_asked = notice.message
        elif notice.kind in {"restored", "restarted"}:
            seat.lost_since, seat.status, seat.status_text = None, "ok", notice.message
            if notice.kind == "restored":
                seat.outstanding = None  # what was in flight went down with the connection: ask again

    # ---- resolving --------------------------------------------------------------------------------

    def resolve_realtime(self, agent: str, tick: int) -> Play | None:
        """What ``agent`` plays in slot ``tick``; ``None`` if that makes it forfeit."""
        seat = self.seats[agent]
        if seat.forfeit is not None:
            return Play(seat.noop, "noop")
        answer, seat.answer = seat.answer, None
        if answer is not None and answer.action is None:
            answer = None  # abstained: the late rule applies
        if seat.delay:
            seat.delayed.append((tick + seat.delay, answer))
            if seat.delayed[0][0] > tick:
                return Play(seat.noop, "noop")  # the first ticks, before anything held can be due
            answer = seat.delayed.popleft()[1]
        return self._play_answer(seat, answer, tick)

    def _play_answer(self, seat: SeatState, answer: Answer | None, tick: int) -> Play | None:
        if answer is None:
            return self._late(seat, tick)
        age = tick - answer.asked_tick - seat.delay
        if age > 0:
            seat.counts.late += 1
            if self.rules.late_answer == "drop":
                return self._late(seat, tick, counted=True)
        checked = _check(seat, answer.action)
        if checked.problem is not None:
            return self._illegal(seat, answer.action, checked.problem, tick)
        seat.misses_in_row = seat.repeats = seat.illegal_in_row = 0
        if seat.status == "late" and age <= 0:  # who is late at every slot is late all the time
            seat.status, seat.status_text = "ok", ""
        seat.applied = checked.action
        if checked.clipped:
            seat.counts.clipped += 1
            return Play(checked.action, "clipped", max(age, 0))
        return Play(checked.action, "late" if age > 0 else "decided", max(age, 0))

    def resolve_waiting(self, agent: str, tick: int) -> Play | None:
        """What ``agent`` plays where the match waits for it; ``None`` while there is nothing to play."""
        seat = self.seats[agent]
        if seat.forfeit is not None:
            return None if seat.noop is None else Play(seat.noop, "noop")
        answer = seat.answer
        if answer is None:
            return None
        seat.answer = None
        if answer.action is None:
            return self._unanswered(seat, tick, f"{agent} ({seat.holder.spec}) abstained")
        checked = _check(seat, answer.action)
        if checked.problem is None:
            seat.illegal_in_row = 0
            seat.applied = checked.action
            if checked.clipped:
                seat.counts.clipped += 1
                return Play(checked.action, "clipped")
            return Play(checked.action, "decided")
        return self._illegal(seat, answer.action, checked.problem, tick)

    def expire(self, agent: str, tick: int, waited_s: float) -> Play | None:
        """The move limit of ``agent`` has passed in a match that waits: no-op, or forfeit where the rule or
        game says so.
        """
        seat = self.seats[agent]
        self._drop(seat)
        return self._unanswered(
            seat, tick, f"{agent} ({seat.holder.spec}) gave no answer within {waited_s:g} s"
        )

    def _unanswered(self, seat: SeatState, tick: int, message: str) -> Play | None:
        agent = seat.agent
        seat.counts.late += 1
        self._fault(seat, "late", message, tick)
        if self.rules.on_late.kind == "forfeit" or seat.noop is None:
            self.forfeit(agent, Reason.LATE, message)
            return None
        return Play(seat.noop, "noop")

    def _late(self, seat: SeatState, tick: int, *, counted: bool = False) -> Play | None:
        rule = self.rules.on_late
        if not counted:
            seat.counts.late += 1
        seat.misses_in_row += 1
        if seat.status == "ok":
            seat.status, seat.status_text = "late", f"{seat.agent} is late; {rule} applies"
            self._fault(seat, "late", seat.status_text, tick)
        if rule.kind == "forfeit" and seat.misses_in_row >= rule.ticks:
            self.forfeit(
                seat.agent,
                Reason.LATE,
                f"{seat.agent} ({seat.holder.spec}) missed {seat.misses_in_row} slots in a row",
            )
            return None
        if rule.kind == "repeat" and seat.applied is not None and seat.repeats < rule.ticks:
            seat.repeats += 1
            checked = seat.checker.check(seat.released(), seat.legal)
            if checked.problem is None:
                return Play(checked.action, "repeat")
        return Play(seat.noop, "noop")

    def _illegal(self, seat: SeatState, action: Any, problem: str, tick: int) -> Play | None:
        seat.counts.illegal += 1
        seat.illegal_in_row += 1
        answered = _short(action)
        told = problem if answered[0] == "<" and problem.startswith(answered) else f"{answered}: {problem}"
        message = f"{seat.agent} ({seat.holder.spec}) answered {told}"
        if not self._realtime or seat.illegal_in_row.bit_count() == 1:
            again = f" ({seat.illegal_in_row} in a row)" if seat.illegal_in_row > 1 else ""
            # in real time the 1st, 2nd, 4th, 8th...: the rest are counted
            self._fault(seat, "illegal", message + again, tick)
        if self.rules.on_illegal == "noop" and seat.noop is not None:
            return Play(seat.noop, "noop")
        if self.rules.on_illegal == "retry" and seat.illegal_in_row <= self.rules.retries:
            return None  # nothing in flight any more: the match asks again
        self.forfeit(seat.agent, Reason.ILLEGAL, message)
        return None

    def _fault(self, seat: SeatState, status: str, message: str, tick: int) -> None:
        seat.faults.setdefault(status, message)
        self._emit("seat", {"agent": seat.agent, "status": status, "message": message, "tick": tick})


def _check(seat: SeatState, action: Any) -> Checked:
    try:
        return seat.checker.check(action, seat.legal)
    except FAULTS as error:
        return Checked(None, f"it cannot be read ({type(error).__name__}: {error})")


def _short(action: Any) -> str:
    try:
        text = repr(action).replace("\n", " ")
    except FAULTS:
        text = f"something of type {type(action).__name__}"
    return text if len(text) <= 80 else text[:77] + "..."
