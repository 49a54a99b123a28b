"""Checks of what is decided: that every request is answered, and that the answers can be played."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from arena.wire import limits
from arena.wire.checks.answers import Findings, examine, rows_of
from arena.wire.checks.bench import Bench
from arena.wire.checks.cast import Batch
from arena.wire.checks.check import Failed, Skipped

REPEATED, REPEATED_SLOW = 40, 4
"""Decisions that are asked for twice to see whether they are equal."""


def answers(bench: Bench) -> str:
    """Play through all positions; the other checks of answers read what this one found."""
    dialogue = bench.dialogue()
    dialogue.begin()
    bench.findings = findings = examine(dialogue, bench.cast.batches)
    dialogue.bye()
    told = findings.problems.get("answers")
    if told and not any(aspect != "answers" for aspect in findings.problems):
        raise Failed(told)
    if told:
        others = ", ".join(aspect for aspect in findings.problems if aspect != "answers")
        raise Failed(f"{told} (see also: {others})")
    return f"{findings.asked} decisions"


def aspect(name: str) -> Callable[[Bench], str]:
    """A check that reads one aspect of what `answers` found."""

    def run(bench: Bench) -> str:
        findings = bench.findings
        if findings is None:
            raise Skipped("no decision was asked for")
        if name in findings.problems:
            raise Failed(findings.problems[name])
        return _remark(name, findings)

    return run


def _remark(name: str, findings: Findings) -> str:
    if name in {"shape", "dtype", "range", "legal"} and not findings.decided:
        raise Skipped("no answer came so far that it could be looked at")
    if name == "legal":
        if not findings.masked:
            raise Skipped("nothing is forbidden in these positions")
        return f"{findings.masked} decisions under a mask"
    return ""


def latency(bench: Bench) -> str:
    """How long answers took; judged where a game does not wait."""
    found = sorted(bench.findings.latencies_s) if bench.findings else []
    if not found:
        raise Skipped("nothing was answered")
    middle, late = found[len(found) // 2], found[int(0.99 * (len(found) - 1))]
    told = f"p50 {1000 * middle:.2f} ms, p99 {1000 * late:.2f} ms over {len(found)} acts"
    if bench.hz and middle > 1 / bench.hz:
        raise Failed(f"{told}, where a tick has {1000 / bench.hz:.2f} ms")
    return told


def rows(bench: Bench) -> str:
    """Several seats in one act, each answered."""
    batch = _team(bench)
    dialogue = bench.dialogue()
    dialogue.begin()
    act = dialogue.act(batch)
    dialogue.ask(act)
    dialogue.bye()
    return f"{len(batch)} rows in {len(act.blocks)} block{'s' if len(act.blocks) > 1 else ''}"


def _team(bench: Bench) -> Batch:
    batch = bench.cast.widest
    if len(batch) > 1:
        return batch
    for first, second in pairwise(bench.cast.batches):
        if first[0].agent != second[0].agent:
            return (*first, *second)
    raise Skipped(f"{bench.cast.entry.title} has one seat")


def large_numbers(bench: Bench) -> str:
    """Request ids, ticks and seeds up to 2^63 - 1."""
    dialogue = bench.dialogue()
    dialogue.begin()
    act = dialogue.act(bench.cast.batches[0], first_id=limits.REQUEST_ID - len(bench.cast.batches[0]))
    dialogue.ask(act, tick=limits.REQUEST_ID)
    dialogue.bye()
    return ""


def optional_fields(bench: Bench) -> str:
    """Budget, clocks and position, which may stand in an act or not."""
    dialogue = bench.dialogue()
    dialogue.begin()
    clocks = {seat.agent: [300, 2.5] for seat in bench.cast.seats}
    act = dialogue.act(bench.cast.batches[0])
    dialogue.ask(act, budget_s=30, clocks=clocks, position={"moves": ["e2e4"], "fen": None})
    dialogue.bye()
    return ""


def deterministic(bench: Bench) -> str:
    """Equal seeds and equal observations, twice."""
    if bench.ready is None or not bench.ready.policy.deterministic:
        raise Skipped("it does not say that it is deterministic")
    first, second = _replay(bench), _replay(bench)
    for number, (one, two) in enumerate(zip(first, second, strict=True), 1):
        if one != two:
            raise Failed(f"decision {number} of {len(first)} differs the second time")
    return f"{len(first)} decisions twice"


def _replay(bench: Bench) -> list[bytes]:
    """The answers to the first positions, after a hello and a reset of their own; fewer of a slow server."""
    dialogue, decided = bench.dialogue(), list[bytes]()
    dialogue.begin()
    for batch in bench.cast.batches:
        act = dialogue.act(batch)
        found = rows_of(dialogue.ask(act))
        decided += [found.get(number, b"") for block in act.blocks for number in block.ids]
        if len(decided) >= (REPEATED if bench.is_quick else REPEATED_SLOW):
            break
    dialogue.bye()
    return decided
