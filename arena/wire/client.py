"""Arena's end of the seat protocol as a state machine, without sockets, threads or clocks of its own.

The owner tells it what happened (connected, disconnected, a message came) and what is wanted (reset, act); it
sends through a callable and leaves :class:`Answer` and :class:`News` in :attr:`ClientSession.events`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Literal, NamedTuple

from arena.errors import WireError
from arena.wire.arrays import Layout
from arena.wire.codec import decode
from arena.wire.messages import (
    VERSION,
    Act,
    Action,
    Block,
    Bye,
    Hello,
    Message,
    Policy,
    Ready,
    Refusal,
    Refused,
    Reset,
)
from arena.wire.spaces import difference

BROKEN_MAX = 3
"""Broken messages in a row after which a server is given up."""

REPORTS_MAX = 10
"""Broken messages of one episode that are told one by one; all are counted."""

HELLOS_MAX = 5
"""Hellos in a row without getting ready."""


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
    """A change that the match should know of."""

    kind: Literal["lost", "restored", "failed", "info"]
    message: str
    refusal: Refusal | None = None
    """With ``failed``: the server's reason, if it gave one."""


class ClientSession:
    """One match's conversation with one server.

    A lost connection forgets what was asked: when it is back the owner asks anew, with a newer observation.
    """

    def __init__(self, hello: Hello, send: Callable[[Message], bool]) -> None:
        """``send`` is false for a message that was dropped. Raises :class:`WireError` for spaces it cannot
        carry.
        """
        self.hello = hello
        self.stage = Stage.APART
        self.policy = Policy()
        self.wants: frozenset[str] = frozenset()
        self.stale = 0
        """Answers to requests that were no longer open."""
        self.broken = 0
        """Messages and actions that could not be read."""
        self.events: deque[Answer | News] = deque()
        self._send = send
        self._actions = [Layout(group.action) for group in hello.groups]
        self._group_of = {agent: i for i, group in enumerate(hello.groups) for agent in group.agents}
        self._open: dict[int, str] = {}
        """Request id -> agent, oldest first; at most one an agent."""
        self._waiting: list[Act] = []
        """Requests made before the server was ready."""
        self._reset: Reset | None = None
        self._connected = self._lost = self._begun = False
        self._hellos = self._broken_in_row = 0
        self._reports = 0

    @property
    def lost(self) -> bool:
        """It was ready once, but is not now."""
        return self._lost

    # ---- what is wanted -----------------------------------------------------------------------------------

    def reset(self, reset: Reset) -> None:
        """An episode begins. A server that failed before is tried again."""
        self._reset, self._begun = reset, False
        self._open.clear()
        self._waiting.clear()
        self._hellos = self._broken_in_row = self._reports = 0
        if self.stage in {Stage.RESETTING, Stage.READY}:
            self.stage = Stage.RESETTING
            self._send(reset)
        elif self.stage is Stage.FAILED:
            self.stage = Stage.APART
            if self._connected:
                self._greet()

    def act(self, act: Act) -> None:
        """Ask for decisions. Older requests for the same agents are not open any more."""
        asked = {agent for block in act.blocks for agent in block.agents}
        self._open = {number: agent for number, agent in self._open.items() if agent not in asked}
        if self._lost or self.stage is Stage.FAILED:
            return
        for block in act.blocks:
            self._open.update(zip(block.ids, block.agents, strict=True))
        if self.stage is Stage.READY:
            self._send(act)
        else:
            self._waiting.append(act)

    def cancel(self, request_ids: Sequence[int]) -> None:
        """Answers to these come too late."""
        for number in request_ids:
            self._open.pop(number, None)

    # ---- what happened ------------------------------------------------------------------------------------

    def connected(self) -> None:
        """A peer is there: say hello."""
        self._connected = True
        if self.stage is not Stage.FAILED:
            self._hellos = 0
            self._greet()

    def disconnected(self, why: str) -> None:
        """The peer is gone."""
        self._connected = False
        if self.stage is Stage.FAILED:
            return
        if self.stage is not Stage.APART:
            self._lose(why)
        self.stage = Stage.APART

    def fail(self, message: str, refusal: Refusal | None = None) -> None:
        """Give the server up for this episode."""
        if self.stage is not Stage.FAILED:
            self.stage = Stage.FAILED
            self._open.clear()
            self._waiting.clear()
            self.events.append(News("failed", message, refusal))

    def received(self, frames: Sequence[Any]) -> None:
        """A message came. Never raises: what is broken is counted, reported and, in the end, given up on."""
        try:
            message = decode(frames)
            unreadable = isinstance(message, Refused) and not message.match
            if message.match == self.hello.match or unreadable:
                self._take(message)
            else:
                self.stale += 1  # of an earlier match on the same connection
        except WireError as error:
            self._take_broken(str(error))
        else:
            self._broken_in_row = 0

    def _take(self, message: Message) -> None:
        match message:
            case Ready():
                self._take_ready(message)
            case Action():
                self._take_action(message)
            case Refused(reason=Refusal.NO_SESSION) if self.stage in {Stage.RESETTING, Stage.READY}:
                self._lose("the policy server forgot this match")
                self._greet()
            case Refused():
                self.fail(f"the policy server refused ({message.reason}): {message.message}", message.reason)
            case Bye():
                self._send(Bye(self.hello.match))  # it may close now: what is unread then would be lost
                self._lose(f"the policy server left: {message.message or 'no reason given'}")
                self.stage = Stage.APART
            case _:
                raise WireError(f"a server does not send {message.kind} messages")

    # ---- getting ready ------------------------------------------------------------------------------------

    def _greet(self) -> None:
        self._hellos += 1
        if self._hellos > HELLOS_MAX:
            self.fail(f"the policy server was greeted {HELLOS_MAX} times and did not get ready")
            return
        self.stage = Stage.GREETING
        self._send(self.hello)

    def _take_ready(self, ready: Ready) -> None:
        if self.stage is Stage.GREETING and ready.episode is None:
            problem = self._misfit(ready)
            if problem is not None:
                self.fail(problem, Refusal.SPACES)
                return
            self.policy, self.wants = ready.policy, frozenset(ready.wants)
            self.stage = Stage.RESETTING
            if self._reset is not None:
                self._send(replace(self._reset, mid_episode=True) if self._begun else self._reset)
        elif (
            self.stage is Stage.RESETTING and self._reset is not None and ready.episode == self._reset.episode
        ):
            self.stage, self._begun = Stage.READY, True
            self._hellos = 0
            if self._lost:
                self._lost = False
                self.events.append(News("restored", f"{self.policy.name or 'the policy server'} is back"))
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                if any(number in self._open for block in act.blocks for number in block.ids):
                    self._send(act)

    def _misfit(self, ready: Ready) -> str | None:
        """Why the server cannot play this match after all, from what it says about itself."""
        if ready.version != VERSION:
            return f"the policy server wants protocol version {ready.version}; this Arena speaks {VERSION}"
        if ready.groups and len(ready.groups) != len(self.hello.groups):
            return (
                f"the policy server knows {len(ready.groups)} kinds of seats, "
                f"this game has {len(self.hello.groups)}"
            )
        for ours, theirs in zip(self.hello.groups, ready.groups, strict=False):
            for name in ("observation", "action"):
                found = difference(getattr(ours, name), getattr(theirs, name))
                if found:
                    return f"the {name} space of {', '.join(ours.agents)} does not fit: {found}"
        return None

    def _lose(self, why: str) -> None:
        """Forget what was asked of a server that was ready: the owner asks again once it is back. What waits
        for it to get ready goes on waiting.
        """
        if self.stage is not Stage.READY:
            return
        self._open.clear()
        self._waiting.clear()
        if not self._lost:
            self._lost = True
            self.events.append(News("lost", why))

    # ---- answers ------------------------------------------------------------------------------------------

    def _take_action(self, action: Action) -> None:
        for number in action.abstain:
            self._answer(number, None)
        for block in action.blocks:
            self._take_block(block)

    def _take_block(self, block: Block) -> None:
        if block.group >= len(self._actions):
            raise WireError(f"an action is for group {block.group}, there are {len(self._actions)}")
        layout = self._actions[block.group]
        try:
            values = layout.unstack(layout.fit(block.arrays.get("action", ())))
        except WireError as error:
            self.broken += 1
            values = [Broken(str(error))] * len(block.ids)
        for number, value in zip(block.ids, values, strict=True):
            agent = self._open.get(number)
            if agent is not None and self._group_of[agent] != block.group:
                self.broken += 1
                self._answer(number, Broken(f"an action of group {block.group} for {agent}"))
            else:
                self._answer(number, value)

    def _answer(self, number: int, action: Any) -> None:
        agent = self._open.pop(number, None)
        if agent is None:
            self.stale += 1
        else:
            self.events.append(Answer(agent, number, action))

    def _take_broken(self, why: str) -> None:
        """What cannot be read is an illegal answer to all that is open: the match's rule for those
        decides.
        """
        self.broken += 1
        self._broken_in_row += 1
        if self._broken_in_row >= BROKEN_MAX:
            self.fail(
                f"the policy server sent {BROKEN_MAX} broken messages in a row, the last: {why}",
                Refusal.MALFORMED,
            )
            return
        self._reports += 1
        if self._reports <= REPORTS_MAX:
            self.events.append(News("info", f"the policy server sent a broken message: {why}"))
        for number in list(self._open):
            self._answer(number, Broken(f"a broken message: {why}"))
