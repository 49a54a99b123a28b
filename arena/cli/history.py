"""`arena history`: the matches played, newest first."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from arena.errors import OptionError

if TYPE_CHECKING:
    from arena.league.intake import Intake
    from arena.league.queries import MatchLine, SeatLine
    from arena.league.store import Store

_NAMED_SEATS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--game", metavar="TEXT", help="only games with this in their id")
    parser.add_argument(
        "--player", metavar="TEXT", help="only matches of players with this in their name or id"
    )
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="how many (default 20)")
    parser.add_argument("--players", action="store_true", help="list the players instead of the matches")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Take in what a crash left behind, then list."""
    from arena.home import arena_home
    from arena.league.intake import take_in
    from arena.league.queries import history
    from arena.league.store import Store

    if args.limit < 1:
        raise OptionError(f"--limit must be at least 1, got {args.limit}")
    home = arena_home()
    with Store.open(home) as store:
        _report(take_in(home, store))
        if args.players:
            return _players(store, as_json=args.json)
        lines = history(store, game=args.game, player=args.player, limit=args.limit)
    if args.json:
        print(json.dumps([line.to_dict() for line in lines], indent=2))
    elif lines:
        _print(lines)
    elif args.game or args.player:
        print("no match fits; `arena history` alone lists all")
    else:
        print("no matches yet; `arena match tictactoe '*=random'` plays one")
    return 0


def _report(intake: Intake) -> None:
    """Records that cannot be read are said, but not on standard output: it may be JSON."""
    for name, why in intake.unreadable.items():
        print(f"arena: the record {name} cannot be read: {why}", file=sys.stderr)


def _print(lines: list[MatchLine]) -> None:
    from arena.cli.match import print_table
    from arena.cli.text import when

    rows = [[when(line.started), line.game, result_of(line), _ended(line), line.id[-8:]] for line in lines]
    print_table([["played", "game", "result", "ended by", "match"], *rows])


def result_of(line: MatchLine) -> str:
    """Who sat there and what came of it: points where seats were ranked, else scores."""
    from arena.cli.text import clean

    ranked = any(seat.wins or seat.draws or seat.losses for seat in line.seats)
    played = bool(line.reasons.keys() - {"aborted", "environment", "refused"})
    shown = [
        f"{clean(seat.name)} {_figure(seat, ranked=ranked)}".strip() if played else clean(seat.name)
        for seat in line.seats[:_NAMED_SEATS]
    ]
    more = len(line.seats) - _NAMED_SEATS
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _figure(seat: SeatLine, *, ranked: bool) -> str:
    if not ranked:
        return f"{seat.score:.4g}"
    halves = 2 * seat.wins + seat.draws
    return (str(halves // 2) if halves > 1 or not halves % 2 else "") + ("½" if halves % 2 else "")


def _ended(line: MatchLine) -> str:
    reasons = ", ".join(
        reason if count == 1 and line.episodes == 1 else f"{count} {reason}"
        for reason, count in line.reasons.items()
    )
    if line.status == "finished":
        return reasons
    return f"{line.status} ({reasons})" if reasons and reasons != line.status else line.status


def _players(store: Store, *, as_json: bool) -> int:
    from dataclasses import asdict

    from arena.cli.match import print_table
    from arena.league.queries import all_players

    found = all_players(store)
    if as_json:
        print(json.dumps([asdict(player) for player in found], indent=2))
        return 0
    if not found:
        print("nobody has played yet")
        return 0
    rows = [
        [
            player.name,
            player.kind,
            *map(str, (player.episodes, player.wins, player.draws, player.losses)),
        ]
        for player in found
    ]
    print_table([["player", "kind", "games", "won", "drawn", "lost"], *rows])
    return 0
