"""Arguments that describe a match, shared by the commands that start one."""

from __future__ import annotations

import argparse

from arena.errors import OptionError


def add_match_arguments(parser: argparse.ArgumentParser, *, game_required: bool) -> None:
    """GAME SEATS... and everything that can be chosen about a match."""
    parser.add_argument(
        "game", nargs=None if game_required else "?", help="a game id or short name (see `arena games`)"
    )
    parser.add_argument(
        "seats",
        nargs="*",
        metavar="AGENT=CONTROLLER",
        help="who decides for whom, e.g. player_0=stockfish '*=random'",
    )
    parser.add_argument(
        "--env",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an option of the environment's factory",
    )
    parser.add_argument("--episodes", type=int, default=1, metavar="N", help="games to play in this match")
    parser.add_argument("--seed", type=int, metavar="S", help="master seed; a drawn one is printed")
    parser.add_argument("--pace", default="", help="realtime, wait or fast")
    parser.add_argument("--hz", type=float, help="slots a second in real time")
    parser.add_argument(
        "--clock", default="", metavar="M+S", help="5+3: minutes and seconds a move; 30s+1; none"
    )
    parser.add_argument("--on-late", default="", metavar="RULE", help="repeat(N), noop or forfeit(N)")
    parser.add_argument("--late-answer", default="", metavar="RULE", help="apply (default) or drop")
    parser.add_argument(
        "--on-illegal", default="", metavar="RULE", help="forfeit, noop or retry (not in real time)"
    )
    parser.add_argument(
        "--move-limit",
        type=float,
        metavar="SECONDS",
        help="longest time for a decision where the match waits",
    )
    parser.add_argument(
        "--ready-timeout", type=float, metavar="SECONDS", help="how long seats may take to get ready"
    )
    parser.add_argument("--delay", default="", metavar="TICKS", help="hold decisions: N, or agent=N,agent=N")
    parser.add_argument(
        "--max-ticks", type=int, default=0, metavar="N", help="end each episode after N ticks"
    )
    parser.add_argument("--rated", action="store_true", help="count it in the league; no undo")


def setup_from(args: argparse.Namespace, *, pace: str = "") -> object:
    """The :class:`arena.session.MatchSetup` of parsed arguments; ``pace`` is the command's own default."""
    from arena.match.choices import RuleChoices
    from arena.session import MatchSetup

    rules = RuleChoices(
        pace=args.pace or pace,
        hz=args.hz,
        clock=args.clock,
        on_late=args.on_late,
        late_answer=args.late_answer,
        on_illegal=args.on_illegal,
        move_limit_s=args.move_limit,
        ready_timeout_s=args.ready_timeout,
        delay=args.delay,
        max_ticks=args.max_ticks,
    )
    return MatchSetup(
        game=args.game,
        seats=tuple(args.seats),
        options=pairs(args.env),
        rules=rules,
        episodes=args.episodes,
        seed=args.seed,
        rated=args.rated,
    )


def pairs(words: list[str]) -> dict[str, str]:
    """``["a=1"]`` as a dict; :class:`OptionError` for a word without ``=``."""
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise OptionError(f"--env {word!r} is not key=value")
        found[key] = value
    return found
