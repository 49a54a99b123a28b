"""`arena serve`: serve policies and bots to seats over ZeroMQ."""

from __future__ import annotations

import argparse
import json
import logging
import re
import shlex
import sys
from typing import TYPE_CHECKING, Any

from arena.cli.entrance import add_entrance_arguments, own_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arena.wire.keys import KeyPair
    from workers.models import Model
    from workers.policy_server import PolicyServer

KEY_NAME = "server"
"""Under which our key pair lies in the home."""

_PLAIN = re.compile(r"[\w. -]+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to serve and where."""
    from workers.serving import add_model_arguments

    add_model_arguments(parser)
    parser.add_argument(
        "--bind",
        default="tcp://127.0.0.1:*",
        metavar="ADDRESS",
        help="default tcp://127.0.0.1:*; any other machine's clients need our key (CURVE)",
    )
    add_entrance_arguments(parser, "clients")
    parser.add_argument("--list", action="store_true", help="load the models, say what they are, and leave")
    parser.add_argument("--json", action="store_true", help="with --list: one JSON list")


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; SIGHUP loads the models anew."""
    from workers.serving import load_models, pin_threads, words_of

    words = words_of(args)
    pin_threads(words, args.threads)
    models = load_models(args, words, _tell_step)
    if args.list:
        _list(models, as_json=args.json)
        return 0
    return _serve(args, models)


def _serve(args: argparse.Namespace, models: Sequence[Model]) -> int:
    from arena.wire.keys import allowed_keys
    from workers.policy_server import PolicyServer, serve

    keys = own_keys(args, KEY_NAME)
    allowed = allowed_keys(args.allow) if args.allow else None
    server = PolicyServer(
        models,
        args.bind,
        open_network=args.open_to_network_unencrypted,
        keys=keys,
        allowed=allowed,
        telemetry=True,
    )
    logging.basicConfig(format="%(message)s", stream=sys.stderr, level=logging.INFO)
    serve(server, lambda endpoint: _announce(server, endpoint, keys))
    print(f"{server.desk.figures.decided} decisions in {server.desk.figures.batches} batches")
    return 0


def _tell_step(step: str) -> None:
    if sys.stderr.isatty():
        print(f"{step} ...", file=sys.stderr)


def _announce(server: PolicyServer, endpoint: str, keys: KeyPair | None) -> None:
    """Who is served where, and the words to seat them with."""
    from workers.address import dial_address

    models = server.desk.models
    address = dial_address(endpoint)
    key = f",key={keys.public}" if keys else ""
    for model in models:
        label = f" ({model.policy.label})" if model.policy.label else ""
        print(f"{model.name}{label} is served at {endpoint}")
        name = f",model={_word_for(model)}" if len(models) > 1 else ""
        print(f"seat it with {shlex.quote(f'policy:{address}{name}{key}')}{_ending(model, models)}")
    sys.stdout.flush()


def _ending(model: Model, models: Sequence[Model]) -> str:
    return " - Ctrl-C stops" if model is models[-1] else ""


def _word_for(model: Model) -> str:
    """What a seating word can hold: the name, else the id."""
    return model.name if _PLAIN.fullmatch(model.name) else model.policy.id


def _list(models: Sequence[Model], *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {
            "name": model.name,
            "id": model.policy.id,
            "kind": model.loaded.word.kind,
            "label": model.policy.label,
            "description": model.policy.description,
            "deterministic": model.policy.deterministic,
            "target": model.loaded.word.target,
        }
        for model in models
    ]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        mode = "deterministic" if row["deterministic"] else "not deterministic"
        print(f"{row['name']}: {row['kind']}, {row['label'] or 'no label'}, {mode}, {row['id']}")
