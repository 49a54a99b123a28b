"""The messages of the seat protocol, version 1, as typed values.

``docs/protocol.md`` explains them to people who write a server or a bot; this is the same in types. Arena's
end asks ("client"), the policy's end answers ("server"); which of them dialled does not matter.
:mod:`arena.wire.codec` turns them into frames and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from arena.wire.arrays import NamedArray
from arena.wire.spaces import Plain

VERSION = 1


class Refusal(StrEnum):
    """Why a server does not play."""

    VERSION = "version"
    """No common protocol version."""
    MALFORMED = "malformed"
    """A message that breaks the protocol."""
    GAME = "game"
    """It does not know the game."""
    SPACES = "spaces"
    """Its policy was made for other spaces."""
    AGENTS = "agents"
    """It does not play these agents."""
    MODEL = "model"
    """The model asked for is not there or cannot be loaded."""
    UNSUPPORTED = "unsupported"
    """Something else that this server cannot do."""
    BUSY = "busy"
    """It takes no more matches now."""
    NO_SESSION = "no_session"
    """It does not know this match (it was restarted): say hello again."""
    CRASH = "crash"
    """The policy raised an exception; the message holds it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Agents with identical spaces."""

    agents: tuple[str, ...]
    observation: Plain
    action: Plain


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one group: one a seat, in the order of its arrays' first axis."""

    group: int
    agents: tuple[str, ...] = ()
    """In ``act``, ``result`` and ``observe``."""
    ids: tuple[int, ...] = ()
    """Request ids, in ``act`` and ``action``."""
    sources: tuple[str, ...] = ()
    """Where the applied actions came from, in ``result`` and ``observe``."""
    arrays: Mapping[str, tuple[NamedArray, ...]] = field(default_factory=dict)
    """``observation``, ``legal``, ``action``, ``reward``, ``terminated``, ``truncated``, as the kind has
    them."""

    def __len__(self) -> int:
        return len(self.ids or self.agents)


@dataclass(frozen=True, slots=True)
class Hello:
    """Client: these agents of this match want a policy. Starts or restarts a session."""

    kind: ClassVar[str] = "hello"
    match: str
    game: str
    paradigm: str
    groups: tuple[Group, ...]
    versions: tuple[int, ...] = (VERSION,)
    options: Mapping[str, str] = field(default_factory=dict)
    """``model``: which of several policies; ``mode``: ``deterministic`` or ``sampled``."""
    client: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who decides, for lobbies and records."""

    id: str = ""
    name: str = ""
    description: str = ""
    label: str = ""
    """What decides, e.g. ``PPO 2x64``."""
    backend: str = ""
    deterministic: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """Server: it plays (answer to ``hello``), or is ready to decide in ``episode`` (answer to ``reset``)."""

    kind: ClassVar[str] = "ready"
    match: str
    episode: int | None = None
    version: int = VERSION
    policy: Policy = field(default_factory=Policy)
    wants: tuple[str, ...] = ()
    """What it wants to be sent besides requests: ``position``, ``result``, ``observe``."""
    groups: tuple[Group, ...] = ()
    """The spaces its policy was made for, in the order of the hello's groups, if it knows them."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Server: it does not play (any more); the sentence is for people."""

    kind: ClassVar[str] = "refused"
    match: str
    reason: Refusal
    message: str


@dataclass(frozen=True, slots=True)
class Reset:
    """Client: an episode begins, or these agents take over in the middle of one; forget what was."""

    kind: ClassVar[str] = "reset"
    match: str
    episode: int
    seeds: Mapping[str, int]
    """Agent -> seed of its own random stream, for every agent that is seated here."""
    mid_episode: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """Client: decide."""

    kind: ClassVar[str] = "act"
    match: str
    episode: int
    tick: int
    blocks: tuple[Block, ...]
    budget_s: float | None = None
    """Seconds until the answer is late, counted from sending; ``None``: no limit."""
    clocks: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Agent -> seconds left and seconds added a move."""
    position: Any = None
    """The game's state as plain data, where all see all and the server wants it."""


@dataclass(frozen=True, slots=True)
class Action:
    """Server: decisions, for any of the requests still open."""

    kind: ClassVar[str] = "action"
    match: str
    blocks: tuple[Block, ...] = ()
    abstain: tuple[int, ...] = ()
    """Requests it will not decide."""


@dataclass(frozen=True, slots=True)
class Result:
    """Client: what a tick did to seats of this server, and what acted for them."""

    kind: ClassVar[str] = "result"
    match: str
    episode: int
    tick: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Observe:
    """Client: what somebody else did in a seat (after a takeover, or as a demonstration); no answer."""

    kind: ClassVar[str] = "observe"
    match: str
    episode: int
    tick: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class End:
    """Client: the episode is over."""

    kind: ClassVar[str] = "end"
    match: str
    episode: int
    reason: str
    ticks: int
    ranks: Mapping[str, int] = field(default_factory=dict)
    returns: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bye:
    """Either: the session is over (no agents), or these agents left it."""

    kind: ClassVar[str] = "bye"
    match: str
    agents: Sequence[str] = ()
    message: str = ""


Message = Hello | Ready | Refused | Reset | Act | Action | Result | Observe | End | Bye

ARRAY_FIELDS: Mapping[str, frozenset[str]] = {
    "act": frozenset({"observation", "legal"}),
    "action": frozenset({"action"}),
    "result": frozenset({"observation", "action", "reward", "terminated", "truncated"}),
    "observe": frozenset({"observation", "action", "reward", "terminated", "truncated"}),
}
"""Which arrays the blocks of each kind may hold."""
