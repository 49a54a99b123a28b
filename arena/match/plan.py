"""A match before it is played: which game, who sits where, by which rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.ids import new_ulid
from arena.match.rules import Rules


@dataclass(frozen=True, slots=True)
class MatchPlan:
    """Everything that decides how a match goes, fixed before it starts and written to its record."""

    game_id: str
    seating: tuple[tuple[str, str], ...]
    """``(agent, controller spec)`` for every agent, globs resolved (see :mod:`arena.match.seating`)."""
    rules: Rules
    seed: int
    """The master seed, 0 to 2**63 - 1; all other seeds are derived from it."""
    episodes: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)
    """Resolved keyword arguments of the environment factory."""
    rated: bool = False
    match_id: str = field(default_factory=new_ulid)
    groups: tuple[tuple[str, ...], ...] = ()
    """Agents that share one controller; agents in no group have one each."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Free labels (tournament id, event) that go to the record's header."""
