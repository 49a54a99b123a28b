"""`arena record`: show, verify and export the record of a match."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arena.errors import RecordError

if TYPE_CHECKING:
    from arena.records.record import Record
    from arena.records.verify import VerifyReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    for name, help_text in (
        ("show", "what was played, by whom, and how it ended"),
        ("verify", "play it again and compare rewards, ends and digests"),
        ("pgn", "the games of a chess match as PGN"),
        ("export", "all events, one JSON object a line"),
        ("hash", "a hash of the events, however the file is cut into blocks"),
    ):
        command = commands.add_parser(name, help=help_text, allow_abbrev=False)
        nargs = "+" if name == "verify" else None
        command.add_argument(
            "record",
            nargs=nargs,
            metavar="FILE_OR_ID",
            help="a file, or an id of `arena history` or a part of it",
        )
        if name in {"show", "verify"}:
            command.add_argument("--json", action="store_true", help="print JSON")
        if name in {"pgn", "export"}:
            command.add_argument("--out", type=Path, metavar="FILE", help="write here instead of printing")
        if name == "verify":
            command.add_argument(
                "--trust",
                action="store_true",
                help="allow a record to name its game as module:factory (runs code)",
            )


def run(args: argparse.Namespace) -> int:
    """Run one of them; 1 where a record does not verify."""
    if args.what == "verify":
        return _verify(args)
    from arena.records.record import Record

    with Record(_path(args.record)) as record:
        match args.what:
            case "show":
                _show(record, as_json=args.json)
            case "pgn":
                from arena.records.pgn import pgn_of

                _write(args.out, iter([pgn_of(record).rstrip("\n")]))
            case "export":
                _write(args.out, (json.dumps(event, default=repr) for event in _public(record)))
                _warn(record)
            case "hash":
                print(record.payload_hash())
                _warn(record)
    return 0


def _path(name: str) -> Path:
    from arena.home import arena_home
    from arena.records.record import find_record

    file = Path(name).expanduser()
    return file if file.is_file() else find_record(name, arena_home().records_dir)


def _write(out: Path | None, lines: Iterator[str]) -> None:
    if out is None:
        for line in lines:
            print(line)
        return
    try:
        with out.expanduser().open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise RecordError(f"cannot write {out}: {error.strerror or error}") from error
    print(f"written to {out}")


def _public(record: Record) -> Iterator[dict[str, Any]]:
    """The events; while the match runs, without those that players may not see."""
    for event in record.events():
        if not (event.get("private") and record.live):
            yield event


def _warn(record: Record) -> None:
    if record.damage is not None:
        print(f"arena: the record is cut off: {record.damage}", file=sys.stderr)


def _show(record: Record, *, as_json: bool) -> None:
    record.check()
    outcomes = record.outcomes()
    header = {name: value for name, value in record.header.items() if name not in {"v", "kind", "seq", "t"}}
    facts = {
        "file": str(record.path),
        "match": record.match_id,
        "status": "running" if record.live else str(record.status),
        "seed": None if record.live and header.get("seed") is None else _seed(record),
        "events": record.message_count,
        "bytes": record.path.stat().st_size,
        "hash": record.payload_hash(),
        "damage": record.damage,
    }
    if as_json:
        print(
            json.dumps(
                {**facts, "header": header, "outcomes": [item.to_dict() for item in outcomes]}, indent=2
            )
        )
        return
    _print_facts(facts, header)
    if outcomes:
        from arena.cli.match import print_table

        print()
        agents = [seat.agent for seat in outcomes[0].seats]
        rows = [
            [
                str(item.episode + 1),
                str(item.reason),
                str(item.ticks),
                f"{item.duration_s:.2f}",
                *_ranks(item.seats),
            ]
            for item in outcomes
        ]
        print_table([["episode", "ended by", "ticks", "seconds", *agents], *rows])


def _seed(record: Record) -> int | None:
    try:
        return record.seed()
    except RecordError:
        return None


def _print_facts(facts: Mapping[str, Any], header: Mapping[str, Any]) -> None:
    from arena.cli.text import clean, size, when
    from arena.ids import ulid_time_s

    options = ", ".join(f"{name}={value}" for name, value in header.get("options", {}).items())
    rules = header.get("rules", {})
    rows = [
        ("game", f"{header.get('game')}{f' with {options}' if options else ''}"),
        ("match", f"{facts['match']}, {when(ulid_time_s(str(facts['match'])))}"),
        ("status", facts["status"]),
        ("seed", "withheld" if facts["seed"] is None else facts["seed"]),
        (
            "rules",
            ", ".join(f"{name} {value}" for name, value in rules.items() if value not in (None, 0, {})),
        ),
        *((agent, player.get("name")) for agent, player in header.get("players", {}).items()),
        ("file", f"{facts['file']}, {size(facts['bytes'])}, {facts['events']} events"),
        ("hash", facts["hash"]),
        ("versions", ", ".join(f"{name} {value}" for name, value in header.get("versions", {}).items())),
    ]
    if facts["damage"]:
        rows.append(("cut off", facts["damage"]))
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{clean(name):<{width}}  {clean(value)}")


def _ranks(seats: Any) -> list[str]:
    return [f"#{seat.rank} {seat.score:g}" if seat.rank else f"{seat.score:g}" for seat in seats]


def _verify(args: argparse.Namespace) -> int:
    from arena.records.verify import verify

    reports = [verify(_path(name), trusted=args.trust) for name in args.record]
    if args.json:
        print(json.dumps([report.to_dict() for report in reports], indent=2))
    else:
        for report in reports:
            _print_report(report)
    return 0 if all(report.ok for report in reports) else 1


def _print_report(report: VerifyReport) -> None:
    from arena.cli.text import clean

    digests = sum(check.digests for check in report.episodes)
    verdict = "verified" if report.ok else "DOES NOT VERIFY"
    print(
        f"{report.match_id}  {clean(report.game)}: {verdict}, {report.ticks} ticks in "
        f"{len(report.episodes)} episodes, {digests} digests agree, {report.seconds:.2f} s"
    )
    if report.problem is not None:
        print(f"  {clean(report.problem)}")
    for note in report.notes:
        print(f"  {clean(note)}")
