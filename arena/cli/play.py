"""``arena play``: open the window; with a game, its lobby; with seats too, the match itself."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from arena.cli.setup import add_match_arguments, setup_from
from arena.errors import OptionError, SeatError, UnknownNameError

if TYPE_CHECKING:
    from arena.games.entry import CatalogEntry
    from arena.session import MatchSetup
    from scenes.app import App

_TERMINATED = 143

INTERMIXED = True
"""Options may stand between the seats."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_match_arguments(parser, game_required=False)
    parser.add_argument("--size", metavar="WxH", help="size of the window in pixels, e.g. 1280x720")
    parser.add_argument("--fullscreen", action="store_true", default=None, help="fill the display")


def run(args: argparse.Namespace) -> int:
    """Show the window until it is closed. What was asked for wrongly is refused before a match begins."""
    from arena.games import catalog
    from arena.home import arena_home

    home = arena_home(args.home)
    size = None if args.size is None else size_of(args.size)
    entry = catalog.get(args.game) if args.game else None

    from scenes.app import INTERRUPTED, TERMINATED, App
    from scenes.screens.home import HomeScreen

    with App(home, size=size, fullscreen=args.fullscreen) as app:
        first = HomeScreen(app)
        if entry is not None:
            app.push(first)
            app.loop_once()  # gamepads make themselves known
            _go_to(app, entry, cast("MatchSetup", setup_from(args)))
        ended = app.run(first if entry is None else None)
    if ended == INTERRUPTED:
        raise KeyboardInterrupt
    return _TERMINATED if ended == TERMINATED else 0


def size_of(text: str) -> tuple[int, int]:
    """``1280x720`` as numbers; raises :class:`OptionError` for what is not like that."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise OptionError(f"size {text!r} is not like 1280x720")
    return int(width), int(height)


def _go_to(app: App, entry: CatalogEntry, setup: MatchSetup) -> None:
    """To the lobby, or past it where every seat was named."""
    from scenes.screens.lobby import LobbyScreen
    from scenes.screens.lobby_check import examine
    from scenes.screens.lobby_draft import Draft
    from scenes.screens.match import MatchScreen

    draft = Draft.of(entry, setup)
    if setup.seats or setup.options:
        findings = examine(draft, (), app.hub, app.home.root)
        if findings.problems:
            raise SeatError("; ".join(findings.problems))
        for agent in draft.seats:
            if agent not in findings.agents:
                raise UnknownNameError(
                    "agent", agent, findings.agents, f"These are the agents of {entry.id}."
                )
        draft.set_agents(findings.agents)
    known = replace(draft.setup(), seed=setup.seed) if setup.seats or setup.options else None
    app.push(LobbyScreen(app, entry, known))
    if setup.seats and not draft.empty:
        app.push(MatchScreen(app, setup))
