"""A takeover is a trial: whoever is to sit down must be ready before the one who sits there leaves."""

from __future__ import annotations

from typing import Any

import pytest

from arena.match.controller import Notice
from arena.match.match import READINESS_POLL_S
from tests.arena.match.fakes import LEFT, NOOP, LineHost, Puppet, entry
from tests.arena.match.rig import REALTIME, WAIT, Rig


def slow(rig: Rig, name: str = "new", *, auto: Any = LEFT) -> Puppet:
    """One that needs a while to get ready."""
    puppet = Puppet(rig.clock, auto, name=name)
    puppet.not_ready = "its model is loading"
    return puppet


def take(rig: Rig, puppet: Puppet, agent: str = "a") -> Any:
    return rig.match.takeover(agent, puppet, f"words of {puppet.descriptor.name}", rig.clock.now)


def told(rig: Rig, status: str = "info") -> list[str]:
    return [event["message"] for event in rig.sink.of("seat") if event["status"] == status]


class Watcher(Puppet):
    """Wants to see what becomes of its seat."""

    observes = True

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.applied: list[tuple[str, Any, str]] = []
        self.polls = 0
        self.rewinds: list[int] = []

    def on_applied(self, agent: str, action: Any, source: str) -> None:
        self.applied.append((agent, action, source))

    def on_rewind(self, tick: int) -> None:
        self.rewinds.append(tick)

    def poll(self) -> Any:
        self.polls += 1
        return super().poll()


# ---- trials ----------------------------------------------------------------------------------------


def test_the_old_one_decides_until_the_new_one_is_ready() -> None:
    rig = Rig(REALTIME, puppets={"a": Puppet(lambda: 0.0, NOOP, name="old")})
    new = slow(rig)
    trial = take(rig, new)
    assert (trial.state, trial.text) == ("waiting", "its model is loading")
    assert rig.match.trials.of("a") == trial
    for _ in range(3):
        rig.slot()
    assert [step["actions"]["a"] for step in rig.steps()] == [NOOP] * 3
    assert (rig["a"].left, rig["a"].closed) == ([], False)
    new.not_ready = None
    rig.slot()
    rig.slot()
    assert trial.state == "seated"
    assert (rig["a"].left, rig["a"].closed) == (["a"], True)
    assert rig.steps()[-1]["actions"]["a"] == LEFT
    assert [event["tick"] for event in rig.sink.of("swap")] == [3]
    assert told(rig) == ["new gets ready to take a over: its model is loading"]


def test_a_newcomer_learns_at_which_tick_it_comes() -> None:
    rig = Rig(REALTIME)
    rig.slot()
    rig.slot()
    new = Puppet(rig.clock, name="new")
    take(rig, new)
    assert [(start.tick, start.mid_episode) for start in new.starts] == [(2, True)]


@pytest.mark.parametrize("paused", [False, True])
def test_a_trial_goes_on_in_a_pause_and_asks_again_by_itself(paused: bool) -> None:
    rig = Rig(WAIT)
    if paused:
        rig.match.pause(rig.clock.now)
    new = slow(rig)
    trial = take(rig, new)
    assert rig.match.next_wakeup(rig.clock.now) == rig.clock.now + READINESS_POLL_S
    new.not_ready = None
    rig.pass_time(READINESS_POLL_S)
    assert trial.state == "seated"
    assert rig.match.paused is paused


def test_one_that_is_not_ready_in_time_is_sent_away_with_its_reason() -> None:
    rig = Rig(REALTIME, puppets={"a": Puppet(lambda: 0.0, NOOP, name="old")})
    new = slow(rig)
    trial = take(rig, new)
    rig.pass_time(rig.match.rules.ready_timeout_s + 0.01)
    why = "not ready within 30 s: its model is loading"
    assert (trial.state, trial.text) == ("failed", why)
    assert new.closed
    assert told(rig)[-1] == f"new (words of new) could not take a over: {why}; old plays on"
    assert told(rig)[-1] in [message.text for message in rig.match.log.messages]
    rig.slot()
    assert rig.steps()[-1]["sources"]["a"] == "decided"
    assert not rig.match.changed_seats
    rig.match.abort(rig.clock.now, "enough")
    assert rig.match.outcomes[0].seated == "as_planned"


def test_one_that_fails_before_it_is_ready_is_sent_away() -> None:
    """Whatever it says of its readiness: a policy that was refused has nothing more to wait for."""
    rig = Rig(WAIT)
    new = Puppet(rig.clock, LEFT, name="new")
    new.out.append(Notice("a", "failed", "the spaces do not fit"))
    trial = take(rig, new)
    assert (trial.state, trial.text) == ("failed", "the spaces do not fit")
    assert new.closed
    assert rig["a"].left == []


def test_one_that_is_lost_again_at_the_last_moment_is_waited_for() -> None:
    rig = Rig(WAIT)
    new = Puppet(rig.clock, LEFT, name="new")
    new.out.append(Notice("a", "lost", "the cable"))
    trial = take(rig, new)
    assert (trial.state, trial.text) == ("waiting", "the cable")
    rig.settle()
    assert trial.state == "seated"


@pytest.mark.parametrize("hook", ["reset", "poll"])
def test_one_that_raises_is_sent_away(hook: str) -> None:
    rig = Rig(WAIT)
    new = Puppet(rig.clock, name="new")
    new.boom = hook
    trial = take(rig, new)
    assert (trial.state, trial.text) == ("failed", f"RuntimeError: boom in {hook}")
    assert new.closed
    assert not rig["a"].closed


