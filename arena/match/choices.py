"""From what somebody chose (or left open) to the rules of a match: every default in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from arena.errors import RuleError
from arena.games.entry import CatalogEntry
from arena.match.rules import ClockRule, LateRule, PaceMode, Rules

PACES = ("realtime", "wait", "fast")
DEFAULT_HZ = 10.0
"""Of a game that has no rate of its own and is played in real time."""


@dataclass(frozen=True, slots=True)
class RuleChoices:
    """What a command line or a lobby says about rules; ``None`` and ``""`` leave the game's own default."""

    pace: str = ""
    hz: float | None = None
    clock: str = ""
    on_late: str = ""
    late_answer: str = ""
    on_illegal: str = ""
    move_limit_s: float | None = None
    ready_timeout_s: float | None = None
    delay: str = ""
    """``agent=N,agent=N`` or one number for everybody."""
    max_ticks: int = 0
    lag_allowance_s: float = 0.0


def rules_for(entry: CatalogEntry, choices: RuleChoices, agents: tuple[str, ...]) -> Rules:
    """The rules of a match of ``entry``, checked. Raises :class:`RuleError` naming value and alternatives."""
    pace = _one_of("pace", choices.pace or entry.pace, PACES)
    if choices.hz is not None and pace != "realtime":
        raise RuleError(f"a rate of {choices.hz:g} Hz exists only in real time, the pace is {pace!r}")
    clock = ClockRule.parse(choices.clock)
    if clock is not None and entry.pace == "realtime":
        raise RuleError(
            f"clock {choices.clock!r}: {entry.title} has no clocks, for everybody moves in every tick; leave "
            "the clock out, and bound the time for a decision with a move limit and pace 'wait' or 'fast'"
        )
    hz = choices.hz if choices.hz is not None else entry.hz or DEFAULT_HZ
    rules = Rules(
        pace=cast("PaceMode", pace),
        hz=hz if pace == "realtime" else 0.0,
        on_late=LateRule.parse(choices.on_late) if choices.on_late else LateRule(),
        late_answer=cast(
            "Literal['apply', 'drop']",
            _one_of("late answer", choices.late_answer or "apply", ("apply", "drop")),
        ),
        on_illegal=cast(
            "Literal['forfeit', 'noop', 'retry']",
            _one_of(
                "illegal rule",
                choices.on_illegal or default_illegal(entry, agents),
                ("forfeit", "noop", "retry"),
            ),
        ),
        clock=clock,
        lag_allowance_s=choices.lag_allowance_s,
        move_limit_s=choices.move_limit_s,
        ready_timeout_s=30.0 if choices.ready_timeout_s is None else choices.ready_timeout_s,
        delays=_delays(choices.delay, agents),
        max_ticks=choices.max_ticks,
    )
    rules.check()
    return rules


def default_illegal(entry: CatalogEntry, agents: tuple[str, ...]) -> str:
    """``noop`` where everybody has one and all move at once, else ``forfeit``: a board game has no neutral
    move.
    """
    schemes = [entry.scheme(agent) for agent in agents]
    neutral = all(scheme is not None and scheme.noop is not None for scheme in schemes)
    return "noop" if neutral and entry.paradigm == "simultaneous" else "forfeit"


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise RuleError(f"{what} {value!r} is not one of {', '.join(allowed)}")
    return value


def _delays(text: str, agents: tuple[str, ...]) -> dict[str, int]:
    if not text:
        return {}
    if text.isdigit():
        return dict.fromkeys(agents, int(text))
    delays: dict[str, int] = {}
    for part in text.split(","):
        agent, _, ticks = part.partition("=")
        if agent not in agents or not ticks.isdigit():
            raise RuleError(f"delay {part!r} is not like agent=ticks; agents: {', '.join(agents)}")
        delays[agent] = int(ticks)
    return delays
