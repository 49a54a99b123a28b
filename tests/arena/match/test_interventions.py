"""What people do to a running match: pause, take over, take back, offer draws, at awkward moments."""

from __future__ import annotations

from typing import Any

import pytest

from arena.errors import RuleError
from arena.games.entry import CatalogEntry
from arena.match.controller import Notice
from arena.match.outcome import Reason
from arena.match.rules import ClockRule, LateRule, Rules
from tests.arena.match.fakes import FIRE, LEFT, NOOP, LineHost, Puppet, entry
from tests.arena.match.rig import REALTIME, WAIT, Rig


def turns(length: int = 10) -> LineHost:
    return LineHost(length=length, paradigm="sequential")


def board(**changes: Any) -> CatalogEntry:
    return entry(
        paradigm="sequential", undo=True, resign=True, draw_offers=True, schemes={}, pace="wait", **changes
    )


def clocked() -> Rules:
    return Rules(pace="wait", clock=ClockRule(10.0, 2.0))


def people() -> dict[str, Puppet]:
    return {agent: Puppet(lambda: 0.0, name=f"person-{agent}", human=True) for agent in "ab"}


# ---- pause ----------------------------------------------------------------------------------------


def test_a_pause_does_not_use_up_the_time_for_a_move() -> None:
    rig = Rig(Rules(pace="wait", move_limit_s=5.0, on_late=LateRule("forfeit", 1)))
    rig["b"].decide(LEFT)
    rig.pass_time(3.0)
    rig.match.pause(rig.clock.now)
    rig.pass_time(60.0)
    rig.match.resume(rig.clock.now)
    rig.pass_time(1.9)
    assert not rig.match.finished
    assert rig.match.next_wakeup(rig.clock.now) == pytest.approx(rig.clock.now + 0.1)
    rig.pass_time(0.2)
    assert rig.match.outcomes[0].reason == Reason.LATE


def test_nobody_forfeits_for_being_away_while_the_match_is_paused() -> None:
    rig = Rig(REALTIME)
    rig["a"].out.append(Notice("a", "lost", "server gone"))
    rig.pass_time(0.0)
    rig.match.pause(rig.clock.now)
    rig.pass_time(600.0)
    assert not rig.match.finished
    rig.match.resume(rig.clock.now)
    rig.pass_time(29.0)
    assert not rig.match.finished
    rig.pass_time(1.5)
    assert rig.match.outcomes[0].reason == Reason.DISCONNECT


def test_a_device_that_comes_back_during_a_pause_is_seen_at_once() -> None:
    live = Puppet(lambda: 0.0, human=True)
    live.sampled = True
    rig = Rig(REALTIME, puppets={"a": live})
    rig["a"].out.append(Notice("a", "lost", "Gamepad 0 unplugged"))
    rig.slot()
    assert rig.match.paused
    assert rig.match.seats["a"].status == "lost"
    rig["a"].out.append(Notice("a", "restored", "Gamepad 0 is back"))
    rig.pass_time(5.0)
    assert rig.match.paused
    assert rig.match.seats["a"].status == "ok"
    rig["a"].waiting = {"a": rig["a"].asked[-1]}
    rig["a"].decide(LEFT)
    rig.settle()
    assert rig["a"].out != [], "live input is still sampled at the slot only"


def test_a_person_away_does_not_keep_the_driver_spinning() -> None:
    rig = Rig(WAIT, host=turns(), game=board(), puppets=people())
    rig["a"].out.append(Notice("a", "lost", "Gamepad 0 unplugged"))
    rig.settle()
    rig.match.resume(rig.clock.now)
    rig.pass_time(60.0)
    assert rig.match.next_wakeup(rig.clock.now) is None


def test_a_person_far_away_pauses_nobody_and_forfeits_by_staying_away() -> None:
    far = Puppet(lambda: 0.0, human=True)
    far.pauses_when_lost = False
    rig = Rig(WAIT, host=turns(), game=board(), puppets={"a": far})
    far.out.append(Notice("a", "lost", "Ada's line broke"))
    rig.settle()
    assert not rig.match.paused
    assert rig.match.next_wakeup(rig.clock.now) == rig.clock.now + rig.match.rules.ready_timeout_s
    rig.pass_time(rig.match.rules.ready_timeout_s + 0.5)
    assert rig.match.outcomes[0].reason == Reason.DISCONNECT


