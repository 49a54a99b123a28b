"""How the misbehaving servers of the tests are made: the table of their words and two bases.

``FAULTS`` maps the word of ``--how`` to the class. Unless its docstring says otherwise a fault begins after
``after`` good answers of a session (0: at once) and lasts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from tests.players.servers.plain import Chosen, Message, PlainServer, Session

HEADER = dict[str, Any]

F = TypeVar("F", bound=type[PlainServer])
FAULTS: dict[str, type[PlainServer]] = {"good": PlainServer}


def how(word: str) -> Callable[[F], F]:
    """Put a class into the table under its word."""

    def put(fault: F) -> F:
        FAULTS[word] = fault
        return fault

    return put


class Fault(PlainServer):
    """Does its `misdeed` in place of every answer after the first ``after`` ones."""

    def decide(self, session: Session, header: HEADER, frames: list[bytes]) -> list[Message]:
        if session.acts <= self.after:
            return super().decide(session, header, frames)
        return self.misdeed(session, header, super().decide(session, header, frames))

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        """What goes out in place of the ``honest`` answer."""
        raise NotImplementedError


class Spoiled(PlainServer):
    """Sends well-formed answers with other numbers in them after the first ``after`` answers."""

    def choices(self, session: Session, header: HEADER, frames: list[bytes]) -> list[Chosen]:
        every = super().choices(session, header, frames)
        if session.acts > self.after:
            for chosen in every:
                self.spoil(chosen)
        return every

    def spoil(self, chosen: Chosen) -> None:
        """Change what goes out in one array."""
        raise NotImplementedError
