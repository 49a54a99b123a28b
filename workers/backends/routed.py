"""Several policies as one: each agent's rows go to the policy that plays it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from arena.wire.messages import Group, Hello, Policy, Refusal
from workers.backends.contract import Backend, Batch, RefusedError
from workers.backends.network import NetworkBackend


class RoutedBackend(Backend):
    """Backends by name, and which of them plays which agent."""

    def __init__(
        self, backends: Mapping[str, NetworkBackend], players: Mapping[str, str], *, name: str
    ) -> None:
        """``players``: agent -> name of a backend; ``name`` is the whole's."""
        self.backends, self.players = dict(backends), dict(players)
        policies = [backend.policy for backend in backends.values()]
        self.policy = Policy(
            id=policies[0].id.partition("#")[0],
            name=name,
            description=", ".join(f"{agent}: {module}" for agent, module in players.items())[:200],
            label=policies[0].label,
            backend=policies[0].backend,
            deterministic=all(policy.deterministic for policy in policies),
        )

    def accept(self, hello: Hello) -> tuple[Group, ...]:
        """Groups are asked for agent by agent. Raises :class:`RefusedError` for an agent nobody plays."""
        groups = []
        for group in hello.groups:
            answers = []
            for agent in group.agents:
                alone = replace(hello, groups=(replace(group, agents=(agent,)),))
                answers.append(self._backend_of(agent).accept(alone))
            if answers and all(answers):
                groups.append(replace(answers[0][0], agents=group.agents))
        return tuple(groups) if len(groups) == len(hello.groups) else ()

    def decide(self, batch: Batch) -> Sequence[Any]:
        """One forward pass a policy that is asked."""
        rows = self._rows_of(batch)
        if len(rows) == 1:
            return self.backends[next(iter(rows))].decide(batch)
        actions: list[Any] = [None] * len(batch)
        for name, chosen in rows.items():
            decided = self.backends[name].decide(batch.part(chosen))
            for row, action in zip(chosen, decided, strict=True):
                actions[row] = action
        return actions

    def keep(self, batch: Batch) -> Callable[[], None]:
        """Each policy keeps its own seats."""
        kept = [self.backends[name].keep(batch.part(rows)) for name, rows in self._rows_of(batch).items()]

        def put_back() -> None:
            for one in kept:
                one()

        return put_back

    def _rows_of(self, batch: Batch) -> dict[str, list[int]]:
        """Backend -> its rows."""
        rows: dict[str, list[int]] = {}
        for row, seat in enumerate(batch.seats):
            rows.setdefault(self.players[seat.agent], []).append(row)
        return rows

    def _backend_of(self, agent: str) -> NetworkBackend:
        if agent not in self.players:
            raise RefusedError(
                Refusal.AGENTS, f"no module plays {agent}; they play {', '.join(self.players)}"
            )
        return self.backends[self.players[agent]]
