"""`arena join`: take a seat at somebody's host, as a bot, or as a person in a window."""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arena.home import Home
    from arena.wire.keys import KeyPair

_TERMINATED = 143


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where to go, with what, and as whom."""
    parser.add_argument("address", help="the host's address, e.g. 10.0.0.5:5570")
    parser.add_argument("--token", required=True, help="the seat token that the host gave out")
    parser.add_argument("--name", default="", help="as others shall see you")
    parser.add_argument(
        "--bot",
        metavar="WORD",
        help="let this decide: a model file or MODULE:CLASS, as `arena serve` takes them (without it: you)",
    )
    parser.add_argument("--mode", choices=("deterministic", "sampled"), help="of a bot's model")
    parser.add_argument("--device", default="cpu", help="of a bot's model, e.g. cuda:0 (default cpu)")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="of a bot's model (default 1)")
    parser.add_argument("--windowed", action="store_true", help="a window, whatever the settings say")
    parser.add_argument("--fullscreen", action="store_true", help="the whole screen")


def run(args: argparse.Namespace) -> int:
    """Play until the host says goodbye, or Ctrl-C."""
    from arena.home import arena_home

    home = arena_home(args.home)
    if args.bot is None:
        return _as_person(args, home)
    return _as_bot(args, home)


def _as_person(args: argparse.Namespace, home: Home) -> int:
    from arena.errors import OptionError
    from scenes.app import INTERRUPTED, TERMINATED
    from scenes.remote import run as open_window

    if args.windowed and args.fullscreen:
        raise OptionError("--windowed and --fullscreen exclude each other")
    fullscreen = True if args.fullscreen else False if args.windowed else None
    name = args.name or getpass.getuser()
    ended = open_window(args.address, args.token, name=name, home=home, fullscreen=fullscreen)
    if ended == INTERRUPTED:
        raise KeyboardInterrupt
    return _TERMINATED if ended == TERMINATED else 0


def _as_bot(args: argparse.Namespace, home: Home) -> int:
    import logging
    import signal

    from arena.hosting.tokens import read_token
    from arena.training.model_word import parse_model_word
    from arena.wire.endpoints import full_address
    from workers.guest_client import GuestClient
    from workers.serving import load_models, pin_threads

    address, pasted = full_address(args.address), read_token(args.token)
    word = parse_model_word(args.bot)
    pin_threads([word], args.threads)
    models = load_models(args, [word], _tell_step)
    logging.basicConfig(format="%(message)s", stream=sys.stderr, level=logging.INFO)
    name = args.name or models[0].name
    client = GuestClient(
        models,
        address,
        pasted.spoken,
        name=name,
        key=pasted.key,
        own=_identity(home, name) if pasted.key else None,
        tell=_report,
    )

    def stop(_number: int, _frame: Any) -> None:
        client.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    print(client.run() or "left", flush=True)
    return 0


def _identity(home: Home, name: str) -> KeyPair:
    """The key pair of a bot of this name: the league knows it again next time."""
    from arena.wire.keys import keypair

    plain = re.sub(r"[^A-Za-z0-9._-]", "-", name)[:48].strip("-._") or "nameless"
    return keypair(home, f"bot-{plain}")


def _tell_step(step: str) -> None:
    if step and sys.stderr.isatty():
        print(f"{step} ...", file=sys.stderr)


def _report(line: str) -> None:
    from arena.cli.text import clean

    print(clean(line), flush=True)
