"""`arena host`: play many matches at once with guests who dial in with tokens."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import signal
import stat
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from arena.cli.entrance import add_entrance_arguments, own_keys
from arena.cli.setup import add_match_arguments, setup_from
from arena.cli.text import clean

if TYPE_CHECKING:
    from arena.hosting.console import Console
    from arena.hosting.house import House
    from arena.hosting.reception import HouseEvent

KEY_NAME = "host"
"""Under which our key pair lies in the home."""

INTERMIXED = True
"""Options may stand between the seats."""

_PROMPT = "> "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_match_arguments(parser, game_required=True)
    options = parser.add_argument_group("hosting", "GAME may be several, separated by commas")
    options.add_argument(
        "--bind",
        default="tcp://127.0.0.1:5570",
        metavar="ADDRESS",
        help="default tcp://127.0.0.1:5570; tcp://0.0.0.0:5570 lets other machines in, encrypted",
    )
    options.add_argument("--queue", action="store_true", help="guests wait in a queue and are paired")
    options.add_argument("--tokens", type=int, metavar="N", help="with --queue: tokens to print (default 2)")
    options.add_argument(
        "--matches",
        type=int,
        metavar="N",
        help="in a row at a table, or of one pairing (default 1; at tables what --stop-after needs)",
    )
    options.add_argument("--stop-after", type=int, default=0, metavar="N", help="end after N matches")
    options.add_argument("--at-once", type=int, default=64, metavar="N", help="matches at a time (64)")
    options.add_argument("--expires", type=float, default=24.0, metavar="HOURS", help="of tokens (24)")
    options.add_argument(
        "--grace", type=float, default=30.0, metavar="SECONDS", help="how long a lost guest keeps its seat"
    )
    options.add_argument("--hold", action="store_true", help="begin no match before the console says `start`")
    add_entrance_arguments(options, "guests")
    options.add_argument("--no-record", action="store_true", help="keep no records and no results")
    options.add_argument("--json", action="store_true", help="print what happens as JSON, a line an event")


def run(args: argparse.Namespace) -> int:
    """Host until told to stop; 0, or 1 where a result could not be stored."""
    from arena.cli.interruption import Interruption

    house = _open_house(args)
    try:
        _lay_tables(house, args)
        with Interruption(house.waker) as ctrl_c, _listening(house):
            ctrl_c.defer()
            with contextlib.suppress(KeyboardInterrupt):
                house.run(ctrl_c)
    finally:
        house.close()
    _tell(args, "closed", f"{house.ended} matches played", matches=house.ended)
    if house.league_fault:
        print(f"arena: {house.league_fault}", file=sys.stderr)
        return 1
    return 0


def _open_house(args: argparse.Namespace) -> House:
    from arena.errors import OptionError
    from arena.home import arena_home
    from arena.hosting.house import House
    from arena.hosting.openings import split_games
    from arena.hosting.port import Port
    from arena.hosting.reception import HouseRules
    from arena.wire.keys import allowed_keys

    if "://" not in args.bind:  # as `arena join` takes it
        args.bind = f"tcp://{args.bind}"
    if args.matches is None:
        args.matches = _matches_for(args)
    for name, value, least in (("matches", args.matches, 1), ("at-once", args.at_once, 1)):
        if value < least:
            raise OptionError(f"--{name} must be at least {least}, got {value}")
    if args.tokens is not None and not args.queue:
        raise OptionError("--tokens needs --queue; at a table every open seat gets one token")
    if not 0 < args.grace < 1e6:
        raise OptionError(f"--grace must be above 0 s, got {args.grace:g}")
    rules = HouseRules(
        grace_s=args.grace,
        expires_s=3600 * args.expires,
        matches=args.matches,
        at_once=args.at_once,
        total=max(0, args.stop_after),
        hold=args.hold,
    )
    _check_reachable(args)
    home = arena_home(args.home)
    keys = own_keys(args, KEY_NAME)
    allowed = allowed_keys(args.allow) if args.allow else None
    port = Port(args.bind, keys, allowed, open_network=args.open_to_network_unencrypted)
    return House(
        port,
        None if args.no_record else home,
        time.perf_counter,
        lambda event: _show(args, event),
        rules=rules,
        key=keys.public if keys else "",
        games=split_games(args.game),
    )


def _matches_for(args: argparse.Namespace) -> int:
    """In a row, where nobody said how many: as many as the tables need to come to ``--stop-after``."""
    tables = args.game.count(",") + 1
    return 1 if args.queue else max(1, -(-args.stop_after // tables))


def _check_reachable(args: argparse.Namespace) -> None:
    """A host that nobody can tell `rematch` must be able to come to its end by itself."""
    from arena.errors import OptionError

    tables = args.game.count(",") + 1
    most = tables * args.matches
    if args.queue or args.stop_after <= most or _has_console():
        return
    raise OptionError(
        f"--stop-after {args.stop_after} is never reached: the tables play {most} in all, and there is no "
        f"console to say `rematch` on; leave out --matches, or give --matches {-(-args.stop_after // tables)}"
    )


def _has_console() -> bool:
    """Whether somebody, or a program, may type commands: a terminal or a pipe, not the null device."""
    try:
        source = sys.stdin.fileno()
        mode = os.fstat(source).st_mode
    except (AttributeError, OSError, ValueError):
        return False
    return os.isatty(source) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _lay_tables(house: House, args: argparse.Namespace) -> None:
    """Check every game, say where we are, and print the tokens."""
    from dataclasses import replace
    from typing import cast

    from arena.hosting.openings import split_games
    from arena.hosting.reception import QUEUE
    from arena.session import MatchSetup
    from workers.address import dial_address

    setup = cast("MatchSetup", setup_from(args))
    for game in split_games(args.game):
        if args.queue:
            house.offer(replace(setup, game=game))
        else:
            house.open_table(replace(setup, game=game))
    address = dial_address(house.gate.endpoint)
    told = f"guests join at {address}: arena join {address} --token TOKEN [--bot WORD]"
    _tell(args, "listening", told, address=address, endpoint=house.gate.endpoint, key=house.key)
    places = [table.place(group) for table in house.tables.values() for group in table.opening.open_groups]
    for place in places or [QUEUE] * (2 if args.tokens is None else args.tokens):
        house.offer_token(place)


# ---- the console ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _listening(house: House) -> Any:
    """Read commands from standard input, in a thread, until the block ends."""
    from arena.hosting.console import Console

    console = Console(house)
    reader, writer = os.pipe()
    if hasattr(signal, "SIGTTIN"):  # started in the background of a terminal: it is not ours to read
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    thread = threading.Thread(target=_read, args=(console, house, reader), name="host console", daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.write(writer, b"!")
        thread.join()
        os.close(reader)
        os.close(writer)


def _read(console: Console, house: House, until: int) -> None:
    try:
        source = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        return
    at_terminal = os.isatty(source)
    text = b""
    while True:
        if at_terminal:
            sys.stdout.write(_PROMPT)
            sys.stdout.flush()
        ready, _, _ = select.select([source, until], [], [])
        if until in ready:
            return
        try:
            read = os.read(source, 65_536)
        except OSError:
            return
        if not read:
            return
        *lines, text = (text + read).split(b"\n")
        for line in lines:
            _ask(console, house, line.decode("utf-8", "replace"))


def _ask(console: Console, house: House, line: str) -> None:
    """Have the loop carry a line out, and wait for the answer, so that answers come in order."""
    done = threading.Event()

    def act() -> None:
        for answer in console.do(line):
            print(clean(answer))
        sys.stdout.flush()
        done.set()

    house.later(act)
    while not done.wait(0.1) and not house.stopping:
        continue


# ---- what is told -----------------------------------------------------------------------------------------


def _show(args: argparse.Namespace, event: HouseEvent) -> None:
    _tell(args, event.kind, event.text, **event.fields)


def _tell(args: argparse.Namespace, kind: str, text: str, **fields: Any) -> None:
    if args.json:
        print(json.dumps({"event": kind, "text": text, **fields}), flush=True)
    elif kind != "match_ended" or fields.get("fault"):
        print(clean(text), flush=True)
