"""What a guest's owner wants to hear of its matches: a line a result, and what the own bot raised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from arena.errors import WireError
from arena.wire.codec import decode
from arena.wire.messages import Bye, End, Hello, Message, Refusal, Refused

REMEMBERED = 64
"""Matches that are told apart; one that ended while the line was down is forgotten like this."""

_KINDS = (b"\xa5hello", b"\xa3end", b"\xa3bye", b"\xa7refused")
"""Kinds of interest as they lie in a header; most messages are none of them and are not decoded for us."""


@dataclass(slots=True)
class _Played:
    number: int
    game: str
    agents: set[str] = field(default_factory=set)


class MatchNews:
    """Listens to what a host and a bot say to each other. ``tell`` gets sentences, a line each."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._count = 0
        self._matches: dict[str, _Played] = {}

    def heard(self, frames: Sequence[Any]) -> None:
        """The host said something about a match."""
        match _of_interest(frames):
            case Hello() as hello:
                self._begin(hello)
            case End() as end if end.match in self._matches:
                played = self._matches[end.match]
                self._tell(_result(played, end))
                wrong = _wrong(played, end)
                if wrong:
                    self._tell(wrong)
            case Bye(agents=()) as bye:
                self._matches.pop(bye.match, None)

    def said(self, frames: Sequence[Any]) -> None:
        """The bot answered."""
        message = _of_interest(frames)
        if isinstance(message, Refused) and message.reason is Refusal.CRASH:
            played = self._matches.get(message.match)
            self._tell(f"match {played.number}: {message.message}" if played else message.message)

    def _begin(self, hello: Hello) -> None:
        """A new match, or one that goes on after a drop."""
        played = self._matches.get(hello.match)
        if played is None:
            self._count += 1
            played = self._matches[hello.match] = _Played(self._count, hello.game)
            if len(self._matches) > REMEMBERED:
                del self._matches[next(iter(self._matches))]
        played.agents = {agent for group in hello.groups for agent in group.agents}


def _of_interest(frames: Sequence[Any]) -> Message | None:
    header = bytes(frames[0]) if frames else b""
    if not any(kind in header for kind in _KINDS):
        return None
    try:
        return decode(frames)
    except WireError:
        return None  # the desk says what is wrong with it


def _wrong(played: _Played, end: End) -> str:
    """``match 3: of your answers 2 came late, 1 was illegal``; nothing where all was well."""
    told = [
        f"{count} {words if count > 1 else word}"
        for counts, word, words in (
            (end.late, "came late", "came late"),
            (end.illegal, "was illegal", "were illegal"),
            (end.clipped, "was clipped to the limits", "were clipped to the limits"),
        )
        if (count := sum(counts.get(agent, 0) for agent in played.agents)) > 0
    ]
    return f"{_which(played, end)}: of your answers {', '.join(told)}" if told else ""


def _which(played: _Played, end: End) -> str:
    episode = f", episode {end.episode + 1}" if end.episode else ""
    return f"match {played.number}{episode}"


def _result(played: _Played, end: End) -> str:
    """``match 3: won (checkmate), player_0 against player_1 in classic/chess-v6``."""
    ours = [agent for agent in end.ranks if agent in played.agents]
    others = [agent for agent in end.ranks if agent not in played.agents]
    company = "+".join(ours) + (f" against {', '.join(others)}" if others else "")
    line = f"{_which(played, end)}: {_standing(ours, others, end)} ({end.reason})"
    return f"{line}, {company} in {played.game}" if company else f"{line}, {played.game}"


def _standing(ours: Sequence[str], others: Sequence[str], end: End) -> str:
    ranks = [end.ranks[agent] for agent in ours]
    if not ranks or min(ranks) < 1 or not others:
        return "over"
    best, theirs = min(ranks), [end.ranks[agent] for agent in others]
    if all(rank == best for rank in theirs):
        return "drawn"
    if best == 1:
        return "shared first place" if 1 in theirs else "won"
    return "lost" if len(end.ranks) == 2 else f"place {best} of {len(end.ranks)}"
