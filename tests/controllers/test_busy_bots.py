"""Real-time matches whose bots do not answer, or die: the match keeps its ticks and its other seats."""

from __future__ import annotations

import time

from arena.match.choices import RuleChoices
from arena.match.runner import run
from arena.session import MatchSetup, Stage, open_session
from arena.waker import Waker

BOTS = "tests.players.bots.bots"
TICKS = 300


class Events:
    """Keeps what a match reports."""

    def __init__(self):
        self.events = []

    def emit(self, kind, t, fields, *, private=False):
        self.events.append((kind, dict(fields)))

    def of(self, kind):
        return [fields for name, fields in self.events if name == kind]


def play(*seats, hz, ticks=0, stop=None):
    """A match of tag (three adversaries and an agent) in real time; what it reported and how it ended.

    It ends after `ticks`, or once `stop(events)`.
    """
    sink, waker = Events(), Waker()
    setup = MatchSetup(
        "simple_tag",
        seats,
        options={"max_cycles": "100000"},
        rules=RuleChoices(pace="realtime", hz=hz, max_ticks=ticks),
        seed=5,
    )
    with open_session(setup, Stage(time.perf_counter, waker.wake), None, sink=sink) as session:
        session.start()

        def watch(match):
            if stop is not None and stop(sink):
                match.abort(time.perf_counter(), "seen enough")

        run(session.match, time.perf_counter, waker, watch)
        (outcome,) = session.match.outcomes
    waker.close()
    return sink, outcome, {seat.agent: seat for seat in outcome.seats}


def test_three_bots_that_never_answer_cost_the_match_no_tick_and_the_fourth_seat_nothing():
    sink, outcome, seats = play(
        f"adversary_0={BOTS}:Sleeper,seconds=600",
        f"adversary_1={BOTS}:Burner,seconds=600",
        f"adversary_2={BOTS}:GilHolder,seconds=600",
        "agent_0=random",
        hz=240,
        ticks=TICKS,
    )
    steps = sink.of("step")
    assert outcome.ticks == len(steps) == TICKS
    for agent in ("adversary_0", "adversary_1", "adversary_2"):
        assert {step["sources"][agent] for step in steps} <= {"repeat", "noop"}
        assert (seats[agent].late, seats[agent].decisions, seats[agent].forfeited) == (TICKS, 0, None)
    assert {step["sources"]["agent_0"] for step in steps} == {"decided"}
    assert seats["agent_0"].late == 0


def test_a_bot_that_dies_in_a_match_comes_back_to_its_seat(tmp_path):
    def told(sink):
        return [event["status"] for event in sink.of("seat") if event["status"] != "late"]

    def back(sink):
        return "restored" in told(sink) and sources(sink)[-1] in {"decided", "late"}

    def sources(sink):
        return [step["sources"]["adversary_0"] for step in sink.of("step")]

    memory = tmp_path / "memory"
    sink, outcome, seats = play(f"adversary_0={BOTS}:Dies,memory={memory}", "*=random", hz=60, stop=back)
    assert told(sink) == ["lost", "restarted", "restored"]
    assert {"noop", "repeat"} & set(sources(sink))
    assert outcome.ticks == len(sources(sink))
    assert seats["adversary_0"].forfeited is None
