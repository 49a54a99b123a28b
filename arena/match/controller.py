"""The contract between a match and whatever decides for its seats.

Two phases, so that nothing in the loop ever waits: :meth:`Controller.request` starts decisions and returns at
once, :meth:`Controller.poll` hands over those that are ready. Time is the driver's clock in seconds
(monotonic).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.games.contract import Paradigm
from arena.games.entry import CatalogEntry
from arena.match.outcome import Reason

FAULTS = (Exception, SystemExit)
"""What counts as a fault of a controller: all that it raises, ``sys.exit()`` included, but Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """Who a controller is, for lobbies, records and ratings."""

    id: str
    """Stable identity, e.g. ``stockfish:elo=1500`` or ``policy:01J...#red``."""
    name: str
    """Display name."""
    description: str = ""
    policy: str = ""
    """What decides (``Stockfish 15.1``, ``PPO 2x64``, ``person``)."""
    backend: str = ""
    """How it runs (``uci``, ``zmq``, ``inline``, ``keyboard``)."""
    human: bool = False
    deterministic: bool = False
    """Equal seeds and equal requests give equal actions."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One agent that a controller decides for. Spaces are the controller's own copies, unseeded."""

    agent: str
    observation_space: spaces.Space[Any]
    action_space: spaces.Space[Any]


@dataclass(frozen=True, slots=True)
class EpisodeStart:
    """Handed to :meth:`Controller.reset` before the first request of an episode or after a takeover."""

    match_id: str
    episode: int
    game: CatalogEntry
    seats: tuple[Seat, ...]
    seeds: Mapping[str, int]
    """Agent -> seed of 63 bits, of the stream ``("seat", agent, episode)``."""
    mid_episode: bool
    wake: Callable[[], None]
    """Thread-safe: call it when :meth:`Controller.poll` has something new."""
    clock: Callable[[], float]
    """The driver's clock in seconds; stamp ``Decision.decided_at`` with it where the answer arrives."""
    rated: bool = False
    tick: int = 0
    """Steps made so far in this episode."""


@dataclass(frozen=True, slots=True)
class ClockView:
    """A seat's clock as sent with a request, in seconds."""

    remaining_s: float
    increment_s: float


@dataclass(slots=True)  # to be read only; not frozen, since making one a step would take six times as long
class Request:
    """One decision asked of one seat."""

    agent: str
    request_id: int
    observation: Any
    """As the environment gave it, mask included."""
    legal: NDArray[np.int8] | None
    """Action mask, int8 of shape ``(n,)``; ``None`` where every action of the space is legal."""
    tick: int
    deadline: float | None = None
    """On the driver's clock; ``None``: no limit."""
    clocks: Mapping[str, ClockView] | None = None
    """Agent -> clock, in turn-based games with clocks."""
    state: Any = None
    """The game's own state where information is perfect, for controllers with ``needs_state``.
    Read it inside ``request`` only; do not change it.
    """
    position: Mapping[str, Any] | None = None
    """The same as plain data (chess: ``fen`` and ``moves``), for controllers with ``needs_position``."""
    info: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)  # to be read only, as Request
