"""Servers that do what no server should, each against a real-time match: it keeps its ticks and its other
seats, and its events name what happened.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from arena.match.controller import Descriptor, Seat
from arena.match.match import Match
from arena.match.outcome import EpisodeOutcome, SeatResult
from arena.match.plan import MatchPlan
from arena.match.rules import Rules
from arena.match.seats import SeatedController
from arena.waker import Waker
from controllers.dialling import dialling
from controllers.policy import PolicyController
from tests.arena.match.fakes import LEFT, LineHost, ListSink, Puppet, entry
from tests.players.servers.launch import served

TICKS, HZ = 90, 60
GOOD_ANSWERS = 20
BAD, GOOD, HERE = "bad", "good", "here"
"""The seats: a server that misbehaves, one that does not, and somebody in this process."""
NOISE = 0.1
"""Share of the ticks by which two runs may differ."""
PATIENCE = 10
"""So many times the ticks may pass until what is to be told was told: processes start when they can."""


@dataclass(frozen=True)
class Fate:
    """What becomes of a server's seat."""

    how: str
    words: str = ""
    """In an event of the seat."""
    sources: frozenset[str] = frozenset()
    """All that its actions come from after the good answers."""
    forfeit: str | None = None
    counted: str = ""
    """What its result counts once a slot, ``late`` or ``illegal``."""

    def __str__(self) -> str:
        return self.how


STANDS_STILL = frozenset({"repeat", "noop"})
IGNORED = frozenset({"noop"})
LATE = "bad is late; repeat(15) applies"
THREE = "3 broken messages in a row"

FATES = (
    Fate("slow", LATE, frozenset({"late", "repeat"}), counted="late"),
    Fate("late20", LATE, frozenset({"late", "repeat"}), counted="late"),
    Fate("stuck", LATE, STANDS_STILL, counted="late"),
    Fate("hang", LATE, STANDS_STILL, counted="late"),
    Fate("busy", LATE, STANDS_STILL, counted="late"),
    Fate("deaf", LATE, STANDS_STILL, counted="late"),
    Fate("exit", "is gone", STANDS_STILL, counted="late"),
    Fate("killed", "is gone", STANDS_STILL, counted="late"),
    Fate("restarting", "Plain is back"),
    Fate("bye_mid_match", "I have another appointment", STANDS_STILL, counted="late"),
    Fate("crash_message", "ZeroDivisionError: division by zero", IGNORED, "crash"),
    Fate("wrong_shape", "has shape (2,) a seat", IGNORED, counted="illegal"),
    Fate("wrong_dtype", "type float64, which cannot become int64", IGNORED, counted="illegal"),
    Fate("nan", "type float32, which cannot become int64", IGNORED, counted="illegal"),
    Fate("illegal", "3 is out of range; allowed: 0 to 2", IGNORED, counted="illegal"),
    Fate("out_of_range", "10000 is out of range", IGNORED, counted="illegal"),
    Fate("stale", LATE, STANDS_STILL, counted="late"),
    Fate("foreign_ids", LATE, STANDS_STILL, counted="late"),
    Fate("lying_match", LATE, STANDS_STILL, counted="late"),
    Fate("lying_group", THREE, IGNORED, "illegal"),
    Fate("flood", "without being asked", IGNORED, "disconnect"),
    Fate("garbage", THREE, IGNORED, "illegal"),
    Fate("broken", THREE, IGNORED, "illegal"),
    Fate("deep", THREE, IGNORED, "illegal"),
    Fate("empty_arrays", THREE, IGNORED, "illegal"),
    Fate("many_parts", THREE, IGNORED, "illegal"),
    Fate("bad_entries", THREE, IGNORED, "illegal"),
    Fate("oversize", "is gone", STANDS_STILL, counted="late"),
)
QUICK = {"late20", "killed", "nan", "flood", "garbage"}


@dataclass
class Played:
    """What one run showed."""

    outcome: EpisodeOutcome
    events: list[dict[str, Any]] = field(default_factory=list)
    starved_s: float = 0.0
    """How long our threads were ready to run and other processes ran."""

    @property
    def noise(self) -> float:
        """So many ticks may have gone wrong for no fault of anybody at the table."""
        return NOISE * TICKS + HZ * self.starved_s

    def seat(self, agent: str) -> SeatResult:
        return next(seat for seat in self.outcome.seats if seat.agent == agent)

    def sources(self, agent: str, after: int = 0) -> Counter[str]:
        """What the seat's actions came from in the steps after so many."""
        steps = [event for event in self.events if event["kind"] == "step" and event["tick"] > after]
        return Counter(step["sources"][agent] for step in steps)

    def told(self, agent: str) -> str:
        """All that was said of the seat."""
        return told(self.events, agent)


def told(events: list[dict[str, Any]], agent: str) -> str:
    """All that was said of a seat."""
    return "\n".join(
        event["message"] for event in events if event.get("agent") == agent and "message" in event
    )


