"""What the tests of hosting dial with: a bare socket that says what it likes, and one that behaves."""

from __future__ import annotations

import time
from typing import Any

import msgpack
import zmq

from arena.hosting.gate import Gate
from arena.hosting.guests import Guest
from arena.hosting.port import Port
from arena.hosting.tokens import TokenBook
from arena.wire.codec import decode, encode
from arena.wire.keys import KeyPair, arm_client
from arena.wire.messages import Join, Joined, Message, Ping, Refused

PATIENCE_S = 20.0
"""Only ever waited for in full by a test that fails."""


class Caller:
    """One DEALER, in the test's own thread."""

    def __init__(
        self, endpoint: str, *, key: str = "", own: KeyPair | None = None, routing_id: bytes = b""
    ) -> None:
        self.socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.set(zmq.LINGER, 0)
        if routing_id:
            self.socket.set(zmq.ROUTING_ID, routing_id)
        if key:
            arm_client(self.socket, own or KeyPair.generate(), key)
        self.socket.connect(endpoint)
        self.heard: list[bytes] = []
        """Every frame that ever came."""

    def say(self, message: Message) -> None:
        self.socket.send_multipart(encode(message))

    def shout(self, *frames: bytes) -> None:
        self.socket.send_multipart(frames)

    def header(self, **fields: Any) -> None:
        self.shout(msgpack.packb({"v": 1, "match": "", **fields}))

    def hear(self, timeout_s: float = PATIENCE_S) -> Message | None:
        """The next message, but for the host's probes."""
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0 or timeout_s == 0:
            if not self.socket.poll(max(0, int(1000 * left))):
                return None
            frames = self.socket.recv_multipart()
            self.heard += frames
            message = decode(frames)
            if not isinstance(message, Ping):
                return message
        return None

    def expect(self, kind: type[Any]) -> Any:
        message = self.hear()
        assert isinstance(message, kind), message
        return message

    def join(self, token: str = "", **more: Any) -> Joined | Refused:
        self.say(Join(token=token, **more))
        message = self.hear()
        assert isinstance(message, Joined | Refused), message
        return message

    def close(self) -> None:
        self.socket.close(linger=0)


class Listener:
    """Writes down what the gate tells."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.guests: list[Guest] = []

    @property
    def last(self) -> tuple[str, str]:
        """What was told last. The gate tells after it has answered: wait for it."""
        return self.told[-1] if self.told else ("", "")

    def guest_joined(self, guest: Guest) -> None:
        self.guests.append(guest)
        self.told.append(("joined", guest.name))

    def guest_dropped(self, guest: Guest, why: str) -> None:
        self.told.append(("dropped", why))

    def guest_returned(self, guest: Guest) -> None:
        self.told.append(("returned", guest.name))

    def guest_left(self, guest: Guest, why: str) -> None:
        self.told.append(("left", why))

    def describe_place(self, guest: Guest) -> str:
        return f"at {guest.place}"


class Lodge:
    """A gate of a test, with its book, its listener and its callers; everything closes with it."""

    def __init__(self, *, keys: KeyPair | None = None, allowed: frozenset[str] | None = None) -> None:
        self.keys = keys
        self.book = TokenBook(keys.public if keys else "")
        self.listener = Listener()
        self.gate = Gate(
            Port("tcp://127.0.0.1:*", keys, allowed),
            self.book,
            self.listener,
            time.monotonic,
            games=("a game",),
        )
        self.callers: list[Caller] = []

    def token(self, place: str = "queue") -> str:
        return self.book.issue(place, time.monotonic()).partition(".")[0]

    def caller(self, **more: Any) -> Caller:
        if self.keys is not None:
            more.setdefault("key", self.keys.public)
        self.callers.append(Caller(self.gate.endpoint, **more))
        return self.callers[-1]

    def guest(self, name: str = "Ada", role: str = "bot", **more: Any) -> tuple[Caller, Joined, Guest]:
        """A caller that has joined."""
        caller = self.caller(**more)
        joined = caller.join(self.token(), name=name, role=role)
        assert isinstance(joined, Joined), joined
        self.until(lambda: any(guest.name == joined.name for guest in self.listener.guests))
        return caller, joined, next(guest for guest in self.listener.guests if guest.name == joined.name)

    def until(self, true: Any) -> None:
        """Let time pass at the gate until ``true()``."""
        give_up = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < give_up, self.listener.told
            self.gate.tick(time.monotonic())
            time.sleep(0.005)

    def close(self) -> None:
        for caller in self.callers:
            caller.close()
        self.gate.close()
