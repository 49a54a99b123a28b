"""Plays one episode of a real game with real controllers, as fast as it goes; no match, clocks or rules."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from arena.games import catalog
from arena.games.contract import Host, StepResult
from arena.games.hosts import make_host
from arena.match.controller import Controller, Decision, EpisodeStart, Request, Seat
from arena.match.kinds import BuildContext, ControllerKind, ControllerSpec
from controllers.noop import KIND as NOOP
from controllers.random import KIND as RANDOM
from controllers.script import KIND as SCRIPT

KINDS: dict[str, ControllerKind] = {"noop": NOOP, "random": RANDOM, "script": SCRIPT}


class Table:
    """One game with a controller in each seat. Returns and ticks are those of the last episode."""

    def __init__(
        self, game: str, seating: Mapping[str, str | Controller], options: Mapping[str, Any] | None = None
    ):
        self.entry = catalog.get(game)
        self.host: Host = make_host(self.entry, options or {}, frames=False)
        self.awake = threading.Event()
        self.returns: dict[str, float] = {}
        self.ticks = 0
        self.controllers = {
            agent: self._seat(agent, who) if isinstance(who, str) else who for agent, who in seating.items()
        }
        assert set(self.controllers) == set(self.host.possible_agents)

    def _seat(self, agent: str, text: str) -> Controller:
        word, _, target = text.partition(":")
        kind, spec = KINDS[word], ControllerSpec(text, word, target)
        context = BuildContext(self.entry, (self._seat_of(agent),), "fast")
        kind.check(spec, context)
        return kind.build(spec, context)

    def _seat_of(self, agent: str) -> Seat:
        return Seat(agent, self.host.observation_space(agent), self.host.action_space(agent))

    def play(self, seed: int, max_ticks: int = 1000) -> dict[str, float]:
        """One episode; the sum of each agent's rewards."""
        for number, (agent, controller) in enumerate(self.controllers.items()):
            seats, seeds = (self._seat_of(agent),), {agent: seed * 100 + number}
            start = EpisodeStart(
                "table", 0, self.entry, seats, seeds, False, self.awake.set, time.monotonic
            )  # fmt: skip
            controller.reset(start)
        self.returns, self.ticks = dict.fromkeys(self.controllers, 0.0), 0
        self.host.submit_reset(seed)
        result = self.host.poll()
        while result is not None and result.due and self.ticks < max_ticks:
            self.host.submit_step({agent: self._ask(agent, result) for agent in result.due})
            result = self.host.poll()
            self.ticks += 1
            for agent, reward in result.rewards.items() if result else ():
                self.returns[agent] += float(reward)
        return self.returns

    def _ask(self, agent: str, result: StepResult) -> Any:
        controller, legal = self.controllers[agent], result.legal.get(agent)
        position = self.host.position() if controller.needs_position else None
        request = Request(
            agent, self.ticks + 1, result.observations[agent], legal, self.ticks,
            state=self.host.state(), position=position,
        )  # fmt: skip
        controller.request([request])
        while True:
            answers: Sequence[Any] = controller.poll()
            for answer in answers:
                assert isinstance(answer, Decision), answer
                assert legal is None or legal[answer.action], f"{agent} answered {answer.action}"
                return answer.action
            assert self.awake.wait(20), f"{agent} does not answer"
            self.awake.clear()

    def close(self) -> None:
        for controller in self.controllers.values():
            controller.close()
        self.host.close()


def series(game: str, first: str, second: str, seeds: Sequence[int]) -> float:
    """What `first` wins from `second` over all seeds, each played with seats swapped as well."""
    total = 0.0
    agents = catalog.get(game).seats
    for pair in ((first, second), (second, first)):
        table = Table(game, dict(zip(agents, pair, strict=True)))
        own = agents[pair.index(first)]
        other = agents[1 - pair.index(first)]
        for seed in seeds:
            returns = table.play(seed)
            total += (returns[own] - returns[other]) / 2
        table.close()
    return total
