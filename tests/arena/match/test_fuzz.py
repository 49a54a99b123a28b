"""Everything at once, at random: whatever people, bots and environments do, the books must balance."""

from __future__ import annotations

import contextlib
import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from arena.errors import RuleError
from arena.games.digest import Digest
from arena.match.controller import Decision, Notice, Request
from arena.match.match import Match, Phase
from arena.match.outcome import Reason
from arena.match.plan import MatchPlan
from arena.match.rules import ClockRule, LateRule, Rules
from arena.match.seats import SeatedController
from tests.arena.match.fakes import Clock, LineHost, ListSink, Puppet, entry

BASE_S, INCREMENT_S = 20.0, 1.5


class Wild(Puppet):
    """Answers when it likes what it likes; keeps book of what it was asked."""

    def __init__(self, clock: Clock, rng: random.Random, *, name: str, human: bool) -> None:
        super().__init__(clock, name=name, human=human)
        self.rng, self.open = rng, dict[str, int]()
        self.draws = rng.random() < 0.3
        self.observes = rng.random() < 0.5

    def readiness(self) -> str | None:
        return "in a moment" if self.rng.random() < 0.3 else None

    def request(self, batch: Sequence[Request]) -> None:
        for row in batch:
            assert row.agent not in self.open, f"{row.agent} was asked twice"
            self.open[row.agent] = row.request_id
        if self.rng.random() < 0.005:
            raise RuntimeError("no more")
        if self.rng.random() < 0.3:
            self.act()

    def cancel(self, request_ids: Sequence[int]) -> None:
        self.open = {agent: number for agent, number in self.open.items() if number not in request_ids}

    def act(self) -> None:
        """Answer something open, or tell of a loss or a return."""
        dice = self.rng.random()
        if self.open and dice < 0.9:
            agent = self.rng.choice(list(self.open))
            action = self.rng.choice([0, 1, 2, 1, 2, 1, 2, 7, None, "left"]) if dice < 0.2 else 1
            self.out.append(Decision(agent, self.open.pop(agent), action, self.clock()))
        elif dice < 0.95:
            self.out += [Notice(seat.agent, "lost", "gone") for seat in self.starts[-1].seats]
        else:
            self.open.clear()
            self.out += [Notice(seat.agent, "restored", "back") for seat in self.starts[-1].seats]

    def on_leave(self, agent: str) -> None:
        assert agent not in self.open, f"{agent} left with a request open"
        super().on_leave(agent)


