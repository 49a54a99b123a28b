"""A match with everything around it: environment, controllers, record, bus and league, opened and closed as
one.

The command line, the window and tournaments all come through here, so a match is recorded and stored the same
way wherever it is played.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from arena.bus.events import EventSink, NullSink
from arena.errors import SeatError
from arena.games.contract import Host
from arena.games.entry import CatalogEntry
from arena.home import Home
from arena.match.choices import RuleChoices, rules_for
from arena.match.controller import Controller, Seat
from arena.match.kinds import BuildContext
from arena.match.match import Match
from arena.match.plan import MatchPlan
from arena.match.rules import Rules
from arena.match.seating import SeatGroup, build, check, parse_spec, resolve
from arena.match.seats import SeatedController
from arena.match.seeds import fresh_seed

if TYPE_CHECKING:
    from arena.bus.journal import Journal
    from arena.league.feed import StoreThread
    from arena.league.store import Store

PACKAGES = (
    "pettingzoo",
    "gymnasium",
    "mpe2",
    "numpy",
    "chess",
    "pymunk",
    "rlcard",
    "open_spiel",
    "Box2D",
    "pygame-ce",
)


@dataclass(frozen=True, slots=True)
class MatchSetup:
    """What somebody asked for: the words of a command line or the choices of a lobby."""

    game: str
    seats: tuple[str, ...]
    """Seating words, e.g. ``player_0=human``."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Factory options as text, e.g. ``{"n_pistons": "8"}``."""
    rules: RuleChoices = field(default_factory=RuleChoices)
    episodes: int = 1
    seed: int | None = None
    """Master seed; ``None`` draws one."""
    rated: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """What drives a match: its clock, its waker, and whether a window draws."""

    clock: Callable[[], float]
    wake: Callable[[], None]
    drawing: bool = False
    resources: Mapping[str, Any] = field(default_factory=dict)
    intermission_s: float = 0.0