class Decision:
    """An answer. ``action=None`` abstains: the seat's declared late rule applies and is counted."""

    agent: str
    request_id: int
    action: Any
    decided_at: float


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened to a controller, other than a decision."""

    agent: str
    kind: Literal["lost", "restored", "restarted", "failed", "info", "warning"]
    """``lost``: cannot decide for now (the late rule covers it). ``failed``: will not decide again: forfeit.
    ``info`` and ``warning`` change nothing.
    """
    message: str
    reason: Reason = Reason.CRASH
    """With ``failed``: the reason of the forfeit (crash, illegal, disconnect)."""


@dataclass(frozen=True, slots=True)
class EpisodeSummary:
    """What a controller is told at the end of an episode."""

    episode: int
    reason: str
    ranks: Mapping[str, int]
    """Agent -> rank, 1 is best, equal ranks are ties."""
    returns: Mapping[str, float]
    ticks: int
    late: Mapping[str, int] = field(default_factory=dict)
    """Agent -> answers that came late, where there were any; so the next two."""
    illegal: Mapping[str, int] = field(default_factory=dict)
    clipped: Mapping[str, int] = field(default_factory=dict)


class Controller(Protocol):
    """Decides for one or several seats. Implementations usually derive from :class:`BaseController`.

    Hooks run in the match's thread and must return at once. A hook that raises is isolated: it is recorded,
    the seat is forfeited with reason ``crash``, and no other seat notices.
    """

    descriptor: Descriptor
    paradigms: frozenset[Paradigm]
    sampled: bool
    """True: the decision is sampled from live input at the slot itself (keyboard, gamepad in real time), so
    the match polls only when the slot is due. False: answers come when they come and are polled at every
    wake-up.
    """

    needs_state: bool
    """True: requests carry ``state`` where information is perfect."""
    needs_position: bool
    """True: requests carry ``position`` where information is perfect."""
    pauses_when_lost: bool
    """True: the match waits for as long as this controller is lost (people at this machine, who can plug
    their device in again); false: the late rule plays, and a seat that stays away forfeits.
    """

    @property
    def observes(self) -> bool:
        """Whether it goes on being told what happens at a seat that another took over, with source ``human``
        or ``other``, until it is seated there again or the match ends. Not where information is hidden.
        """

    def reset(self, start: EpisodeStart) -> None:
        """Prepare for an episode; may start work that :meth:`readiness` reports on."""

    def readiness(self) -> str | None:
        """``None`` when ready to decide, else what is being waited for (shown on screen)."""

    def request(self, batch: Sequence[Request]) -> None:
        """Start decisions. Only seats due and alive, in agent order, each with its own id."""

    def poll(self) -> Sequence[Decision | Notice]:
        """Decisions and notices that are there now."""

    def cancel(self, request_ids: Sequence[int]) -> None:
        """These ids will not be used any more (takeover, undo, end of episode)."""

    def on_step_result(
        self,
        agent: str,
        observation: Any,
        reward: float,
        terminated: bool,  # noqa: FBT001 the order every environment API uses
        truncated: bool,  # noqa: FBT001
        info: Mapping[str, Any],
    ) -> None:
        """What a step meant for one of its seats; exactly one final call when its agent ended.

        ``observation`` is ``None`` where the step made none for this agent (sequential games, not due).
        """

    def on_applied(self, agent: str, action: Any, source: str) -> None:
        """The action applied for a seat of its, and its source (``decided``, ``noop``, ``repeat``,
        ``human``...).
        """

    def on_rewind(self, tick: int) -> None:
        """Moves were taken back: ``tick`` steps of the episode stand."""

    def answer_draw(self, agent: str) -> bool:
        """Whether this seat accepts a draw offered now."""

    def on_episode_end(self, agent: str, summary: EpisodeSummary) -> None:
        """The episode is over for one of its seats."""

    def on_leave(self, agent: str) -> None:
        """Another controller took this seat over."""

    def status(self, agent: str) -> Mapping[str, Any]:
        """Live figures for the seat panel, e.g. ``{"latency_ms": 3.1, "score": "+0.35"}``. Cheap."""

    def close(self) -> None:
        """Free everything. Safe to call twice."""


class BaseController:
    """Sensible defaults for every hook; subclasses write ``request`` and ``poll``."""

    descriptor: Descriptor
    paradigms: frozenset[Paradigm] = frozenset({"sequential", "simultaneous"})
    sampled = False
    needs_state = False
    needs_position = False
    observes = False
    pauses_when_lost = False

    def reset(self, start: EpisodeStart) -> None:
        """Nothing to prepare."""

    def readiness(self) -> str | None:
        """Always ready."""
        return None

    def request(self, batch: Sequence[Request]) -> None:
        """Start decisions."""
        raise NotImplementedError

    def poll(self) -> Sequence[Decision | Notice]:
        """Decisions and notices that are there now."""
        raise NotImplementedError

    def cancel(self, request_ids: Sequence[int]) -> None:
        """Nothing is under way between calls."""

    def on_step_result(
        self,
        agent: str,
        observation: Any,
        reward: float,
        terminated: bool,  # noqa: FBT001 the order every environment API uses
        truncated: bool,  # noqa: FBT001
        info: Mapping[str, Any],
    ) -> None:
        """Results are not used."""

    def on_applied(self, agent: str, action: Any, source: str) -> None:
        """Applied actions are not used."""

    def on_rewind(self, tick: int) -> None:
        """Steps are not counted."""

    def answer_draw(self, agent: str) -> bool:
        """Plays on."""
        return False

    def on_episode_end(self, agent: str, summary: EpisodeSummary) -> None:
        """Nothing to clean up."""

    def on_leave(self, agent: str) -> None:
        """Nothing to clean up."""

    def status(self, agent: str) -> Mapping[str, Any]:
        """No figures."""
        return {}

    def close(self) -> None:
        """Nothing to free."""


class SimpleController:
    """The six-line bot: derive, write :meth:`select_action`, name it ``module:Class`` in a seating.

    It is run by ``hosted`` (see ``arena.match.simple``): inline in ``fast`` pace or where ``inline`` is true,
    else in a child process, so that a slow bot costs nobody a frame.
    """

    inline = False
    """True: quick and well-behaved enough (below 1 ms) to run in the loop's own process."""
    deterministic = False
    name = ""

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """A new episode; ``seed`` is this controller's own stream."""

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> Any:
        """The action for ``agent``. ``info["action_mask"]`` is the legal mask where the game has one,
        ``info["position"]`` the position as plain data where information is perfect.
        """
        raise NotImplementedError
