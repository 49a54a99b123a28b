"""``arena demo``: a short match between programs, for machines without a screen and for a first look."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arena.session import MatchSetup, Session

PICTURE_SIZE = (720, 720)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--seed", type=int, metavar="S", help="master seed")
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="where the final position is drawn")


def demo_setup(seed: int | None = None) -> MatchSetup:
    """Chess against Stockfish where it is installed, else Connect Four between two scripts."""
    from arena.match.choices import RuleChoices
    from arena.session import MatchSetup

    if shutil.which("stockfish") or Path("/usr/games/stockfish").exists():
        game, seats = "classic/chess-v6", ("player_0=stockfish:nodes=3000", "player_1=script:chess/novice")
    else:
        game, seats = (
            "classic/connect_four-v3",
            ("player_0=script:connect_four/master", "player_1=script:connect_four/club"),
        )
    return MatchSetup(game, seats, rules=RuleChoices(pace="fast"), seed=seed)


def run(args: argparse.Namespace) -> int:
    """Play the demo, print the result, and say where record and picture are."""
    from arena.cli.match import play, print_report
    from arena.home import arena_home

    home = arena_home(args.home)
    setup = demo_setup(args.seed)
    print(
        f"A demo match of {setup.game}: {' against '.join(seat.partition('=')[2] for seat in setup.seats)}."
    )
    target: Path = args.picture or home.root / "demo.png"
    session = play(setup, home, progress=sys.stderr.isatty(), at_end=lambda ended: draw_end(ended, target))
    print_report(session)
    print(f"picture of the final position: {target}")
    print("Next: `arena games` lists what can be played; with a screen, `arena` opens the window.")
    return 0


def draw_end(session: Session, target: Path) -> None:
    """Draw the final position of a match with a view of ours to a PNG file."""
    import os

    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    import pygame

    from scenes.views import load
    from scenes.views.style import ViewStyle

    match = session.match
    snapshot = match.host.snapshot("all")
    if match.entry.view is None or snapshot is None:
        return
    names = {agent: descriptor.name for agent, descriptor in match.descriptors().items()}
    surface = load(match.entry.view).draw(snapshot, PICTURE_SIZE, 1.0, ViewStyle(names=names, animate=False))
    target.parent.mkdir(parents=True, exist_ok=True)
    pygame.image.save(surface, str(target))
