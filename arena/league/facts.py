"""What the league is told of a match: some of its events. Imports no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = frozenset({"open", "swap", "outcome", "close"})
"""The kinds of events that concern the league."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event of :data:`KINDS` with the match it belongs to."""

    match_id: str
    record: str
    """File name of the record."""
    event: Mapping[str, Any]
