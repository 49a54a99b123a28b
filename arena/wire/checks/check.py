"""What a check is, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arena.wire.checks.bench import Bench


class Failed(Exception):  # noqa: N818 - a verdict that travels, not an error of ours
    """What was expected did not come; the sentence says what came instead."""


class Skipped(Exception):  # noqa: N818
    """The check does not apply; the sentence says why."""


class Status(StrEnum):
    """How a check went."""

    OK = "ok"
    FAIL = "FAIL"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table."""

    id: str
    """One word, for people and for scripts."""
    expects: str
    """What conforms, as a sentence without a full stop."""
    remedy: str
    """What to do where it fails."""
    run: Callable[[Bench], str]
    """Gives a remark about what was seen, or nothing; raises :class:`Failed` or :class:`Skipped`."""
    needs: tuple[str, ...] = ()
    """Checks without which this one makes no sense."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one check."""

    check: Check
    status: Status
    told: str = ""
    """What came (FAIL), why not (skip), a remark (ok)."""
