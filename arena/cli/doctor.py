"""`arena doctor`: what is here, what is missing, and the command that installs it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from arena.cli.health.check import Check, Status

_NAME_WIDTH = 38  # the longest id of a game
_SIGNS: dict[Status, str] = {"ok": "ok  ", "note": "note", "fail": "FAIL"}
_COLOURS: dict[Status, str] = {"ok": "32", "note": "33", "fail": "1;31"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quick", action="store_true", help="do not make every game of the catalog")


def run(args: argparse.Namespace) -> int:
    """Print each finding as it is made; return 1 if something that Arena needs is missing or broken."""
    found: list[Check] = []
    topic = ""
    for check in _checks(args):
        found.append(check)
        if args.json:
            continue
        if check.topic != topic:
            topic = check.topic
            print(f"\n{topic}" if len(found) > 1 else topic)
        _print_check(check, colour=sys.stdout.isatty())
    failed = sum(check.status == "fail" for check in found)
    notes = sum(check.status == "note" for check in found)
    if args.json:
        print(json.dumps({"healthy": not failed, "checks": [asdict(check) for check in found]}, indent=2))
    else:
        print(f"\n{_verdict(failed)}; {len(found)} looked at, {_count(notes, 'optional part')} missing")
    return 1 if failed else 0


def _checks(args: argparse.Namespace) -> Iterator[Check]:
    from arena.cli.health import games, installation, machine

    yield from installation.checks()
    yield games.atari()
    yield from machine.checks(args.home)
    if not args.quick:
        yield from games.checks()


def _verdict(failed: int) -> str:
    if not failed:
        return "Arena is ready"
    return f"{_count(failed, 'part')} {'is' if failed == 1 else 'are'} missing or broken"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _print_check(check: Check, *, colour: bool) -> None:
    sign = _SIGNS[check.status]
    if colour:
        sign = f"\x1b[{_COLOURS[check.status]}m{sign}\x1b[0m"
    print(f"  {sign}  {check.name:<{_NAME_WIDTH}} {check.detail}", flush=True)
    if check.fix and check.status != "ok":
        print(f"        {'':<{_NAME_WIDTH}} -> {check.fix}", flush=True)
