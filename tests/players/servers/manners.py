"""Servers whose faults a single match hardly shows: what a conformance check is for."""

from __future__ import annotations

import sys

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


@how("mixes_clients")
class MixesClients(PlainServer):
    """Knows a match by its name alone, whoever speaks."""

    def on_hello(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return super().on_hello(b"", header, frames)

    def on_reset(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return super().on_reset(b"", header, frames)

    def on_act(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return super().on_act(b"", header, frames)

    def on_bye(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return super().on_bye(b"", header, frames)


@how("float_ids")
class FloatIds(PlainServer):
    """Keeps ids as floating-point numbers, as JavaScript does unless told otherwise."""

    def on_act(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        for block in header["blocks"]:
            block["ids"] = [min(int(float(number)), 2**63 - 1024) for number in block["ids"]]
        return super().on_act(peer, header, frames)


@how("short_names")
class ShortNames(PlainServer):
    """Cuts match names at 64 characters."""

    def send(self, peer: bytes, header: HEADER, arrays: list[bytes]) -> None:
        super().send(peer, header | {"match": header["match"][:64]}, arrays)


@how("one_episode")
class OneEpisode(PlainServer):
    """Forgets the match when an episode ends."""

    def on_end(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return self.on_bye(peer, {"match": header["match"]}, frames)


@how("all_leave")
class AllLeave(PlainServer):
    """Ends the session when one seat leaves it."""

    def on_bye(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return super().on_bye(peer, header | {"agents": []}, frames)


@how("other_spaces")
class OtherSpaces(PlainServer):
    """Greets everybody, with a policy that was made for something else."""

    def on_hello(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        replies = super().on_hello(peer, header, frames)
        made_for = {"agents": ["me"], "observation": {"type": "discrete", "n": 3, "start": 0}}
        made_for["action"] = {"type": "discrete", "n": 2, "start": 0}
        return [(reply | {"groups": [made_for]}, arrays) for reply, arrays in replies]


@how("learns_badly")
class LearnsBadly(PlainServer):
    """Wants results and takes it for granted that each has an action."""

    def __init__(self, address: str, after: int = 0, wants: tuple[str, ...] = ()) -> None:
        super().__init__(address, after, ("result",))

    def on_result(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        if not any(entry["field"] == "action" for entry in header["arrays"]):
            sys.exit("there is no action in this result")
        return []


@how("position_reader")
class PositionReader(PlainServer):
    """Takes every position for a chess position, asked for or not."""

    def on_act(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        if "position" in header:
            header["position"]["fen"].split()
        return super().on_act(peer, header, frames)


@how("dies_of_size")
class DiesOfSize(PlainServer):
    """Cannot take very many parts."""

    def received(self, peer: bytes, parts: list[bytes]) -> None:
        if len(parts) > 129:
            sys.exit(f"{len(parts)} parts")
        super().received(peer, parts)


@how("silent_about_faults")
class SilentAboutFaults(PlainServer):
    """Says nothing to a message that it cannot read."""

    def send(self, peer: bytes, header: HEADER, arrays: list[bytes]) -> None:
        if header.get("reason") != "malformed":
            super().send(peer, header, arrays)