def test_a_device_that_is_back_before_play_begins_pauses_nothing() -> None:
    person = Puppet(lambda: 0.0, human=True)
    person.not_ready = "Gamepad 0 is unplugged"
    rig = Rig(WAIT, puppets={"a": person})
    person.out.append(Notice("a", "lost", "Gamepad 0 unplugged"))
    rig.settle()
    person.out.append(Notice("a", "restored", "Gamepad 0 is back"))
    person.not_ready = None
    rig.settle()
    assert rig.match.phase == "playing"
    assert not rig.match.paused


def test_a_clock_started_during_a_pause_gets_no_time_for_nothing() -> None:
    rig = Rig(clocked(), host=turns(), game=board())
    rig.pass_time(2.0)
    rig.match.pause(rig.clock.now)
    rig.pass_time(100.0)
    rig.match.takeover("a", Puppet(rig.clock, name="late"), "late", rig.clock.now)
    rig.pass_time(50.0)
    rig.match.resume(rig.clock.now)
    rig.pass_time(3.0)
    assert rig.match.clocks_left(rig.clock.now)["a"] == pytest.approx(5.0)


def test_a_single_step_in_a_pause_charges_nobody_and_gives_nobody_time() -> None:
    rig = Rig(clocked(), host=turns(), game=board())
    rig.match.pause(rig.clock.now)
    rig.pass_time(40.0)
    rig.match.step_once()
    rig["a"].decide(LEFT)
    rig.settle()
    assert len(rig.host.steps) == 1
    rig.pass_time(40.0)
    rig.match.resume(rig.clock.now)
    rig.pass_time(1.0)
    assert rig.match.clocks_left(rig.clock.now) == pytest.approx({"a": 12.0, "b": 9.0})


def test_an_answer_from_before_the_pause_costs_what_it_took() -> None:
    rig = Rig(clocked(), host=turns(), game=board())
    rig.clock.now += 3.0
    rig["a"].decide(LEFT)
    rig.clock.now += 4.0
    rig.match.pause(rig.clock.now)
    rig.pass_time(50.0)
    rig.match.resume(rig.clock.now)
    rig.settle()
    assert rig.match.clocks_left(rig.clock.now)["a"] == pytest.approx(9.0)


# ---- takeover -------------------------------------------------------------------------------------


def test_a_takeover_is_asked_afresh_even_if_the_old_one_had_decided() -> None:
    rig = Rig(WAIT)
    rig["a"].decide(LEFT)
    rig.settle()
    new = Puppet(rig.clock, name="new")
    rig.match.takeover("a", new, "new", rig.clock.now)
    rig["b"].decide(NOOP)
    rig.settle()
    assert len(new.asked) == 1
    assert rig.host.steps == []
    new.decide(FIRE)
    rig.settle()
    assert rig.host.steps == [{"a": FIRE, "b": NOOP}]


def test_a_fault_of_the_old_controller_on_its_way_out_is_not_the_new_ones() -> None:
    class Sore(Puppet):
        def cancel(self, request_ids: Any) -> None:
            raise RuntimeError("boom in cancel")

    rig = Rig(WAIT, puppets={"a": Sore(lambda: 0.0)})
    new = Puppet(rig.clock, LEFT, name="new")
    rig.match.takeover("a", new, "new", rig.clock.now)
    rig["b"].decide(NOOP)
    rig.settle()
    assert not rig.match.outcomes
    assert rig.host.steps == [{"a": LEFT, "b": NOOP}]


def test_a_takeover_waits_while_the_environment_is_at_work_and_is_freed_if_it_never_comes() -> None:
    rig = Rig(REALTIME)
    for agent in "ab":
        rig[agent].decide(LEFT)
    rig.host.busy = True
    rig.slot()
    waiting = Puppet(rig.clock, name="new")
    rig.match.takeover("a", waiting, "new", rig.clock.now)
    assert rig["a"].left == []
    rig.match.close(rig.clock.now)
    assert waiting.closed


