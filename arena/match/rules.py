"""The rules of one match: pace, late and illegal answers, clocks. Checked before the match starts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from arena.errors import RuleError

PaceMode = Literal["realtime", "wait", "fast"]

_LATE = re.compile(r"(?:(repeat)(?:\((\d+)\))?|(noop)|(forfeit)(?:\((\d+)\))?)$")
_CLOCK = re.compile(r"(\d+(?:\.\d+)?)(s?)(?:\+(\d+(?:\.\d+)?))?$")


@dataclass(frozen=True, slots=True)
class LateRule:
    """What acts when a decision is missing at the slot. There is no random."""

    kind: Literal["repeat", "noop", "forfeit"] = "repeat"
    ticks: int = 15
    """``repeat``: keep the last action this many slots at most, then no-op. ``forfeit``: tolerated misses in
    a row.
    """

    @classmethod
    def parse(cls, text: str) -> LateRule:
        """``repeat``, ``repeat(30)``, ``noop``, ``forfeit(60)``."""
        match = _LATE.match(text.strip())
        if not match:
            raise RuleError(f"late rule {text!r} is not one of repeat, repeat(N), noop, forfeit(N)")
        if match[1]:
            return cls("repeat", int(match[2] or 15))
        if match[3]:
            return cls("noop", 0)
        return cls("forfeit", int(match[5] or 1))

    def __str__(self) -> str:
        return "noop" if self.kind == "noop" else f"{self.kind}({self.ticks})"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock per seat or team: ``base_s`` to start with, ``increment_s`` after each move (Fischer)."""

    base_s: float
    increment_s: float = 0.0

    @classmethod
    def parse(cls, text: str) -> ClockRule | None:
        """``5+3``: five minutes and three seconds a move; ``30s+0.5``: thirty seconds; ``none``: no clock."""
        if text.strip().lower() in {"", "none", "off"}:
            return None
        match = _CLOCK.match(text.strip())
        if not match or float(match[1]) <= 0:
            raise RuleError(f"clock {text!r} is not like 5+3 (minutes + seconds), 30s+1 (seconds) or none")
        return cls(float(match[1]) * (1 if match[2] else 60), float(match[3] or 0))

    def __str__(self) -> str:
        base = f"{self.base_s / 60:g}" if self.base_s % 30 == 0 and self.base_s >= 60 else f"{self.base_s:g}s"
        return f"{base}+{self.increment_s:g}"


@dataclass(frozen=True, slots=True)
class Rules:
    """How one match is played."""

    pace: PaceMode = "wait"
    hz: float = 0.0
    """Slots a second in real time."""
    on_late: LateRule = field(default_factory=LateRule)
    late_answer: Literal["apply", "drop"] = "apply"
    on_illegal: Literal["forfeit", "noop", "retry"] = "forfeit"
    retries: int = 3
    """With ``retry``: illegal answers in a row before the forfeit."""
    clock: ClockRule | None = None
    lag_allowance_s: float = 0.0
    """Given back per move to remote seats with clocks."""
    move_limit_s: float | None = None
    """In ``wait`` and ``fast``: a decision that takes longer is late; on_late ``forfeit`` ends it, else
    no-op.
    """
    hang_timeout_s: float = 120.0
    """In ``wait`` and ``fast`` without clocks and move limit: a machine that thinks longer counts as hung."""
    ready_timeout_s: float = 30.0
    delays: Mapping[str, int] = field(default_factory=dict)
    """Agent -> ticks by which each of its decisions is held (fair reaction times); real time only."""
    max_ticks: int = 0
    """Episode limit in ticks; 0: the game's own."""

    def check(self) -> None:
        """Raise :class:`RuleError` where the rules contradict each other."""
        if self.pace == "realtime" and not 0 < self.hz <= 1000:
            raise RuleError(
                f"real time needs a rate above 0 and at most 1000 slots a second, got {self.hz:g}"
            )
        if self.pace == "realtime" and self.on_illegal == "retry":
            raise RuleError("on_illegal 'retry' cannot be used in real time; allowed: forfeit, noop")
        if self.pace == "realtime" and self.clock is not None:
            raise RuleError("a game in real time has no clocks; use pace 'wait' or leave the clock out")
        if self.pace != "realtime" and any(self.delays.values()):
            raise RuleError("delays hold decisions by ticks and exist only in real time")
        if self.move_limit_s is not None and not 0 < self.move_limit_s < math.inf:
            raise RuleError(f"move limit must be above 0 s and finite, got {self.move_limit_s:g}")
        for name, seconds in (("ready", self.ready_timeout_s), ("hang", self.hang_timeout_s)):
            if not 0 < seconds < math.inf:
                raise RuleError(f"{name} timeout must be above 0 s and finite, got {seconds:g}")
        if not 0 <= self.lag_allowance_s < math.inf:
            raise RuleError(f"lag allowance must be at least 0 s and finite, got {self.lag_allowance_s:g}")
        if self.max_ticks < 0:
            raise RuleError(f"max ticks must be at least 1, or 0 for the game's own, got {self.max_ticks}")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the record's header."""
        return {
            "pace": self.pace,
            "hz": self.hz,
            "on_late": str(self.on_late),
            "late_answer": self.late_answer,
            "on_illegal": self.on_illegal,
            "retries": self.retries,
            "clock": str(self.clock) if self.clock else None,
            "lag_allowance_s": self.lag_allowance_s,
            "move_limit_s": self.move_limit_s,
            "hang_timeout_s": self.hang_timeout_s,
            "ready_timeout_s": self.ready_timeout_s,
            "delays": dict(self.delays),
            "max_ticks": self.max_ticks,
        }
