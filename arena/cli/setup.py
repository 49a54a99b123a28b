"""Arguments that describe a match, shared by the commands that start one."""

from __future__ import annotations

import argparse

from arena.errors import OptionError


def add_match_arguments(parser: argparse.ArgumentParser, *, game_required: bool, pace: str = "") -> None:
    """GAME SEATS... and everything that can be chosen about a match; ``pace``: the command's own default."""
    parser.add_argument(
        "game",
        nargs=None if game_required else "?",
        metavar="GAME",
        help="a game's id or short name (see `arena games`)",
    )
    parser.add_argument(
        "seats",
        nargs="*",
        metavar="AGENT=CONTROLLER",
        help="who decides for whom, e.g. player_0=stockfish '*=random' (see `arena controllers`)",
    )
    add_game_options(parser)
    parser.add_argument("--episodes", type=int, default=1, metavar="N", help="games in this match (1)")
    parser.add_argument("--seed", type=int, metavar="S", help="of everything drawn by chance; else a new one")
    rules = parser.add_argument_group("rules")
    default = pace or "the game's own"
    rules.add_argument(
        "--pace",
        default="",
        help="realtime: so many steps a second; wait: each step when all have decided; fast: as wait, as "
        f"quickly as it goes ({default})",
    )
    rules.add_argument("--hz", type=float, metavar="N", help="steps a second in real time (the game's own)")
    rules.add_argument(
        "--clock",
        default="",
        metavar="M+S",
        help="in games with turns: minutes for the game + seconds for each move, e.g. 5+3; 30s+1 begins with "
        "30 seconds (none)",
    )
    rules.add_argument(
        "--on-late",
        default="",
        metavar="RULE",
        help="what acts for a seat that is late: repeat(N), noop or forfeit(N), N in steps (repeat(15))",
    )
    rules.add_argument(
        "--late-answer",
        default="",
        metavar="RULE",
        help="in real time: apply it at the next step, or drop it (apply)",
    )
    rules.add_argument(
        "--on-illegal",
        default="",
        metavar="RULE",
        help="forfeit, noop or retry, which there is not in real time (noop where all move at once and the "
        "game has one, else forfeit)",
    )
    rules.add_argument(
        "--move-limit",
        type=float,
        metavar="SECONDS",
        help="longest time for a decision, not in real time (none)",
    )
    rules.add_argument(
        "--ready-timeout", type=float, metavar="SECONDS", help="how long seats may take to get ready (30)"
    )
    rules.add_argument(
        "--delay",
        default="",
        metavar="N",
        help="in real time: hold every decision N steps; agent=N,agent=N for some seats (0)",
    )
    rules.add_argument(
        "--max-ticks", type=int, default=0, metavar="N", help="end each game after N steps (the game's own)"
    )
    rules.add_argument("--rated", action="store_true", help="count it in the league; no undo")


def add_game_options(parser: argparse.ArgumentParser) -> None:
    """``--env``, for :func:`pairs`."""
    parser.add_argument(
        "--env",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the game, as `arena games show GAME` lists them; may be repeated",
    )


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
            raise OptionError(f"--env {word!r} is not like NAME=VALUE")
        found[key] = value
    return found
