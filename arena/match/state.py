"""What a match knows of itself, and how it stands still: the base of :class:`arena.match.core.MatchCore`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from arena.bus.events import EventSink
from arena.errors import RuleError
from arena.games.contract import Host, StepResult
from arena.games.digest import Digest
from arena.games.entry import CatalogEntry
from arena.match.controller import Descriptor, EpisodeStart
from arena.match.history import History
from arena.match.log import MatchLog
from arena.match.outcome import EpisodeOutcome
from arena.match.pacing import SlotPacer
from arena.match.plan import MatchPlan
from arena.match.scoring import Ledger
from arena.match.seats import SeatedController, SeatState, seat_states
from arena.match.seeds import seat_seed
from arena.match.table import Play, Table
from arena.match.trials import Trials


class Phase(StrEnum):
    """Where a match stands."""

    OPENING = "opening"
    """The environment resets and seats get ready."""
    PLAYING = "playing"
    INTERMISSION = "intermission"
    """Between two episodes, with the final position still there to look at."""
    FINISHED = "finished"


class MatchState:
    """One match: its plan, its seats and where it stands."""

    def __init__(  # noqa: PLR0913 what a match is made of, the rest named
        self,
        plan: MatchPlan,
        entry: CatalogEntry,
        host: Host,
        seated: Sequence[SeatedController],
        sink: EventSink,
        *,
        clock: Callable[[], float],
        wake: Callable[[], None],
        drawing: bool = False,
        intermission_s: float = 0.0,
    ) -> None:
        """``clock`` and ``wake`` go to controllers; ``drawing``: clocks of people start at ``shown``."""
        plan.rules.check()
        self.plan, self.entry, self.host, self.rules = plan, entry, host, plan.rules
        self._clock, self._wake, self._intermission_s = clock, wake, intermission_s
        agents = tuple(agent for agent, _ in plan.seating)
        if set(agents) != set(host.possible_agents):
            raise RuleError(
                f"the plan seats {', '.join(agents)}; {entry.id} has {', '.join(host.possible_agents)}"
            )
        self.log = MatchLog(sink, hidden=entry.information == "hidden")
        self.pacer = SlotPacer(plan.rules.hz if plan.rules.pace == "realtime" else 0.0)
        states = seat_states(
            entry,
            seated,
            lambda agent: (host.observation_space(agent), host.action_space(agent)),
            plan.rules.delays,
        )
        self.table = Table(entry, plan.rules, states, host, self.log.emit, clock)
        self.table.drawing = drawing
        self._need_noops()
        self.phase = Phase.OPENING
        self.episode = -1
        self.tick_number = 0
        """Steps made in this episode (an undo takes them back)."""
        self.paused = False
        self.paused_by = ""
        self.outcomes: list[EpisodeOutcome] = []
        self.draw_offer: str | None = None
        """The agent whose draw offer stands."""
        self.last_result: StepResult | None = None
        self.last_labels: dict[str, str] = {}
        self.changed_seats = False
        self.missed_slots = 0
        self.env_slow = 0
        self._due: tuple[str, ...] = ()
        self._plays: dict[str, Play] = {}
        self._stepping = False
        """The host is at work on a reset, step or undo."""
        self._undoing = 0
        self._single_step = False
        self._paused_at = 0.0
        self._ready_by = 0.0
        self._resume_at = 0.0
        self._began_at = 0.0
        self._ledger = Ledger(agents)
        self._digest = Digest()
        self._history = History(enabled=entry.undo and plan.rules.pace != "fast")
        self._labels_on = entry.inspector is not None and plan.rules.pace != "fast"
        self.trials = Trials(
            self.table, self.log, lambda agent: self._episode_start((agent,), mid_episode=True)
        )

    def _need_noops(self) -> None:
        if self.pacer.realtime:
            for seat in self.table.seats.values():
                if seat.noop is None:
                    raise RuleError(
                        f"{self.entry.id} has no action that does nothing for {seat.agent}, "
                        "so it cannot run in real time; use pace wait"
                    )

    def descriptors(self) -> dict[str, Descriptor]:
        """Agent -> who holds the seat now."""
        return {agent: seat.holder.controller.descriptor for agent, seat in self.table.seats.items()}

    @property
    def finished(self) -> bool:
        """Nothing more will happen."""
        return self.phase is Phase.FINISHED

    @property
    def seats(self) -> Mapping[str, SeatState]:
        """Agent -> its seat; to be read only."""
        return self.table.seats

    @property
    def due(self) -> tuple[str, ...]:
        """The agents whose decisions the next step needs."""
        return self._due if self.phase is Phase.PLAYING else ()

    def alpha(self, now: float) -> float:
        """How far the present slot has passed, 0 to 1: for interpolation between two ticks."""
        return 1.0 if self.paused else self.pacer.alpha(now)

    def clocks_left(self, now: float) -> dict[str, float]:
        """Agent -> seconds left; empty without clocks."""
        clocks = self.table.clocks
        return {} if clocks is None else {agent: clocks.left_s(agent, now) for agent in self.table.seats}

    def returns(self) -> dict[str, float]:
        """Agent -> sum of rewards in this episode."""
        return {agent: self._ledger.total.get(agent, 0.0) for agent in self.table.seats}

    def waiting_for(self) -> list[str]:
        """While opening: the seats that are not ready and what they wait for."""
        return self.table.waiting_for() if self.phase is Phase.OPENING else []

    def missing(self) -> dict[str, str]:
        """The same by agent: what each waits for that is not ready."""
        missing = self.table.missing() if self.phase is Phase.OPENING else []
        return {agent: text for holder, text in missing for agent in holder.agents}

    def pause(self, now: float, by: str = "") -> None:
        """Stop slots and clocks."""
        if self.paused or self.finished:
            return
        self.log.advance(now)
        self.paused, self.paused_by, self._paused_at = True, by, now
        if self.table.clocks is not None:
            self.table.clocks.pause(now)
        self.log.emit("pause", {"tick": self.tick_number, "by": by})
        self.log.version += 1

    def resume(self, now: float) -> None:
        """Go on; the next slot is one interval away."""
        if not self.paused:
            return
        self.log.advance(now)
        self.paused, self.paused_by, self._single_step = False, "", False
        self.table.resumed(self._paused_at, now)
        if self.table.clocks is not None:
            self.table.clocks.resume(now)
        self.pacer.restart(now)
        self.log.emit("resume", {"tick": self.tick_number, "by": ""})
        self.log.version += 1

    def _episode_start(self, agents: Sequence[str], *, mid_episode: bool) -> EpisodeStart:
        return EpisodeStart(
            match_id=self.plan.match_id,
            episode=self.episode,
            game=self.entry,
            seats=tuple(self.table.seats[agent].seat() for agent in agents),
            seeds={agent: seat_seed(self.plan.seed, agent, self.episode) for agent in agents},
            mid_episode=mid_episode,
            wake=self._wake,
            clock=self._clock,
            rated=self.plan.rated,
            tick=self.tick_number,
        )
