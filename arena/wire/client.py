"""Arena's end of the seat protocol as a state machine, without sockets, threads or clocks of its own.

The owner tells it what happened (connected, disconnected, a message came) and what is wanted (reset, act); it
sends through a callable and leaves in :attr:`ClientSession.events` what the peer said. Who dialled whom makes
no difference here: a policy server that Arena dials and a guest that dials a host talk alike.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from arena.errors import WireError
from arena.wire import limits
from arena.wire.arrays import Layout
from arena.wire.codec import UnknownKindError, decode
from arena.wire.events import Answer, Broken, Echo, Event, Held, News, Stage
from arena.wire.messages import (
    VERSION,
    Act,
    Action,
    Block,
    Bye,
    Command,
    Hello,
    Input,
    Message,
    Observe,
    Ping,
    Policy,
    Pong,
    Ready,
    Refusal,
    Refused,
    Remark,
    Reset,
    Result,
    View,
)
from arena.wire.rates import Allowance
from arena.wire.spaces import difference

BROKEN_MAX = limits.BROKEN_IN_ROW
REPORTS_MAX = limits.BROKEN_TOLD
HELLOS_MAX = limits.HELLOS
REMARKS_MAX = limits.REMARKS_TOLD


__all__ = ["Answer", "Broken", "ClientSession", "Echo", "Event", "Held", "News", "Stage"]

_UNBOUND = (Refused, Ping, Pong, Remark)
"""What may come without a match: it is about the connection."""


class ClientSession:
    """One match's conversation with one server.

    A lost connection forgets what was asked: when it is back the owner asks anew, with a newer observation.
    """

    def __init__(
        self,
        hello: Hello,
        send: Callable[[Message], bool],
        *,
        peer: str = "the policy server",
        clock: Callable[[], float] | None = None,
    ) -> None:
        """``send`` is false for a message that was dropped. ``peer`` is what sentences call the other end.
        With ``clock``, in seconds, a peer that sends too much is given up. Raises :class:`WireError` for
        spaces it cannot carry.
        """
        self.hello = hello
        self.peer = peer
        self.stage = Stage.APART
        self.policy = Policy()
        self.wants: frozenset[str] = frozenset()
        self.stale = 0
        """Answers to requests that were no longer open, and messages that say nothing to us."""
        self.broken = 0
        """Messages and actions that could not be read."""
        self.remarks = 0
        """Remarks that came, passed on or not."""
        self.events: deque[Event] = deque()
        self._send = send
        self._allowance = Allowance(clock) if clock else None
        self._actions = [Layout(group.action) for group in hello.groups]
        self._answer_bytes = max((layout.row_bytes for layout in self._actions), default=0)
        self._group_of = {agent: i for i, group in enumerate(hello.groups) for agent in group.agents}
        self._open: dict[int, str] = {}
        """Request id -> agent, oldest first; at most one an agent."""
        self._waiting: list[Act] = []
        """Requests made before the server was ready."""
        self._reset: Reset | None = None
        self._connected = self._lost = self._begun = False
        self._hellos = self._broken_in_row = self._reports = self._remarks = 0
        self._newest_input = 0
        self._flooded = False

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
        self._hellos = self._broken_in_row = self._reports = self._remarks = 0
        self._flooded = False
        if self.stage in {Stage.RESETTING, Stage.READY}:
            self.stage = Stage.RESETTING
            self._send_reset(reset)
        elif self.stage is Stage.FAILED:
            self.stage = Stage.APART
            if self._connected:
                self._greet()

    def act(self, act: Act) -> None:
        """Ask for decisions. Older requests for the same agents are not open any more."""
        if self._open:
            asked = {agent for block in act.blocks for agent in block.agents}
            self._open = {number: agent for number, agent in self._open.items() if agent not in asked}
        if self._lost or self.stage is Stage.FAILED:
            return
        rows = 0
        for block in act.blocks:
            self._open.update(zip(block.ids, block.agents, strict=True))
            rows += len(block.ids)
        if self._allowance is not None:
            self._allowance.asked(rows, self._answer_bytes)
        if self.stage is Stage.READY:
            self._send(act)
        else:
            self._waiting.append(act)

    def tell(self, message: Result | Observe | View) -> bool:
        """Send what the peer asked for in its ``ready``, while it plays; false where it did not, or it was
        dropped.
        """
        return self.stage is Stage.READY and message.kind in self.wants and self._send(message)

    def ping(self, number: int) -> bool:
        """Ask whether the peer is there; :class:`Echo` follows."""
        if self._allowance is not None:
            self._allowance.asked(1)
        return self._send(Ping(number, self.hello.match))

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

    def barred(self, why: str) -> None:
        """There is somebody, but there will be no conversation; see :class:`arena.wire.link.LinkHandler`."""
        self.fail(why)

    def received(self, frames: Sequence[Any]) -> None:
        """A message came. Never raises: what is broken is counted, reported and, in the end, given up on."""
        if self._flooded:
            return
        over = self._allowance.over(frames) if self._allowance is not None else None
        if over is not None:
            self._flooded = True
            self._send(Bye(self.hello.match, message=f"you {over}"))
            self.fail(f"{self.peer} {over}", Refusal.LIMIT)
            return
        try:
            message = decode(frames)
            if message.match == self.hello.match or (not message.match and isinstance(message, _UNBOUND)):
                self._take(message)
            else:
                self.stale += 1  # of an earlier match on the same connection
        except UnknownKindError:
            self.stale += 1  # of a later revision: passed over, as everyone should
        except WireError as error:
            self._take_broken(str(error))
        else:
            self._broken_in_row = 0

    def _take(self, message: Message) -> None:
        match message:
            case Action():
                self._take_action(message)
            case Ready():
                self._take_ready(message)
            case Input():
                self._take_input(message)
            case Command():
                self._take_command(message)
            case Remark():
                self._take_remark(message)
            case Ping():
                self._send(Pong(message.number, message.match))
            case Pong():
                self.events.append(Echo(message.number))
            case Refused() | Bye():
                self._take_end(message)
            case _:
                raise WireError(f"this end of the conversation takes no {message.kind} messages")

    def _take_end(self, message: Refused | Bye) -> None:
        if isinstance(message, Bye):
            self._send(Bye(self.hello.match))  # it may close now: what is unread then would be lost
            self._lose(f"{self.peer} left: {message.message or 'no reason given'}")
            self.stage = Stage.APART
        elif message.reason is Refusal.NO_SESSION and self.stage in {Stage.RESETTING, Stage.READY}:
            self._lose(f"{self.peer} forgot this match")
            self._greet()
        else:
            crashed = message.reason is Refusal.CRASH
            did = "crashed" if crashed else f"refused ({message.reason})"
            self.fail(f"{self.peer} {did}: {message.message}", message.reason)

    def _take_remark(self, remark: Remark) -> None:
        self.remarks += 1
        self._remarks += 1
        if self._remarks <= REMARKS_MAX:
            self.events.append(News("info", remark.message, level=remark.level))

    # ---- getting ready ------------------------------------------------------------------------------------

    def _greet(self) -> None:
        self._hellos += 1
        if self._hellos > HELLOS_MAX:
            self.fail(f"{self.peer} was greeted {HELLOS_MAX} times and did not get ready")
            return
        self.stage = Stage.GREETING
        self._send(self.hello)

    def _send_reset(self, reset: Reset) -> None:
        self._newest_input = 0
        self._send(reset)

    def _take_ready(self, ready: Ready) -> None:
        if self.stage is Stage.GREETING and ready.episode is None:
            problem = self._misfit(ready)
            if problem is not None:
                self.fail(problem, Refusal.SPACES if ready.version == VERSION else Refusal.VERSION)
                return
            self.policy, self.wants = ready.policy, frozenset(ready.wants)
            self.stage = Stage.RESETTING
            if self._reset is not None:
                self._send_reset(replace(self._reset, mid_episode=True) if self._begun else self._reset)
        elif (
            self.stage is Stage.RESETTING and self._reset is not None and ready.episode == self._reset.episode
        ):
            self.stage, self._begun = Stage.READY, True
            self._hellos = 0
            if self._lost:
                self._lost = False
                self.events.append(News("restored", f"{self.policy.name or self.peer} is back"))
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                if any(number in self._open for block in act.blocks for number in block.ids):
                    self._send(act)

    def _misfit(self, ready: Ready) -> str | None:
        """Why the server cannot play this match after all, from what it says about itself."""
        if ready.version != VERSION:
            return f"{self.peer} wants protocol version {ready.version}; this Arena speaks {VERSION}"
        if ready.groups and len(ready.groups) != len(self.hello.groups):
            return (
                f"{self.peer} knows {len(ready.groups)} kinds of seats, "
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

    def _layout(self, block: Block) -> Layout:
        if block.group >= len(self._actions):
            raise WireError(f"an action is for group {block.group}, there are {len(self._actions)}")
        return self._actions[block.group]

    def _take_block(self, block: Block) -> None:
        layout = self._layout(block)
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

    def _take_input(self, message: Input) -> None:
        """What is held in real time: all of it is good, or none of it counts."""
        current = self._reset is not None and message.episode == self._reset.episode
        if self.stage is not Stage.READY or not current or message.number <= self._newest_input:
            self.stale += 1
            return
        held: list[Held] = []
        for block in message.blocks:
            layout = self._layout(block)
            values = layout.unstack(layout.fit(block.arrays.get("action", ())))
            for agent, value in zip(block.agents, values, strict=True):
                if self._group_of.get(agent) != block.group:
                    raise WireError(f"an input is for {agent!r}, which is not in group {block.group}")
                held.append(Held(agent, value, message.number))
        self._newest_input = message.number
        self.events.extend(held)

    def _take_command(self, command: Command) -> None:
        if command.agent not in self._group_of:
            raise WireError(f"a command is for {command.agent!r}, who is not seated here")
        self.events.append(command)

    def _take_broken(self, why: str) -> None:
        """What cannot be read is an illegal answer to all that is open: the match's rule for those
        decides.
        """
        self.broken += 1
        self._broken_in_row += 1
        if self._broken_in_row >= BROKEN_MAX:
            self.fail(
                f"{self.peer} sent {BROKEN_MAX} broken messages in a row, the last: {why}",
                Refusal.MALFORMED,
            )
            return
        self._reports += 1
        if self._reports <= REPORTS_MAX:
            self.events.append(News("info", f"{self.peer} sent a broken message: {why}"))
        for number in list(self._open):
            self._answer(number, Broken(f"a broken message: {why}"))
