"""Servers whose faults a single match hardly shows: what a conformance check is for."""

from __future__ import annotations

import msgpack

from tests.players.servers.fault import HEADER, how
from tests.players.servers.plain import Message, PlainServer


@how("old_version")
class OldVersion(PlainServer):
    """Answers with a protocol version that was not offered, and refuses none."""

    def on_hello(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        replies = super().on_hello(peer, header | {"versions": [1]}, frames)
        return [(reply | {"version": 99}, arrays) for reply, arrays in replies]


@how("any_version")
class AnyVersion(PlainServer):
    """Plays with a client that speaks no version of its own."""

    def on_hello(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return super().on_hello(peer, header | {"versions": [1]}, frames)


@how("silent_about_strangers")
class SilentAboutStrangers(PlainServer):
    """Does not tell a client whose match it has forgotten."""

    def on_act(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return super().on_act(peer, header, frames) if (peer, header["match"]) in self.sessions else []

    def on_reset(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return super().on_reset(peer, header, frames) if (peer, header["match"]) in self.sessions else []


@how("dies_of_garbage")
class DiesOfGarbage(PlainServer):
    """Does not catch what it cannot read."""

    def received(self, peer: bytes, parts: list[bytes]) -> None:
        msgpack.unpackb(parts[0])["kind"]
        super().received(peer, parts)


@how("strict")
class Strict(PlainServer):
    """Refuses fields and kinds that it does not know."""

    def received(self, peer: bytes, parts: list[bytes]) -> None:
        known = {"hello", "reset", "act", "bye", "result", "observe", "end", "ping"}
        try:
            header = msgpack.unpackb(parts[0])
            strange = header["kind"] not in known or any(key.startswith("x_") for key in header)
        except (ValueError, KeyError, TypeError):
            strange = False
        if strange:
            self.send(peer, *self.refusal(header.get("match", ""), "malformed", "what is this?"))
        else:
            super().received(peer, parts)


@how("one_match")
class OneMatch(PlainServer):
    """Forgets its first match when a second begins."""

    def on_hello(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        self.sessions.clear()
        return super().on_hello(peer, header, frames)


@how("clings")
class Clings(PlainServer):
    """Keeps a session after bye."""

    def on_bye(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return []


@how("first_hello_only")
class FirstHelloOnly(PlainServer):
    """Refuses a second hello for a match that it plays."""

    def on_hello(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        if (peer, header["match"]) in self.sessions:
            return [self.refusal(header["match"], "busy", "I am playing this already")]
        return super().on_hello(peer, header, frames)


@how("no_takeover")
class NoTakeover(PlainServer):
    """Cannot begin in the middle of an episode."""

    def on_reset(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        if header.get("mid_episode"):
            return [self.refusal(header["match"], "unsupported", "I begin at the beginning")]
        return super().on_reset(peer, header, frames)


@how("wrong_pong")
class WrongPong(PlainServer):
    """Answers pings with a number of its own."""

    def on_ping(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return [
            (reply | {"number": 7_777}, arrays) for reply, arrays in super().on_ping(peer, header, frames)
        ]
