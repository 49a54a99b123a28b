"""The command `arena`: finds the command asked for, runs it, and turns errors into sentences and exit codes.

Nothing but the standard library and `arena.errors` is imported until a command is known, so that help is
instant.

Exit codes: 0 done, 1 done but the answer is bad (a failed check, a full disk), 2 asked for something
impossible, 130 interrupted, 141 the reader of our output went away.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from arena import __version__
from arena.cli.display import has_display
from arena.errors import ArenaError, UnknownNameError

_INTERRUPTED = 130
_READER_GONE = 141
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class Command(NamedTuple):
    """One row of the command table."""

    module: str
    """Dotted name of the module that has `add_arguments` and `run`."""
    help: str
    """One line for `arena --help`."""


COMMANDS = {
    "play": Command("arena.cli.play", "open the window (what plain `arena` does)"),
    "demo": Command("arena.cli.demo", "play a demo match without a window"),
    "match": Command("arena.cli.match", "play a match without a window"),
    "games": Command("arena.cli.games", "list the games, or show one with its seats and options"),
    "controllers": Command("arena.cli.controllers", "list who or what can take a seat, and their options"),
    "ladder": Command("arena.cli.ladder", "play players against each other: who is stronger?"),
    "history": Command("arena.cli.history", "list the matches played"),
    "record": Command("arena.cli.record", "show, verify or export the record of a match"),
    "recorder": Command("arena.cli.recorder", "write match files from the event bus alone"),
    "bus": Command("arena.cli.bus", "watch the events of running matches"),
    "serve": Command("arena.cli.serve", "serve a policy to seats over ZeroMQ"),
    "check-server": Command("arena.cli.check_server", "check that a policy server keeps to the protocol"),
    "host": Command("arena.cli.host", "play with guests who join from anywhere with a token"),
    "join": Command("arena.cli.join", "take a seat at a host, as a bot or as a person"),
    "check-bot": Command("arena.cli.check_bot", "check that a bot that dials in keeps to the protocol"),
    "doctor": Command("arena.cli.doctor", "say what is here, what is missing, and how to get it"),
}


class CommandModule(Protocol):
    """What a module in the table provides."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work; return the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (by default the process's own) and return its exit code.

    ARENA_DEBUG=1 in the environment shows the traceback of an error that is otherwise one sentence.
    """
    try:
        try:
            return _run(list(sys.argv[1:] if argv is None else argv))
        finally:
            sys.stdout.flush()  # a reader that went away is noticed here, not at exit; after --help too
    except BrokenPipeError:
        _silence_stdout()
        return _READER_GONE
    except KeyboardInterrupt:
        _complain("interrupted")
        return _INTERRUPTED
    except ArenaError as error:
        if _debugging():
            raise
        _complain(str(error))
        return error.exit_code
    except OSError as error:
        if _debugging() or error.errno not in _DISK_ERRORS:
            raise
        _complain(f"{error}; make room or choose another folder with --home")
        return 1


def _run(argv: list[str]) -> int:
    head, name, rest = split_command(argv)
    args = _top_parser().parse_args(head)
    if name is None:
        name = "play" if has_display() else "demo"
    if name not in COMMANDS:
        raise UnknownNameError("command", name, COMMANDS, "`arena --help` says what each does.")
    command = COMMANDS[name]
    module = cast("CommandModule", importlib.import_module(command.module))
    parser = argparse.ArgumentParser(prog=f"arena {name}", description=command.help, allow_abbrev=False)
    _add_home(parser, default=argparse.SUPPRESS)
    module.add_arguments(parser)
    # Seats may stand behind options, but argparse cannot do that for commands with sub-commands.
    parse = parser.parse_intermixed_args if getattr(module, "INTERMIXED", False) else parser.parse_args
    args = parse(rest, args)
    if args.home is not None:
        os.environ["ARENA_HOME"] = str(args.home)  # processes that the command starts keep to the same home
    return module.run(args)


def split_command(argv: Sequence[str]) -> tuple[list[str], str | None, list[str]]:
    """Split a command line into the options before the command, the command, and what follows it."""
    index = 0
    while index < len(argv) and argv[index].startswith("-"):
        index += 2 if argv[index] == "--home" else 1
    head, tail = list(argv[:index]), list(argv[index:])
    return (head, tail[0], tail[1:]) if tail else (head, None, [])


def _top_parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="arena",
        usage="arena [--home FOLDER] [COMMAND ...]",
        description="People, engines and trained policies sit down at the same game.",
        epilog=f"commands:\n{rows}\n\n`arena COMMAND --help` explains one. Without a command the window "
        "opens; where there\nis no display, a demo match is played instead.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"arena {__version__}")
    _add_home(parser, default=None)
    return parser


def _add_home(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--home",
        type=_absolute_path,
        metavar="FOLDER",
        default=default,
        help="where Arena keeps its things (else ARENA_HOME, else your user data folder)",
    )


def _absolute_path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _debugging() -> bool:
    return os.environ.get("ARENA_DEBUG", "") not in {"", "0"}


def _complain(sentence: str) -> None:
    with contextlib.suppress(OSError):  # nobody is left to tell
        print(f"arena: {sentence}", file=sys.stderr)


def _silence_stdout() -> None:
    """Point stdout at nothing, or the interpreter complains again while it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
