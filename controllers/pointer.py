"""A person who picks actions on the screen, on a board or in a list of legal actions: ``human:pointer``."""

from __future__ import annotations

from gymnasium import spaces

from arena.match.kinds import BuildContext
from controllers.inputs import InputHub
from controllers.way import Way

CLICKED_VIEWS = frozenset({"chess", "connect_four", "tictactoe", "rps"})
"""Views on which every action is a click; go lacks its pass, all others get a list of the actions."""


def find(_target: str, _hub: InputHub, _player: str, _game: str) -> Way:
    """The way of ``pointer``: no device of its own, everybody may click."""
    return Way("pointer", None, None)


def fits(context: BuildContext) -> bool:
    """Whether actions of this game can be picked: its view takes clicks, or its actions can be listed."""
    if context.entry.pointer:
        return True
    return all(isinstance(seat.action_space, spaces.Discrete) for seat in context.seats)


def natural(context: BuildContext) -> bool:
    """Whether picking is the natural way to play this game, and keys need not reach every action."""
    return context.entry.pointer or (fits(context) and context.entry.paradigm == "sequential")
