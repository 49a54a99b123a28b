"""The policy server's end of the seat protocol as a state machine, without sockets.

Requests are collected until :meth:`Desk.flush`, which decides all that are waiting in as few batches as there
are kinds of spaces: whatever queued while the last batch was computed makes up the next one, and a lone
request never waits.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arena.errors import WireError
from arena.wire.arrays import Frame, Layout, NamedArray
from arena.wire.codec import VersionError, decode, encode, match_of
from arena.wire.messages import (
    VERSION,
    Act,
    Action,
    Block,
    Bye,
    End,
    Hello,
    Message,
    Observe,
    Ready,
    Refusal,
    Refused,
    Reset,
    Result,
)
from workers.backends.contract import Backend, Batch, Crash, RefusedError, Seat, Session

SESSIONS_MAX = 256
"""Beyond this the session that was quiet longest is dropped."""

_log = logging.getLogger(__name__)

Peer = Hashable
Reply = tuple[Any, list[Frame]]
"""Whom to send to, and the frames."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One request that waits."""

    peer: Any
    act: Act
    session: Session
    block: Block
    index: int

    @property
    def seat(self) -> Seat:
        return self.session.seats[self.block.agents[self.index]]

    @property
    def request_id(self) -> int:
        return self.block.ids[self.index]


