"""Real time: slots, late and early answers, missed slots, delays, pause and speed."""

from __future__ import annotations

import pytest

from arena.errors import RuleError
from arena.match.rules import LateRule, Rules
from tests.arena.match.fakes import FIRE, LEFT, NOOP, LineHost, Puppet, entry
from tests.arena.match.rig import Rig


def realtime(**changes: object) -> Rules:
    return Rules(**{"pace": "realtime", "hz": 10.0, "on_illegal": "noop", **changes})  # type: ignore[arg-type]


def test_a_slot_steps_once_and_only_when_it_is_due() -> None:
    rig = Rig()
    rig["a"].decide(LEFT)
    rig["b"].decide(LEFT)
    rig.pass_time(0.05)
    assert rig.host.steps == []
    rig.pass_time(0.05)
    assert rig.host.steps == [{"a": LEFT, "b": LEFT}]
    assert [row.tick for row in rig["a"].asked] == [0, 1]


def test_the_next_observation_goes_out_within_the_tick_that_stepped() -> None:
    rig = Rig()
    rig.slot()
    rig["a"].decide(LEFT)
    rig.clock.now += 0.1
    rig.match.tick(rig.clock.now)
    assert rig["a"].asked[-1].tick == 2
    assert rig["a"].asked[-1].deadline == pytest.approx(rig.clock.now + 0.1)


def test_a_missing_decision_repeats_the_last_then_stands_still_and_asks_nothing_new() -> None:
    rig = Rig(realtime(on_late=LateRule("repeat", 2)))
    rig["a"].decide(LEFT)
    rig.slot()
    for _ in range(4):
        rig.slot()
    actions = [step["a"] for step in rig.host.steps]
    assert actions == [LEFT, LEFT, LEFT, NOOP, NOOP]
    assert [step["sources"]["a"] for step in rig.steps()] == ["decided", "repeat", "repeat", "noop", "noop"]
    assert len(rig["a"].asked) == 2
    assert rig.match.seats["a"].counts.late == 4


def test_edges_are_released_when_a_late_rule_repeats() -> None:
    rig = Rig(realtime(on_late=LateRule("repeat", 5)))
    rig["a"].decide(FIRE)
    rig.slot()
    rig.slot()
    assert [step["a"] for step in rig.host.steps] == [FIRE, NOOP]


def test_a_late_answer_is_applied_at_the_next_slot_with_its_age_and_the_newest_observation_goes_out() -> None:
    rig = Rig()
    rig.slot()
    rig.slot()
    rig["a"].decide(LEFT)
    rig.pass_time(0.02)
    assert [row.tick for row in rig["a"].asked] == [0, 2]
    rig.pass_time(0.08)
    last = rig.steps()[-1]
    assert last["sources"]["a"] == "late"
    assert last["ages"] == {"a": 2}


def test_drop_discards_a_late_answer_and_counts_it_once() -> None:
    rig = Rig(realtime(late_answer="drop", on_late=LateRule("noop", 0)))
    rig.slot()
    rig["a"].decide(LEFT)
    rig.slot()
    assert [step["a"] for step in rig.host.steps] == [NOOP, NOOP]
    assert rig.match.seats["a"].counts.late == 2


def test_a_policy_that_is_steadily_one_slot_late_still_plays() -> None:
    rig = Rig(host=LineHost(length=100))
    for _ in range(20):
        rig.pass_time(0.06)
        if rig["a"].waiting:
            rig["a"].decide(LEFT)
        rig.pass_time(0.04)
    played = [step["a"] for step in rig.host.steps]
    assert played.count(LEFT) >= 19


def test_forfeit_comes_after_so_many_misses_in_a_row_and_not_before() -> None:
    rig = Rig(realtime(on_late=LateRule("forfeit", 3)))
    rig["b"].auto = LEFT
    rig["b"].decide(LEFT)
    rig.slot()
    rig.slot()
    assert not rig.match.finished
    rig.slot()
    outcome = rig.match.outcomes[0]
    assert outcome.reason == "late"
    assert {seat.agent: seat.rank for seat in outcome.seats} == {"a": 2, "b": 1}


def test_missed_slots_are_dropped_counted_and_never_run_back_to_back() -> None:
    rig = Rig(host=LineHost(length=100))
    rig.pass_time(0.55)
    assert len(rig.host.steps) == 1
    assert rig.match.missed_slots == 4
    assert rig.sink.of("missed") == [
        {"kind": "missed", "t": pytest.approx(0.55), "private": False, "tick": 0, "slots": 4, "cause": "loop"}
    ]
    rig.pass_time(0.05)
    assert len(rig.host.steps) == 2


def test_a_busy_environment_is_not_a_seats_lateness() -> None:
    rig = Rig(host=LineHost(length=100))
    for agent in "ab":
        rig[agent].auto = LEFT
        rig[agent].decide(LEFT)
    rig.pass_time(0.09)
    rig.host.busy = True
    for _ in range(4):
        rig.slot()
    rig.host.busy = False
    rig.settle()
    rig.slot()
    assert rig.match.env_slow == 3
    assert rig.match.seats["a"].counts.late == 0
    assert {event["cause"] for event in rig.sink.of("missed")} == {"env"}


