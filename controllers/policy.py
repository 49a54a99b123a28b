"""Seats a policy that decides in another process or on another machine, over the seat protocol.

``policy:tcp://127.0.0.1:5555`` and ``policy:ipc:///folder/name`` dial a server; ``policy:FILE.safetensors``
starts one of its own and stops it with the match. Nothing here waits: requests leave at once, answers are
received and stamped by the reactor's thread, and a server that is slow, gone or lying costs its own seat its
decisions and nobody else anything.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from arena.errors import ArenaError
from arena.match.controller import (
    BaseController,
    Decision,
    Descriptor,
    EpisodeStart,
    EpisodeSummary,
    Notice,
    Request,
    Seat,
)
from arena.wire.client import Answer, ClientSession, Echo, Event, News, Stage
from arena.wire.codec import encode
from arena.wire.link import Channel
from arena.wire.messages import Bye, Message, Observe, Policy, Refusal, Result, View
from arena.wire.seats import Seats
from controllers.dialling import Dial, OwnServer
from controllers.policy_figures import PolicyFigures
from controllers.refusals import advised, reason_of
from controllers.step_reports import StepReports, end_of

NAME_CHARS_MAX = 40
"""Of a name that a server gives itself, as others see it."""


class PolicyController(BaseController):
    """Decides for its seats through one channel, with one request message a tick.

    A ``server`` of its own is started at the first reset, and again, once an episode, where it dies.
    """

    needs_position = True
    peer = "the policy server"
    """What sentences call who is at the other end."""
    pings = True
    """The way there and back is measured once a second."""
    barred_as: Refusal | None = Refusal.TOKEN
    """What it counts as where there is somebody, but no conversation: the server keeps us out."""

    def __init__(
        self,
        descriptor: Descriptor,
        seats: Sequence[Seat],
        *,
        dial: Dial,
        server: OwnServer | None = None,
        options: Mapping[str, str] | None = None,
        learns_name: bool = False,
    ) -> None:
        """With ``learns_name`` it is called what its server calls itself, once that is known. Raises
        :class:`SeatError` for spaces that cannot cross the wire.
        """
        self.descriptor = descriptor
        self._seats = Seats(seats)
        self._options = dict(options or {})
        self._lock = threading.RLock()
        """Guards everything below against the reactor's thread."""
        self._dial, self._server = dial, server
        self._channel: Channel | None = None
        self._session: ClientSession | None = None
        self._start: EpisodeStart | None = None
        self._closed = False
        self._restarts = 0
        self._restarted = ""
        """Why it was, until it is back."""
        self._out: list[Decision | Notice] = []
        self._figures = PolicyFigures()
        self._reports = StepReports()
        self._ended_episode = -1
        self._held = list(self._seats.agents)
        """Its seats, less those that others took over."""
        self._left_told = True
        """The server knows which seats are not its own any more."""
        self._learns_name = learns_name
        self._told_policy: Policy | None = None
        """Whose name was taken last."""
        self._flooded = False
        """It sends too much: hang up, so that what still comes is not even received."""

    @property
    def observes(self) -> bool:  # type: ignore[override]  # the base has a constant
        """Whether the server wants to see what others do at seats that were its own."""
        session = self._session
        return session is not None and "observe" in session.wants and session.stage is not Stage.FAILED

    # ---- the match's side: hooks --------------------------------------------------------------------------

    def reset(self, start: EpisodeStart) -> None:
        """Start the episode; dial, and start the server, where that is still to be done."""
        with self._lock:
            self._begin(start)
            self._session = self._session_for(start)
            self._session.reset(self._seats.reset(start, mid_episode=start.mid_episode))
            if self._server is not None:
                self._server.start(self._server_ended)
            if self._channel is None:
                self._channel = self._dial(self, self._lock)
            if self._channel.is_connected and self._session.stage is Stage.APART:
                self._session.connected()

    def _begin(self, start: EpisodeStart) -> None:
        if tuple(seat.agent for seat in start.seats) != self._seats.agents:
            self._seats = Seats(start.seats)
        self._start, self._restarts, self._restarted = start, 0, ""
        self._held = list(self._seats.agents)
        self._left_told = True
        self._figures.forget_all()
        self._reports = StepReports(start.tick)

    def _session_for(self, start: EpisodeStart) -> ClientSession:
        """The session goes on from episode to episode of one match; other seats or matches need a new one."""
        session = self._session
        if (
            session is None
            or session.hello.match != start.match_id
            or session.hello.groups != self._seats.groups
        ):
            hello = self._seats.hello(start, self._options)
            session = ClientSession(hello, self._send, peer=self.peer, clock=start.clock)
        return session

    def readiness(self) -> str | None:
        """What is missing until it decides."""
        with self._lock:
            self._pump()
            stage = Stage.APART if self._session is None else self._session.stage
        if stage is Stage.APART and self._server is not None:
            return self._server.progress
        if stage is Stage.APART:
            return f"no policy server at {self._where()} yet"
        if stage is Stage.GREETING:
            return "its policy server has not answered yet"
        return "its policy prepares" if stage is Stage.RESETTING else None

    def request(self, batch: Sequence[Request]) -> None:
        """Send one message for all of them."""
        with self._lock:
            assert self._start is not None
            assert self._session is not None
            self._flush_reports()
            self._reports.tick = batch[0].tick
            now = self._start.clock()
            for request in batch:
                self._figures.asked(request.request_id, request.deadline, now)
            wants = "position" in self._session.wants or self._session.stage is not Stage.READY
            self._session.act(self._seats.act(self._start, batch, now, position=wants))
            self._collect()

    def poll(self) -> Sequence[Decision | Notice]:
        """Decisions and notices since the last call."""
        with self._lock:
            if not self._out:  # else what just came is handed over first; the reactor sees to the rest
                self._pump()
            self._keep_told()
            out, self._out = self._out, []
        if self._flooded:
            self._hang_up()
        return out

    def cancel(self, request_ids: Sequence[int]) -> None:
        """Their answers will count as stale."""
        with self._lock:
            self._figures.forget(request_ids)
            if self._session is not None:
                self._session.cancel(request_ids)

    def on_applied(self, agent: str, action: Any, source: str) -> None:
        """For servers that learn."""
        if self._learns(agent):
            self._reports.applied(agent, action, source)

    def on_step_result(
        self,
        agent: str,
        observation: Any,
        reward: float,
        terminated: bool,  # noqa: FBT001 - the contract's
        truncated: bool,  # noqa: FBT001
        info: Mapping[str, Any],
    ) -> None:
        """For servers that learn: collected, and sent as one message a tick."""
        if self._learns(agent):
            self._reports.stepped(agent, observation, reward, terminated=terminated, truncated=truncated)

    def on_rewind(self, tick: int) -> None:
        """The next step is the one after ``tick`` again."""
        with self._lock:
            self._flush_reports()
            self._reports.tick = tick

    def on_episode_end(self, agent: str, summary: EpisodeSummary) -> None:
        """Tell the server once, though every seat is told."""
        with self._lock:
            if self._start is None or summary.episode == self._ended_episode:
                return
            self._ended_episode = summary.episode
            self._flush_reports()
            self._send(end_of(self._start.match_id, summary, self._held))

    def on_leave(self, agent: str) -> None:
        """The server loses this seat."""
        with self._lock:
            self._flush_reports()
            if agent in self._held:
                self._held.remove(agent)
            self._left_told = False
            self._keep_told()

    def status(self, agent: str) -> Mapping[str, Any]:
        """Times in milliseconds, and how many answers were late, stale or broken."""
        with self._lock:
            figures, session = self._figures.as_status(), self._session
            if session is not None:
                figures |= {"stale": session.stale, "broken": session.broken}
            return figures

    def close(self) -> None:
        """Say goodbye, hang up, stop the server."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            channel, start = self._channel, self._start
            if start is not None:
                self._flush_reports()
                self._send(Bye(start.match_id, message="the match is over"))
        if channel is not None:
            channel.close()
        if self._server is not None:
            self._server.close()

    # ---- the channel's side: called with the lock held ----------------------------------------------------

    def connected(self) -> None:
        """A server is there."""
        if self._session is not None and self._channel is not None:
            self._left_told = len(self._held) == len(self._seats.agents)
            self._session.connected()
            self._collect()

    def disconnected(self) -> None:
        """It is gone."""
        if self._session is not None:
            self._session.disconnected(f"{self.peer} is gone ({self._where()})")
            self._collect()

    def barred(self, why: str) -> None:
        """There will be no conversation: the keys do not fit, or it is something else."""
        if self._session is not None:
            self._session.fail(why, self.barred_as)
            self._collect()

    def received(self, frames: list[bytes]) -> None:
        """It said something."""
        if self._session is not None:
            self._session.received(frames)
            self._collect()

    def _server_ended(self) -> None:
        """Our server died: start it again, once an episode. In the reactor's thread."""
        with self._lock:
            if self._closed or self._server is None or self._session is None:
                return
            ending = f"{self.descriptor.name} {self._server.ending}"
            self._session.disconnected(ending)
            refuses_to_start = self._server.exit_code == ArenaError.exit_code
            if self._session.stage is Stage.FAILED:
                return
            if self._restarts or refuses_to_start:
                self._session.fail(ending, Refusal.UNSUPPORTED if refuses_to_start else Refusal.CRASH)
            else:
                self._restarts += 1
                self._restarted = f"{ending}; it was started again"
                self._server.start(self._server_ended)
            self._collect()

    # ---- between the two ----------------------------------------------------------------------------------

    def _pump(self) -> None:
        if self._channel is not None:
            self._channel.pump()

    def _where(self) -> str:
        return "its address" if self._channel is None else self._channel.endpoint

    def _send(self, message: Message) -> bool:
        if self._channel is None:
            return False
        return self._channel.send(encode(message), droppable=isinstance(message, Result | Observe | View))

    def _learns(self, agent: str) -> bool:
        wanted = "result" if agent in self._held else "observe"
        return self._session is not None and wanted in self._session.wants

    def _keep_told(self) -> None:
        """Tell the server which seats it has lost and what the last step did; measure the way to it."""
        session, start = self._session, self._start
        if session is None or start is None or session.stage is not Stage.READY:
            self._flush_reports()
            return
        if self._learns_name and session.policy is not self._told_policy:
            self._learn_name(session)
        if not self._left_told:
            self._left_told = True
            gone = tuple(agent for agent in self._seats.agents if agent not in self._held)
            self._send(Bye(start.match_id, gone, "somebody else took the seat"))
        self._flush_reports()
        number = self._figures.next_ping(start.clock()) if self.pings else None
        if number is not None:
            session.ping(number)

    def _learn_name(self, session: ClientSession) -> None:
        """Take the server's own name for people to see; who it is for ratings stays its address."""
        policy = self._told_policy = session.policy
        name = policy.name.strip()[:NAME_CHARS_MAX]
        if name and name != self.descriptor.name:
            self.descriptor = replace(self.descriptor, name=name, policy=policy.label or policy.backend)
            self.peer = session.peer = name
            where = f" at {self._where()}" if self._server is None else ""
            told = f"{name} decides{where}" + (f" ({policy.id})" if policy.id else "")
            self._out += [Notice(agent, "info", told) for agent in self._held]

    def _flush_reports(self) -> None:
        """Send what the last step did, if the server wants to know and is there."""
        if not self._reports.waiting or self._start is None or self._session is None:
            return
        for message in self._reports.take(self._seats, self._start, self._held):
            self._session.tell(message)

    def _hang_up(self) -> None:
        """Close the channel; another episode opens one anew. The lock must be free."""
        with self._lock:
            channel, self._channel, self._flooded = self._channel, None, False
        if channel is not None:
            channel.close()

    def _collect(self) -> None:
        """Turn the session's events into decisions and notices, stamped now, and wake the driver."""
        session, start = self._session, self._start
        if session is None or start is None or not (session.events or self._restarted):
            return
        now = start.clock()
        if session.stage is Stage.READY and not session.lost:
            self._tell_restarted()
        while session.events:
            self._take(session.events.popleft(), now)
        start.wake()

    def _take(self, event: Event, now: float) -> None:
        """What people say beside their moves (what they hold, commands) means nothing from a policy."""
        if isinstance(event, Answer):
            self._decide(event, now)
        elif isinstance(event, Echo):
            self._figures.echoed(event.number, now)
        elif isinstance(event, News):
            self._report(event)

    def _decide(self, answer: Answer, now: float) -> None:
        self._figures.answered(answer.request_id, now)
        self._out.append(Decision(answer.agent, answer.request_id, answer.action, now))

    def _report(self, news: News) -> None:
        if news.kind != "info":
            self._figures.forget_all()
        if news.kind == "restored":  # it was told of all seats anew
            self._left_told = len(self._held) == len(self._seats.agents)
        self._flooded = self._flooded or news.refusal is Refusal.LIMIT
        kind = "warning" if news.level == "warning" else news.kind
        message, reason = advised(news.message, news.refusal), reason_of(news.refusal)
        self._out += [Notice(agent, kind, message, reason) for agent in self._held]

    def _tell_restarted(self) -> None:
        message, self._restarted = self._restarted, ""
        if message:
            self._out += [Notice(agent, "restarted", message) for agent in self._held]
