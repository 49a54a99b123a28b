"""`arena recorder`: writes match files from the event bus alone, for a whole site."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="where the files go (default: the folder `recorder` of the home)",
    )
    parser.add_argument(
        "--once", action="store_true", help="wait for a match, then end as soon as none is left to record"
    )


def run(args: argparse.Namespace) -> int:
    """Record until interrupted; with --once until nothing runs any more."""
    from arena.bus.recorder import Recorder
    from arena.home import arena_home

    folder = args.out.expanduser().absolute() if args.out else arena_home().root / "recorder"
    seen = False
    with Recorder(folder, on_note=lambda text: print(text, flush=True)) as recorder:
        print(f"recording into {folder}; Ctrl-C ends", flush=True)
        while not (args.once and seen and not recorder.recordings):
            recorder.run_once(timeout_s=0.2)
            seen = seen or bool(recorder.recordings or recorder.finished)
    return 0
