"""Follows a stream without gaps: what PUB/SUB lost, and what came before, is fetched by repair."""

from __future__ import annotations

import contextlib
from typing import Any, Self

import zmq

from arena.bus.endpoints import StreamEndpoint
from arena.bus.events import decode
from arena.bus.publisher import BLOCK
from arena.bus.repair import pack, unpack
from arena.errors import RecordError, WireError
from arena.ids import new_ulid
from arena.records.format import BlockCodec

RECEIVE_HWM = 10_000
AHEAD_MAX = 4096
"""Messages kept while an earlier one is missing; those beyond are fetched again."""
ASK_AGAIN_S = 0.5
ALIVE_EVERY_S = 0.5

_ANSWER_BYTES_MAX = 128 << 20
_ROUND = 512
_MALFORMED = (WireError, RecordError, KeyError, TypeError, ValueError)
"""What reading a message raises that is not as it should be. It is dropped; repair brings what was lost."""


class Follower:
    """One stream from seq ``first`` on, each message once and in order.

    Nothing blocks and nothing runs by itself: call :meth:`pump` when a socket of :attr:`sockets` is readable,
    and at least twice a second. ``now`` is a monotonic clock in seconds. Close it, or use it as a context
    manager.
    """

    def __init__(
        self,
        endpoint: StreamEndpoint,
        context: zmq.Context[Any],
        *,
        first: int | None = 0,
        peer_id: str = "",
    ) -> None:
        """``first`` ``None`` begins with what comes next.

        ``peer_id`` names the recorder that the publisher waits for; others get a name of their own.
        """
        self.stream = endpoint.stream
        self._from_now = first is None
        self.next_seq = first or 0
        """The seq of the message that :meth:`pump` hands out next."""
        self.known_next = 0
        """One past the last seq that the publisher is known to have used."""
        self.closed = False
        """The publisher says that the stream has ended."""
        self.gone = False
        """The publisher itself lost what should come next (its disk was full)."""
        self.manual_ack = bool(peer_id)
        self._peer_id = peer_id or f"follower-{new_ulid()}"
        self._prefix = len(self.stream)
        self._ahead: dict[int, bytes] = {}
        self._codec = BlockCodec()
        self._asked_at: float | None = None
        self._heard_state = False
        self._told_at = float("-inf")
        self._subscription = context.socket(zmq.SUB)
        self._subscription.set(zmq.RCVHWM, RECEIVE_HWM)
        self._subscription.set(zmq.LINGER, 0)
        self._subscription.connect(endpoint.publish)
        self._subscription.subscribe(self.stream.encode())
        self._dealer = context.socket(zmq.DEALER)
        self._dealer.set(zmq.LINGER, 200)  # for the last acknowledgement
        self._dealer.set(zmq.MAXMSGSIZE, _ANSWER_BYTES_MAX)
        self._dealer.connect(endpoint.repair)
        self._tell(pack("hello", id=self._peer_id))

    @property
    def sockets(self) -> tuple[zmq.Socket[Any], zmq.Socket[Any]]:
        """What to put into a poller (POLLIN)."""
        return self._subscription, self._dealer

    @property
    def ended(self) -> bool:
        """Everything to the end of the stream has been handed out."""
        return self.closed and self.next_seq >= self.known_next

    def pump(self, now: float) -> list[bytes]:
        """Read what has arrived, ask for what is missing; the next messages, in order."""
        ready: list[bytes] = []
        self._read_published(ready)
        self._read_answers(ready)
        self._ask(now)
        return ready

    def ack(self, seq: int, *, complete: bool = False) -> None:
        """Tell the publisher that all up to ``seq`` is safe; ``complete``: and nothing more is needed."""
        self._tell(pack("ack", id=self._peer_id, seq=seq, complete=complete))

    def close(self) -> None:
        """Leave. Safe to call twice."""
        if not self._dealer.closed:
            if not self.manual_ack:
                self.ack(self.next_seq - 1, complete=True)
            self._subscription.close()
            self._dealer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_published(self, ready: list[bytes]) -> None:
        with contextlib.suppress(zmq.Again):
            for _ in range(_ROUND):
                frames = self._subscription.recv_multipart(zmq.NOBLOCK)
                with contextlib.suppress(*_MALFORMED):
                    if len(frames) == 2:
                        self._take_published(frames[0][self._prefix :].decode(), frames[1], ready)

    def _take_published(self, kind: str, payload: bytes, ready: list[bytes]) -> None:
        if kind == BLOCK:
            self._take_block(payload, ready)
            return
        event = decode(payload)
        if kind == "mark":
            self._learn(int(event["last_seq"]) + 1, closed=bool(event["closed"]))
        else:
            self._take(int(event["seq"]), payload, ready)

    def _read_answers(self, ready: list[bytes]) -> None:
        with contextlib.suppress(zmq.Again):
            for _ in range(_ROUND):
                head, *blocks = self._dealer.recv_multipart(zmq.NOBLOCK)
                with contextlib.suppress(*_MALFORMED):
                    self._take_answer(unpack(head), blocks, ready)

    def _take_answer(self, message: dict[str, Any], blocks: list[bytes], ready: list[bytes]) -> None:
        match message["kind"]:
            case "state":
                self._heard_state = True
                self._learn(int(message["next_seq"]), closed=bool(message["closed"]))
            case "blocks":
                self._asked_at = None
                self._learn(int(message["next_seq"]), closed=bool(message["closed"]))
                for block in blocks:
                    self._take_block(block, ready)
            case "gone":
                self.gone = message.get("first") == self.next_seq

    def _take_block(self, block: bytes, ready: list[bytes]) -> None:
        first, messages = self._codec.unpack_whole(block)
        for seq, message in enumerate(messages, first):
            self._take(seq, message, ready)

    def _take(self, seq: int, message: bytes, ready: list[bytes]) -> None:
        self._begin_at(seq)
        if seq == self.next_seq:
            ready.append(message)
            self.next_seq += 1
            while (following := self._ahead.pop(self.next_seq, None)) is not None:
                ready.append(following)
                self.next_seq += 1
        elif seq > self.next_seq and len(self._ahead) < AHEAD_MAX:
            self._ahead[seq] = message
        self.known_next = max(self.known_next, seq + 1)

    def _learn(self, next_seq: int, *, closed: bool) -> None:
        self._begin_at(next_seq)
        self.known_next = max(self.known_next, next_seq)
        self.closed = self.closed or closed

    def _begin_at(self, seq: int) -> None:
        """Who wants only what comes begins with the first seq heard of."""
        if self._from_now:
            self._from_now = False
            self.next_seq = seq

    def _ask(self, now: float) -> None:
        if now - self._told_at >= ALIVE_EVERY_S:
            self._told_at = now
            if not self._heard_state:
                self._tell(pack("hello", id=self._peer_id))
            elif not self.manual_ack:
                self.ack(self.next_seq - 1, complete=self.ended)
        missing = self.next_seq < self.known_next
        if missing and (self._asked_at is None or now - self._asked_at >= ASK_AGAIN_S):
            self._asked_at = now
            self._tell(pack("want", first=self.next_seq))

    def _tell(self, message: bytes) -> None:
        with contextlib.suppress(zmq.Again):  # asked again later
            self._dealer.send(message, zmq.NOBLOCK)