class Chaos:
    """One match and its random fate."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.clock, self.sink = Clock(), ListSink()
        self.made: list[Wild] = []
        agents = ("a", "b", "c")[: rng.choice([2, 3])]
        paradigm = rng.choice(["sequential", "simultaneous"])
        pace = rng.choice(["realtime", "wait", "wait", "fast"])
        deaths = {"c": 4} if len(agents) == 3 and rng.random() < 0.5 else {}
        self.host = LineHost(agents, length=rng.choice([3, 8, 20]), paradigm=paradigm, deaths=deaths)  # type: ignore[arg-type]
        self.game = entry(
            paradigm=paradigm,
            seats=agents,
            undo=True,
            resign=True,
            draw_offers=True,
            teams={"red": ("a", "c")} if len(agents) == 3 and rng.random() < 0.3 else {},
        )
        clock = ClockRule(BASE_S, INCREMENT_S) if pace != "realtime" and rng.random() < 0.5 else None
        self.rules = Rules(
            pace=pace,  # type: ignore[arg-type]
            hz=10.0 if pace == "realtime" else 0.0,
            on_late=rng.choice([LateRule(), LateRule("noop", 0), LateRule("forfeit", 5)]),
            late_answer=rng.choice(["apply", "drop"]),
            on_illegal=rng.choice(["forfeit", "noop", "noop" if pace == "realtime" else "retry"]),
            clock=clock,
            move_limit_s=rng.choice([None, 3.0]) if pace != "realtime" else None,
            delays={"a": rng.choice([0, 2])} if pace == "realtime" else {},
            ready_timeout_s=5.0,
            max_ticks=rng.choice([0, 6]),
        )
        groups = [agents] if rng.random() < 0.2 else [(agent,) for agent in agents]
        seated = [SeatedController(self.controller(), group, "wild") for group in groups]
        self.match = Match(
            MatchPlan(
                self.game.id, tuple((agent, "wild") for agent in agents), self.rules, seed=seed, episodes=3
            ),
            self.game,
            self.host,
            seated,
            self.sink,
            clock=self.clock,
            wake=lambda: None,
        )

    def controller(self) -> Wild:
        number = len(self.made) % 4  # some who come back are the same again
        self.made.append(Wild(self.clock, self.rng, name=f"wild {number}", human=self.rng.random() < 0.3))
        return self.made[-1]

    def wild(self) -> list[Wild]:
        return [holder.controller for holder in self.match.table.holders]  # type: ignore[misc]

    def live(self) -> None:
        self.match.start(self.clock.now, {})
        for _ in range(300):
            if self.match.finished:
                break
            self.clock.now += self.rng.choice([0.0, 0.01, 0.05, 0.3, 2.0])
            self.host.busy = self.rng.random() < 0.1
            for one in self.wild():
                if one.starts and self.rng.random() < 0.6:
                    one.act()
            if self.rng.random() < 0.15:
                self.intervene()
            self.settle()
        self.host.busy = False
        self.match.close(self.clock.now)
        self.match.close(self.clock.now)

    def settle(self) -> None:
        for _ in range(1000):
            if not self.match.tick(self.clock.now):
                break
        else:
            raise AssertionError("the match never comes to rest")
        wakeup = self.match.next_wakeup(self.clock.now)
        assert wakeup is None or wakeup > self.clock.now or self.host.busy, "the driver would spin"
        match = self.match
        if match.phase is Phase.PLAYING and not match.paused and not self.host.busy and wakeup is None:
            assert any(match.seats[agent].outstanding is not None for agent in match.due), "nobody is asked"

    def intervene(self) -> None:
        match, now = self.match, self.clock.now
        agent = self.rng.choice(list(match.seats))
        commands: list[Any] = [
            lambda: match.pause(now),
            lambda: match.resume(now),
            lambda: match.resume(now),
            match.step_once,
            lambda: match.undo(agent, now),
            lambda: self.take_over(agent, now),
            lambda: match.cancel_takeover(agent, now) if self.rng.random() < 0.2 else None,
            lambda: match.offer_draw(agent, now),
            lambda: match.answer_draw(agent, accept=self.rng.random() < 0.2, now=now),
            lambda: match.set_speed(self.rng.choice([0.5, 1.0, 4.0]), now),
            lambda: match.resign(agent, now) if self.rng.random() < 0.1 else None,
        ]
        with contextlib.suppress(RuleError):
            self.rng.choice(commands)()

    def take_over(self, agent: str, now: float) -> None:
        newcomer = self.controller()
        try:
            self.match.takeover(agent, newcomer, "wild", now)
        except RuleError:
            newcomer.close()
            raise


@pytest.mark.parametrize("seed", range(150))
def test_the_books_balance(seed: int) -> None:
    chaos = Chaos(seed)
    chaos.live()
    match, events = chaos.match, chaos.sink.events
    assert match.finished
    assert all(one.closed for one in chaos.made)
    assert [event["kind"] for event in events].count("close") == 1
    assert events[-1]["kind"] == "close"
    assert [outcome.episode for outcome in match.outcomes] == list(range(len(match.outcomes)))
    episodes = split(events)
    assert len(episodes) == len(match.outcomes)
    for outcome, episode in zip(match.outcomes, episodes, strict=True):
        forfeits = {event["agent"]: event["reason"] for event in episode if event["kind"] == "forfeit"}
        assert forfeits == {seat.agent: seat.forfeited for seat in outcome.seats if seat.forfeited}
        assert outcome.duration_s >= 0
        if any(event["kind"] == "reset" for event in episode):
            assert (outcome.ticks, outcome.digest) == played_again(chaos, episode)
        if not outcome.void:
            assert {seat.rank for seat in outcome.seats} >= {1}
        if outcome.reason is Reason.FLAG:
            assert any(event["kind"] == "flag" for event in episode)
    check_clocks(episodes)


def split(events: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The events of each episode, up to its outcome."""
    episodes: list[list[Mapping[str, Any]]] = [[]]
    for event in events:
        episodes[-1].append(event)
        if event["kind"] == "outcome":
            episodes.append([])
    return episodes[:-1]


def played_again(chaos: Chaos, episode: Sequence[Mapping[str, Any]]) -> tuple[int, str]:
    """Ticks and digest from the events alone."""
    host = LineHost(chaos.host.possible_agents, chaos.host.length, chaos.host.paradigm, chaos.host.deaths)
    line: list[Digest] = []
    for event in episode:
        if event["kind"] == "reset":
            host.submit_reset(0)
        elif event["kind"] == "step":
            host.submit_step(event["actions"])
        elif event["kind"] == "undo":
            host.submit_undo(event["steps"])
            host.poll()
            del line[-event["steps"] :]
            continue
        else:
            continue
        digest = line[-1].copy() if line else Digest()
        result = host.poll()
        assert result is not None
        digest.update(result)
        line.append(digest)
    return len(line) - 1, line[-1].hex()


def check_clocks(episodes: Sequence[Sequence[Mapping[str, Any]]]) -> None:
    """Nobody gains more than one increment a move."""
    for episode in episodes:
        steps = 0
        for event in episode:
            steps += event["kind"] == "step"
            for left in event.get("clocks", {}).values() if event["kind"] == "step" else ():
                assert not math.isnan(left)
                assert left <= BASE_S + 2 * INCREMENT_S * steps
