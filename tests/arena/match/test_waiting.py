"""Lockstep: nobody is skipped, limits and clocks decide, moves can be taken back."""

from __future__ import annotations

import numpy as np
import pytest

from arena.errors import RuleError
from arena.games.entry import CatalogEntry
from arena.match.controller import Notice
from arena.match.outcome import Reason
from arena.match.rules import ClockRule, LateRule, Rules
from tests.arena.match.fakes import LEFT, NOOP, LineHost, Puppet, entry
from tests.arena.match.rig import WAIT, Rig


def turns(length: int = 10) -> LineHost:
    return LineHost(length=length, paradigm="sequential")


def board(**changes: object) -> CatalogEntry:
    return entry(
        paradigm="sequential", undo=True, resign=True, draw_offers=True, schemes={}, pace="wait", **changes
    )


def clocked(base_s: float = 10.0, increment_s: float = 2.0) -> Rules:
    return Rules(pace="wait", clock=ClockRule(base_s, increment_s))


def test_it_waits_for_everyone_however_long_it_takes() -> None:
    rig = Rig(WAIT)
    rig["a"].decide(LEFT)
    rig.pass_time(60)
    assert rig.host.steps == []
    rig["b"].decide(NOOP)
    rig.settle()
    assert rig.host.steps == [{"a": LEFT, "b": NOOP}]


def test_turns_alternate_and_only_the_one_to_move_is_asked() -> None:
    rig = Rig(WAIT, host=turns(), game=board())
    assert rig.match.due == ("a",)
    assert rig["b"].asked == []
    rig["a"].decide(LEFT)
    rig.settle()
    assert rig.match.due == ("b",)
    assert len(rig["b"].asked) == 1


def test_an_illegal_answer_forfeits_where_there_is_no_neutral_move() -> None:
    rig = Rig(WAIT, host=turns(), game=board())
    rig.host.mask["a"] = np.array([1, 0, 0], np.int8)
    rig = Rig(WAIT, host=rig.host, game=board())
    rig["a"].decide(LEFT)
    rig.settle()
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.winners) == (Reason.ILLEGAL, ("b",))
    assert outcome.seats[0].forfeited == "illegal"
    assert rig.host.steps == []


def test_retry_asks_again_and_forfeits_in_the_end() -> None:
    rig = Rig(Rules(pace="wait", on_illegal="retry", retries=2), host=turns(), game=board())
    for _ in range(2):
        rig["a"].decide(99)
        rig.settle()
    assert len(rig["a"].asked) == 3
    assert not rig.match.finished
    rig["a"].decide(99)
    rig.settle()
    assert rig.match.outcomes[0].reason == "illegal"


def test_a_move_limit_forfeits_or_stands_still_by_rule() -> None:
    strict = Rig(Rules(pace="wait", move_limit_s=5, on_late=LateRule("forfeit", 1)))
    strict["b"].decide(LEFT)
    strict.pass_time(4.9)
    assert not strict.match.finished
    strict.pass_time(0.2)
    assert strict.match.outcomes[0].reason == "late"
    lenient = Rig(Rules(pace="wait", move_limit_s=5))
    lenient["b"].decide(LEFT)
    lenient.pass_time(5.1)
    assert lenient.host.steps == [{"a": NOOP, "b": LEFT}]
    assert lenient["a"].cancelled == [1]


def test_a_hung_machine_is_noticed_but_a_person_may_think() -> None:
    person = Rig(WAIT, host=turns(), game=board(), puppets={"a": Puppet(lambda: 0.0, human=True)})
    person.pass_time(10_000)
    assert not person.match.finished
    machine = Rig(WAIT, host=turns(), game=board())
    assert machine.match.next_wakeup(machine.clock.now) == pytest.approx(machine.clock.now + 120)
    machine.pass_time(121)
    assert machine.match.outcomes[0].reason == "late"


def test_a_clock_runs_for_the_one_to_move_and_the_flag_falls() -> None:
    rig = Rig(clocked(), host=turns(), game=board())
    rig.pass_time(4.0)
    rig["a"].decide(LEFT)
    rig.settle()
    assert rig.match.clocks_left(rig.clock.now) == pytest.approx({"a": 8.0, "b": 10.0})
    rig.pass_time(9.9)
    assert not rig.match.finished
    rig.pass_time(0.2)
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.winners) == (Reason.FLAG, ("a",))
    assert [event["agent"] for event in rig.sink.of("flag")] == ["b"]


def test_the_clock_stops_when_the_answer_arrived_not_when_it_was_read() -> None:
    rig = Rig(clocked(), host=turns(), game=board())
    rig.clock.now += 9.0
    rig["a"].decide(LEFT)
    rig.clock.now += 5.0
    rig.settle()
    assert not rig.match.finished
    assert rig.match.clocks_left(rig.clock.now)["a"] == pytest.approx(3.0)


