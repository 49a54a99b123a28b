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
    TOKEN = "token"  # noqa: S105 - a reason, no secret
    """The host does not know the seat token, or it is used up or expired."""
    LIMIT = "limit"
    """More, or more often, than this end takes from one peer."""
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


@dataclass(slots=True)  # to be read only; frozen ones take three times as long to make
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
    """What it wants to be sent besides requests: ``position``, ``result``, ``observe``, ``view``."""
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


@dataclass(slots=True)  # to be read only; frozen ones take three times as long to make
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


@dataclass(slots=True)  # to be read only; frozen ones take three times as long to make
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
    late: Mapping[str, int] = field(default_factory=dict)
    """Agent of this server -> its answers that came late, where there were any; so the next two."""
    illegal: Mapping[str, int] = field(default_factory=dict)
    clipped: Mapping[str, int] = field(default_factory=dict)
    """Actions that were cut to the limits of a Box."""


@dataclass(frozen=True, slots=True)
class Bye:
    """Either: the session is over (no agents), or these agents left it."""

    kind: ClassVar[str] = "bye"
    match: str
    agents: Sequence[str] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Server that dials in: let me sit down. The first message to a host; ``match`` is empty."""

    kind: ClassVar[str] = "join"
    token: str = ""
    """A seat token, for the first time."""
    resume: str = ""
    """What ``joined`` gave, to come back to the same place after a drop."""
    name: str = ""
    """Display name, as others will see it."""
    role: str = "bot"
    """One of :data:`ROLES`."""
    versions: tuple[int, ...] = (VERSION,)
    client: str = ""
    match: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Host: you are in. A ``hello`` follows for every match that seats you."""

    kind: ClassVar[str] = "joined"
    resume: str
    """The secret that brings back to this place; never shown to others."""
    name: str = ""
    """As it is shown; the host may have changed it."""
    place: str = ""
    """For people: ``the queue``, or which seat of which match."""
    games: tuple[str, ...] = ()
    version: int = VERSION
    match: str = ""


@dataclass(frozen=True, slots=True)
class Ping:
    """Either: are you there? Answered at once by a ``pong`` with the same number."""

    kind: ClassVar[str] = "ping"
    number: int = 0
    match: str = ""


@dataclass(frozen=True, slots=True)
class Pong:
    """Either: the answer to a ``ping``."""

    kind: ClassVar[str] = "pong"
    number: int = 0
    match: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Either: a sentence for people and for the record; nothing changes by it.

    A server says so that a reload failed and the old policy goes on; a host that it looks for an opponent.
    """

    kind: ClassVar[str] = "remark"
    match: str
    message: str
    level: str = "info"
    """One of :data:`LEVELS`."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawn image of a game without a view of ours, as it travels."""

    size: tuple[int, int]
    """Width and height in pixels."""
    encoding: str
    """``zstd``: RGB, three bytes a pixel, row by row, compressed with Zstandard; ``raw``: the same, plain."""
    data: Any
    """Bytes-like."""


@dataclass(frozen=True, slots=True)
class View:
    """Client, to a server that wants ``view``: what a person in these seats may see now."""

    kind: ClassVar[str] = "view"
    match: str
    episode: int
    tick: int
    snapshot: Any = None
    """The game's public part as plain data, filtered for these seats; ``None`` where there are pictures."""
    picture: Picture | None = None
    table: Mapping[str, Any] = field(default_factory=dict)
    """What stands around the board, as plain data: ``phase``, ``names``, ``scores``, ``clocks``..."""


@dataclass(frozen=True, slots=True)
class Input:
    """Server: from now on these seats hold this action, in real time, until the next input.

    For people whose fingers are far away: nothing is asked, so the way there is paid once, not twice.
    """

    kind: ClassVar[str] = "input"
    match: str
    episode: int
    number: int
    """Counts up from 1 within an episode; an older one than the newest is passed over."""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """Server: what a person may say beside their moves."""

    kind: ClassVar[str] = "command"
    match: str
    agent: str
    command: str
    """One of :data:`COMMANDS`."""


Message = (
    Hello
    | Ready
    | Refused
    | Reset
    | Act
    | Action
    | Result
    | Observe
    | End
    | Bye
    | Join
    | Joined
    | Ping
    | Pong
    | Remark
    | View
    | Input
    | Command
)

ROLES = ("bot", "person")
"""What a ``join`` may be."""

LEVELS = ("info", "warning")
"""What a ``remark`` may be."""

COMMANDS = ("resign", "offer_draw", "accept_draw", "decline_draw", "ready", "leave")
"""What a ``command`` may say."""

WANTS = ("position", "result", "observe", "view")
"""What a ``ready`` may ask for; words of a later revision are passed over."""

ARRAY_FIELDS: Mapping[str, frozenset[str]] = {
    "act": frozenset({"observation", "legal"}),
    "action": frozenset({"action"}),
    "result": frozenset({"observation", "action", "reward", "terminated", "truncated"}),
    "observe": frozenset({"observation", "action", "reward", "terminated", "truncated"}),
    "input": frozenset({"action"}),
}
"""Which arrays the blocks of each kind may hold."""
