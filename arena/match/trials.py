"""Takeovers under way: who is to take a seat must be ready before the one who holds it leaves.

A trial that fails, or takes longer than the match allows, costs its own controller the seat and nobody else
anything: the old one has gone on deciding all the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from arena.match.controller import FAULTS, Controller, EpisodeStart, Notice
from arena.match.log import MatchLog
from arena.match.roster import Roster


@dataclass(slots=True, eq=False)
class Trial:
    """One takeover, from when it was asked for until it is decided."""

    agent: str
    controller: Controller
    spec: str
    until: float
    """When patience ends, on the driver's clock."""
    state: Literal["waiting", "seated", "failed"] = "waiting"
    text: str = ""
    """What is waited for, or why it failed; for people."""

    @property
    def name(self) -> str:
        """Of who wants the seat, as others see it."""
        return self.controller.descriptor.name


class Trials:
    """The takeovers of one match that are not decided yet, at most one a seat."""

    def __init__(self, roster: Roster, log: MatchLog, start_of: Callable[[str], EpisodeStart]) -> None:
        """``start_of`` makes what a newcomer at a seat is told of the running episode."""
        self._roster, self._log, self._start_of = roster, log, start_of
        self._waiting: dict[str, Trial] = {}
        self._told: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def of(self, agent: str) -> Trial | None:
        """The takeover of ``agent`` that is under way."""
        return self._waiting.get(agent)

    def begin(self, agent: str, controller: Controller, spec: str, until: float) -> Trial:
        """Have ``controller`` prepare for the seat; one that was about to take it is sent away."""
        if (before := self._waiting.get(agent)) is not None:
            self.fail(before, f"{controller.descriptor.name} was asked instead")
        trial = Trial(agent, controller, spec, until, text="it prepares")
        self._waiting[agent] = trial
        self._prepare(trial)
        return trial

    def begin_episode(self) -> None:
        """Everybody prepares for another episode now."""
        for trial in list(self._waiting.values()):
            self._prepare(trial)

    def review(self, now: float) -> list[Trial]:
        """Those that are ready; they count as seated. Who has failed or is too late is sent away."""
        ready = []
        for trial in list(self._waiting.values()):
            if self._is_ready(trial):
                self._forget(trial)
                trial.state, trial.text = "seated", ""
                ready.append(trial)
            elif trial.state == "waiting" and now >= trial.until:
                allowed = f"{self._roster.rules.ready_timeout_s:g} s"
                self.fail(trial, f"not ready within {allowed}: {trial.text}")
            elif trial.state == "waiting" and trial.agent not in self._told:
                self._told.add(trial.agent)
                self._say(trial, f"{trial.name} gets ready to take {trial.agent} over: {trial.text}")
        return ready

    def fail(self, trial: Trial, why: str) -> None:
        """Send the newcomer away and say why; the old one goes on."""
        if trial.state != "waiting":
            return
        self._forget(trial)
        trial.state, trial.text = "failed", why
        holder = self._roster.seats[trial.agent].holder.controller.descriptor.name
        message = f"{trial.name} ({trial.spec}) could not take {trial.agent} over: {why}; {holder} plays on"
        self._say(trial, message)
        self._roster.release(trial.controller, trial.spec)

    def close(self, why: str) -> None:
        """Send everybody away."""
        for trial in list(self._waiting.values()):
            self.fail(trial, why)

    def _prepare(self, trial: Trial) -> None:
        try:
            trial.controller.reset(self._start_of(trial.agent))
        except FAULTS as error:
            self.fail(trial, f"{type(error).__name__}: {error}")

    def _is_ready(self, trial: Trial) -> bool:
        """Whether it can decide from now on. What it says last counts: it may be gone again."""
        try:
            missing = trial.controller.readiness()
            notices = [item for item in trial.controller.poll() if isinstance(item, Notice)]
        except FAULTS as error:
            self.fail(trial, f"{type(error).__name__}: {error}")
            return False
        for notice in notices:
            if notice.kind == "failed":
                self.fail(trial, notice.message)
                return False
            if notice.kind in {"info", "warning"}:
                self._say(trial, notice.message)
            elif notice.kind == "lost":
                missing = notice.message
        if missing is not None:
            trial.text = missing
        return missing is None

    def _forget(self, trial: Trial) -> None:
        self._waiting.pop(trial.agent, None)
        self._told.discard(trial.agent)

    def _say(self, trial: Trial, message: str) -> None:
        self._log.emit("seat", {"agent": trial.agent, "status": "info", "message": message})