def test_a_persons_clock_starts_when_the_position_was_shown() -> None:
    rig = Rig(
        clocked(), host=turns(), game=board(), puppets={"a": Puppet(lambda: 0.0, human=True)}, drawing=True
    )
    rig.pass_time(3.0)
    assert rig.match.clocks_left(rig.clock.now)["a"] == 10.0
    rig.match.shown(rig.clock.now)
    rig.pass_time(1.0)
    assert rig.match.clocks_left(rig.clock.now)["a"] == pytest.approx(9.0)


def test_pause_stops_the_clocks() -> None:
    rig = Rig(clocked(), host=turns(), game=board())
    rig.pass_time(2.0)
    rig.match.pause(rig.clock.now)
    rig.pass_time(100.0)
    rig.match.resume(rig.clock.now)
    rig.pass_time(1.0)
    assert rig.match.clocks_left(rig.clock.now)["a"] == pytest.approx(7.0)


def test_undo_goes_back_to_ones_own_move_and_restores_clocks_and_digest() -> None:
    rig = Rig(clocked(), host=turns(), game=board())
    untouched = Rig(clocked(), host=turns(), game=board())
    for one in (rig, untouched):
        one.pass_time(1.0)
        one["a"].decide(LEFT)
        one.settle()
    rig["b"].decide(NOOP)
    rig.settle()
    assert rig.match.undo("a", rig.clock.now) == 2
    assert rig.match.tick_number == 0
    assert rig.match.due == ("a",)
    assert rig.match.clocks_left(rig.clock.now) == pytest.approx({"a": 10.0, "b": 10.0})
    assert rig.host.steps == []
    rig["a"].decide(LEFT)
    rig.settle()
    for one in (rig, untouched):
        one.match.abort(one.clock.now, "done")
    assert rig.match.outcomes[0].digest == untouched.match.outcomes[0].digest
    assert [event["steps"] for event in rig.sink.of("undo")] == [2]


def test_undo_is_refused_where_it_has_no_place() -> None:
    rig = Rig(WAIT, host=turns(), game=board())
    with pytest.raises(RuleError, match="no move"):
        rig.match.undo("a", rig.clock.now)
    rated = Rig(WAIT, host=turns(), game=board(), rated=True)
    with pytest.raises(RuleError, match="rated"):
        rated.match.undo("a", rated.clock.now)


def test_resigning_loses_and_says_so() -> None:
    rig = Rig(WAIT, host=turns(), game=board())
    rig.match.resign("b", rig.clock.now)
    assert (rig.match.outcomes[0].reason, rig.match.outcomes[0].winners) == (Reason.RESIGN, ("a",))
    assert rig.match.finished


def test_a_draw_needs_both() -> None:
    rig = Rig(WAIT, host=turns(), game=board())
    rig.match.offer_draw("a", rig.clock.now)
    assert rig.match.draw_offer is None
    assert [event["action"] for event in rig.sink.of("draw")] == ["offer", "decline"]
    rig["b"].draws = True
    rig.match.offer_draw("a", rig.clock.now)
    outcome = rig.match.outcomes[0]
    assert outcome.reason == "agreed_draw"
    assert {seat.rank for seat in outcome.seats} == {1}


def test_two_people_agree_on_a_draw_or_decline_it_by_moving() -> None:
    people = {agent: Puppet(lambda: 0.0, human=True) for agent in "ab"}
    rig = Rig(WAIT, host=turns(), game=board(), puppets=people)
    rig.match.offer_draw("a", rig.clock.now)
    assert rig.match.draw_offer == "a"
    rig["a"].decide(LEFT)
    rig.settle()
    assert rig.match.draw_offer == "a"
    rig["b"].decide(LEFT)
    rig.settle()
    assert [event["action"] for event in rig.sink.of("draw")] == ["offer", "decline"]
    rig.match.offer_draw("a", rig.clock.now)
    rig.match.answer_draw("b", accept=True, now=rig.clock.now)
    assert rig.match.outcomes[0].reason == "agreed_draw"


def test_a_lost_machine_forfeits_by_disconnect_and_a_restored_one_is_asked_again() -> None:
    rig = Rig(WAIT, host=turns(), game=board())
    rig["a"].out.append(Notice("a", "lost", "server gone"))
    rig.pass_time(29)
    rig["a"].out.append(Notice("a", "restored", "server back"))
    rig.pass_time(1)
    assert len(rig["a"].asked) == 2
    rig["a"].out.append(Notice("a", "lost", "server gone"))
    rig.pass_time(0)
    rig.pass_time(31)
    assert rig.match.outcomes[0].reason == "disconnect"


def test_a_person_who_loses_the_device_pauses_the_match() -> None:
    rig = Rig(WAIT, host=turns(), game=board(), puppets={"a": Puppet(lambda: 0.0, human=True)})
    rig["a"].out.append(Notice("a", "lost", "Gamepad 0 unplugged"))
    rig.settle()
    assert rig.match.paused
    assert rig.match.paused_by == "Gamepad 0 unplugged"
