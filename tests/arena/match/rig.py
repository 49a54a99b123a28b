"""A match on a fake environment with time in the test's hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.games.entry import CatalogEntry
from arena.match.match import Match
from arena.match.plan import MatchPlan
from arena.match.rules import Rules
from arena.match.seats import SeatedController
from tests.arena.match.fakes import Clock, LineHost, ListSink, Puppet, entry

REALTIME = Rules(pace="realtime", hz=10.0, on_illegal="noop")
WAIT = Rules(pace="wait")


class Rig:
    """Builds a match for agents ``a``, ``b``, ... with one puppet a seat."""

    def __init__(
        self,
        rules: Rules = REALTIME,
        *,
        host: LineHost | None = None,
        game: CatalogEntry | None = None,
        puppets: Mapping[str, Puppet] | None = None,
        start: bool = True,
        **plan: Any,
    ) -> None:
        self.clock = Clock()
        self.host = host or LineHost()
        self.sink = ListSink()
        self.puppets = dict(puppets or {})
        for agent in self.host.possible_agents:
            self.puppets.setdefault(agent, Puppet(self.clock, name=f"puppet-{agent}"))
        for puppet in self.puppets.values():
            puppet.clock = self.clock
        seated = [
            SeatedController(puppet, (agent,), puppet.descriptor.id) for agent, puppet in self.puppets.items()
        ]
        game = game or entry(paradigm=self.host.paradigm)
        seating = tuple((agent, self.puppets[agent].descriptor.id) for agent in self.host.possible_agents)
        drawing = plan.pop("drawing", False)
        self.match = Match(
            MatchPlan(game.id, seating, rules, seed=plan.pop("seed", 7), **plan),
            game,
            self.host,
            seated,
            self.sink,
            clock=self.clock,
            wake=lambda: None,
            drawing=drawing,
        )
        if start:
            self.match.start(self.clock.now, {})
            self.match.tick(self.clock.now)

    def __getitem__(self, agent: str) -> Puppet:
        return self.puppets[agent]

    def pass_time(self, seconds: float) -> None:
        """Let time pass, then tick until nothing is left to do."""
        self.clock.now += seconds
        self.settle()

    def settle(self) -> None:
        """Tick until nothing is left to do now."""
        for _ in range(10_000):
            if not self.match.tick(self.clock.now):
                return
        raise AssertionError("the match never comes to rest")

    def slot(self) -> None:
        """Let one slot of a 10 Hz match pass."""
        self.pass_time(0.1)

    def steps(self) -> list[dict[str, Any]]:
        """The step events so far."""
        return self.sink.of("step")
