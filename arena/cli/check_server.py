"""`arena check-server`: does a policy server keep to the seat protocol?"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from arena.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arena.games.entry import CatalogEntry
    from arena.wire.checks.bench import Bench
    from arena.wire.checks.check import Check
    from arena.wire.checks.peer import Dial

DESCRIPTION = """Make the checks of docs/conformance.md with a policy server, one line each, before anyone
sits down with it. The exit code is 1 if one failed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.description = DESCRIPTION
    parser.add_argument(
        "address", nargs="?", metavar="ADDRESS", help="tcp://127.0.0.1:5555 or ipc:///folder/name"
    )
    parser.add_argument("--key", default="", help="the server's public key, if it is encrypted")
    parser.add_argument("--unencrypted", action="store_true", help="dial another machine without encryption")
    parser.add_argument("--model", default="", help="which model, where the server has several")
    parser.add_argument("--mode", default="", help="deterministic or sampled; else as the policy says")
    add_check_arguments(parser)


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that both commands have."""
    parser.add_argument("--game", metavar="GAME", help="what to play; else the first game it does not refuse")
    parser.add_argument(
        "--positions", type=int, default=200, metavar="N", help="decisions to ask for (default 200)"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="longest wait for an answer (default 10)",
    )
    parser.add_argument(
        "--hz", type=float, metavar="N", help="ticks a second to keep up with (default: the game's own pace)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a check")
    parser.add_argument("--list", action="store_true", help="print the table of all checks and leave")


def run(args: argparse.Namespace) -> int:
    """Make the checks."""
    if args.list:
        print_table()
        return 0
    if args.address is None:
        raise OptionError("name the server's address: `arena check-server tcp://127.0.0.1:5555`")
    from arena.wire.checks.bench import Bench
    from arena.wire.checks.casting import choose_cast
    from arena.wire.checks.table import SERVER_CHECKS

    check_numbers(args)
    options = {name: getattr(args, name) for name in ("model", "mode") if getattr(args, name)}
    dial = _dial(args)
    cast = choose_cast(dial, args.game, args.positions, args.patience, options)
    bench = Bench(dial, cast, args.patience, options, hz=ticks_a_second(args, cast.entry))
    return make_checks(SERVER_CHECKS, bench, as_json=args.json)


def ticks_a_second(args: argparse.Namespace, entry: CatalogEntry) -> float:
    """What somebody must keep up with; 0 where the game waits."""
    if args.hz is not None:
        return float(args.hz)
    return entry.hz if entry.pace == "realtime" else 0.0


def check_numbers(args: argparse.Namespace) -> None:
    """Raise unless the numbers make sense."""
    if not 1 <= args.positions <= 100_000:
        raise OptionError(f"--positions {args.positions} is not from 1 to 100000")
    if args.hz is not None and not 0 <= args.hz <= 1000:
        raise OptionError(f"--hz {args.hz:g} is not from 0 to 1000; 0 means that it may take its time")
    if not 0 < args.patience <= 600:
        raise OptionError(f"--patience {args.patience:g} is not above 0 and at most 600 seconds")


def print_table() -> None:
    """Print docs/conformance.md."""
    from arena.wire.checks.report import page
    from arena.wire.checks.table import PARTS

    print(page(PARTS), end="")


def make_checks(checks: Sequence[Check], bench: Bench, *, as_json: bool) -> int:
    """Print a line a check as they are made; the exit code."""
    from arena.cli.text import clean
    from arena.wire.checks import report
    from arena.wire.checks.check import Status
    from arena.wire.checks.examine import examine_all

    verdicts, width = [], max(len(check.id) for check in checks)
    try:
        for verdict in examine_all(checks, bench):
            verdicts.append(verdict)
            lines = (
                [json.dumps(report.plain(verdict))] if as_json else report.line(verdict, width).split("\n")
            )
            print("\n".join(map(clean, lines)), flush=True)
    finally:
        bench.close()
    if not as_json:
        print(f"{bench.cast.entry.title}: {report.summary(verdicts)}")
    return int(any(verdict.status is Status.FAIL for verdict in verdicts))


def _dial(args: argparse.Namespace) -> Dial:
    """Links to the server, all with one identity."""
    from arena.wire.endpoints import check_endpoint, stays_here
    from arena.wire.keys import KeyPair, check_key
    from arena.wire.link import Link

    check_endpoint(args.address)
    if args.key:
        check_key(args.key, "--key")
    elif not args.unencrypted and not stays_here(args.address):
        raise OptionError(
            f"{args.address} is on another machine: give its key with --key, or say --unencrypted if you "
            "trust everyone on that network"
        )
    own = KeyPair.generate() if args.key else None
    return lambda handler, lock: Link(args.address, handler, lock, key=args.key, own=own)
