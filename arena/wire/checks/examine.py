"""Makes the checks one after the other and says what came of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arena.wire.checks.bench import Bench
from arena.wire.checks.check import Check, Failed, Skipped, Status, Verdict


def examine_all(checks: Sequence[Check], bench: Bench) -> Iterator[Verdict]:
    """A verdict for each check, as soon as there is one.

    A check whose needs are not met is skipped; so are all once the other end greets nobody any more.
    """
    missing: set[str] = set()
    gone = ""
    for check in checks:
        need = next((name for name in check.needs if name in missing), None)
        if gone:
            verdict = Verdict(check, Status.SKIP, f"nobody answers any more since {gone!r}")
        elif need is not None:
            verdict = Verdict(check, Status.SKIP, f"needs {need!r}")
        else:
            verdict = _examine(check, bench)
        if verdict.status is not Status.OK:
            missing.add(check.id)
        yield verdict
        if verdict.status is Status.FAIL and not bench.alive():
            gone = check.id


def _examine(check: Check, bench: Bench) -> Verdict:
    try:
        return Verdict(check, Status.OK, check.run(bench))
    except Failed as failure:
        return Verdict(check, Status.FAIL, str(failure))
    except Skipped as why:
        return Verdict(check, Status.SKIP, str(why))
