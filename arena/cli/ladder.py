"""`arena ladder`: how strong players are against each other, in a table with intervals."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from arena.cli.setup import add_game_options, pairs
from arena.errors import GameError, OptionError
from arena.processes import module_command

if TYPE_CHECKING:
    from arena.league.ladder import Duel


INTERMIXED = True
"""Options may stand between the players."""

_BLOCK = 10
"""Matches from one beginning."""
_SEEDS = 1_000_003


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.description = (
        "Play every player against the next stronger one, or all against all, with seats swapped and the "
        "same beginnings for both, and print who wins how often, with 95 % intervals. The exit code is 1 "
        "where a pair is not told apart (50 % lies within its interval) or the one named as weaker wins; "
        "with --all and --mirror, which expect nothing, it is 0."
    )
    parser.add_argument("game", metavar="GAME", help="a game's id or short name (see `arena games`)")
    parser.add_argument(
        "players",
        nargs="*",
        default=[],
        metavar="PLAYER",
        help="seating words such as random or script:club, weakest first (else noop, random and the game's "
        "scripts)",
    )
    parser.add_argument("--matches", type=int, default=200, metavar="N", help="for each pair; even (200)")
    parser.add_argument("--all", action="store_true", help="all against all, not only neighbours")
    parser.add_argument("--mirror", action="store_true", help="each player against itself: is a seat better?")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the first beginning (1)")
    add_game_options(parser)
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes to play in (1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--share", default="0/1", help=argparse.SUPPRESS)  # what part of it a job plays


def run(args: argparse.Namespace) -> int:
    """Play and print; the exit code is 1 where a stronger player is not above a weaker one."""
    if args.matches < 2 or args.matches % 2:
        raise OptionError(f"--matches {args.matches}: an even number of at least 2, for seats are swapped")
    if args.seed < 0:
        raise OptionError(f"--seed {args.seed}: a whole number from 0")
    if args.jobs < 1:
        raise OptionError(f"--jobs {args.jobs}: at least 1")
    if args.jobs > 1:
        duels = _spread(args)
    else:
        number, of = (int(part) for part in args.share.split("/"))
        duels = [_play(args, *pair, number, of) for pair in _pairs(args)]
    if args.json:
        print(json.dumps([_plain(duel) for duel in duels], indent=2))
    else:
        _show(args, duels)
    return 0 if args.mirror or args.all or all(duel.apart and duel.score > 0.5 for duel in duels) else 1


def _pairs(args: argparse.Namespace) -> list[tuple[str, str]]:
    """The stronger one first."""
    from arena.games import catalog
    from controllers.scripts.registry import scripts_for

    scripts = [f"script:{script.id}" for script in scripts_for(catalog.get(args.game).id)]
    players = args.players or ["noop", "random", *scripts]
    if args.mirror:
        return [(player, player) for player in players]
    if len(players) < 2:
        raise OptionError("name two players at least, weakest first: arena ladder chess random script:novice")
    if args.all:
        return [(strong, weak) for weak, strong in combinations(players, 2)]
    if args.players:
        return [(strong, weak) for weak, strong in pairwise(players)]
    if not scripts:
        raise OptionError(f"there are no scripts for {args.game}; name the players, weakest first")
    return [(scripts[0], "noop"), (scripts[0], "random"), *((b, a) for a, b in pairwise(scripts))]


def _play(args: argparse.Namespace, first: str, second: str, number: int, of: int) -> Duel:
    """Share ``number`` of ``of`` of one pair's matches: half of them with seats swapped."""
    from arena.league import ladder

    options = pairs(args.env)
    ways = (False,) if args.mirror else (False, True)  # swapped, a mirror would hide what it is to show
    count = args.matches // len(ways)
    duel, done = ladder.Duel(first, second), 0

    def tell(_outcome: object) -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            print(f"\r{first} against {second}: {done}", end="", file=sys.stderr, flush=True)

    blocks = range(0, count, _BLOCK)[number::of]  # so that any number of jobs plays the same matches
    for block in blocks:
        for swapped in ways:
            duel.add(
                ladder.play(
                    args.game, first, second, min(_BLOCK, count - block), args.seed * _SEEDS + block,
                    options=options, swapped=swapped, on_episode=tell,
                )
            )  # fmt: skip
    if done and sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return duel


def _spread(args: argparse.Namespace) -> list[Duel]:
    """Have processes of this very command play a share each."""
    from arena.league.ladder import Duel

    words = [args.game, *args.players, "--matches", str(args.matches), "--seed", str(args.seed), "--json"]
    words += [word for option in args.env for word in ("--env", option)]
    words += [f"--{name}" for name in ("all", "mirror") if getattr(args, name)]
    jobs = [
        subprocess.Popen(
            module_command("arena", "ladder", *words, "--share", f"{number}/{args.jobs}"),
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(args.jobs)
    ]
    duels: list[Duel] = []
    try:
        for job in jobs:
            printed, _ = job.communicate()
            if job.returncode not in {0, 1}:
                raise GameError("a process that played a share of the matches failed; see above")
            shares = [Duel(**_counts(row)) for row in json.loads(printed)]
            for total, share in zip(duels, shares, strict=True) if duels else ():
                total.add(share)
            duels = duels or shares
    finally:
        for job in jobs:
            job.kill()
            job.wait()
    return duels


_COUNTS = ("first", "second", "wins", "draws", "losses", "by_the_clock", "spoiled")


def _counts(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _COUNTS}


def _plain(duel: Duel) -> dict[str, Any]:
    low, high = duel.interval()
    told = {name: getattr(duel, name) for name in _COUNTS}
    return {**told, "score": duel.score, "low": low, "high": high, "apart": duel.apart}


def _show(args: argparse.Namespace, duels: Sequence[Duel]) -> None:
    names = [(duel.first, duel.second) for duel in duels]
    wide, wide2 = (max(len(pair[side]) for pair in names) for side in (0, 1))
    seats = "the first has the first seats" if args.mirror else "seats swapped"
    print(f"{args.game}: {args.matches} matches a pair, {seats}\n")
    print(
        f"{'':<{wide}}  {'against':<{wide2}}  {'won':>4} {'drawn':>5} {'lost':>4}  {'score':>6}  "
        "95 % interval    by the clock"
    )
    for duel in duels:
        low, high = duel.interval()
        late = duel.by_the_clock / max(1, duel.count)
        verdict = "" if args.mirror or duel.apart else "  not told apart"
        if args.mirror and duel.apart:
            verdict = "  a seat is better"
        spoiled = "".join(f"  {count} ended by {reason}" for reason, count in duel.spoiled.items())
        print(
            f"{duel.first:<{wide}}  {duel.second:<{wide2}}  {duel.wins:>4} {duel.draws:>5} {duel.losses:>4}  "
            f"{duel.score:>6.1%}  {low:>5.1%} to {high:>5.1%}  {late:>12.0%}"
            f"{verdict}{spoiled}"
        )
    if any(duel.spoiled for duel in duels):
        print(
            f"\nwhat ended by a fault does not count; `arena match {args.game}` with these players says why"
        )
    elif not args.mirror and not all(duel.apart for duel in duels):
        print("\nnot told apart: 50 % lies within the interval; more --matches make it narrower")
