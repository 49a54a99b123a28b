"""The policy server's end of the seat protocol as a state machine, without sockets.

Requests are collected until :meth:`Desk.flush`, which decides all that are waiting in as few batches as there
are kinds of rows (see :mod:`workers.deciding`).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from arena.errors import OptionError, WireError
from arena.wire.arrays import Frame, Layout
from arena.wire.codec import UnknownKindError, VersionError, decode, encode, match_of
from arena.wire.limits import TEXT_CHARS
from arena.wire.messages import (
    VERSION,
    Act,
    Bye,
    End,
    Hello,
    Message,
    Observe,
    Ping,
    Pong,
    Ready,
    Refusal,
    Refused,
    Remark,
    Reset,
    Result,
)
from workers.backends.contract import Backend, Crash, RefusedError, Seat, Session
from workers.deciding import Answered, Ask, answer, asks_of, crash_of, decide, what_it_raised
from workers.figures import Figures
from workers.models import Model, Outcome

SESSIONS_MAX = 256
"""Of all peers. Beyond this the peer with the most loses the one that was quiet longest."""

SESSIONS_A_PEER_MAX = 64
"""Beyond this a peer loses the one of its sessions that was quiet longest."""

_log = logging.getLogger(__name__)

Peer = Hashable
Reply = tuple[Any, list[Frame]]
"""Whom to send to, and the frames."""


class Desk:
    """Sessions by peer and match, each with one of the models."""

    def __init__(self, *models: Model | Backend) -> None:
        """Raises :class:`OptionError` where two models have one name."""
        self.models = [Model.of(model) if isinstance(model, Backend) else model for model in models]
        self._by_name = {model.name: model for model in self.models}
        twice = [name for name, count in Counter(model.name for model in self.models).items() if count > 1]
        if twice:
            raise OptionError(
                f"two models are called {twice[0]!r}; name them apart: first={self.models[0].word.target} ..."
            )
        self.sessions: dict[tuple[Any, str], Session] = {}
        """By peer and match, the quietest first."""
        self.draining = False
        """About to stop: new matches are refused."""
        self.figures = Figures()
        self._held = Counter[Any]()
        """Sessions of each peer."""
        self._waiting: list[tuple[Any, Act]] = []

    # ---- what comes and goes ------------------------------------------------------------------------------

    def handle(self, peer: Any, frames: Sequence[Any]) -> list[Reply]:
        """Take one message; requests wait for :meth:`flush`. Never raises for what a peer sends."""
        try:
            message = decode(frames)
        except VersionError as error:
            return [_refuse(peer, match_of(frames), Refusal.VERSION, str(error))]
        except UnknownKindError:
            return []
        except WireError as error:
            return [_refuse(peer, match_of(frames), Refusal.MALFORMED, str(error))]
        if isinstance(message, Act):
            self._waiting.append((peer, message))
            return []
        if isinstance(message, Ping):
            return [(peer, encode(Pong(message.number, message.match)))]
        replies = self.flush() if any(peer == other for other, _ in self._waiting) else []
        return replies + self._try(peer, message)

    def _try(self, peer: Any, message: Message) -> list[Reply]:
        match = message.match
        try:
            return self._answer(peer, message)
        except RefusedError as error:
            self._drop(peer, match)
            return [_refuse(peer, match, error.reason, str(error))]
        except WireError as error:
            return [_refuse(peer, match, Refusal.MALFORMED, str(error))]
        except Exception as error:  # noqa: BLE001 - a policy is a stranger's code; the others go on
            session = self.sessions.get((peer, match))
            backend = session.backend if session else None
            said = f"the policy raised {type(error).__name__}: {error}"
            self._drop(peer, match)
            return [_refuse(peer, match, Refusal.CRASH, what_it_raised(backend, error) if backend else said)]

    def forget(self, peer: Any) -> None:
        """The peer is gone for good."""
        for key in [key for key in self.sessions if key[0] == peer]:
            self._drop(*key)

    def adopt(self, outcome: Outcome) -> list[Reply]:
        """A model was loaded anew, or could not be: take it, and tell every session of it in a sentence."""
        model = outcome.model
        keys = [key for key, session in self.sessions.items() if session.model == model.name]
        sentence = model.take(outcome, [self.sessions[key].hello for key in keys])
        if not sentence:
            return []
        level = "warning" if outcome.error else "info"
        _log.log(logging.WARNING if outcome.error else logging.INFO, "%s", sentence)
        return [(peer, encode(Remark(match, sentence[:TEXT_CHARS], level))) for peer, match in keys]

    def farewell(self, why: str) -> list[Reply]:
        """Goodbyes to every session, each of which ends when its own goodbye comes."""
        self.draining = True
        return [(peer, encode(Bye(match, message=why))) for peer, match in self.sessions]

    # ---- sessions -----------------------------------------------------------------------------------------

    def _answer(self, peer: Any, message: Message) -> list[Reply]:
        if isinstance(message, Hello):
            return self._greet(peer, message)
        if isinstance(message, Pong | Remark):
            return []
        session = self.sessions.get((peer, message.match))
        if session is None:
            if isinstance(message, Bye | End):
                return []
            return [_refuse(peer, message.match, Refusal.NO_SESSION, "say hello first")]
        assert session.backend is not None
        match message:
            case Reset():
                return self._begin(peer, session, message)
            case Result() | Observe():
                session.backend.learn(session, message)
            case Bye():
                self._leave(peer, session, message)
            case End():
                pass  # the next reset says it too; backends that learn see it in `terminated` and `truncated`
            case _:
                raise WireError(f"a client does not send {message.kind} messages")
        return []

    def _leave(self, peer: Any, session: Session, bye: Bye) -> None:
        """Seats leave one by one; one that wants to see what others do there stays to the end."""
        for agent in bye.agents or list(session.seats):
            session.seats.pop(agent, None)
        watches = session.backend is not None and "observe" in session.backend.wants
        if not bye.agents or not (session.seats or watches):
            self._drop(peer, bye.match)

    def _greet(self, peer: Any, hello: Hello) -> list[Reply]:
        self._drop(peer, hello.match)
        if VERSION not in hello.versions:
            raise RefusedError(
                Refusal.VERSION, f"this server speaks version {VERSION}, not {list(hello.versions)}"
            )
        if self.draining:
            raise RefusedError(Refusal.BUSY, "this server is about to stop")
        model = self._model_for(hello)
        groups = model.backend.accept(hello)
        model.remember(hello)
        self._make_room(peer)
        self.sessions[peer, hello.match] = Session(
            hello,
            tuple(Layout(group.observation) for group in hello.groups),
            tuple(Layout(group.action) for group in hello.groups),
            tuple(repr((group.observation, group.action)) for group in hello.groups),
            model=model.name,
            backend=model.backend,
        )
        self._held[peer] += 1
        ready = Ready(hello.match, policy=model.policy, wants=model.backend.wants, groups=groups)
        return [(peer, encode(ready))]

    def _model_for(self, hello: Hello) -> Model:
        """The model that is asked for; where there is only one, it need not be."""
        wanted = hello.options.get("model", "")
        if not wanted and len(self.models) == 1:
            return self.models[0]
        found = next((model for model in self.models if wanted and model.answers_to(wanted)), None)
        if found is None:
            names = ", ".join(repr(model.name) for model in self.models)
            asked = f"not {wanted!r}" if wanted else "and the seat must say which: model=NAME"
            raise RefusedError(Refusal.MODEL, f"this server serves {names}, {asked}")
        return found

    def _make_room(self, peer: Any) -> None:
        """Matches that ended without a goodbye go; one that is alive says hello again."""
        if self._held[peer] >= SESSIONS_A_PEER_MAX:
            self._drop_quietest_of(peer)
        elif len(self.sessions) >= SESSIONS_MAX:
            self._drop_quietest_of(self._held.most_common(1)[0][0])

    def _drop_quietest_of(self, peer: Any) -> None:
        self._drop(*next(key for key in self.sessions if key[0] == peer))

    def _begin(self, peer: Any, session: Session, reset: Reset) -> list[Reply]:
        known = [agent for group in session.hello.groups for agent in group.agents]
        strangers = [agent for agent in reset.seeds if agent not in known]
        if strangers or not reset.seeds or any(seed < 0 for seed in reset.seeds.values()):
            raise WireError(
                f"'seeds' of a reset must hold a seed from 0 for agents of the hello, {', '.join(known)}"
            )
        model = self._by_name[session.model]
        if session.backend is not model.backend:
            self._end(session)
            session.backend, session.memory = model.backend, None
        session.episode = reset.episode
        session.seats = {
            agent: Seat(agent, session, seed, np.random.default_rng(seed))
            for agent, seed in reset.seeds.items()
        }
        model.backend.begin(session)
        ready = Ready(reset.match, reset.episode, policy=model.policy, wants=model.backend.wants)
        return [(peer, encode(ready))]

    def _drop(self, peer: Any, match: str) -> None:
        session = self.sessions.pop((peer, match), None)
        if session is None:
            return
        self._held[peer] -= 1
        if not self._held[peer]:
            del self._held[peer]
        self._end(session)

    @staticmethod
    def _end(session: Session) -> None:
        try:
            if session.backend is not None:
                session.backend.end(session)
        except Exception:  # noqa: BLE001 - a stranger's code; the session is over all the same
            _log.exception("the policy failed at the end of a session")

    # ---- deciding -----------------------------------------------------------------------------------------

    def flush(self) -> list[Reply]:
        """Decide everything that waits; one answer a request message."""
        waiting, self._waiting = self._waiting, []
        replies: list[Reply] = []
        asks: list[Ask] = []
        for peer, act in waiting:
            try:
                asks += asks_of(peer, act, self._touch(peer, act.match))
            except RefusedError as error:
                replies.append(_refuse(peer, act.match, error.reason, str(error)))
            except WireError as error:
                replies.append(_refuse(peer, act.match, Refusal.MALFORMED, str(error)))
        for (peer, match), answered in decide(asks, self.figures).items():
            replies.append(self._reply(peer, match, answered))
        return replies

    def _reply(self, peer: Any, match: str, answered: Sequence[Answered]) -> Reply:
        crash = crash_of(answered)
        try:
            if crash is None:
                return peer, answer(match, answered)
        except WireError as error:
            crash = Crash(f"its answer cannot be sent: {error}")
        self._drop(peer, match)
        return _refuse(peer, match, Refusal.CRASH, crash.message)

    def _touch(self, peer: Any, match: str) -> Session:
        """The session of a request, which is the newest in use from now on."""
        session = self.sessions.pop((peer, match), None)
        if session is None:
            raise RefusedError(Refusal.NO_SESSION, "say hello first")
        self.sessions[peer, match] = session
        return session


def _refuse(peer: Any, match: str, reason: Refusal, message: str) -> Reply:
    return peer, encode(Refused(match, reason, message[:TEXT_CHARS]))
