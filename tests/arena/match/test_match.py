"""Episodes, results, faults and takeovers: what holds in every pace."""

from __future__ import annotations

import pytest

from arena.errors import GameError, RuleError
from arena.match.outcome import Reason
from arena.match.rules import Rules
from tests.arena.match.fakes import LEFT, NOOP, LineHost, Puppet, entry
from tests.arena.match.rig import REALTIME, WAIT, Rig

FAST = Rules(pace="fast")


def auto(action: int = LEFT, **names: str) -> Puppet:
    return Puppet(lambda: 0.0, auto=action, **names)  # type: ignore[arg-type]


def both(action: int = LEFT) -> dict[str, Puppet]:
    return {"a": auto(action, name="x"), "b": auto(NOOP, name="y")}


def test_episodes_follow_each_other_with_seeds_of_their_own_and_one_result_each() -> None:
    rig = Rig(FAST, puppets=both(), episodes=3)
    rig.settle()
    assert rig.match.finished
    assert len(set(rig.host.seeds)) == 3
    assert [(outcome.episode, outcome.ticks, outcome.winners) for outcome in rig.match.outcomes] == [
        (episode, 10, ("a",)) for episode in range(3)
    ]
    assert [event["kind"] for event in rig.sink.events][-1] == "close"


def test_equal_seeds_give_equal_digests_and_seeds_do_not_depend_on_seat_order() -> None:
    first, second = Rig(FAST, puppets=both()), Rig(REALTIME, puppets=both())
    first.settle()
    for _ in range(12):
        second.slot()
    assert first.match.outcomes[0].digest == second.match.outcomes[0].digest
    assert first["a"].starts[0].seeds == second["a"].starts[0].seeds
    assert first["a"].starts[0].seeds["a"] != first["b"].starts[0].seeds["b"]


def test_dead_agents_are_not_asked_and_get_exactly_one_final_result() -> None:
    rig = Rig(FAST, puppets=both(), host=LineHost(deaths={"a": 3}))
    rig.settle()
    finals = [result for result in rig["a"].results if result[3]]
    assert len(rig["a"].asked) == 3
    assert len(finals) == 1
    assert len(rig["b"].results) == 10
    assert [step for step in rig.host.steps if "a" in step] == rig.host.steps[:3]


@pytest.mark.parametrize("hook", ["reset", "request", "poll", "on_step_result"])
def test_a_controller_that_raises_forfeits_and_hurts_nobody_else(hook: str) -> None:
    puppets = both()
    puppets["a"].boom = hook
    rig = Rig(FAST, puppets=puppets)
    rig.settle()
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.winners) == (Reason.CRASH, ("b",))
    assert f"boom in {hook}" in outcome.detail
    assert len(rig.sink.of("forfeit")) == 1


def test_with_three_sides_the_others_play_on_after_a_forfeit() -> None:
    puppets = {agent: auto(LEFT, name=agent) for agent in "abc"}
    puppets["b"].boom = "request"
    rig = Rig(FAST, puppets=puppets, host=LineHost("abc"))
    rig.settle()
    outcome = rig.match.outcomes[0]
    assert outcome.ticks == 10
    assert {seat.agent: seat.rank for seat in outcome.seats} == {"a": 1, "c": 1, "b": 3}
    assert {step["b"] for step in rig.host.steps} == {NOOP}


def test_a_cooperative_game_ends_with_a_forfeit_and_ranks_nobody() -> None:
    puppets = {agent: auto(LEFT, name=agent) for agent in "abc"}
    puppets["b"].boom = "request"
    rig = Rig(FAST, puppets=puppets, host=LineHost("abc"), game=entry(scoring="cooperative"))
    rig.settle()
    assert rig.match.outcomes[0].reason == "crash"
    assert {seat.rank for seat in rig.match.outcomes[0].seats} == {0}


def test_a_seat_that_never_gets_ready_is_named_when_time_is_out() -> None:
    late = auto(LEFT, name="policy:tcp://nowhere")
    late.not_ready = "connecting"
    rig = Rig(
        Rules(pace="fast", ready_timeout_s=5), puppets={"a": late, "b": auto(NOOP, name="y")}, start=False
    )
    rig.match.start(rig.clock.now, {})
    rig.settle()
    assert rig.match.waiting_for() == ["a (policy:tcp://nowhere): connecting"]
    rig.pass_time(5)
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.void) == (Reason.ABORTED, True)
    assert "policy:tcp://nowhere" in outcome.detail


