"""Seats a person who plays from a window of their own, on another machine, over the seat protocol.

They are asked and answer as a policy is, with three differences. They are shown what their seats may see
(``view`` messages), as often as their line carries it and never later than that. In real time nothing is
asked: they tell what they hold, and the slot takes it. And beside moves they may resign or speak of a draw.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from arena.errors import RuleError
from arena.games.contract import Frame
from arena.match.controller import Decision, Descriptor, EpisodeStart, Notice, Request, Seat
from arena.match.match import Match
from arena.match.outcome import Reason
from arena.match.seats import noop_and_edges
from arena.wire.arrays import NamedArray
from arena.wire.client import Echo, Event, Held, Stage
from arena.wire.messages import Act, Block, Command, Message, Picture, Remark, View
from controllers import remote_table
from controllers.dialling import Dial
from controllers.held_inputs import HeldInputs, releasing
from controllers.picture_press import press, printed
from controllers.policy import PolicyController
from controllers.view_flow import ViewFlow

VIEWS_A_SECOND = 30.0
COMMANDS_MAX = 16
"""Commands that wait to be carried out; a person does not give more between two rounds of a loop."""


class RemotePerson(PolicyController):
    """One person in one seat, or in several of one match. Its driver calls :meth:`look` each time round."""

    needs_position = False
    pings = False
    """Each view is followed by a ping anyhow."""
    barred_as = None

    def __init__(
        self, descriptor: Descriptor, seats: Sequence[Seat], *, dial: Dial, pace: str, hz: float = 0.0
    ) -> None:
        """``pace`` and ``hz`` are those of the match. Raises :class:`SeatError` for spaces that cannot cross
        the wire.
        """
        options = {"pace": pace, "hz": f"{hz:g}"}
        super().__init__(descriptor, seats, dial=dial, options=options)
        self.peer = descriptor.name
        self.sampled = pace == "realtime"
        self.flow = ViewFlow()
        self._pending: dict[str, Request] = {}
        self._inputs: dict[str, HeldInputs] = {}
        self._commands: deque[Command] = deque(maxlen=COMMANDS_MAX)
        self._notes = remote_table.MoveNotes()
        self._facts: remote_table.TableFacts | None = None
        self._shown: tuple[object, ...] = ()
        """What the newest view was of."""
        self._frame: Frame | None = None
        self._shown_at = float("-inf")
        self._printing = False
        press.open()

    # ---- the match's side ----------------------------------------------------------------------------------

    def reset(self, start: EpisodeStart) -> None:
        """Start the episode with nothing held."""
        with self._lock:
            self._pending.clear()
            seats = start.seats if self.sampled else ()
            self._inputs = {seat.agent: _inputs_of(start, seat) for seat in seats}
            self._shown = ()
        super().reset(start)

    def readiness(self) -> str | None:
        """What is missing until they play."""
        with self._lock:
            self._pump()
            stage = Stage.APART if self._session is None else self._session.stage
        if stage is Stage.APART:
            return f"{self.descriptor.name} is not connected"
        return None if stage is Stage.READY else f"{self.descriptor.name} gets ready"

    def request(self, batch: Sequence[Request]) -> None:
        """Ask for moves; in real time only note that a slot will want them."""
        if not self.sampled:
            super().request(batch)
            return
        with self._lock:
            for row in batch:
                self._pending[row.agent] = row

    def poll(self) -> Sequence[Decision | Notice]:
        """Moves and notices; in real time what each seat holds in this slot."""
        out = list(super().poll())
        with self._lock:
            session, start = self._session, self._start
            if not self.sampled or session is None or start is None or session.stage is not Stage.READY:
                return out
            now = start.clock()
            for agent, row in self._pending.items():
                out.append(Decision(agent, row.request_id, self._inputs[agent].take(), now))
            self._pending.clear()
        return out

    def cancel(self, request_ids: Sequence[int]) -> None:
        """These moves are not wanted any more."""
        with self._lock:
            self._pending = {
                agent: row for agent, row in self._pending.items() if row.request_id not in request_ids
            }
        super().cancel(request_ids)

    def status(self, agent: str) -> Mapping[str, Any]:
        """The way there and back in milliseconds, and how many inputs never acted."""
        with self._lock:
            figures: dict[str, Any] = {"device": "remote"}
            if self.flow.round_trip_s is not None:
                figures["ping_ms"] = round(1000 * self.flow.round_trip_s, 1)
            if agent in self._inputs:
                figures["skipped"] = self._inputs[agent].skipped
            return figures

    def close(self) -> None:
        """Say goodbye and hang up."""
        closed = self._closed
        super().close()
        if not closed:
            press.close()

    # ---- the driver's side: what they see and say ---------------------------------------------------------

    def look(self, match: Match, now: float) -> None:
        """Carry out what they said, and show them what is new. Cheap where nothing is."""
        self._obey(match, now)
        with self._lock:
            self._pump()
            self._notes.look(match)
            session = self._session
            if session is None or session.stage is not Stage.READY or "view" not in session.wants:
                return
            self._show(match, now)

    def _obey(self, match: Match, now: float) -> None:
        with self._lock:
            commands, self._commands = list(self._commands), deque(maxlen=COMMANDS_MAX)
        for command in commands:
            seat = match.seats.get(command.agent)
            if seat is None or seat.holder.controller is not self:
                continue
            try:
                _carry_out(match, command, now)
            except RuleError as error:
                self._tell(str(error), "warning")

    def _tell(self, text: str, level: Literal["info", "warning"]) -> None:
        with self._lock:
            if self._start is not None:
                self._send(Remark(self._start.match_id, text, level))

    def _show(self, match: Match, now: float) -> None:
        """Send a view if there is something new and room for it on the line; the last one in any case."""
        moment = (match.episode, match.phase, match.paused, len(match.outcomes))
        frame = None if match.entry.view is not None or match.log.hidden else match.host.frame()
        sight = (*moment, match.log.version, None if frame is None else frame.number)
        if self._shown == sight:
            return
        hurried = self._shown[: len(moment)] != moment
        too_soon = self.sampled and now - self._shown_at < 1 / VIEWS_A_SECOND and not hurried
        if not match.finished and (self._printing or too_soon or not self.flow.may_send(now)):
            return
        self._shown_at, self._shown = now, sight
        self._facts = remote_table.read(match, self._held, self._notes, now)
        if frame is not None and frame is not self._frame:
            self._frame = frame
            if match.finished:
                self._send_view(None, printed(frame), now)
            else:
                self._printing = True
                press.order(self, frame, self._printed)
            return
        snapshot = None
        if match.entry.view is not None and match.last_result is not None:
            snapshot = match.host.snapshot(tuple(self._held))
        self._send_view(snapshot, None, now)

    def _printed(self, picture: Picture) -> None:
        """A picture is ready; in the press's thread."""
        with self._lock:
            self._printing = False
            if self._start is not None and not self._closed:
                self._send_view(None, picture, self._start.clock())

    def _send_view(self, snapshot: Any, picture: Picture | None, now: float) -> None:
        start, facts = self._start, self._facts
        if start is None or facts is None:
            return
        view = View(start.match_id, start.episode, facts.tick, snapshot, picture, facts.to_plain())
        session = self._session
        if session is not None and session.tell(view):
            session.ping(self.flow.sent(now))
        else:
            self._shown = ()

    def _send(self, message: Message) -> bool:
        """A person looks at a board: what a network would see of it need not travel."""
        if isinstance(message, Act):
            blocks = [replace(block, arrays=_without_observation(block)) for block in message.blocks]
            message = replace(message, blocks=tuple(blocks))
        return super()._send(message)

    # ---- the channel's side: called with the lock held ----------------------------------------------------

    def disconnected(self) -> None:
        """The line is cut: everything is let go, and shown anew when they are back."""
        self.flow.clear()
        self._shown, self._frame = (), None
        for inputs in self._inputs.values():
            inputs.clear()
        if self._session is not None:
            self._session.disconnected(f"{self.descriptor.name} lost the connection")
            self._collect()

    def _take(self, event: Event, now: float) -> None:
        match event:
            case Held() if event.agent in self._inputs and event.agent in self._held:
                self._inputs[event.agent].put(event.action)
            case Command(command="leave"):
                told = f"{self.descriptor.name} left"
                self._out.append(Notice(event.agent, "failed", told, Reason.DISCONNECT))
            case Command():
                self._commands.append(event)
            case Echo():
                self.flow.arrived(event.number, now)
            case _:
                super()._take(event, now)


def _without_observation(block: Block) -> Mapping[str, tuple[NamedArray, ...]]:
    return {field: arrays for field, arrays in block.arrays.items() if field != "observation"}


def _inputs_of(start: EpisodeStart, seat: Seat) -> HeldInputs:
    noop, edges = noop_and_edges(start.game, seat.agent, seat.action_space)
    return HeldInputs(noop, releasing(seat.action_space, noop, edges))


def _carry_out(match: Match, command: Command, now: float) -> None:
    """Raises :class:`RuleError` for what cannot be done now."""
    agent = command.agent
    if command.command == "resign":
        match.resign(agent, now)
    elif command.command == "offer_draw":
        match.offer_draw(agent, now)
    elif command.command in {"accept_draw", "decline_draw"}:
        match.answer_draw(agent, accept=command.command == "accept_draw", now=now)