def test_a_finished_match_takes_nobody_in() -> None:
    rig = Rig(WAIT)
    rig.match.abort(rig.clock.now, "enough")
    with pytest.raises(RuleError, match="over"):
        rig.match.takeover("a", Puppet(rig.clock), "new", rig.clock.now)


def test_a_takeover_of_a_seat_that_forfeited_does_not_hide_it() -> None:
    seats = ("a", "b", "c")
    rig = Rig(WAIT, host=LineHost(seats), game=entry(seats=seats))
    rig["a"].out.append(Notice("a", "failed", "gone for good"))
    rig.settle()
    rig.match.takeover("a", Puppet(rig.clock, name="new"), "new", rig.clock.now)
    assert rig.match.seats["a"].status == "forfeited"


# ---- taking back ----------------------------------------------------------------------------------


def test_taking_back_forgets_a_flag_that_fell_in_the_pause() -> None:
    rig = Rig(clocked(), host=turns(), game=board(), puppets=people())
    rig["a"].decide(LEFT)
    rig.settle()
    rig.clock.now += 11.0
    rig["b"].decide(LEFT)
    rig.clock.now += 1.0
    rig.match.pause(rig.clock.now)
    rig.settle()
    rig.match.undo("a", rig.clock.now)
    rig.match.resume(rig.clock.now)
    rig.settle()
    assert not rig.match.finished
    assert rig.match.due == ("a",)


def test_taking_back_brings_back_who_had_died() -> None:
    host = LineHost(("a", "b", "c"), paradigm="sequential", deaths={"c": 2})
    rig = Rig(WAIT, host=host, game=board(seats=("a", "b", "c")))
    rig["a"].decide(LEFT)
    rig.settle()
    rig["b"].decide(LEFT)
    rig.settle()
    assert rig.match.seats["c"].ended
    rig.match.undo("b", rig.clock.now)
    assert not rig.match.seats["c"].ended


# ---- draws ----------------------------------------------------------------------------------------


def test_an_offer_ends_with_the_episode_and_cannot_be_accepted_afterwards() -> None:
    rig = Rig(WAIT, host=turns(), game=board(), puppets=people())
    rig.match.offer_draw("a", rig.clock.now)
    rig.match.resign("a", rig.clock.now)
    assert rig.match.draw_offer is None
    with pytest.raises(RuleError):
        rig.match.answer_draw("b", accept=True, now=rig.clock.now)
    assert len(rig.match.outcomes) == 1
    assert len(rig.sink.of("close")) == 1


def test_an_offer_cannot_be_accepted_while_the_environment_is_at_work() -> None:
    rig = Rig(WAIT, host=turns(), game=board(), puppets=people())
    rig.match.offer_draw("a", rig.clock.now)
    rig.host.busy = True
    rig["a"].decide(LEFT)
    rig.settle()
    with pytest.raises(RuleError):
        rig.match.answer_draw("b", accept=True, now=rig.clock.now)
    assert not rig.match.outcomes


def test_a_stranger_answers_no_draw() -> None:
    rig = Rig(WAIT, host=turns(), game=board(), puppets=people())
    rig.match.offer_draw("a", rig.clock.now)
    with pytest.raises(RuleError, match="seat"):
        rig.match.answer_draw("nobody", accept=True, now=rig.clock.now)


def test_who_forfeited_has_no_say_in_a_draw() -> None:
    seats = ("a", "b", "c")
    rig = Rig(WAIT, host=LineHost(seats), game=entry(seats=seats, draw_offers=True))
    rig["c"].out.append(Notice("c", "failed", "gone for good"))
    rig.settle()
    rig["b"].draws = True
    rig.match.offer_draw("a", rig.clock.now)
    outcome = rig.match.outcomes[0]
    assert outcome.reason == Reason.AGREED_DRAW
    assert {seat.agent: seat.rank for seat in outcome.seats} == {"a": 1, "b": 1, "c": 3}