def starved_s() -> float:
    """How long the threads of this process have waited for a processor, where the system tells."""
    waits = 0
    for task in Path("/proc/self/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):  # the thread has ended
            waits += int(task.read_text().split()[1])
    return waits / 1e9


def remote(agent: str, endpoint: str, host: LineHost) -> SeatedController:
    seat = Seat(agent, host.observation_space(agent), host.action_space(agent))
    words = f"policy:{endpoint}"
    controller = PolicyController(Descriptor(words, agent), (seat,), dial=dialling(endpoint))
    return SeatedController(controller, (agent,), words)


def play(how: str, words: str = "", *, after: int = GOOD_ANSWERS, ready_timeout_s: float = 20.0) -> Played:
    """A second and a half of everybody for themselves, 60 slots a second; longer until ``words`` are told."""
    host, waker, sink = LineHost((BAD, GOOD, HERE), length=10 * TICKS), Waker(), ListSink()
    rules = Rules(pace="realtime", hz=HZ, on_illegal="noop", ready_timeout_s=ready_timeout_s)
    with served(how, after=after) as bad, served() as good:
        seated = [
            remote(BAD, bad.endpoint, host),
            remote(GOOD, good.endpoint, host),
            SeatedController(Puppet(time.perf_counter, LEFT, name=HERE), (HERE,), HERE),
        ]
        plan = MatchPlan("test/line-v0", tuple((one.agents[0], one.spec) for one in seated), rules, seed=3)
        game = entry(seats=host.possible_agents)
        match = Match(plan, game, host, seated, sink, clock=time.perf_counter, wake=waker.wake)
        before = starved_s()
        match.start(time.perf_counter(), {})
        while not match.finished:
            now, slots = time.perf_counter(), match.tick_number + match.missed_slots
            if slots >= PATIENCE * TICKS or (slots >= TICKS and words in told(sink.events, BAD)):
                match.abort(now, "time is over")
            elif not match.tick(now):
                wakeup = match.next_wakeup(now)
                waker.wait(0.05 if wakeup is None else max(0.0, wakeup - time.perf_counter()))
        starved = starved_s() - before
        match.close(time.perf_counter())
    waker.close()
    return Played(match.outcomes[0], sink.events, starved)


@cache
def calm() -> Played:
    """The same match among good servers, in this run of the tests."""
    return play("good")


def check_the_others(rough: Played) -> None:
    """Nobody but the bad server's own seat lost anything."""
    assert rough.outcome.ticks + rough.outcome.missed_slots >= TICKS
    assert rough.outcome.missed_slots <= calm().outcome.missed_slots + rough.noise
    assert rough.seat(HERE).late == 0
    assert set(rough.sources(HERE)) == {"decided"}
    assert rough.seat(GOOD).forfeited is None
    assert rough.seat(GOOD).late <= calm().seat(GOOD).late + rough.noise
    assert not rough.told(HERE)


@pytest.mark.parametrize(
    "fate",
    [pytest.param(fate, marks=[] if fate.how in QUICK else pytest.mark.slow, id=fate.how) for fate in FATES],
)
def test_a_bad_server_costs_its_own_seat_only_and_is_named(fate: Fate) -> None:
    rough = play(fate.how, fate.words)
    check_the_others(rough)
    seat = rough.seat(BAD)
    assert fate.words in rough.told(BAD)
    assert seat.forfeited == fate.forfeit
    assert seat.decisions >= GOOD_ANSWERS
    bad_ticks = rough.outcome.ticks - 2 * GOOD_ANSWERS
    if fate.sources:
        sources = rough.sources(BAD, after=2 * GOOD_ANSWERS)
        assert sum(sources[other] for other in sources.keys() - fate.sources) <= rough.noise, sources
    if fate.counted:
        assert getattr(seat, fate.counted) >= bad_ticks - rough.noise


def test_a_killed_server_is_known_to_be_gone_within_a_second_of_ticks() -> None:
    events = play("killed").events
    lost = next(at for at, event in enumerate(events) if event.get("status") == "lost")
    ticks = [event["tick"] for event in events[:lost] if event["kind"] == "step"]
    assert GOOD_ANSWERS <= ticks[-1] <= GOOD_ANSWERS + HZ


def test_lateness_and_latency_in_the_outcome_are_what_the_steps_say() -> None:
    rough = play("late20")
    sources, seat = rough.sources(BAD), rough.seat(BAD)
    assert seat.late == sources["late"] + sources["repeat"] + sources["noop"]
    assert seat.latency_p50_ms is not None
    assert seat.latency_p99_ms is not None
    assert 20.0 <= seat.latency_p50_ms <= seat.latency_p99_ms
    ages = [event.get("ages", {}).get(BAD, 0) for event in rough.events if event["kind"] == "step"]
    assert sum(age > 0 for age in ages) == sources["late"]


@pytest.mark.parametrize(
    ("how", "reason", "words"),
    [
        ("refuses", "refused", "refused (game): I do not play test/line-v0"),
        ("old_version", "refused", "wants protocol version 99"),
        ("other_spaces", "refused", "does not fit"),
        ("mute", "aborted", "not ready within 1 s: bad (policy:"),
        ("never_ready", "aborted", "its policy prepares"),
        ("lying_episode", "aborted", "its policy prepares"),
        ("half_open", "aborted", "no policy server at"),
    ],
)
def test_a_match_does_not_begin_without_a_server_and_names_the_missing_one(
    how: str, reason: str, words: str
) -> None:
    rough = play(how, after=0, ready_timeout_s=1.0)
    assert rough.outcome.ticks == 0
    assert str(rough.outcome.reason) == reason
    assert rough.outcome.void
    assert words in rough.outcome.detail
    assert GOOD not in rough.outcome.detail


def test_a_match_waits_for_a_server_that_takes_its_time() -> None:
    rough = play("late_ready")
    check_the_others(rough)
    assert set(rough.sources(BAD)) >= {"decided"}
