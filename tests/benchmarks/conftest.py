"""Prints the table of budgets after the run."""

from __future__ import annotations

import pytest

from tests.benchmarks.budget import ROWS, table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One aligned table, whatever order the benchmarks ran in."""
    if ROWS:
        terminalreporter.write_sep("=", "budgets")
        for line in table(ROWS):
            terminalreporter.write_line(line)
