"""From rewards to ranks: one rule a game, named by its catalog entry."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from arena.errors import GameError
from arena.games.contract import StepResult
from arena.games.entry import CatalogEntry

TIE = 1e-9


@dataclass(slots=True)
class Ledger:
    """What an episode gave each agent so far."""

    agents: tuple[str, ...]
    total: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    """Reward of the newest step that gave the agent one."""
    ended_at: dict[str, int] = field(default_factory=dict)
    own: dict[str, float] = field(default_factory=dict)
    """``info["score"]``, where a game scores itself."""
    terminated: set[str] = field(default_factory=set)
    truncated: set[str] = field(default_factory=set)

    def add(self, result: StepResult, tick: int) -> None:
        """Book one step. Raises :class:`GameError` for a reward that is no finite number: nobody could be
        ranked by it.
        """
        if not all(map(math.isfinite, result.rewards.values())):
            raise GameError(f"the environment gave rewards {result.rewards}; each must be a finite number")
        for agent, reward in result.rewards.items():
            self.total[agent] = self.total.get(agent, 0.0) + reward
            self.last[agent] = reward
        for agent, ended in result.terminated.items():
            if ended:
                self.terminated.add(agent)
                self.ended_at.setdefault(agent, tick)
        for agent, ended in result.truncated.items():
            if ended:
                self.truncated.add(agent)
                self.ended_at.setdefault(agent, tick)
        for agent, info in result.infos.items():
            if "score" in info:
                self.own[agent] = float(info["score"])


def scores(entry: CatalogEntry, ledger: Ledger, ticks: int) -> dict[str, float]:
    """The figure that ranks each agent; larger is better."""
    if entry.scoring == "final_reward":
        return {agent: float(ledger.last.get(agent, 0.0)) for agent in ledger.agents}
    if entry.scoring == "survival":
        return {agent: float(ledger.ended_at.get(agent, ticks + 1)) for agent in ledger.agents}
    if entry.scoring == "env":
        return {agent: ledger.own.get(agent, 0.0) for agent in ledger.agents}
    return {agent: float(ledger.total.get(agent, 0.0)) for agent in ledger.agents}


def ranks(
    entry: CatalogEntry,
    scores_by_agent: Mapping[str, float],
    forfeited: Sequence[str],
    *,
    level: bool = False,
) -> dict[str, int]:
    """Agent -> rank, 1 is best, ties share a rank and leave a gap; 0 for all where nobody is ranked.

    Teams are ranked by their summed score. A forfeiting agent, or the team of one, ranks below everyone.
    ``level``: everybody who did not forfeit ties (an agreed or declared draw).
    """
    if entry.scoring == "cooperative":
        return dict.fromkeys(scores_by_agent, 0)
    sides: dict[str, list[str]] = {}
    for agent in scores_by_agent:
        sides.setdefault(entry.team_of(agent) or agent, []).append(agent)
    lost = {side for side, agents in sides.items() if any(agent in forfeited for agent in agents)}
    value = {
        side: (
            0 if side in lost else 1,
            0.0 if level or lost else sum(scores_by_agent[agent] for agent in agents),
        )
        for side, agents in sides.items()
    }
    if lost and len(lost) < len(sides) - 1:  # several play on after a forfeit: their own figures still count
        for side, agents in sides.items():
            value[side] = (value[side][0], sum(scores_by_agent[agent] for agent in agents))
    result: dict[str, int] = {}
    for side, agents in sides.items():
        mine = value[side]
        better = sum(
            1
            for other, theirs in value.items()
            if other != side and (theirs[0] > mine[0] or (theirs[0] == mine[0] and theirs[1] > mine[1] + TIE))
        )
        result.update(dict.fromkeys(agents, better + 1))
    return result
