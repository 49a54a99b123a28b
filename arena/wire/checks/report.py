"""Verdicts for people and for scripts, and the table as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from arena.wire.checks.check import Check, Status, Verdict

_PAGE = """\
# Conformance

`arena check-server ADDRESS` makes the checks below with a policy server before anyone sits down with it, and
`arena check-bot -- COMMAND...` with a bot that dials in. Each has a line: `ok`; `FAIL` with what came and
what to do; or `skip` with the reason, such as another check that failed. The exit code is 1 if one failed.
[The seat protocol](protocol.md) explains the words.

A bot is started by COMMAND, in whose words `{address}` and `{token}` are replaced; if neither occurs, both
are put behind them. They are also in its environment, as ARENA_ADDRESS and ARENA_TOKEN. With `--wait` in
place of COMMAND they are printed, for a bot that you start yourself.

This page is made from the table in the code: `arena check-server --list` prints it.
"""


def line(verdict: Verdict, width: int) -> str:
    """What came of one check, in one line, and where it failed in two more."""
    check = verdict.check
    head = f"{verdict.status:<4}  {check.id:<{width}}  "
    if verdict.status is Status.FAIL:
        return f"{head}expected: {check.expects}\n      came: {verdict.told}\n      do: {check.remedy}"
    if verdict.status is Status.SKIP:
        return f"{head}{verdict.told}"
    return f"{head}{check.expects}{f' ({verdict.told})' if verdict.told else ''}"


def plain(verdict: Verdict) -> dict[str, Any]:
    """The same as data."""
    check = verdict.check
    row = {"check": check.id, "status": str(verdict.status), "expects": check.expects, "told": verdict.told}
    return row | ({"remedy": check.remedy} if verdict.status is Status.FAIL else {})


def summary(verdicts: Sequence[Verdict]) -> str:
    """How many of each."""
    counts = {status: sum(verdict.status is status for verdict in verdicts) for status in Status}
    failed = counts[Status.FAIL]
    tail = f"{counts[Status.OK]} ok, {counts[Status.SKIP]} skipped"
    return f"{failed} failed, {tail}" if failed else f"conforms: {tail}"


def page(parts: Iterable[tuple[str, Sequence[Check]]]) -> str:
    """``docs/conformance.md``: a table for each part, which is a heading and its checks."""
    text = _PAGE
    for heading, checks in parts:
        rows = "\n".join(f"| `{check.id}` | {check.expects} | {check.remedy} |" for check in checks)
        text += f"\n## {heading}\n\n| check | conforms if | else |\n| --- | --- | --- |\n{rows}\n"
    return text
