"""Faults of controllers and environments: told, paid for by their own seat alone, and no end of a match."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from arena.games.contract import StepResult
from arena.match.controller import Decision, Notice
from arena.match.outcome import Reason
from arena.match.rules import ClockRule, LateRule, Rules
from tests.arena.match.fakes import LEFT, NOOP, LineHost, Puppet, entry
from tests.arena.match.rig import REALTIME, WAIT, Rig

THREE = ("a", "b", "c")


def three(rules: Rules, **plan: Any) -> Rig:
    return Rig(rules, host=LineHost(THREE), game=entry(seats=THREE), **plan)


def turns(length: int = 10, agents: tuple[str, ...] = ("a", "b")) -> LineHost:
    return LineHost(agents, length=length, paradigm="sequential")


class Garbage:
    """Cannot even be looked at."""

    def __repr__(self) -> str:
        raise RuntimeError("no words for it")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no numbers either")


@pytest.mark.parametrize("said", [None, [None], ["left"], [Decision("a", 1, LEFT, "noon")], 7])  # type: ignore[arg-type]
def test_a_controller_that_says_nonsense_forfeits_and_hurts_nobody(said: Any) -> None:
    rig = Rig(WAIT)
    rig["b"].decide(LEFT)
    rig["a"].out = said
    rig.settle()
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.winners) == (Reason.CRASH, ("b",))


def test_an_action_that_cannot_be_read_is_illegal() -> None:
    rig = Rig(WAIT)
    rig["a"].decide(Garbage())
    rig["b"].decide(LEFT)
    rig.settle()
    assert rig.match.outcomes[0].reason == Reason.ILLEGAL


@pytest.mark.parametrize("information", ["hidden", "perfect"])
def test_what_is_legal_is_told_only_where_all_may_know(information: Any) -> None:
    """In Hanabi the legal hints spell out the cards that their owner does not see."""
    host = LineHost()
    host.mask = {"a": np.array([0, 1, 1], np.int8)}
    rig = Rig(WAIT, host=host, game=entry(information=information))
    rig["a"].decide(0)
    rig["b"].decide(LEFT)
    rig.settle()
    assert rig.match.outcomes[0].reason == Reason.ILLEGAL
    assert "0 is not a legal action now" in rig.match.outcomes[0].detail
    told = [*rig.sink.events, *rig.match.log.messages, *rig.match.outcomes]
    assert any("1, 2" in str(item) for item in told) == (information == "perfect")


def test_nobody_answers_or_speaks_for_a_seat_of_somebody_else() -> None:
    rig = Rig(WAIT)
    rig["a"].decide(LEFT)
    theirs = rig["b"].asked[0]
    rig["a"].out.append(Decision("b", theirs.request_id, LEFT, rig.clock.now))
    rig["a"].out.append(Notice("b", "failed", "not mine to say"))
    rig.settle()
    assert rig.host.steps == []
    assert not rig.match.outcomes
    rig["b"].decide(NOOP)
    rig.settle()
    assert rig.host.steps == [{"a": LEFT, "b": NOOP}]


def test_a_time_that_is_no_number_does_not_stop_a_clock_for_ever() -> None:
    rules = Rules(pace="wait", clock=ClockRule(10.0))
    rig = Rig(rules, host=turns(), game=entry(paradigm="sequential"))
    rig.clock.now += 4.0
    rig["a"].decide(LEFT, at=math.nan)
    rig.settle()
    assert rig.match.clocks_left(rig.clock.now)["a"] == pytest.approx(6.0)


def test_an_illegal_answer_that_is_retried_earns_no_increment() -> None:
    rules = Rules(pace="wait", on_illegal="retry", clock=ClockRule(10.0, 5.0))
    rig = Rig(rules, host=turns(), game=entry(paradigm="sequential"))
    for _ in range(3):
        rig["a"].decide(99)
        rig.settle()
    rig["a"].decide(LEFT)
    rig.settle()
    assert rig.match.clocks_left(rig.clock.now)["a"] == pytest.approx(15.0)


def test_an_illegal_answer_is_asked_again_without_anybody_waking_the_driver() -> None:
    rig = Rig(Rules(pace="wait", on_illegal="retry"))
    rig["b"].decide(LEFT)
    rig["a"].decide(99)
    rig["a"].auto = LEFT  # answers within the next request, and wakes nobody
    rig.settle()
    assert rig.host.steps == [{"a": LEFT, "b": LEFT}]


@pytest.mark.parametrize("how", ["illegal", "late"])
def test_others_play_on_at_once_after_the_last_one_missing_forfeits(how: str) -> None:
    rig = three(Rules(pace="wait", move_limit_s=5.0, on_late=LateRule("forfeit", 1)))
    rig["a"].decide(LEFT)
    rig["b"].decide(LEFT)
    rig.settle()
    if how == "illegal":
        rig["c"].decide(99)
        rig.settle()
    else:
        rig.pass_time(5.1)
    assert rig.host.steps == [{"a": LEFT, "b": LEFT, "c": NOOP}]


@pytest.mark.parametrize("hook", ["on_step_result", "on_applied"])
def test_who_fails_after_winning_has_still_won_and_it_is_told(hook: str) -> None:
    class Fragile(Puppet):
        def on_applied(self, agent: str, action: Any, source: str) -> None:
            self._maybe("on_applied")

    rig = Rig(WAIT, host=LineHost(length=1), puppets={"a": Fragile(lambda: 0.0)})
    rig["a"].boom = hook
    rig["a"].decide(LEFT)
    rig["b"].decide(NOOP)
    rig.settle()
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.winners) == (Reason.WIN, ("a",))
    assert any(f"boom in {hook}" in event["message"] for event in rig.sink.of("seat"))


def test_a_failure_in_the_last_tick_before_a_limit_is_on_record() -> None:
    rig = Rig(Rules(pace="wait", max_ticks=1))
    rig["a"].boom = "on_step_result"
    rig["a"].decide(LEFT)
    rig["b"].decide(NOOP)
    rig.settle()
    assert rig.match.outcomes[0].winners == ("b",)
    assert [event["agent"] for event in rig.sink.of("forfeit")] == ["a"]


def test_a_failure_at_the_end_of_an_episode_is_told_and_costs_nothing_in_the_next() -> None:
    class Sulky(Puppet):
        def on_episode_end(self, agent: str, summary: Any) -> None:
            super().on_episode_end(agent, summary)
            self._maybe("on_episode_end")

    rig = Rig(WAIT, host=LineHost(length=1), puppets={"a": Sulky(lambda: 0.0, LEFT)}, episodes=2)
    rig["a"].boom = "on_episode_end"
    for _ in range(2):
        rig["b"].decide(NOOP)
        rig.settle()
    assert [outcome.winners for outcome in rig.match.outcomes] == [("a",), ("a",)]
    assert sum("boom in on_episode_end" in event["message"] for event in rig.sink.of("seat")) == 2


def test_a_bot_that_calls_exit_ends_its_own_seat_only() -> None:
    class Quitter(Puppet):
        def poll(self) -> Any:
            raise SystemExit(3)

    rig = Rig(WAIT, puppets={"a": Quitter(lambda: 0.0)})
    rig.settle()
    assert (rig.match.outcomes[0].reason, rig.match.outcomes[0].winners) == (Reason.CRASH, ("b",))


def test_a_crash_while_getting_ready_lasts_no_longer_than_it_did() -> None:
    failing = Puppet(lambda: 0.0)
    failing.boom = "reset"
    rig = Rig(WAIT, puppets={"a": failing})
    assert rig.match.outcomes[0].reason == Reason.CRASH
    assert rig.match.outcomes[0].duration_s < 1


@pytest.mark.parametrize("reward", [math.nan, math.inf])
def test_a_reward_that_is_no_number_voids_the_episode(reward: float) -> None:
    class Broken(LineHost):
        def _make(self, acted: tuple[str, ...], rewards: dict[str, float]) -> StepResult:
            return super()._make(acted, dict.fromkeys(rewards, reward))

    rig = Rig(WAIT, host=Broken())
    for agent in "ab":
        rig[agent].decide(LEFT)
    rig.settle()
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.void) == (Reason.ENVIRONMENT, True)
    assert "reward" in outcome.detail


def test_an_agent_that_joins_without_a_seat_ends_the_match_with_the_reason() -> None:
    class Crowd(LineHost):
        def _make(self, acted: tuple[str, ...], rewards: dict[str, float]) -> StepResult:
            if len(self.steps) == 1:
                self._alive = ("a", "b", "c")
            return super()._make(acted, rewards)

    rig = Rig(WAIT, host=Crowd())
    for agent in "ab":
        rig[agent].decide(LEFT)
    rig.settle()
    outcome = rig.match.outcomes[0]
    assert (outcome.reason, outcome.void, outcome.ticks) == (Reason.ENVIRONMENT, True, 0)
    assert "'c' joined" in outcome.detail


def test_an_agent_that_comes_back_plays_again() -> None:
    class Lazarus(LineHost):
        def _make(self, acted: tuple[str, ...], rewards: dict[str, float]) -> StepResult:
            if len(self.steps) == 2:
                self._alive, self.deaths = self.possible_agents, {}
            return super()._make(acted, rewards)

    rig = Rig(WAIT, host=Lazarus(deaths={"b": 1}))
    for agent in "ab":
        rig[agent].decide(LEFT)
    rig.settle()
    assert "b" not in rig.match.due
    rig["a"].decide(LEFT)
    rig.settle()
    assert len(rig["b"].asked) == 2


def test_an_observation_that_has_no_digest_voids_the_episode() -> None:
    class Odd(LineHost):
        def _make(self, acted: tuple[str, ...], rewards: dict[str, float]) -> StepResult:
            result = super()._make(acted, rewards)
            result.observations.update(dict.fromkeys(result.observations, object()))
            return result

    rig = Rig(WAIT, host=Odd())
    rig.settle()
    assert rig.match.outcomes[0].reason == Reason.ENVIRONMENT


def test_a_fallen_flag_is_told_once_where_others_play_on() -> None:
    rules = Rules(pace="wait", clock=ClockRule(10.0))
    game = entry(paradigm="sequential", seats=THREE)
    rig = Rig(rules, host=turns(agents=THREE), game=game)
    rig.clock.now += 11.0
    rig["a"].decide(LEFT, at=rig.clock.now)
    rig.settle()
    rig["b"].decide(LEFT)
    rig.settle()
    assert [event["agent"] for event in rig.sink.of("flag")] == ["a"]
    assert [list(step) for step in rig.host.steps] == [["a"], ["b"]]


def test_a_flag_that_falls_does_not_stop_the_others_from_playing_on_at_once() -> None:
    rules = Rules(pace="wait", clock=ClockRule(10.0))
    rig = Rig(rules, host=turns(agents=THREE), game=entry(paradigm="sequential", seats=THREE))
    rig.pass_time(10.1)
    assert rig.match.due == ("b",)


def test_a_match_that_never_started_leaves_no_result_and_no_event() -> None:
    rig = Rig(WAIT, start=False)
    rig.match.close(rig.clock.now)
    assert rig.match.finished
    assert rig.match.outcomes == []
    assert rig.sink.events == []
    assert all(puppet.closed for puppet in rig.puppets.values())
    assert rig.host.closed


def test_controllers_are_freed_even_if_the_record_cannot_be_written() -> None:
    class Full:
        def emit(self, kind: str, t: float, fields: Mapping[str, Any], *, private: bool = False) -> None:
            raise OSError("no space left on device")

    rig = Rig(WAIT)
    rig.match.log._sink = Full()
    with pytest.raises(OSError, match="no space"):
        rig.match.close(rig.clock.now)
    assert all(puppet.closed for puppet in rig.puppets.values())
    assert rig.host.closed


def test_a_machine_is_not_lost_in_the_next_episode_because_it_was_in_this_one() -> None:
    rig = Rig(REALTIME, episodes=2)
    rig["a"].out.append(Notice("a", "lost", "server gone"))
    rig.pass_time(0.0)
    rig.pass_time(31.0)
    assert [outcome.reason for outcome in rig.match.outcomes] == ["disconnect"]
    rig.settle()
    assert rig.match.phase == "playing"
    rig.slot()
    assert len(rig.match.outcomes) == 1


def test_a_scribbling_environment_does_not_change_what_is_on_record() -> None:
    from gymnasium import spaces

    from arena.games.adapter_parallel import ParallelAdapter

    class Scribbler:
        possible_agents = agents = ["a"]  # noqa: RUF012
        unwrapped = property(lambda self: self)
        observation_space = staticmethod(lambda _agent: spaces.Box(0, 1, (1,)))
        action_space = staticmethod(lambda _agent: spaces.Box(-1, 1, (2,)))

        def reset(self, seed: int) -> Any:
            return {"a": np.zeros(1, np.float32)}, {"a": {}}

        def step(self, actions: dict[str, Any]) -> Any:
            actions["a"] *= 3
            return {"a": np.zeros(1, np.float32)}, {"a": 0.0}, {"a": False}, {"a": False}, {"a": {}}

    adapter = ParallelAdapter(Scribbler(), entry(seats=("a",)))
    adapter.reset(1)
    action = np.array([0.1, 0.2], np.float32)
    adapter.step({"a": action})
    assert action.tolist() == np.array([0.1, 0.2], np.float32).tolist()


def test_a_match_that_is_refused_before_it_begins_has_no_winner() -> None:
    rig = Rig(WAIT, episodes=3, start=False)
    rig["b"].out.append(Notice("b", "failed", "it plays chess only", Reason.REFUSED))
    rig.match.start(rig.clock.now, {})
    rig.settle()
    (outcome,) = rig.match.outcomes
    assert (outcome.reason, outcome.void, outcome.winners) == (Reason.REFUSED, True, ())
    assert outcome.detail == "the match cannot begin: b (puppet-b): it plays chess only"
    assert [(seat.rank, seat.forfeited) for seat in outcome.seats] == [(0, None), (0, "refused")]
    assert rig.match.finished


def test_who_refuses_once_the_match_has_begun_forfeits() -> None:
    rig = Rig(REALTIME, episodes=2)
    rig.slot()
    rig["b"].out.append(Notice("b", "failed", "it plays chess only", Reason.REFUSED))
    rig.slot()
    assert not rig.match.finished
    rig["b"].out.append(Notice("b", "failed", "and no second game", Reason.REFUSED))
    rig.pass_time(0.0)
    outcomes = rig.match.outcomes
    assert [(outcome.reason, outcome.winners) for outcome in outcomes] == [(Reason.REFUSED, ("a",))] * 2
    assert [outcome.detail for outcome in outcomes] == ["it plays chess only", "and no second game"]