def test_abstaining_is_late() -> None:
    rig = Rig()
    rig["a"].decide(None)
    rig.slot()
    assert rig.steps()[0]["sources"]["a"] == "noop"
    assert rig.match.seats["a"].counts.abstained == 1


def test_delay_holds_every_decision_back_by_whole_ticks() -> None:
    rig = Rig(realtime(delays={"a": 2}), host=LineHost(length=100))
    rig["b"].auto = LEFT
    rig["b"].decide(LEFT)
    for action in (LEFT, FIRE, LEFT, LEFT):
        rig["a"].decide(action)
        rig.slot()
    assert [step["a"] for step in rig.host.steps] == [NOOP, NOOP, LEFT, FIRE]
    assert rig.match.seats["a"].counts.late == 0
    assert "ages" not in rig.steps()[-1]


def test_who_is_illegal_at_every_slot_is_named_ever_less_often_and_counted_always() -> None:
    rig = Rig(puppets={"a": Puppet(lambda: 0.0, 7, name="bad"), "b": Puppet(lambda: 0.0, NOOP)})
    for _ in range(9):
        rig.slot()
    told = [event["message"].rpartition("(")[2] for event in rig.sink.of("seat")]
    assert told[1:] == ["2 in a row)", "4 in a row)", "8 in a row)"]
    assert rig.match.seats["a"].counts.illegal == 9


def test_who_is_late_at_every_slot_is_called_late_once() -> None:
    rig = Rig(puppets={"b": Puppet(lambda: 0.0, NOOP)})
    for _ in range(4):
        rig.slot()
        assert rig.match.seats["a"].status == "late"
        rig["a"].decide(LEFT)
        rig.slot()
        assert rig.match.seats["a"].status == "late"
    assert [event["status"] for event in rig.sink.of("seat")] == ["late"]
    rig["a"].decide(LEFT)
    rig.slot()
    assert rig.match.seats["a"].status == "ok"


def test_an_illegal_action_becomes_a_noop_and_is_named() -> None:
    rig = Rig()
    rig["a"].decide(77)
    rig.slot()
    assert rig.host.steps[0]["a"] == NOOP
    seen = rig.sink.of("seat")
    assert [event["status"] for event in seen if event["agent"] == "a"] == ["illegal"]
    assert "77" in seen[0]["message"]


def test_an_answer_nobody_waits_for_is_stale() -> None:
    rig = Rig()
    row = rig["a"].waiting["a"]
    rig["a"].decide(LEFT)
    rig["a"].waiting["a"] = row
    rig["a"].decide(FIRE)
    rig.slot()
    assert rig.host.steps[0]["a"] == LEFT
    assert rig.match.seats["a"].counts.stale == 1


def test_pause_stops_slots_and_resume_starts_one_interval_later() -> None:
    rig = Rig(host=LineHost(length=100))
    rig.match.pause(rig.clock.now, "ann")
    rig.pass_time(5.0)
    assert rig.host.steps == []
    assert rig.match.next_wakeup(rig.clock.now) is None
    rig.match.resume(rig.clock.now)
    rig.pass_time(0.05)
    assert rig.host.steps == []
    rig.pass_time(0.05)
    assert len(rig.host.steps) == 1
    assert rig.match.missed_slots == 0


def test_single_step_while_paused_makes_exactly_one_step() -> None:
    rig = Rig()
    rig.match.pause(rig.clock.now)
    rig.match.step_once()
    rig.settle()
    rig.pass_time(3.0)
    assert len(rig.host.steps) == 1
    assert rig.match.paused


def test_speed_scales_the_slots() -> None:
    rig = Rig(host=LineHost(length=100))
    rig.match.set_speed(4.0, rig.clock.now)
    for _ in range(40):
        rig.pass_time(0.01)
    assert len(rig.host.steps) == 16
    with pytest.raises(RuleError, match="outside"):
        rig.match.set_speed(9.0, rig.clock.now)


def test_a_game_without_a_noop_does_not_run_in_real_time() -> None:
    with pytest.raises(RuleError, match="no action that does nothing"):
        Rig(game=entry(schemes={}))


def test_next_wakeup_is_the_next_slot() -> None:
    rig = Rig()
    assert rig.match.next_wakeup(rig.clock.now) == pytest.approx(rig.clock.now + 0.1)


def test_live_input_is_sampled_at_the_slot_only() -> None:
    rig = Rig(start=False)
    rig["a"].sampled = True
    rig = Rig(puppets={"a": rig["a"]})
    rig["a"].decide(LEFT)
    rig.pass_time(0.05)
    assert len(rig["a"].out) == 1
    rig.pass_time(0.05)
    assert rig.host.steps[0]["a"] == LEFT
