"""From a command line to a server: which models, how they are loaded, at which address."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from arena.errors import ArenaError, ControllerError, OptionError
from arena.processes import STEP_MARK
from arena.training.model_word import ModelWord, parse_model_word

if TYPE_CHECKING:  # these bring NumPy, which counts its threads when it is loaded
    from workers.models import Model

MODES = ("deterministic", "sampled")

_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """What to serve, and how it is loaded."""
    parser.add_argument(
        "models",
        nargs="*",
        metavar="WORD",
        help="[NAME=][KIND:]TARGET[#MODULE][,key=value...]: a .safetensors, .onnx, .cleanrl_model or .pt "
        "file, an RLlib checkpoint folder, or MODULE:CLASS",
    )
    parser.add_argument("--mode", choices=MODES, help="default: what each model says")
    parser.add_argument("--device", default="cpu", help="where PyTorch computes, e.g. cuda:0 (default cpu)")
    parser.add_argument(
        "--threads", type=int, default=1, metavar="N", help="threads of numeric libraries (default 1)"
    )
    parser.add_argument(
        "--follow", action="store_true", help="a folder stands for its newest checkpoint, now and later"
    )


def words_of(args: argparse.Namespace) -> list[ModelWord]:
    """The words of a command line. Raises an :class:`ArenaError` where one is malformed."""
    follow = ",follow=yes" if args.follow else ""
    words = [
        parse_model_word(text if _says_follow(text) or _is_code(text) else text + follow)
        for text in args.models
    ]
    if not words:
        raise OptionError("say what to serve, for example: arena serve my_policy.safetensors")
    return words


def _says_follow(text: str) -> bool:
    return ",follow=" in text


def _is_code(text: str) -> bool:
    """Whether a word is code, which cannot be followed."""
    try:
        return parse_model_word(text).is_code
    except ArenaError:
        return False


def pin_threads(words: Sequence[ModelWord], threads: int) -> None:
    """Tell numeric libraries how many threads to start, before they are loaded.

    One that spins on all cores starves the match beside it: 13 to 16 times slower, measured.
    """
    if threads < 1:
        raise OptionError(f"--threads {threads} is not a number from 1")
    asked = [str(word.options.get("threads", "")) for word in words if not word.is_code]
    count = max([threads, *(int(text) for text in asked if text.isdecimal())])
    for name in _THREADS:
        if count > 1:
            os.environ[name] = str(count)
        else:
            os.environ.setdefault(name, "1")


def load_models(
    args: argparse.Namespace,
    words: Sequence[ModelWord],
    progress: Callable[[str], None],
    *,
    expected: str = "",
    pinned: bool = False,
) -> list[Model]:
    """The models of ``words``. Raises an :class:`ArenaError` for the first that cannot be loaded."""
    from arena.match.controller import FAULTS
    from workers.backends.contract import LoadSettings
    from workers.models import Model, load_model

    settings = LoadSettings(args.mode, args.device, args.threads)
    models = []
    for word in words:
        try:
            loaded = load_model(word, settings, progress, expected=expected)
        except ArenaError:
            raise
        except FAULTS as error:
            raise ControllerError(f"{word} cannot be loaded: {type(error).__name__}: {error}") from error
        keeps = pinned and not word.follows
        models.append(Model(loaded, word=word, settings=settings, pinned=keeps))
    return models


def run_child(argv: Sequence[str] | None) -> int:
    """Serve as a process that Arena started (``python -m workers.policy_server``)."""
    from workers.lifeline import hold_lifeline

    args = _child_parser().parse_args(argv)
    if args.lifeline:
        hold_lifeline()
    if args.sys_path is not None:
        sys.path[:] = json.loads(args.sys_path)
    words = [ModelWord.from_json(text) for text in args.model_json] + (words_of(args) if args.models else [])
    if not words:
        raise OptionError("say what to serve")
    pin_threads(words, args.threads)

    def progress(step: str) -> None:
        sys.stdout.write(f"{STEP_MARK}{step}\n")
        sys.stdout.flush()

    from workers.policy_server import PolicyServer, serve

    models = load_models(args, words, progress, expected=args.expected, pinned=args.pinned)
    server = PolicyServer(models, args.bind, telemetry=args.telemetry)
    progress("")
    serve(server, lambda endpoint: _write_endpoint(args.endpoint_file, endpoint))
    return 0


def _child_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers.policy_server", allow_abbrev=False)
    add_model_arguments(parser)
    parser.add_argument("--bind", default="tcp://127.0.0.1:*", metavar="ADDRESS")
    parser.add_argument("--model-json", action="append", default=[], metavar="JSON", help="a word as data")
    parser.add_argument("--expected", default="", metavar="HEX", help="what the contents must be")
    parser.add_argument("--pinned", action="store_true", help="tell of newer files but do not take them")
    parser.add_argument("--telemetry", action="store_true", help="tell the bus of itself")
    parser.add_argument("--sys-path", metavar="JSON", help="where modules are looked for, as a list")
    parser.add_argument(
        "--endpoint-file", type=Path, metavar="FILE", help="write the address there when ready"
    )
    parser.add_argument("--lifeline", action="store_true", help="die when standard input ends")
    return parser


def _write_endpoint(path: Path | None, endpoint: str) -> None:
    """Write whole or not at all: whoever waits for the file may read it at once."""
    if path is not None:
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_text(endpoint, encoding="utf-8")
        fresh.replace(path)
