"""Budgets as ratios of one run: both sides interleaved, best of N, with goal and PASS or FAIL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """Two sides of one comparison, in the same unit."""

    ours: float
    reference: float

    @property
    def ratio(self) -> float:
        """Ours over the reference."""
        return self.ours / self.reference


def interleaved(
    ours: Callable[[], float], reference: Callable[[], float], *, rounds: int, best: Callable[..., float]
) -> Measured:
    """Run both in turn ``rounds`` times (after one warm-up each) and keep the best of each: ``max`` of rates, ``min`` of costs."""
    ours()
    reference()
    pairs = [(ours(), reference()) for _ in range(rounds)]
    return Measured(best(pair[0] for pair in pairs), best(pair[1] for pair in pairs))


def report(name: str, figure: float, goal: float, *, at_least: bool, unit: str = "x", note: str = "") -> bool:
    """Print one line of the table; true if the goal is met."""
    met = figure >= goal if at_least else figure <= goal
    sign = ">=" if at_least else "<="
    verdict = "PASS" if met else "FAIL"
    print(f"\n{verdict}  {name:<52} {figure:8.3f}{unit}  goal {sign} {goal:g}{unit}  {note}", flush=True)
    return met


def tell(name: str, text: str) -> None:
    """Print a figure that is reported and not gated."""
    print(f"\n----  {name:<52} {text}", flush=True)