def test_who_is_asked_second_replaces_who_was_asked_first() -> None:
    rig = Rig(WAIT)
    first, second = slow(rig, "first"), slow(rig, "second")
    one, two = take(rig, first), take(rig, second)
    assert (one.state, one.text) == ("failed", "second was asked instead")
    assert first.closed
    second.not_ready = None
    rig.settle()
    assert two.state == "seated"


def test_a_takeover_can_be_called_off() -> None:
    rig = Rig(WAIT)
    new = slow(rig)
    trial = take(rig, new)
    rig.match.cancel_takeover("a", rig.clock.now)
    rig.match.cancel_takeover("b", rig.clock.now)
    assert (trial.state, new.closed) == ("failed", True)
    assert "called off" in told(rig)[-1]


def test_another_episode_prepares_the_newcomer_again() -> None:
    rig = Rig(WAIT, host=LineHost(length=1), episodes=3)
    new = slow(rig)
    trial = take(rig, new)
    for _ in range(2):
        for agent in "ab":
            rig[agent].decide(NOOP)
        rig.settle()
    assert [start.episode for start in new.starts] == [0, 1, 2]
    new.not_ready = None
    rig.settle()
    assert trial.state == "seated"
    assert rig.sink.of("reset")[-1]["episode"] == 2


def test_the_end_of_the_match_ends_every_trial() -> None:
    rig = Rig(WAIT)
    new = slow(rig)
    trial = take(rig, new)
    rig.match.abort(rig.clock.now, "enough")
    assert (trial.state, trial.text) == ("failed", "the match is over")
    assert new.closed
    assert not rig.match.trials
    assert rig.sink.events[-1]["kind"] == "close"


# ---- watching --------------------------------------------------------------------------------------


def watched(**fields: Any) -> Rig:
    return Rig(REALTIME, puppets={"a": Watcher(lambda: 0.0, LEFT, name="learner")}, **fields)


@pytest.mark.parametrize(("human", "source"), [(True, "human"), (False, "other")])
def test_one_that_observes_is_told_what_others_do_at_its_seat(human: bool, source: str) -> None:
    rig = watched()
    learner: Any = rig["a"]
    rig.slot()
    person = Puppet(rig.clock, NOOP, name="Ada", human=human)
    take(rig, person)
    rig.slot()
    rig.slot()
    assert learner.left == ["a"]
    assert not learner.closed
    assert len(learner.asked) == 2, "it is asked nothing more"
    assert learner.applied == [("a", LEFT, "decided"), *[("a", NOOP, source)] * 2]
    assert [result[2] for result in learner.results] == [float(LEFT), 0.0, 0.0]
    assert [int(result[1][0]) for result in learner.results] == [1, 2, 3]
    polls = learner.polls
    rig.slot()
    assert learner.polls > polls, "what it has to send goes out"
    rig.match.close(rig.clock.now)
    assert learner.closed


def test_it_watches_until_it_sits_there_again() -> None:
    rig = watched()
    learner: Any = rig["a"]
    take(rig, Puppet(rig.clock, NOOP, name="Ada", human=True))
    rig.slot()
    back = Puppet(rig.clock, LEFT, name="learner")
    take(rig, back)
    assert learner.closed
    seen = len(learner.results)
    rig.slot()
    assert len(learner.results) == seen
    assert len(back.results) == 1
    assert rig.match.table.watchers == []


def test_two_may_watch_one_seat() -> None:
    rig = watched()
    first: Any = rig["a"]
    second = Watcher(rig.clock, LEFT, name="second")
    take(rig, second)
    rig.slot()
    take(rig, Puppet(rig.clock, NOOP, name="Ada", human=True))
    rig.slot()
    assert first.applied == [("a", LEFT, "other"), ("a", NOOP, "human")]
    assert second.applied == [("a", LEFT, "decided"), ("a", NOOP, "human")]


def test_it_watches_in_the_next_episode_too_without_being_waited_for() -> None:
    rig = watched(host=LineHost(length=1), episodes=2)
    learner: Any = rig["a"]
    take(rig, Puppet(rig.clock, NOOP, name="Ada", human=True))
    rig["b"].auto = NOOP
    learner.not_ready = "busy"
    for _ in range(3):
        rig.slot()
    assert [start.episode for start in learner.starts] == [0, 1]
    assert [seat.agent for seat in learner.starts[1].seats] == ["a"]
    assert learner.left == ["a", "a"]
    assert [source for _, _, source in learner.applied] == ["human", "human"]
    assert rig.match.finished


def test_one_that_fails_while_it_watches_costs_nobody_the_seat() -> None:
    rig = watched()
    learner: Any = rig["a"]
    take(rig, Puppet(rig.clock, NOOP, name="Ada", human=True))
    learner.boom = "on_step_result"
    rig.slot()
    rig.slot()
    assert rig.match.seats["a"].forfeit is None
    assert [message for message in told(rig) if "boom" in message] == [
        "learner failed in on_step_result: RuntimeError: boom in on_step_result"
    ]


def test_nobody_watches_a_seat_whose_hand_is_hidden() -> None:
    rig = watched(game=entry(information="hidden"))
    take(rig, Puppet(rig.clock, NOOP, name="Ada", human=True))
    assert rig["a"].closed
    assert rig.match.table.watchers == []


def test_everybody_hears_of_moves_that_were_taken_back() -> None:
    host = LineHost(paradigm="sequential")
    game = entry(paradigm="sequential", pace="wait", undo=True)
    watcher = Watcher(lambda: 0.0, name="learner")
    rig = Rig(WAIT, host=host, game=game, puppets={"b": watcher})
    for agent in ("a", "b", "a"):
        rig[agent].decide(LEFT)
        rig.settle()
    rig.match.undo("a", rig.clock.now)
    assert watcher.rewinds == [2]
