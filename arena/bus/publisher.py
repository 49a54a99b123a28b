"""Publishes one stream: XPUB for those who listen, ROUTER for those who missed something."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass

import zmq

from arena.bus import endpoints
from arena.bus.events import encode
from arena.bus.repair import REQUEST_BYTES_MAX, Past, answer
from arena.errors import ArenaError
from arena.waker import Waker

LIVE_HWM = 1000
"""Events that may wait for one slow subscriber (about 300 bytes each); the newest are dropped then, and
repaired.
"""
BLOCK_HWM = 64
"""The same for blocks, which are larger."""
MARK_EVERY_S = 1.0
LAST_MARK_EVERY_S = 0.25
"""Between marks once the stream has ended."""
LINGER_S = 2.0
"""How long after its end a stream waits for peers that say nothing."""
LINGER_MAX_S = 30.0
"""... and for those that do."""
BLOCK = "block"
"""The topic of a block of events (in ``fast`` pace), in place of their kinds."""

_POLL_MS = 100
_POLL_WAITING_MS = 5
_FLUSH_MS = 500
_PEER_SILENT_S = 1.5
_REQUESTS_A_ROUND = 32
_ANSWERS_WAITING = 4  # of a megabyte each, for a peer that asks and does not read


@dataclass(frozen=True, slots=True)
class _Peer:
    heard_at: float
    seq: int
    """The last that is safe with it."""
    complete: bool
    """It needs nothing more."""


class Publisher:
    """One stream on the bus.

    :meth:`send` and :meth:`send_block` never block and may be called from any thread, under a lock that is
    held for microseconds. A thread of its own answers repairs, marks the last seq each second, reads
    subscriptions, and after :meth:`finish` stays until every recorder that is alive has all, or nothing was
    heard for ``linger_s``.
    """

    def __init__(self, stream: str, history: Past, *, live: bool, linger_s: float = LINGER_S) -> None:
        """``live``: events are sent one by one; else in blocks."""
        self.stream = stream
        self._history, self._linger_s = history, linger_s
        self._lock = threading.Lock()
        self._topics: dict[str, bytes] = {}
        self._context = zmq.Context()
        self._publish = self._context.socket(zmq.XPUB)
        self._repair = self._context.socket(zmq.ROUTER)
        try:
            endpoint = self._bind(LIVE_HWM if live else BLOCK_HWM)
            self._announcement = endpoints.announce_stream(endpoint)
        except BaseException:
            self._context.destroy(linger=0)
            endpoints.remove_sockets(self._ulid)
            raise
        self._subscriptions = 0
        self._subscribed = threading.Condition()
        self._expecting = False
        self._peers: dict[str, _Peer] = {}
        self._heard_at = 0.0
        self._finishing = False
        self._gone = False
        self._waker = Waker()
        self._thread = threading.Thread(target=self._serve, name=f"bus {stream}", daemon=True)
        self._thread.start()

    def _bind(self, hwm: int) -> endpoints.StreamEndpoint:
        publish, repair = (endpoints.socket_endpoint(f"{self._ulid}.{name}.sock") for name in ("pub", "rep"))
        self._publish.set(zmq.XPUB_VERBOSER, 1)
        self._publish.set(zmq.SNDHWM, hwm)
        self._publish.set(zmq.LINGER, _FLUSH_MS)
        self._publish.bind(publish)
        broker = endpoints.broker()
        if broker is not None:
            self._publish.connect(broker[0])
        self._repair.set(zmq.MAXMSGSIZE, REQUEST_BYTES_MAX)
        self._repair.set(zmq.SNDHWM, _ANSWERS_WAITING)
        self._repair.set(zmq.LINGER, _FLUSH_MS)
        self._repair.bind(repair)
        return endpoints.StreamEndpoint(self.stream, publish, repair, os.getpid())

    @property
    def _ulid(self) -> str:
        return self.stream.rstrip("/").rpartition("/")[2]

    @property
    def listening(self) -> bool:
        """Whether anybody subscribes, as far as is known (it takes up to a tenth of a second to be known)."""
        return self._subscriptions > 0

    def send(self, kind: str, message: bytes) -> None:
        """Publish one event."""
        topic = self._topics.get(kind)
        if topic is None:
            topic = self._topics[kind] = (self.stream + kind).encode()
        with self._lock:
            if not self._gone:
                self._publish.send(topic, zmq.SNDMORE | zmq.NOBLOCK)
                self._publish.send(message, zmq.NOBLOCK)

    def send_block(self, block: bytes) -> None:
        """Publish a packed block of events."""
        self.send(BLOCK, block)

    def wait_for(self, subscribers: int, timeout_s: float) -> bool:
        """Wait until so many subscriptions have arrived: what is published from then on reaches them."""
        self._expecting = True
        self._waker.wake()
        with self._subscribed:
            done = self._subscribed.wait_for(lambda: self._subscriptions >= subscribers, timeout_s)
        self._expecting = False
        return done

    def finish(self) -> None:
        """The stream has ended: nothing more will be sent. Returns at once."""
        self._finishing = True
        self._waker.wake()

    def close(self) -> None:
        """Finish and wait until the last recorder has all (see ``linger_s``). Safe to call twice."""
        self.finish()
        self._thread.join()
        self._waker.close()

    # ---- the publisher's thread ---------------------------------------------------------------------------

    def _serve(self) -> None:
        poller = zmq.Poller()
        poller.register(self._repair, zmq.POLLIN)
        poller.register(self._waker.fileno(), zmq.POLLIN)
        marked_at = 0.0
        ended_at = None
        try:
            while True:
                poller.poll(_POLL_WAITING_MS if self._expecting else _POLL_MS)
                self._waker.clear()
                now = time.monotonic()
                if self._finishing and ended_at is None:
                    ended_at = self._heard_at = now
                    marked_at = 0.0
                self._answer_requests(now)
                self._read_subscriptions()
                if now - marked_at >= (MARK_EVERY_S if ended_at is None else LAST_MARK_EVERY_S):
                    self._mark()
                    marked_at = now
                if ended_at is not None and self._may_leave(now, now - ended_at):
                    return
        finally:
            self._leave()

    def _answer_requests(self, now: float) -> None:
        for _ in range(_REQUESTS_A_ROUND):
            try:
                *envelope, request = self._repair.recv_multipart(zmq.NOBLOCK)  # proxies add to the envelope
            except zmq.Again:
                return
            self._heard_at = now
            with contextlib.suppress(ArenaError, zmq.ZMQError):  # a stranger, or one who left: nobody to tell
                reply = answer(
                    request,
                    self._history,
                    closed=self._finishing,
                    on_ack=lambda peer, seq, complete: self._heard(peer, seq, now, complete=complete),
                )
                if reply:
                    self._repair.send_multipart([*envelope, *reply], zmq.NOBLOCK)

    def _heard(self, peer_id: str, seq: int, now: float, *, complete: bool) -> None:
        self._peers[peer_id] = _Peer(now, seq, complete)

    def _read_subscriptions(self) -> None:
        change = 0
        with self._lock, contextlib.suppress(zmq.Again):
            while True:
                frame = self._publish.recv(zmq.NOBLOCK)
                change += {1: 1, 0: -1}.get(frame[0], 0) if frame else 0
        if change:
            with self._subscribed:
                self._subscriptions += change
                self._subscribed.notify_all()

    def _mark(self) -> None:
        last = self._history.next_seq - 1
        self.send("mark", encode("mark", -1, 0.0, {"last_seq": last, "closed": self._finishing}))

    def _may_leave(self, now: float, ended_for_s: float) -> bool:
        waiting = [
            peer
            for peer in self._peers.values()
            if not peer.complete and now - peer.heard_at < _PEER_SILENT_S
        ]
        absent = [
            name
            for name in endpoints.recorders()
            if name not in self._peers or not self._peers[name].complete
        ]
        if not (waiting or absent):
            return True
        return now - self._heard_at > self._linger_s or ended_for_s > LINGER_MAX_S

    def _leave(self) -> None:
        self._announcement.withdraw()
        with self._lock:
            self._gone = True
            self._publish.close()
        self._repair.close()
        self._history.close()
        self._context.term()  # waits at most _FLUSH_MS for what subscribers have not taken yet
        endpoints.remove_sockets(self._ulid)
