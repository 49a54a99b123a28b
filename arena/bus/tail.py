"""Watches all streams at once, as they come and go."""

from __future__ import annotations

import time
from typing import Any, Self

import zmq

from arena.bus import endpoints
from arena.bus.events import decode
from arena.bus.publisher import BLOCK
from arena.bus.subscriber import Follower
from arena.errors import RecordError, WireError
from arena.records.format import BlockCodec

LOOK_EVERY_S = 0.2
LOST_AFTER_S = 1.0

Seen = tuple[str, dict[str, Any]]
"""A stream and one event of it."""


class Tail:
    """Every stream whose name begins with ``prefix``, without gaps. Close it, or use ``with``."""

    def __init__(self, prefix: str = "", *, from_start: bool = False) -> None:
        """``from_start``: events from before we came are told, too."""
        self._prefix, self._first = prefix, 0 if from_start else None
        self._context = zmq.Context()
        self._poller = zmq.Poller()
        self._followers: dict[str, Follower] = {}
        self._heard_at: dict[str, float] = {}
        self._left: set[str] = set()
        self._looked_at = float("-inf")

    @property
    def streams(self) -> list[str]:
        """Streams that are being followed."""
        return list(self._followers)

    @property
    def any_ended(self) -> bool:
        """Whether a stream has come to its end since we came."""
        return bool(self._left)

    def poll(self, timeout_s: float) -> list[Seen]:
        """What was said within ``timeout_s``; returns as soon as there is something."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            self._look(now)
        self._poller.poll(int(min(timeout_s, LOOK_EVERY_S) * 1000))
        now = time.monotonic()
        seen: list[Seen] = []
        for stream, follower in list(self._followers.items()):
            messages = follower.pump(now)
            if messages:
                self._heard_at[stream] = now
            seen += [(stream, decode(message)) for message in messages]
            silent = now - self._heard_at[stream] > LOST_AFTER_S
            if follower.ended or follower.gone or (silent and not endpoints.is_alive(stream)):
                self._leave(stream, follower)
        return seen

    def _look(self, now: float) -> None:
        for endpoint in endpoints.streams():
            known = endpoint.stream in self._followers or endpoint.stream in self._left
            if known or not endpoint.stream.startswith(self._prefix):
                continue
            follower = Follower(endpoint, self._context, first=self._first)
            self._followers[endpoint.stream] = follower
            self._heard_at[endpoint.stream] = now
            for socket in follower.sockets:
                self._poller.register(socket, zmq.POLLIN)

    def _leave(self, stream: str, follower: Follower) -> None:
        for socket in follower.sockets:
            self._poller.unregister(socket)
        follower.close()
        del self._followers[stream], self._heard_at[stream]
        self._left.add(stream)

    def close(self) -> None:
        """Leave all. Safe to call twice."""
        for stream, follower in list(self._followers.items()):
            self._leave(stream, follower)
        self._context.term()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class BrokerTail:
    """What a broker passes on from now on. Nothing that was lost is repaired."""

    def __init__(self, address: str, prefix: str = "") -> None:
        """Connect to the broker's back."""
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._socket.set(zmq.LINGER, 0)
        try:
            self._socket.connect(address)
        except zmq.ZMQError as error:
            self._context.destroy(linger=0)
            raise WireError(
                f"cannot connect to {address!r}: {error}; say ipc://... or tcp://HOST:PORT"
            ) from error
        self._socket.subscribe(prefix.encode())
        self._codec = BlockCodec()

    def poll(self, timeout_s: float) -> list[Seen]:
        """What was said within ``timeout_s``; returns as soon as there is something."""
        if not self._socket.poll(int(timeout_s * 1000)):
            return []
        frames = self._socket.recv_multipart()
        if len(frames) != 2:
            return []
        stream, _, kind = frames[0].decode(errors="replace").rpartition("/")
        try:
            messages = self._codec.unpack_whole(frames[1])[1] if kind == BLOCK else [frames[1]]
            return [(f"{stream}/", decode(message)) for message in messages]
        except (WireError, RecordError):
            return []

    def close(self) -> None:
        """Leave. Safe to call twice."""
        self._context.destroy(linger=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
