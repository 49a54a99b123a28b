"""Prints the table of budgets after the run."""

from __future__ import annotations

import pytest

from tests.benchmarks.budget import ROWS, table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One aligned table, whatever order the benchmarks ran in, and how many broke before they measured."""
    failed = [*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")]
    broken = sum("benchmarks/" in report.nodeid for report in failed)
    broken -= sum(row.met is False for row in ROWS)
    if ROWS or broken:
        terminalreporter.write_sep("=", "budgets")
        for line in table(ROWS):
            terminalreporter.write_line(line)
        if broken:
            terminalreporter.write_line(f"{broken} benchmarks broke before they measured anything")
