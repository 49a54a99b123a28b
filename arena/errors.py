"""Every error that Arena raises on purpose.

A message holds the value that was wrong, what is allowed, and what to do. The command line prints it with no
traceback and leaves with :attr:`ArenaError.exit_code`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class ArenaError(Exception):
    """Base of all deliberate errors; ``str(error)`` is a sentence for the person at the keyboard."""

    exit_code = 2


class UnknownNameError(ArenaError):
    """A name that is not in a known set; the message lists the set and the nearest names, or those that were
    ``meant``.
    """

    def __init__(
        self, kind: str, value: str, allowed: Iterable[str], hint: str = "", meant: Sequence[str] = ()
    ) -> None:
        self.kind, self.value, self.allowed = kind, value, sorted(allowed)
        near = meant or difflib.get_close_matches(value, self.allowed, n=3, cutoff=0.5)
        message = f"unknown {kind} {value!r}"
        if near:
            message += f"; did you mean {' or '.join(repr(name) for name in near)}?"
        listed = ", ".join(self.allowed) if self.allowed else "none"
        message += f" Known: {listed}." if near else f"; known: {listed}."
        super().__init__(f"{message} {hint}".rstrip())


class GameError(ArenaError):
    """A game cannot be made, was given options it does not take, or broke its own contract."""


class SeatError(ArenaError):
    """A seating that cannot be played: an empty seat, a misfit controller, a malformed string."""


class OptionError(ArenaError):
    """An option that is unknown, malformed or out of range."""


class ControllerError(ArenaError):
    """A controller cannot start or can no longer decide."""


class RuleError(ArenaError):
    """Rules that contradict each other or the game."""


class RecordError(ArenaError):
    """A record that cannot be read, verified or written."""


class WireError(ArenaError):
    """A message that breaks the protocol or its limits."""


class HomeError(ArenaError):
    """The folder Arena keeps its things in cannot be used."""


class StoreError(ArenaError):
    """The league database cannot be opened or written."""


class MisfitError(StoreError):
    """One entry does not fit the league; its database is sound and takes others."""


class WindowError(ArenaError):
    """No window can be shown here, or the one there was is gone."""


class MissingPartError(ArenaError):
    """An optional program or package is not installed; the message names the command that installs it."""
