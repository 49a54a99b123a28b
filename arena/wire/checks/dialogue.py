"""One match with the other end, asked message by message."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgpack

from arena.errors import WireError
from arena.match.controller import Request
from arena.wire.checks.cast import SEED, Cast
from arena.wire.checks.check import Failed
from arena.wire.checks.peer import Peer
from arena.wire.codec import decode, encode
from arena.wire.messages import Act, Action, Bye, Message, Ping, Pong, Ready, Refused, Remark

MESSAGES_MAX = 64
"""More messages than this, beyond one a row, are no answer but a flood."""


class Dialogue:
    """Says hello, reset and act for one match, and waits for what should come."""

    def __init__(
        self, peer: Peer, cast: Cast, match: str, patience_s: float, options: Mapping[str, str]
    ) -> None:
        self.peer, self.cast, self.match = peer, cast, match
        self.patience_s = patience_s
        self.ids = itertools.count(1)
        self._options = options
        self._episode, self._seed = 0, SEED

    def greet(self, **changes: Any) -> Ready:
        """Say hello, with some of its fields changed. Raises :class:`Failed` unless it is ready."""
        self.peer.send(altered(encode(self._hello()), **changes))
        return self._ready(None)

    def greet_for_refusal(self, **changes: Any) -> Ready | Refused:
        """Say hello where a refusal may be right."""
        self.peer.send(altered(encode(self._hello()), **changes))
        answer = self.expect(Ready, Refused)
        assert isinstance(answer, Ready | Refused)
        return answer

    def reset(self, episode: int = 0, *, seed: int = SEED, mid_episode: bool = False) -> Ready:
        """Begin an episode. Raises :class:`Failed` unless it is ready for that very one."""
        self._episode, self._seed = episode, seed
        start = self.cast.start(self.match, episode, seed=seed)
        self.peer.send(self.cast.wire.reset(start, mid_episode=mid_episode))
        return self._ready(episode)

    def begin(self) -> None:
        """Hello and the first reset."""
        self.greet()
        self.reset()

    def act(self, rows: Sequence[Request], *, first_id: int | None = None) -> Act:
        """The question for ``rows``, with ids of its own; not sent yet."""
        ids = self.ids if first_id is None else itertools.count(first_id)
        asked = [replace(row, request_id=next(ids)) for row in rows]
        start = self.cast.start(self.match, self._episode, seed=self._seed)
        return self.cast.wire.act(start, asked, 0.0, position=False)

    def ask(self, act: Act, **changes: Any) -> Action:
        """Send a question, some of its fields changed, and give the answer that has all its rows.

        Raises :class:`Failed` where none comes.
        """
        self.peer.send(altered(encode(act), **changes))
        return self.answer(act)

    def answer(self, act: Act) -> Action:
        """The answer to ``act``, put together where it comes in parts."""
        open_ids = {number for block in act.blocks for number in block.ids}
        asked = len(open_ids)
        parts: list[Action] = []
        until = time.monotonic() + self.patience_s
        while open_ids:
            try:
                part = self.expect(Action, until=until)
            except Failed as failure:
                told = (
                    f"{len(open_ids)} of {asked} rows were not answered: {failure}" if parts else str(failure)
                )
                raise Failed(told) from None
            assert isinstance(part, Action)
            parts.append(part)
            open_ids -= {number for block in part.blocks for number in block.ids}
            open_ids -= set(part.abstain)
        blocks = tuple(block for part in parts for block in part.blocks)
        return Action(self.match, blocks, tuple(number for part in parts for number in part.abstain))

    def bye(self, *agents: str) -> None:
        """Take leave, for some agents or for all."""
        self.peer.send(Bye(self.match, agents, "a conformance check"))

    def expect(self, *kinds: type[Message], until: float | None = None) -> Message:
        """The next message of one of ``kinds`` for this match.

        Pings are answered, remarks and answers to what was asked before are passed over. Raises
        :class:`Failed` for anything else, and when nothing comes.
        """
        until = time.monotonic() + self.patience_s if until is None else until
        stray = ""
        for _ in range(MESSAGES_MAX):
            try:
                message = self.next(until - time.monotonic())
            except Failed as failure:
                raise Failed(f"{failure}{stray}") from None
            if isinstance(message, kinds) and message.match == self.match:
                return message
            if isinstance(message, Refused | Bye) and message.match in {self.match, ""}:
                raise Failed(shown(message))
            stray = f", but {shown(message)} for match {message.match!r}"
        raise Failed(f"{MESSAGES_MAX} messages came, and what was asked for was not among them")

    def next(self, patience_s: float) -> Message:
        """The next message of any match; pings are answered on the way."""
        until = time.monotonic() + patience_s
        while True:
            found = self.peer.receive(until - time.monotonic())
            if found is None:
                raise Failed(f"no answer within {self.patience_s:g} s")
            message = read(found[0])
            if isinstance(message, Ping):
                self.peer.send(Pong(message.number, message.match))
            elif not isinstance(message, Remark):
                return message

    def _hello(self) -> Any:
        return self.cast.wire.hello(self.cast.start(self.match, 0), self._options)

    def _ready(self, episode: int | None) -> Ready:
        answer = self.expect(Ready)
        assert isinstance(answer, Ready)
        if answer.episode != episode:
            wanted = "no episode" if episode is None else f"episode {episode}"
            raise Failed(f"ready with episode {answer.episode}, where {wanted} was due")
        return answer


def read(frames: Sequence[Any]) -> Message:
    """The message in ``frames``. Raises :class:`Failed` where there is none."""
    try:
        return decode(frames)
    except WireError as error:
        raise Failed(f"a message that cannot be read: {error}") from None


def altered(frames: Sequence[Any], **changes: Any) -> list[Any]:
    """``frames`` with some fields of the header set to something else."""
    if not changes:
        return list(frames)
    header = msgpack.unpackb(frames[0])
    return [msgpack.packb(header | changes), *frames[1:]]


def shown(message: Message) -> str:
    """A message that nobody wanted, in a few words."""
    if isinstance(message, Refused):
        return f"refused ({message.reason}): {message.message}"
    if isinstance(message, Bye):
        return f"bye: {message.message}" if message.message else "bye"
    return message.kind
