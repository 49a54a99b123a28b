"""`arena bus`: watch the events of running matches, or run a broker."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

_HIDDEN = frozenset({"v", "kind", "seq", "t", "private"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    tail = commands.add_parser("tail", help="print events as they happen", allow_abbrev=False)
    tail.add_argument(
        "--stream", default="", metavar="PREFIX", help="only streams that begin so: match/01J..."
    )
    tail.add_argument("--from-start", action="store_true", help="also what was said before we came")
    tail.add_argument("--once", action="store_true", help="wait for a match, then end when none is left")
    tail.add_argument(
        "--broker", metavar="ADDRESS", help="listen to this broker instead (nothing is repaired)"
    )
    tail.add_argument("--json", action="store_true", help="print one JSON object a line")
    broker = commands.add_parser("broker", help="one address for many publishers", allow_abbrev=False)
    broker.add_argument("--front", metavar="ADDRESS", help="where publishers connect")
    broker.add_argument("--back", metavar="ADDRESS", help="where subscribers connect")


def run(args: argparse.Namespace) -> int:
    """Run one of them, until interrupted."""
    if args.what == "broker":
        return _broker(args)
    return _tail_broker(args) if args.broker else _tail(args)


def _tail(args: argparse.Namespace) -> int:
    from arena.bus.tail import Tail

    with Tail(args.stream, from_start=args.from_start) as tail:
        if sys.stderr.isatty():
            print("listening to matches on this machine; Ctrl-C ends", file=sys.stderr)
        while not (args.once and tail.any_ended and not tail.streams):
            for stream, event in tail.poll(timeout_s=0.2):
                _print(stream, event, as_json=args.json)
    return 0


def _tail_broker(args: argparse.Namespace) -> int:
    from arena.bus.tail import BrokerTail

    with BrokerTail(args.broker, args.stream) as tail:
        while True:
            for stream, event in tail.poll(timeout_s=1.0):
                _print(stream, event, as_json=args.json)
                if args.once and event["kind"] == "close":
                    return 0


def _broker(args: argparse.Namespace) -> int:
    from arena.bus.broker import run_broker

    def ready(front: str, back: str) -> None:
        print(
            f"broker: publishers connect to {front} by themselves, subscribers to {back}; Ctrl-C ends",
            flush=True,
        )

    run_broker(args.front, args.back, on_ready=ready)
    return 0


def _print(stream: str, event: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"stream": stream, **event}, default=repr), flush=True)
    elif event["kind"] != "mark":
        print(line_of(stream, event), flush=True)


def line_of(stream: str, event: Mapping[str, Any]) -> str:
    """One event for people."""
    from arena.cli.text import clean, short

    fields = {name: value for name, value in event.items() if name not in _HIDDEN}
    if stream.startswith("server/"):
        text = _about_server(fields)
    elif event["kind"] == "open":
        seats = (f"{agent} {player.get('name')}" for agent, player in event.get("players", {}).items())
        text = f"{event.get('game')}: {', '.join(seats)}"
    elif event["kind"] == "outcome":
        ranks = (f"{seat.get('agent')} #{seat.get('rank')}" for seat in event.get("seats", ()))
        text = f"{event.get('reason')} after {event.get('ticks')} ticks: {', '.join(ranks)}"
    elif event["kind"] == "step":
        labels = event.get("labels", {})
        moves = ", ".join(
            f"{agent} {labels.get(agent, action)}{_source(event, agent)}"
            for agent, action in event.get("actions", {}).items()
        )
        text = f"{event.get('tick')}: {moves}"
    else:
        text = ", ".join(f"{name} {value}" for name, value in fields.items())
    identity = stream.rstrip("/").rpartition("/")[2][-8:]
    head = f"{clean(identity)} {event.get('t', 0.0):9.3f}  {clean(event['kind']):<11}"
    return f"{head} {short(text, 160)}".rstrip()


def _about_server(fields: Mapping[str, Any]) -> str:
    """What a policy server says of itself; its models by name and sessions."""
    models = fields.get("models", ())
    shown = {name: value for name, value in fields.items() if name != "models" and value not in (None, "")}
    words = [f"{name} {value}" for name, value in shown.items()]
    counts = [f" ({model['sessions']})" if "sessions" in model else "" for model in models]
    words += [f"{model.get('name')}{count}" for model, count in zip(models, counts, strict=True)]
    return ", ".join(words)


def _source(event: Mapping[str, Any], agent: str) -> str:
    source = event.get("sources", {}).get(agent, "decided")
    return "" if source == "decided" else f" ({source})"