class Desk:
    """Sessions by peer and match; one backend for all of them."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.sessions: dict[tuple[Any, str], Session] = {}
        self.draining = False
        """About to stop: new matches are refused."""
        self.decided = 0
        """Rows decided so far."""
        self.batches = 0
        self._waiting: list[tuple[Any, Act]] = []

    def handle(self, peer: Any, frames: Sequence[Any]) -> list[Reply]:
        """Take one message; requests wait for :meth:`flush`. Never raises for what a peer sends."""
        try:
            message = decode(frames)
        except VersionError as error:
            return [self._refuse(peer, match_of(frames), Refusal.VERSION, str(error))]
        except WireError as error:
            return [self._refuse(peer, match_of(frames), Refusal.MALFORMED, str(error))]
        if isinstance(message, Act):
            self._waiting.append((peer, message))
            return []
        replies = self.flush() if any(peer == other for other, _ in self._waiting) else []
        try:
            return replies + self._answer(peer, message)
        except RefusedError as error:
            self._drop(peer, message.match)
            return [*replies, self._refuse(peer, message.match, error.reason, str(error))]
        except WireError as error:
            return [*replies, self._refuse(peer, message.match, Refusal.MALFORMED, str(error))]
        except Exception as error:  # noqa: BLE001 - a policy is a stranger's code; the others go on
            self._drop(peer, message.match)
            return [*replies, self._refuse(peer, message.match, Refusal.CRASH, self._what_it_raised(error))]

    def forget(self, peer: Any) -> None:
        """The peer is gone for good."""
        for key in [key for key in self.sessions if key[0] == peer]:
            self._drop(*key)

    def farewell(self, why: str) -> list[Reply]:
        """Goodbyes to every session, each of which ends when its own goodbye comes."""
        self.draining = True
        return [(peer, encode(Bye(match, message=why))) for peer, match in self.sessions]

    # ---- sessions -----------------------------------------------------------------------------------------

    def _answer(self, peer: Any, message: Message) -> list[Reply]:
        if isinstance(message, Hello):
            return self._greet(peer, message)
        session = self.sessions.get((peer, message.match))
        if session is None:
            if isinstance(message, Bye | End):
                return []
            return [self._refuse(peer, message.match, Refusal.NO_SESSION, "say hello first")]
        match message:
            case Reset():
                self._begin(session, message)
                return [(peer, encode(self._ready(message.match, message.episode)))]
            case Result() | Observe():
                self.backend.learn(session, message)
            case Bye():
                for agent in message.agents or list(session.seats):
                    session.seats.pop(agent, None)
                if not message.agents or not session.seats:
                    self._drop(peer, message.match)
            case End():
                pass  # the next reset says it too; backends that learn see it in `terminated` and `truncated`
            case _:
                raise WireError(f"a client does not send {message.kind} messages")
        return []

    def _greet(self, peer: Any, hello: Hello) -> list[Reply]:
        self._drop(peer, hello.match)
        policy, wants = self.backend.policy, self.backend.wants
        if VERSION not in hello.versions:
            raise RefusedError(
                Refusal.VERSION, f"this server speaks version {VERSION}, not {list(hello.versions)}"
            )
        if self.draining:
            raise RefusedError(Refusal.BUSY, "this server is about to stop")
        while (
            len(self.sessions) >= SESSIONS_MAX
        ):  # matches that ended without a goodbye; a live one comes back
            self._drop(*next(iter(self.sessions)))
        if hello.options.get("model", policy.name) not in {policy.name, policy.id}:
            raise RefusedError(
                Refusal.MODEL, f"this server serves {policy.name!r}, not {hello.options['model']!r}"
            )
        groups = self.backend.accept(hello)
        self.sessions[peer, hello.match] = Session(
            hello,
            tuple(Layout(group.observation) for group in hello.groups),
            tuple(Layout(group.action) for group in hello.groups),
            tuple(repr((group.observation, group.action)) for group in hello.groups),
        )
        return [(peer, encode(Ready(hello.match, policy=policy, wants=wants, groups=groups)))]

    def _ready(self, match: str, episode: int) -> Ready:
        return Ready(match, episode, policy=self.backend.policy, wants=self.backend.wants)

    def _begin(self, session: Session, reset: Reset) -> None:
        known = [agent for group in session.hello.groups for agent in group.agents]
        strangers = [agent for agent in reset.seeds if agent not in known]
        if strangers or not reset.seeds or any(seed < 0 for seed in reset.seeds.values()):
            raise WireError(
                f"'seeds' of a reset must hold a seed from 0 for agents of the hello, {', '.join(known)}"
            )
        session.episode = reset.episode
        session.seats = {
            agent: Seat(agent, session, seed, np.random.default_rng(seed))
            for agent, seed in reset.seeds.items()
        }
        self.backend.begin(session)

    def _drop(self, peer: Any, match: str) -> None:
        session = self.sessions.pop((peer, match), None)
        if session is None:
            return
        try:
            self.backend.end(session)
        except Exception:  # noqa: BLE001 - a stranger's code; the session is over all the same
            _log.exception("the policy failed at the end of a session")

    def _what_it_raised(self, error: Exception) -> str:
        return f"{self.backend.policy.name} raised {type(error).__name__}: {error}"

    def _refuse(self, peer: Any, match: str, reason: Refusal, message: str) -> Reply:
        return peer, encode(Refused(match, reason, message))

    # ---- deciding -----------------------------------------------------------------------------------------

    def flush(self) -> list[Reply]:
        """Decide everything that waits; one answer a request message."""
        waiting, self._waiting = self._waiting, []
        replies: list[Reply] = []
        kinds: dict[Any, list[_Row]] = {}
        for peer, act in waiting:
            try:
                for row in self._rows(peer, act):
                    kinds.setdefault(self._kind_of(row), []).append(row)
            except RefusedError as error:
                replies.append(self._refuse(peer, act.match, error.reason, str(error)))
            except WireError as error:
                replies.append(self._refuse(peer, act.match, Refusal.MALFORMED, str(error)))
        decisions: dict[tuple[Any, str], list[tuple[_Row, Any]]] = {}
        for rows in kinds.values():
            for row, action in zip(rows, self._decide(rows), strict=True):
                decisions.setdefault((row.peer, row.act.match), []).append((row, action))
        for (peer, match), answered in decisions.items():
            replies.append(self._reply(peer, match, answered))
        return replies

    def _rows(self, peer: Any, act: Act) -> Iterable[_Row]:
        """All rows of a request, or an error for all of them."""
        session = self.sessions.pop((peer, act.match), None)
        if session is None:
            raise RefusedError(Refusal.NO_SESSION, "say hello first")
        self.sessions[peer, act.match] = session  # the newest comes last
        rows = []
        for block in act.blocks:
            if block.group >= len(session.observations):
                raise WireError(
                    f"a request is for group {block.group}, the hello had {len(session.observations)}"
                )
            unknown = [agent for agent in block.agents if agent not in session.seats]
            if unknown:
                raise WireError(f"a request is for {', '.join(unknown)}, which no reset named")
            fitted = session.observations[block.group].fit(block.arrays.get("observation", ()))
            legal = block.arrays.get("legal", ())
            if legal and (
                len(legal) != 1 or legal[0].data.ndim != 2 or legal[0].data.dtype.kind not in "biu"
            ):
                raise WireError(
                    "'legal' of a request must be one whole-number array of shape (rows, actions)"
                )
            sound = Block(
                block.group, block.agents, block.ids, arrays={"observation": fitted, "legal": tuple(legal)}
            )
            rows += [_Row(peer, act, session, sound, index) for index in range(len(block.ids))]
        return rows

    @staticmethod
    def _kind_of(row: _Row) -> Any:
        """Rows of one kind can be stacked: equal spaces, and masks of one length or none."""
        legal = row.block.arrays["legal"]
        return row.session.kinds[row.block.group], legal[0].data.shape[1:] if legal else None

    def _decide(self, rows: Sequence[_Row]) -> Sequence[Any]:
        first = rows[0]
        blocks = list({id(row.block): row.block for row in rows}.values())
        arrays = tuple(
            NamedArray(leaf.path, _joined([block.arrays["observation"][number].data for block in blocks]))
            for number, leaf in enumerate(first.session.observations[first.block.group].leaves)
        )
        legal = None
        if first.block.arrays["legal"]:
            legal = _joined([block.arrays["legal"][0].data for block in blocks])
        batch = Batch(
            first.session.observations[first.block.group],
            first.session.actions[first.block.group],
            arrays,
            legal,
            [row.seat for row in rows],
            [row.act for row in rows],
        )
        self.batches += 1
        self.decided += len(rows)
        try:
            answers = self.backend.decide(batch)
        except Exception as error:  # noqa: BLE001 - a policy is a stranger's code; the server goes on
            return [Crash(self._what_it_raised(error))] * len(rows)
        if len(answers) != len(rows):
            crash = Crash(f"{self.backend.policy.name} gave {len(answers)} answers to {len(rows)} requests")
            return [crash] * len(rows)
        return answers

    def _reply(self, peer: Any, match: str, answered: Sequence[tuple[_Row, Any]]) -> Reply:
        abstain, good, blocks = [], dict[int, list[tuple[_Row, Any]]](), []
        for row, action in answered:
            if isinstance(action, Crash):
                self._drop(peer, match)
                return self._refuse(peer, match, Refusal.CRASH, action.message)
            if action is None:
                abstain.append(row.request_id)
            else:
                good.setdefault(row.block.group, []).append((row, action))
        for group, rows in good.items():
            layout = rows[0][0].session.actions[group]
            ids = tuple(row.request_id for row, _ in rows)
            try:
                arrays = layout.stack([action for _, action in rows], strict=True)
                blocks.append(Block(group, ids=ids, arrays={"action": arrays}))
            except WireError:
                blocks += [_odd_block(layout, group, row.request_id, action) for row, action in rows]
        return peer, encode(Action(match, tuple(blocks), tuple(abstain)))


def _joined(arrays: Sequence[Any]) -> Any:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _odd_block(layout: Layout, group: int, request_id: int, action: Any) -> Block:
    """One answer by itself: sent as it is where it does not fit, so that the match can call it illegal."""
    try:
        arrays = layout.stack([action], strict=True)
    except WireError:
        try:
            odd = np.asarray(action)
        except ValueError:
            odd = np.zeros(0, bool)
        fits = odd.dtype.kind in "biuf" and odd.ndim < 5
        arrays = (NamedArray((), (odd if fits else np.zeros(0, bool))[None]),)
    return Block(group, ids=(request_id,), arrays={"action": arrays})