class Session:
    """One match and what it owns. Use as a context manager, or call :meth:`close`."""

    def __init__(
        self, match: Match, stage: Stage, stack: ExitStack, journal: Journal | None, home: Home | None
    ) -> None:
        """Made by :func:`open_session`."""
        self.match, self.stage = match, stage
        self._stack, self._journal, self._home = stack, journal, home

    @property
    def record_path(self) -> Path | None:
        """The record being written; ``None`` where nothing is kept."""
        return None if self._journal is None else self._journal.path

    @property
    def record_fault(self) -> str | None:
        """Why the record ends before the match did (a full disk), or ``None``."""
        fault = None if self._journal is None else self._journal.fault
        return None if fault is None else str(fault)

    def check_record(self, now: float) -> None:
        """Abort the match, saying why, once its record can no longer be written (a full disk)."""
        if self.record_fault is not None and not self.match.finished:
            self.match.abort(now, self.record_fault)

    def start(self) -> None:
        """Open the record and begin the first episode."""
        self.match.start(self.stage.clock(), header())

    def controller_for(self, agent: str, text: str) -> Controller:
        """A controller that may take ``agent`` over (:meth:`Match.takeover`); raises if it does not fit.

        May take a second (an engine is asked what it offers), so a window calls it in a thread.
        """
        match = self.match
        group = SeatGroup((agent,), parse_spec(text, match.entry.id))
        context = _context(match.entry, match.host, group, match.rules, self.stage, self._home)
        return build(group, context)

    def close(self) -> None:
        """End the match if it runs, then free everything in reverse order. Safe to call twice."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def header() -> dict[str, Any]:
    """Versions and platform, for the head of a record."""
    versions = {"python": platform.python_version(), "arena": _version("arena-seats")}
    for package in PACKAGES:
        versions[package] = _version(package)
    return {"versions": versions, "platform": f"{sys.platform} {platform.machine()}"}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def open_session(
    setup: MatchSetup,
    stage: Stage,
    home: Home | None,
    *,
    sink: EventSink | None = None,
    league: StoreThread | None = None,
) -> Session:
    """Check everything, then build it. Nothing is left behind if something is refused.

    ``home`` ``None`` records nothing (benchmarks, previews); ``sink`` replaces the journal; ``league`` takes
    the results of many matches, so that one thread writes them all, and stays the caller's. Raises
    :class:`arena.errors.ArenaError` for whatever cannot be played.
    """
    from arena.games import catalog, derived, hosts

    entry = catalog.get(setup.game)
    options = catalog.resolve_options(entry, setup.options)
    _check_numbers(setup)
    with ExitStack() as stack, ExitStack() as unowned:
        host = hosts.make_host(entry, options, frames=stage.drawing)
        unowned.callback(host.close)
        entry = derived.fitted(entry, host)
        agents = host.possible_agents
        groups = resolve(setup.seats, agents, entry)
        rules = rules_for(entry, setup.rules, agents)
        contexts = [_context(entry, host, group, rules, stage, home) for group in groups]
        for group, context in zip(groups, contexts, strict=True):
            check(group, context)
        seated: list[SeatedController] = []
        for group, context in zip(groups, contexts, strict=True):
            controller = build(group, context)
            unowned.callback(controller.close)
            seated.append(SeatedController(controller, group.agents, group.spec.text))
        plan = _plan(setup, entry, options, groups, agents, rules)
        journal = None
        if sink is None and home is not None:
            journal, sink = _recorders(home, plan, stack, league)
        match = Match(
            plan,
            entry,
            host,
            seated,
            sink or NullSink(),
            clock=stage.clock,
            wake=stage.wake,
            drawing=stage.drawing,
            intermission_s=stage.intermission_s,
        )
        unowned.pop_all()  # from here on the match frees them
        stack.callback(lambda: match.close(stage.clock()))
        return Session(match, stage, stack.pop_all(), journal, home)


def _check_numbers(setup: MatchSetup) -> None:
    if not 1 <= setup.episodes <= 1_000_000:
        raise SeatError(f"episodes must be from 1 to 1000000, got {setup.episodes}")
    if setup.seed is not None and not 0 <= setup.seed < 2**63:
        raise SeatError(f"seed must be from 0 to 2**63 - 1, got {setup.seed}")


def _plan(
    setup: MatchSetup,
    entry: CatalogEntry,
    options: Mapping[str, Any],
    groups: Sequence[SeatGroup],
    agents: Sequence[str],
    rules: Rules,
) -> MatchPlan:
    spec_of = {agent: group.spec.text for group in groups for agent in group.agents}
    return MatchPlan(
        game_id=entry.id,
        seating=tuple((agent, spec_of[agent]) for agent in agents),
        rules=rules,
        seed=fresh_seed(secret=entry.information == "hidden") if setup.seed is None else setup.seed,
        episodes=setup.episodes,
        options=options,
        rated=setup.rated,
        groups=tuple(group.agents for group in groups if len(group.agents) > 1),
        tags=setup.tags,
    )


def _context(
    entry: CatalogEntry, host: Host, group: SeatGroup, rules: Rules, stage: Stage, home: Home | None
) -> BuildContext:
    seats = tuple(
        Seat(agent, host.observation_space(agent), host.action_space(agent)) for agent in group.agents
    )
    return BuildContext(
        entry=entry,
        seats=seats,
        pace=rules.pace,
        hz=rules.hz,
        drawing=stage.drawing,
        home=home.root if home is not None else None,
        resources=stage.resources,
    )


def _recorders(
    home: Home, plan: MatchPlan, stack: ExitStack, league: StoreThread | None
) -> tuple[Journal, EventSink]:
    """The journal, which also publishes, and the feed that brings results to the league."""
    from arena.bus.journal import Journal
    from arena.league.feed import Fanout, LeagueFeed

    if league is None:
        league = league_thread(home)
        stack.callback(league.close)
    journal = Journal.open(home.records_dir, plan.match_id, live=plan.rules.pace != "fast")
    stack.callback(journal.close)
    return journal, Fanout(journal, LeagueFeed(league, plan.match_id, journal.path.name))


def league_thread(home: Home) -> StoreThread:
    """A thread that writes results into the league of ``home``; close it when the last match is over."""
    from arena.league.feed import StoreThread

    def open_store() -> Store:
        from arena.league.store import Store

        return Store.open(home)

    return StoreThread(open_store)
