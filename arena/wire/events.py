"""What one end of a conversation learns from the other, and how far they are with each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Literal, NamedTuple

from arena.wire.messages import Command, Refusal


class Stage(Enum):
    """How far the conversation is."""

    APART = auto()
    """Nobody is there."""
    GREETING = auto()
    """Hello was said."""
    RESETTING = auto()
    """It plays; the episode's reset was sent."""
    READY = auto()
    """It decides."""
    FAILED = auto()
    """It never will in this episode."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Stands for an action that could not be read; it is illegal in every game, and its text says why."""

    why: str

    def __repr__(self) -> str:
        return f"<{self.why}>"


class Answer(NamedTuple):
    """A decision for one open request; ``action`` is ``None`` where the server abstains."""

    agent: str
    request_id: int
    action: Any


class News(NamedTuple):
    """A change that the match should know of, or a remark of the peer's."""

    kind: Literal["lost", "restored", "failed", "info"]
    message: str
    refusal: Refusal | None = None
    """With ``failed``: the peer's reason, or ours (``malformed``, ``limit``, ``spaces``). After ``limit`` the
    owner should hang up, so that what still comes is not even received."""
    level: str = "info"
    """With ``info``: ``warning`` where the peer called it one."""


class Held(NamedTuple):
    """From now on ``agent`` holds ``action``, in real time; numbers of one reset only go up."""

    agent: str
    action: Any
    number: int


class Echo(NamedTuple):
    """The peer answered the ping with this number."""

    number: int


Event = Answer | News | Held | Echo | Command