def test_the_first_slot_waits_until_everyone_is_ready() -> None:
    slow = auto(LEFT, name="slow")
    slow.not_ready = "loading"
    rig = Rig(REALTIME, puppets={"a": slow, "b": auto(NOOP, name="y")})
    rig.pass_time(2.0)
    assert rig.host.steps == []
    slow.not_ready = None
    rig.pass_time(0.05)
    rig.slot()
    assert len(rig.host.steps) == 1
    assert rig.match.missed_slots == 0


def test_takeover_cancels_tells_both_and_marks_the_result() -> None:
    rig = Rig(WAIT)
    newcomer = Puppet(rig.clock, auto=LEFT, name="new")
    rig.match.takeover("a", newcomer, "new", rig.clock.now)
    assert rig["a"].left == ["a"]
    assert rig["a"].cancelled == [1]
    assert rig["a"].closed
    assert newcomer.starts[0].mid_episode
    rig["b"].decide(NOOP)
    rig.settle()
    assert rig.host.steps[0] == {"a": LEFT, "b": NOOP}
    rig.match.abort(rig.clock.now, "enough")
    assert rig.match.outcomes[0].seated == "changed"
    assert rig.match.outcomes[0].seats[0].player == "new"


def test_a_takeover_that_fails_leaves_the_old_one_deciding() -> None:
    rig = Rig(WAIT)
    broken = Puppet(rig.clock, name="broken")
    broken.boom = "reset"
    rig.match.takeover("a", broken, "broken", rig.clock.now)
    assert broken.closed
    rig["a"].decide(LEFT)
    rig["b"].decide(LEFT)
    rig.settle()
    assert rig.host.steps == [{"a": LEFT, "b": LEFT}]
    rig.match.abort(rig.clock.now, "enough")
    assert rig.match.outcomes[0].seated == "as_planned"


def test_hidden_information_keeps_seed_and_digest_out_of_public_events() -> None:
    rig = Rig(FAST, puppets=both(), game=entry(information="hidden"), seed=123456789)
    rig.settle()
    public = [event for event in rig.sink.events if not event["private"]]
    assert "123456789" not in str(public)
    assert {event["kind"] for event in rig.sink.events if event["private"]} == {"secret", "digest"}
    digest = rig.sink.of("digest")[-1]["hex"]
    assert digest
    assert digest not in str(public)


def test_a_tick_limit_ends_by_rule() -> None:
    rig = Rig(Rules(pace="fast", max_ticks=4), puppets=both(), game=entry(on_truncation="draw"))
    rig.settle()
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.ticks) == (Reason.MAX_TICKS, 4)
    assert {seat.rank for seat in outcome.seats} == {1}


def test_an_environment_that_breaks_voids_the_episode_with_its_words() -> None:
    class Broken(LineHost):
        def poll(self):
            if len(self.steps) == 2:
                raise GameError("test/line-v0 broke: division by zero")
            return super().poll()

    rig = Rig(FAST, puppets=both(), host=Broken())
    rig.settle()
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.void) == (Reason.ENVIRONMENT, True)
    assert "division by zero" in outcome.detail


def test_closing_aborts_frees_everything_and_may_be_repeated() -> None:
    rig = Rig(WAIT)
    rig.match.close(rig.clock.now)
    rig.match.close(rig.clock.now)
    assert rig.host.closed
    assert rig["a"].closed
    assert rig["b"].closed
    assert rig.match.outcomes[0].reason == "aborted"


def test_teams_rank_together() -> None:
    game = entry(teams={"red": ("a", "c"), "blue": ("b",)})
    puppets = {"a": auto(LEFT, name="a"), "b": auto(LEFT, name="b"), "c": auto(LEFT, name="c")}
    rig = Rig(FAST, puppets=puppets, host=LineHost("abc"), game=game)
    rig.settle()
    assert {seat.agent: seat.rank for seat in rig.match.outcomes[0].seats} == {"a": 1, "b": 2, "c": 1}


def test_a_plan_for_other_agents_is_refused() -> None:
    rig = Rig(start=False)
    with pytest.raises(RuleError, match="the plan seats"):
        type(rig.match)(
            rig.match.plan, rig.match.entry, LineHost("xy"), [], rig.sink, clock=rig.clock, wake=lambda: None
        )


def test_aborting_between_two_episodes_keeps_the_results_and_says_why() -> None:
    rig = Rig(FAST, puppets=both(), episodes=5)
    while rig.match.phase != "intermission":
        rig.match.tick(rig.clock.now)
    rig.match.abort(rig.clock.now, "enough for today")
    assert [outcome.reason for outcome in rig.match.outcomes] == [Reason.WIN]
    (close,) = rig.sink.of("close")
    assert (close["reason"], close["detail"]) == ("aborted", "enough for today")
