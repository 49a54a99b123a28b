"""Budgets: figures of one run with goal and PASS or FAIL, gathered for one table at its end.

Both sides of a comparison run in turn and the best of each counts: what else a shared machine does makes
every round slower and none quicker, so only the best rounds tell the programs apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Measured:
    """Two sides of one comparison, in the same unit."""

    ours: float
    reference: float

    @property
    def ratio(self) -> float:
        """Ours over the reference."""
        return self.ours / self.reference


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``met`` is ``None`` where a figure is told and not held to a goal."""

    met: bool | None
    name: str
    figure: str
    goal: str = ""
    note: str = ""


ROWS: list[Row] = []
"""The lines of this run, in the order they were measured."""


def interleaved(
    ours: Callable[[], float],
    reference: Callable[[], float],
    *,
    rounds: int,
    best: Callable[[Sequence[float]], float],
) -> Measured:
    """Run both in turn ``rounds`` times, after one warm-up each, and keep the best of each: ``max`` of rates,
    ``min`` of costs.
    """
    ours()
    reference()
    pairs = [(ours(), reference()) for _ in range(rounds)]
    return Measured(best([pair[0] for pair in pairs]), best([pair[1] for pair in pairs]))


def hold(
    name: str,
    figure: float,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    unit: str = "x",
    note: str = "",
) -> None:
    """Put a line into the table, and fail the test where the figure misses its goal."""
    if (at_least is None) == (at_most is None):
        raise ValueError(f"{name} needs one goal: at_least or at_most")
    goal = f">= {at_least:g} {unit}" if at_least is not None else f"<= {at_most:g} {unit}"
    met = figure >= at_least if at_least is not None else at_most is not None and figure <= at_most
    ROWS.append(Row(met, name, f"{figure:.3f} {unit}", goal, note))
    if not met:
        pytest.fail(f"{name}: {figure:.3f} {unit}, goal {goal}", pytrace=False)


def tell(name: str, figure: str, note: str = "") -> None:
    """Put a figure into the table that is not held to a goal."""
    ROWS.append(Row(None, name, figure, "", note))


def table(rows: Sequence[Row]) -> list[str]:
    """The lines of the table, in columns, and the count of PASS and FAIL."""
    cells = [
        ({True: "PASS", False: "FAIL", None: "----"}[row.met], row.name, row.figure, row.goal, row.note)
        for row in rows
    ]
    head = ("", "budget", "measured", "goal", "how")
    columns = list(zip(head, *cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    aligned = [
        [text.rjust(width) if column[0] == "measured" else text.ljust(width) for text in column]
        for column, width in zip(columns, widths, strict=True)
    ]
    lines = ["  ".join(row).rstrip() for row in zip(*aligned, strict=True)]
    passed, failed = (sum(row.met is verdict for row in rows) for verdict in (True, False))
    return [*lines, "", f"{passed} PASS, {failed} FAIL"]
