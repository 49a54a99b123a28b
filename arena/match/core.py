"""The heart of a match: opening, slots, steps and ends, driven by :meth:`MatchCore.tick`.

Time comes in as ``now`` (seconds on the driver's monotonic clock); nothing here reads a clock, draws or
starts a thread, so headless runs, windows and tests drive the same class. :class:`arena.match.match.Match`
adds what people can do to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from arena.errors import GameError
from arena.games.contract import StepResult
from arena.games.digest import Digest
from arena.match.clocks import match_clocks
from arena.match.ending import Ending, judge
from arena.match.ends import MatchEnds
from arena.match.log import plain_descriptor, plan_fields
from arena.match.outcome import Reason
from arena.match.scoring import Ledger
from arena.match.seeds import env_seed
from arena.match.state import Phase
from arena.match.table import Play

DIGEST_EVERY = 64
_DRAW_WORDS = {"offer": "offers a draw", "accept": "accepts the draw", "decline": "declines the draw"}


class MatchCore(MatchEnds):
    """Plays one plan to its end: seats, rules, clocks, results."""

    # ---- driving ----------------------------------------------------------------------------------

    def start(self, now: float, header: Mapping[str, Any]) -> None:
        """Open the record and the first episode. ``header`` holds what only the session knows (versions,
        platform).
        """
        self.log.advance(now)
        self.host.set_waker(self._wake)
        seed = None if self.log.hidden else self.plan.seed
        self.log.emit(
            "open", {**header, **plan_fields(self.plan, self.entry, self.descriptors()), "seed": seed}
        )
        self.log.secret("secret", {"seed": self.plan.seed})
        self._begin_episode(now)

    def tick(self, now: float) -> bool:
        """Do what is due at ``now``: at most one step. True if anything happened, so call again soon."""
        self.log.advance(now)
        try:
            if self.phase is Phase.PLAYING:
                return self._play(now)
            if self.phase is Phase.OPENING:
                return self._open(now)
            if self.phase is Phase.INTERMISSION and now >= self._resume_at:
                self._begin_episode(now)
                return True
        except GameError as error:
            self._end(Ending(Reason.ENVIRONMENT, str(error), void=True), now, last=True)
            return True
        return False

    def _begin_episode(self, now: float) -> None:
        self.phase = Phase.OPENING
        self.episode += 1
        self.tick_number, self.missed_slots, self.env_slow = 0, 0, 0
        self.draw_offer, self.last_labels = None, {}
        self._due, self._plays, self._stepping, self._undoing = (), {}, True, 0
        self._ledger, self._digest = Ledger(tuple(self.table.seats)), Digest()
        self._history.clear()
        self.table.begin_episode()
        self.table.clocks = match_clocks(self.rules, self.entry, self.descriptors())
        self.last_result = None
        self._began_at = now
        self._ready_by = now + self.rules.ready_timeout_s
        self.host.submit_reset(env_seed(self.plan.seed, self.episode))
        for holder in self.table.everybody:
            agents = [agent for agent in self.table.seats if agent in holder.agents + holder.watched]
            self.table.reset(holder, self._episode_start(agents, mid_episode=False))
        self.trials.begin_episode()
        self.log.version += 1

    def _open(self, now: float) -> bool:
        """Wait for the environment and for every seat; then hand out the first observations."""
        if self.last_result is None:
            result = self.host.poll()
            if result is None:
                return self._opening_timeout(now, [f"the environment {self.entry.id} is starting"])
            self.last_result, self._stepping = result, False
            self._digest.update(result)
            self.table.see(result, 0)
            self.log.version += 1
        self._take_swaps(now)
        self.table.collect(now, at_slot=False)
        if self._settle_forfeits(now):
            return True
        waiting = self.table.waiting_for()
        if self._settle_forfeits(now):
            return True
        if waiting:
            return self._opening_timeout(now, waiting)
        self.table.all_ready()
        self._due = self.last_result.due
        self.log.emit("reset", {"episode": self.episode, "agents": list(self.last_result.alive)})
        self.phase, self._began_at = Phase.PLAYING, now
        self.pacer.restart(now)
        self._remember(now)
        if self.paused and self.table.clocks is not None:
            self.table.clocks.pause(now)
        self._ask(now)
        self.log.version += 1
        return True

    def _opening_timeout(self, now: float, waiting: Sequence[str]) -> bool:
        if now < self._ready_by:
            return False
        detail = f"not ready within {self.rules.ready_timeout_s:g} s: {'; '.join(waiting)}"
        self._began_at = now
        self._end(Ending(Reason.ABORTED, detail, void=True), now, last=True)
        return True

    def _play(self, now: float) -> bool:
        if self._stepping:
            return self._poll_host(now)
        if self.trials:
            self._take_swaps(now)
        realtime = self.pacer.realtime
        frozen = self.paused and not self._single_step
        at_slot = not frozen and (not realtime or self._single_step or now >= self.pacer.next_slot)
        self.table.collect(now, at_slot=at_slot)
        if self.table.pause_asked is not None:
            asked, self.table.pause_asked = self.table.pause_asked, None
            self.pause(now, asked)
            return True
        self._settle_lost(now)
        if self._flag_fell(now) or self._settle_forfeits(now):
            return True
        if frozen:
            return False
        return self._slot(now, at_slot=at_slot) if realtime else self._await(now)

    # ---- one slot ---------------------------------------------------------------------------------

    def _slot(self, now: float, *, at_slot: bool) -> bool:
        """Real time: collect, step, send, in that order; the driver draws afterwards."""
        if not at_slot:
            self._ask(now, fresh_only=True)
            return False
        if self._single_step:
            self.pacer.pull(now)
        self._count_missed(self.pacer.skip_missed(now), "loop")
        for agent in self._due:
            play = self.table.resolve_realtime(agent, self.tick_number)
            if play is not None:
                self._plays[agent] = play
        if self._settle_forfeits(now):
            return True
        for agent in self._due:  # a seat that forfeited just now stands still from here on
            self._plays.setdefault(agent, Play(self.table.seats[agent].noop, "noop"))
        self.pacer.advance()
        return self._step(now)

    def _await(self, now: float) -> bool:
        """Wait and fast: step once everybody due has decided."""
        table, plays = self.table, self._plays
        missing = False
        for agent in self._due:
            if agent in plays:
                continue
            seat = table.seats[agent]
            play = table.resolve_waiting(agent, self.tick_number)
            if (
                play is None
                and not self.paused
                and seat.outstanding is not None
                and seat.deadline is not None
                and now >= seat.deadline
            ):
                play = table.expire(agent, self.tick_number, now - seat.asked_at)
            if play is None:
                missing = True
            else:
                plays[agent] = play
        if missing:
            somebody_forfeited = bool(table.unsettled)
            if self._settle_forfeits(now):
                return True
            return self._ask(now) or somebody_forfeited  # either may bring at once what is missing
        return self._step(now)

    def _step(self, now: float) -> bool:
        self._single_step = False
        if self.table.clocks is not None:
            for agent, play in self._plays.items():
                if play.source != "noop":
                    self.table.clocks.add_increment(agent)
        if self._labels_on:
            self.last_labels = {
                agent: self.host.label(agent, play.action) for agent, play in self._plays.items()
            }
        self._stepping = True
        self.host.submit_step({agent: self._plays[agent].action for agent in self._due})
        self._poll_host(now)
        return True

    def _poll_host(self, now: float) -> bool:
        result = self.host.poll()
        if result is None:
            if self.pacer.realtime and not self.paused:
                self._count_missed(self.pacer.skip_busy(now), "env")
            return False
        self._stepping = False
        if self._undoing:
            self._absorb_undo(result, now)
        else:
            self._absorb(result, now)
        return True

    def _count_missed(self, slots: int, cause: str) -> None:
        """Slots without a step: the loop was held up, or the environment was still busy (``env``)."""
        if slots:
            self.missed_slots += slots
            self.env_slow += slots if cause == "env" else 0
            self.log.emit("missed", {"tick": self.tick_number, "slots": slots, "cause": cause})

    def _absorb(self, result: StepResult, now: float) -> None:
        """Book a step that was made, tell everyone, ask for the next decisions."""
        self._ledger.add(result, self.tick_number + 1)
        self.table.see(result, self.tick_number + 1)
        plays, self._plays = self._plays, {}
        self.tick_number += 1
        self.log.version += 1
        self.last_result = result
        self._digest.update(result)
        clocks = self.clocks_left(now)
        self.log.step(self.tick_number, plays, result, self.last_labels if self._labels_on else {}, clocks)
        self.table.tell(plays, result)
        if self.tick_number % DIGEST_EVERY == 0:
            self.log.secret("digest", {"tick": self.tick_number, "hex": self._digest.hex()})
        if self.draw_offer is not None and self.draw_offer not in plays:
            self._draw("decline", next(iter(plays)), now)
        self._due = result.due
        if not result.alive or not result.due:
            self._end(judge(self.entry, self._ledger, self.host.verdict(), self.tick_number), now)
            return
        limit = self.rules.max_ticks or self.entry.max_ticks
        if limit and self.tick_number >= limit:
            self._end(Ending.truncation(self.entry, Reason.MAX_TICKS, f"after {limit} ticks"), now)
            return
        self._remember(now)
        if not self._settle_forfeits(now):
            self._ask(now)

    def _ask(self, now: float, *, fresh_only: bool = False) -> bool:
        """Request decisions of the due seats with nothing in flight; ``fresh_only``: only of those whose
        newest observation was not sent. Whether anybody was asked.
        """
        seats = self.table.seats
        due = [agent for agent in self._due if seats[agent].outstanding is None]
        if fresh_only:
            due = [agent for agent in due if seats[agent].asked_tick < seats[agent].seen_tick]
        else:
            due = [agent for agent in due if agent not in self._plays and seats[agent].answer is None]
        return bool(due) and self.table.ask(due, now, self.pacer.next_slot if self.pacer.realtime else None)

    # ---- moments ----------------------------------------------------------------------------------

    def _absorb_undo(self, result: StepResult, now: float) -> None:
        steps, self._undoing = self._undoing, 0
        moment = self._history.go_back(steps)
        self.log.emit("undo", {"tick": self.tick_number, "steps": steps})
        self.tick_number -= steps
        self.last_result, self.last_labels = result, {}
        self._ledger, self._digest = moment.ledger, moment.digest.copy()
        self.table.see(result, self.tick_number)
        for agent in result.alive:
            self.table.seats[agent].ended = False
        if self.table.clocks is not None and moment.clocks is not None:
            self.table.clocks.restore(moment.clocks)
        self.draw_offer = None
        self._due = result.due
        self.log.version += 1
        self.table.rewind(self.tick_number)
        self._ask(now)

    def _remember(self, now: float) -> None:
        clocks = self.table.clocks
        self._history.add(
            self._due, self._ledger, self._digest, None if clocks is None else clocks.snapshot()
        )

    def _draw(self, action: str, agent: str, now: float) -> None:
        if action != "offer":
            self.draw_offer = None
        self.log.say(agent, "draw", f"{agent} {_DRAW_WORDS[action]}")
        self.log.emit("draw", {"agent": agent, "action": action, "tick": self.tick_number})

    def _take_swaps(self, now: float) -> None:
        """Seat who was to take a seat over and is ready by now."""
        for trial in self.trials.review(now):
            agent, controller = trial.agent, trial.controller
            self.table.swap(agent, controller, trial.spec, now)
            self._plays.pop(agent, None)  # the old one's decision: the new one is asked afresh
            self.changed_seats = True
            self.log.say(agent, "swap", f"{trial.name} takes over {agent}")
            fields = {
                "agent": agent,
                "controller": trial.spec,
                "descriptor": plain_descriptor(controller.descriptor),
                "tick": self.tick_number,
            }
            self.log.emit("swap", fields)
            if self.phase is Phase.PLAYING and agent in self._due and self.table.seats[agent].forfeit is None:
                self._ask(now)
