"""`arena check-bot`: does a bot that dials in keep to the seat protocol?"""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
from typing import TYPE_CHECKING

from arena.cli.check_server import (
    add_check_arguments,
    check_numbers,
    make_checks,
    print_table,
    ticks_a_second,
)
from arena.errors import OptionError

if TYPE_CHECKING:
    from arena.wire.checks.reception import Reception
    from arena.wire.keys import KeyPair

WAIT_S = 600.0
"""How long `--wait` waits for somebody to join."""

DESCRIPTION = """Make the checks of docs/conformance.md with a bot that dials in, one line each. COMMAND
starts the bot: {address} and {token} in its words are replaced; if neither occurs, both are put behind them.
They are also in its environment, as ARENA_ADDRESS and ARENA_TOKEN. The exit code is 1 if a check failed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.description = DESCRIPTION
    parser.add_argument(
        "command",
        nargs=argparse.REMAINDER,
        metavar="-- COMMAND",
        help="how to start the bot: -- python bot.py {address} {token}",
    )
    parser.add_argument("--wait", action="store_true", help="print address and token, wait for a bot to join")
    parser.add_argument(
        "--bind",
        default="tcp://127.0.0.1:*",
        metavar="ADDRESS",
        help="where to wait (default tcp://127.0.0.1:*); beyond this machine the line is encrypted",
    )
    add_check_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Make the checks."""
    if args.list:
        print_table()
        return 0
    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    if bool(command) == args.wait:
        raise OptionError("say how to start the bot, `arena check-bot -- python bot.py`, or --wait for one")
    check_numbers(args)
    reception = _open(args)
    try:
        return _check(args, command, reception)
    finally:
        reception.close()


def _check(args: argparse.Namespace, command: list[str], reception: Reception) -> int:
    from arena.wire.checks.bench import Bench
    from arena.wire.checks.casting import choose_cast
    from arena.wire.checks.check import Failed
    from arena.wire.checks.reception import BotProcess
    from arena.wire.checks.table import BOT_CHECKS
    from workers.address import dial_address

    address = dial_address(reception.endpoint)
    if args.wait:
        print(f"a bot may join now: {address} {shlex.quote(reception.token)}", file=sys.stderr)
    else:
        reception.bot = BotProcess(command, address, reception.token)
    with contextlib.suppress(Failed):  # the first check will say so
        reception.guest(WAIT_S if args.wait else args.patience)
    cast = choose_cast(reception.dial, args.game, args.positions, args.patience, {})
    hz = ticks_a_second(args, cast.entry)
    bench = Bench(reception.dial, cast, args.patience, hz=hz, reception=reception)
    return make_checks(BOT_CHECKS, bench, as_json=args.json)


def _open(args: argparse.Namespace) -> Reception:
    from arena.wire.checks.reception import Reception
    from arena.wire.endpoints import check_endpoint

    check_endpoint(args.bind, binding=True)
    if not args.bind.startswith("tcp://"):
        raise OptionError(f"bots dial in over TCP: --bind tcp://HOST:PORT, not {args.bind}")
    host, _, port = args.bind.removeprefix("tcp://").rpartition(":")
    here = "0.0.0.0" if host == "*" else host.strip("[]")  # noqa: S104 - because it was asked for
    return Reception(here, 0 if port == "*" else int(port), _keys(args))


def _keys(args: argparse.Namespace) -> KeyPair | None:
    from arena.home import arena_home
    from arena.wire.endpoints import stays_here
    from arena.wire.keys import keypair

    return None if stays_here(args.bind) else keypair(arena_home(args.home), "host")
